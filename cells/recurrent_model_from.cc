// An ONNX graph back to a recurrent model's weights: its units (graph_reading.h) by layers, and what
// their gates read.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.h"
#include "cells/graph_reading.h"
#include "cells/recurrent_model.h"
#include "cells/token_model.h"
#include "graph/alphabet_metadata.h"

namespace quillet {
namespace {

using Id = Polynomials::Id;
using Kind = Polynomials::Kind;
using Symbol = Polynomials::Symbol;
using Term = Polynomials::Term;

constexpr const char* kNotLinear =
    "is not read as a linear function of the layers below (MatMul, Gemm, Einsum and a Conv of one "
    "position by constants, sums, factors and what moves elements are), nor is it tanh or ReLU of "
    "one, ";

// What a polynomial is a linear function of, each with its factor: a table symbol, 0 for a constant,
// or -1 - u for the next h of unit u. Factors of zero are kept: they name columns.
using Pieces = std::vector<std::pair<int32_t, double>>;

// A unit by one of the terms of its next h.
struct Mark {
    size_t unit = 0;
    double factor = 0;  // of the term
};

// A gate of a unit: what it reads from below, of its own layer's h and its two biases.
struct Row {
    Pieces x;
    std::vector<double> h;
    double Wb = 0, Rb = 0;
};

// Of what a row reads besides h and numbered pieces: its bias by W.
double constant_of(const Row& row) {
    double constant = row.Wb;
    for (auto [number, factor] : row.x) constant += number == 0 ? factor : 0;
    return constant;
}

// Units that read each other's h, in the order of that state; or tanh or ReLU of what lies below.
struct Group {
    std::vector<int32_t> states;  // h of each unit
    std::vector<size_t> units;
    std::vector<Row> rows;  // gate by gate
    std::set<int> below;    // groups whose h it reads
};

class ModelImporter {
  public:
    ModelImporter(const Graph& graph, const std::string& where)
        : graph_(graph),
          where_(where),
          alphabet_(alphabet_of(graph.metadata, where)),
          read_(graph, alphabet_.size(), where) {}

    RecurrentModel run();

  private:
    [[noreturn]] void fail_group(const Group& group) const;
    void add_unit(const Unit& unit);
    void find_groups();
    [[noreturn]] void fail_term(const Term& term) const;
    void expand(std::vector<Term> parts, double scale, Pieces& pieces);
    Row row_of_gate(const Unit& unit, const Group& group, size_t gate);
    void read_group(size_t index);
    void read_output();
    void group_stateless();
    void order_groups();
    size_t column(int32_t table);
    Matrix matrix_of(const std::vector<Row>& rows, int from) const;
    std::vector<Skip> skips_of(const std::vector<Row>& rows, int below) const;
    void add_layer(size_t index);
    void add_output();
    void add_embedding();

