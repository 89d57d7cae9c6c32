// Windows computed by this machine's threads, each with its part of the streams.
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>

#include "train/engine.h"
#include "train/packed_weights.h"
#include "train/workers.h"

namespace quillet::train {

class CpuEngine : public Engine {
  public:
    CpuEngine(const Recipe& recipe, const Layout& layout, std::vector<float> parameters,
              const StreamRange& range);

    void begin_epoch(const Streams& text) override;
    double train_window(const Streams& text, int window, const WindowRates& rates) override;
    double loss_of(const Streams& text) override;
    EngineState state() const override;
    void set_state(const EngineState& state) override;
    std::vector<float> model() const override {
        return averaged_.empty() ? parameters_ : averaged_;
    }

  private:
    void drop_recurrent(float* values, uint64_t place, int64_t begin, int64_t end) const;
    void part_ready(int64_t begin, int64_t end, std::atomic<int>& finished);
    void move_average(int64_t step);

    const Recipe recipe_;
    const Layout& layout_;
    const Kernels<float>& kernels_;
    QuantizedForward quantized_;
    Workers workers_;
    PackedWeights<float> packed_;
    std::vector<std::unique_ptr<Pass<float>>> passes_;
    std::vector<std::vector<float>> gradients_;
    std::vector<float> parameters_;
    std::vector<float> averaged_;  // where the recipe wants it; else empty
    std::vector<float> dropped_;   // parameters_ less what recurrent dropout leaves out; else empty
    Adam adam_;
};

}  // namespace quillet::train
