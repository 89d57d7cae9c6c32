// What a rule sees of a node: inputs, attributes, and the error that names the node.
// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "graph/decompose.h"

namespace quillet {

int64_t NodeContext::opset_of(const Node& node, int64_t otherwise) {
    auto found = node.attributes.find(kPartOpset);
    if (found == node.attributes.end()) return otherwise;
    auto* opset = std::get_if<int64_t>(&found->second);
    return opset ? *opset : otherwise;
}

std::string NodeContext::place() const {
    std::string text = where_ + ": " + describe(node);
    return text.substr(0, text.size() - 1) + ", opset " + std::to_string(opset) + ")";
}

void NodeContext::fail(const std::string& what) const {
    throw Error(place(), what);
}

const TypedShape& NodeContext::input(size_t i) const {
    if (!has_input(i)) fail("lacks input " + std::to_string(i));
    return *inputs_[i].shape;
}

std::string NodeContext::how_to_set(size_t i) const {
    return "an input of the model becomes a constant by --set " +
           (inputs_[i].origin ? *inputs_[i].origin : node.inputs[i]) + "=NUMBERS";
}

const Value& NodeContext::value(size_t i) const {
    input(i);
    if (!inputs_[i].value)
        fail("needs a constant for input " + std::to_string(i) + "; " + how_to_set(i));
    return *inputs_[i].value;
}

std::vector<int64_t> NodeContext::integers(size_t i) const {
    const Value& known = value(i);
    if (!is_integer(known.type))
        fail("has " + name_of(known.type) + " for input " + std::to_string(i) +
             "; expected integers");
    return known.integers;
}

const Attribute* NodeContext::attribute(const char* name) const {
    auto found = node.attributes.find(name);
    return found == node.attributes.end() ? nullptr : &found->second;
}

template <class T>
const T* NodeContext::attribute_as(const char* name, const char* what) const {
    const Attribute* found = attribute(name);
    const T* value = found ? std::get_if<T>(found) : nullptr;
    if (found && !value) fail(std::string("has an attribute ") + name + " that is not " + what);
    return value;
}

int64_t NodeContext::integer_attribute(const char* name, int64_t otherwise) const {
    const auto* value = attribute_as<int64_t>(name, "an integer");
    return value ? *value : otherwise;
}

double NodeContext::number_attribute(const char* name, double otherwise) const {
    const auto* value = attribute_as<float>(name, "a number");
    return value ? static_cast<double>(*value) : otherwise;
}

std::optional<std::vector<int64_t>> NodeContext::integers_attribute(const char* name) const {
    const auto* values = attribute_as<std::vector<int64_t>>(name, "a list of integers");
    return values ? std::optional(*values) : std::nullopt;
}

std::vector<float> NodeContext::numbers_attribute(const char* name) const {
    const auto* values = attribute_as<std::vector<float>>(name, "a list of numbers");
    return values ? *values : std::vector<float>();
}

std::string NodeContext::text_attribute(const char* name, const char* otherwise) const {
    const auto* value = attribute_as<std::string>(name, "a text");
    return value ? *value : otherwise;
}

std::optional<std::vector<int64_t>> NodeContext::integers(const char* name, size_t i,
                                                          int64_t moved) const {
    if (opset < moved) return integers_attribute(name);
    if (attribute(name))
        fail(std::string("has ") + name + " as an attribute; since opset " + std::to_string(moved) +
             " it is an input");
    if (!has_input(i)) return std::nullopt;
    return integers(i);
}

size_t NodeContext::axis_attribute(int64_t otherwise) const {
    return axis(integer_attribute("axis", otherwise), shape(0).size());
}

size_t NodeContext::axis(int64_t axis, size_t rank) const {
    int64_t count = static_cast<int64_t>(rank);
    if (axis < -count || axis >= count)
        fail("names axis " + std::to_string(axis) + " of " + std::to_string(rank) + " dimensions");
    return static_cast<size_t>(axis < 0 ? axis + count : axis);
}

}  // namespace quillet