    const Graph& graph_;
    const std::string& where_;
    Alphabet alphabet_;
    GraphReading read_;
    std::vector<Unit> units_;
    std::map<std::pair<int32_t, int32_t>, Mark> marks_;  // a term of one unit's next h alone
    std::set<size_t> twins_;                             // units that no term tells from another
    std::map<int32_t, Pieces> expanded_;                 // of symbols that are polynomials
    std::vector<size_t> stateless_;                      // units found that have no group yet
    std::vector<Group> groups_;                          // the lowest first once ordered
    std::vector<Row> output_;
    std::map<int32_t, size_t> columns_;  // table symbols that are read, and their places
    std::vector<int32_t> inputs_;        // those symbols in their order
    RecurrentModel model_;
};

// Marked by a term that no other unit's h has: the last, a product of two symbols where there is one.
void ModelImporter::add_unit(const Unit& unit) {
    const Term mark = read_.terms(unit.next).back();
    Mark& marked = marks_[{mark.first, mark.second}];
    if (marked.factor != 0) twins_.insert({marked.unit, units_.size()});
    marked = {units_.size(), mark.factor};
    units_.push_back(unit);
}

/// layers ///

// The units of a layer read the h of all its units and no other state.
void ModelImporter::fail_group(const Group& group) const {
    const Unit& unit = units_[group.units[0]];
    std::set<int32_t> own;
    for (const Unit& one : units_) own.insert(one.h);
    for (int32_t state : group.states) {
        if (own.count(state)) continue;
        const std::string name = read_.state_name(state);
        read_.fail(read_.node_of(unit.next), "belongs to a gate that reads the state '" + name +
                                                 "', a cell's c, as a peephole does, " +
                                                 kNoIntegerForm);
    }
    read_.fail(read_.node_of(unit.next),
               "belongs to a layer whose gates do not all read the h of all its units, " +
                   std::string(kNoIntegerForm));
}

void ModelImporter::find_groups() {
    std::map<std::vector<int32_t>, size_t> by_states;
    for (size_t u = 0; u < units_.size(); u++) {
        std::vector<int32_t> states;
        for (const Term& term : read_.reader.polynomials.terms(units_[u].gates[0]))
            if (term.first == 0 && read_.is(term.second, Kind::state))
                states.push_back(term.second);
        auto [found, is_new] = by_states.emplace(states, groups_.size());
        if (is_new) groups_.push_back({states, {}, {}, {}});
        groups_[found->second].units.push_back(u);
    }
    for (size_t g = 0; g < groups_.size(); g++) {
        Group& group = groups_[g];
        std::sort(group.units.begin(), group.units.end(),
                  [&](size_t a, size_t b) { return units_[a].h < units_[b].h; });
        bool closed = group.units.size() == group.states.size();
        for (size_t i = 0; i < group.units.size(); i++) {
            Unit& unit = units_[group.units[i]];
            closed =
                closed && unit.h == group.states[i] && unit.cell == units_[group.units[0]].cell;
            unit.group = g, unit.place = i;
        }
        if (!closed) fail_group(group);
    }
}

// Names what a term that is no linear part is made of.
void ModelImporter::fail_term(const Term& term) const {
    for (size_t u : twins_)
        for (const Term& own : read_.terms(units_[u].next))
            if (own.first == term.first && own.second == term.second)
                read_.fail(
                    read_.node_of(units_[u].next),
                    "makes units that compute the same, as weights of zero do, and cannot be told "
                    "apart; expected a trained model: export after training");
    for (bool unknown : {true, false})
        for (int32_t number : {term.second, term.first}) {
            if (number <= 0 || (unknown && !read_.is(number, Kind::other))) continue;
            const Symbol& found = read_.symbol(number);
            if (found.kind == Kind::same) {
                if (const Node* node = read_.culprit(found.of))
                    read_.fail(node,
                               "lies in the way of the state, " + std::string(kNoIntegerForm));
                continue;
            }
            if (found.kind == Kind::state)
                read_.fail(nullptr, "reads the state '" + read_.state_name(number) +
                                        "' as it was before the step outside of its layer, " +
                                        kNoIntegerForm);
            read_.fail(found.node, kNotLinear + std::string(kNoIntegerForm));
        }
    read_.fail(term.second > 0 ? read_.symbol(term.second).node : nullptr,
               "multiplies what comes from the layers below, " + std::string(kNoIntegerForm));
}

// Adds what scale * parts reads. The next h of units is found first, for it may be several terms.
void ModelImporter::expand(std::vector<Term> parts, double scale, Pieces& pieces) {
    for (size_t i = 0; i < parts.size(); i++) {
        auto found = marks_.find({parts[i].first, parts[i].second});
        if (found == marks_.end()) continue;
        const Mark& mark = found->second;
        const double factor = parts[i].factor / mark.factor;
        pieces.emplace_back(-1 - static_cast<int32_t>(mark.unit), scale * factor);
        const std::vector<Term> next = read_.terms(units_[mark.unit].next);
        for (size_t t = 0; next.size() > 1 && t < next.size(); t++) {
            const Term& term = next[t];
            auto same = [&](const Term& other) {
                return other.first == term.first && other.second == term.second;
            };
            auto part = std::find_if(parts.begin(), parts.end(), same);
            if (part != parts.end())
                part->factor -= factor * term.factor;
            else
                parts.push_back({term.first, term.second, -factor * term.factor});
        }
    }
    for (const Term& term : parts) {
        if (marks_.count({term.first, term.second})) continue;
        if (term.first != 0) {
            if (std::fabs(term.factor) > 1e-12) fail_term(term);
        } else if (term.second == 0 || read_.is(term.second, Kind::one)) {
            pieces.emplace_back(0, scale * term.factor);
        } else if (read_.is(term.second, Kind::table)) {
            pieces.emplace_back(term.second, scale * term.factor);
        } else if (read_.is(term.second, Kind::same)) {
            auto [known, is_new] = expanded_.emplace(term.second, Pieces());
            if (is_new) {
                Pieces of;
                expand(read_.reader.polynomials.terms(read_.symbol(term.second).of), 1, of);
                known->second = std::move(of);
            }
            for (auto [number, factor] : known->second)
                pieces.emplace_back(number, scale * term.factor * factor);
        } else if (std::fabs(term.factor) < 1e-12) {
            continue;                                       // a column that is nothing's
        } else if (read_.is(term.second, Kind::sigmoid)) {  // 1/2 + 1/2 tanh(x / 2)
            const Symbol sigmoid = read_.symbol(term.second);
            Polynomials& all = read_.reader.polynomials;
            const Id half = all.sum(all.constant(0), sigmoid.of, 0.5),
                     tanh = all.function(Kind::tanh, half, sigmoid.node);
            pieces.emplace_back(0, scale * term.factor / 2);
            expand(all.terms(tanh), scale * term.factor / 2, pieces);
        } else {
            const bool tanh = read_.is(term.second, Kind::tanh);
            if (!tanh && !read_.is(term.second, Kind::relu)) fail_term(term);
            stateless_.push_back(units_.size());
            pieces.emplace_back(-1 - static_cast<int32_t>(units_.size()), scale * term.factor);
            add_unit({tanh ? Cell::rnn : Cell::rnn_relu,
                      read_.reader.polynomials.variable(term.second),
                      0,
                      {read_.symbol(term.second).of}});
        }
    }
}

// Parts of a gate's polynomial. The h and recurrent bias of a GRU's third gate carry the reset gate.
Row ModelImporter::row_of_gate(const Unit& unit, const Group& group, size_t gate) {
    Row row;
    row.h.resize(group.states.size());
    const bool is_candidate = unit.cell == Cell::gru && gate == 2;
    std::vector<Term> below;
    for (const Term& term : read_.reader.polynomials.terms(unit.gates[gate])) {
        int32_t number = term.second;
        bool reset = false;
        if (term.first != 0 && is_candidate)
            for (auto [gate_symbol, other] :
                 {std::pair(term.first, term.second), {term.second, term.first}})
                if (gate_symbol == unit.reset && !reset) reset = true, number = other;
        if (term.first != 0 && is_candidate && !reset)
            read_.fail_at(unit.gates[gate], kResetsBefore);
        if ((number == unit.reset && is_candidate) ||
            (read_.is(number, Kind::one) && unit.h != 0)) {
            row.Rb += term.factor;
        } else if (read_.is(number, Kind::state) && unit.h != 0 && (term.first == 0 || reset)) {
            auto found = std::lower_bound(group.states.begin(), group.states.end(), number);
            if (found == group.states.end() || *found != number || (is_candidate && !reset))
                read_.fail_at(unit.gates[gate],
                              "reads a state that its gate does not reset, or another layer's");
            row.h[static_cast<size_t>(found - group.states.begin())] += term.factor;
        } else if (reset) {
            read_.fail_at(unit.gates[gate], kResetsBefore);
        } else {
            below.push_back(term);
        }
    }
    expand(std::move(below), 1, row.x);
    return row;
}

// Layers without state that the units just read are made of: those of one function.
void ModelImporter::group_stateless() {
    for (Cell cell : {Cell::rnn, Cell::rnn_relu}) {
        Group group;
        for (size_t u : stateless_) {
            if (units_[u].cell != cell) continue;
            units_[u].group = groups_.size(), units_[u].place = group.units.size();
            group.units.push_back(u);
        }
        if (!group.units.empty()) groups_.push_back(std::move(group));
    }
    stateless_.clear();
}

void ModelImporter::read_group(size_t index) {
    const Group group = groups_[index];  // a copy: expand() adds to groups_ and units_
    std::vector<Row> rows;
    for (size_t gate = 0; gate < units_[group.units[0]].gates.size(); gate++)
        for (size_t u : group.units) {
            const Unit unit = units_[u];
            rows.push_back(row_of_gate(unit, group, gate));
        }
    groups_[index].rows = std::move(rows);
    group_stateless();
}

void ModelImporter::read_output() {
    std::vector<Id> logits = read_.reader.elements(graph_.outputs[0].name);
    if (static_cast<int>(logits.size()) != alphabet_.size())
        throw Error(where_ + ": output '" + graph_.outputs[0].name + "'",
                    "has " + std::to_string(logits.size()) + " number" +
                        (logits.size() == 1 ? "" : "s") + "; expected a logit for each of the " +
                        std::to_string(alphabet_.size()) +
                        " characters of the alphabet: give --alphabet in the order of the logits, "
                        "or export forward(token, states) that returns them first");
    for (Id logit : logits) {
        Row row;
        expand(read_.reader.polynomials.terms(logit), 1, row.x);
        output_.push_back(std::move(row));
    }
    group_stateless();
}

// Each layer reads the one below and, beside it, what it likes of those further down.
void ModelImporter::order_groups() {
    auto below_of = [&](const std::vector<Row>& rows) {
        std::set<int> below;
        for (const Row& row : rows)
            for (auto [number, factor] : row.x)
                if (number < 0 && factor != 0)
                    below.insert(static_cast<int>(units_[static_cast<size_t>(-1 - number)].group));
        return below;
    };
    for (Group& group : groups_) group.below = below_of(group.rows);
    std::vector<int> order;
    std::set<int> placed;
    while (order.size() < groups_.size()) {
        auto next = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
            return !placed.count(static_cast<int>(&group - groups_.data())) &&
                   (order.empty() ? group.below.empty() && !group.states.empty()
                                  : group.below.count(order.back()) > 0) &&
                   std::includes(placed.begin(), placed.end(), group.below.begin(),
                                 group.below.end());
        });
        if (next == groups_.end())
            read_.fail_at(
                units_[groups_.back().units[0]].gates[0],
                "belongs to layers side by side, each of which does not read the one before, " +
                    std::string(kNoIntegerForm));
        order.push_back(static_cast<int>(next - groups_.begin()));
        placed.insert(order.back());
    }
    if (!below_of(output_).count(order.back()))
        read_.fail_at(
            units_[groups_[static_cast<size_t>(order.back())].units[0]].gates[0],
            "belongs to a layer that the logits do not read, " + std::string(kNoIntegerForm));
    std::vector<Group> ordered;
    for (int g : order) ordered.push_back(groups_[static_cast<size_t>(g)]);
    groups_ = std::move(ordered);
    for (size_t g = 0; g < groups_.size(); g++)
        for (size_t u : groups_[g].units) units_[u].group = g;
}

