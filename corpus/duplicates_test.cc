// Near duplicates: what MinHash finds is what comparing everything with everything finds.
// SPDX-License-Identifier: MIT
#include "corpus/duplicates.h"

#include <gtest/gtest.h>

#include <random>

namespace quillet {
namespace {

// Families of invented sentences, whose members differ by a word or two.
std::vector<std::string> families_of_sentences(int families) {
    static const char* const kWords[] = {
        "river",  "stone",  "candle",  "wisdom",  "patience", "morning", "shadow",  "friend",
        "winter", "garden", "silence", "courage", "mirror",   "harbour", "fortune", "whisper"};
    std::mt19937 random(7);
    std::vector<std::string> lines;
    for (int f = 0; f < families; f++) {
        std::vector<std::string> words;
        for (int w = 0; w < 9; w++)
            words.push_back(kWords[random() % 16] + std::to_string(random() % 50));
        for (int variant = 0; variant < 3; variant++) {
            std::string line;
            for (const std::string& word : words) line += word + " ";
            lines.push_back(line + ".");
            words[random() % words.size()] = "changed";
        }
    }
    return lines;
}

TEST(JaccardSimilarity, counts_shared_shingles) {
    EXPECT_DOUBLE_EQ(jaccard_similarity("The same, the SAME!", "the same the same"), 1.0);
    EXPECT_EQ(jaccard_similarity("abcdefg", "hijklmn"), 0.0);
    // "abcdef" has abcde and bcdef, "abcdeg" abcde and bcdeg: one of three.
    EXPECT_DOUBLE_EQ(jaccard_similarity("abcdef", "abcdeg"), 1.0 / 3);
}

TEST(JoinNear, finds_what_a_full_comparison_finds) {
    std::vector<std::string> lines = families_of_sentences(30);
    std::vector<uint32_t> groups = join_near(lines, join_exact(lines));
    int pairs = 0, missed = 0;
    for (uint32_t a = 0; a < lines.size(); a++) {
        for (uint32_t b = a + 1; b < lines.size(); b++) {
            if (jaccard_similarity(lines[a], lines[b]) < kNearThreshold) continue;
            pairs++;
            missed += groups[a] != groups[b];
        }
    }
    EXPECT_GT(pairs, 40);
    EXPECT_EQ(missed, 0);
}

TEST(JoinNear, leaves_what_is_different_alone) {
    const std::vector<std::string> lines = {"A friend in need is a friend indeed.",
                                            "A stitch in time saves nine.", "Haste makes waste."};
    EXPECT_EQ(join_near(lines, join_exact(lines)), (std::vector<uint32_t>{0, 1, 2}));
}

TEST(JoinNear, leaves_short_lines_that_differ_in_a_word_that_matters) {
    const std::vector<std::string> lines = {"If you would be loved, love.",
                                            "If you would be loved, be lovable.",
                                            "If you would be loved, then love."};
    EXPECT_EQ(join_near(lines, join_exact(lines)), (std::vector<uint32_t>{0, 1, 0}));
}

TEST(Copies, tells_verbatim_from_near_and_new) {
    const char* text = "A friend in need is a friend indeed.\r\nHaste makes waste.\n\nÄÖ\n";
    Copies copies = find_copies({"Haste makes waste.", "A friend in need is a friend indeed!",
                                 "A friend in need is a friend in debt.", "All is new here.", "ÄÖ"},
                                text);
    EXPECT_EQ(copies.verbatim, 2u);
    EXPECT_EQ(copies.near, 2u);
    ASSERT_EQ(copies.examples.size(), 2u);
    EXPECT_NE(copies.examples[1].find("debt. (like: A friend in need"), std::string::npos);
    EXPECT_EQ(find_copies({}, "").verbatim, 0u);
}

}  // namespace
}  // namespace quillet
