// What a graph computes, element by element, as polynomials of degree two.
// SPDX-License-Identifier: MIT
#include "cells/polynomials.h"

#include <algorithm>
#include <cstring>

namespace quillet {
namespace {

constexpr size_t kMostTerms = 4096;  // of a product that is multiplied out

uint64_t hash_of(const Polynomials::Terms& terms) {
    uint64_t hash = terms.size();
    for (const Polynomials::Term& term : terms) {
        uint64_t bits;
        std::memcpy(&bits, &term.factor, sizeof bits);
        for (uint64_t word :
             {static_cast<uint64_t>(term.first), static_cast<uint64_t>(term.second), bits}) {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
            hash ^= hash >> 29;
        }
    }
    return hash;
}

bool before(const Polynomials::Term& a, const Polynomials::Term& b) {
    return a.first != b.first ? a.first < b.first : a.second < b.second;
}

// Sorted, terms of the same symbols added up in their order.
Polynomials::Terms collected(Polynomials::Terms terms) {
    std::stable_sort(terms.begin(), terms.end(), before);
    size_t kept = 0;
    for (size_t i = 0; i < terms.size(); i++) {
        bool again = kept > 0 && terms[kept - 1].first == terms[i].first &&
                     terms[kept - 1].second == terms[i].second;
        if (again)
            terms[kept - 1].factor += terms[i].factor;
        else
            terms[kept++] = terms[i];
    }
    terms.resize(kept);
    return terms;
}

}  // namespace

Polynomials::Polynomials() : symbols_(1) {}

Polynomials::Id Polynomials::stored(Terms terms) {
    const uint64_t hash = hash_of(terms);
    auto [begin, end] = by_hash_.equal_range(hash);
    for (auto found = begin; found != end; ++found)
        if (polynomials_[static_cast<size_t>(found->second)] == terms) return found->second;
    polynomials_.push_back(std::move(terms));
    Id id = static_cast<Id>(polynomials_.size()) - 1;
    by_hash_.emplace(hash, id);
    return id;
}

Polynomials::Id Polynomials::constant(double value) {
    return stored({{0, 0, value}});
}

Polynomials::Id Polynomials::variable(int32_t symbol) {
    return stored({{0, symbol, 1.0}});
}

int32_t Polynomials::make_symbol(Kind kind, int32_t of, int32_t index, const Node* node) {
    std::string meaning = std::to_string(static_cast<int>(kind)) + ":" + std::to_string(of) + ":" +
                          std::to_string(index);
    auto [found, is_new] = by_meaning_.emplace(meaning, static_cast<int32_t>(symbols_.size()));
    if (is_new) symbols_.push_back({kind, of, index, node});
    return found->second;
}

Polynomials::Id Polynomials::sum(Id a, Id b, double factor_of_b) {
    Terms joined = terms(a);
    for (Term term : terms(b)) {
        term.factor *= factor_of_b;
        joined.push_back(term);
    }
    return stored(collected(std::move(joined)));
}

Polynomials::Id Polynomials::linear(Id id, const Node* node) {
    bool is_linear = std::all_of(terms(id).begin(), terms(id).end(),
                                 [](const Term& term) { return term.first == 0; });
    return is_linear ? id : function(Kind::same, id, node);
}

Polynomials::Id Polynomials::product(Id a, Id b, const Node* node) {
    auto is_number = [&](Id id) { return terms(id).size() == 1 && terms(id)[0].second == 0; };
    if (is_number(a)) std::swap(a, b);
    if (!is_number(b)) a = linear(a, node), b = linear(b, node);
    if (terms(a).size() * terms(b).size() > kMostTerms) {
        if (terms(a).size() > 1) a = function(Kind::same, a, node);
        if (terms(b).size() > 1) b = function(Kind::same, b, node);
    }
    Terms product;
    for (const Term& x : terms(a))
        for (const Term& y : terms(b)) {
            // At most one of the four is missing where both are linear; a number has none.
            int32_t symbols[3] = {x.first, x.second, y.second};
            std::sort(std::begin(symbols), std::end(symbols));
            product.push_back({symbols[1], symbols[2], x.factor * y.factor});
        }
    return stored(collected(std::move(product)));
}

Polynomials::Id Polynomials::combination(const double* factors, size_t stride,
                                         const std::vector<Id>& of, Id start, const Node* node) {
    Terms joined = terms(start);
    for (size_t i = 0; i < of.size(); i++) {
        Id operand = linear(of[i], node);
        for (Term term : terms(operand)) {
            term.factor *= factors[i * stride];
            joined.push_back(term);
        }
    }
    return stored(collected(std::move(joined)));
}

}  // namespace quillet
