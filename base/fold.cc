// Characters and the ASCII that reads like them: looking them up.
// SPDX-License-Identifier: MIT
#include "base/fold.h"

#include <algorithm>
#include <utility>

namespace quillet {

const char* ascii_of(char32_t character) {
    const FoldRow* end = kFoldTable + kFoldRows;
    const FoldRow* row = std::lower_bound(
        kFoldTable, end, character, [](const FoldRow& r, char32_t c) { return r.character < c; });
    return row != end && row->character == character ? row->ascii : nullptr;
}

char32_t accented(char32_t letter, char32_t accent) {
    const AccentRow* end = kAccentTable + kAccentRows;
    const auto wanted = std::pair(letter, accent);
    const AccentRow* row = std::lower_bound(
        kAccentTable, end, wanted,
        [](const AccentRow& r, const auto& pair) { return std::pair(r.letter, r.accent) < pair; });
    const bool found = row != end && std::pair(row->letter, row->accent) == wanted;
    return found ? row->both : 0;
}

}  // namespace quillet
