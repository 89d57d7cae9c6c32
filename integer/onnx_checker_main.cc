// Has ONNX's own library check the models that quillet writes: structure, operators, types and
// shapes.
// SPDX-License-Identifier: MIT
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

#include <cstdio>

#include "integer/test_integer_models.h"

namespace {

using quillet::Cell;

// What ONNX's checker and its shape inference, both strict, say of `bytes`; "" when nothing.
std::string complaint_of(const std::string& bytes) {
    onnx::ModelProto model;
    if (!model.ParseFromString(bytes)) return "protobuf does not read it";
    try {
        onnx::checker::check_model(model);
        onnx::shape_inference::InferShapes(model, onnx::OpSchemaRegistry::Instance(),
                                           {true, 1, true});
    } catch (const std::exception& error) {
        return error.what();
    }
    return "";
}

// Checks every model that `check` is called with; prints complaints.
struct Checked {
    int bad = 0, count = 0;

    void check(const quillet::Graph& graph, const std::string& what) {
        const std::string complaint = complaint_of(quillet::write_onnx(graph));
        count++;
        if (complaint.empty()) return;
        bad++;
        std::printf("%s: %s\n", what.c_str(), complaint.c_str());
    }
};

}  // namespace

int main() {
    Checked models;
    for (const quillet::CellRow& row : quillet::cell_table())
        for (int layers : {1, 2, 3}) {
            const Cell cell = row.cell;
            const std::string what =
                std::string(row.name) + ", " + std::to_string(layers) + " layers";
            for (int embedding : {0, 5})
                models.check(quillet::to_graph(quillet::random_model(cell, layers, embedding)),
                             what + ", embedding " + std::to_string(embedding));
            for (int bits : {8, 4, 2}) {
                const auto integers = quillet::random_integer_model(cell, layers, 7, bits, 1);
                const std::string width = ", " + std::to_string(bits) + " bits";
                models.check(quillet::to_graph(integers), what + width);
                models.check(quillet::to_writer_graph(integers), what + width + ", with sampler");
            }
        }
    // That the checker checks: a model with a wrong shape must not pass.
    quillet::Graph wrong = quillet::to_graph(quillet::random_model(quillet::kDefaultCell, 1, 0));
    wrong.outputs[0].shape = {1, 13};
    if (complaint_of(quillet::write_onnx(wrong)).empty()) {
        std::printf("a model with a wrong output shape passes\n");
        models.bad++;
    }
    std::printf("%d models checked, %d of them bad\n", models.count, models.bad);
    return models.bad == 0 ? 0 : 1;
}
