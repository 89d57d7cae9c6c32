// Finds the items that say the same: exactly, or nearly (most of their five-letter shingles).
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "corpus/spool.h"

namespace quillet {

// Two texts are near duplicates when at least this share of the five-character shingles of their
// bare forms (lower case, letters and digits) are in both: the Jaccard index.
constexpr double kNearThreshold = 0.6;

// The Jaccard index of the shingles of `a` and `b`.
double likeness(std::string_view a, std::string_view b);

// Groups of items joined by likeness, each known by its first item. Takes memory only for items
// that have been joined with an earlier one.
class Groups {
  public:
    uint32_t first(uint32_t item);
    void join(uint32_t a, uint32_t b);

  private:
    std::unordered_map<uint32_t, uint32_t> parents_;  // earlier ones
};

// How much is kept in memory; the rest goes to temporary files.
struct MemoryLimits {
    size_t records = size_t{1} << 20;   // keys with their items, eight bytes each
    size_t sketches = size_t{2} << 20;  // of sixteen bytes
};

// Joins the lines of `spool` that have the same bare form.
void join_exact(Spool& spool, Groups& exact, const std::filesystem::path& folder);

// Does so in `exact` and in `near`, and in `near` joins those that are near duplicates as well.
// Found by MinHash (Broder 1997), and proven by comparing: of pairs just at the threshold 99.9 of
// 100 are found where there are at most kFineItems items, and 9 of 10 above that; of pairs at 0.8
// all but 2 in 10,000.
void join_near(Spool& spool, Groups& exact, Groups& near, const std::filesystem::path& folder,
               const MemoryLimits& limits = {});

// How many of `lines` a text holds already.
struct Copies {
    uint64_t lines = 0, verbatim = 0, near = 0;  // near: near duplicates that are not verbatim
    std::vector<std::string> examples;           // "line (like: line of the text)", the near ones
};
// `text`: known lines, ended by '\n'. Lines are compared as they are, and by likeness; temporary
// files lie in `folder`.
Copies find_copies(const std::vector<std::string>& lines, std::string_view text,
                   const std::filesystem::path& folder);

constexpr uint32_t kFineItems = 200000;

}  // namespace quillet
