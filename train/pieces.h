// Which neighboring characters of a text are worth a token of their own.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/alphabet.h"
#include "train/text.h"

namespace quillet::train {

// `alphabet` (without merges) with merges added until it has `size` tokens: each time the most
// frequent pair of neighboring tokens within a line becomes a token (of equally frequent ones the
// one with the smaller left token, then the smaller right one), as long as it occurs twice and its
// piece is at most kMaxPieceLength characters (Sennrich et al. 2016, "Neural machine translation of
// rare words with subword units"). Merges may join words: a space is a character like another.
// REQUIRES: alphabet.size() <= size <= 256.
Alphabet learn_pieces(const Lines& lines, const Alphabet& alphabet, int size);

}  // namespace quillet::train
