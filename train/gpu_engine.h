// Windows computed on a GPU: all streams at once, the numbers staying there.
// SPDX-License-Identifier: MIT
#pragma once

#include "train/engine.h"
#include "train/gpu.h"

namespace quillet::train {

class GpuEngine : public Engine {
  public:
    GpuEngine(const Recipe& recipe, const Layout& layout, std::vector<float> parameters,
              const StreamRange& range);

    void begin_epoch(const Streams& text) override;
    double train_window(const Streams& text, int window, const WindowRates& rates) override;
    double loss_of(const Streams& text) override;
    EngineState state() const override;
    void set_state(const EngineState& state) override;
    std::vector<float> model() const override;

  private:
    const Recipe recipe_;
    std::unique_ptr<gpu::Network> network_;
};

// What a network on a GPU does with a recipe. Throws Error("recipe", …) for what it cannot.
gpu::Rates gpu_rates(const Recipe& recipe);

}  // namespace quillet::train
