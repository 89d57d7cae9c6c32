// What a collection's text says of new lines, as the Bloom filter of runtime/quillet_rank.h.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/quillet_rank.h"

namespace quillet {

struct WordFilter {
    std::string bits;
    uint32_t holds = 0;  // QUILLET_HOLDS_…

    friend bool operator==(const WordFilter&, const WordFilter&) = default;

    quillet_word_filter view() const;  // REQUIRES: this stays where it is
    // C that defines `static const quillet_word_filter NAME` and its bytes, NAME_bits.
    std::string c_source(const std::string& name) const;
};

// Of UTF-8 `texts`, one item a line: their words or line ends, as `holds` says (QUILLET_HOLDS_…), at most `bits_an_entry` bits
// each; together at most `most_bytes`. Words that occur once in all texts are taken for slips and left
// out.
WordFilter collect(const std::vector<std::string>& texts, uint32_t holds, size_t most_bytes,
                   int bits_an_entry = 10);

// The share of entries never put in that `collection` finds all the same: its bits that are set, to
// the power of the hashes. Of lines never put in, quillet_is_copy takes the square of that.
double false_positive_rate(const WordFilter& collection);

// In a model's metadata, JSON: holds and bits (base64). nullopt where there is none; throws
// Error(where, …) for what is not one.
std::optional<WordFilter> word_filter_of(const std::map<std::string, std::string>& metadata,
                                         const std::string& where);
void put_word_filter(std::map<std::string, std::string>& metadata, const WordFilter& collection);

namespace key {
inline constexpr const char* kWordFilter = "quillet.collection";
}

}  // namespace quillet
