// From a graph to C sources for a target: plan, weights placed, cost counted, files printed.
// SPDX-License-Identifier: MIT
#pragma once

#include "compile/cost_report.h"
#include "compile/emit_c.h"
#include "runtime/quillet_sampler.h"

namespace quillet {

struct CompileRequest {
    const TargetRow* target = nullptr;
    std::string name;  // of the C symbols, made an identifier
    bool single_file = false;
    std::string weights_file;  // name of a file for the weights (weights_file.h); empty: in the C
    bool stream = false;       // weights that stay in flash (compile/stream_weights.h)
    int cores = 1;             // 2: also a step that two cores share
    int64_t ram_bytes = 0;     // for weights and all else; 0: the target's
    std::string command, origin;  // for the banners, as EmitOptions has them
    quillet_sampling sampling{};
    std::string sampling_text;
    uint32_t max_length = 1000;
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
