// From a graph to C sources for a target: plan, weights placed, cost counted, files printed.
// SPDX-License-Identifier: MIT
#pragma once

#include "compile/cost_report.h"
#include "compile/emit_c.h"

namespace quillet {

// `weights_file` empty: the weights are in the C.
struct CompileRequest : EmitOptions {
    std::string name;       // of the C symbols, made an identifier
    bool stream = false;    // weights that stay in flash (compile/stream_weights.h)
    int64_t ram_bytes = 0;  // for weights and all else; 0: the target's
};

struct CompiledModel {
    Sources sources;
    CostReport cost;
    std::string name;     // identifier and stem of the files
    std::string weights;  // bytes of the file that the request names
};

// Throws Error for a graph that no kernel runs, a target without what the request wants of it, or
// weights that cannot be placed.
CompiledModel compile_model(const Graph& graph, const std::string& where,
                            const CompileRequest& request);

}  // namespace quillet
