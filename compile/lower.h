// From a float graph to a plan: what a value becomes, and the table with one rule for each
// operator.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "compile/plan.h"
#include "graph/moves.h"

namespace quillet {

// What a value of the graph is while its plan is made: known, known for each token (what depends on the
// token alone), or a run of a buffer that a step fills.
struct View {
    int buffer;
    int64_t offset;
};
struct Operand : TypedShape {
    std::variant<Value, std::vector<Value>, View> is;
    std::string name;
    int weight = -1;  // the weight buffer of a known value once a step reads it

    const Value* constant() const { return std::get_if<Value>(&is); }
    const std::vector<Value>* table() const { return std::get_if<std::vector<Value>>(&is); }
    const View* view() const { return std::get_if<View>(&is); }
    int64_t count() const { return count_of(shape); }
};

// `value`, which depends on nothing.
inline Operand known(Value value, std::string name) {
    return {value, std::move(value), std::move(name), -1};
}

// A plan in the making. Values are looked up by their ONNX names.
class Lowering {
  public:
    // `network`: a graph of any kind, whose inputs and outputs are arrays; else a token model.
    Lowering(const Graph& graph, const std::string& name, const std::string& where,
             bool network = false);

    Plan run();
    bool is_network() const { return network_; }

    // For the operators' rules. A rule reads inputs, adds buffers and steps, and sets every output
    // in use.
    struct Call {
        const Node& node;
        const NodeContext& context;
        std::vector<Operand*> inputs;  // null where left out
        std::vector<TypedShape> outputs;
        [[noreturn]] void fail(const std::string& what) const { context.fail(what); }
        bool has(size_t i) const { return i < inputs.size() && inputs[i] != nullptr; }
    };

    // Elements offset .. offset + count of an operand as a kernel's argument; known values become
    // weights.
    Argument read(Operand& operand, int64_t offset, int64_t count);
    Argument read(Operand& operand) { return read(operand, 0, operand.count()); }
    static Argument all(int64_t count, int buffer) { return BufferArgument{buffer, 0, count}; }

    int add_weight(const std::string& name, Tensor tensor);
    int add_scratch(const std::string& name, const TypedShape& what);
    void add_step(const char* kernel, std::vector<Argument> arguments, const Node& node);
    void set(const Call& call, size_t output, View view);

    // `operand` broadcast to `shape`; copies runs where that needs other memory.
    Operand expanded(const Call& call, Operand& operand, const Dimensions& shape);

    // A value whose element i is that which sources[i] names of `inputs`.
    using Sources = std::vector<ElementSource>;
    Operand moved(const Call& call, std::span<Operand* const> inputs, const Sources& sources,
                  const TypedShape& what, const std::string& name);

    // A table of int32 as a weight, each once.
    Argument table(const std::vector<int32_t>& values);
    // A constant of float32 as a weight.
    Argument numbers(const std::string& name, const std::vector<float>& values);
    // The walk (quillet_walk.h) over `shape` with `strides` for each array; axes that can be are joined.
    Argument walk(const Call& call, const Dimensions& shape, std::vector<Dimensions> strides);

    // How many nodes and outputs read `value`.
    int uses_of(const std::string& value) const;

    Plan plan;

  private:
    void add_inputs();
    void lower_node(const Node& node);
    bool fold(const Call& call);
    void add_outputs();
    void add_network_inputs();
    void add_network_outputs();
    bool add_moves(const Call& call, std::span<Operand* const> inputs, const Sources& sources,
                   int buffer, Type type);
    // That `operand` fits the state whose next value it is.
    void check_state(const ValueInfo& output, int state, const Operand& operand) const;

    const Graph& graph_;
    const std::string& where_;
    const bool network_;
    std::map<std::vector<int32_t>, int> tables_;
    std::map<std::string, int> weights_;  // of a network, by what they hold
    std::map<std::string, Operand> values_;
    std::vector<int> states_;  // buffers, in the order of the inputs
};

// What a step's comment says of a node: "GRU gru0".
std::string comment_of(const Node& node);

using LoweringRule = void (*)(Lowering& lowering, const Lowering::Call& call);

// The rule for a call: the special one of a step of a token model where its conditions hold, else the
// general one. Null where no kernel does the operator.
LoweringRule find_lowering(const Lowering::Call& call);
// lower_tensor.cc, for tensors of any shape; null where there is none.
LoweringRule find_tensor_lowering(const Lowering::Call& call);
// lower_window.cc
void lower_window(Lowering& lowering, const Lowering::Call& call);
void lower_recurrence(Lowering& lowering, const Lowering::Call& call);

// "f32" of float32, "u8" of boolean: what the names of kernels end in.
std::string suffix_of(Type type);

// lower_recurrent.cc
void lower_gru(Lowering& lowering, const Lowering::Call& call);
void lower_lstm(Lowering& lowering, const Lowering::Call& call);
bool is_plain_step(const Lowering::Call& call);  // of one token of one line, with the usual gates
// lower_product.cc
bool is_plain_product(const Lowering::Call& call);  // of a constant matrix and a vector
void lower_matmul(Lowering& lowering, const Lowering::Call& call);
void lower_gemm(Lowering& lowering, const Lowering::Call& call);
void lower_add(Lowering& lowering, const Lowering::Call& call);

}  // namespace quillet
