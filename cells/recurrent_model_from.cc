// An ONNX graph back to a recurrent model's weights, recognised by what it computes: the next states
// as polynomials (symbolic.h) are held against each cell's equations.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include "base/error.h"
#include "cells/recurrent_model.h"
#include "cells/symbolic.h"
#include "cells/token_model.h"
#include "graph/alphabet_metadata.h"

namespace quillet {
namespace {

using Id = Polynomials::Id;
using Kind = Polynomials::Kind;
using Symbol = Polynomials::Symbol;
using Term = Polynomials::Term;

constexpr const char* kNoIntegerForm =
    "which has no exact integer form; expected an embedding or one-hot vector, layers of GRU or "
    "LSTM "
    "one after another, and linear layers to the logits: export that, or keep the model in float";

constexpr const char* kResetsBefore =
    "resets before the multiplication; export with linear_before_reset = 1, as PyTorch's GRU does "
    "(Keras: reset_after=True)";

// One hidden unit: its cell, its next h as a polynomial, its state symbols and its gates in ONNX's
// order.
struct Unit {
    Cell cell;
    Id next;
    int32_t h;
    std::vector<Id> gates;  // polynomials of x and h; a GRU's last has the reset gate's factor
    int32_t reset = 0;      // a GRU's reset gate
};

// Units that read each other's h: a layer, in the order of that state.
struct Group {
    std::vector<int32_t> states;  // h of each unit
    std::vector<Unit> units;
    std::set<int> below;  // groups whose h it reads
};

class ModelImporter {
  public:
    ModelImporter(const Graph& graph, const std::string& where)
        : graph_(graph),
          where_(where),
          alphabet_(alphabet_of(graph.metadata, where)),
          reader_(graph, alphabet_.size(), where) {}

    RecurrentModel run();

  private:
    [[noreturn]] void fail(const Node* node, const std::string& what) const {
        throw Error(node ? where_ + ": " + describe(*node) : where_, what);
    }
    [[noreturn]] void fail_at(Id id, const std::string& what) const;

    const Symbol& symbol(int32_t number) const { return reader_.polynomials.symbol(number); }
    bool is(int32_t number, Kind kind) const { return number > 0 && symbol(number).kind == kind; }
    std::vector<Term> terms(Id id) const;  // those whose factor is not zero
    const Node* culprit(Id id, int depth = 0) const;

    bool resets_before(Id candidate) const;
    bool match_gru(Id next, int32_t h, Unit& unit) const;
    bool match_lstm(Id next, Unit& unit) const;
    void find_units();
    void find_groups();
    int group_of(int32_t number) const;  // of a symbol that is a unit's next h; -1 elsewhere
    void order_groups();
    void read_row(const Unit& unit, Id gate, bool is_candidate, std::vector<double>& x, double& Wb,
                  std::vector<double>& h, double& Rb);
    void add_layer(const Group& group);
    void add_output();
    void fail_bent(int32_t number) const;
    size_t column(int32_t number);

