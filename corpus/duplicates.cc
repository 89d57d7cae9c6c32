// Finds the items that say the same: exactly, or nearly (most of their five-letter shingles).
// SPDX-License-Identifier: MIT
#include "corpus/duplicates.h"

#include <algorithm>
#include <array>
#include <bit>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "corpus/fold.h"

namespace quillet {
namespace {

constexpr size_t kShingle = 5;

// Bands of the signature: items that agree in all rows of a band are compared. With likeness s a
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

uint64_t hash_bytes(std::string_view bytes) {
    uint64_t hash = mix(bytes.size() + 0x9E3779B97F4A7C15u);
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
        uint64_t word = 0;
        bytes.copy(reinterpret_cast<char*>(&word), 8);
        hash = mix(hash ^ word) + 0x9E3779B97F4A7C15u;
    }
    uint64_t last = 0;
    bytes.copy(reinterpret_cast<char*>(&last), bytes.size());
    return mix(hash ^ last);
}

// The hashes of the shingles of a bare form, one for each place.
void shingle_hashes(std::string_view bare, std::vector<uint32_t>& hashes) {
    if (bare.size() <= kShingle) {
        hashes.assign(1, static_cast<uint32_t>(hash_bytes(bare)));
        return;
    }
    hashes.resize(bare.size() - kShingle + 1);
    uint64_t window = 0;
    for (size_t i = 0; i + 1 < kShingle; i++)
        window = window << 8 | static_cast<unsigned char>(bare[i]);
    for (size_t i = 0; i < hashes.size(); i++) {
        window = (window << 8 | static_cast<unsigned char>(bare[i + kShingle - 1])) & 0xFFFFFFFFFFu;
        hashes[i] = static_cast<uint32_t>(mix(window) >> 16);
    }
}

// Each once, ascending.
void make_set(std::vector<uint32_t>& hashes) {
    std::sort(hashes.begin(), hashes.end());
    hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

double jaccard(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
    size_t common = 0;
    for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (a[i] == b[j]) common++;
        uint32_t x = a[i], y = b[j];
        i += x <= y;
        j += y <= x;
    }
    return static_cast<double>(common) / static_cast<double>(a.size() + b.size() - common);
}

// A signature: for each of the hash functions the least value over all shingles.
using Signature = std::array<int16_t, kHashes>;

// Sixteen bits are enough: the least of a hundred shingles in one item is that of another, unlike
// one by chance in 1 of 1,000 functions.
class MinHash {
  public:
    MinHash() {
        for (size_t i = 0; i < kHashes; i++) {
            factors_[i] = static_cast<uint16_t>(mix(2 * i + 1) | 1);
            terms_[i] = static_cast<uint16_t>(mix(2 * i + 2));
        }
    }
    void sign(const std::vector<uint32_t>& hashes, size_t functions, Signature& least) const {
        least.fill(INT16_MAX);
        // Some functions at a time, as many as registers hold.
        for (size_t first = 0; first < functions; first += kTogether) {
            int16_t smallest[kTogether];
            std::fill_n(smallest, kTogether, INT16_MAX);
            for (uint32_t hash : hashes)
                for (size_t i = 0; i < kTogether; i++) {
                    uint32_t value = (hash >> 16) * factors_[first + i] + terms_[first + i];
                    smallest[i] = std::min(smallest[i], static_cast<int16_t>(value));
                }
            std::copy_n(smallest, kTogether, least.begin() + first);
        }
    }

