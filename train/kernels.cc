// The tables of the loops that training spends its time in.
// SPDX-License-Identifier: MIT
#include "train/kernels.h"

#include "base/instructions.h"

namespace quillet::train {

#define QUILLET_KERNELS(variant)                         \
    extern const Kernels<float> kKernels32_##variant;    \
    extern const Kernels<double> kKernels64_##variant;   \
    static const Kernels<float>& of_##variant(float) {   \
        return kKernels32_##variant;                     \
    }                                                    \
    static const Kernels<double>& of_##variant(double) { \
        return kKernels64_##variant;                     \
    }

QUILLET_KERNELS(plain)
#if defined(__x86_64__)
QUILLET_KERNELS(avx2)
QUILLET_KERNELS(avx512)
#elif defined(__aarch64__)
QUILLET_KERNELS(neon)
#endif

template <class T>
const Kernels<T>& kernels_for(Instructions instructions) {
    switch (runnable(instructions, "training")) {
#if defined(__x86_64__)
        case Instructions::avx2:
            return of_avx2(T());
        case Instructions::avx512:
            return of_avx512(T());
#elif defined(__aarch64__)
        case Instructions::neon:
            return of_neon(T());
#endif
        default:
            return of_plain(T());
    }
}

template const Kernels<float>& kernels_for(Instructions);
template const Kernels<double>& kernels_for(Instructions);

}  // namespace quillet::train
