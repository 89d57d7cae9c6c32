// The readers on small files in the real formats, and on the real ones where they are at hand.
// SPDX-License-Identifier: MIT
#include "corpus/readers.h"

#include "corpus/test_support.h"

namespace quillet {
namespace {

ReadOptions columns(const char* text, const char* author = "") {
    ReadOptions options;
    options.text_column = text;
    options.author_column = author;
    return options;
}

TEST(Plain, lines_of_all_kinds) {
    ReadResult read = read_text("a.txt",
                                "\xEF\xBB\xBF"
                                "one\r\ntwo\n\n  \nthree");
    ASSERT_EQ(read.size(), 3u);
    EXPECT_EQ(read.at(0).text, "one");
    EXPECT_EQ(read.at(2).text, "three");
}

// The ends of lines of old Macintoshes, of Windows and of Unix, and all in one.
TEST(Readers, lines_end_in_every_way) {
    auto with = [](std::string text, std::string_view end) {
        std::string all;
        for (char c : text) all += c == '\n' ? std::string(end) : std::string(1, c);
        return all;
    };
    const std::string rain = "Rain falls on all of us alike.", snow = "Snow falls on us, too.";
    for (const char* end : {"\n", "\r\n", "\r", "\r\r\n"}) {
        for (const auto& [name, text] : std::initializer_list<std::pair<const char*, std::string>>{
                 {"a.txt", rain + "\n" + snow},
                 {"a.fortune", rain + "\n%\n" + snow + "\n%\n"},
                 {"wisdom", rain + "\n%\n" + snow + "\n%\n"},
                 {"a.csv", "author;quote\nAnn;" + rain + "\nBen;" + snow + "\n"},
                 {"a.tsv", "author\tquote\nAnn\t" + rain + "\n\nBen\t" + snow + "\n"},
                 {"a.jsonl", "{\"text\": \"" + rain + "\"}\n{\"text\": \"" + snow + "\"}\n"},
                 {"a.json", "[{\"text\": \"" + rain + "\"},\n{\"text\": \"" + snow + "\"}]\n"},
                 {"A.wikitext", "== Quotes ==\n* " + rain + "\n* " + snow + "\n"}}) {
            ReadResult read = read_text(name, with(text, end));
            ASSERT_EQ(read.size(), 2u) << name << std::string(end).size();
            EXPECT_EQ(read.at(0).text, rain) << name;
            EXPECT_EQ(read.at(1).text, snow) << name;
        }
    }
    ReadResult mixed = read_text("a.txt", "One\rTwo\r\nThree\nFour\r\r\nFive\r\rSix\r");
    ASSERT_EQ(mixed.size(), 6u);
    EXPECT_EQ(mixed.at(5).text, "Six");
    ReadOptions lines;
    lines.style = "paragraphs";
    TestFolder folder;
    std::string book = folder.write("b", with(rain + "\n\n" + snow + "\n\n", "\r"));
    EXPECT_EQ(read_path(book, lines, "gutenberg").size(), 2u);
}

// Ends of lines at the ends of the pieces in which a file is read.
TEST(Readers, many_short_lines_of_old_macintoshes) {
    std::string text;
    for (int i = 0; i < 300000; i++) text += std::to_string(i) + (i % 3 ? "\r" : "\r\n");
    ReadResult read = read_text("a.txt", text);
    ASSERT_EQ(read.size(), 300000u);
    for (size_t i = 0; i < read.size(); i += 999) EXPECT_EQ(read.at(i).text, std::to_string(i));
}

TEST(Plain, long_lines_and_compressed_files) {
    std::string lines;
    for (int i = 0; i < 5000; i++)
        lines += std::string(static_cast<size_t>(i % 700), 'x') + std::to_string(i) + "\n";
    ReadResult plain = read_text("a.txt", lines), compressed = read_text("a.txt.bz2", bz2(lines));
    ASSERT_EQ(plain.size(), 5000u);
    ASSERT_EQ(compressed.size(), 5000u);
    for (size_t i = 0; i < 5000; i++) EXPECT_EQ(plain.at(i).text, compressed.at(i).text);
}

constexpr char kFortunes[] =
    "A stitch in time saves nine, and a stitch in time that is\nnot made saves none of the "
    "nine.\n\t\t-- Jane Sempster, \"The Needle\"\n%\n"
    "Whoever reads the ____\b\b\b\blast page first has _\bn_\bo_\bt read the book at all.\n\t\t-- "
    "Fred Bookes, Jr., _The Shelf_\n%\n"
    "Roses are red\nViolets are blue\nFortunes are files\nAnd this one is too\n%\n"
    "Nobody said this one, and nobody ever will.\n%\n"
    "It is a poor sort of memory, they say, that only works\n-- backwards, as they say in the "
    "kingdom of clocks.\n\t\t-- Ann Other on clocks\n";

TEST(Fortune, texts_and_authors) {
    ReadResult read = read_text("wisdom", kFortunes);
    ASSERT_EQ(read.size(), 4u);
    EXPECT_EQ(read.at(0).text,
              "A stitch in time saves nine, and a stitch in time that is not made saves none of "
              "the nine.");
    EXPECT_EQ(read.at(0).author, "Jane Sempster");
    EXPECT_EQ(read.at(1).text, "Whoever reads the last page first has not read the book at all.");
    EXPECT_EQ(read.at(1).author, "Fred Bookes, Jr.");
    EXPECT_EQ(read.at(2).author, "");
    EXPECT_EQ(
        read.at(3).text,
        "It is a poor sort of memory, they say, that only works -- backwards, as they say in the "
        "kingdom of clocks.");
    EXPECT_EQ(read.at(3).author, "Ann Other");
    EXPECT_EQ(read.all.notes.count("fortunes left out: verse, lists, dialogue"), 1u);
}

TEST(Fortune, lists_and_dialogue_are_left_out_whatever_their_width) {
    const std::string wide = "How many lamps does it take to light the whole of a harbour?";
    for (const std::string& lines : {"Q:\t" + wide + "\nA:\tNone.", "TOM: " + wide + "\nANN: One.",
                                     "Old Man: " + wide + "\nBoy: One.", "1. " + wide + "\n2. One.",
                                     "1) " + wide + "\n2) One."})
        EXPECT_EQ(read_text("wisdom", "\n%\n" + lines + "\n%\n").size(), 0u) << lines;
    for (const std::string& lines :
         {"Note: " + wide + "\nIt takes one.", wide + "\nIt takes: one.", "1. " + wide + "\nOne.",
          "The rule is: " + wide + "\nand so: one.", "I:see " + wide + "\nA:one."})
        EXPECT_EQ(read_text("wisdom", "\n%\n" + lines + "\n%\n").size(), 1u) << lines;
}

TEST(Fortune, separators_have_blanks_or_are_doubled) {
    for (const char* sign : {"%", "% ", "%%", "%%\r", "%\t"}) {
        const std::string line = std::string("\n") + sign + "\n";
        ReadResult read = read_text("wisdom.fortune", "Lamps are lit." + line + "%% (harbours)\n" +
                                                          "Doors are shut." + line);
        ASSERT_EQ(read.size(), 2u) << sign;
        EXPECT_EQ(read.at(1).text, "Doors are shut.");
    }
    TestFolder folder;
    for (const char* text :
         {"Lamps.\n% \nDoors.\n", "Lamps.\n%%\nDoors.\n", "Lamps.\n%%\r\nDoors.\r\n"})
        EXPECT_STREQ(find_format("auto", Input(folder.write("w", text))).name, "fortune") << text;
}

TEST(Readers, a_table_without_an_ending_is_known_by_the_names_of_its_columns) {
    TestFolder folder;
    auto format = [&](std::string_view text) {
        return std::string(find_format("auto", Input(folder.write("t.txt", text))).name);
    };
    EXPECT_EQ(format("Quote;Author;Year\nLamps are lit.;Ann;1920\n"), "csv");
    EXPECT_EQ(format("\xEF\xBB\xBF\"quote\",\"author\"\nLamps are lit.,Ann\n"), "csv");
    EXPECT_EQ(format("author\ttext\nAnn\tLamps are lit.\n"), "tsv");
    EXPECT_EQ(format("text|by\nLamps are lit.|Ann\n"), "csv");
    // A column of each kind, short names, and the same sign in the first row.
    for (const char* text :
         {"Quote;Year\nLamps;1920\n", "Author;Year\nAnn;1920\n", "Quote, author\nLamps are lit.\n",
          "Quote;Author;a name that is longer than one\nLamps;Ann;7\n", "Quote;Author\n",
          "Love, by the way, is all.\nLamps, by night, are lit.\n", "Quote\nAuthor\n"})
        EXPECT_EQ(format(text), "plain") << text;
}

TEST(Tables, a_line_of_names_is_none_of_the_items) {
    ReadOptions options;
    options.text_column = "said_so";
    ReadResult named =
        read_text("t.csv", "said_so,x\nLamps are lit.,1\nDoors are shut.,2\n", options);
    ASSERT_EQ(named.size(), 2u);
    EXPECT_EQ(named.at(0).text, "Lamps are lit.");
    options.text_column = "2";
    ReadResult numbered = read_text("t.csv", "author,quote\nAnn,Lamps are lit.\n", options);
    ASSERT_EQ(numbered.size(), 1u);
    EXPECT_EQ(numbered.at(0).text, "Lamps are lit.");
    ReadResult bare = read_text("t.csv", "Ann,Lamps are lit.\nBen,Doors are shut.\n", options);
    EXPECT_EQ(bare.size(), 2u);
}

TEST(Tables, of_comments_alone_are_none) {
    for (size_t comments = 1; comments < 20; comments++) {
        std::string text;
        for (size_t i = 0; i < comments; i++) text += "# comment\n\n";
        EXPECT_NE(error_of([&] {
                      read_text("t.csv", text);
                  }).find("there is no column 'text'; the columns are '# comment'"),
                  std::string::npos)
            << comments;
    }
    EXPECT_NE(error_of([] { read_text("t.csv", "\n\n"); }).find("is empty; expected a line"),
              std::string::npos);
}

TEST(Fortune, the_installed_ones) {
    const std::filesystem::path folder = "/usr/share/games/fortunes";
    if (!std::filesystem::exists(folder / "wisdom"))
        GTEST_SKIP() << "Debian's fortunes are not installed";
    ReadResult read = read_path((folder / "wisdom").string());
    EXPECT_GT(read.size(), 250u);
    size_t attributed = 0;
    for (const Item& item : read.all.items) {
        attributed += !item.author.empty();
        EXPECT_EQ(item.text.find('\b'), std::string::npos);
        EXPECT_EQ(item.text.find("%"), item.text.find('%'));
    }
    EXPECT_GT(attributed, 150u);
}

TEST(Csv, quotes_new_lines_and_order_of_columns) {
    const char* table =
        "who,\"the text\",year\n"
        "Ann,\"She said \"\"no\"\", twice,\nand went\",1901\r\n"
        "Ben,plain,\n";
    ReadResult read = read_text("q.csv", table, columns("the text", "who"));
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read.at(0).text, "She said \"no\", twice,\nand went");
    EXPECT_EQ(read.at(0).author, "Ann");
    EXPECT_EQ(read.at(1).text, "plain");
    EXPECT_EQ(read_text("q.csv", "text;by\na, b;c\n", columns("text", "by")).at(0).text, "a, b");
}

TEST(Csv, what_is_wrong_is_told_with_its_line) {
    auto error = [](const char* table, const char* text = "text") {
        return error_of([&] { read_text("q.csv", table, columns(text)); });
    };
    EXPECT_NE(error("who,text\n", "quote")
                  .find("q.csv:1: there is no column 'quote'; the columns are 'who', 'text'"),
              std::string::npos);
    // Where no row is right the first is told.
    EXPECT_NE(error("who,text\nc\n").find("q.csv:2: has 1 column; the first line has 2"),
              std::string::npos);
    EXPECT_NE(error("").find("is empty"), std::string::npos);
}

// One bad row costs itself alone.
TEST(Csv, a_bad_row_is_left_out_and_counted) {
    ReadResult read =
        read_text("q.csv", "who,text\nA,one\nB\nC,three\nD,\"four\nE,five\n\"F\"x,six\n",
                  columns("text", "who"));
    ASSERT_EQ(read.size(), 4u);
    EXPECT_EQ(read.at(1).text, "three");
    EXPECT_EQ(read.at(2).text, "five");
    EXPECT_EQ(read.at(3).author, "\"F\"x");
    EXPECT_EQ(read.all.notes.count("rows with more or fewer columns"), 1u);
    EXPECT_EQ(read.all.notes.count("rows whose quotation mark does not close"), 1u);
}

TEST(Csv, dialects_and_columns_are_told_by_their_looks) {
    struct Table {
        const char* table;
        const char* text;
        const char* author;
    };
    for (const Table& c : std::initializer_list<Table>{
             {"QUOTE;Said_By\nRain falls.;Ann\n", "Rain falls.", "Ann"},
             {"author|body\nAnn|Rain, it falls.\n", "Rain, it falls.", "Ann"},
             {"sep=;\nquote;author\nRain falls.;Ann\n", "Rain falls.", "Ann"},
             {"quote, author\n\"Rain, falls.\", \"Ann\"\n", "Rain, falls.", "Ann"},
             {"quote,author\n\"He said \\\"rain\\\", twice.\",Ann\n", "He said \"rain\", twice.",
              "Ann"},
             {"Rain falls on all of us alike.,Ann Other\nSnow,Ben\n",
              "Rain falls on all of us alike.", "Ann Other"}}) {
        ReadResult read = read_text("q.csv", c.table);
        ASSERT_GE(read.size(), 1u) << c.table;
        EXPECT_EQ(read.at(0).text, c.text);
        EXPECT_EQ(read.at(0).author, c.author);
    }
    ReadResult numbered =
        read_text("q.csv", "1,Rain falls.,Ann\n2,Snow falls.,Ben\n", columns("2", "3"));
    ASSERT_EQ(numbered.size(), 2u);
    EXPECT_EQ(numbered.at(1).author, "Ben");
}

TEST(Csv, what_stands_above_the_names) {
    struct Table {
        const char* table;
        uint64_t comments;
    };
    for (const Table& c : std::initializer_list<Table>{
             {"\n\nquote,author\nRain, it falls.,x\n\"Rain falls.\",Ann\n", 0},
             {" \n,\nquote,author\nRain falls.,Ann\n", 0},
             {"# made by hand\nquote,author\n\nRain falls.,Ann\n", 1},
             {"# made; by hand\n\n# and, so, on\nquote;author\nRain falls.;Ann\n", 2},
             {"# one, two\nquote,author\nRain falls.,Ann\n", 1},
             {"# \"open, \"mark\nquote,author\nRain falls.,Ann\n", 1},
             {"#;quote;author\n1;Rain falls.;Ann\n2;Snow, hail, rain, all fall.;Ben\n", 0},
             {"sep=;\n\nquote;author\nRain falls.;Ann\n", 0},
             {"\xEF\xBB\xBF# made by hand\r\nquote|author\r\nRain falls.|Ann\r\n", 1}}) {
        ReadResult read = read_text("q.csv", c.table);
        ASSERT_GE(read.size(), 1u) << c.table;
        EXPECT_EQ(read.at(0).text, "Rain falls.") << c.table;
        EXPECT_EQ(read.at(0).author, "Ann") << c.table;
        EXPECT_EQ(read.all.notes.count("comments before a table"), c.comments) << c.table;
    }
    ReadResult tabs = read_text("q.tsv", "\n# by hand\ntext\tby\nRain falls.\tAnn\n");
    EXPECT_EQ(tabs.at(0).text, "Rain falls.");
    EXPECT_EQ(tabs.at(0).author, "Ann");
    ReadResult one = read_text("q.csv", "# by hand\nquote\nRain falls, and snow.\n");
    EXPECT_EQ(one.at(0).text, "Rain falls, and snow.");
    // Lines that are all alike are a table's.
    EXPECT_EQ(read_text("q.csv", "#rain falls on us all,Ann\nSnow,Ben\n").size(), 2u);
}

TEST(Tsv, tabs_separate_and_quotes_are_text) {
    ReadResult read = read_text("q.tsv", "text\twho\n\"a\" b\tAnn\n", columns("text", "who"));
    EXPECT_EQ(read.at(0).text, "\"a\" b");
    EXPECT_EQ(read.at(0).author, "Ann");
}

TEST(Plain, what_is_not_utf8_is_left_out_and_told) {
    ReadResult read = read_text("q.txt", "caf\xC3\xA9\ncaf\xE9 au lait\nplain\n");
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read.at(0).text, "caf\xC3\xA9");
    const Note& note = read.all.notes.all().at("not UTF-8: convert the file first");
    EXPECT_EQ(note.count, 1u);
    EXPECT_EQ(note.examples, std::vector<std::string>{"caf? au lait"});
}

