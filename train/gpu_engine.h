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
    // For tests: with a network of another backend.
    GpuEngine(const Recipe& recipe, std::unique_ptr<gpu::Network> network,
              std::vector<float> parameters, const StreamRange& range);

    void reset() override;
    double train(const Batch& batch, const WindowRates& rates) override;
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
