// From inputs to a corpus: reads, cleans, drops duplicates, splits, writes text and provenance.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "corpus/clean.h"
#include "corpus/readers.h"

namespace quillet {

struct CorpusOptions {
    std::vector<std::string> inputs;  // files; "-" for standard input
    std::string format = "auto";
    ReadOptions read;
    CleanOptions clean;
    std::vector<std::string>
        against;         // files of lines, known already: items like one of them are dropped
    std::string output;  // file; with a split "quotes.txt" gives quotes.train.txt,
                         // quotes.valid.txt, quotes.test.txt
    std::array<double, 3> split{};  // shares of train, valid, test; all zero for none
    uint64_t seed = 1;              // of the split
    std::string source, licence;    // empty: what the inputs tell
    bool keep_damaged = false;      // keeps what could be read of a damaged input, and says so
};

struct InputReport {
    std::string name, format, sha256, damage;
    uint64_t bytes = 0, items = 0, kept = 0;  // items read; left by the rules for single items
    InputFacts facts;
};

struct OutputReport {
    std::string path, part, sha256;  // part: "text", "train", "valid" or "test"
    uint64_t items = 0, bytes = 0, characters = 0;
};

struct CorpusReport {
    std::vector<InputReport> inputs;
    Notes notes;  // what the readers left out
    std::vector<const Rule*> rules;
    std::vector<RuleCount> counts;  // one each
    uint64_t against = 0;           // items dropped because a file of `against` has them
    std::vector<OutputReport> outputs;
};

// Makes the corpus. All files appear, or, when an Error is thrown or no item is left, none.
CorpusReport build_corpus(const CorpusOptions& options);

// The texts that this makes: one, or with a split three.
std::vector<std::string> output_paths(const CorpusOptions& options);

// The file beside the text at `path` that says where it is from; "" where there is none, as beside a
// pipe or a device.
std::string provenance_path(const std::string& path);

// What TEXT.provenance.json says of `output`: source, licence, counts, hash of every input, rules.
// JSON, ends with a newline.
std::string provenance_json(const CorpusOptions& options, const CorpusReport& report,
                            const OutputReport& output);

}  // namespace quillet
