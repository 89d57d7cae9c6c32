// The whole way: the same text compressed or not, all or nothing, splits without near
// duplicates across, provenance.
// SPDX-License-Identifier: MIT
#include "corpus/build.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "corpus/duplicates.h"
#include "corpus/test_support.h"

namespace quillet {
namespace {

CorpusOptions options_for(const TestFolder& folder, std::vector<std::string> inputs) {
    CorpusOptions options;
    options.inputs = std::move(inputs);
    options.clean = default_cleaning(false);
    options.output = (folder.path / "out.txt").string();
    return options;
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
    std::vector<std::string> lines;
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

// Sentences, all different; every tenth comes again with a word changed.
std::string sentences(int count) {
    static const char* const kSubjects[] = {"Patience",  "The river",          "A borrowed book",
                                            "Winter",    "My neighbour's cat", "Every candle",
                                            "An old map"};
    static const char* const kVerbs[] = {"teaches", "remembers", "forgives", "outlives",
                                         "follows", "measures",  "hides"};
    static const char* const kObjects[] = {"the patient gardener",      "what kings forget",
                                           "a thousand small lanterns", "the last word of summer",
                                           "nobody's harvest",          "the weight of bread",
                                           "an unopened letter",        "the quarrel of sparrows"};
    std::string text;
    for (int i = 0; i < count; i++) {
        std::string line =
            std::string(kSubjects[i % 7]) + " " + kVerbs[i / 7 % 7] + " " + kObjects[i / 49 % 8] +
            " number " + std::string(1, static_cast<char>('a' + i % 23)) +
            std::to_string(i * 7919 % 10007) + "x beside " + std::to_string(i * 104729LL % 99991) +
            " and " + std::to_string(i * 1299709LL % 99989) + ".";
        text += line + "\n";
        if (i % 10 == 0) text += line.substr(0, line.size() - 1) + ", they say.\n";
    }
    return text;
}

TEST(Build, splits_by_item_and_keeps_near_duplicates_together) {
    TestFolder folder;
    CorpusOptions options = options_for(folder, {folder.write("in.txt", sentences(380))});
    options.clean.rules = {"spaces"};  // duplicates stay, so that they must stay together
    options.split = {90, 5, 5};
    CorpusReport report = build_corpus(options);
    ASSERT_EQ(report.outputs.size(), 3u);
    std::vector<std::string> parts[3] = {lines_of(folder.path / "out.train.txt"),
                                         lines_of(folder.path / "out.valid.txt"),
                                         lines_of(folder.path / "out.test.txt")};
    double all = static_cast<double>(parts[0].size() + parts[1].size() + parts[2].size());
    EXPECT_EQ(all, 380 + 38);
    EXPECT_NEAR(static_cast<double>(parts[0].size()) / all, 0.90, 0.015);
    EXPECT_NEAR(static_cast<double>(parts[1].size()) / all, 0.05, 0.015);
    for (int a = 0; a < 3; a++)
        for (int b = a + 1; b < 3; b++)
            for (const std::string& one : parts[a])
                for (const std::string& two : parts[b])
                    ASSERT_LT(jaccard_similarity(one, two), kNearThreshold) << one << " / " << two;
    options.clean = default_cleaning(false);
    CorpusReport without = build_corpus(options);
    EXPECT_EQ(without.counts.back().rejected, 38u);
}

// Words that no other `n` has, so that no two sentences are near each other.
std::string sentence_of(int n) {
    uint64_t state = static_cast<uint64_t>(n);
    std::string sentence = "The ''thing'' [[worth|dearer]] than";
    for (int word = 0; word < 9; word++) {
        sentence += ' ';
        for (int letter = 0; letter < 6; letter++) {
            state = state * 6364136223846793005 + 1442695040888963407;
            sentence += static_cast<char>('a' + (state >> 59) % 26);
        }
    }
    return sentence + ".";
}

constexpr int kQuotesAPage = 4;

std::string dump_of_pages(int pages) {
    const std::string book = "** A book, p. 3" + std::string(900, '.') + "\n";
    std::string xml = "<mediawiki>\n<siteinfo><sitename>Wikiquote</sitename></siteinfo>\n";
    for (int i = 0; i < pages; i++) {
        xml += "<page><title>Person " + std::to_string(i) +
               "</title><ns>0</ns><revision><text>'''Person''' (born 1900)\n== Quotes ==\n";
        for (int k = 0; k < kQuotesAPage; k++)
            xml += "* " + sentence_of(i * kQuotesAPage + k) + "\n" + book;
        xml += "== Quotes about Person ==\n* Good.\n</text></revision></page>\n";
    }
    return xml + "</mediawiki>\n";
}

TEST(Build, the_same_whatever_the_compression) {
    TestFolder folder;
    std::string xml = dump_of_pages(1200);
    ASSERT_GT(xml.size(), size_t{4} << 20);
    std::string multistream;
    for (size_t at = 0; at < xml.size(); at += 333333)
        multistream += bz2(std::string_view(xml).substr(at, 333333), 3);
    std::set<std::string> hashes, counts;
    for (const std::string& input :
         {folder.write("d.xml", xml), folder.write("e.xml.bz2", multistream)}) {
        CorpusReport report = build_corpus(options_for(folder, {input}));
        hashes.insert(report.outputs[0].sha256);
        counts.insert(std::to_string(report.inputs[0].items) + " " +
                      std::to_string(report.notes.count("section left out: Quotes about")));
        EXPECT_EQ(report.outputs[0].sha256, sha256_hex(read_file(folder.path / "out.txt")));
    }
    EXPECT_EQ(hashes.size(), 1u);
    EXPECT_EQ(counts, std::set<std::string>{"4800 1200"});
}

TEST(Build, nothing_of_a_damaged_input_or_all_before_the_damage) {
    TestFolder folder, out;
    std::string xml = dump_of_pages(1000);
    std::string good = folder.write("good.txt", "A sentence that would have been kept.\n");
    CorpusOptions options = options_for(
        out,
        {good, folder.write("cut.xml", xml.substr(0, xml.find("</text>", xml.size() * 9 / 10)))});
    std::string told = error_of([&] { build_corpus(options); });
    EXPECT_NE(told.find("cut.xml:"), std::string::npos) << told;
    EXPECT_NE(told.find("in the middle of the page 'Person 9"), std::string::npos) << told;
    EXPECT_EQ(out.entries(), 0u);
    options.keep_damaged = true;
    CorpusReport report = build_corpus(options);
    EXPECT_NE(report.inputs[1].damage.find("cut.xml:"), std::string::npos);
    EXPECT_NEAR(static_cast<double>(report.inputs[1].items), 900 * kQuotesAPage, 40);
    auto paper = nlohmann::json::parse(read_file(out.path / "out.txt.provenance.json"));
    EXPECT_EQ(paper["inputs"][1]["damage"], report.inputs[1].damage);
    const std::string bytes = read_file(options.inputs[1]);
    EXPECT_EQ(paper["inputs"][1]["bytes"], bytes.size());
    EXPECT_EQ(paper["inputs"][1]["sha256"], sha256_hex(bytes));
}

TEST(Build, keeps_the_pages_before_a_damaged_block) {
    TestFolder folder, out;
    std::string xml = dump_of_pages(20);
    size_t half = xml.find("<page><title>Person 10<");
    std::string head = bz2(xml.substr(0, half), 9), tail = bz2(xml.substr(half), 9);
    tail[tail.size() / 2] ^= 4;
    CorpusOptions options = options_for(out, {folder.write("flipped.xml.bz2", head + tail)});
    std::string told = error_of([&] { build_corpus(options); });
    EXPECT_NE(told.find("flipped.xml.bz2, byte "), std::string::npos) << told;
    EXPECT_EQ(out.entries(), 0u);
    options.keep_damaged = true;
    CorpusReport report = build_corpus(options);
    EXPECT_NE(report.inputs[0].damage.find("damaged near here"), std::string::npos);
    EXPECT_EQ(report.inputs[0].items, 10u * kQuotesAPage);
    EXPECT_EQ(report.inputs[0].sha256, sha256_hex(head + tail));
}

TEST(Build, damage_inside_keeps_the_whole_pages_before_it) {
    TestFolder folder, out;
    std::string xml = dump_of_pages(300);
    size_t place = xml.find("Person 250");
    xml.insert(xml.find("''thing", place), "&bad;");
    CorpusOptions options = options_for(out, {folder.write("bad.xml", xml)});
    std::string told = error_of([&] { build_corpus(options); });
    EXPECT_NE(told.find("'&bad;"), std::string::npos) << told;
    options.keep_damaged = true;
    EXPECT_EQ(build_corpus(options).inputs[0].items, 250u * kQuotesAPage);
}

TEST(Build, an_odd_row_of_a_table_is_left_out_and_counted) {
    TestFolder folder, out;
    const std::string good = "The first sentence of a table.";
    CorpusOptions options = options_for(
        out, {folder.write("odd.csv", "text,by\n" + good +
                                          ",A\nodd,B,C\nAnother row holds something else.,A\n")});
    CorpusReport report = build_corpus(options);
    EXPECT_EQ(report.inputs[0].items, 2u);
    EXPECT_EQ(report.notes.count("rows with more or fewer columns"), 1u);
    EXPECT_EQ(lines_of(out.path / "out.txt"),
              (std::vector<std::string>{good, "Another row holds something else."}));
}

TEST(Build, known_lines_that_are_no_text_are_refused) {
    TestFolder folder;
    CorpusOptions options = options_for(folder, {folder.write("in.txt", sentences(3))});
    options.against = {folder.write("known.txt", std::string_view("\xFF\xFEg\0o\0", 6))};
    EXPECT_NE(error_of([&] { build_corpus(options); }).find("is UTF-16"), std::string::npos);
    options.against = {""};
    EXPECT_NE(error_of([&] { build_corpus(options); }).find("path is empty"), std::string::npos);
}

TEST(Build, a_full_disk_is_told_and_leaves_nothing) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    TestFolder folder;
    CorpusOptions options = options_for(folder, {folder.write("in.txt", sentences(100))});
    options.output = "/dev/full";
    std::string told = error_of([&] { build_corpus(options); });
    EXPECT_NE(told.find("/dev/full: cannot be written: No space left on device"), std::string::npos)
        << told;
    EXPECT_EQ(folder.entries(), 1u);
}

TEST(Build, against_another_file) {
    TestFolder folder;
    CorpusOptions options = options_for(
        folder, {folder.write("in.txt",
                              "The early bird catches the worm, they say.\nA completely different "
                              "sentence here.\nThe EARLY bird catches the worm, they say!\n")});
    options.against = {folder.write("known.txt", "The early bird catches the worm, he said.\n")};
    CorpusReport report = build_corpus(options);
    EXPECT_EQ(lines_of(folder.path / "out.txt"),
              std::vector<std::string>{"A completely different sentence here."});
    // Both: the third line is the first again, and the group's first is in the other file.
    EXPECT_EQ(report.against + report.counts.back().rejected +
                  report.counts[report.counts.size() - 2].rejected,
              2u);
    EXPECT_GE(report.against, 1u);
}

TEST(Build, names_instead_of_texts) {
    TestFolder folder;
    CorpusOptions options = options_for(
        folder,
        {folder.write(
            "q.csv",
            "text,by\nx,Ann Other\ny,\"3rd man\"\nz,Ann Other\nw,anonymous\nv,Ben (poet)\nu,\n")});
    options.read.names = true;
    options.read.author_column = "by";
    options.clean = default_cleaning(true);
    build_corpus(options);
    EXPECT_EQ(lines_of(folder.path / "out.txt"), (std::vector<std::string>{"Ann Other", "Ben"}));
}

TEST(Provenance, says_what_went_in) {
    TestFolder folder;
    std::string input =
        folder.write("in.txt", "A sentence that is kept by all rules.\ncut short\n");
    CorpusOptions options = options_for(folder, {input});
    options.licence = "CC0";
    CorpusReport report = build_corpus(options);
    auto paper = nlohmann::json::parse(read_file(folder.path / "out.txt.provenance.json"));
    EXPECT_EQ(paper["licence"], "CC0");
    EXPECT_EQ(paper["source"], "unknown");
    EXPECT_EQ(paper["text"]["items"], 1);
    EXPECT_EQ(paper["text"]["sha256"], sha256_hex(read_file(folder.path / "out.txt")));
    EXPECT_EQ(paper["inputs"][0]["sha256"], sha256_hex(read_file(input)));
    EXPECT_EQ(paper["inputs"][0]["items"], 2);
    EXPECT_EQ(paper["inputs"][0]["kept"], 1);
    bool length = false;
    for (const auto& rule : paper["rules"])
        length = length || (rule["rule"] == "length" && rule["rejected"] == 1);
    EXPECT_TRUE(length);
}

// "Wikiquote, Ann" is no part of what "Wikiquote, Ann Other" says.
TEST(Provenance, tells_every_source) {
    CorpusOptions options;
    CorpusReport report;
    for (const char* source : {"Wikiquote, Ann Other", "Wikiquote, Ann", "Wikiquote, Ann Other"}) {
        report.inputs.emplace_back();
        report.inputs.back().facts.source = source;
    }
    auto paper = nlohmann::json::parse(provenance_json(options, report, {}));
    EXPECT_EQ(paper["source"], "Wikiquote, Ann Other; Wikiquote, Ann");
}

}  // namespace
}  // namespace quillet