TEST(Json, arrays_wherever_they_are) {
    ReadResult read = read_text("q.json", R"({"about": {"text": "no item"}, "quotes": [
        {"who": "Ann", "tags": ["a", "b"], "text": "one \u00e9", "more": {"text": "inner"}}, {"text": "two"}]})",
                                columns("text", "who"));
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read.at(0).text, "one \xC3\xA9");
    EXPECT_EQ(read.at(0).author, "Ann");
    EXPECT_EQ(read.at(1).author, "");
    EXPECT_EQ(read_text("q.json", R"(["a", "b"])").size(), 2u);
    EXPECT_EQ(
        read_text("q.json", "[" + std::string(100000, '[') + std::string(100000, ']') + ",\"a\"]")
            .size(),
        1u);
}

TEST(Json, what_is_wrong_is_told) {
    auto error = [](const char* name, const char* json) {
        return error_of([&] { read_text(name, json); });
    };
    EXPECT_NE(error("q.json", R"([{"about": "b", "of": "c"}])")
                  .find("record 1 has no string 'text'; its names are 'about', 'of'"),
              std::string::npos);
    EXPECT_NE(error("q.json", "[{\"text\": \"a\"},\n {\"text\": ").find("line 2"),
              std::string::npos);
    EXPECT_NE(error("q.json", "{}").find("no array"), std::string::npos);
    EXPECT_NE(error("q.json", R"([{"by": "b", "text": 5}])")
                  .find("record 1 has a 'text' that is not a string"),
              std::string::npos);
    EXPECT_NE(error("q.jsonl", "{\"text\": }\n").find("q.jsonl:1: record 1 is not JSON"),
              std::string::npos);
}

