// Texts of a person's own for the device: a file of quotes, or a literary clock.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "eink/typeset.h"
#include "firmware/collection.h"

namespace quillet {

// Minutes since midnight of "HH:MM". Throws Error(where, …) for what is none.
uint16_t minute_of(std::string_view text, const std::string& where);

// A line a quote: TEXT|AUTHOR, or TEXT alone; or every line HH:MM|TEXT|AUTHOR: a clock. Empty lines
// and lines that begin with # are left out.
class Collection {
  public:
    // `start`: HH:MM, what a clock shows when power comes. Throws Error(where, …) with the line for
    // what is no such line, for a line whose text does not fit `style` or lacks letters, and for a
    // file without any. Fuzzed by collection_fuzz.
    Collection(std::string_view text, const std::string& where, const eink_style& style,
               const std::string& start = "12:00");

    const quillet_collection& collection() const { return collection_; }
    std::string_view text(size_t which) const;
    std::string_view author(size_t which) const;
    // The place in collection() of the file's quote number `number` in the file's order, from 0 to
    // collection().count - 1; a clock's are sorted by time.
    size_t of_file(size_t number) const;
    // Every code that its texts need, once each.
    std::vector<uint16_t> codes() const;
    // C source with "static const quillet_collection collection".
    std::string source() const;

    Collection(const Collection&) = delete;

  private:
    void add(std::string_view line, const std::string& place, const eink_style& style);
    void finish();

    std::string bytes_;
    std::vector<quillet_fixed_quote> quotes_;
    quillet_collection collection_{};
    int clock_lines_ = 0;
};

}  // namespace quillet
