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

}  // namespace quillet
