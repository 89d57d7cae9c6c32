// Models of every shape that the lowering knows, for tests of plans and of compiled C; a plan as text.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "compile/plan.h"
#include "graph/value.h"
#include "integer/test_integer_models.h"

namespace quillet {

// The GRU of `graph` made to reset before the multiplication.
inline Graph reset_before(Graph graph) {
    for (Node& node : graph.nodes)
        if (node.op == "GRU") node.attributes["linear_before_reset"] = int64_t{0};
    return graph;
}

// A GRU cell of H units as PyTorch exports nn.GRUCell: Gemm, Split, elementwise operators, a state
// of shape [1, H].
inline Graph cell_by_operators(int64_t H = 6) {
    std::mt19937 random(5);
    Graph graph;
    graph.opset = 13;
    graph.metadata[key::kAlphabet] = "\nabcd";
    int64_t V = 5, E = 3;
    auto weight = [&](const char* name, std::vector<int64_t> shape) {
        size_t count = 1;
        for (int64_t dimension : shape) count *= static_cast<size_t>(dimension);
        graph.initializers[name] =
            Tensor::of(Type::float32, shape, random_values(count, 0.7f, random));
    };
    weight("emb", {V, E}), weight("W_ih", {3 * H, E}), weight("b_ih", {3 * H});
    weight("W_hh", {3 * H, H}), weight("b_hh", {3 * H}), weight("W_out", {V, H}),
        weight("b_out", {V});
    graph.initializers["one"] = Tensor::of(Type::float32, {}, std::vector<float>{1});
    graph.inputs = {{"token", Type::int64, {1}}, {"h", Type::float32, {1, H}}};
    graph.outputs = {{"logits", Type::float32, {1, V}}, {"h_next", Type::float32, {1, H}}};
    std::map<std::string, Attribute> transposed = {{"transB", int64_t{1}}},
                                     thirds = {{"axis", int64_t{1}}};
    graph.nodes = {{"embed", "Gather", "", {"emb", "token"}, {"x"}, {}},
                   {"input", "Gemm", "", {"x", "W_ih", "b_ih"}, {"gi"}, transposed},
                   {"recurrent", "Gemm", "", {"h", "W_hh", "b_hh"}, {"gh"}, transposed},
                   {"split_i", "Split", "", {"gi"}, {"i_r", "i_z", "i_n"}, thirds},
                   {"split_h", "Split", "", {"gh"}, {"h_r", "h_z", "h_n"}, thirds},
                   {"sum_r", "Add", "", {"i_r", "h_r"}, {"s_r"}, {}},
                   {"r", "Sigmoid", "", {"s_r"}, {"r"}, {}},
                   {"sum_z", "Add", "", {"i_z", "h_z"}, {"s_z"}, {}},
                   {"z", "Sigmoid", "", {"s_z"}, {"z"}, {}},
                   {"reset", "Mul", "", {"r", "h_n"}, {"rh"}, {}},
                   {"sum_n", "Add", "", {"i_n", "rh"}, {"s_n"}, {}},
                   {"n", "Tanh", "", {"s_n"}, {"n"}, {}},
                   {"less", "Sub", "", {"one", "z"}, {"not_z"}, {}},
                   {"new", "Mul", "", {"not_z", "n"}, {"new"}, {}},
                   {"old", "Mul", "", {"z", "h"}, {"old"}, {}},
                   {"next", "Add", "", {"new", "old"}, {"h_next"}, {}},
                   {"positive", "Relu", "", {"h_next"}, {"p"}, {}},
                   {"output", "Gemm", "", {"p", "W_out", "b_out"}, {"logits"}, transposed}};
    return graph;
}

// Two layers whose states travel as one tensor [2, 1, H], cut and joined in the graph.
inline Graph joined_states(Cell cell) {
    Graph graph = to_graph(random_model(cell, 2, 4, 6));
    std::vector<std::string> names =
        cell == Cell::gru ? std::vector<std::string>{"h"} : std::vector<std::string>{"h", "c"};
    graph.inputs.resize(1);
    graph.outputs.resize(1);
    for (const std::string& name : names) {
        graph.inputs.push_back({name, Type::float32, {2, 1, 6}});
        graph.outputs.push_back({name + "_next", Type::float32, {2, 1, 6}});
        std::map<std::string, Attribute> first = {{"axis", int64_t{0}}};
        graph.nodes.insert(graph.nodes.begin(),
                           {"cut_" + name, "Split", "", {name}, {name + "0", name + "1"}, first});
        graph.nodes.push_back({"join_" + name,
                               "Concat",
                               "",
                               {name + "0_next", name + "1_next"},
                               {name + "_next"},
                               first});
    }
    return graph;
}

// Name and graph of each, in the order of the golden dumps.
inline std::vector<std::pair<std::string, Graph>> test_graphs() {
    return {{"gru", to_graph(random_model(Cell::gru, 1, 0))},
            {"gru2", to_graph(random_model(Cell::gru, 2, 4))},
            {"lstm2", to_graph(random_model(Cell::lstm, 2, 0, 40))},
            {"before", reset_before(to_graph(random_model(Cell::gru, 1, 4)))},
            {"operators", cell_by_operators()},
            {"joined_gru", joined_states(Cell::gru)},
            {"joined_lstm", joined_states(Cell::lstm)}};
}

// The same of integer models.
inline std::vector<std::pair<std::string, Graph>> integer_test_graphs() {
    return {{"gru_int8", to_graph(random_integer_model(Cell::gru, 1, 11, 8, 1))},
            {"gru2_int4", to_graph(random_integer_model(Cell::gru, 2, 37, 4, 2))},
            {"lstm2_int8", to_graph(random_integer_model(Cell::lstm, 2, 7, 8, 3))},
            {"lstm_ternary", to_graph(random_integer_model(Cell::lstm, 1, 13, 2, 4))}};
}

inline std::string dump_buffer(const Buffer& buffer) {
    static constexpr const char* kStorage[] = {"weight ", "state  ", "scratch", "input  ",
                                               "output "};
    std::string line = kStorage[static_cast<int>(buffer.storage)];
    line +=
        " " + buffer.identifier + " " + name_of(buffer.tensor.type) + text_of(buffer.tensor.shape);
    if (buffer.storage == Storage::weight)
        line += " " + sha256_hex(buffer.tensor.bytes).substr(0, 8);
    if (buffer.storage == Storage::scratch) line += " at " + std::to_string(buffer.place);
    return line + "  \"" + buffer.name + "\"\n";
}

inline std::string dump_argument(const Plan& plan, const Argument& argument) {
    auto name = [&](int buffer) { return plan.buffer(buffer).identifier; };
    if (auto* view = std::get_if<BufferArgument>(&argument))
        return name(view->buffer) + "[" + std::to_string(view->offset) + " +" +
               std::to_string(view->count) + "]";
    if (auto* row = std::get_if<RowArgument>(&argument))
        return name(row->buffer) + "[token * " + std::to_string(row->width) + " + " +
               std::to_string(row->offset) + " +" + std::to_string(row->count) + "]";
    if (auto* integer = std::get_if<IntegerArgument>(&argument))
        return std::to_string(integer->value);
    return std::holds_alternative<TokenArgument>(argument) ? "token" : "logits";
}

inline std::string dump_step(const Plan& plan, const Step& step) {
    std::string line = "step " + std::string(step.kernel->name);
    for (const Argument& argument : step.arguments) line += " " + dump_argument(plan, argument);
    return line + "  \"" + step.comment + "\"\n";
}

// One line a buffer, a step and an output: what golden tests hold. A weight's line has the start of
// its bytes' SHA-256.
inline std::string dump(const Plan& plan) {
    std::string text = "plan " + plan.name + " alphabet " + std::to_string(plan.alphabet.size()) +
                       " line_token " + std::to_string(plan.alphabet.line_token()) + "\n";
    for (const Buffer& buffer : plan.buffers) text += dump_buffer(buffer);
    for (const Step& step : plan.steps) text += dump_step(plan, step);
    for (const PlanOutput& output : plan.outputs) {
        bool logits = output.buffer == kLogitsBuffer;
        text += "output \"" + output.name +
                "\" = " + (logits ? "logits" : plan.buffer(output.buffer).identifier) + "\n";
    }
    return text;
}

}  // namespace quillet
