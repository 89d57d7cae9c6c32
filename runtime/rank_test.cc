// Marks of lines, bits as they were heard, and what a collection's filter holds.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "runtime/quillet_rank.h"

namespace {

quillet_marks marks_of(const std::string& line, const quillet_word_filter* collection = nullptr) {
    return quillet_marks_of(line.data(), static_cast<uint32_t>(line.size()), nullptr, collection);
}

std::vector<uint32_t> words_of(const std::string& line) {
    std::vector<uint32_t> words(QUILLET_LINE_WORDS);
    words.resize(quillet_line_words(words.data(), line.data(), static_cast<uint32_t>(line.size())));
    return words;
}

TEST(Rank, WordsAreLettersInEitherCase) {
    EXPECT_EQ(words_of("Don't 'quote' me, ÉTÉ!").size(), 4u);
    EXPECT_EQ(words_of("ÀÀ Ÿ").size(), 2u);  // bytes from 0x80 on are letters
    EXPECT_EQ(words_of("THE the The").size(), 3u);
    EXPECT_EQ(words_of("THE the")[0], words_of("THE the")[1]);
    EXPECT_NE(words_of("cant")[0], words_of("can't")[0]);
    EXPECT_EQ(words_of("'quote'"), words_of("quote"));
    EXPECT_EQ(words_of(""), std::vector<uint32_t>());
    EXPECT_EQ(words_of("12 -- 34"), std::vector<uint32_t>());
    std::string many;
    for (int i = 0; i < 200; i++) many += "a ";
    EXPECT_EQ(words_of(many).size(), static_cast<size_t>(QUILLET_LINE_WORDS));
    EXPECT_EQ(words_of("five and twelve")[1] & 1, 0u);
    EXPECT_EQ(words_of("five and twelve")[2] & 1, 1u);
}

TEST(Rank, NothingBehindTheLineIsRead) {
    std::vector<uint32_t> words(2);
    words.resize(quillet_line_words(words.data(), "twelvemonth", 6));
    EXPECT_EQ(words, words_of("twelve"));
    words.resize(2);
    words.resize(quillet_line_words(words.data(), "don't", 4));
    EXPECT_EQ(words, words_of("don"));
}

TEST(Rank, MarksWhatReadersMind) {
    EXPECT_EQ(marks_of("The the cat sat on a mat.").repeats, 1);
    EXPECT_EQ(marks_of("The nature of nature is nature.").echoes, 2);
    EXPECT_EQ(marks_of("The cat and the cat.").echoes, 0);
    EXPECT_EQ(marks_of("It ends").open, 1);
    for (const char* line : {"It ends.", "It ends!", "Does it?", "He said \"no.\""})
        EXPECT_EQ(marks_of(line).open, 0) << line;
    for (const char* line : {"A (b", "A b)", "A \"b", "A )b(", "A \"b\" \"c"})
        EXPECT_EQ(marks_of(line).unbalanced, 1) << line;
    EXPECT_EQ(marks_of("A (b \"c\" d)").unbalanced, 0);
    EXPECT_EQ(marks_of("small").small, 1);
    EXPECT_EQ(marks_of("Great").small, 0);
    EXPECT_EQ(marks_of("But this is nothing.").leaning, 1);
    EXPECT_EQ(marks_of("Butter is nothing but this.").leaning, 0);
    EXPECT_EQ(marks_of("Every man is his own.").trailing, 1);
    EXPECT_EQ(marks_of("Own what is his.").trailing, 0);
    for (const char* line : {"", ".", " -- \"...\" (!)", "@[`{~/:"})
        EXPECT_EQ(marks_of(line).bare, 1) << line;
    for (const char* line : {"a.", "0", "9", "A", "z", "\u00e9"})
        EXPECT_EQ(marks_of(line).bare, 0) << line;
    EXPECT_EQ(marks_of("...").leaning + marks_of("...").trailing, 0);
    EXPECT_EQ(marks_of(std::string(20, 'x')).missing, 8);
    EXPECT_EQ(marks_of(std::string(47, 'x')).missing, 0);
    EXPECT_EQ(marks_of("\u00e9\u00e9").missing, 26) << "characters, not bytes";
}

TEST(Rank, ScoresFallWithEachFault) {
    const quillet_marks good = marks_of("Patience is the better half of courage.");
    const int32_t best = quillet_line_score(&good);
    for (const char* worse :
         {"patience is the better half of courage.", "Patience is the better half of courage",
          "Patience is the better better half of courage.",
          "Patience is the patience of the better half of courage.", "Patience, of course.",
          "This is the better half of courage, and patience.",
          "Patience is the better half of it."}) {
        const quillet_marks marks = marks_of(worse);
        EXPECT_LT(quillet_line_score(&marks), best) << worse;
    }
}

// What each mark costs, in tenths of a bit.
TEST(Rank, MarksCostWhatTheyWereFittedTo) {
    const std::pair<int32_t quillet_marks::*, int32_t> costs[] = {
        {&quillet_marks::total, 1},     {&quillet_marks::bits, 0},
        {&quillet_marks::worst, 0},     {&quillet_marks::unknown_words, 3},
        {&quillet_marks::repeats, 100}, {&quillet_marks::echoes, 125},
        {&quillet_marks::open, 100},    {&quillet_marks::unbalanced, 100},
        {&quillet_marks::small, 100},   {&quillet_marks::missing, 6},
        {&quillet_marks::leaning, 190}, {&quillet_marks::trailing, 85},
        {&quillet_marks::copied, 150},  {&quillet_marks::bare, 10000}};
    for (size_t i = 0; i < std::size(costs); i++) {
        quillet_marks marks{};
        marks.*costs[i].first = 1;
        EXPECT_EQ(quillet_line_score(&marks), -costs[i].second) << "mark " << i;
    }
    quillet_marks whole{};
    whole.copied = 2;
    EXPECT_EQ(quillet_line_score(&whole), -10000);
}

TEST(Rank, EntriesLieInAllOfTheFilter) {
    EXPECT_EQ(quillet_filter_place(0, 0, 800), 0u);
    EXPECT_EQ(quillet_filter_place(0x80000000u, 0, 800), 400u);
    EXPECT_EQ(quillet_filter_place(UINT32_MAX, 0, 800), 799u);
}

// A filter with these entries alone.
struct Filter {
    std::vector<uint8_t> bits = std::vector<uint8_t>(64);
    quillet_word_filter view{bits.data(), 64 * 8, 7};

