// Finds the items that say the same: exactly, or nearly (most of their five-letter shingles).
// SPDX-License-Identifier: MIT
#include "corpus/duplicates.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "corpus/fold.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr size_t kShingle = 5;

// Bands of the signature: items that agree in all rows of a band are compared. With similarity s a
// pair is found with probability 1 - (1 - s^rows)^bands.
struct Bands {
    size_t bands, rows;
};
constexpr Bands kFine{32, 3}, kCoarse{16, 4};
constexpr size_t kHashes = 96;
// An item is compared with at most so many unlike items of its group.
constexpr size_t kMostUnlike = 24;

uint64_t mix(uint64_t x) {
    x ^= x >> 32;
    x *= 0xE9846AF9B1A615Du;
    x ^= x >> 32;
    x *= 0xE9846AF9B1A615Du;
    return x ^ (x >> 28);
}

// The hashes of the shingles of a normal form, each once, ascending.
std::vector<uint32_t> shingles_of(std::string_view normal) {
    std::vector<uint32_t> hashes;
    uint64_t window = 0;
    for (size_t i = 0; i < normal.size(); i++) {
        window = (window << 8 | static_cast<unsigned char>(normal[i])) & 0xFFFFFFFFFFu;
        if (i + 1 >= std::min(kShingle, normal.size()))
            hashes.push_back(static_cast<uint32_t>(mix(window) >> 16));
    }
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
    return hashes;
}

double jaccard(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
    size_t common = 0;
    for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (a[i] == b[j]) common++;
        uint32_t x = a[i], y = b[j];
        i += x <= y;
        j += y <= x;
    }
    size_t all = a.size() + b.size() - common;
    return all == 0 ? 1 : static_cast<double>(common) / static_cast<double>(all);
}

// A signature: for each of the hash functions the least value over all shingles. Sixteen bits are
// enough: the least of a hundred shingles in one item is that of another, unlike one by chance in 1
// of 1,000 functions.
using Signature = std::array<int16_t, kHashes>;
// Of pairs at the threshold, 1 in 100,000 agrees in fewer.
constexpr int kLeastAgreement = 36;

Signature minhash(const std::vector<uint32_t>& shingles) {
    struct Functions {
        int16_t factors[kHashes], terms[kHashes];
    };
    static const Functions functions = [] {
        Functions made;
        for (size_t i = 0; i < kHashes; i++) {
            made.factors[i] = static_cast<int16_t>(mix(2 * i + 1) | 1);
            made.terms[i] = static_cast<int16_t>(mix(2 * i + 2));
        }
        return made;
    }();
    Signature least;
    least.fill(INT16_MAX);
    for (uint32_t shingle : shingles) {
        int high = static_cast<int16_t>(shingle >> 16);
        for (size_t i = 0; i < kHashes; i++) {
            int value = high * functions.factors[i] + functions.terms[i];
            least[i] = std::min(least[i], static_cast<int16_t>(value));
        }
    }
    return least;
}

constexpr size_t kFewWords = 7;

// True where each of two short lines has a word of its own that is no small word: "If you would be
// loved, love" says something else than "If you would be loved, be lovable".
bool differ_in_a_word(std::string_view a, std::string_view b) {
    static const WordSet small = word_set(
        "a an the of to and or in on at by for with from as is are was were be been that this it "
        "its he she they we you i his her their our my your me us him them will shall would should "
        "can may do does did has have had not no who which what one ones always ever said says say "
        "but so than then there s t");
    Words of_a = split(a, ' '), of_b = split(b, ' ');
    if (std::min(of_a.size(), of_b.size()) > kFewWords) return false;
    auto has_own = [](const Words& words, const Words& others) {
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
            return !small.contains(word) &&
                   std::find(others.begin(), others.end(), word) == others.end();
        });
    };
    return has_own(of_a, of_b) && has_own(of_b, of_a);
}

bool are_near(std::string_view a, std::string_view b) {
    return jaccard_similarity(a, b) >= kNearThreshold &&
           !differ_in_a_word(normalize(a), normalize(b));
}

// Joins items that are alike: each with an earlier one of its bucket that it is like, of those that
// are unlike each other.
class NearDuplicateLinker {
  public:
    NearDuplicateLinker(const LineStore& lines, const std::vector<Signature>& signatures,
                        UnionFind& groups)
        : lines_(lines), signatures_(signatures), groups_(groups) {}

