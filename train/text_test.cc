// Texts as people have them: other line ends, marks, rare characters, none at all.
// SPDX-License-Identifier: MIT
#include "train/text.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "base/utf8.h"

namespace quillet::train {
namespace {

std::string message(auto action) {
    try {
        action();
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "no error";
}

TEST(ReadLines, TakesMarksCarriageReturnsAndEmptyLinesAway) {
    Lines lines = read_lines("\xEF\xBB\xBFone\r\n\r\n\ntwo\r\nthree", "a.txt");
    EXPECT_EQ(lines.characters, U"one\ntwo\nthree\n");
    EXPECT_EQ(lines.count(), 3);
    EXPECT_EQ(lines.empty, 2);
    EXPECT_EQ(lines.line(1), U"two\n");
}

TEST(ReadLines, NamesThePlaceOfBadBytesAndRefusesNothing) {
    EXPECT_EQ(message([] { read_lines("good\nb\xE9t\n", "a.txt"); }).substr(0, 10), "a.txt:2:2:");
    for (const char* empty : {"", "\n\n", "\r\n", "\xEF\xBB\xBF", "  \n\t\n"})
        EXPECT_EQ(message([&] { read_lines(empty, "a.txt"); }),
                  "a.txt: has no text; expected lines of UTF-8, one item a line");
}

TEST(ReadLines, NamesThePlaceOfWhatIsNoLine) {
    using std::string_literals::operator""s;
    EXPECT_EQ(message([] { read_lines("good\nb\0d\n"s, "a.txt"); }).substr(0, 14),
              "a.txt:2:2: has");
    EXPECT_EQ(message([] { read_lines("good\r\nold\rlines\r", "a.txt"); }).substr(0, 14),
              "a.txt:2:4: has");
    EXPECT_EQ(read_lines("two of them\r\r\n", "a.txt").count(), 1);
}

TEST(ReadLines, TakesAVeryLongLine) {
    Lines lines = read_lines(std::string(5'000'000, 'x'), "a.txt");
    EXPECT_EQ(lines.count(), 1);
    EXPECT_EQ(lines.characters.size(), 5'000'001U);
}

TEST(ChooseAlphabet, IsTheNewlineThenByCodePoint) {
    Lines lines = read_lines("ba\nc\n", "a.txt");
    std::vector<RareCharacter> rare;
    EXPECT_EQ(choose_alphabet(lines, Alphabet(), 0, "a.txt", rare).characters(), U"\nabc");
    EXPECT_TRUE(rare.empty());
}

TEST(ChooseAlphabet, FoldsRareCharactersToLookalikesOrDropsThem) {
    std::string text = "eee''\neee''\n";
    Lines lines = read_lines(text + "\xC3\xA9\xE2\x80\x99\xE2\x98\x83z\n\xE2\x98\x83\n", "a.txt");
    std::vector<RareCharacter> rare;
    Alphabet alphabet = choose_alphabet(lines, Alphabet(), 3, "a.txt", rare);
    EXPECT_EQ(alphabet.characters(), U"\n'e");
    EXPECT_EQ(encode_utf8(lines.characters), text + "e'\n");
    EXPECT_EQ(lines.empty, 1);
    ASSERT_EQ(rare.size(), 4U);
    EXPECT_EQ(rare[0].character, U'z');
    EXPECT_EQ(rare[1].folded_to, U"e");
    EXPECT_EQ(rare[3].count, 2);
}

TEST(ChooseAlphabet, KeepsAKnownAlphabetInFront) {
    Lines lines = read_lines("xy\n", "a.txt");
    std::vector<RareCharacter> rare;
    Alphabet alphabet = choose_alphabet(lines, Alphabet(U"b\ny"), 1, "a.txt", rare);
    EXPECT_EQ(alphabet.characters(), U"b\nyx");
}

TEST(ChooseAlphabet, SaysWhichCountWouldDoForTooManyCharacters) {
    std::u32string text;
    for (char32_t c = 0x4E00; c < 0x4E00 + 300; c++)
        text += std::u32string(c < 0x4E00 + 200 ? 5 : 2, c) + U"\n";
    Lines lines = read_lines(encode_utf8(text), "a.txt");
    std::vector<RareCharacter> rare;
    std::string told = message([&] { choose_alphabet(lines, Alphabet(), 1, "a.txt", rare); });
    EXPECT_EQ(told,
              "a.txt: has 300 different characters that occur at least 1 time; a model knows at "
              "most 255 beside the line's end: give --min-count 3");
    EXPECT_EQ(choose_alphabet(lines, Alphabet(), 3, "a.txt", rare).size(), 201);
}

TEST(Lookalikes, AreInOrderAndAscii) {
    EXPECT_EQ(ascii_lookalike(U'\u00e9'), U"e");
    EXPECT_EQ(ascii_lookalike(U'\u2026'), U"...");
    EXPECT_EQ(ascii_lookalike(U'\u2014'), U"-");
    EXPECT_EQ(ascii_lookalike(U'\u0153'), U"oe");
    EXPECT_EQ(ascii_lookalike(U'a'), U"");
    EXPECT_EQ(ascii_lookalike(U'\u2603'), U"");
}

TEST(SplitOff, TakesTheTailOrByHash) {
    std::string text;
    for (int i = 0; i < 1000; i++) text += "line " + std::to_string(i % 500) + "\n";
    Lines lines = read_lines(text, "a.txt");
    Lines tail = split_off(lines, {0.1, false});
    EXPECT_EQ(tail.count(), 100);
    EXPECT_EQ(lines.count(), 900);
    EXPECT_EQ(tail.line(99), U"line 499\n");

    lines = read_lines(text, "a.txt");
    Lines spread = split_off(lines, {0.1, true});
    EXPECT_NEAR(static_cast<double>(spread.count()), 100, 40);
    EXPECT_EQ(spread.count() + lines.count(), 1000);
    std::set<std::u32string_view> kept;
    for (size_t i = 0; i < lines.starts.size(); i++) kept.insert(lines.line(i));
    for (size_t i = 0; i < spread.starts.size(); i++) EXPECT_EQ(kept.count(spread.line(i)), 0U);
}

TEST(SplitOff, IsToldByAShare) {
    EXPECT_EQ(split_from("5%", "x")->fraction, 0.05);
    EXPECT_TRUE(split_from("hash:5%", "x")->by_hash);
    EXPECT_FALSE(split_from("tail:10%", "x")->by_hash);
    for (const char* file : {"valid.txt", "5", "5% of it", "tail:", "hash:text.txt"})
        EXPECT_FALSE(split_from(file, "x").has_value()) << file;
    EXPECT_EQ(message([] { split_from("91%", "--valid"); }).substr(0, 7), "--valid");
}

TEST(SplitOff, LeavesAFewLinesWhole) {
    Lines lines = read_lines("only\n", "a.txt");
    EXPECT_EQ(split_off(lines, {0.5, false}).count(), 0);
    EXPECT_EQ(lines.count(), 1);
}

TEST(Encode, CountsWhatTheAlphabetLacks) {
    Lines lines = read_lines("abz\nb\n", "a.txt");
    Tokens tokens = encode(lines, Alphabet(U"\nab"));
    EXPECT_EQ(tokens.values, (std::vector<uint8_t>{1, 2, 0, 2, 0}));
    EXPECT_EQ(tokens.starts, (std::vector<int64_t>{0, 3, 5}));
    EXPECT_EQ(tokens.unknown, 1);
}

}  // namespace
}  // namespace quillet::train
