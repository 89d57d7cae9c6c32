// What a program that was built without CUDA answers to --device cuda.
// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "train/gpu.h"

namespace quillet::train::gpu {

bool has_cuda() {
    return false;
}

std::string cuda_device_name() {
    return "";
}

std::unique_ptr<Network> make_cuda_network(const Layout&, int, int, const Rates&, bool) {
    throw Error("--device cuda",
                "this program was built without CUDA; install CUDA's nvcc and cuBLAS, configure "
                "again with -DQUILLET_CUDA=ON, or train without --device");
}

}  // namespace quillet::train::gpu
