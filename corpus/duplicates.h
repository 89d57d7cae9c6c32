// Finds the items that say the same: exactly, or nearly (most of their five-letter shingles).
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

// Two texts are near duplicates when at least this share of the five-character shingles of their
// normal forms (lower case, letters and digits) are in both: the Jaccard index.
constexpr double kNearThreshold = 0.6;

// The Jaccard index of the shingles of `a` and `b`.
double jaccard_similarity(std::string_view a, std::string_view b);

// Lines by number, from 0, in memory.
class LineStore {
  public:
    void add(std::string_view line);
    uint32_t size() const { return static_cast<uint32_t>(ends_.size()); }
    std::string_view operator[](uint32_t number) const;

  private:
    std::string bytes_;
    std::vector<uint64_t> ends_;
};

// Groups of items, each known by its first item.
class UnionFind {
  public:
    explicit UnionFind(uint32_t items = 0);
    uint32_t first(uint32_t item);
    void join(uint32_t a, uint32_t b);

  private:
    std::vector<uint32_t> parents_;
};

// Joins the lines that have the same normal form.
UnionFind join_exact(const LineStore& lines);

// Joins those that `exact` joins, and those that are near duplicates. Found by MinHash (Broder
// 1997), and proven by comparing: of pairs just at the threshold 99.9 of 100 are found where there
// are at most kFineItems items, and 9 of 10 above that; of pairs at 0.8 all but 2 in 10,000.
UnionFind join_near(const LineStore& lines, UnionFind& exact);

constexpr uint32_t kFineItems = 200000;

// How many of `lines` a text holds already.
struct Copies {
    uint64_t lines = 0, verbatim = 0, near = 0;  // near: near duplicates that are not verbatim
    std::vector<std::string> examples;           // "line (like: line of the text)", the near ones
};
// `text`: known lines, ended by '\n'. Lines are compared as they are, and by similarity.
Copies find_copies(const std::vector<std::string>& lines, std::string_view text);

}  // namespace quillet
