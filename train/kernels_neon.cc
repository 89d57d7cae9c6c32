// The loops of training for NEON.
// SPDX-License-Identifier: MIT
#if defined(__aarch64__)
#    define QUILLET_VARIANT neon
#    include "train/kernels.inc"
#endif
