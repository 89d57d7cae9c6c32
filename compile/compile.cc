// From a graph to C sources for a target: plan, weights placed, cost counted, files printed.
// SPDX-License-Identifier: MIT
#include "compile/compile.h"

#include "base/error.h"
#include "compile/placement.h"
#include "compile/stream_weights.h"
#include "compile/two_cores.h"
#include "compile/weights_file.h"

namespace quillet {
CompiledModel compile_model(const Graph& graph, const std::string& where,
                            const CompileRequest& request) {
    const TargetRow& target = request.target;
    if (request.cores > target.cores)
        throw Error("--cores", std::to_string(request.cores) + " are more than target " +
                                   target.name + " has");
    if (request.ram_bytes > 0 && target.resident.empty())
        throw Error("--ram", "has no meaning for target " + target.name);
    if (request.stream && target.resident.empty())
        throw Error("--stream", "has no meaning for target " + target.name);
    if (request.stream && request.cores == 2)
        throw Error("--stream", "is for a step of one core; leave out --cores 2");
    if (!request.weights_file.empty() && !target.resident.empty())
        throw Error("--weights", "has no meaning for target " + target.name +
                                     ", whose start-up code copies weights to RAM");
    Plan plan = make_plan(graph, identifier_of(request.name), where, target.target);
    if (!target.resident.empty())
        place_weights(plan, target,
                      (request.ram_bytes ? request.ram_bytes : target.ram_bytes) -
                          (request.stream ? stream_bytes(plan) : 0));
    if (request.stream) stream_weights(plan);
    plan.weights_apart = !request.weights_file.empty();
    EmitOptions emit = request;
    if (request.cores == 2) emit.target.code_bytes += step_part_bytes(plan);
    if (plan.weights_apart) emit.target.code_bytes += kWeightsInitBytes;
    return {emit_c(plan, emit), cost_report_of(plan, emit.target), plan.name,
            plan.weights_apart ? weights_file_of(plan).bytes : ""};
}

}  // namespace quillet
