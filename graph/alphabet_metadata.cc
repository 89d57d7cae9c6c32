// An alphabet in a model's metadata: its characters as they are, or its pieces and merges as JSON.
// SPDX-License-Identifier: MIT
#include "graph/alphabet_metadata.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/utf8.h"
#include "graph/graph.h"

namespace quillet {
namespace {

using nlohmann::json;

constexpr int kDeepest = 2;  // lists in a list

// A list as JSON text. Throws Error(place, …).
json list_of(const std::string& text, const std::string& place, const char* expected) {
    bool too_deep = false;
    auto look = [&](int depth, json::parse_event_t, json&) {
        too_deep = too_deep || depth > kDeepest;
        return !too_deep;
    };
    json list = json::parse(text, look, false);
    if (too_deep || !list.is_array() || list.size() > kMaxVocabulary)
        throw Error(place, std::string("is not ") + expected);
    return list;
}

std::vector<std::u32string> pieces_of(const std::string& text, const std::string& place) {
    static constexpr const char* kExpected = "a JSON list of 1 to 256 strings";
    std::vector<std::u32string> pieces;
    for (const json& piece : list_of(text, place, kExpected)) {
        if (!piece.is_string()) throw Error(place, std::string("is not ") + kExpected);
        pieces.push_back(decode_utf8(piece.get_ref<const std::string&>(), place));
    }
    return pieces;
}

std::vector<Merge> merges_of(const std::string& text, const std::string& place) {
    static constexpr const char* kExpected =
        "a JSON list of at most 256 pairs of tokens, [left, right]";
    std::vector<Merge> merges;
    for (const json& pair : list_of(text, place, kExpected)) {
        auto is_token = [](const json& x) {
            return x.is_number_unsigned() && x.get<uint64_t>() < kMaxVocabulary;
        };
        if (!pair.is_array() || pair.size() != 2 || !is_token(pair[0]) || !is_token(pair[1]))
            throw Error(place, std::string("is not ") + kExpected);
        merges.push_back({pair[0].get<uint8_t>(), pair[1].get<uint8_t>()});
    }
    return merges;
}

}  // namespace

Alphabet alphabet_of(const std::map<std::string, std::string>& metadata, const std::string& where) {
    auto text = metadata.find(key::kAlphabet), merges = metadata.find(key::kMerges);
    if (text == metadata.end())
        throw Error(where, std::string("has no metadata ") + key::kAlphabet +
                               ", the characters in token order; give them with --alphabet");
    std::string place = where + ": metadata " + key::kAlphabet;
    try {
        if (merges == metadata.end()) return Alphabet(decode_utf8(text->second, place));
        return {pieces_of(text->second, place),
                merges_of(merges->second, where + ": metadata " + key::kMerges)};
    } catch (const Error& error) {
        throw Error(error.where() == "alphabet" ? place : error.where(), error.what());
    }
}

void put_alphabet(std::map<std::string, std::string>& metadata, const Alphabet& alphabet) {
    if (alphabet.merges().empty()) {
        metadata[key::kAlphabet] = encode_utf8(alphabet.characters());
        metadata.erase(key::kMerges);
        return;
    }
    json pieces = json::array(), merges = json::array();
    for (int token = 0; token < alphabet.size(); token++) pieces.push_back(alphabet.text(token));
    for (const Merge& merge : alphabet.merges()) merges.push_back({merge.left, merge.right});
    metadata[key::kAlphabet] = pieces.dump();
    metadata[key::kMerges] = merges.dump();
}

}  // namespace quillet