TEST(Json, a_bad_record_is_left_out_and_counted) {
    ReadResult read = read_text("q.json",
                                "[{\"text\": \"one\"}, null, {\"text\": null}, {\"text\": "
                                "\"caf\xE9\"}, {\"text\" \"x\"}, {\"text\": \"two\"}]");
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read.at(1).text, "two");
    EXPECT_EQ(read.all.notes.count("records without a text"), 2u);
    EXPECT_EQ(read.all.notes.count("not UTF-8: convert the file first"), 1u);
    EXPECT_EQ(read.all.notes.count("records that are not JSON"), 1u);
    EXPECT_EQ(read_text("q.jsonl", "{\"text\": \"a\"}\n[1]\n{\n").size(), 1u);
}

TEST(Json, pairs_and_nested_fields) {
    ReadResult pairs = read_text("q.json", R"([["one", "Ann"], ["two", "Ben"]])");
    ASSERT_EQ(pairs.size(), 2u);
    EXPECT_EQ(pairs.at(1).author, "Ben");
    ReadResult nested =
        read_text("q.json", R"({"all": [{"q": {"body": "one", "by": {"name": "Ann"}}, "id": 3}]})");
    ASSERT_EQ(nested.size(), 1u);
    EXPECT_EQ(nested.at(0).text, "one");
    EXPECT_EQ(nested.at(0).author, "Ann");
    EXPECT_EQ(
        read_text("q.json", R"([{"a": {"b": "deep"}, "c": "x"}])", columns("a.b", "c")).at(0).text,
        "deep");
}

