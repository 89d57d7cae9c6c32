// A text as tokens: lines read, the alphabet chosen, rare characters folded, a part set aside.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/alphabet.h"

namespace quillet::train {

// Lines one after another, each ended by '\n', none empty.
struct Lines {
    std::u32string characters;
    std::vector<size_t> starts;  // of each line in `characters`
    int64_t empty = 0;           // lines left out

    int64_t count() const { return static_cast<int64_t>(starts.size()); }
    std::u32string_view line(size_t i) const;  // with its '\n'
    void add(std::u32string_view line);        // with its '\n'
};

// The lines of a UTF-8 text: a byte-order mark and carriage returns at line ends go, empty lines
// are left out. Throws Error(where, …) for bytes that are not UTF-8 and for a text without a line.
Lines read_lines(std::string_view bytes, const std::string& where);

// What became of a character that the alphabet leaves out.
struct RareCharacter {
    char32_t character;
    int64_t count;
    std::u32string folded_to;  // empty: dropped
};

// The alphabet of `lines`: `known`'s tokens in their order (the newline alone where there is no
// model to start from), then what else occurs at least min_count times, by code point. The rest is
// folded to look-alikes in it or dropped, in `lines`, and told in `rare`. min_count 0: one in a
// hundred thousand characters, at least 1. Throws Error(where, …) where that makes more than 256
// characters, naming the min_count that would not.
Alphabet choose_alphabet(Lines& lines, const Alphabet& known, int64_t min_count,
                         const std::string& where, std::vector<RareCharacter>& rare);

// ASCII that reads like `character`: an accented letter without its accent, a curly quote straight;
// empty where there is none.
std::u32string ascii_lookalike(char32_t character);

// Token by token what the trainer reads.
struct Tokens {
    std::vector<uint8_t> values;  // every line ends with the line token
    std::vector<int64_t> starts;  // of each line, then the end
    int64_t unknown = 0;          // characters that the alphabet lacks, left out

    int64_t lines() const { return static_cast<int64_t>(starts.size()) - 1; }
};
Tokens encode(const Lines& lines, const Alphabet& alphabet);

// Which lines validate: the last `fraction` of them, or, by_hash, those whose text's hash says so
// (equal lines fall together).
struct Split {
    double fraction = 0.05;
    bool by_hash = true;
};

// "5%" and "hash:5%": by hash; "tail:5%": the last ones; nullopt for what is no share, a file's
// name perhaps. Throws Error(where, …) for a share outside 0 to 90 %.
std::optional<Split> split_from(const std::string& text, const std::string& where);

// Moves the validation lines out of `lines`. Fewer than 20 lines stay whole.
Lines split_off(Lines& lines, const Split& split);

}  // namespace quillet::train
