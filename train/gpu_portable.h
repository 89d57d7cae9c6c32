// What lets the GPU's kernels be compiled for the host as well, where the tests run them.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "cells/activation.h"

#if defined(__CUDACC__)
#    define QUILLET_BOTH __host__ __device__
#else
#    define QUILLET_BOTH
#endif

namespace quillet::train::gpu {

// The lanes that share a row: a warp on a GPU, one alone on the host. `largest` and `sum` give
// every lane the result over all lanes, by the same tree in every run.
struct Lanes {
    int index = 0, count = 1;

    QUILLET_BOTH float largest(float x) const {
#if defined(__CUDA_ARCH__)
        for (int step = 16; step > 0; step /= 2)
            x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, step));
#endif
        return x;
    }
    QUILLET_BOTH double sum(double x) const {
#if defined(__CUDA_ARCH__)
        for (int step = 16; step > 0; step /= 2) x += __shfl_xor_sync(0xffffffffu, x, step);
#endif
        return x;
    }
};

QUILLET_BOTH inline float exp_of(float x) {
#if defined(__CUDA_ARCH__)
    return expf(x);
#else
    return exponential(x);
#endif
}

QUILLET_BOTH inline float sigmoid_of(float x) {
    return 1.f / (1.f + exp_of(-x));
}

QUILLET_BOTH inline float tanh_of(float x) {
#if defined(__CUDA_ARCH__)
    return tanhf(x);
#else
    return hyperbolic_tangent(x);
#endif
}

// The factor of element `i` of what `place` names, as train/dropout.h's drop() has it.
QUILLET_BOTH inline float dropout_factor(uint64_t place, int64_t i, float rate) {
    const auto threshold = static_cast<uint32_t>(static_cast<double>(rate) * 4294967296.0);
    const auto key = static_cast<uint32_t>(place >> 32) ^ static_cast<uint32_t>(place);
    uint32_t x = key + static_cast<uint32_t>(i) * 0x9E3779B9u;
    x = (x ^ x >> 16) * 0x21F0AAADu;
    x = (x ^ x >> 15) * 0x735A2D97u;
    x ^= x >> 15;
    return x < threshold ? 0.f : 1.f / (1.f - rate);
}

// SplitMix64's output function, as train/random.h has it.
QUILLET_BOTH inline uint64_t mixed(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

}  // namespace quillet::train::gpu
