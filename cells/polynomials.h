// What a graph computes, element by element, as polynomials of degree two: the form in which two
// ways of writing the same recurrent cell are equal.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "graph/graph.h"

namespace quillet {

// Polynomials and the indeterminates in them, each stored once: equal ones have equal numbers.
class Polynomials {
  public:
    using Id = int32_t;

    // What an indeterminate is. table: column `index` of table `of`, a number for each token; state:
    // element `index` of state `of`; the others are functions of polynomial `of`, `same` the
    // polynomial itself where it is too large to multiply out, `one` the number 1 where a recurrent
    // node adds its recurrent bias, to tell the two biases apart, `other` anything else that `node`
    // makes.
    enum class Kind { table, state, sigmoid, tanh, relu, same, one, other };
    struct Symbol {
        Kind kind;
        int32_t of, index;
        const Node* node;  // that made it first
    };
    // A factor times up to two symbols, first <= second, 0 where there is none.
    struct Term {
        int32_t first, second;
        double factor;
        friend bool operator==(const Term&, const Term&) = default;
    };
    using Terms = std::vector<Term>;  // sorted by symbols, each pair once

    Polynomials();

    const Terms& terms(Id id) const { return polynomials_[static_cast<size_t>(id)]; }
    const Symbol& symbol(int32_t number) const { return symbols_[static_cast<size_t>(number)]; }

    Id constant(double value);
    Id variable(int32_t symbol);  // 1 * symbol
    int32_t make_symbol(Kind kind, int32_t of, int32_t index, const Node* node);
    Id function(Kind kind, Id of, const Node* node) {
        return variable(make_symbol(kind, of, 0, node));
    }

    Id sum(Id a, Id b, double factor_of_b);
    Id product(Id a, Id b, const Node* node);
    // sum of factors[i] * of[i] + start; factors of zero are kept, so that a row names all its
    // columns. Operands of degree two are taken as a whole.
    Id combination(const double* factors, size_t stride, const std::vector<Id>& of, Id start,
                   const Node* node);

  private:
    Id stored(Terms terms);
    Id linear(Id id, const Node* node);  // itself where no term has two symbols

    std::vector<Symbol> symbols_;
    std::vector<Terms> polynomials_;
    std::unordered_multimap<uint64_t, Id> by_hash_;
    std::unordered_map<std::string, int32_t> by_meaning_;
};

}  // namespace quillet
