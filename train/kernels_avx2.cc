// The loops of training for AVX2 with FMA.
// SPDX-License-Identifier: MIT
#if defined(__x86_64__)
#    define QUILLET_VARIANT avx2
#    include "train/kernels.inc"
#endif
