// A runtime in this process: a C text loop over a model, ours or one that was built and loaded.
// SPDX-License-Identifier: MIT
#pragma once

#include "runtime/quillet_text.h"
#include "verify/runtime.h"

namespace quillet {

// The functions of runtime/ as one program has them.
struct LoopFunctions {
    void (*seed)(quillet_random*, uint32_t);
    uint32_t (*sample)(int32_t*, uint32_t, const quillet_sampling*, quillet_random*);
    void (*line_begin)(quillet_writer*, const uint8_t*, uint32_t);
    int32_t (*line_next)(quillet_writer*);
};

// Answers jobs by stepping a model in this process.
class LoopRuntime : public Runtime {
  public:
    Results run(const Jobs& jobs, const CountLines& count_line) override;

  protected:
    virtual const quillet_model& model() const = 0;
    virtual void* state() = 0;
    virtual LoopFunctions functions() const = 0;
    // After the last step, which wrote `logits`; in the ONNX file's order.
    virtual std::vector<Tensor> outputs(const std::vector<int32_t>& logits) const = 0;

  private:
    TextResult write(const TextJob& job, const CountLines& count_line);
    Trace trace(const TraceJob& job);
};

}  // namespace quillet
