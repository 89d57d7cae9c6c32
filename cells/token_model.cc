// A character model of anyone's making in the one form that every stage takes.
// SPDX-License-Identifier: MIT
#include "cells/token_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "cells/recurrent_model.h"
#include "graph/apply.h"
#include "graph/axes.h"
#include "graph/declared.h"
#include "graph/moves.h"
#include "graph/recurrence.h"
#include "graph/shapes.h"

namespace quillet {
namespace {

const Node* maker_of(const Graph& graph, const std::string& value) {
    for (const Node& node : graph.nodes)
        if (std::find(node.outputs.begin(), node.outputs.end(), value) != node.outputs.end())
            return &node;
    return nullptr;
}

std::string counted(size_t count, const char* what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

// A name that nothing in the graph has.
std::string fresh(const Graph& graph, const std::string& name) {
    auto taken = [&](const std::string& candidate) {
        return graph.initializers.count(candidate) || maker_of(graph, candidate) ||
               std::any_of(graph.inputs.begin(), graph.inputs.end(),
                           [&](const ValueInfo& info) { return info.name == candidate; });
    };
    std::string result = name;
    while (taken(result)) result += "_";
    return result;
}

/// names of states ///

// The words of a name in lower case, without those that only say which side of the step it is on:
// "h_out" and "next_h" are "h".
std::string meaning_of(const std::string& name, bool with_numbers) {
    static const std::set<std::string> sides = {"in",  "out",  "input",    "output", "next",
                                                "new", "prev", "previous", "old",    "n",
                                                "t",   "last", "init",     "initial"};
    std::string meaning, word;
    auto end_word = [&] {
        if (!word.empty() && !sides.count(word)) meaning += (meaning.empty() ? "" : " ") + word;
        word.clear();
    };
    for (char c : name) {
        bool digit = c >= '0' && c <= '9', upper = c >= 'A' && c <= 'Z';
        if (digit && !with_numbers) {
            end_word();
        } else if (digit || upper || (c >= 'a' && c <= 'z')) {
            word += upper ? static_cast<char>(c - 'A' + 'a') : c;
        } else {
            end_word();
        }
    }
    // "hn" and "cn" are PyTorch's h_n and c_n.
    if (word.size() == 2 && word[1] == 'n') word.pop_back();
    end_word();
    return meaning;
}

// For each state the output of the same meaning; empty where names do not pair them all.
std::vector<size_t> paired_by_name(const std::vector<ValueInfo>& states,
                                   const std::vector<ValueInfo>& outputs, bool with_numbers) {
    std::map<std::string, size_t> by_meaning;
    for (size_t i = 0; i < outputs.size(); i++)
        if (!by_meaning.emplace(meaning_of(outputs[i].name, with_numbers), i).second) return {};
    std::vector<size_t> pairs;
    std::set<std::string> seen;
    for (const ValueInfo& state : states) {
        std::string meaning = meaning_of(state.name, with_numbers);
        auto found = by_meaning.find(meaning);
        if (meaning.empty() || found == by_meaning.end() || !seen.insert(meaning).second) return {};
        pairs.push_back(found->second);
    }
    return pairs;
}

/// the passes ///

// Inputs and outputs of 16 bits become float32: states are kept by the text loop, which needs none.
void widen_halves(TokenModel& model) {
    bool found = false;
    for (auto* infos : {&model.graph.inputs, &model.graph.outputs})
        for (ValueInfo& info : *infos)
            if (is_half(info.type)) info.type = Type::float32, found = true;
    if (!found) return;
    const std::vector<ValueInfo>& outputs = model.graph.outputs;
    for (Node& node : model.graph.nodes)
        if (node.op == "Cast" &&
            std::any_of(outputs.begin(), outputs.end(), [&](const ValueInfo& output) {
                return output.type == Type::float32 && output.name == node.outputs[0];
            }))
            node.attributes["to"] = static_cast<int64_t>(Type::float32);
    model.notes.push_back("inputs and outputs of 16 bits are taken as float32");
}

// What is finite stays so: a mask of double's lowest number becomes float's.
Tensor narrowed(const Tensor& tensor) {
    constexpr double kMost = std::numeric_limits<float>::max();
    Value value = value_of(tensor);
    value.type = Type::float32;
    for (double& number : value.numbers)
        if (std::isfinite(number)) number = std::clamp(number, -kMost, kMost);
    return tensor_of(value);
}

void narrow(Graph& graph) {
    for (auto& [name, tensor] : graph.initializers)
        if (tensor.type == Type::float64) tensor = narrowed(tensor);
    for (auto* infos : {&graph.inputs, &graph.outputs})
        for (ValueInfo& info : *infos)
            if (info.type == Type::float64) info.type = Type::float32;
    for (Node& node : graph.nodes)
        for (auto& [name, attribute] : node.attributes) {
            if (auto* tensor = std::get_if<Tensor>(&attribute))
                if (tensor->type == Type::float64) *tensor = narrowed(*tensor);
            const bool names_type = name == "dtype" || (name == "to" && node.op == "Cast");
            if (names_type && attribute == Attribute(static_cast<int64_t>(Type::float64)))
                attribute = static_cast<int64_t>(Type::float32);
            if (auto* inner = std::get_if<Subgraph>(&attribute)) {
                Graph body = *inner->graph;
                narrow(body);
                inner->graph = std::make_shared<const Graph>(std::move(body));
            }
        }
}

// A model of doubles, model.double(), is computed in float32 as every other: no chip that this is for
// has doubles, and no kernel of a cell.
void narrow_doubles(TokenModel& model) {
    auto is_double = [](const ValueInfo& info) { return info.type == Type::float64; };
    const Graph& graph = model.graph;
    if (std::none_of(graph.inputs.begin(), graph.inputs.end(), is_double) &&
        std::none_of(graph.outputs.begin(), graph.outputs.end(), is_double))
        return;
    narrow(model.graph);
    model.notes.push_back("the model is of float64; weights and states are taken as float32");
}

[[noreturn]] void fail_without_token(const Graph& graph, const std::string& where) {
    for (const ValueInfo& input : graph.inputs)
        if (is_integer(input.type))
            throw Error(where + ": input '" + input.name + "'",
                        "is " + name_of(input.type) +
                            "; expected a token of int64 or int32: export with "
                            "torch.zeros(1, 1, dtype=torch.int64) as the token");
    throw Error(where,
                "has no integer input for the token, and no one-hot vector as wide as its "
                "first output; export forward(token, states) with an int64 token");
}

// Puts the token first. A float input of as many elements as there are logits, of which no output is
// the next value, is a one-hot vector.
void find_token(TokenModel& model, const std::string& where) {
    Graph& graph = model.graph;
    auto is_token = [](const ValueInfo& input) {
        return input.type == Type::int64 || input.type == Type::int32;
    };
    const auto tokens = std::count_if(graph.inputs.begin(), graph.inputs.end(), is_token);
    if (tokens > 1)
        throw Error(where,
                    "has " + std::to_string(tokens) + " integer inputs; expected one, the token");
    if (tokens == 1) {
        auto token = std::find_if(graph.inputs.begin(), graph.inputs.end(), is_token);
        std::rotate(graph.inputs.begin(), token, token + 1);
        if (count_of(graph.inputs[0].shape) != 1)
            throw Error(where + ": input '" + graph.inputs[0].name + "'",
                        "takes " + std::to_string(count_of(graph.inputs[0].shape)) +
                            " tokens; expected one: export with a sequence of length 1");
        return;
    }
    int64_t characters = graph.outputs.empty() ? 0 : count_of(graph.outputs[0].shape);
    auto one_hot = graph.inputs.end();
    for (auto input = graph.inputs.begin(); input != graph.inputs.end(); ++input) {
        bool is_next =
            std::any_of(graph.outputs.begin() + (graph.outputs.empty() ? 0 : 1),
                        graph.outputs.end(), [&](auto& output) {
                            return output.shape == input->shape &&
                                   graph.inputs.size() <= graph.outputs.size() &&
                                   meaning_of(output.name, true) == meaning_of(input->name, true);
                        });
        if (input->type == Type::float32 && count_of(input->shape) == characters && !is_next &&
            one_hot == graph.inputs.end())
            one_hot = input;
    }
    if (one_hot == graph.inputs.end() || graph.inputs.size() != graph.outputs.size())
        fail_without_token(graph, where);
    ValueInfo vector = *one_hot;
    graph.inputs.erase(one_hot);
    std::string token = fresh(graph, vector.name + "_token");
    auto constant = [&](const char* name, Tensor tensor) {
        std::string unique = fresh(graph, vector.name + name);
        graph.initializers[unique] = std::move(tensor);
        return unique;
    };
    std::string depth =
        constant("_depth", Tensor::of(Type::int64, {}, std::vector<int64_t>{characters}));
    std::string values =
        constant("_values", Tensor::of(Type::float32, {2}, std::vector<float>{0, 1}));
    std::string shape = constant(
        "_shape",
        Tensor::of(Type::int64, {static_cast<int64_t>(vector.shape.size())}, vector.shape));
    std::string row = fresh(graph, vector.name + "_row");
    graph.nodes.insert(
        graph.nodes.begin(),
        {{vector.name + "_one_hot", "OneHot", "", {token, depth, values}, {row}, {}},
         {vector.name + "_reshape", "Reshape", "", {row, shape}, {vector.name}, {}}});
    graph.inputs.insert(graph.inputs.begin(), {token, Type::int64, {1}});
    graph.opset = std::max<int64_t>(graph.opset, 9);
    model.notes.push_back("the input '" + vector.name + "' is taken as the token's one-hot vector");
}

// Who returns the draw instead of what it is drawn from is told so.
void check_logits(const Graph& graph, const std::string& where) {
    if (graph.outputs.empty() || is_float(graph.outputs[0].type)) return;
    const ValueInfo& output = graph.outputs[0];
    const Node* maker = maker_of(graph, output.name);
    throw Error(where + ": output '" + output.name + "'",
                "is " + name_of(output.type) + (maker ? ", made by " + describe(*maker) : "") +
                    "; expected the logits, a float for each character: export forward(token, "
                    "states) that returns them as they are before argmax or a draw");
}

// Outputs in the order of the states.
void pair_states(TokenModel& model, const std::string& where) {
    Graph& graph = model.graph;
    if (graph.inputs.size() != graph.outputs.size())
        throw Error(where, "has " + counted(graph.inputs.size() - 1, "state") + " as input" +
                               (graph.inputs.size() == 2 ? "" : "s") + " and " +
                               counted(graph.outputs.size() - 1, "output") +
                               " after the logits; expected one for each: export forward(token, "
                               "states) that returns the logits, then each state's next value");
    std::vector<ValueInfo> states(graph.inputs.begin() + 1, graph.inputs.end());
    std::vector<ValueInfo> outputs(graph.outputs.begin() + 1, graph.outputs.end());
    std::vector<size_t> pairs = paired_by_name(states, outputs, true);
    if (pairs.empty()) pairs = paired_by_name(states, outputs, false);
    bool by_position = pairs.empty();
    for (size_t i = 0; i < states.size(); i++) {
        if (by_position) pairs.push_back(i);
        const ValueInfo& output = outputs[pairs[i]];
        if (count_of(output.shape) != count_of(states[i].shape))
            throw Error(
                where + ": output '" + output.name + "'",
                "does not fit state '" + states[i].name +
                    "'; expected outputs logits, then each state's next value, in the order of "
                    "the inputs");
        graph.outputs[i + 1] = output;
        if (pairs[i] != i)
            model.notes.push_back("'" + output.name + "' is taken as the next value of '" +
                                  states[i].name + "', by name");
    }
    if (by_position && states.size() > 1)
        model.notes.push_back("states and their next values are paired by position");
}

// The Softmax or LogSoftmax that makes the logits, seen through what changes shapes alone; null where
// there is none.
const Node* last_softmax(const Graph& graph) {
    if (graph.outputs.empty()) return nullptr;
    const Node* node = maker_of(graph, graph.outputs[0].name);
    while (node && (node->op == "Reshape" || node->op == "Squeeze" || node->op == "Unsqueeze" ||
                    node->op == "Flatten" || node->op == "Identity"))
        node = maker_of(graph, node->inputs[0]);
    return node && (node->op == "LogSoftmax" || node->op == "Softmax") ? node : nullptr;
}

// How a Softmax of `graph`, whose values are of `shapes`, reads its input; nullopt where none is known.
std::optional<Around> around_of(const Node& node, const Graph& graph,
                                const std::map<std::string, TypedShape>& shapes,
                                const std::string& where) {
    auto shape = node.inputs.empty() ? shapes.end() : shapes.find(node.inputs[0]);
    if (shape == shapes.end()) return std::nullopt;
    return softmax_around({node, graph.opset, where, {{&shape->second}}});
}

// Log-softmax and softmax of the logits, over all of them, shift or normalize what is drawn from and
// change no draw. Over another axis they change every number, and stay.
void drop_softmax(TokenModel& model, const std::string& where) {
    Graph& graph = model.graph;
    const Node* node = last_softmax(graph);
    if (!node) return;
    const auto around = around_of(*node, graph, infer_shapes(graph, where), where);
    if (!around || static_cast<int64_t>(around->size) != count_of(graph.outputs[0].shape)) {
        model.notes.push_back(
            describe(*node) + " at the end normalizes over " +
            counted(around ? around->size : 0, "number") + " of the " +
            std::to_string(count_of(graph.outputs[0].shape)) +
            " logits and is kept; if it was meant to be over the alphabet, export with dim=-1");
        return;
    }
    model.notes.push_back("the " + node->op + " at the end is left out; it changes no draw");
    Node same{node->name, "Identity", "", {node->inputs[0]}, node->outputs, {}};
    graph.nodes[static_cast<size_t>(node - graph.nodes.data())] = same;
}

/// what is refused ///

// Values that follow from the token or a state, other than by their shapes.
std::set<std::string> values_from_inputs(const Graph& graph) {
    std::set<std::string> found;
    for (const ValueInfo& input : graph.inputs) found.insert(input.name);
    for (const Node& node : graph.nodes) {
        auto is_found = [&](const std::string& name) { return found.count(name) > 0; };
        // A graph inside a node may read any value around it.
        const bool has_graph = std::any_of(
            node.attributes.begin(), node.attributes.end(),
            [](const auto& entry) { return std::holds_alternative<Subgraph>(entry.second); });
        if (has_graph || (!reads_shapes_only(node) &&
                          std::any_of(node.inputs.begin(), node.inputs.end(), is_found)))
            found.insert(node.outputs.begin(), node.outputs.end());
    }
    found.erase("");
    return found;
}

// Values of which elements come out as the next value of a state.
std::set<std::string> values_that_come_out(const Graph& graph) {
    std::set<std::string> found;
    for (size_t i = 1; i < graph.outputs.size(); i++) found.insert(graph.outputs[i].name);
    for (size_t n = graph.nodes.size(); n-- > 0;) {
        const Node& node = graph.nodes[n];
        const bool moves = moves_elements(node.op),
                   passes = node.op == "Identity" || node.op == "Cast" || node.op == "Dropout";
        if (!moves && !passes) continue;
        if (std::none_of(node.outputs.begin(), node.outputs.end(),
                         [&](const std::string& name) { return found.count(name) > 0; }))
            continue;
        for (size_t i = 0; i < node.inputs.size(); i++)
            if (moves ? moves_input(node.op, i) : i == 0) found.insert(node.inputs[i]);
    }
    found.erase("");
    return found;
}

// A recurrent layer whose state neither goes in nor comes out would forget each character. One that
// reads several positions of one character is meant so.
void check_memory(const Graph& graph, const std::string& where) {
    if (std::none_of(graph.nodes.begin(), graph.nodes.end(), is_recurrent)) return;
    const std::set<std::string> live = values_from_inputs(graph),
                                kept = values_that_come_out(graph);
    const std::map<std::string, TypedShape> shapes = infer_shapes(graph, where);
    for (const Node& node : graph.nodes) {
        if (!is_recurrent(node)) continue;
        auto goes_in = [&](size_t i) {
            return i < node.inputs.size() && live.count(node.inputs[i]);
        };
        const auto x = shapes.find(node.inputs[0]);
        const auto layout = node.attributes.find("layout");
        const bool batch_first =
            layout != node.attributes.end() && layout->second == Attribute(int64_t{1});
        const size_t positions = batch_first ? 1 : 0;
        const bool of_one = x != shapes.end() && x->second.shape.size() > positions &&
                            x->second.shape[positions] == 1;
        const bool comes_out =
            std::any_of(node.outputs.begin(), node.outputs.end(),
                        [&](const std::string& name) { return kept.count(name) > 0; });
        const bool forgets = of_one && !goes_in(5) && !goes_in(6) && !comes_out;
        if (forgets || graph.inputs.size() < 2)
            throw Error(
                where + ": " + describe(node),
                "starts from zero at every token, as its state neither goes in nor comes out; "
                "export forward(token, h) (with an LSTM: h, c) that returns the logits and the "
                "next state");
    }
}

// Text is made with finite numbers alone. What bounds a value may be without a bound.
void check_finite(const Graph& graph, const std::string& where) {
    for (const Node& node : graph.nodes) {
        if (node.op == "Max" || node.op == "Min" || node.op == "Clip") continue;
        for (const std::string& name : node.inputs) {
            auto found = graph.initializers.find(name);
            if (found == graph.initializers.end() || found->second.type != Type::float32) continue;
            for (float value : found->second.values<float>())
                if (!std::isfinite(value))
                    throw Error(where + ": " + describe(node),
                                "reads '" + name +
                                    "', which holds inf or nan; expected finite numbers: a mask "
                                    "of -1e9 does what one of -inf does; export with that");
        }
    }
}

}  // namespace

std::string note_on_length(const Graph& graph, const std::string& where) {
    if (std::none_of(graph.nodes.begin(), graph.nodes.end(),
                     [](const Node& node) { return node.op == "Softmax"; }))
        return "";
    const std::map<std::string, TypedShape> shapes =
        infer_shapes(with_static_inputs(with_declared_parameters(graph), 1, where), where);
    for (const Node& node : graph.nodes) {
        if (node.op != "Softmax" || &node == last_softmax(graph)) continue;
        const auto around = around_of(node, graph, shapes, where);
        if (!around || around->size != 1) continue;
        auto open = std::find_if(graph.inputs.begin(), graph.inputs.end(), [](const auto& input) {
            return std::count(input.shape.begin(), input.shape.end(), -1) > 0;
        });
        const std::string how =
            open == graph.inputs.end()
                ? "export with its whole length"
                : "give its length with --network --dim " + open->name + "=SIZES";
        return describe(node) +
               " attends to one position, the one that goes in: of a longer context the model sees "
               "one token; " +
               how + ", or export past keys and values as inputs and outputs";
    }
    return "";
}

namespace {

TokenModel token_model(Graph graph, const std::string& where, bool fold, bool in_float32) {
    if (is_integer(graph)) return {std::move(graph), {}};
    TokenModel model{std::move(graph), {}};
    widen_halves(model);
    model.graph = with_static_inputs(std::move(model.graph), 1, where);
    if (in_float32) narrow_doubles(model);
    if (std::string note = note_on_length(model.graph, where); !note.empty())
        model.notes.push_back(note);
    find_token(model, where);
    check_memory(model.graph, where);
    check_logits(model.graph, where);
    pair_states(model, where);
    drop_softmax(model, where);
    if (fold) model.graph = fold_constants(model.graph, where);
    if (fold && in_float32) check_finite(model.graph, where);
    return model;
}

}  // namespace

TokenModel token_model_of(Graph graph, const std::string& where, bool fold) {
    return token_model(std::move(graph), where, fold, true);
}

TokenModel token_model_to_read(Graph graph, const std::string& where) {
    return token_model(std::move(graph), where, true, false);
}

}  // namespace quillet
