// The yardstick against probabilities worked out by hand, and against a slow version that counts
// strings.
// SPDX-License-Identifier: MIT
#include "corpus/ngram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "base/error.h"
#include "base/utf8.h"

namespace quillet {
namespace {

TEST(Ngram, unigram_by_hand) {
    // "ab" and its end: N = 3, T = 3, V = 3 and one for all others. P(a) = (1 + 3/4) / 6.
    NgramModel model(0);
    model.add(U"ab");
    NgramModel::Score score;
    model.score(U"a", score);
    EXPECT_EQ(score.characters, 2u);
    EXPECT_NEAR(score.bits, -2 * std::log2((1 + 3 / 4.0) / 6), 1e-12);
}

TEST(Ngram, bigram_by_hand) {
    // Lines "ab" and "aa". After the beginning: a twice, so N = 2, T = 1. After a: b, a, end: N =
    // 3, T = 3. In all: a three times, b once, two ends: N = 6, T = 3.
    NgramModel model(1);
    model.add(U"ab");
    model.add(U"aa");
    double a = (3 + 3 / 4.0) / 9, end = (2 + 3 / 4.0) / 9;
    NgramModel::Score score;
    model.score(U"a", score);
    EXPECT_NEAR(score.bits, -std::log2((2 + a) / 3) - std::log2((1 + 3 * end) / 6), 1e-12);
}

// The same from a map of strings to counts.
double slow_bits(int context, const std::vector<std::string>& train, const std::string& line) {
    std::map<std::string, std::map<char, int>> after;
    std::set<char> characters{'\n'};
    for (const std::string& text : train) {
        std::string all = "\n" + text + "\n";
        for (size_t i = 1; i < all.size(); i++) {
            characters.insert(all[i]);
            for (size_t k = 0; k <= static_cast<size_t>(context) && k <= i; k++)
                after[all.substr(i - k, k)][all[i]]++;
        }
    }
    std::string all = "\n" + line + "\n";
    double bits = 0;
    for (size_t i = 1; i < all.size(); i++) {
        double p = 1.0 / static_cast<double>(characters.size() + 1);
        for (size_t k = 0; k <= static_cast<size_t>(context) && k <= i; k++) {
            auto& counts = after[all.substr(i - k, k)];
            double n = 0;
            for (auto& [c, count] : counts) n += count;
            double t = static_cast<double>(counts.size());
            if (n > 0) p = ((counts.contains(all[i]) ? counts[all[i]] : 0) + t * p) / (n + t);
        }
        bits -= std::log2(p);
    }
    return bits;
}

TEST(Ngram, agrees_with_the_slow_one) {
    std::vector<std::string> train = {"a rose is a rose is a rose", "roses are red", "",
                                      "rare as a rose is", "the sea, the sea"};
    for (int context : {0, 1, 2, 3, 5, 9}) {
        NgramModel model(context);
        for (const std::string& line : train) model.add(decode_utf8(line, "line"));
        for (const char* line : {"a rose is red", "", "zebra", "the sea"}) {
            NgramModel::Score score;
            model.score(decode_utf8(line, "line"), score);
            EXPECT_NEAR(score.bits, slow_bits(context, train, line), 1e-9)
                << context << " " << line;
        }
    }
}

TEST(Ngram, scores_a_text_by_its_lines) {
    NgramModel model(2);
    for (const char32_t* line : {U"abc", U"aéb"}) model.add(line);
    NgramModel::Score wanted;
    for (const char32_t* line : {U"ab", U"cé"}) model.score(line, wanted);
    NgramModel::Score score = score_ngram(2, U"abc\naéb\n", U"ab\ncé");
    EXPECT_EQ(score.characters, 6u);
    EXPECT_EQ(score.bits, wanted.bits);
}

TEST(Ngram, refuses_a_context_out_of_range) {
    EXPECT_THROW(NgramModel(33), Error);
}

}  // namespace
}  // namespace quillet
