// Finds the items that say the same: exactly, or nearly (most of their five-letter shingles).
// SPDX-License-Identifier: MIT
#include "corpus/duplicates.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "corpus/character_set.h"
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
constexpr size_t kFineItems = 200000;  // at most so many items are compared by kFine
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

}  // namespace

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

namespace {

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
    const std::string normal_a = normalize(a), normal_b = normalize(b);
    return jaccard(shingles_of(normal_a), shingles_of(normal_b)) >= kNearThreshold &&
           !differ_in_a_word(normal_a, normal_b);
}

// The items that agree in all rows of a band, ascending, where there are several.
std::vector<std::vector<uint32_t>> buckets_of(const std::vector<Signature>& signatures,
                                              const std::vector<uint32_t>& items, size_t first,
                                              size_t rows) {
    std::vector<std::pair<uint64_t, uint32_t>> keys;
    for (uint32_t item : items) {
        uint64_t key = 0;
        for (size_t row = first; row < first + rows; row++)
            key = key << 16 | static_cast<uint16_t>(signatures[item][row]);
        keys.emplace_back(key, item);
    }
    std::sort(keys.begin(), keys.end());
    std::vector<std::vector<uint32_t>> buckets;
    for (size_t i = 1; i < keys.size(); i++) {
        if (keys[i].first != keys[i - 1].first) continue;
        if (i == 1 || keys[i - 2].first != keys[i].first) buckets.push_back({keys[i - 1].second});
        buckets.back().push_back(keys[i].second);
    }
    return buckets;
}

}  // namespace

double jaccard_similarity(std::string_view a, std::string_view b) {
    return jaccard(shingles_of(normalize(a)), shingles_of(normalize(b)));
}

std::vector<uint32_t> join_exact(const std::vector<std::string>& lines) {
    std::vector<uint32_t> firsts;
    std::unordered_map<std::string, uint32_t> seen;
    for (const std::string& line : lines)
        firsts.push_back(
            seen.emplace(normalize(line), static_cast<uint32_t>(firsts.size())).first->second);
    return firsts;
}

std::vector<uint32_t> join_near(const std::vector<std::string>& lines,
                                const std::vector<uint32_t>& exact) {
    const Bands bands = lines.size() <= kFineItems ? kFine : kCoarse;
    std::vector<uint32_t> near = exact;  // to an earlier line of the group
    auto first = [&](uint32_t item) {
        while (near[item] != item) item = near[item] = near[near[item]];
        return item;
    };
    std::vector<Signature> signatures(lines.size());
    std::vector<uint32_t> items;
    for (uint32_t i = 0; i < lines.size(); i++) {
        if (exact[i] != i) continue;
        items.push_back(i);
        signatures[i] = minhash(shingles_of(normalize(lines[i])));
    }
    auto join = [&](uint32_t leader, uint32_t item) {
        uint32_t a = first(leader), b = first(item);
        if (a == b) return true;
        int agreement = 0;
        for (size_t i = 0; i < kHashes; i++)
            agreement += signatures[leader][i] == signatures[item][i];
        if (agreement < kLeastAgreement || !are_near(lines[leader], lines[item])) return false;
        near[std::max(a, b)] = std::min(a, b);
        return true;
    };
    for (size_t band = 0; band < bands.bands; band++)
        for (const auto& bucket : buckets_of(signatures, items, band * bands.rows, bands.rows)) {
            // Each is joined with an earlier one that it is like, of those that are unlike each other.
            std::vector<uint32_t> leaders;
            for (uint32_t item : bucket) {
                bool joined = std::any_of(leaders.begin(), leaders.end(),
                                          [&](uint32_t leader) { return join(leader, item); });
                if (!joined && leaders.size() < kMostUnlike) leaders.push_back(item);
            }
        }
    for (uint32_t i = 0; i < lines.size(); i++) near[i] = first(i);
    return near;
}

Copies find_copies(const std::vector<std::string>& lines, std::string_view text) {
    std::vector<std::string> all;
    std::unordered_set<std::string> known;
    for_each_line(text, [&](std::string_view line) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty() && known.emplace(line).second) all.emplace_back(line);
    });
    const size_t first = all.size();
    all.insert(all.end(), lines.begin(), lines.end());
    const std::vector<uint32_t> groups = join_near(all, join_exact(all));
    Copies copies;
    for (size_t i = first; i < all.size(); i++) {
        if (known.contains(all[i])) {
            copies.verbatim++;
        } else if (groups[i] < first) {
            copies.near++;
            copies.examples.push_back(all[i] + " (like: " + all[groups[i]] + ")");
        }
    }
    return copies;
}

}  // namespace quillet
