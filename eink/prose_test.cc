// Plain text made ready for print.
// SPDX-License-Identifier: MIT
#include "eink/prose.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "eink/composed_texts_test.h"

namespace {

// The prose of `text` as UTF-16, or the error in brackets.
std::u16string prose(const std::string& text, bool quoted = false, int room = 100) {
    std::vector<uint16_t> codes(static_cast<size_t>(room));
    int count = eink_prose(text.data(), text.size(), quoted, codes.data(), room);
    if (count < 0) {
        std::string error = "[" + std::to_string(count) + "]";
        return {error.begin(), error.end()};
    }
    return {codes.begin(), codes.begin() + count};
}

constexpr uint64_t kWordsBegin = 14695981039346656037u;  // FNV-1a

uint64_t hash_word(uint64_t seed, uint64_t word) {
    return (seed ^ word) * 1099511628211u;
}

constexpr auto kEmpty = u"[-1]", kBadUtf8 = u"[-2]", kTooLong = u"[-3]";

}  // namespace

TEST(Prose, CollapsesWhiteSpace) {
    EXPECT_EQ(prose("  a \t\n b  "), u"a b");
    for (const char* blank : {" ", "\t", "\n", "\v", "\f", "\r"})
        EXPECT_EQ(prose(std::string("a") + blank + "b"), u"a b");
    EXPECT_EQ(prose(" \n "), kEmpty);
    EXPECT_EQ(prose(""), kEmpty);
    EXPECT_EQ(prose("so\xC2\xAD"
                    "ft"),
              u"so\u00adft");
}

TEST(Prose, KeepsAZeroByteForTheFontToRefuse) {
    EXPECT_EQ(prose(std::string("a\0b", 3)), std::u16string(u"a\0b", 3));
    EXPECT_EQ(prose(std::string("\0", 1)), std::u16string(u"\0", 1));
}

TEST(Prose, CurlsMarks) {
    EXPECT_EQ(prose("\"I\" and 'you'"), u"\u201cI\u201d and \u2018you\u2019");
    EXPECT_EQ(prose("don't"), u"don\u2019t");
    EXPECT_EQ(prose("'tis said"), u"\u2019tis said");
    EXPECT_EQ(prose("the '90s and the dogs' day"), u"the \u201990s and the dogs\u2019 day");
    EXPECT_EQ(prose("(\"so\")"), u"(\u201cso\u201d)");
}

TEST(Prose, TidiesPoints) {
    EXPECT_EQ(prose("at -1 and 2- -"), u"at -1 and 2- -");
    EXPECT_EQ(prose("wait... -- no - yes--well-read"),
              u"wait\u2026 \u2014 no \u2013 yes\u2014well-read");
    EXPECT_EQ(prose(".."), u"..");
}

TEST(Prose, PutsMarksAroundOnce) {
    EXPECT_EQ(prose("be", true), u"\u201cbe\u201d");
    EXPECT_EQ(prose("\"be\"", true), u"\u201cbe\u201d");
    EXPECT_EQ(prose("\u201cbe\u201d", true), u"\u201cbe\u201d");
    EXPECT_EQ(prose("say \"be\" now", true), u"\u201csay \u2018be\u2019 now\u201d");
    EXPECT_EQ(prose("\"be\" and \"do\"", true), u"\u201c\u2018be\u2019 and \u2018do\u2019\u201d");
    EXPECT_EQ(prose("\"\"", true), kEmpty);
}

TEST(Prose, RefusesWhatIsNotUtf8) {
    EXPECT_EQ(prose("\xC3\xA9"), u"é");
    for (const char* bad : {"\xC3", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\x80", "\xFF",
                            "a\xE2\x82", "\xF0\x9F\x98\x80"}) {
        EXPECT_EQ(prose(bad), kBadUtf8) << bad;
    }
}

TEST(Prose, StaysWithinItsRoom) {
    EXPECT_EQ(prose("abcdef", false, 7), u"abcdef");
    EXPECT_EQ(prose("abcdef", false, 6), kTooLong);
    EXPECT_EQ(prose("abcdef", true, 8), u"\u201cabcdef\u201d");
    EXPECT_EQ(prose("abcdef", true, 7), kTooLong);
}

