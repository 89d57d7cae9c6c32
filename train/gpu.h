// Training on a GPU: a network whose windows are computed there.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "train/gpu_network.h"

namespace quillet::train::gpu {

// DeviceNetwork (train/gpu_network.h) behind one interface; its functions are described there.
class Network {
  public:
    virtual ~Network() = default;
    virtual EngineState state() const = 0;
    virtual void set_state(const EngineState& state) = 0;
    virtual std::vector<float> model() const = 0;
    virtual std::vector<float> states() const = 0;
    virtual void set_states(const std::vector<float>& states) = 0;
    virtual std::vector<float> gradient() const = 0;
    virtual double set_gradient(const std::vector<float>& values) = 0;
    virtual Results compute_gradient(const Batch& batch, const Controls& controls) = 0;
    virtual void update() = 0;
    virtual double loss(const Batch& batch, bool averaged) = 0;
};

// A network on the first GPU. `tensor_cores`: products round their factors to TF32 (10 bits of
// mantissa), as PyTorch's do by default; else plain float32. The same inputs give the same bits on
// one kind of GPU either way. Throws Error("--device cuda", …) where it cannot be.
std::unique_ptr<Network> make_cuda_network(const Layout& layout, int streams, int steps,
                                           const Rates& rates, bool tensor_cores);

// What the module exports as quillet_make_cuda_network: null, with `failure` saying why, where there
// is no GPU to be had.
using MakeNetwork = Network*(const Layout& layout, int streams, int steps, const Rates& rates,
                             bool tensor_cores, std::string& failure);

}  // namespace quillet::train::gpu