TEST(Fortune, authors_after_every_dash) {
    ReadResult read =
        read_text("f.fortune",
                  "A lamp at sea is a friend.\n\t\xE2\x80\x95 Ann Other\n%\nA rope is a "
                  "promise. -- Ben Waiter, in \"Ropes\"\n%\nA knot is a "
                  "question!\n  - Eve Hill\n%\n");
    ASSERT_EQ(read.size(), 3u);
    EXPECT_EQ(read.at(0).author, "Ann Other");
    EXPECT_EQ(read.at(1).text, "A rope is a promise.");
    EXPECT_EQ(read.at(1).author, "Ben Waiter");
    EXPECT_EQ(read.at(2).author, "Eve Hill");
}

// Columns as a terminal shows them: a tab goes on to the next eighth.
TEST(Fortune, what_is_indented_far_is_verse_or_an_author) {
    const std::string text = "The lamp of the harbour is the star of the lazy sailor,";
    EXPECT_EQ(read_text("f.fortune", text + "\nand of the wind.\n%\nMore.\n").at(0).text,
              text + " and of the wind.");
    for (const char* indent : {"\t", "        ", "    \t"}) {
        const ReadResult read =
            read_text("f.fortune", text + "\n" + indent + "and of the wind.\n%\nMore.\n");
        const ReadResult spaces =
            read_text("f.fortune", text + "\n        and of the wind.\n%\nMore.\n");
        ASSERT_EQ(read.size(), spaces.size()) << indent;
        EXPECT_EQ(read.at(0).text, spaces.at(0).text) << indent;
    }
}