TEST(Prose, TurnsApostrophesTheRightWay) {
    EXPECT_EQ(prose("Chuck played rock 'n' roll."), u"Chuck played rock ’n’ roll.");
    EXPECT_EQ(prose("O' the mist an' the rain, 'tis a' the same."),
              u"O’ the mist an’ the rain, ’tis a’ the same.");
    EXPECT_EQ(prose("'Tis said that 'calm' is a word."), u"’Tis said that ‘calm’ is a word.");
    EXPECT_EQ(prose("In the '90s and the '80s."), u"In the ’90s and the ’80s.");
    EXPECT_EQ(prose("Gie 'em a' wi' 'the best' o' it."), u"Gie ’em a’ wi’ ‘the best’ o’ it.");
    EXPECT_EQ(prose("He's 'runnin' late' an' cryin'."), u"He’s ‘runnin’ late’ an’ cryin’.");
    EXPECT_EQ(prose("'Yes', she said."), u"‘Yes’, she said.");
}

TEST(Prose, SeesPairsAroundWordsThatLookCut) {
    EXPECT_EQ(prose("Call it 'rain' or 'again' if you like."),
              u"Call it ‘rain’ or ‘again’ if you like.");
    EXPECT_EQ(prose("We sang 'over the mountain' an' 'goin' hame'."),
              u"We sang ‘over the mountain’ an’ ‘goin’ hame’.");
    EXPECT_EQ(prose("'I can't' and 'he won't' are brothers."),
              u"‘I can’t’ and ‘he won’t’ are brothers.");
    EXPECT_EQ(prose("'Keep off the grass' to all."), u"‘Keep off the grass’ to all.");
    EXPECT_EQ(prose("He wrote 'the cabin' and 'bein' seen'."),
              u"He wrote ‘the cabin’ and ‘bein’ seen’.");
}

TEST(Prose, GivesAMarkOnePartner) {
    EXPECT_EQ(prose("'One 'two'"), u"‘One ’two’");
    EXPECT_EQ(prose("'One 'two' three'"), u"‘One ‘two’ three’");
}

TEST(Prose, LeavesFeetAndInchesStraight) {
    EXPECT_EQ(prose("He is 6' 2\" tall, the hat 7\"."), u"He is 6' 2\" tall, the hat 7\".");
    EXPECT_EQ(prose("He is 6' 2\" tall.", true), u"“He is 6' 2\" tall.”");
    EXPECT_EQ(prose("\"He is 6'2\" tall,\" she said."), u"“He is 6'2\" tall,” she said.");
    EXPECT_EQ(prose("\"Born in 1984\" and 'in 1985', the 1990's."),
              u"“Born in 1984” and ‘in 1985’, the 1990’s.");
}

TEST(Prose, SetsGermanMarks) {
    uint16_t codes[80];
    const std::string text = "Er sagte \"nein\" und ging.";
    const int count = eink_prose(text.data(), text.size(), EINK_MARKS_GERMAN, codes, 80);
    ASSERT_GT(count, 0);
    EXPECT_EQ(codes[0], 0x201E);
    EXPECT_EQ(codes[count - 1], 0x201C);
    EXPECT_EQ(codes[10], 0x201A);
    EXPECT_EQ(codes[15], 0x2018);
    const std::string inner = "Er sagt 'nein' und geht's an.";
    std::u16string set(
        codes, codes + eink_prose(inner.data(), inner.size(), EINK_MARKS_GERMAN, codes, 80));
    EXPECT_EQ(set, u"„Er sagt ‚nein‘ und geht’s an.“");
    const std::string typed = "Er sagte „nein“ und ging.";
    const int again = eink_prose(typed.data(), typed.size(), EINK_MARKS_ENGLISH, codes, 80);
    EXPECT_EQ(again, count);
    EXPECT_EQ(codes[0], 0x201E);
    EXPECT_EQ(codes[15], 0x2018);
}

