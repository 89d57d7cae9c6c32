// The loops of training for AVX-512.
// SPDX-License-Identifier: MIT
#if defined(__x86_64__)
#    define QUILLET_VARIANT avx512
#    include "train/kernels.inc"
#endif