TEST(Fortune, dashes_of_every_kind_and_number) {
    const std::string text = "The lamp of the harbour is the star of the lazy sailor.";
    for (std::string dashes : {"--", "---", "----", "~", "~~", "\u2012", "\u2013", "\u2014",
                               "\u2014\u2014\u2014", "\u2015", "\u2212", "\u2E3A", "\u2E3B", "-"})
        for (std::string line : {"\n\t" + dashes + " ", " " + dashes + " "})
            for (std::string who : {"Ann van Other", "Ann van Other, \"A Book\"",
                                    "Ann van Other (1959)", "Ann van Other --"}) {
                ReadResult read = read_text("f.fortune", text + line + who + "\n%\nMore.\n");
                ASSERT_EQ(read.size(), 2u) << line << who;
                EXPECT_EQ(read.at(0).text, text) << line << who;
                EXPECT_EQ(read.at(0).author, "Ann van Other") << line << who;
            }
    for (std::string more : {" -- the well-known one -- and more", " -- and then Ann Other",
                             " A tail follows ---- below"}) {
        ReadResult read = read_text("f.fortune", text + more + "\n");
        ASSERT_EQ(read.size(), 1u);
        EXPECT_EQ(read.at(0).text, text + more);
    }
    EXPECT_EQ(read_text("f.fortune", text + "\n--- Part ---\n" + text).size(), 0u);
}

