// Which column or field of a table is the text, and which the author: by name, or guessed.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "corpus/readers.h"

namespace quillet {

// The index of the name in `names` that is `wanted`, whatever its case, blanks and underscores; a
// number counts columns from 1. SIZE_MAX when there is none.
size_t find_column(const std::vector<std::string>& names, std::string_view wanted);
// Likewise of a name that tables of quotations use for a text, or an author.
size_t guess_text_column(const std::vector<std::string>& names);
size_t guess_author_column(const std::vector<std::string>& names);

// "'who', 'text'"
std::string quoted_list(const std::vector<std::string>& names);

// Counts rows that are left out. When all were, finish() throws Error with the first of them.
class RowCheck {
  public:
    explicit RowCheck(Consumer& consumer) : consumer_(consumer) {}
    void good() { good_++; }
    void bad(const std::string& note, const std::string& where, const std::string& why,
             std::string_view row);
    void finish() const;

  private:
    Consumer& consumer_;
    uint64_t good_ = 0;
    std::string where_, why_;
};

}  // namespace quillet
