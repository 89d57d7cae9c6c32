// What a collection's text says of new lines, as the Bloom filter of runtime/quillet_rank.h.
// SPDX-License-Identifier: MIT
#include "run/word_filter.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>

#include "base/base64.h"
#include "base/error.h"

namespace quillet {
namespace {

constexpr size_t kMostBytes = 1 << 22;

struct Entries {
    std::unordered_map<uint32_t, uint32_t> words;  // how often each occurs
    std::unordered_set<uint32_t> edges;
};

void add_line(const std::string& line, Entries& entries) {
    uint32_t words[QUILLET_LINE_WORDS];
    uint32_t count = quillet_line_words(words, line.data(), static_cast<uint32_t>(line.size()));
    for (uint32_t i = 0; i < count; i++) entries.words[quillet_word_entry(words[i])]++;
    if (count == 0) return;
    for (int at_end : {0, 1}) entries.edges.insert(quillet_edge_entry(words, count, at_end));
}

// The entries wanted.
std::vector<uint32_t> listed(const Entries& entries, uint32_t holds) {
    std::vector<uint32_t> list;
    if (holds & QUILLET_HOLDS_WORDS)
        for (auto [entry, count] : entries.words)
            if (count >= 2) list.push_back(entry);
    if (holds & QUILLET_HOLDS_EDGES)
        list.insert(list.end(), entries.edges.begin(), entries.edges.end());
    return list;
}

}  // namespace

std::string WordFilter::c_source(const std::string& name) const {
    std::string list;
    for (const char byte : bits)
        list += (list.empty() ? "" : ", ") + std::to_string(static_cast<uint8_t>(byte));
    return "static const uint8_t " + name + "_bits[] = {" + list +
           "};\nstatic const quillet_word_filter " + name + " = {" + name + "_bits, " +
           std::to_string(bits.size() * 8) + ", " + std::to_string(holds) + "};\n\n";
}

quillet_word_filter WordFilter::view() const {
    return {reinterpret_cast<const uint8_t*>(bits.data()), static_cast<uint32_t>(bits.size() * 8),
            holds};
}

WordFilter collect(const std::vector<std::string>& texts, uint32_t holds, size_t most_bytes,
                   int bits_an_entry) {
    Entries entries;
    for (const std::string& text : texts) {
        for (size_t at = 0; at < text.size();) {
            size_t end = std::min(text.find('\n', at), text.size());
            add_line(text.substr(at, end - at), entries);
            at = end + 1;
        }
    }
    const std::vector<uint32_t> list = listed(entries, holds);
    const size_t bytes = list.size() * static_cast<size_t>(bits_an_entry) / 8 + 8;
    WordFilter collection{std::string(std::min(bytes, most_bytes), '\0'), holds};
    for (uint32_t entry : list) {
        for (uint32_t which = 0; which < QUILLET_FILTER_HASHES; which++) {
            uint32_t place = quillet_filter_place(
                entry, which, static_cast<uint32_t>(collection.bits.size() * 8));
            char& byte = collection.bits[place / 8];
            byte = static_cast<char>(byte | 1 << place % 8);
        }
    }
    return collection;
}

double false_positive_rate(const WordFilter& collection) {
    int64_t set = 0;
    for (char byte : collection.bits) set += std::popcount(static_cast<uint8_t>(byte));
    return std::pow(static_cast<double>(set) / static_cast<double>(collection.bits.size() * 8),
                    QUILLET_FILTER_HASHES);
}

std::optional<WordFilter> word_filter_of(const std::map<std::string, std::string>& metadata,
                                         const std::string& where) {
    auto found = metadata.find(key::kWordFilter);
    if (found == metadata.end()) return std::nullopt;
    auto flat = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) { return depth < 2; };
    auto json = nlohmann::json::parse(found->second, flat, false);
    auto refuse = [&]() -> std::optional<WordFilter> {
        throw Error(where + ": metadata " + key::kWordFilter,
                    "is not a JSON object of holds and bits (base64)");
    };
    if (!json.is_object() || !json.contains("holds") || !json.contains("bits") ||
        !json["holds"].is_number_unsigned() || !json["bits"].is_string())
        return refuse();
    auto bits = from_base64(json["bits"].get_ref<const std::string&>());
    const uint64_t holds = json["holds"].get<uint64_t>();
    if (!bits || bits->empty() || bits->size() > kMostBytes || holds > 7) return refuse();
    return WordFilter{*bits, static_cast<uint32_t>(holds)};
}

void put_word_filter(std::map<std::string, std::string>& metadata, const WordFilter& collection) {
    metadata[key::kWordFilter] = nlohmann::ordered_json{
        {"holds", collection.holds},
        {"bits",
         to_base64(collection.bits)}}.dump();
}

}  // namespace quillet
