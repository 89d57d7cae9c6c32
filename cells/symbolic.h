// Reads a token model's graph symbolically: each element of its outputs as a polynomial of what the
// token selects and of the states.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "cells/polynomials.h"
#include "graph/operators.h"

namespace quillet {

// A known value, a value for each token, or a polynomial for each element.
struct SymbolicValue : TypedShape {
    std::variant<Value, std::vector<Value>, std::vector<Polynomials::Id>> is;
    const Node* node = nullptr;  // that makes it; null for inputs and initializers

    const Value* constant() const { return std::get_if<Value>(&is); }
    const std::vector<Value>* table() const { return std::get_if<std::vector<Value>>(&is); }
    // The value, or those of the tokens; empty where it depends on a state.
    std::span<const Value> known() const {
        if (const Value* value = constant()) return {value, 1};
        return table() ? std::span<const Value>(*table()) : std::span<const Value>();
    }
};

// The values of a folded token model's graph (token_model.h), states numbered from 0. Throws Error for
// graphs of other inputs.
class SymbolicReader {
  public:
    // `tokens`: how many there are.
    SymbolicReader(const Graph& graph, int tokens, const std::string& where);

    Polynomials polynomials;
    std::vector<std::vector<Value>> tables;  // of table symbols: for each token its row

    // The polynomials of a value by name; REQUIRES: it is in the graph.
    std::vector<Polynomials::Id> elements(const std::string& name);
    const SymbolicValue& value(const std::string& name) const { return values_.at(name); }

  private:
    void read(const Node& node);
    bool fold(const Node& node, const NodeContext& context, const std::vector<TypedShape>& shapes);
    std::vector<Polynomials::Id> elements(SymbolicValue& value);
    std::vector<std::vector<Polynomials::Id>> compute(const NodeContext& context,
                                                      const std::vector<TypedShape>& shapes);
    std::vector<Polynomials::Id> elementwise(const NodeContext& context, const TypedShape& shape);
    std::vector<Polynomials::Id> bounded(const NodeContext& context, const TypedShape& shape);
    std::vector<Polynomials::Id> product(const NodeContext& context);
    std::vector<Polynomials::Id> pointwise(const NodeContext& context, const TypedShape& shape);
    std::vector<Polynomials::Id> contraction(const NodeContext& context, const TypedShape& shape);
    std::vector<std::vector<Polynomials::Id>> recurrent(const NodeContext& context);
    std::vector<Polynomials::Id> operand(const NodeContext& context, size_t input);
    const Value* known(const NodeContext& context, size_t input) const;

    const Graph& graph_;
    const std::string& where_;
    int tokens_;
    std::map<std::string, SymbolicValue> values_;
    std::map<const SymbolicValue*, int> table_numbers_;
};

}  // namespace quillet
