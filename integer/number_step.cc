// A cell's integer step on vectors of numbers; what an operation does to an element is a subclass's.
// SPDX-License-Identifier: MIT
#include "integer/number_step.h"

#include <algorithm>

namespace quillet {
namespace {

// A sum as a factor.
std::string bracketed(const std::string& text) {
    return text.find(' ') == std::string::npos ? text : "(" + text + ")";
}

}  // namespace

NumberStep::NumberStep(std::vector<int64_t> recurrent, std::vector<int64_t> input,
                       std::vector<int64_t> apart, std::vector<std::vector<int64_t>> states)
    : hidden_(states.at(0).size()), next_(states.size()) {
    values_.push_back({std::move(recurrent), "p"});
    values_.push_back({std::move(input), "g"});
    values_.push_back({std::move(apart), "b_hn"});
    static constexpr const char* kStates[] = {"h", "c"};
    for (size_t i = 0; i < states.size(); i++)
        values_.push_back({std::move(states[i]), kStates[std::min<size_t>(i, 1)]});
}

NumberStep::Value NumberStep::combined(Value a, Value b, std::string text, const Combine& combine) {
    const Numbers &x = values_[a], &y = values_[b];
    Numbers result{{}, std::move(text), std::max(x.first_row, y.first_row)};
    result.numbers.reserve(x.numbers.size());
    for (size_t i = 0; i < x.numbers.size(); i++)
        result.numbers.push_back(combine(
            x.numbers[i], y.numbers[i], {result.text, result.first_row + static_cast<int64_t>(i)}));
    values_.push_back(std::move(result));
    return values_.size() - 1;
}

// The text that messages give is of `x`: what may leave 32 bits is what goes in.
NumberStep::Value NumberStep::changed(Value x, std::string text, const Change& change) {
    const Numbers& from = values_[x];
    Numbers result{{}, std::move(text), from.first_row};
    result.numbers.reserve(from.numbers.size());
    for (size_t i = 0; i < from.numbers.size(); i++)
        result.numbers.push_back(
            change(from.numbers[i], {from.text, from.first_row + static_cast<int64_t>(i)}));
    values_.push_back(std::move(result));
    return values_.size() - 1;
}

std::vector<NumberStep::Value> NumberStep::split(Value x, std::initializer_list<int> sizes,
                                                 std::initializer_list<const char*> names) {
    std::vector<Value> parts;
    size_t begin = 0;
    auto name = names.begin();
    for (int size : sizes) {
        const size_t count = static_cast<size_t>(size) * hidden_;
        const auto first = values_[x].numbers.begin() + static_cast<std::ptrdiff_t>(begin);
        Numbers part{{first, first + static_cast<std::ptrdiff_t>(count)},
                     *name++,
                     values_[x].first_row + static_cast<int64_t>(begin)};
        values_.push_back(std::move(part));
        parts.push_back(values_.size() - 1);
        begin += count;
    }
    return parts;
}

NumberStep::Value NumberStep::add(Value a, Value b, const char*) {
    return combined(a, b, values_[a].text + " + " + values_[b].text,
                    [&](int64_t x, int64_t y, const Place& at) { return sum(x, y, at); });
}

NumberStep::Value NumberStep::subtract(Value a, Value b, const char*) {
    return combined(a, b, values_[a].text + " - " + values_[b].text,
                    [&](int64_t x, int64_t y, const Place& at) { return difference(x, y, at); });
}

NumberStep::Value NumberStep::multiply(Value a, Value b, const char*) {
    return combined(a, b, bracketed(values_[a].text) + " * " + bracketed(values_[b].text),
                    [&](int64_t x, int64_t y, const Place& at) { return product(x, y, at); });
}

NumberStep::Value NumberStep::multiply_by(Value a, int64_t factor, const char*) {
    const std::string text = bracketed(values_[a].text) + " * " + std::to_string(factor);
    return combined(a, a, text,
                    [&](int64_t x, int64_t, const Place& at) { return product(x, factor, at); });
}

NumberStep::Value NumberStep::asr(Value x, int k, const char*) {
    return changed(x, values_[x].text,
                   [&](int64_t value, const Place& at) { return shifted(value, k, at); });
}

NumberStep::Value NumberStep::clip(Value x, int64_t lowest, int64_t highest, const char* name) {
    return changed(x, name, [&](int64_t value, const Place& at) {
        return clipped(value, lowest, highest, at);
    });
}

NumberStep::Value NumberStep::sigmoid(Value x, const char* name) {
    return changed(x, name, [&](int64_t value, const Place& at) { return sigmoid_of(value, at); });
}

NumberStep::Value NumberStep::tanh(Value x, const char* name) {
    return changed(x, name, [&](int64_t value, const Place& at) { return tanh_of(value, at); });
}

NumberStep::Value NumberStep::tanh_at(Value index, const char*, const char* name) {
    return changed(index, name, [&](int64_t value, const Place&) { return tanh_entry(value); });
}

}  // namespace quillet