  private:
    static constexpr size_t kTogether = 32;
    static_assert(kHashes % kTogether == 0);
    std::array<uint16_t, kHashes> factors_, terms_;
};

// Two bits of each of 64 hash functions. Two items of likeness s agree in both bits of
// 64 (s + (1 - s) / 4) functions on average: at the threshold 45, give or take 4.
struct Sketch {
    uint64_t first, second;
};
constexpr size_t kSketchFunctions = 64;
constexpr int kLeastAgreement = 33;  // of pairs at the threshold, 1 in 2000 agrees in fewer

Sketch sketch_of(const Signature& least) {
    Sketch sketch{};
    for (size_t i = 0; i < kSketchFunctions; i++) {
        uint64_t bits = static_cast<uint16_t>(least[i]) * 0x9E3779B1u >> 30;
        sketch.first |= (bits & 1) << i;
        sketch.second |= (bits >> 1) << i;
    }
    return sketch;
}

int agreement(const Sketch& a, const Sketch& b) {
    return std::popcount(~((a.first ^ b.first) | (a.second ^ b.second)));
}

// The sketches of all items: the first in memory, the rest on the disk.
class Sketches {
  public:
    Sketches(const std::filesystem::path& folder, size_t most_in_memory)
        : most_in_memory_(most_in_memory), file_(folder) {}
    void add(const Sketch& sketch) {
        if (first_.size() < most_in_memory_)
            first_.push_back(sketch);
        else
            file_.append({reinterpret_cast<const char*>(&sketch), sizeof sketch});
    }
    Sketch get(uint32_t item) {
        if (item < first_.size()) return first_[item];
        Sketch sketch;
        file_.read((item - first_.size()) * sizeof sketch, reinterpret_cast<char*>(&sketch),
                   sizeof sketch);
        return sketch;
    }

  private:
    size_t most_in_memory_;
    std::vector<Sketch> first_;
    TemporaryFile file_;
};

// A bit for each shingle, by its hash; several may share one.
using ShingleBits = std::array<uint64_t, 8>;

// Joins the items of one group that are alike: each with an earlier item it is like, of those
// unlike each other.
class Joiner {
  public:
    Joiner(Spool& spool, Groups& groups, Sketches& sketches)
        : spool_(spool), groups_(groups), sketches_(sketches) {}

    void join_alike(const std::vector<uint32_t>& items) {
        leaders_.clear();
        for (uint32_t item : items) {
            Leader candidate{item, sketches_.get(item), {}, {}, false};
            if (!join(candidate) && leaders_.size() < kMostUnlike)
                leaders_.push_back(std::move(candidate));
        }
    }

  private:
    struct Leader {
        uint32_t item;
        Sketch sketch;
        std::vector<uint32_t> hashes;  // read when first needed
        ShingleBits bits;              // likewise
        bool is_set;                   // hashes are each once, ascending
    };

    bool join(Leader& candidate) {
        for (Leader& leader : leaders_) {
            if (agreement(leader.sketch, candidate.sketch) < kLeastAgreement) continue;
            if (groups_.first(leader.item) == groups_.first(candidate.item)) return true;
            load(leader);
            load(candidate);
            if (surely_unlike(leader, candidate)) continue;
            for (Leader* one : {&leader, &candidate}) {
                if (!one->is_set) make_set(one->hashes);
                one->is_set = true;
            }
            if (jaccard(leader.hashes, candidate.hashes) < kNearThreshold) continue;
            groups_.join(leader.item, candidate.item);
            return true;
        }
        return false;
    }

    // Each bit that only one has is a shingle that only it has. With likeness s of sets of a and b
    // shingles, (1 - s) / (1 + s) of a + b are in one alone: a quarter at the threshold.
    static bool surely_unlike(const Leader& a, const Leader& b) {
        static_assert(kNearThreshold == 0.6);
        size_t apart = 0;
        for (size_t i = 0; i < a.bits.size(); i++)
            apart += static_cast<size_t>(std::popcount(a.bits[i] ^ b.bits[i]));
        return 4 * apart > a.hashes.size() + b.hashes.size();
    }

    void load(Leader& leader) {
        if (!leader.hashes.empty()) return;
        spool_.get(leader.item, line_);
        bare_form(line_, bare_);
        shingle_hashes(bare_, leader.hashes);
        for (uint32_t hash : leader.hashes)
            leader.bits[hash % leader.bits.size()] |= uint64_t{1} << (hash >> 26);
    }