    // `items`: a bucket, ascending.
    void link(const std::vector<uint32_t>& items) {
        leaders_.clear();
        for (uint32_t item : items)
            if (!link(item) && leaders_.size() < kMostUnlike) leaders_.push_back(item);
    }

  private:
    bool link(uint32_t item) {
        for (uint32_t leader : leaders_) {
            if (groups_.first(leader) == groups_.first(item)) return true;
            int agreement = 0;
            for (size_t i = 0; i < kHashes; i++)
                agreement += signatures_[leader][i] == signatures_[item][i];
            if (agreement < kLeastAgreement || !are_near(lines_[leader], lines_[item])) continue;
            groups_.join(leader, item);
            return true;
        }
        return false;
    }

    const LineStore& lines_;
    const std::vector<Signature>& signatures_;
    UnionFind& groups_;
    std::vector<uint32_t> leaders_;
};

}  // namespace

double jaccard_similarity(std::string_view a, std::string_view b) {
    return jaccard(shingles_of(normalize(a)), shingles_of(normalize(b)));
}

void LineStore::add(std::string_view line) {
    bytes_ += line;
    ends_.push_back(bytes_.size());
}

std::string_view LineStore::operator[](uint32_t number) const {
    uint64_t begin = number == 0 ? 0 : ends_[number - 1];
    return std::string_view(bytes_).substr(begin, ends_[number] - begin);
}

UnionFind::UnionFind(uint32_t items) : parents_(items) {
    std::iota(parents_.begin(), parents_.end(), 0u);
}

uint32_t UnionFind::first(uint32_t item) {
    while (parents_[item] != item) item = parents_[item] = parents_[parents_[item]];
    return item;
}

void UnionFind::join(uint32_t a, uint32_t b) {
    a = first(a);
    b = first(b);
    parents_[std::max(a, b)] = std::min(a, b);
}

UnionFind join_exact(const LineStore& lines) {
    UnionFind exact(lines.size());
    std::unordered_map<std::string, uint32_t> seen;
    for (uint32_t i = 0; i < lines.size(); i++)
        exact.join(seen.emplace(normalize(lines[i]), i).first->second, i);
    return exact;
}

UnionFind join_near(const LineStore& lines, UnionFind& exact) {
    const Bands bands = lines.size() <= kFineItems ? kFine : kCoarse;
    UnionFind near(lines.size());
    std::vector<Signature> signatures(lines.size());
    for (uint32_t i = 0; i < lines.size(); i++) {
        near.join(exact.first(i), i);
        if (exact.first(i) != i) continue;
        signatures[i] = minhash(shingles_of(normalize(lines[i])));
    }
    NearDuplicateLinker linker(lines, signatures, near);
    std::vector<std::pair<uint64_t, uint32_t>> keys;
    std::vector<uint32_t> bucket;
    for (size_t band = 0; band < bands.bands; band++) {
        keys.clear();
        for (uint32_t i = 0; i < lines.size(); i++) {
            if (exact.first(i) != i) continue;
            uint64_t key = 0;
            for (size_t row = 0; row < bands.rows; row++)
                key = key << 16 | static_cast<uint16_t>(signatures[i][band * bands.rows + row]);
            keys.emplace_back(key, i);
        }
        std::sort(keys.begin(), keys.end());
        for (size_t from = 0, to; from < keys.size(); from = to) {
            for (to = from; to < keys.size() && keys[to].first == keys[from].first; to++)
                bucket.push_back(keys[to].second);
            if (bucket.size() > 1) linker.link(bucket);
            bucket.clear();
        }
    }
    return near;
}

Copies find_copies(const std::vector<std::string>& lines, std::string_view text) {
    LineStore all;
    std::unordered_set<std::string> known;
    for_each_line(text, [&](std::string_view line) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty() && known.emplace(line).second) all.add(line);
    });
    uint32_t first = all.size();
    for (const std::string& line : lines) all.add(line);
    UnionFind exact = join_exact(all), groups = join_near(all, exact);
    Copies copies;
    copies.lines = lines.size();
    for (uint32_t i = 0; i < lines.size(); i++) {
        uint32_t group = groups.first(first + i);
        if (known.contains(lines[i])) {
            copies.verbatim++;
        } else if (group < first) {
            copies.near++;
            copies.examples.push_back(lines[i] + " (like: " + std::string(all[group]) + ")");
        }
    }
    return copies;
}

}  // namespace quillet
