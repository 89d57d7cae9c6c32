// A character model of anyone's making in the one form that every stage takes.
// SPDX-License-Identifier: MIT
#include "cells/token_model.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "cells/recurrent_model.h"
#include "graph/declared.h"
#include "graph/shapes.h"

namespace quillet {
namespace {

bool is_recurrent(const Node& node) {
    return node.op == "GRU" || node.op == "LSTM" || node.op == "RNN";
}

const Node* maker_of(const Graph& graph, const std::string& value) {
    for (const Node& node : graph.nodes)
        if (std::find(node.outputs.begin(), node.outputs.end(), value) != node.outputs.end())
            return &node;
    return nullptr;
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

// Puts the token first. A float input of as many elements as there are logits, of which no output is
// the next value, is a one-hot vector.
void find_token(TokenModel& model, const std::string& where) {
    Graph& graph = model.graph;
    auto is_token = [](const ValueInfo& input) {
        return input.type == Type::int64 || input.type == Type::int32;
    };
    auto tokens = std::count_if(graph.inputs.begin(), graph.inputs.end(), is_token);
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
        throw Error(where,
                    "has no integer input for the token, and no one-hot vector as wide as its "
                    "first output; export forward(token, states) with an int64 token");
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

// Outputs in the order of the states.
void pair_states(TokenModel& model, const std::string& where) {
    Graph& graph = model.graph;
    if (graph.inputs.size() != graph.outputs.size())
        throw Error(where,
                    "has " + std::to_string(graph.inputs.size() - 1) + " states as inputs and " +
                        std::to_string(graph.outputs.size() - 1) +
                        " outputs after the logits; expected one for each: export forward(token, "
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

// Log-softmax and softmax of the logits shift or normalise what is drawn from and change no draw.
void drop_softmax(TokenModel& model) {
    Graph& graph = model.graph;
    std::string value = graph.outputs[0].name;
    for (const Node* node = maker_of(graph, value); node; node = maker_of(graph, value)) {
        bool reshapes_only = node->op == "Reshape" || node->op == "Squeeze" ||
                             node->op == "Unsqueeze" || node->op == "Flatten" ||
                             node->op == "Identity";
        if (!reshapes_only && node->op != "LogSoftmax" && node->op != "Softmax") return;
        value = node->inputs[0];
        if (reshapes_only) continue;
        model.notes.push_back("the " + node->op + " at the end is left out; it changes no draw");
        Node same{node->name, "Identity", "", {value}, node->outputs, {}};
        graph.nodes[static_cast<size_t>(node - graph.nodes.data())] = same;
        return;
    }
}

// A recurrent layer without a state would forget each character.
void check_memory(const Graph& graph, const std::string& where) {
    if (graph.inputs.size() > 1) return;
    for (const Node& node : graph.nodes)
        if (is_recurrent(node))
            throw Error(
                where + ": " + describe(node),
                "starts from zero at every token, as its state neither goes in nor comes out; "
                "export forward(token, h) (with an LSTM: h, c) that returns the logits and the "
                "next state");
}

// How many numbers a Softmax over `shape` sets against each other.
int64_t softmax_extent(const Node& node, const Dimensions& shape, int64_t opset) {
    auto found = node.attributes.find("axis");
    const int64_t* given =
        found == node.attributes.end() ? nullptr : std::get_if<int64_t>(&found->second);
    const int64_t rank = static_cast<int64_t>(shape.size());
    int64_t axis = given ? *given : opset >= 13 ? -1 : 1;
    if (axis < 0) axis += rank;
    if (axis < 0 || axis >= rank) return 0;
    if (opset >= 13) return shape[static_cast<size_t>(axis)];
    return count_of(Dimensions(shape.begin() + axis, shape.end()));
}

}  // namespace

std::string note_on_length(const Graph& graph, const std::string& where) {
    if (std::none_of(graph.nodes.begin(), graph.nodes.end(),
                     [](const Node& node) { return node.op == "Softmax"; }))
        return "";
    const std::map<std::string, TypedShape> shapes =
        infer_shapes(with_static_inputs(with_declared_parameters(graph), 1, where), where);
    for (const Node& node : graph.nodes) {
        if (node.op != "Softmax" || node.inputs.empty()) continue;
        auto shape = shapes.find(node.inputs[0]);
        if (shape == shapes.end() || softmax_extent(node, shape->second.shape, graph.opset) != 1)
            continue;
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

TokenModel token_model_of(Graph graph, const std::string& where, bool fold) {
    if (is_integer(graph)) return {std::move(graph), {}};
    TokenModel model{std::move(graph), {}};
    widen_halves(model);
    model.graph = with_static_inputs(std::move(model.graph), 1, where);
    if (std::string note = note_on_length(model.graph, where); !note.empty())
        model.notes.push_back(note);
    find_token(model, where);
    check_memory(model.graph, where);
    pair_states(model, where);
    drop_softmax(model);
    if (fold) model.graph = fold_constants(model.graph, where);
    return model;
}

}  // namespace quillet
