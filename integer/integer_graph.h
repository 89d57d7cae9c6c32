// Shared by the two ONNX forms of an integer model: adds constants and nodes to a graph, arithmetic
// in int64.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "integer/integer_model.h"

namespace quillet {

// Values are named by strings; every function returns the name of its result. `name` and `output`
// are new in the graph, but for constants made twice alike.
class IntegerGraphBuilder {
  public:
    explicit IntegerGraphBuilder(Graph& graph) : graph_(graph) {}

    template <class T>
    std::string constant(const std::string& name, std::vector<int64_t> shape,
                         const std::vector<T>& values) {
        graph_.initializers[name] = Tensor::of(type_of<T>(), std::move(shape), values);
        return name;
    }
    template <class T>
    std::string list(const std::string& name, const std::vector<T>& values) {
        return constant(name, {static_cast<int64_t>(values.size())}, values);
    }
    std::string int64s(const std::string& name, const std::vector<int64_t>& values) {
        return list(name, values);
    }
    // An int64 scalar, one for all its uses.
    std::string number(int64_t value) {
        return constant("n" + std::to_string(value), {}, std::vector<int64_t>{value});
    }

    std::string node(const std::string& op, const std::vector<std::string>& inputs,
                     const std::string& output, std::map<std::string, Attribute> attributes = {});
    std::string cast(const std::string& x, Type type, const std::string& output);

    // floor((x + half) / divisor) of int64 x, |x| < 2^31, and a power of two: an integer Div
    // truncates, so x is lifted above zero first (docs/DESIGN.md, contract 5).
    std::string asr(const std::string& x, int k, const std::string& output);
    std::string asr_by(const std::string& x, const std::string& divisor, const std::string& output);

    // Parts of x along its last axis.
    void split(const std::string& x, const std::vector<int64_t>& sizes,
               const std::vector<std::string>& outputs);

    Graph& graph() { return graph_; }

  private:
    Graph& graph_;
};

// Adds token, states -> logits and "…_next" states to the graph, with its inputs and the states'
// outputs. Returns the name of the logits, int64 [1, 1, V].
std::string add_integer_step(const IntegerModel& model, IntegerGraphBuilder& builder);

}  // namespace quillet
