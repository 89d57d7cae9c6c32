// Runs a plan on the host, by the very kernels that compiled C calls.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "compile/plan.h"
#include "runtime/quillet_text.h"

namespace quillet {

// `state` as ONNX has it: those of integer models have 16 bits on the device and 32 in ONNX.
Tensor as_in_onnx(Tensor state);

// A plan with memory for its states. REQUIRES: the plan outlives it.
class Executor {
  public:
    explicit Executor(const Plan& plan);
    ~Executor();

    void reset();                           // all states zero
    void step(int token, int32_t* logits);  // writes alphabet.size() logits, Q10

    // step() in parts, for who replaces some of its calls: the token and where logits go, then call(i) for
    // each of plan.steps. slot(i, a): argument `a` of step `i`, fixed unless it depends on the token.
    void begin(int token, int32_t* logits);
    void call(size_t i);
    KernelRow::Slot slot(size_t i, size_t argument) const;

    // All states, as bytes for put_state() of an executor of the same plan: lines that begin alike
    // need their beginning computed once.
    size_t state_bytes() const;
    void get_state(std::byte* to) const;
    void put_state(const std::byte* from);

    // For a network: its input number `i`, then all steps. REQUIRES: type (booleans as bytes) and shape
    // are the plan's.
    void set_input(int i, const Tensor& value);
    void run();

    // The values after the last step of plan.outputs[i] (a copy, with the ONNX output's type).
    Tensor output(int i) const;

    // This executor as the text loop sees it; `state` of a quillet_writer is then the Executor
    // itself.
    quillet_model model() const;

  private:
    struct Memory;
    std::unique_ptr<Memory> memory_;
};

}  // namespace quillet
