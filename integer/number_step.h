// A cell's integer step on vectors of numbers; what an operation does to an element is a subclass's.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "cells/integer_step.h"

namespace quillet {

// Keeps each value's numbers with the text of its formula, "r * (p_n + b_hn)", for messages.
class NumberStep : public IntegerStep {
  public:
    // Values of gates * H, gates * H, apart * H, and H a state.
    NumberStep(std::vector<int64_t> recurrent, std::vector<int64_t> input,
               std::vector<int64_t> apart, std::vector<std::vector<int64_t>> states);

    const std::vector<int64_t>& next_state(size_t index) const {
        return values_[next_[index]].numbers;
    }

    Value recurrent_part() override { return 0; }
    Value input_part() override { return 1; }
    Value apart_bias() override { return 2; }
    Value state(size_t index) override { return 3 + index; }
    void set_state(size_t index, Value x) override { next_[index] = x; }
    std::vector<Value> split(Value x, std::initializer_list<int> sizes,
                             std::initializer_list<const char*> names) override;
    Value add(Value a, Value b, const char* name) override;
    Value subtract(Value a, Value b, const char* name) override;
    Value multiply(Value a, Value b, const char* name) override;
    Value multiply_by(Value a, int64_t factor, const char* name) override;
    Value asr(Value x, int k, const char* name) override;
    Value clip(Value x, int64_t lowest, int64_t highest, const char* name) override;
    Value sigmoid(Value x, const char* name) override;
    Value tanh(Value x, const char* name) override;
    Value tanh_at(Value index, const char* entry, const char* name) override;

  protected:
    // Where an element stands: what its formula is, and its row among the gates.
    struct Place {
        const std::string& text;
        int64_t row;
    };
    virtual int64_t sum(int64_t a, int64_t b, const Place& place) = 0;
    virtual int64_t difference(int64_t a, int64_t b, const Place& place) = 0;
    virtual int64_t product(int64_t a, int64_t b, const Place& place) = 0;
    virtual int64_t shifted(int64_t x, int k, const Place& place) = 0;
    virtual int64_t clipped(int64_t x, int64_t lowest, int64_t highest, const Place& place) = 0;
    virtual int64_t sigmoid_of(int64_t x, const Place& place) = 0;
    virtual int64_t tanh_of(int64_t x, const Place& place) = 0;
    virtual int64_t tanh_entry(int64_t index) = 0;

  private:
    struct Numbers {
        std::vector<int64_t> numbers;
        std::string text;
        int64_t first_row = 0;
    };
    using Combine = std::function<int64_t(int64_t a, int64_t b, const Place& place)>;
    using Change = std::function<int64_t(int64_t x, const Place& place)>;
    Value combined(Value a, Value b, std::string text, const Combine& combine);
    Value changed(Value x, std::string text, const Change& change);

    size_t hidden_;
    std::vector<Numbers> values_;
    std::vector<Value> next_;
};

}  // namespace quillet
