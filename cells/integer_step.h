// A cell's integer step written once: numbers, bounds and ONNX nodes are three ways to read it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace quillet {

// A cell's formula calls these in order; integer/ implements them on numbers (the reference), on
// magnitudes (the proof that nothing leaves 32 bits) and on the nodes of a graph (the ONNX file).
// A value is a vector of H integers or several of them. Names are unique within a cell's step; they
// name values in ONNX files, so that a change of one makes old files unreadable.
class IntegerStep {
  public:
    using Value = size_t;

    virtual ~IntegerStep() = default;

    // Q10, gates * H: the recurrent product and the input's part with its biases.
    virtual Value recurrent_part() = 0;
    virtual Value input_part() = 0;
    // Q10: the recurrent biases that stay apart.
    virtual Value apart_bias() = 0;
    virtual Value state(size_t index) = 0;
    // States are set from the last to the first.
    virtual void set_state(size_t index, Value x) = 0;

    // Parts of x, `sizes` in units of H.
    virtual std::vector<Value> split(Value x, std::initializer_list<int> sizes,
                                     std::initializer_list<const char*> names) = 0;
    virtual Value add(Value a, Value b, const char* name) = 0;
    virtual Value subtract(Value a, Value b, const char* name) = 0;
    virtual Value multiply(Value a, Value b, const char* name) = 0;
    virtual Value multiply_by(Value a, int64_t factor, const char* name) = 0;
    // (x + (1 << (k - 1))) >> k
    virtual Value asr(Value x, int k, const char* name) = 0;
    // x between the two, lowest <= 0 <= highest.
    virtual Value clip(Value x, int64_t lowest, int64_t highest, const char* name) = 0;
    // TABLE[clip(asr(x, 4), -512, 511) + 512]: Q14, and a tanh times 32512.
    virtual Value sigmoid(Value x, const char* name) = 0;
    virtual Value tanh(Value x, const char* name) = 0;
    // TANH[clip(index, -512, 511) + 512]; `entry` names the table's index.
    virtual Value tanh_at(Value index, const char* entry, const char* name) = 0;
};

// The largest value of an integer h, +-1.0, of its eight bits and of a gate; and of an LSTM's c, value
// c / 4064, which is +-16.1 and keeps f * c in 32 bits.
inline constexpr int64_t kHiddenLimit = 32512;
inline constexpr int64_t kH8Limit = 127;
inline constexpr int64_t kGateLimit = 16378;  // the sigmoid table's last entry
inline constexpr int64_t kCellLimit = 65535;

}  // namespace quillet