// The place of what the token selects.
size_t ModelImporter::column(int32_t table) {
    auto [found, is_new] = columns_.emplace(table, inputs_.size());
    if (is_new) inputs_.push_back(table);
    return found->second;
}

// (rows, width): what the rows read of layer `from`, or of the token.
Matrix ModelImporter::matrix_of(const std::vector<Row>& rows, int from) const {
    const size_t width =
        from == kToken ? inputs_.size() : groups_[static_cast<size_t>(from)].units.size();
    Matrix result{static_cast<int>(rows.size()), static_cast<int>(width), {}};
    std::vector<double> values(width);
    for (const Row& row : rows) {
        std::fill(values.begin(), values.end(), 0);
        for (auto [number, factor] : row.x) {
            if (number > 0 && from == kToken) values[columns_.at(number)] += factor;
            if (number >= 0) continue;
            const Unit& unit = units_[static_cast<size_t>(-1 - number)];
            if (from != kToken && unit.group == static_cast<size_t>(from))
                values[unit.place] += factor;
        }
        for (double value : values) result.values.push_back(static_cast<float>(value));
    }
    return result;
}

std::vector<Skip> ModelImporter::skips_of(const std::vector<Row>& rows, int below) const {
    std::vector<Skip> skips;
    for (int from = kToken; from < below; from++) {
        Matrix W = matrix_of(rows, from);
        if (std::any_of(W.values.begin(), W.values.end(), [](float w) { return w != 0; }))
            skips.push_back({from, std::move(W)});
    }
    return skips;
}

