// The units of a recurrent graph: next states, as polynomials (symbolic.h), held against the equations
// of GRU, LSTM and RNN.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cells/recurrent_model.h"
#include "cells/symbolic.h"

namespace quillet {

// How a message ends about what integers cannot do, and about a GRU of the other kind.
extern const char* const kNoIntegerForm;
extern const char* const kResetsBefore;

// One hidden unit: its cell, its next h as a polynomial, its state symbols and its gates in ONNX's
// order.
struct Unit {
    Cell cell;
    Polynomials::Id next;
    int32_t h;  // 0 in a layer without state
    // Polynomials of x and h; a GRU's last has the reset gate's factor.
    std::vector<Polynomials::Id> gates;
    int32_t reset = 0;            // a GRU's reset gate
    size_t group = 0, place = 0;  // its layer, for whoever orders units
};

// A graph as polynomials, with the node to name where one is not what a cell is made of.
class GraphReading {
  public:
    using Id = Polynomials::Id;
    using Kind = Polynomials::Kind;
    using Term = Polynomials::Term;

    // `graph` as SymbolicReader takes it; it and `where` must outlive this. Throws Error as it does.
    GraphReading(const Graph& graph, int tokens, const std::string& where);

    // One for each h, in the order of the states. Throws Error where a state is no unit's h or c.
    std::vector<Unit> units() const;

    const Graph& graph;
    const std::string& where;
    SymbolicReader reader;

    const Polynomials::Symbol& symbol(int32_t number) const {
        return reader.polynomials.symbol(number);
    }
    bool is(int32_t number, Kind kind) const { return number > 0 && symbol(number).kind == kind; }
    // The terms of `id` whose factor is not zero.
    std::vector<Term> terms(Id id) const;
    const std::string& state_name(int32_t state) const;  // of a state symbol: the graph's input

    // The node to name in an error about `id`: the first that makes something other than cells are
    // made of, looking into functions of functions; null where there is none.
    const Node* culprit(Id id, int depth = 0) const;
    // The first node that a term of `id` names; null where none has one.
    const Node* node_of(Id id) const;
    [[noreturn]] void fail(const Node* node, const std::string& what) const;
    // `maker` is named where nothing in the polynomial has a node.
    [[noreturn]] void fail_at(Id id, const std::string& what, const Node* maker = nullptr) const;

  private:
    bool resets_before(Id candidate) const;
    [[noreturn]] void fail_without_reset(Id next, int32_t n) const;
    [[noreturn]] void fail_state(int32_t state, Id next) const;
    bool match_gru(Id next, int32_t h, Unit& unit) const;
    bool match_lstm(Id next, Unit& unit) const;
    bool match_rnn(Id next, int32_t h, Unit& unit) const;

    std::map<int32_t, Id> next_of_;  // state symbol -> its next value
};

}  // namespace quillet
