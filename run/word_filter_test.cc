// Collections of texts: what they hold, how large they grow, and their form in a model's metadata.
// SPDX-License-Identifier: MIT
#include "run/word_filter.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"

namespace quillet {
namespace {

quillet_marks marks_of(const std::string& line, const WordFilter& collection) {
    const quillet_word_filter view = collection.view();
    return quillet_marks_of(line.data(), static_cast<uint32_t>(line.size()), nullptr, &view);
}

constexpr uint32_t kAll = QUILLET_HOLDS_WORDS | QUILLET_HOLDS_EDGES;

TEST(WordFilter, HoldsWordsThatComeTwiceAndEdges) {
    const WordFilter collection =
        collect({"The old man walks home alone at night.\nThe old man sings.\nThe man walks.\n"},
                kAll, 4096);
    EXPECT_EQ(collection.holds, kAll);
    EXPECT_EQ(marks_of("The old man walks.", collection).unknown_words, 0);
    EXPECT_EQ(marks_of("The old man sings.", collection).unknown_words, 25) << "once is a slip";
    EXPECT_EQ(marks_of("The old man sings.", collection).copied, 2);
    EXPECT_EQ(marks_of("The old man walks home alone by day.", collection).copied, 1);
    EXPECT_EQ(marks_of("An old man walks home alone at night.", collection).copied, 1);
    EXPECT_EQ(marks_of("Alone at night.", collection).copied, 0);
}

TEST(WordFilter, StaysWithinItsBytes) {
    std::string text;
    for (int i = 0; i < 4000; i++)
        text += "w" +
                std::string(static_cast<size_t>(i % 26 + 1), static_cast<char>('a' + i % 23)) +
                " x" + std::string(static_cast<size_t>(i % 31 + 1), 'y') + "\n";
    const WordFilter large = collect({text, text}, kAll, 1 << 20);
    const WordFilter small = collect({text, text}, kAll, large.bits.size() / 4);
    EXPECT_EQ(large.holds, kAll);
    // Ten bits for each of two entries, the beginning and the end, and eight bytes.
    EXPECT_EQ(collect({"one two three"}, QUILLET_HOLDS_EDGES, 1 << 20).bits.size(), 10u);
    EXPECT_LE(small.bits.size(), large.bits.size() / 4);
    EXPECT_GT(marks_of("Zebra quagga okapi gnu.", large).unknown_words, 70);
}

bool is_copy(const std::string& line, const WordFilter& collection) {
    const quillet_word_filter view = collection.view();
    return quillet_is_copy(line.data(), static_cast<uint32_t>(line.size()), &view) != 0;
}

// Line `i` of a made-up language: three to twelve words.
std::string made_up(uint32_t i) {
    std::string line;
    for (uint32_t words = 3 + i % 10, seed = i * 2654435761U; words--; seed = seed * 69069U + 5)
        line += (line.empty() ? "" : " ") + std::string(1, static_cast<char>('a' + seed % 26)) +
                std::string(1, static_cast<char>('a' + seed / 32 % 26)) +
                std::string(1, static_cast<char>('a' + seed / 1024 % 26));
    return line;
}

TEST(WordFilter, TellsEveryLinePutInAndFewOthers) {
    std::string text;
    for (uint32_t i = 0; i < 4000; i++) text += made_up(i) + "\n";
    for (size_t bytes : {size_t{1} << 20, size_t{4000}}) {
        const WordFilter known = collect({text}, QUILLET_HOLDS_EDGES, bytes);
        for (uint32_t i = 0; i < 4000; i++) EXPECT_TRUE(is_copy(made_up(i) + ".", known)) << i;
        double taken = 0;
        for (uint32_t i = 10000; i < 30000; i++) taken += is_copy(made_up(i), known);
        const double rate = false_positive_rate(known) * false_positive_rate(known);
        EXPECT_NEAR(taken / 20000, rate, 0.003 + 0.1 * rate) << bytes;
        EXPECT_FALSE(is_copy("", known));
        EXPECT_FALSE(is_copy(" - ", known));
    }
    EXPECT_FALSE(is_copy(made_up(1), collect({text}, QUILLET_HOLDS_WORDS, 4000)));
}

TEST(WordFilter, FalsePositivesAreThoseOfTheBitsThatAreSet) {
    EXPECT_EQ(false_positive_rate({std::string(8, '\0'), 0}), 0);
    EXPECT_EQ(false_positive_rate({std::string(8, '\xFF'), 0}), 1);
    EXPECT_EQ(false_positive_rate({std::string(8, '\x0F'), 0}),
              std::pow(.5, QUILLET_FILTER_HASHES));
}

TEST(WordFilter, ComesBackFromMetadata) {
    const WordFilter collection = collect({"one two\none two\n"}, QUILLET_HOLDS_WORDS, 1024);
    std::map<std::string, std::string> metadata;
    EXPECT_FALSE(word_filter_of(metadata, "m"));
    put_word_filter(metadata, collection);
    const auto again = word_filter_of(metadata, "m");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->bits, collection.bits);
    EXPECT_EQ(again->holds, collection.holds);
    for (const char* bad : {"", "[]", "{}", R"({"holds":1})", R"({"holds":1,"bits":""})",
                            R"({"holds":8,"bits":"AAAA"})", R"({"holds":-1,"bits":"AAAA"})",
                            R"({"holds":1,"bits":"A*"})", R"({"holds":1,"bits":7})"}) {
        metadata[key::kWordFilter] = bad;
        EXPECT_THROW(word_filter_of(metadata, "m"), Error) << bad;
    }
}

}  // namespace
}  // namespace quillet
