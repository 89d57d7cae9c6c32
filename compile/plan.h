// The plan of a model: its buffers and the kernel calls of one step, which the host runs and emit_c prints.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/alphabet.h"
#include "graph/graph.h"

namespace quillet {

struct KernelRow;  // kernels.h: one row a kernel of runtime/

enum class Storage { weight, state, scratch };

// A run of elements that kernels read or write. Weights carry their values; states and scratch start at zero.
struct Buffer {
    std::string name;  // of the ONNX value or the packed weight it holds
    Storage storage = Storage::weight;
    Tensor tensor;     // type and shape; bytes only for weights
};

// What a kernel is called with, in the order of its C parameters.
struct BufferArgument {
    int buffer;          // index in Plan::buffers
    int64_t offset = 0;  // in elements
};
struct IntegerArgument {
    int64_t value;
};
struct TokenArgument {};   // the step's input token
struct LogitsArgument {};  // the step's result, int32 Q10
using Argument = std::variant<BufferArgument, IntegerArgument, TokenArgument, LogitsArgument>;

struct Step {
    const KernelRow* kernel;
    std::vector<Argument> arguments;
    std::string comment;  // the ONNX nodes it does
};

// An ONNX output (a state's next value, or the float logits) and the buffer that holds it after a step.
struct PlanOutput {
    std::string name;
    int buffer;
};

struct Plan {
    std::string name;    // C identifier
    Alphabet alphabet;
    std::vector<Buffer> buffers;
    std::vector<Step> steps;
    std::vector<PlanOutput> outputs;  // in the order of the ONNX file's outputs
    std::map<std::string, std::string> metadata;
};

// The plan of one step of `graph` (a float model of supported operators, or an integer one of quillet quantize). Throws Error
// with the node's name, operator, opset and what is missing.
Plan make_plan(const Graph& graph, const std::string& name, const std::string& where);

// One line a buffer and a step: what golden tests hold.
std::string dump(const Plan& plan);

}  // namespace quillet
