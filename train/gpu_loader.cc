// Finds the CUDA part at run time: a module of its own, so that a program that never trains on a GPU
// does not load CUDA's libraries.
// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "train/gpu.h"
#include "train/module.h"

namespace quillet::train::gpu {
namespace {

constexpr const char* kWithoutModule =
    "this program has no CUDA part (quillet_cuda.so beside it or in ../lib/quillet); install "
    "CUDA's "
    "nvcc and cuBLAS and build again, or train without --device";

std::string load_failure;

// The module's function, null where the module is missing or does not load.
MakeNetwork* loaded() {
    static MakeNetwork* const function = reinterpret_cast<MakeNetwork*>(
        function_of_module("quillet_cuda.so", "quillet_make_cuda_network", load_failure));
    return function;
}

}  // namespace

std::unique_ptr<Network> make_cuda_network(const Layout& layout, int streams, int steps,
                                           const Rates& rates, bool tensor_cores) {
    MakeNetwork* const make = loaded();
    if (!make)
        throw Error("--device cuda",
                    load_failure.empty() ? kWithoutModule : "cannot load it: " + load_failure);
    std::string failure;
    Network* network = make(layout, streams, steps, rates, tensor_cores, failure);
    if (!network) throw Error("--device cuda", failure);
    return std::unique_ptr<Network>(network);
}

}  // namespace quillet::train::gpu
