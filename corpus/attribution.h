// How texts tell who said them: after a run of dashes, with a name.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace quillet {

// How many bytes the run of dashes has that `text` begins, or ends, with: hyphens, tildes and dashes
// of every kind and number, blanks among them but not around them. 0 for none.
size_t dashes_at_begin(std::string_view text);
size_t dashes_at_end(std::string_view text);

// `text` without the blanks at its ends: spaces (also no-break, em, thin and hair ones), line breaks and
// the marks of those.
std::string_view without_wide_blanks(std::string_view text);

// A run of dashes and what stands on both sides of it, without blanks.
struct Dashed {
    std::string_view before, run, after;
};

// The last run of dashes in the first `end` bytes of `text`; `end` becomes its beginning. One hyphen,
// tilde or short dash inside a word or a number is none. False when there is none.
bool previous_dashes(std::string_view text, size_t& end, Dashed& found);

// "van", "de la": small words in names.
bool is_particle(std::string_view word);

}  // namespace quillet
