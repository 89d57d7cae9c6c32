// The units of a recurrent graph: next states, as polynomials (symbolic.h), held against the equations
// of GRU, LSTM and RNN.
// SPDX-License-Identifier: MIT
#include "cells/graph_reading.h"

#include <algorithm>
#include <set>

#include "base/error.h"

namespace quillet {

const char* const kNoIntegerForm =
    "which has no exact integer form; expected an embedding or one-hot vector, layers of GRU, LSTM "
    "or RNN one after another, sums of them, tanh or ReLU between, and linear layers to the "
    "logits: "
    "export that, or keep the model in float";

const char* const kResetsBefore =
    "resets before the multiplication; export with linear_before_reset = 1, as PyTorch's GRU does "
    "(Keras: reset_after=True)";

GraphReading::GraphReading(const Graph& read, int tokens, const std::string& place)
    : graph(read), where(place), reader(read, tokens, place) {
    int32_t state = 0;
    for (size_t i = 1; i < graph.inputs.size(); i++, state++) {
        std::vector<Id> next = reader.elements(graph.outputs[i].name);
        for (size_t e = 0; e < next.size(); e++)
            next_of_[reader.polynomials.make_symbol(Kind::state, state, static_cast<int32_t>(e),
                                                    nullptr)] = next[e];
    }
}

const std::string& GraphReading::state_name(int32_t state) const {
    return graph.inputs[static_cast<size_t>(symbol(state).of) + 1].name;
}

void GraphReading::fail(const Node* node, const std::string& what) const {
    throw Error(node ? where + ": " + describe(*node) : where, what);
}

std::vector<Polynomials::Term> GraphReading::terms(Id id) const {
    std::vector<Term> result;
    for (const Term& term : reader.polynomials.terms(id))
        if (term.factor != 0) result.push_back(term);
    return result;
}

const Node* GraphReading::culprit(Id id, int depth) const {
    for (const Term& term : terms(id))
        for (int32_t number : {term.first, term.second}) {
            if (number == 0) continue;
            const Polynomials::Symbol& found = symbol(number);
            if (found.kind == Kind::other) return found.node;
            bool is_function =
                found.kind != Kind::table && found.kind != Kind::state && found.kind != Kind::one;
            if (is_function && depth < 8)
                if (const Node* deeper = culprit(found.of, depth + 1)) return deeper;
        }
    return nullptr;
}

const Node* GraphReading::node_of(Id id) const {
    for (const Term& term : terms(id))
        for (int32_t number : {term.second, term.first})
            if (number > 0 && symbol(number).node) return symbol(number).node;
    return nullptr;
}

void GraphReading::fail_at(Id id, const std::string& what, const Node* maker) const {
    const Node *bent = culprit(id), *node = bent ? bent : node_of(id);
    if (node && node != bent) fail(node, what);
    if (node) fail(node, "lies in the way of the state, " + std::string(kNoIntegerForm));
    fail(maker, what);
}

// Whether a GRU's candidate gate reads products of a gate and h, which a matrix has multiplied since.
bool GraphReading::resets_before(Id candidate) const {
    for (const Term& term : terms(candidate)) {
        if (!is(term.second, Kind::same)) continue;
        for (const Term& part : terms(symbol(term.second).of))
            if ((is(part.first, Kind::sigmoid) && is(part.second, Kind::state)) ||
                (is(part.first, Kind::state) && is(part.second, Kind::sigmoid)))
                return true;
    }
    return false;
}

// An LSTM whose two gates are one looks like a GRU: c' = f * c + (1 - f) * g.
void GraphReading::fail_without_reset(Id next, int32_t n) const {
    const Node* node = symbol(n).node;
    if (resets_before(symbol(n).of)) fail(node, kResetsBefore);
    for (auto [state, made] : next_of_)
        for (const Term& term : terms(made))
            for (int32_t number : {term.first, term.second})
                if (is(number, Kind::tanh) && symbol(number).of == next)
                    fail(node, "belongs to an LSTM whose input gate is 1 minus its forget gate, " +
                                   std::string(kNoIntegerForm));
    fail(node, "belongs to a GRU without a reset gate, " + std::string(kNoIntegerForm));
}

// next = n + z * h - z * n with z = sigmoid(gate), n = tanh(W x + b + r * (R h + b')).
bool GraphReading::match_gru(Id next, int32_t h, Unit& unit) const {
    std::vector<Term> parts = terms(next);
    if (parts.size() != 3) return false;
    int32_t n = 0, z = 0;
    for (const Term& part : parts)
        if (part.first == 0 && part.factor == 1) n = part.second;
    if (!is(n, Kind::tanh)) return false;
    bool fades = false, keeps = false;
    for (const Term& part : parts) {
        if (part.first == 0) continue;
        for (auto [gate, other] : {std::pair(part.first, part.second), {part.second, part.first}}) {
            if (!is(gate, Kind::sigmoid)) continue;
            if (other == n && part.factor == -1) fades = true, z = z ? z : gate;
            if (other == h && part.factor == 1) keeps = true, z = z ? z : gate;
        }
    }
    if (!fades || !keeps || !z) return false;
    int32_t r = 0;
    for (const Term& part : reader.polynomials.terms(symbol(n).of))
        if (part.first != 0)
            for (int32_t number : {part.first, part.second})
                if (is(number, Kind::sigmoid)) r = number;
    if (r == 0) fail_without_reset(next, n);
    unit = {Cell::gru, next, h, {symbol(z).of, symbol(r).of, symbol(n).of}, r};
    return true;
}

// next h = o * tanh(c'), c' = f * c + i * g.
bool GraphReading::match_lstm(Id next, Unit& unit) const {
    std::vector<Term> parts = terms(next);
    if (parts.size() != 1 || parts[0].factor != 1) return false;
    auto [first, second] = std::pair(parts[0].first, parts[0].second);
    if (is(first, Kind::tanh)) std::swap(first, second);
    if (!is(first, Kind::sigmoid) || !is(second, Kind::tanh)) return false;
    std::vector<Term> cell = terms(symbol(second).of);
    if (cell.size() != 2) return false;
    int32_t c = 0, f = 0, i = 0, g = 0;
    for (const Term& part : cell) {
        auto [gate, other] = std::pair(part.first, part.second);
        if (is(other, Kind::sigmoid) && !is(gate, Kind::sigmoid)) std::swap(gate, other);
        if (!is(gate, Kind::sigmoid) || part.factor != 1) return false;
        if (is(other, Kind::state)) c = other, f = gate;
        if (is(other, Kind::tanh)) g = other, i = gate;
    }
    if (!c || !g || next_of_.at(c) != symbol(second).of) return false;
    unit = {Cell::lstm, next, 0, {symbol(i).of, symbol(first).of, symbol(f).of, symbol(g).of}};
    return true;
}

// next h = tanh or ReLU of W x + b + R h + b', which reads h.
bool GraphReading::match_rnn(Id next, int32_t h, Unit& unit) const {
    std::vector<Term> parts = terms(next);
    if (parts.size() != 1 || parts[0].first != 0 || parts[0].factor != 1) return false;
    const int32_t bent = parts[0].second;
    if (!is(bent, Kind::tanh) && !is(bent, Kind::relu)) return false;
    const Polynomials::Terms& read = reader.polynomials.terms(symbol(bent).of);
    if (std::none_of(read.begin(), read.end(),
                     [&](const Term& term) { return term.first == 0 && term.second == h; }))
        return false;
    unit = {is(bent, Kind::tanh) ? Cell::rnn : Cell::rnn_relu, next, h, {symbol(bent).of}};
    return true;
}

void GraphReading::fail_state(int32_t state, Id next) const {
    fail_at(next,
            "makes the next value of state '" + state_name(state) +
                "' in another way than a GRU (with linear_before_reset = 1, as PyTorch's), an LSTM "
                "or an RNN does, " +
                kNoIntegerForm,
            reader.value(graph.outputs[static_cast<size_t>(symbol(state).of) + 1].name).node);
}

std::vector<Unit> GraphReading::units() const {
    std::vector<Unit> units;
    std::set<int32_t> cells;  // c of the units
    for (auto [state, next] : next_of_) {
        Unit unit;
        if (match_gru(next, state, unit) || match_rnn(next, state, unit)) {
            units.push_back(unit);
        } else if (match_lstm(next, unit)) {
            unit.h = state;
            units.push_back(unit);
            for (const Term& term : terms(next))
                for (int32_t number : {term.first, term.second})
                    if (is(number, Kind::tanh))
                        for (auto [c, next_c] : next_of_)
                            if (next_c == symbol(number).of) cells.insert(c);
        }
    }
    for (const Unit& unit : units) cells.insert(unit.h);
    for (auto [state, next] : next_of_) {
        if (cells.count(state)) continue;
        fail_state(state, next);
    }
    if (units.empty()) throw Error(where, "has no GRU, LSTM or RNN whose state goes in and out");
    return units;
}

}  // namespace quillet