void ModelImporter::add_layer(size_t index) {
    const Group& group = groups_[index];
    const int below = static_cast<int>(index) - 1;
    RecurrentLayer layer;
    layer.cell = units_[group.units[0]].cell;
    layer.W = matrix_of(group.rows, below);
    layer.skips = skips_of(group.rows, below);
    for (const Row& row : group.rows) {
        layer.Wb.push_back(static_cast<float>(constant_of(row)));
        layer.Rb.push_back(static_cast<float>(row.Rb));
        for (double value : row.h) layer.R.values.push_back(static_cast<float>(value));
    }
    if (!group.states.empty()) {
        layer.R.rows = static_cast<int>(group.rows.size());
        layer.R.columns = static_cast<int>(group.states.size());
    }
    model_.layers.push_back(std::move(layer));
}

// Logits are linear in what the layers make.
void ModelImporter::add_output() {
    const int last = static_cast<int>(groups_.size()) - 1;
    model_.output = matrix_of(output_, last);
    model_.output_skips = skips_of(output_, last);
    for (const Row& row : output_)
        model_.output_bias.push_back(static_cast<float>(constant_of(row)));
}

// The table of inputs, a row a token; the identity is a one-hot vector and needs none.
void ModelImporter::add_embedding() {
    bool one_hot = inputs_.size() == static_cast<size_t>(alphabet_.size());
    Matrix table{alphabet_.size(), static_cast<int>(inputs_.size()), {}};
    for (int token = 0; token < alphabet_.size(); token++)
        for (size_t c = 0; c < inputs_.size(); c++) {
            const Symbol& at = read_.symbol(inputs_[c]);
            const Value& row =
                read_.reader.tables[static_cast<size_t>(at.of)][static_cast<size_t>(token)];
            double value = is_float(row.type)
                               ? row.numbers[static_cast<size_t>(at.index)]
                               : static_cast<double>(row.integers[static_cast<size_t>(at.index)]);
            table.values.push_back(static_cast<float>(value));
            one_hot &= value == (static_cast<size_t>(token) == c ? 1 : 0);
        }
    if (!one_hot) model_.embedding = std::move(table);
}