    const Graph& graph_;
    const std::string& where_;
    Alphabet alphabet_;
    SymbolicReader reader_;
    std::map<int32_t, Id> next_of_;  // state symbol -> its next value
    std::vector<Unit> units_;
    std::vector<Group> groups_;                     // the lowest first once ordered
    std::map<Id, std::pair<int, size_t>> unit_of_;  // next h -> group and place in it
    std::vector<int32_t> inputs_;                   // table symbols that the first layer reads
    size_t layer_ = 0;                              // the one being added
    RecurrentModel model_;
};

std::vector<Term> ModelImporter::terms(Id id) const {
    std::vector<Term> result;
    for (const Term& term : reader_.polynomials.terms(id))
        if (term.factor != 0) result.push_back(term);
    return result;
}

// The node to name in an error about `id`: the first that makes something other than cells are made
// of, looking into functions of functions.
const Node* ModelImporter::culprit(Id id, int depth) const {
    for (const Term& term : terms(id))
        for (int32_t number : {term.first, term.second}) {
            if (number == 0) continue;
            const Symbol& found = symbol(number);
            if (found.kind == Kind::other || found.kind == Kind::relu) return found.node;
            if (found.kind == Kind::same && unit_of_.count(found.of)) continue;
            bool is_function =
                found.kind != Kind::table && found.kind != Kind::state && found.kind != Kind::one;
            if (is_function && depth < 8)
                if (const Node* deeper = culprit(found.of, depth + 1)) return deeper;
        }
    return nullptr;
}

void ModelImporter::fail_at(Id id, const std::string& what) const {
    const Node *bent = culprit(id), *node = bent;
    for (const Term& term : terms(id))
        for (int32_t number : {term.second, term.first})
            if (!node && number > 0) node = symbol(number).node;
    if (node && node != bent) fail(node, what);
    if (node) fail(node, "lies in the way of the state, " + std::string(kNoIntegerForm));
    fail(nullptr, what);
}

/// the cells' equations ///

// Whether a GRU's candidate gate reads products of a gate and h, which a matrix has multiplied since.
bool ModelImporter::resets_before(Id candidate) const {
    for (const Term& term : terms(candidate)) {
        if (!is(term.second, Kind::same)) continue;
        for (const Term& part : terms(symbol(term.second).of))
            if ((is(part.first, Kind::sigmoid) && is(part.second, Kind::state)) ||
                (is(part.first, Kind::state) && is(part.second, Kind::sigmoid)))
                return true;
    }
    return false;
}

// next = n + z * h - z * n with z = sigmoid(gate), n = tanh(W x + b + r * (R h + b')).
bool ModelImporter::match_gru(Id next, int32_t h, Unit& unit) const {
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
    for (const Term& part : reader_.polynomials.terms(symbol(n).of))
        if (part.first != 0)
            for (int32_t number : {part.first, part.second})
                if (is(number, Kind::sigmoid)) r = number;
    if (r == 0)
        fail(symbol(n).node, resets_before(symbol(n).of)
                                 ? kResetsBefore
                                 : "is a GRU without a reset gate; expected ONNX's GRU");
    unit = {Cell::gru, next, h, {symbol(z).of, symbol(r).of, symbol(n).of}, r};
    return true;
}

// next h = o * tanh(c'), c' = f * c + i * g.
bool ModelImporter::match_lstm(Id next, Unit& unit) const {
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

// Every state must be some unit's h or c.
void ModelImporter::find_units() {
    std::set<int32_t> cells;  // c of the units
    for (auto [state, next] : next_of_) {
        Unit unit;
        if (match_gru(next, state, unit)) {
            units_.push_back(unit);
        } else if (match_lstm(next, unit)) {
            unit.h = state;
            units_.push_back(unit);
            for (const Term& term : terms(next))
                for (int32_t number : {term.first, term.second})
                    if (is(number, Kind::tanh))
                        for (auto [c, next_c] : next_of_)
                            if (next_c == symbol(number).of) cells.insert(c);
        }
    }
    for (const Unit& unit : units_) cells.insert(unit.h);
    for (auto [state, next] : next_of_) {
        if (cells.count(state)) continue;
        const ValueInfo& input = graph_.inputs[static_cast<size_t>(symbol(state).of) + 1];
        fail_at(
            next,
            "makes the next value of state '" + input.name +
                "' in another way than a GRU (with linear_before_reset = 1, as PyTorch's) or an "
                "LSTM does, " +
                kNoIntegerForm);
    }
    if (units_.empty()) throw Error(where_, "has no GRU or LSTM whose state goes in and out");
}

/// layers ///

void ModelImporter::find_groups() {
    std::map<std::vector<int32_t>, size_t> by_states;
    for (const Unit& unit : units_) {
        std::vector<int32_t> states;
        for (const Term& term : reader_.polynomials.terms(unit.gates[0]))
            if (term.first == 0 && is(term.second, Kind::state)) states.push_back(term.second);
        auto [found, is_new] = by_states.emplace(states, groups_.size());
        if (is_new) groups_.push_back({states, {}, {}});
        groups_[found->second].units.push_back(unit);
    }
    for (Group& group : groups_) {
        std::sort(group.units.begin(), group.units.end(),
                  [](const Unit& a, const Unit& b) { return a.h < b.h; });
        bool closed = group.units.size() == group.states.size();
        for (size_t i = 0; closed && i < group.states.size(); i++)
            closed = group.units[i].h == group.states[i];
        if (!closed) fail_at(group.units[0].gates[0], "reads other states than its layer's own h");
    }
    for (size_t g = 0; g < groups_.size(); g++)
        for (size_t i = 0; i < groups_[g].units.size(); i++)
            unit_of_[groups_[g].units[i].next] = {static_cast<int>(g), i};
}

int ModelImporter::group_of(int32_t number) const {
    if (!is(number, Kind::same)) return -1;
    auto found = unit_of_.find(symbol(number).of);
    return found == unit_of_.end() ? -1 : found->second.first;
}

void ModelImporter::order_groups() {
    for (Group& group : groups_)
        for (const Term& term : reader_.polynomials.terms(group.units[0].gates[0]))
            if (int below = group_of(term.second); below >= 0) group.below.insert(below);
    std::vector<size_t> order;
    for (int last = -1; order.size() < groups_.size();) {
        std::set<int> wanted;
        if (last >= 0) wanted.insert(last);
        auto next = std::find_if(groups_.begin(), groups_.end(),
                                 [&](const Group& group) { return group.below == wanted; });
        if (next == groups_.end())
            fail_at(groups_[0].units[0].gates[0],
                    "reads more than the layer below, " + std::string(kNoIntegerForm));
        last = static_cast<int>(next - groups_.begin());
        order.push_back(static_cast<size_t>(last));
    }
    std::vector<Group> ordered;
    for (size_t g : order) ordered.push_back(groups_[g]);
    groups_ = std::move(ordered);
    for (size_t g = 0; g < groups_.size(); g++)
        for (const Unit& unit : groups_[g].units) unit_of_[unit.next].first = static_cast<int>(g);
}

// Fails where `number` is no sum of what lies below, but bent by a function or a product of such.
void ModelImporter::fail_bent(int32_t number) const {
    if (number <= 0 || group_of(number) >= 0) return;
    const Symbol& found = symbol(number);
    const bool bent = found.kind == Kind::relu || found.kind == Kind::tanh ||
                      found.kind == Kind::sigmoid || found.kind == Kind::other;
    if (bent)
        fail(found.node,
             "is no linear function of the layer below, " + std::string(kNoIntegerForm));
    if (found.kind != Kind::same) return;
    std::set<std::pair<int32_t, int32_t>> of_units;  // what a residual adds to is written out here
    for (const Unit& unit : units_)
        for (const Term& term : terms(unit.next)) of_units.emplace(term.first, term.second);
    for (const Term& term : terms(found.of)) {
        if (of_units.count({term.first, term.second})) continue;
        for (int32_t factor : {term.first, term.second}) fail_bent(factor);
    }
    if (const Node* node = culprit(found.of))
        fail(node, "lies in the way of the state, " + std::string(kNoIntegerForm));
}

// The column of W for what the layer reads besides its own h.
size_t ModelImporter::column(int32_t number) {
    if (layer_ == 0 && is(number, Kind::table)) {
        auto found = std::find(inputs_.begin(), inputs_.end(), number);
        if (found == inputs_.end()) inputs_.push_back(number), found = inputs_.end() - 1;
        return static_cast<size_t>(found - inputs_.begin());
    }
    if (layer_ > 0 && group_of(number) == static_cast<int>(layer_) - 1)
        return unit_of_.at(symbol(number).of).second;
    fail_bent(number);
    fail(number > 0 ? symbol(number).node : nullptr,
         "adds something to what comes from the layer below (a residual, or a skipped layer)" +
             std::string(", ") + kNoIntegerForm);
}

// Parts of a gate's polynomial. is_candidate: a GRU's third gate, whose h and recurrent bias carry the
// reset gate.
void ModelImporter::read_row(const Unit& unit, Id gate, bool is_candidate, std::vector<double>& x,
                             double& Wb, std::vector<double>& h, double& Rb) {
    const Group& group = groups_[layer_];
    for (const Term& term : reader_.polynomials.terms(gate)) {
        int32_t number = term.second;
        bool reset = false;
        if (term.first != 0 && is_candidate)
            for (auto [gate_symbol, other] :
                 {std::pair(term.first, term.second), {term.second, term.first}})
                if (gate_symbol == unit.reset && !reset) reset = true, number = other;
        if (term.first != 0 && !reset) fail_at(gate, kResetsBefore);
        if ((number == unit.reset && is_candidate) || is(number, Kind::one)) {
            Rb += term.factor;
        } else if (number == 0) {
            Wb += term.factor;
        } else if (is(number, Kind::state)) {
            auto found = std::lower_bound(group.states.begin(), group.states.end(), number);
            if (found == group.states.end() || *found != number || (is_candidate && !reset))
                fail_at(gate, "reads a state that its gate does not reset, or another layer's");
            h[static_cast<size_t>(found - group.states.begin())] += term.factor;
        } else {
            size_t place = column(number);
            if (place >= x.size()) x.resize(place + 1);
            x[place] += term.factor;
        }
    }
}

void ModelImporter::add_layer(const Group& group) {
    const Cell cell = group.units[0].cell;
    const int hidden = static_cast<int>(group.units.size());
    if (model_.layers.empty()) model_.cell = cell, model_.hidden = hidden;
    for (const Unit& unit : group.units)
        if (unit.cell != model_.cell || hidden != model_.hidden)
            fail_at(unit.gates[0],
                    "belongs to a layer of another cell or size than the first; expected "
                    "layers of one cell and size");
    const size_t rows = static_cast<size_t>(gates_of(cell)) * group.units.size(),
                 H = group.units.size();
    std::vector<std::vector<double>> W(rows), R(rows, std::vector<double>(H));
    std::vector<double> Wb(rows), Rb(rows);
    for (size_t gate = 0; gate < static_cast<size_t>(gates_of(cell)); gate++)
        for (size_t i = 0; i < H; i++) {
            size_t row = gate * H + i;
            bool candidate = cell == Cell::gru && gate == 2;
            read_row(group.units[i], group.units[i].gates[gate], candidate, W[row], Wb[row], R[row],
                     Rb[row]);
        }
    size_t columns = layer_ == 0 ? inputs_.size() : H;
    auto matrix = [&](std::vector<std::vector<double>>& from, size_t width) {
        Matrix to{static_cast<int>(rows), static_cast<int>(width), {}};
        for (std::vector<double>& row : from) {
            row.resize(width);
            for (double value : row) to.values.push_back(static_cast<float>(value));
        }
        return to;
    };
    RecurrentLayer layer{matrix(W, columns), matrix(R, H), {}, {}};
    for (double value : Wb) layer.Wb.push_back(static_cast<float>(value));
    for (double value : Rb) layer.Rb.push_back(static_cast<float>(value));
    model_.layers.push_back(std::move(layer));
}

// Logits are linear in the last layer's h.
void ModelImporter::add_output() {
    std::vector<Id> logits = reader_.elements(graph_.outputs[0].name);
    if (static_cast<int>(logits.size()) != alphabet_.size())
        throw Error(where_, "has " + std::to_string(logits.size()) + " logits for the alphabet's " +
                                std::to_string(alphabet_.size()) + " characters");
    model_.output = {alphabet_.size(), model_.hidden, {}};
    layer_ = groups_.size();
    for (Id logit : logits) {
        std::vector<double> row(static_cast<size_t>(model_.hidden));
        double bias = 0;
        for (const Term& term : reader_.polynomials.terms(logit)) {
            if (term.second == 0 || (term.first == 0 && is(term.second, Kind::one)))
                bias += term.factor;
            else if (term.first == 0)
                row[column(term.second)] += term.factor;
            else {
                fail_bent(term.first);
                fail_bent(term.second);
                fail_at(logit, "makes the logits from something else than linear layers, " +
                                   std::string(kNoIntegerForm));
            }
        }
        for (double value : row) model_.output.values.push_back(static_cast<float>(value));
        model_.output_bias.push_back(static_cast<float>(bias));
    }
}

RecurrentModel ModelImporter::run() {
    int32_t state = 0;
    for (size_t i = 1; i < graph_.inputs.size(); i++, state++) {
        std::vector<Id> next = reader_.elements(graph_.outputs[i].name);
        for (size_t e = 0; e < next.size(); e++)
            next_of_[reader_.polynomials.make_symbol(Kind::state, state, static_cast<int32_t>(e),
                                                     nullptr)] = next[e];
    }
    find_units();
    find_groups();
    order_groups();
    for (layer_ = 0; layer_ < groups_.size(); layer_++) add_layer(groups_[layer_]);
    add_output();
    // The table of inputs, a row a token; the identity is a one-hot vector and needs none.
    bool one_hot = inputs_.size() == static_cast<size_t>(alphabet_.size());
    Matrix table{alphabet_.size(), static_cast<int>(inputs_.size()), {}};
    for (int token = 0; token < alphabet_.size(); token++)
        for (size_t c = 0; c < inputs_.size(); c++) {
            const Symbol& at = symbol(inputs_[c]);
            const Value& row =
                reader_.tables[static_cast<size_t>(at.of)][static_cast<size_t>(token)];
            double value = is_float(row.type)
                               ? row.numbers[static_cast<size_t>(at.index)]
                               : static_cast<double>(row.integers[static_cast<size_t>(at.index)]);
            table.values.push_back(static_cast<float>(value));
            one_hot &= value == (static_cast<size_t>(token) == c ? 1 : 0);
        }
    if (!one_hot) model_.embedding = std::move(table);
    if (inputs_.empty()) throw Error(where_, "has a first layer that does not read the token");
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
    return ModelImporter(token_model_of(graph, where).graph, where).run();
}

}  // namespace quillet
