// Dropout whose zeros are decided by place alone: whoever asks again gets the same ones.
// SPDX-License-Identifier: MIT
#pragma once

#include <stdint.h>

#include "cells/cell_step.h"

namespace quillet::train {

// Multiplies n elements by 0 (with probability `rate`, [0, 1)) or by what keeps their mean; `place`
// names the elements. Srivastava et al. 2014 on activations; on recurrent weights it is DropConnect
// (Merity et al. 2018).
template <class T>
static void drop(T* values, int n, uint64_t place, float rate, int64_t first = 0) {
    auto threshold = static_cast<uint32_t>(static_cast<double>(rate) * 4294967296.0);
    auto key = static_cast<uint32_t>(place >> 32) ^ static_cast<uint32_t>(place);
    T scale = T(1) / (T(1) - T(rate));
    const auto start = static_cast<uint32_t>(first);
    QUILLET_INDEPENDENT
    for (int i = 0; i < n; i++) {
        uint32_t x = key + (start + static_cast<uint32_t>(i)) * 0x9E3779B9u;
        x = (x ^ x >> 16) * 0x21F0AAADu;
        x = (x ^ x >> 15) * 0x735A2D97u;
        x ^= x >> 15;
        values[i] *= x < threshold ? T(0) : scale;
    }
}

}  // namespace quillet::train