    void put(uint32_t entry) {
        for (uint32_t which = 0; which < QUILLET_FILTER_HASHES; which++) {
            const uint32_t place = quillet_filter_place(entry, which, view.bit_count);
            bits[place / 8] = static_cast<uint8_t>(bits[place / 8] | 1 << place % 8);
        }
    }
};

TEST(Rank, AsksTheCollection) {
    const std::string line = "One two three four five six seven eight.";
    const std::vector<uint32_t> words = words_of(line);
    const auto count = static_cast<uint32_t>(words.size());
    Filter filter;
    EXPECT_EQ(marks_of(line, &filter.view).unknown_words, 100);
    for (uint32_t i = 0; i < 6; i++) filter.put(quillet_word_entry(words[i]));
    filter.put(quillet_edge_entry(words.data(), count, 0));
    quillet_marks marks = marks_of(line, &filter.view);
    EXPECT_EQ(marks.unknown_words, 25);
    EXPECT_EQ(marks.copied, 1);
    EXPECT_EQ(marks_of("One two three four five six, and more.", &filter.view).copied, 1);
    EXPECT_EQ(marks_of("Now one two three four five six.", &filter.view).copied, 0);
    filter.put(quillet_edge_entry(words.data(), count, 1));
    marks = marks_of(line, &filter.view);
    EXPECT_EQ(marks.copied, 2);
    filter.view.holds = QUILLET_HOLDS_WORDS;
    EXPECT_EQ(marks_of(line, &filter.view).copied, 0);
    EXPECT_LT(marks_of(line).unknown_words, 1) << "no collection, nothing unknown";
}

TEST(Rank, AnEntryIsHeldByAllOfItsBits) {
    const uint32_t entry = quillet_word_entry(words_of("lantern")[0]);
    for (uint32_t lacking = 0; lacking < QUILLET_FILTER_HASHES; lacking++) {
        Filter filter;
        for (uint32_t which = 0; which < QUILLET_FILTER_HASHES; which++) {
            const uint32_t place = quillet_filter_place(entry, which, filter.view.bit_count);
            if (which != lacking) filter.bits[place / 8] |= static_cast<uint8_t>(1 << place % 8);
        }
        EXPECT_EQ(marks_of("lantern", &filter.view).unknown_words, 100) << lacking;
        filter.put(entry);
        EXPECT_EQ(marks_of("lantern", &filter.view).unknown_words, 0) << lacking;
    }
}

TEST(Rank, BitsAreThoseOfTheSoftmax) {
    const std::vector<int32_t> logits{1024, 0, -2048, 512, 3072};
    double sum = 0;
    for (int32_t logit : logits) sum += std::exp(logit / 1024.0);
    for (uint32_t token = 0; token < logits.size(); token++) {
        const double bits = -std::log2(std::exp(logits[token] / 1024.0) / sum);
        EXPECT_NEAR(quillet_bits_of(logits.data(), 5, token) / 64.0, bits, 0.05) << token;
    }
    for (uint32_t power = 0; power <= 8; power++) {
        const std::vector<int32_t> same(1u << power, -700);
        EXPECT_NEAR(quillet_bits_of(same.data(), 1u << power, 0) / 64.0, power, 0.05);
    }
}

// Steps whose logits are always the same.
struct Constant {
    int resets = 0, steps = 0;
    static void reset(void* self) { static_cast<Constant*>(self)->resets++; }
    static void step(void* self, uint32_t, int32_t* logits) {
        static_cast<Constant*>(self)->steps++;
        const int32_t values[3] = {0, 1024, -1024};
        std::memcpy(logits, values, sizeof values);
    }
};

TEST(Rank, HearsWhatIsFed) {
    Constant constant;
    const quillet_model model = {Constant::reset, Constant::step, 3, 0};
    int32_t before[3], logits[3];
    quillet_hearing hearing = {&model, &constant, before, 9, 9, 9};
    quillet_model heard = quillet_heard_model(&hearing);
    heard.reset(&hearing);
    for (uint32_t token : {0u, 1u, 2u, 1u}) heard.step(&hearing, token, logits);
    EXPECT_EQ(constant.resets, 1);
    EXPECT_EQ(constant.steps, 4);
    const uint32_t one = quillet_bits_of(logits, 3, 1), two = quillet_bits_of(logits, 3, 2);
    EXPECT_EQ(hearing.bits, 2 * one + two)
        << "the first token begins the line: nothing foretold it";
    EXPECT_EQ(hearing.worst, two);
    const uint32_t end = quillet_bits_of(logits, 3, 0);
    const quillet_marks marks = quillet_marks_of("abc", 3, &hearing, nullptr);
    EXPECT_EQ(marks.bits, static_cast<int32_t>((hearing.bits + end) * 25 / 16 / 4));
    EXPECT_EQ(marks.worst, static_cast<int32_t>(two * 25 / 16));
    EXPECT_EQ(marks.total, static_cast<int32_t>((hearing.bits + end) * 10 / 64));
}

// What is_beaten says early the score confirms, at every length and for every fault.
TEST(Rank, BeatenLinesScoreNoMore) {
    Constant constant;
    const quillet_model model = {Constant::reset, Constant::step, 3, 0};
    int32_t before[3], logits[3];
    quillet_hearing hearing = {&model, &constant, before, 0, 0, 0};
    quillet_model heard = quillet_heard_model(&hearing);
    heard.reset(&hearing);
    heard.step(&hearing, 0, logits);
    const std::string line = "The patience of patience is The The better half of (courage.";
    EXPECT_FALSE(quillet_is_beaten(&hearing, INT32_MIN));
    bool beaten = false;
    for (uint32_t length = 1; length <= line.size(); length++) {
        heard.step(&hearing, 1 + length % 2, logits);
        const quillet_marks marks = quillet_marks_of(line.data(), length, &hearing, nullptr);
        const int32_t score = quillet_line_score(&marks);
        EXPECT_LE(score, 0);
        EXPECT_FALSE(quillet_is_beaten(&hearing, score - 1)) << "or it could not have scored that";
        EXPECT_TRUE(!beaten || score <= -400) << score;
        beaten = quillet_is_beaten(&hearing, -400);
    }
    EXPECT_TRUE(beaten);
}

}  // namespace
