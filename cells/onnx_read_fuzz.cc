// Fuzzes the ONNX reader and what runs on any graph that it lets through: shapes, folding, weights,
// writing.
// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "cells/recurrent_model.h"
#include "graph/graph.h"
#include "graph/shapes.h"

namespace {

// Runs `what`, of which an Error is as good an end as any.
template <class F>
void try_to(F what) {
    try {
        what();
    } catch (const quillet::Error&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    try_to([&] {
        quillet::Graph graph =
            quillet::read_onnx({reinterpret_cast<const char*>(data), size}, "fuzz");
        std::string written = quillet::write_onnx(graph);
        if (quillet::write_onnx(quillet::read_onnx(written, "written")) != written) std::abort();
        try_to([&] { quillet::recurrent_model_from(graph, "fuzz"); });
        quillet::Graph folded =
            quillet::fold_constants(quillet::with_static_inputs(graph, 1, "fuzz"), "fuzz");
        quillet::read_onnx(quillet::write_onnx(folded), "folded");
    });
    return 0;
}
