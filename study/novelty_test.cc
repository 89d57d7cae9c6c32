// Copies planted in a text written for the test are found, and not in its twin without them.
// SPDX-License-Identifier: MIT
#include "study/novelty.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "run/test_plans.h"
#include "study/diversity.h"
#include "study/invented.h"
#include "study/lexicon.h"
#include "study/ngram_text.h"

namespace quillet::study {
namespace {

const std::vector<std::string> kTraining = {
    "The miller sleeps while the river works for him.",
    "A candle in the window is worth two stars.",
    "Salt remembers the sea.",
};

TEST(Novelty, FindsAPlantedLineAndASpan) {
    const TrainingText training(kTraining);
    const Novelty planted = novelty_of(
        {"Salt remembers the sea.", "My candle in the window is out.", "Zyx!"}, training, 3);
    EXPECT_DOUBLE_EQ(planted.verbatim, 1.0 / 3);
    EXPECT_EQ(planted.longest_share, (std::vector<double>{1, 25.0 / 31, 0}));
    EXPECT_EQ(planted.copied_line, "My candle in the window is out.");
    EXPECT_EQ(planted.copied_from, kTraining[1]);
    EXPECT_EQ(planted.copied_begin, 2u);
    EXPECT_EQ(planted.copied_length, 25u);
    EXPECT_DOUBLE_EQ(planted.similarity[0], 1);
    EXPECT_GT(planted.similarity[1], 0.4);
    EXPECT_EQ(planted.similarity[2], 0);

    const Novelty twin = novelty_of({"Sugar forgets every harbor."}, training, 1);
    EXPECT_EQ(twin.verbatim, 0);
    EXPECT_LT(twin.longest_share[0], 7.0 / 27);
    EXPECT_LT(twin.similarity[0], 0.1);
}

TEST(Novelty, CountsNewRuns) {
    const TrainingText training({"a b c d", "b d"});
    const Novelty of = novelty_of({"a b d c"}, training, 0);
    EXPECT_EQ(of.words, (std::vector<double>{0, 1.0 / 3, 1, 1}));
    // No run reaches over a line's end.
    EXPECT_DOUBLE_EQ(novelty_of({"d b"}, training, 0).words[1], 1);
    EXPECT_DOUBLE_EQ(novelty_of({"a b c d"}, training, 0).words[3], 0);
    EXPECT_DOUBLE_EQ(novelty_of({"a b c d"}, training, 0).characters[6], 0);
    EXPECT_TRUE(novelty_of({}, training, 0).words.empty());
}

TEST(Novelty, CharactersAreNotBytes) {
    const TrainingText training({"d\u00e9j\u00e0 vu"});
    EXPECT_EQ(novelty_of({"x d\u00e9j\u00e0"}, training, 0).longest_share[0], 4.0 / 6);
}

TEST(Invented, PlantedWordsAreFoundOnceWithTheirBits) {
    const Plan plan = make_plan(to_graph(random_integer_model(Cell::gru, 1, 16, 4, 1)), "m", "m");
    LineReader reader(plan);
    const auto known = [](const std::string& word) { return word == "bad" || word == "cab"; };
    // The model's alphabet is a to j.
    const auto words = new_words({"bad gabie", "cab gabie", "a dab"}, reader, known);
    ASSERT_EQ(words.size(), 2u);
    EXPECT_EQ(words[0].word, "gabie");
    EXPECT_EQ(words[0].line, "bad gabie");
    EXPECT_EQ(words[1].word, "dab");
    const std::vector<double> bits = reader.bits("bad gabie");
    ASSERT_EQ(bits.size(), 10u);
    EXPECT_EQ(bits[3], 0) << "a space, which the alphabet lacks";
    EXPECT_NEAR(words[0].bits, (bits[4] + bits[5] + bits[6] + bits[7] + bits[8]) / 5, 1e-9);
    EXPECT_TRUE(new_words({"bad cab"}, reader, known).empty());
}

TEST(Lexicon, KnowsTheFormsOfItsWordsAndNoOthers) {
    Lexicon words;
    words.add_index(Lexicon::noun, "  1 The licence\nharbor n 1 0\nbox n 1\nwoman n\ngoose n\n");
    words.add_index(Lexicon::verb, "try v 1\nstop v 1\nlove v 1\n");
    words.add_index(Lexicon::adjective, "dim a 1\nwise a 1\nbitter a 1\n");
    words.add_exceptions(Lexicon::noun, "geese goose\n");
    words.add_exceptions(Lexicon::verb, "stopped stop\nstopping stop\ntried try\n");
    words.add_exceptions(Lexicon::adjective, "dimmer dim\n");
    words.add("quillet");
    const auto elsewhere = [](const std::string& word) { return word == "drook"; };
    for (const char* form :
         {"harbor", "harbors", "harbor's", "boxes",   "women",    "woman's", "geese",
          "tries",  "tried",   "trying",   "stopped", "stopping", "loves",   "loved",
          "loving", "lovest",  "loveth",   "dimmer",  "wiser",    "wisest",  "quillets",
          "drooks", "drooked", "drooking", "drook's"})
        EXPECT_TRUE(words.has(form, elsewhere)) << form;
    // No forms: of another part of speech, by a wrong ending, of too short a word, of none at all.
    for (const char* form : {"harbored", "wises", "bitters", "drooker", "s", "'s", "harborss",
                             "goosed", "gabie", "licence"})
        EXPECT_FALSE(words.has(form, elsewhere)) << form;
    EXPECT_FALSE(words.has("aned", [](const std::string& word) { return word == "an"; }));
}

TEST(Lexicon, ReadsWordNet) {
#ifdef __linux__
    ASSERT_TRUE(std::filesystem::exists("/usr/share/wordnet/noun.exc")) << "install wordnet-base";
#else
    if (!std::filesystem::exists("/usr/share/wordnet/noun.exc")) GTEST_SKIP() << "no wordnet-base";
#endif
    Lexicon words;
    words.add_wordnet("/usr/share/wordnet");
    const auto nowhere = [](const std::string&) { return false; };
    for (const char* form : {"from", "yourself", "nothing", "candles", "wolves", "sang", "begotten",
                             "whispering", "wisest", "child's"})
        EXPECT_TRUE(words.has(form, nowhere)) << form;
    for (const char* form : {"sparrowed", "wolveses", "gabied", "unwhisperous"})
        EXPECT_FALSE(words.has(form, nowhere)) << form;
}

TEST(NgramText, WritesWhatItCounted) {
    const TrainingText training({"abab", "abab", "abac"});
    const auto lines = ngram_lines(training, 3, 400, 30, 1);
    EXPECT_EQ(lines, ngram_lines(training, 3, 400, 30, 1));
    EXPECT_NE(lines, ngram_lines(training, 3, 400, 30, 2));
    size_t known = 0;
    for (const std::string& line : lines) known += training.has_line(line);
    EXPECT_GT(known, 100u);
    EXPECT_LT(known, 400u) << "it backs off now and then";
    // Without context, letters come as often as counted: six a, five b, one c of fifteen.
    size_t letters = 0, a = 0;
    for (const std::string& line : ngram_lines(training, 0, 4000, 30, 3))
        for (char c : line) {
            letters++;
            a += c == 'a';
        }
    EXPECT_NEAR(static_cast<double>(a) / static_cast<double>(letters), 0.5, 0.02);
}

TEST(Diversity, RepeatedLinesAreLessVaried) {
    std::vector<std::string> varied, same;
    for (int i = 0; i < 60; i++) {
        const std::string n = std::to_string(i * 7919 % 1000);
        varied.push_back("w" + n + " x" + n + " y" + n + " z" + n);
        same.push_back("one two three w" + n);
    }
    EXPECT_DOUBLE_EQ(distinct(varied, 2, 1000), 1);
    EXPECT_LT(distinct(same, 2, 1000), 0.4);
    EXPECT_DOUBLE_EQ(distinct({"a b a b"}, 1, 2), 1);
    // By hand: half a run of 4, 3, 2 and 1; three of four, two of three, one of two, half of one.
    EXPECT_NEAR(self_bleu(varied, 4), std::pow(0.5 / 4 * 0.5 / 3 * 0.5 / 2 * 0.5, 0.25), 1e-9);
    EXPECT_NEAR(self_bleu(same, 4), std::pow(0.125, 0.25), 1e-9);
    EXPECT_NEAR(self_bleu({"a b c d e", "a b c d e"}, 4), 1, 1e-9);
    EXPECT_GT(compression_ratio(same, 100000), compression_ratio(varied, 100000));
    EXPECT_EQ(distinct({}, 2, 10) + self_bleu({}, 4) + compression_ratio({}, 10), 0);
}

TEST(Diversity, MatchesLengths) {
    std::vector<std::string> lines;
    for (int i = 0; i < 100; i++) lines.push_back(i % 4 ? "one two" : "one two three four five");
    std::vector<double> weights(kStrata);
    weights[stratum_of(2)] = weights[stratum_of(5)] = 1;
    const auto some = matched(lines, weights, 40);
    EXPECT_EQ(some.size(), 40u);
    EXPECT_EQ(strata_of(some)[stratum_of(5)], 20);
    // Only 25 long lines are there: fewer of both.
    EXPECT_EQ(matched(lines, weights, 100).size(), 50u);
}

TEST(Diversity, ShufflesWordsAndKeepsMarks) {
    Draws draws(1);
    const std::vector<std::string> lines{"One, two; three four. (Five!)", "six - seven", ""};
    const std::vector<std::string> other = shuffled(lines, draws);
    ASSERT_EQ(other.size(), 3u);
    EXPECT_NE(other, lines);
    std::string a = lines[0] + lines[1], b = other[0] + other[1];
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    EXPECT_EQ(a, b);
    EXPECT_EQ(other[0].back(), ')');
    EXPECT_EQ(strata_of(lines), strata_of(other));
    EXPECT_EQ(other[2], "");
}

}  // namespace
}  // namespace quillet::study