TEST(Gutenberg, neither_header_nor_licence_is_read) {
    ReadOptions options;
    options.style = "paragraphs";
    for (const char* start : {"*** START OF THE PROJECT GUTENBERG EBOOK LAMPS ***",
                              "***START OF THIS PROJECT GUTENBERG EBOOK LAMPS***",
                              "*** START OF THE PROJECT GUTENBERG EBOOK LAMPS AND\nKETTLES ***",
                              "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*"}) {
        ReadResult read = read_text(
            "b.gutenberg",
            std::string("The Project Gutenberg EBook of Lamps\n\nFree for all.\n\n") + start +
                "\n\nProduced by Ann Other\n\nCHAPTER I.\n\nA _lamp_ is a{12} "
                "friend.[3]\n\nEnd of the Project Gutenberg EBook of Lamps\n\nA licence.\n",
            options);
        ASSERT_EQ(read.size(), 1u) << start;
        EXPECT_EQ(read.at(0).text, "A lamp is a friend.");
        // The text may follow in the next line.
        ReadResult close = read_text(
            "b.gutenberg",
            std::string("The Project Gutenberg EBook\n") + start + "\nA rope is a promise.\n",
            options);
        ASSERT_EQ(close.size(), 1u) << start;
        EXPECT_EQ(close.at(0).text, "A rope is a promise.");
    }
}

