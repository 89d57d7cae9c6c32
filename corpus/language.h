// Whether a short text is English, told by its function words, letters and scripts.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace quillet {

enum class Language {
    kEnglish,
    kOther,
    kUnknown,  // too little to tell: a name, "E = mc2"
};

// Looks at the beginning of `text` (UTF-8). Counts the words that only English, or only other
// languages, use to join sentences, and the letters English lacks, until one side leads clearly.
Language guess_language(std::string_view text);

}  // namespace quillet