// The hash of what texts become, with each kind of marks.
class Turned {
  public:
    void add(const std::string& text) {
        for (int marks : {EINK_MARKS_NONE, EINK_MARKS_ENGLISH, EINK_MARKS_GERMAN}) {
            const int room = static_cast<int>(codes_.size());
            const int count = eink_prose(text.data(), text.size(), marks, codes_.data(), room);
            value_ = hash_word(value_, static_cast<uint32_t>(count));
            for (int i = 0; i < count; i++)
                value_ = hash_word(value_, codes_[static_cast<size_t>(i)]);
        }
    }
    // Every text of `length` of the words.
    void add_all(const std::vector<std::string>& words, int length, const std::string& begin = "") {
        if (length == 0) return add(begin);
        for (const std::string& word : words) add_all(words, length - 1, begin + word);
    }
    uint64_t value() const { return value_; }

  private:
    std::vector<uint16_t> codes_ = std::vector<uint16_t>(1000);
    uint64_t value_ = kWordsBegin;
};

// What the cases above do not name stays as it is: where a rule changes on purpose, print the texts
// that change, look at them, and put the new hash here.
TEST(Prose, TurnsComposedTextsAsItDid) {
    Turned turned;
    for (uint32_t number = 0; number < 4000; number++) turned.add(composed_text(number));
    EXPECT_EQ(turned.value(), 15896978506403846014u);
}

TEST(Prose, TurnsEveryShortTextAsItDid) {
    Turned turned;
    const std::vector<std::string> few = {"a", "s", "2", "'", "\"", " ", "-", "."};
    for (int length = 1; length <= 6; length++) turned.add_all(few, length);
    const std::vector<std::string> many = {
        "a", "s",      "N",      "2",      "'",  "\"",  " ",      "-",      ".",     ",",
        "(", "\u201C", "\u201D", "\u2019", "th", "tis", "\u201E", "runnin", "seein", "cabin"};
    for (int length = 1; length <= 4; length++) turned.add_all(many, length);
    // Behind a mark that opens, where a word's own apostrophe may be taken for its partner.
    const std::vector<std::string> words = {"'",        "' b'", " ",    "in",    "again", "within",
                                            "WITHIN",   "Bein", "been", "seein", "goin",  "runnin",
                                            "mountain", "AN",   "th",   "o",     "s",     "9",
                                            "'tis",     "'90s", "'n",   "a",     ",",     "!"};
    for (int length = 1; length <= 3; length++) turned.add_all(words, length, "'a ");
    EXPECT_EQ(turned.value(), 15672576956383256028u);
}

TEST(Prose, TurnsEveryCharacterAsItDid) {
    Turned turned;
    for (char32_t code = 1; code < 0x10000; code++) {
        std::string x;
        if (code < 0x80) {
            x = static_cast<char>(code);
        } else {
            if (code < 0x800)
                x = static_cast<char>(0xC0 | code >> 6);
            else
                x = {static_cast<char>(0xE0 | code >> 12),
                     static_cast<char>(0x80 | (code >> 6 & 0x3F))};
            x += static_cast<char>(0x80 | (code & 0x3F));
        }
        for (const std::string& text :
             {x, "a" + x + "b", "'" + x + "' b", "\"a\"" + x + "\"b\"", x + "'a'",
              "a'" + x + "b' c", "go" + x + "in'", x + "a" + x, "'a b" + x + "' c",
              "'th" + x + " b' c", "'a" + x + "n' b'", "2" + x + "2\"", "\"" + x + "AN' a"})
            turned.add(text);
    }
    EXPECT_EQ(turned.value(), 3328820493194545862u);
}

TEST(Prose, OuterMarksFillTheRoom) {
    // As long as there is room, and one longer, with and without marks of its own.
    for (const char* text : {"abc", "\"abc\"", "a b", "a  b"})
        for (int room = 1; room < 9; room++) {
            const std::u16string turned = prose(text, true, room);
            const bool fits = room >= (text[0] == '"' ? 6 : 5);
            EXPECT_EQ(turned == kTooLong, !fits) << text << " in " << room;
        }
}
