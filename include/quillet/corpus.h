// Reads and cleans texts from files of many kinds into one file of one item a line.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "quillet/error.h"

namespace quillet {

struct CorpusConfig {
    std::vector<std::string> inputs;
    std::string output;                     // a text file; its provenance is written beside it
    std::string format = "auto";            // docs/corpus.md
    bool names = false;                     // people's names instead of quotations
    std::vector<std::string> rules = {};    // of cleaning, in order; empty: the default ones, which
                                            // read corpus/words/avoid-en.txt
    std::vector<std::string> against = {};  // files whose lines are dropped
};

struct CorpusResult {
    uint64_t read = 0, kept = 0;  // items
    std::string sha256;           // of the output
};

// All files appear, or, when Error is thrown, none.
CorpusResult build_corpus(const CorpusConfig& config);

}  // namespace quillet
