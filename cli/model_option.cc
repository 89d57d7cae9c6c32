// What the verbs that run a model share: its argument, and the graph and plan behind it.
// SPDX-License-Identifier: MIT
#include "cli/model_option.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "base/utf8.h"
#include "cells/recurrent_model.h"
#include "cells/token_model.h"
#include "graph/value.h"

namespace quillet {
namespace {

// "\\n" is the line end.
std::string unescaped(std::string characters) {
    for (size_t at; (at = characters.find("\\n")) != std::string::npos;)
        characters.replace(at, 2, "\n");
    return characters;
}

// "'x' or 'y'", for advice.
std::string names_of(const std::vector<ValueInfo>& inputs) {
    std::string names;
    for (size_t i = 0; i < inputs.size(); i++)
        names += (i == 0 ? "'" : i + 1 < inputs.size() ? ", '" : " or '") + inputs[i].name + "'";
    return names.empty() ? "an input; it has none" : names;
}

// The input and the numbers of "NAME=1,2", given to `option` in the form `form`.
std::pair<std::vector<ValueInfo>::iterator, std::vector<double>> parsed(Graph& graph,
                                                                        const std::string& text,
                                                                        const char* option,
                                                                        const char* form,
                                                                        const std::string& where) {
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    auto input = std::find_if(graph.inputs.begin(), graph.inputs.end(),
                              [&](const ValueInfo& info) { return info.name == name; });
    if (equals == std::string::npos || input == graph.inputs.end())
        throw Error(option, "'" + text + "' names no input of " + where + "; expected " + form +
                                ", NAME being " + names_of(graph.inputs));
    std::vector<double> numbers;
    std::string list = text.substr(equals + 1);
    for (size_t at = 0; at < list.size();) {
        size_t used = 0;
        try {
            numbers.push_back(std::stod(list.substr(at), &used));
        } catch (const std::exception&) {
            used = 0;
        }
        if (used == 0 || (at + used < list.size() && list[at + used] != ','))
            throw Error(option, "'" + text + "' has no number at '" + list.substr(at) + "'");
        at += used + 1;
    }
    return {input, numbers};
}

// The shape of input NAME.
void set_shape(Graph& graph, const std::string& text, const std::string& where) {
    auto [input, sizes] = parsed(graph, text, "--dim", "NAME=SIZES", where);
    bool fits = sizes.size() == input->shape.size();
    for (size_t i = 0; fits && i < sizes.size(); i++) {
        fits = sizes[i] >= 1 && sizes[i] <= 1 << 26 && sizes[i] == std::floor(sizes[i]);
        if (!fits) break;
        const auto size = static_cast<int64_t>(sizes[i]);
        fits = input->shape[i] == -1 || input->shape[i] == size;
        if (fits) input->shape[i] = size;
    }
    if (!fits)
        throw Error("--dim",
                    "'" + text + "' does not fit the input's shape " + text_of(input->shape));
}

// Input NAME of "NAME=1,2" becomes an initializer of the input's type; open dimensions are bound by the
// count of numbers.
void set_input(Graph& graph, const std::string& text, const std::string& where) {
    auto [input, numbers] = parsed(graph, text, "--set", "NAME=NUMBERS", where);
    const std::string name = input->name;
    TypedShape what{input->type, input->shape};
    int64_t count = static_cast<int64_t>(numbers.size()), known = 1;
    for (int64_t size : what.shape) known *= size < 0 ? 1 : size;
    for (int64_t& size : what.shape)
        if (size < 0) size = known > 0 ? count / known : 0, known = count;
    if (count_of(what.shape) != count)
        throw Error("--set", "'" + name + "' takes " + text_of(input->shape) + "; " +
                                 std::to_string(count) + " numbers were given");
    Value value(what);
    for (size_t i = 0; i < numbers.size(); i++) {
        if (is_float(what.type)) {
            value.numbers[i] = numbers[i];
            continue;
        }
        if (!(std::fabs(numbers[i]) < 9.2e18) || numbers[i] != std::floor(numbers[i]))
            throw Error("--set", "'" + text + "' has a number that is no integer of 64 bits");
        value.integers[i] = wrapped(what.type, static_cast<int64_t>(numbers[i]));
    }
    graph.initializers[name] = tensor_of(value);
    graph.inputs.erase(input);
}

}  // namespace

void ModelOption::add_to(Command& command) {
    command.add_option("MODEL", path,
                       "An ONNX file; without one, the quotes model that came with the program");
    command.add_option("--alphabet", alphabet,
                       "The characters in token order, for a model whose metadata lacks them "
                       "('\\n' is the line end)");
}

void ModelOption::add_network_options(Command& command) {
    command
        .add_option(
            "--set", set,
            "NAME=NUMBERS: an input becomes a constant, as --set starts=0,1 (for shapes, axes and "
            "indices that a device cannot choose)")
        ->one_at_a_time();
    command
        .add_option(
            "--dim", dim,
            "NAME=SIZES: the shape of an input that leaves dimensions open, as --dim x=1,3,32,32; "
            "else they are 1")
        ->one_at_a_time();
    command.add_flag("--network", network,
                     "Take the graph as one call from inputs to outputs, not as a character model");
}

std::string ModelOption::file() const {
    return path.empty() ? (find_resource(shipped) / shipped).string() : path;
}

namespace {

void require_alphabet(const std::string& characters) {
    try {
        Alphabet(decode_utf8(characters, "--alphabet"));
    } catch (const Error& error) {
        throw Error("--alphabet", error.what());
    }
}

}  // namespace

Graph ModelOption::graph(std::string* hash) const {
    const std::string bytes = read_file(file());
    if (hash) *hash = sha256_hex(bytes);
    return graph_of(bytes);
}

Graph ModelOption::graph_of(const std::string& bytes) const {
    const std::string name = file();
    Graph graph = read_onnx(bytes, name);
    for (const std::string& text : dim) set_shape(graph, text, name);
    for (const std::string& text : set) set_input(graph, text, name);
    if (!alphabet.empty()) {
        graph.metadata[key::kAlphabet] = unescaped(alphabet);
        require_alphabet(graph.metadata[key::kAlphabet]);
        graph.metadata.erase(key::kMerges);
    }
    return graph;
}

bool ModelOption::is_network(const Graph& graph) const {
    if (network) return true;
    if (is_integer(graph) || graph.metadata.count(key::kAlphabet)) return false;
    try {
        return token_model_of(graph, file()).graph.inputs.size() < 2;
    } catch (const Error&) {
        return true;
    }
}

Plan ModelOption::plan(std::string* hash, Target target) const {
    return plan_of(graph(hash), target);
}

Plan ModelOption::plan_of(const Graph& graph, Target target) const {
    const std::string name = file();
    return make_plan(graph, std::filesystem::path(name).stem().string(), name, target);
}

}  // namespace quillet