RecurrentModel ModelImporter::run() {
    for (const Unit& unit : read_.units()) add_unit(unit);
    find_groups();
    read_output();
    for (size_t g = 0; g < groups_.size(); g++) read_group(g);  // which may find further ones
    order_groups();
    auto read_columns = [&](const std::vector<Row>& rows) {
        for (const Row& row : rows)
            for (auto [number, factor] : row.x)
                if (number > 0) column(number);
    };
    for (const Group& group : groups_) {
        read_columns(group.rows);
        if (inputs_.empty()) throw Error(where_, "has a first layer that does not read the token");
    }
    read_columns(output_);
    for (size_t g = 0; g < groups_.size(); g++) add_layer(g);
    add_output();
    add_embedding();
    model_.alphabet = alphabet_;
    model_.metadata = graph_.metadata;
    model_.metadata.erase(key::kAlphabet);
    model_.metadata.erase(key::kMerges);
    model_.metadata.erase(key::kFormat);
    return std::move(model_);
}

}  // namespace

bool is_integer(const Graph& graph) {
    const auto format = graph.metadata.find(key::kFormat);
    return format != graph.metadata.end() && format->second.starts_with("integer-");
}

RecurrentModel recurrent_model_from(const Graph& graph, const std::string& where) {
    if (is_integer(graph))
        throw Error(where, "is an integer model; training and quantizing start from a float one");
    return ModelImporter(token_model_to_read(graph, where).graph, where).run();
}

}  // namespace quillet