TEST(Gutenberg, the_declared_character_set) {
    ReadOptions options;
    options.style = "lines";
    ReadResult read =
        read_text("b.gutenberg",
                  "Project Gutenberg\nCharacter set encoding: ISO-8859-1\n*** START OF X "
                  "***\nA caf\xE9 is dear.\n\x93Quoted.\x94\n",
                  options);
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read.at(0).text, "A caf\xC3\xA9 is dear.");
    EXPECT_EQ(read.at(1).text, "\xE2\x80\x9CQuoted.\xE2\x80\x9D");
}

TEST(Gutenberg, more_layouts) {
    auto read = [](const char* style, const char* book) {
        ReadOptions options;
        options.style = style;
        return read_text("b.gutenberg", book, options);
    };
    EXPECT_EQ(read("numbered", "12. LAMPS. A lamp is a friend.\n").at(0).text,
              "A lamp is a friend.");
    for (const char* numbered : {"7. A lamp is a friend.\n", "1234: A lamp is a friend.\n",
                                 "12) A lamp is a friend.\n", "LAMPS: A lamp is a friend.\n"})
        EXPECT_EQ(read("numbered", numbered).at(0).text, "A lamp is a friend.") << numbered;
    ReadResult below = read("author-below", "A lamp is a friend\nat sea.\n    Ann Other.\n");
    EXPECT_EQ(below.at(0).text, "A lamp is a friend at sea.");
    EXPECT_EQ(below.at(0).author, "Ann Other");
    EXPECT_EQ(read("translated", "Lampas amicus est. _A lamp is a friend._\n").at(0).text,
              "A lamp is a friend.");
}

TEST(JsonLines, an_object_a_line) {
    ReadResult read =
        read_text("q.jsonl", "{\"text\": \"a\", \"who\": \"b\"}\n\n{\"text\": \"c\"}\n",
                  columns("text", "who"));
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read.at(0).author, "b");
}

constexpr char kProverbs[] =
    "\nTHE PROVERBS OF NOWHERE.\n\nA preface in prose.\n\n*** START OF THE PROJECT GUTENBERG EBOOK "
    "***\n\nA' ae oo'.\n\n    A note on it.\n\n"
    "A long proverb that goes on\nto a second line.[12]\n\nTHE END OF A.\n\n    \"Another "
    "note.\"--_Somebody._\n\nThe last _one_.\n\nGLOSSARY.\n\n_Ae_, one.\n";

TEST(Gutenberg, proverbs_are_unindented_paragraphs) {
    ReadResult read = read_text("book.txt", kProverbs);
    ASSERT_EQ(read.size(), 3u);
    EXPECT_EQ(read.at(0).text, "A' ae oo'.");
    EXPECT_EQ(read.at(1).text, "A long proverb that goes on to a second line.");
    EXPECT_EQ(read.at(2).text, "The last one.");
    EXPECT_EQ(read.all.notes.count("notes: indented paragraphs"), 2u);
}

constexpr char kQuotations[] =
    "PEARLS.\n\nA preface by the\ncompiler.\n\nA.\n\n~Ability.~--Natural abilities can do "
    "without\ncultivation.--_Schop. Haufer._\n\n"
    "Words must be fitted to a man's mouth,--'twas well said--_Selden._\n\n"
    "A passage without an author.\n\nIt has been said--that is all.--_Owen\nFeltham._\n\nEnd of "
    "the Project Gutenberg EBook of Pearls\n\nNot this.--_Nobody._\n";

