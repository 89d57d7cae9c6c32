// The one table of operators: which opsets have each, its shape rule and the slow evaluator's rule.
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/graph.h"
#include "graph/value.h"

namespace quillet {

// A node with what is known of its inputs: what a rule sees. Every getter throws the rule's Error,
// which names node, operator and opset, where the node lacks what is asked for.
class NodeContext {
  public:
    // An input: its type and shape, and its value where that is known. Null where it is left out.
    struct Input {
        const TypedShape* shape = nullptr;
        const Value* value = nullptr;
        const std::string* origin = nullptr;  // an input of the graph that it is computed from
    };

    // A node that stands for a part of another (decompose.h) is read at its own opset.
    NodeContext(const Node& of, int64_t at_opset, std::string where, std::vector<Input> inputs)
        : node(of),
          opset(opset_of(of, at_opset)),
          where_(std::move(where)),
          inputs_(std::move(inputs)) {}

    const Node& node;
    const int64_t opset;

    size_t input_count() const { return inputs_.size(); }
    bool has_input(size_t i) const { return i < inputs_.size() && inputs_[i].shape != nullptr; }
    const TypedShape& input(size_t i) const;
    const Dimensions& shape(size_t i) const { return input(i).shape; }
    bool is_known(size_t i) const { return i < inputs_.size() && inputs_[i].value != nullptr; }
    const Value& value(size_t i) const;             // fails where it is no constant
    std::string how_to_set(size_t i) const;         // advice that makes it one
    std::vector<int64_t> integers(size_t i) const;  // the same, of an integer type
    bool has_output(size_t i) const { return i < node.outputs.size() && !node.outputs[i].empty(); }

    const Attribute* attribute(const char* name) const;  // null where left out
    int64_t integer_attribute(const char* name, int64_t otherwise) const;
    double number_attribute(const char* name, double otherwise) const;
    std::optional<std::vector<int64_t>> integers_attribute(const char* name) const;
    std::vector<float> numbers_attribute(const char* name) const;  // none where left out
    std::string text_attribute(const char* name, const char* otherwise) const;

    // Integers that an opset below `moved` keeps in attribute `name` and later ones in input `i`;
    // nullopt where left out.
    std::optional<std::vector<int64_t>> integers(const char* name, size_t i, int64_t moved) const;

    // `axis` counted from the front, from -rank .. rank - 1.
    size_t axis(int64_t axis, size_t rank) const;
    size_t axis_attribute(int64_t otherwise) const;  // "axis", one of input 0's

    // The same node with other inputs.
    NodeContext with_inputs(std::vector<Input> inputs) const {
        return {node, opset, where_, std::move(inputs)};
    }

    // "model.onnx: node 'x' (Op, opset 17)", and an Error there.
    std::string place() const;
    [[noreturn]] void fail(const std::string& what) const;

  private:
    // Null where left out; fails where it is not `what`.
    template <class T>
    const T* attribute_as(const char* name, const char* what) const;
    static int64_t opset_of(const Node& node, int64_t otherwise);

    std::string where_;
    std::vector<Input> inputs_;
};

// The types and shapes of a node's outputs. Checks all that the evaluator's rule relies on.
using ShapeRule = std::vector<TypedShape> (*)(const NodeContext& context);

// Fills `outputs`, which have the types and shapes of the shape rule and hold zeros.
// REQUIRES: the shape rule passed, and every input's value is known (for Shape its shape).
using EvaluateRule = void (*)(const NodeContext& context, std::vector<Value>& outputs);

// Element types that input 0 may have.
enum Types : unsigned { kFloats = 1, kIntegers = 2, kBooleans = 4, kNumbers = 3, kAny = 7 };

struct Operator {
    std::string_view name;
    int64_t since;  // the first opset that is supported; the last is the reader's newest
    size_t least_inputs;
    size_t most_inputs;
    size_t most_outputs;
    unsigned types;
    ShapeRule shapes;
    EvaluateRule evaluate;
};

constexpr size_t kMany = 1024;  // most_inputs of an operator that takes any number

// All of them, by name.
std::span<const Operator> operators();

// The row of `op`; null where there is none.
const Operator* find_operator(std::string_view op);

// Why `node` cannot be run at `opset`: "is not a supported operator", …; nullopt where it can.
std::optional<std::string> unsupported(const Node& node, int64_t opset);

}  // namespace quillet
