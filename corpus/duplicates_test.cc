// Near duplicates: what MinHash finds is what comparing everything with everything finds.
// SPDX-License-Identifier: MIT
#include "corpus/duplicates.h"

#include <gtest/gtest.h>

#include <random>

namespace quillet {
namespace {

const std::filesystem::path kFolder = std::filesystem::temp_directory_path();

// Invented sentences, each with variants that differ by a word or two.
std::vector<std::string> sentences(int families) {
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

TEST(Likeness, counts_shared_shingles) {
    EXPECT_DOUBLE_EQ(likeness("The same, the SAME!", "the same the same"), 1.0);
    EXPECT_EQ(likeness("abcdefg", "hijklmn"), 0.0);
    // "abcdef" has abcde and bcdef, "abcdeg" abcde and bcdeg: one of three.
    EXPECT_DOUBLE_EQ(likeness("abcdef", "abcdeg"), 1.0 / 3);
}

TEST(JoinNear, finds_what_a_full_comparison_finds) {
    std::vector<std::string> lines = sentences(30);
    Spool spool(kFolder);
    for (const std::string& line : lines) spool.add(line);
    Groups exact, groups;
    join_near(spool, exact, groups, kFolder);
    int pairs = 0, missed = 0;
    for (uint32_t a = 0; a < lines.size(); a++) {
        for (uint32_t b = a + 1; b < lines.size(); b++) {
            if (likeness(lines[a], lines[b]) < kNearThreshold) continue;
            pairs++;
            missed += groups.first(a) != groups.first(b);
        }
    }
    EXPECT_GT(pairs, 40);
    EXPECT_EQ(missed, 0);
}

TEST(JoinNear, finds_the_same_with_little_memory) {
    Spool spool(kFolder);
    for (const std::string& line : sentences(30)) spool.add(line);
    Groups exact, groups, few_exact, few;
    join_near(spool, exact, groups, kFolder);
    join_near(spool, few_exact, few, kFolder, {64, 7});
    for (uint32_t i = 0; i < spool.size(); i++) {
        EXPECT_EQ(few_exact.first(i), exact.first(i));
        EXPECT_EQ(few.first(i), groups.first(i));
    }
}

TEST(JoinNear, leaves_what_is_different_alone) {
    Spool spool(kFolder);
    for (const char* line : {"A friend in need is a friend indeed.", "A stitch in time saves nine.",
                             "Haste makes waste."})
        spool.add(line);
    Groups exact, groups;
    join_near(spool, exact, groups, kFolder);
    for (uint32_t i = 0; i < 3; i++) EXPECT_EQ(groups.first(i), i);
}

TEST(Copies, tells_verbatim_from_near_and_new) {
    const char* text = "A friend in need is a friend indeed.\r\nHaste makes waste.\n\nÄÖ\n";
    Copies copies = find_copies({"Haste makes waste.", "A friend in need is a friend indeed!",
                                 "A friend in need is a friend in debt.", "All is new here.", "ÄÖ"},
                                text, kFolder);
    EXPECT_EQ(copies.lines, 5u);
    EXPECT_EQ(copies.verbatim, 2u);
    EXPECT_EQ(copies.near, 2u);
    ASSERT_EQ(copies.examples.size(), 2u);
    EXPECT_NE(copies.examples[1].find("debt. (like: A friend in need"), std::string::npos);
    EXPECT_EQ(find_copies({}, "", kFolder).lines, 0u);
}

TEST(KeyGroups, spilled_to_the_disk_gives_the_same) {
    auto collect = [](size_t most_records) {
        KeyGroups keys(kFolder, most_records);
        for (uint32_t i = 0; i < 5000; i++) keys.add((i % 700) * 0x9E3779B97F4A7C15u, i);
        std::vector<std::vector<uint32_t>> seen;
        keys.for_each([&](const std::vector<uint32_t>& items) { seen.push_back(items); });
        return seen;
    };
    auto in_memory = collect(100000), spilled = collect(64);
    EXPECT_EQ(in_memory.size(), 700u);
    EXPECT_EQ(in_memory, spilled);
}

TEST(Spool, gives_back_what_it_got) {
    Spool spool(kFolder);
    std::string longest(300000, 'x');
    for (int i = 0; i < 1000; i++) spool.add(i == 500 ? longest : "line " + std::to_string(i));
    std::string line;
    spool.get(999, line);
    EXPECT_EQ(line, "line 999");
    uint32_t seen = 0;
    spool.for_each([&](uint32_t number, std::string_view text) {
        EXPECT_EQ(number, seen++);
        EXPECT_EQ(text, number == 500 ? longest : "line " + std::to_string(number));
    });
    EXPECT_EQ(seen, 1000u);
}

}  // namespace
}  // namespace quillet
