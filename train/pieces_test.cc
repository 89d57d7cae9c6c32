// Pieces learned from texts whose pairs can be counted by hand, and from a longer one by counting anew each time.
// SPDX-License-Identifier: MIT
#include "train/pieces.h"

#include <gtest/gtest.h>

#include <map>

#include "base/utf8.h"

namespace quillet::train {
namespace {

Lines lines_of(const std::string& text) {
    return read_lines(text, "text");
}

TEST(LearnPieces, JoinsTheMostFrequentNeighborsFirst) {
    Lines lines = lines_of("abab\nabc\nbc\n");
    Alphabet learned = learn_pieces(lines, Alphabet(U"\nabc"), 6);
    // ab three times; then bc of the last line once, abab once, abc once: no pair is left twice.
    EXPECT_EQ(learned, Alphabet({U"\n", U"a", U"b", U"c", U"ab"}, {{1, 2}}));
}

TEST(LearnPieces, OfEqualPairsTheSmallerTokensComeFirst) {
    Alphabet learned = learn_pieces(lines_of("cd\nab\ncd\nab\n"), Alphabet(U"\nabcd"), 6);
    EXPECT_EQ(learned.pieces().back(), U"ab");
}

TEST(LearnPieces, NothingReachesOverALineOrGrowsWithoutEnd) {
    Alphabet learned = learn_pieces(lines_of("a\nb\na\nb\na\n"), Alphabet(U"\nab"), 9);
    EXPECT_EQ(learned.size(), 3);
    learned = learn_pieces(lines_of(std::string(100, 'a') + "\n" + std::string(99, 'a')),
                           Alphabet(U"\na"), 256);
    for (const std::u32string& piece : learned.pieces()) EXPECT_LE(piece.size(), 16u);
}

// Each merge is the most frequent pair of the text encoded by the merges before it.
TEST(LearnPieces, CountsAsOneWhoCountsAnew) {
    std::string text;
    uint32_t state = 1;
    for (int i = 0; i < 3000; i++) {
        state = state * 1664525u + 1013904223u;
        text += "aaabbcd ne"[state >> 24 & 7];
        if ((state >> 16 & 31) == 0) text += "the ";
        if ((state >> 12 & 63) == 0) text += '\n';
    }
    Lines lines = lines_of(text);
    std::vector<RareCharacter> rare;
    Alphabet characters = choose_alphabet(lines, Alphabet(), 1, "text", rare);
    Alphabet learned = learn_pieces(lines, characters, 60);
    ASSERT_GT(learned.merges().size(), 40u);
    for (size_t known = 0; known < learned.merges().size(); known++) {
        auto size = static_cast<std::ptrdiff_t>(characters.pieces().size() + known);
        Alphabet before({learned.pieces().begin(), learned.pieces().begin() + size},
                        {learned.merges().begin(),
                         learned.merges().begin() + static_cast<std::ptrdiff_t>(known)});
        std::map<std::pair<int, int>, int> counts;
        std::vector<uint8_t> tokens = encode(lines, before).values;
        for (size_t i = 0; i + 1 < tokens.size(); i++)
            if (tokens[i] != 0 && tokens[i + 1] != 0) counts[{tokens[i], tokens[i + 1]}]++;
        const Merge next = learned.merges()[known];
        for (auto [pair, count] : counts)
            EXPECT_LE(count, (counts[{next.left, next.right}])) << known;
    }
}

}  // namespace
}  // namespace quillet::train
