// What a trace must show at each step, by the slow evaluator from the runtime's own last states.
// SPDX-License-Identifier: MIT
#include "verify/reference.h"

#include <cmath>
#include <cstdio>

#include "base/error.h"

namespace quillet {
namespace {

bool holds_floats(const Tensor& tensor) {
    return tensor.type == Type::float32 || tensor.type == Type::float64;
}

// Floats and integers of up to 53 bits as doubles.
std::vector<double> numbers_of(const Tensor& tensor) {
    Value value = value_of(tensor);
    if (holds_floats(tensor)) return value.numbers;
    return {value.integers.begin(), value.integers.end()};
}

std::string written(double value, bool floats) {
    char text[64];
    std::snprintf(text, sizeof text, floats ? "%.9g" : "%.0f", value);
    return text;
}

bool agree(double expected, double found, bool exact) {
    if (std::isnan(expected) || std::isnan(found)) return std::isnan(expected) == std::isnan(found);
    if (exact || expected == found)
        return expected == found && std::signbit(expected) == std::signbit(found);
    return std::fabs(expected - found) <= kTolerance * std::fmax(1.0, std::fabs(expected));
}

Tensor zeros_like(const ValueInfo& info, uint32_t everywhere) {
    TypedShape what{info.type, info.shape};
    for (int64_t& size : what.shape) size = size < 0 ? 1 : size;
    Value value(what);
    for (int64_t& element : value.integers) element = everywhere;
    return tensor_of(value);
}

}  // namespace

std::optional<Discrepancy> first_difference(const Tensor& expected, const Tensor& found, bool exact,
                                            const std::string& tensor) {
    std::vector<double> a = numbers_of(expected), b = numbers_of(found);
    bool floats = holds_floats(expected);
    if (a.size() != b.size() || floats != holds_floats(found))
        return Discrepancy{0, tensor, 0,
                           std::to_string(a.size()) + " values of " + name_of(expected.type),
                           std::to_string(b.size()) + " of " + name_of(found.type)};
    for (size_t i = 0; i < a.size(); i++)
        if (!agree(a[i], b[i], exact || !floats))
            return Discrepancy{0, tensor, static_cast<int64_t>(i), written(a[i], floats),
                               written(b[i], floats)};
    return std::nullopt;
}

double largest_difference(const Tensor& expected, const Tensor& found) {
    std::vector<double> a = numbers_of(expected), b = numbers_of(found);
    double largest = 0;
    for (size_t i = 0; holds_floats(expected) && i < a.size() && i < b.size(); i++)
        largest = std::fmax(largest, std::fabs(a[i] - b[i]) / std::fmax(1.0, std::fabs(a[i])));
    return largest;
}

std::string element_text(const Tensor& tensor, int64_t index) {
    std::vector<double> numbers = numbers_of(tensor);
    if (index < 0 || index >= static_cast<int64_t>(numbers.size())) return "none";
    return written(numbers[static_cast<size_t>(index)], holds_floats(tensor));
}

Reference::Reference(const Graph& graph, const std::string& where)
    : graph_(graph), evaluator_(graph, where) {
    if (graph.inputs.empty() || graph.inputs.size() != graph.outputs.size())
        throw Error(
            where,
            "is no character model: expected the token and states as inputs, the logits and as "
            "many states as outputs");
}

std::vector<Tensor> Reference::step(uint32_t token, const std::vector<Tensor>& states) const {
    std::map<std::string, Tensor> inputs;
    inputs[graph_.inputs[0].name] = zeros_like(graph_.inputs[0], token);
    for (size_t i = 1; i < graph_.inputs.size(); i++)
        inputs[graph_.inputs[i].name] =
            states.empty() ? zeros_like(graph_.inputs[i], 0) : states.at(i - 1);
    std::map<std::string, Value> values = evaluator_.run(inputs);
    std::vector<Tensor> outputs;
    for (const ValueInfo& output : graph_.outputs) {
        Value value = values.at(output.name);
        if (value.type == Type::float32) value.type = Type::float64;
        outputs.push_back(tensor_of(value));
    }
    return outputs;
}

std::optional<Discrepancy> Reference::check(const Trace& trace, const std::vector<uint8_t>& fed,
                                            double& largest) const {
    std::vector<Tensor> states;
    for (size_t s = 0; s < trace.steps.size(); s++) {
        const std::vector<Tensor>& found = trace.steps[s].outputs;
        std::vector<Tensor> expected = step(fed.at(s), states);
        for (size_t n = 1; n <= expected.size(); n++) {
            size_t i = n % expected.size();  // the states, then the logits
            auto difference =
                first_difference(expected[i], found.at(i), false, graph_.outputs[i].name);
            if (difference) {
                difference->step = s;
                return difference;
            }
            largest = std::fmax(largest, largest_difference(expected[i], found[i]));
        }
        states.assign(found.begin() + 1, found.end());
    }
    return std::nullopt;
}

}  // namespace quillet