    Spool& spool_;
    Groups& groups_;
    Sketches& sketches_;
    std::vector<Leader> leaders_;
    std::string line_, bare_;
};

// Joins the items whose bare forms are the same, of those that share a key.
void join_same(Spool& spool, KeyGroups& keys, std::initializer_list<Groups*> all_groups) {
    std::string line, bare;
    std::unordered_map<std::string, uint32_t> first;
    keys.for_each([&](const std::vector<uint32_t>& items) {
        first.clear();
        for (uint32_t item : items) {
            spool.get(item, line);
            bare_form(line, bare);
            uint32_t same = first.emplace(bare, item).first->second;
            for (Groups* groups : all_groups) groups->join(same, item);
        }
    });
}

}  // namespace

double likeness(std::string_view a, std::string_view b) {
    std::string bare;
    std::vector<uint32_t> hashes_a, hashes_b;
    bare_form(a, bare);
    shingle_hashes(bare, hashes_a);
    make_set(hashes_a);
    bare_form(b, bare);
    shingle_hashes(bare, hashes_b);
    make_set(hashes_b);
    return jaccard(hashes_a, hashes_b);
}

uint32_t Groups::first(uint32_t item) {
    uint32_t root = item;
    for (auto row = parents_.find(root); row != parents_.end(); row = parents_.find(root))
        root = row->second;
    while (item != root) item = std::exchange(parents_[item], root);
    return root;
}

void Groups::join(uint32_t a, uint32_t b) {
    a = first(a);
    b = first(b);
    if (a != b) parents_[std::max(a, b)] = std::min(a, b);
}

void join_exact(Spool& spool, Groups& exact, const std::filesystem::path& folder) {
    KeyGroups keys(folder, MemoryLimits().records);
    std::string bare;
    spool.for_each([&](uint32_t item, std::string_view line) {
        bare_form(line, bare);
        keys.add(hash_bytes(bare), item);
    });
    join_same(spool, keys, {&exact});
}

void join_near(Spool& spool, Groups& exact, Groups& near, const std::filesystem::path& folder,
               const MemoryLimits& limits) {
    static const MinHash minhash;
    const Bands bands = spool.size() <= kFineItems ? kFine : kCoarse;
    KeyGroups same(folder, limits.records), alike(folder, limits.records);
    Sketches sketches(folder, limits.sketches);
    std::string bare;
    std::vector<uint32_t> hashes;
    Signature least;
    spool.for_each([&](uint32_t item, std::string_view line) {
        bare_form(line, bare);
        same.add(hash_bytes(bare), item);
        shingle_hashes(bare, hashes);
        minhash.sign(hashes, bands.bands * bands.rows, least);
        sketches.add(sketch_of(least));
        for (size_t band = 0; band < bands.bands; band++) {
            uint64_t key = mix(band + 1);
            for (size_t row = 0; row < bands.rows; row++)
                key = mix(key ^ static_cast<uint16_t>(least[band * bands.rows + row]));
            alike.add(key, item);
        }
    });
    join_same(spool, same, {&exact, &near});
    Joiner joiner(spool, near, sketches);
    alike.for_each([&](const std::vector<uint32_t>& items) { joiner.join_alike(items); });
}

Copies find_copies(const std::vector<std::string>& lines, std::string_view text,
                   const std::filesystem::path& folder) {
    Spool spool(folder);
    std::unordered_set<std::string> known;
    while (!text.empty()) {
        size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty() && known.emplace(line).second) spool.add(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    uint32_t first = spool.size();
    for (const std::string& line : lines) spool.add(line);
    Groups exact, groups;
    join_near(spool, exact, groups, folder);
    Copies copies;
    copies.lines = lines.size();
    std::string like;
    for (uint32_t i = 0; i < lines.size(); i++) {
        uint32_t group = groups.first(first + i);
        if (known.contains(lines[i])) {
            copies.verbatim++;
        } else if (group < first) {
            copies.near++;
            spool.get(group, like);
            copies.examples.push_back(lines[i] + " (like: " + like + ")");
        }
    }
    return copies;
}

}  // namespace quillet
