// Random numbers by position: any draw can be made again, so none has to be saved to resume.
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace quillet::train {

// SplitMix64's output function.
inline uint64_t mix(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

// The stream of draws that `seed` and `purpose` name.
class Random {
  public:
    Random(uint64_t seed, uint64_t purpose) : state_(mix(mix(seed) ^ purpose)) {}

    uint64_t bits() { return mix(state_++ * 0x9E3779B97F4A7C15u); }
    double uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }  // [0, 1)
    uint64_t below(uint64_t n) { return static_cast<uint64_t>(uniform() * static_cast<double>(n)); }
    double normal() {  // Box-Muller
        double radius = std::sqrt(-2 * std::log(1 - uniform()));
        return radius * std::cos(2 * std::numbers::pi * uniform());
    }

  private:
    uint64_t state_;
};

}  // namespace quillet::train
