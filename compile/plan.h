// The plan of a model: its buffers and the kernel calls of one step, which the host runs and emit_c
// prints.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/alphabet.h"
#include "compile/target.h"
#include "graph/graph.h"

namespace quillet {

// What a call costs on one core of an RP2040, a Cortex-M0+: `fixed` cycles, `each` for each of its first
// count (rows, columns or units), `each_product` for each weight of a product.
struct KernelCost {
    double fixed = 0, each = 0, each_product = 0;
};

// How two cores share a call (two_cores.h): the argument that counts what is shared, in whole units,
// and the arguments that begin at the core's share. A `unit` keeps strips and tables whole and
// pointers at words (runtime/quillet_integer.h).
struct KernelSharing {
    int64_t unit = 0;      // 0: one core alone does it
    size_t count = 0;      // the argument; without a unit, the core
    size_t moved = 0;      // the first so many arguments begin at the share
    size_t first = 0;      // the argument that says where the share begins, for kernels with one
    size_t unit_rows = 0;  // the first so many are written from `first` on, unmoved
};

// One C function of runtime/ that a step can call; kernels.h has the table.
struct KernelRow {
    enum class Access { reads, writes, number };
    struct Parameter {
        Access access;
        Type type;  // of the array's elements, or of the number; kAnyType: of void
    };
    static constexpr Type kAnyType = Type(0);
    union Slot {  // an argument at run time
        void* pointer;
        int64_t number;
    };

    const char* name;    // of the C function
    const char* source;  // its files are runtime/SOURCE.h and runtime/SOURCE.c
    std::vector<Parameter> parameters;
    void (*call)(const Slot* arguments);
    std::optional<KernelCost> cost = {};        // none: not measured
    std::optional<KernelSharing> sharing = {};  // none: cannot be shared
};

enum class Storage { weight, state, scratch, input, output };

// A run of elements that kernels read or write. Weights carry their values; states and scratch
// start at zero; inputs and outputs are the caller's arrays (of a plan without tokens).
struct Buffer {
    std::string name;  // of the ONNX value or the packed weight it holds
    Storage storage = Storage::weight;
    Tensor tensor;           // type and shape; bytes only for weights
    std::string identifier;  // for C: unique in the plan, made from the name
    int64_t place = 0;  // scratch: its first element in the scratch of its type, which others reuse
    bool in_ram = false;  // a weight that start-up code copies to RAM (placement.h)
};

// What a kernel is called with, in the order of its C parameters.
struct BufferArgument {
    int buffer;      // index in Plan::buffers
    int64_t offset;  // in elements
    int64_t count;   // elements from there that the kernel may touch
};
struct RowArgument {  // of a table: count elements from token * width + offset
    int buffer;
    int64_t width;
    int64_t offset;
    int64_t count;
};
struct IntegerArgument {
    int64_t value;
};
struct TokenArgument {};  // the step's input token
struct LogitsArgument {   // the step's result, int32 Q10, alphabet.size() of them, from one on
    int64_t offset = 0;
};
using Argument =
    std::variant<BufferArgument, RowArgument, IntegerArgument, TokenArgument, LogitsArgument>;

struct Step {
    const KernelRow* kernel;
    std::vector<Argument> arguments;
    std::string comment;  // the ONNX nodes it does
};

constexpr int kLogitsBuffer = -1;

// An ONNX output (a state's next value, or the logits) and the buffer that holds it after a step.
struct PlanOutput {
    std::string name;
    int buffer;  // kLogitsBuffer: an integer model's logits, which the step hands to its caller
};

struct Plan {
    std::string name;  // C identifier
    Alphabet alphabet;
    std::vector<Buffer> buffers;
    std::vector<Step> steps;
    std::vector<PlanOutput> outputs;  // in the order of the ONNX file's outputs
    std::vector<int> inputs;  // buffers, in the order of the ONNX file's inputs; without tokens
    std::map<std::string, std::string> metadata;
    bool weights_apart =
        false;  // the C gets a pointer to them and has none itself (weights_file.h)

    const Buffer& buffer(int index) const { return buffers[static_cast<size_t>(index)]; }
    Buffer& buffer(int index) { return buffers[static_cast<size_t>(index)]; }

    // Whether it is of a graph of any kind: one call from inputs to outputs, no tokens and no states.
    bool is_network() const { return alphabet.size() == 0; }
};

// The plan of a whole graph of any kind, its inputs' open dimensions bound to 1: a network, not a text
// model. Throws Error with the node's name, operator, opset and what is missing.
Plan make_network_plan(const Graph& graph, const std::string& name, const std::string& where);

// The element type of a buffer that holds values of ONNX's `type`: booleans are bytes, floats of 16 bits
// their bits.
Type stored_as(Type type);

// The plan of one step of `graph` (a float model of supported operators, or an integer one of
// quillet quantize). Throws Error with the node's name, operator, opset and what is missing.
// An integer model's weights are packed for `target`; a float one's plan is the same for all.
Plan make_plan(const Graph& graph, const std::string& name, const std::string& where,
               Target target = Target::c99);

// The types of scratch, those of strictest alignment first.
inline constexpr Type kScratchTypes[] = {Type::float64, Type::int64,  Type::uint64, Type::float32,
                                         Type::int32,   Type::uint32, Type::int16,  Type::uint16,
                                         Type::int8,    Type::uint8};

// Elements of `type` that the plan's scratch takes.
int64_t scratch_count(const Plan& plan, Type type);

// `text` as a name in C, C++ and CMake and for a header: letters of lower case, digits, '_'; "m_" before
// a digit, a keyword, a standard header's name and what begins like the runtime's own. The one
// function that makes generated names.
std::string identifier_of(const std::string& text);

}  // namespace quillet
