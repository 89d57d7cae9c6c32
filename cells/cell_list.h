// The list of cells, each with its float step in training.
// SPDX-License-Identifier: MIT
#pragma once

#ifndef __CUDACC__  // a GPU has steps of its own (train/gpu_kernels.h)
#    include "cells/gru_step.h"
#    include "cells/lstm_step.h"
#    include "cells/rnn_step.h"
#endif

// X(name) of every cell: `name` is its value of Cell, `name_row()` its row in the table of cells, and
// the namespace quillet::name has its float step, forward and backward.
#define QUILLET_CELL_LIST(X) X(gru) X(lstm) X(rnn) X(rnn_relu)

namespace quillet {

#define QUILLET_COUNT(name) +1
inline constexpr int kCells = 0 QUILLET_CELL_LIST(QUILLET_COUNT);
#undef QUILLET_COUNT

}  // namespace quillet
