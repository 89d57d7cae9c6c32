// Each figure of speech: found where it was planted, not in its twin, and how often on labelled lines.
// SPDX-License-Identifier: MIT
#include "study/rhetoric.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <map>

namespace quillet::study {
namespace {

TEST(Clauses, TheFirstWordIsWithoutMarksBeforeIt) {
    for (const auto& [line, word] :
         std::vector<std::pair<const char*, const char*>>{{"John Smith", "John"},
                                                          {"\"The end,\" he said", "The"},
                                                          {"\u201cThe end,\u201d he said", "The"},
                                                          {"\u2014 And yet", "And"},
                                                          {"-- \"... And yet", "And"},
                                                          {"(If so)", "If"},
                                                          {"'Tis done.", "'Tis"},
                                                          {"\u2019Tis done.", "\u2019Tis"},
                                                          {"\"'Tis done.\"", "'Tis"},
                                                          {"'Tis the wi' o' the wisp", "'Tis"},
                                                          {"'The end,' he said", "The"},
                                                          {"\u2018The end,\u2019 he said", "The"},
                                                          {"Don't-know, he", "Don't-know"},
                                                          {"Well- or ill-bred", "Well"},
                                                          {"D\u2019Artagnan", "D\u2019Artagnan"},
                                                          {"\u00c9mile\u2014yes", "\u00c9mile"},
                                                          {"J. M. W. Turner", "J"},
                                                          {"Yes\u2026", "Yes"},
                                                          {"...", ""},
                                                          {"'", ""},
                                                          {"", ""}})
        EXPECT_EQ(first_word(line), word) << line;
}

// A small WordNet: hot and cold, open and close, by wndb(5)'s form.
constexpr const char* kTinyWordNet =
    "  1 This is not the licence.\n"
    "00000100 00 a 01 hot(p) 0 002 ! 00000200 a 0102 & 00000300 a 0000 | of high temperature\n"
    "00000200 00 a 02 frigid 0 cold 0 001 ! 00000100 a 0201 | of low temperature\n"
    "00000300 00 s 01 warm 0 000 | fairly hot\n"
    "00000400 35 v 01 open 0 001 ! 00000500 v 0101 01 + 02 00 | make open\n"
    "00000500 35 v 01 close 0 001 ! 00000400 v 0101 01 + 02 00 | make closed\n";

Antonyms tiny() {
    Antonyms antonyms;
    antonyms.add(kTinyWordNet, "tiny");
    return antonyms;
}

TEST(Clauses, AreWordsAndMarks) {
    const Clauses line = clauses_of("Well-made \u2018tis said \u2014 isn\u2019t it, O'Neil?");
    ASSERT_EQ(line.words.size(), 6u);
    EXPECT_EQ(line.words[0].text, "well-made");
    EXPECT_EQ(line.words[3].text, "isn't");
    EXPECT_EQ(line.words[5].as_is, "O'Neil");
    EXPECT_EQ(line.marks, "-,?");
    EXPECT_EQ(line.clause(1).size(), 2u);
    EXPECT_EQ(clauses_of(" , - ").count(), 0u);
}

TEST(Clauses, HaveStems) {
    EXPECT_EQ(stem_of("hoping"), stem_of("hope"));
    EXPECT_EQ(stem_of("running"), stem_of("runs"));
    EXPECT_EQ(stem_of("follies"), stem_of("folly"));
    EXPECT_EQ(stem_of("man's"), stem_of("man"));
    EXPECT_NE(stem_of("kiss"), stem_of("kin"));
}

TEST(Antonyms, AreReadFromWordNet) {
    const Antonyms antonyms = tiny();
    EXPECT_TRUE(antonyms.opposite("hot", "cold"));
    EXPECT_TRUE(antonyms.opposite("colder", "hotter"));
    EXPECT_TRUE(antonyms.opposite("opens", "closing"));
    EXPECT_FALSE(antonyms.opposite("hot", "frigid"));
    EXPECT_FALSE(antonyms.opposite("warm", "cold"));
    EXPECT_FALSE(antonyms.opposite("hot", "hot"));
    EXPECT_FALSE(Antonyms::read("/nowhere"));
    EXPECT_ANY_THROW(Antonyms().add("00000100 00 a xx", "broken"));
}

TEST(Figures, RepetitionIsAShareOfCharacters) {
    EXPECT_DOUBLE_EQ(figures_of("Bread and more bread", nullptr).repetition, 10.0 / 17);
    EXPECT_DOUBLE_EQ(figures_of("The salt of the soup", nullptr).repetition, 0);
    EXPECT_DOUBLE_EQ(figures_of("", nullptr).repetition, 0);
}

// A line with the figure, and its twin without it.
struct Planted {
    const char *with, *without;
};

TEST(Figures, AnaphoraIsFoundWherePlanted) {
    for (const Planted& p : std::initializer_list<Planted>{
             {"Every lamp is lit, every door is shut.", "Every lamp is lit, each door is shut."},
             {"If you sing you live; if you sing you are heard.", "If you sing you live; sing."},
             {"No bread, and no soup.", "No bread, and some soup."}}) {
        EXPECT_TRUE(figures_of(p.with, nullptr).anaphora) << p.with;
        EXPECT_FALSE(figures_of(p.without, nullptr).anaphora) << p.without;
    }
}

TEST(Figures, EpiphoraIsFoundWherePlanted) {
    for (const Planted& p : std::initializer_list<Planted>{
             {"The king wants war, the cook fears war.", "The king wants war, the cook fears it."},
             {"He came for it, she died for it.", "He came for it, she lived by it."}}) {
        EXPECT_TRUE(figures_of(p.with, nullptr).epiphora) << p.with;
        EXPECT_FALSE(figures_of(p.without, nullptr).epiphora) << p.without;
    }
}

TEST(Figures, ChiasmusIsFoundWherePlanted) {
    for (const Planted& p : std::initializer_list<Planted>{
             {"Eat to live, do not live to eat.", "Eat to live, do not eat to live."},
             {"Tools make masters and masters make tools.", "Tools make masters and men."},
             {"Fair is foul, and foul is fair.", "Fair is foul, and rain is wet."}}) {
        EXPECT_TRUE(figures_of(p.with, nullptr).chiasmus) << p.with;
        EXPECT_FALSE(figures_of(p.without, nullptr).chiasmus) << p.without;
    }
    const Figures figures = figures_of("Tools make masters and masters make tools.", nullptr);
    EXPECT_EQ(figures.crossing.first, "tools");
    EXPECT_EQ(figures.crossing.second, "masters");
}

TEST(Figures, MarksAndDistanceLowerACrossingsScore) {
    const auto score = [](const char* line) {
        Crossing best;
        return best_crossing(clauses_of(line), best) ? best.score : -1000;
    };
    const double good = score("Tools make masters and masters make tools.");
    EXPECT_LT(score("Tools, once, make masters and masters make tools."), good);
    EXPECT_LT(score("Tools make masters as all old grey men say and masters make tools."), good);
    EXPECT_EQ(score("Tools make masters."), -1000);
}

TEST(Figures, AntithesisIsFoundWherePlanted) {
    const Antonyms antonyms = tiny();
    for (const Planted& p : std::initializer_list<Planted>{
             {"A hot supper and a cold welcome.", "A hot supper and a dry welcome."},
             {"He opens his hand and closes his heart.", "He opens his hand and shows his heart."},
             {"Not gold but time.", "Not gold, alas."},
             {"Better a crust than a crown.", "Better bake a crust."},
             {"Youth is a spark, age is an ember.", "Youth is a spark, age an ember."}}) {
        EXPECT_TRUE(figures_of(p.with, &antonyms).antithesis) << p.with;
        EXPECT_FALSE(figures_of(p.without, &antonyms).antithesis) << p.without;
    }
    EXPECT_FALSE(figures_of("A hot supper and a cold welcome.", nullptr).antithesis);
}

TEST(Figures, IsocolonIsFoundWherePlanted) {
    for (const Planted& p : std::initializer_list<Planted>{
             {"Iron rusts from water, love rusts from silence.",
              "Iron rusts from water, love dies when people say nothing."},
             {"She sang, she danced, she left.", "She sang, she danced with the miller."},
             {"Bread for the body, songs for the soul.", "Bread for the body, and then a song."}}) {
        EXPECT_TRUE(figures_of(p.with, nullptr).isocolon) << p.with;
        EXPECT_FALSE(figures_of(p.without, nullptr).isocolon) << p.without;
    }
}

struct Tally {
    int right = 0, found = 0, there = 0;
};

std::map<char, Tally> tally(const Antonyms* antonyms, bool tell) {
    std::ifstream file(QUILLET_SOURCE_DIR "/study/labelled_lines.txt");
    std::map<char, Tally> result;
    int lines = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') continue;
        lines++;
        const std::string labels = line.substr(0, line.find('|')),
                          text = line.substr(line.find('|') + 1);
        const Figures figures = figures_of(text, antonyms);
        for (auto [label, found] : {std::pair{'A', figures.anaphora},
                                    {'E', figures.epiphora},
                                    {'C', figures.chiasmus},
                                    {'T', figures.antithesis},
                                    {'I', figures.isocolon}}) {
            const bool there = labels.find(label) != std::string::npos;
            result[label].there += there;
            result[label].found += found;
            result[label].right += there && found;
            if (tell && there != found)
                std::printf("%c %s: %s\n", label, found ? "false" : "missed", text.c_str());
        }
    }
    EXPECT_EQ(lines, 200);
    return result;
}

// Precision and recall, as docs/study.md tells them; antithesis by patterns alone here, for WordNet
// may not be installed.
TEST(Figures, AreFoundInLabelledLines) {
    const auto result = tally(nullptr, false);
    const std::map<char, std::pair<double, double>> least = {{'A', {0.95, 0.9}},
                                                             {'E', {0.95, 0.9}},
                                                             {'C', {0.95, 0.75}},
                                                             {'T', {0.95, 0.3}},
                                                             {'I', {0.95, 0.8}}};
    for (const auto& [label, t] : result) {
        std::printf("%c: precision %d/%d, recall %d/%d\n", label, t.right, t.found, t.right,
                    t.there);
        EXPECT_GE(t.right, least.at(label).first * t.found) << label;
        EXPECT_GE(t.right, least.at(label).second * t.there) << label;
    }
}

TEST(Figures, AntithesisIsFoundInLabelledLinesByWordNet) {
    const auto antonyms = Antonyms::read();
#ifdef __linux__
    ASSERT_TRUE(antonyms) << "install wordnet-base";
#else
    if (!antonyms) GTEST_SKIP() << "Debian's wordnet-base is not installed";
#endif
    EXPECT_GT(antonyms->pairs(), 3000u);
    const Tally t = tally(&*antonyms, false)['T'];
    std::printf("T with WordNet: precision %d/%d, recall %d/%d\n", t.right, t.found, t.right,
                t.there);
    EXPECT_GE(t.right, 0.9 * t.found);
    EXPECT_GE(t.right, 0.8 * t.there);
}

}  // namespace
}  // namespace quillet::study
