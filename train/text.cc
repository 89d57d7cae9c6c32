// A text as tokens: lines read, the alphabet chosen, rare characters folded, a part set aside.
// SPDX-License-Identifier: MIT
#include "train/text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "base/error.h"
#include "base/fnv.h"
#include "base/fold.h"
#include "base/tokenizer.h"
#include "base/utf8.h"

namespace quillet::train {
namespace {

constexpr int64_t kLeastLinesToSplit = 20;

using Counts = std::map<char32_t, int64_t>;

Counts count_characters(std::u32string_view text) {
    std::unordered_map<char32_t, int64_t> counts;
    for (char32_t c : text) counts[c]++;
    return {counts.begin(), counts.end()};
}

// The least count that leaves at most 256 characters, the known ones among them.
int64_t sufficient_min_count(const Counts& counts, const Alphabet& known) {
    std::vector<int64_t> fresh;
    for (auto [character, count] : counts)
        if (!known.token(character)) fresh.push_back(count);
    std::sort(fresh.rbegin(), fresh.rend());
    auto room = static_cast<size_t>(kMaxVocabulary - known.size());
    return room < fresh.size() ? fresh[room] + 1 : 1;
}

// FNV-1a: stable over platforms, so that a split is too.
uint64_t hash_of(std::u32string_view line) {
    uint64_t hash = kFnvBegin;
    for (char32_t c : line) {
        for (int shift = 0; shift < 32; shift += 8) hash = fnv1a(hash, c >> shift & 0xFF);
    }
    return hash ^ hash >> 32;
}

// Replaces what `alphabet` lacks by `replacements`; lines that this empties go.
void replace(Lines& lines, const Alphabet& alphabet,
             const std::map<char32_t, std::u32string>& replacements) {
    Lines replaced;
    replaced.empty = lines.empty;
    std::u32string line;
    for (size_t i = 0; i < lines.starts.size(); i++) {
        line.clear();
        for (char32_t c : lines.line(i)) {
            if (alphabet.token(c))
                line += c;
            else
                line += replacements.at(c);
        }
        if (line.size() > 1)
            replaced.add(line);
        else
            replaced.empty++;
    }
    lines = std::move(replaced);
}

bool holds_all(const Alphabet& alphabet, const std::u32string& characters) {
    return std::all_of(characters.begin(), characters.end(),
                       [&](char32_t c) { return alphabet.token(c); });
}

}  // namespace

std::u32string_view Lines::line(size_t i) const {
    size_t end = i + 1 < starts.size() ? starts[i + 1] : characters.size();
    return std::u32string_view(characters).substr(starts[i], end - starts[i]);
}

void Lines::add(std::u32string_view line) {
    starts.push_back(characters.size());
    characters += line;
}

namespace {

// Throws Error for what shows that `line` is no line of text.
void check_line(std::u32string_view line, const std::string& where, int64_t number) {
    static constexpr char32_t kUnfit[] = {U'\0', U'\r'};
    size_t at = line.find_first_of(std::u32string_view(kUnfit, 2));
    if (at == std::u32string_view::npos) return;
    throw Error(where + ":" + std::to_string(number) + ":" + std::to_string(at + 1),
                line[at] == U'\0' ? "has a zero byte; is this a text?"
                                  : "has a carriage return inside the line; expected lines that "
                                    "end in a line feed, with or without one");
}

}  // namespace

Lines read_lines(std::string_view bytes, const std::string& where) {
    std::u32string text = decode_utf8(bytes, where);
    Lines lines;
    lines.characters.reserve(text.size() + 1);
    size_t at = !text.empty() && text[0] == 0xFEFF ? 1 : 0;
    for (int64_t number = 1; at < text.size(); number++) {
        size_t end = std::min(text.find(U'\n', at), text.size()), length = end - at;
        while (length > 0 && text[at + length - 1] == U'\r') length--;
        check_line(std::u32string_view(text).substr(at, length), where, number);
        if (length > 0) {
            lines.add(std::u32string_view(text).substr(at, length));
            lines.characters += U'\n';
        } else {
            lines.empty++;
        }
        at = end + 1;
    }
    if (lines.characters.find_first_not_of(U" \t\n") == std::u32string::npos)
        throw Error(where, "has no text; expected lines of UTF-8, one item a line");
    return lines;
}

std::u32string ascii_lookalike(char32_t character) {
    // One character of text is better one token than two.
    static constexpr FoldRow kShort[] = {{U'\t', " "},  {U'`', "'"},  {0xA9, "(c)"}, {0xB7, "."},
                                         {0x2C6, "^"},  {0x2DC, "~"}, {0x2013, "-"}, {0x2014, "-"},
                                         {0x2015, "-"}, {0x2022, "*"}};
    const char* ascii = character < 128 ? nullptr : ascii_of(character);
    for (const FoldRow& row : kShort)
        if (row.character == character) ascii = row.ascii;
    if (ascii == nullptr) return {};
    return {ascii, ascii + std::char_traits<char>::length(ascii)};
}

Alphabet choose_alphabet(Lines& lines, const Alphabet& known, int64_t min_count,
                         const std::string& where, std::vector<RareCharacter>& rare) {
    Counts counts = count_characters(lines.characters);
    Counts after_folding = counts;
    auto is_rare = [&](char32_t c, int64_t count) { return count < min_count && !known.token(c); };
    if (min_count <= 0)
        min_count = std::max<int64_t>(1, static_cast<int64_t>(lines.characters.size()) / 100000);
    for (auto [character, count] : counts) {
        if (!is_rare(character, count)) continue;
        after_folding.erase(character);
        for (char32_t c : ascii_lookalike(character)) after_folding[c] += count;
    }
    const Alphabet first = known.size() > 0 ? known : Alphabet(U"\n");
    std::u32string more;
    for (auto [character, count] : after_folding)
        if (!first.token(character) && !is_rare(character, count)) more += character;
    const size_t size = more.size() + static_cast<size_t>(first.size());
    if (size > kMaxVocabulary)
        throw Error(where, "has " + std::to_string(size - 1) +
                               " different characters that occur at least " +
                               std::to_string(min_count) + (min_count == 1 ? " time" : " times") +
                               "; a model knows at most 255 beside the line's end: give "
                               "--min-count " +
                               std::to_string(sufficient_min_count(after_folding, known)));
    const Alphabet alphabet = first.with(more);
    std::map<char32_t, std::u32string> replacements;
    for (auto [character, count] : counts) {
        if (alphabet.token(character)) continue;
        std::u32string folded = ascii_lookalike(character);
        if (!holds_all(alphabet, folded)) folded.clear();
        replacements[character] = folded;
        rare.push_back({character, count, folded});
    }
    if (!rare.empty()) replace(lines, alphabet, replacements);
    if (lines.count() == 0)
        throw Error(where,
                    "has no text left once its rare characters are dropped; give --min-count 1");
    return alphabet;
}

Tokens encode(const Lines& lines, const Alphabet& alphabet) {
    Tokens tokens;
    tokens.values.reserve(lines.characters.size());
    Tokenizer tokenizer(alphabet);
    std::map<char32_t, int64_t> unknown;
    for (size_t i = 0; i < lines.starts.size(); i++) {
        tokens.starts.push_back(static_cast<int64_t>(tokens.values.size()));
        tokenizer.encode(lines.line(i), tokens.values, unknown);
    }
    tokens.starts.push_back(static_cast<int64_t>(tokens.values.size()));
    for (auto [character, count] : unknown) tokens.unknown += count;
    return tokens;
}

std::optional<Split> split_from(const std::string& text, const std::string& where) {
    static const std::string kTail = "tail:", kHash = "hash:";
    bool tail = text.starts_with(kTail), hash = text.starts_with(kHash);
    std::string number = text.substr(tail || hash ? kTail.size() : 0);
    size_t used = 0;
    double percent = 0;
    try {
        percent = std::stod(number, &used);
    } catch (const std::exception&) {
        return std::nullopt;
    }
    if (number.substr(used) != "%") return std::nullopt;
    if (!(percent >= 0 && percent <= 90))
        throw Error(where, "is " + text + "; expected 0% to 90%, or a file");
    return Split{percent / 100, !tail};
}

Lines split_off(Lines& lines, const Split& split) {
    Lines rest, validation;
    rest.empty = lines.empty;
    auto tail = static_cast<size_t>(
        std::llround(static_cast<double>(lines.count()) * (1 - split.fraction)));
    for (size_t i = 0; i < lines.starts.size(); i++) {
        double place = static_cast<double>(hash_of(lines.line(i)) >> 11) * 0x1p-53;
        bool validates = split.by_hash ? place < split.fraction : i >= tail;
        (validates ? validation : rest).add(lines.line(i));
    }
    if (lines.count() < kLeastLinesToSplit || rest.count() == 0) return {};
    lines = std::move(rest);
    return validation;
}

}  // namespace quillet::train
