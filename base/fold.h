// Characters and the ASCII that reads like them: one generated table.
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

// True for the combining accents, which fold to nothing after their letter.
constexpr bool is_combining(char32_t character) {
    return character >= 0x300 && character <= 0x36F;
}

}  // namespace quillet
