// Characters and the ASCII that reads like them: looking one up.
// SPDX-License-Identifier: MIT
#include "base/fold.h"

#include <algorithm>

namespace quillet {

const char* ascii_of(char32_t character) {
    const FoldRow* end = kFoldTable + kFoldRows;
    const FoldRow* row = std::lower_bound(
        kFoldTable, end, character, [](const FoldRow& r, char32_t c) { return r.character < c; });
    return row != end && row->character == character ? row->ascii : nullptr;
}

char32_t accented(char32_t letter, char32_t accent) {
    const AccentRow* end = kAccentTable + kAccentRows;
    const AccentRow* row = std::find_if(kAccentTable, end, [&](const AccentRow& r) {
        return r.letter == letter && r.accent == accent;
    });
    return row != end ? row->both : 0;
}

}  // namespace quillet
