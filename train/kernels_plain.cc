// The loops of training for every processor of this kind.
// SPDX-License-Identifier: MIT
#define QUILLET_VARIANT plain
#include "train/kernels.inc"