TEST(Gutenberg, quotations_end_with_their_authors) {
    ReadOptions options;
    options.style = "ballou";
    ReadResult read = read_text("book.txt", kQuotations, options);
    ASSERT_EQ(read.size(), 3u);
    EXPECT_EQ(read.at(0).text, "Natural abilities can do without cultivation.");
    EXPECT_EQ(read.at(0).author, "Schop. Haufer");
    EXPECT_EQ(read.at(1).text, "Words must be fitted to a man's mouth,--'twas well said");
    EXPECT_EQ(read.at(2).author, "Owen Feltham");
    EXPECT_EQ(read.all.notes.count("paragraphs without an author"), 1u);
}

TEST(Gutenberg, an_unknown_layout_is_asked_for) {
    std::string told = error_of([] { read_text("book.gutenberg", "A book.\n\nOf prose.\n"); });
    EXPECT_NE(told.find("name it with --style"), std::string::npos);
    ReadOptions options;
    options.style = "hislop";
    EXPECT_NE(error_of([&] {
                  read_text("book.gutenberg", "A book.\n", options);
              }).find("has no line that begins with"),
              std::string::npos);
    options.style = "cuneiform";
    EXPECT_NE(error_of([&] {
                  read_text("book.gutenberg", "A book.\n", options);
              }).find("there is no layout 'cuneiform'"),
              std::string::npos);
}

TEST(Gutenberg, the_real_books) {
    QUILLET_SHARED_OR_SKIP(hislop, "gutenberg/pg26150-hislop-proverbs-of-scotland-1868.txt");
    QUILLET_SHARED_OR_SKIP(ballou, "gutenberg/pg26604-ballou-pearls-of-thought-1881.txt");
    ReadResult proverbs = read_path(hislop);
    EXPECT_GT(proverbs.size(), 3600u);  // 3663 of them without slurs are in the shared text
    EXPECT_EQ(proverbs.at(0).text, "A' ae oo'.");
    ReadResult quotations = read_path(ballou);
    EXPECT_GT(quotations.size(), 2800u);  // 2919 lines hold "--_"
    EXPECT_EQ(quotations.at(1).author, "Selden");
}

TEST(Formats, are_found_by_name_and_by_bytes) {
    TestFolder folder;
    auto format = [&](const char* name, std::string_view text) {
        Input input(folder.write(name, text));
        return std::string(find_format("auto", input).name);
    };
    EXPECT_EQ(format("a.csv", "x"), "csv");
    EXPECT_EQ(format("a.jsonl.bz2", bz2("{}")), "jsonl");
    EXPECT_EQ(format("dump", "<mediawiki xmlns=''>"), "wikiquote");
    EXPECT_EQ(format("dump.txt", "<mediawiki>"), "wikiquote");
    EXPECT_EQ(format("wisdom", "a\n%\nb\n"), "fortune");
    EXPECT_EQ(format("b.txt", "The Project Gutenberg EBook"), "gutenberg");
    EXPECT_EQ(format("plain.txt", "just\nlines\n"), "plain");
    EXPECT_EQ(format("no-ending", ""), "plain");
}

TEST(Input, missing_files_and_folders) {
    EXPECT_NE(error_of([] { Input("/no/such/file"); }).find("/no/such/file: cannot be opened"),
              std::string::npos);
    EXPECT_NE(error_of([] { Input("/tmp"); }).find("is a folder"), std::string::npos);
}

TEST(Tables, of_two_columns_as_long_the_first_is_the_text) {
    const ReadResult read = read_text("t.tsv", "The lamp is so old\tThe fox is so late\n");
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read.at(0).text, "The lamp is so old");
}

// The ending of the file counts, not of a folder above it, and needs no folder.
TEST(Formats, are_known_by_the_files_ending) {
    TestFolder folder;
    const std::string row = "The lamp is so old,Ann Other\n";
    folder.write("t.csv", row);
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder.path);
    const ReadResult bare = read_path("t.csv");
    std::filesystem::current_path(before);
    ASSERT_EQ(bare.size(), 1u);
    EXPECT_EQ(bare.at(0).author, "Ann Other");
    std::filesystem::create_directory(folder.path / "of.json");
    EXPECT_EQ(error_of([&] { read_path(folder.write("of.json/t", "A lamp.\n%\nA fox.\n%\n")); }),
              "");
}

}  // namespace
}  // namespace quillet
