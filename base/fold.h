// Characters and the ASCII that reads like them, letters and accents: generated tables.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace quillet {

struct FoldRow {
    char32_t character;
    const char* ascii;
};
// By ascending character; made by tools/make_fold_table.py.
extern const FoldRow kFoldTable[];
extern const size_t kFoldRows;

// The ASCII form of `character`: "e" for é, "--" for a dash, "" for a soft hyphen; nullptr when
// there is none.
const char* ascii_of(char32_t character);

struct AccentRow {
    char32_t letter, accent, both;
};
// By ascending letter and accent.
extern const AccentRow kAccentTable[];
extern const size_t kAccentRows;

// The one character that `letter` with the combining `accent` is, "é"; 0 when there is none.
char32_t accented(char32_t letter, char32_t accent);

// True for the combining accents, which fold to nothing after their letter.
constexpr bool is_combining(char32_t character) {
    return character >= 0x300 && character <= 0x36F;
}

}  // namespace quillet
