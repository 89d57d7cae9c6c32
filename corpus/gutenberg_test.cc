// The reader of Project Gutenberg: signs of type, divided words, what is no text of the book.
// SPDX-License-Identifier: MIT
#include "corpus/gutenberg.h"

#include "corpus/strings.h"
#include "corpus/test_support.h"

namespace quillet {
namespace {

// The texts of the items of a book that has `body` between its START and END lines.
std::vector<std::string> items_of(const std::string& body, const char* style = "paragraphs") {
    ReadOptions options;
    options.style = style;
    ReadResult read =
        read_text("b.txt",
                  "*** START OF THE PROJECT GUTENBERG EBOOK LAMPS ***\n\n" + body +
                      "\n\n*** END OF THE PROJECT GUTENBERG EBOOK LAMPS ***\n\nA licence.\n",
                  options);
    std::vector<std::string> texts;
    for (const Item& item : read.all.items) texts.push_back(item.text);
    return texts;
}
using Texts = std::vector<std::string>;

TEST(Type, goes_where_it_is_a_sign_of_type) {
    struct Case {
        const char *before, *after;
    };
    for (const Case& c : std::initializer_list<Case>{
             {"\"[w]e sail,\" [S]he said; the [l]ast [o]ne.",
              "\"we sail,\" She said; the last one."},
             {"hono[u]r, m[y] boat, word[s]", "honour, my boat, words"},
             {"P[=a]li, Hom[oe]opathy, \"[Th]ere", "Pali, Homoeopathy, \"There"},
             {"the sea[a], the sky.[d] Rain[A] fell[3]", "the sea, the sky. Rain fell"},
             {"a note [b] here and [iv] there, {17}[Pg 18] on", "a note here and there, on"},
             {"an [ill] wind, a [civil] word, give me [a] rope",
              "an [ill] wind, a [civil] word, give me [a] rope"},
             {"word[sic] x[1] and y[0]", "word[sic] x[1] and y[0]"},
             {"A sum: 3 + 4 = 7, x=y, ~5 or 5~6", "A sum: 3 + 4 = 7, x=y, ~5 or 5~6"},
             {"=Bold= and ~spaced,~ =b.= _i_ con_tent_ _un_der",
              "Bold and spaced, b. i content under"},
             {"a +tower,+ ++tall++, 2 + 2, C++ and +1 for +2",
              "a tower, tall, 2 + 2, C++ and +1 for +2"},
             {"==Bold== \xE2\x80\x94_Ann\nRowe._ \xE2\x80\x9C_I_\xE2\x80\x9D",
              "Bold \xE2\x80\x94"
              "Ann\nRowe. \xE2\x80\x9CI\xE2\x80\x9D"},
             {"snake_case and _italics over", "snake_case and italics over"},
             {"Mr. ____ came [Illustration: A lamp] home [Footnote 3: late].",
              "Mr. ____ came home ."},
             {"word [Greek: logos] was, the [Symbol: Sun] sign", "word logos was, the Sun sign"},
             {"squeaks(1) late\u2020 for supper,* though** (1) one f(x) \u2020 \u2014",
              "squeaks late for supper, though (1) one f(x) \u2020 \u2014"},
             {"a *word* here, 2*3 and * alone", "a *word* here, 2*3 and * alone"},
             {"4^{th} M^r fruit.^1 10^6 a ^ b ^{ x^{2}y", "4th Mr fruit. 10^6 a ^ b ^{ x2y"},
             {"[", "["},
             {"_", "_"},
             {"{}[]=", "{}[]="}})
        EXPECT_EQ(without_type(c.before), c.after);
}

TEST(Type, takes_time_in_proportion) {
    for (std::string_view part : {"[", "{", "[a", "x_y", "_ ", " =", "a= ", "[1 ", "~[b]_", "[ ",
                                  "^{", "a^", "*a ", "(1"}) {
        std::string text;
        while (text.size() < 100'000) text += part;
        EXPECT_LE(without_type(text).size(), text.size());
    }
}

TEST(Lines, words_divided_at_the_end) {
    auto joined = [](std::initializer_list<std::string_view> lines) {
        std::string text;
        for (std::string_view line : lines) append_line(text, line);
        return text;
    };
    EXPECT_EQ(joined({"a sea-", "bird, a cap-", "tain"}), "a sea-bird, a cap-tain");
    EXPECT_EQ(joined({"the caf\xC3\xA9-", "owner of 1914-", "1918"}),
              "the caf\xC3\xA9-owner of 1914-1918");
    EXPECT_EQ(joined({"two-", "and three-masted"}), "two- and three-masted");
    EXPECT_EQ(joined({"cut-", "and-dried"}), "cut-and-dried");
    EXPECT_EQ(joined({"rain -", "or snow--", "or both"}), "rain - or snow--or both");
    EXPECT_EQ(joined({"\"No.\"-", "He", "-"}), "\"No.\"- He -");
    EXPECT_EQ(items_of("The mother-of-\npearl is the sea's.\n"),
              Texts{"The mother-of-pearl is the sea's."});
    EXPECT_EQ(items_of("Rivers fol-\nlow the sea.--_Ann\nRowe._\n", "quotations"),
              Texts{"Rivers fol-low the sea."});
}

TEST(Gutenberg, contents_with_capitals_among_them) {
    EXPECT_EQ(items_of("CONTENTS\n\nThe Lamp 3\n\nTHE HARBOUR 12\n\nThe Rope of the Sea\n\n"
                       "CHAPTER 1\n\nA lamp, they say\n"),
              Texts{"A lamp, they say"});
}

TEST(Gutenberg, years_of_an_author) {
    ReadOptions options;
    options.style = "quotations";
    ReadResult read =
        read_text("b.gutenberg", "Rain falls.--_Ann Rowe (1890\u20131895)._\n", options);
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read.at(0).text, "Rain falls.");
    EXPECT_EQ(read.at(0).author, "Ann Rowe (1890\u20131895)");
}

TEST(Gutenberg, the_small_print_is_left_out_wherever_it_stands) {
    const std::string print =
        "***START**THE SMALL PRINT!**FOR PUBLIC DOMAIN ETEXTS**START***\n"
        "Why is this statement here? You know: lawyers.\n\nYou indemnify us.\n\n";
    for (const char* end :
         {"*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\n\n",
          "*END THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\n\n"}) {
        ReadOptions options;
        options.style = "paragraphs";
        ReadResult read =
            read_text("b.txt",
                      "Project Gutenberg Etext of Lamps\n\n" + print + end +
                          "The lamp of the harbour is lit.\n\nAll are home.\n\n" + print + end,
                      options);
        ASSERT_EQ(read.size(), 2u) << end;
        EXPECT_EQ(read.at(0).text, "The lamp of the harbour is lit.");
        EXPECT_EQ(read.at(1).text, "All are home.");
    }
}

TEST(Gutenberg, an_index_is_no_text_whatever_its_entries_end_with) {
    const std::string text = "The lamp of the harbour is lit at 7.";
    const char* const kEntries =
        "Apples, of the king, 12, 45; of the queen, 46.\n\nArithmetic, 101 et seq.\n\n"
        "B\n\nBell, Tom, his letters, ii. 33; iii. 45\n\nBread. See Bakers.\n\n"
        "Cats, 3 Dogs, 4 Eels, see Supper\n\n";
    EXPECT_EQ(items_of(text + "\n\nINDEX\n\n" + kEntries + "NOTES\n\n" + text),
              (Texts{text, text}));
    EXPECT_EQ(items_of("_General Index._\n\n" + std::string(kEntries)), Texts{});
    EXPECT_EQ(items_of(text + "\n\nINDEX\n\nNobody reads an index.\n\n" + text),
              (Texts{text, "Nobody reads an index.", text}));
}

TEST(Gutenberg, contents_and_imprints_are_no_text) {
    const std::string text = "The lamp of the harbour is lit.";
    for (const char* contents :
         {"CONTENTS\n\nThe Harbour\n\nOf Lamps and Men\n\n",
          "Table of Contents.\n\nCHAPTER I. The Harbour\nCHAPTER II. Of Lamps and Men\nCHAPTER "
          "III. "
          "Home\n\n",
          "CONTENTS\n\nI. The Harbour.\n\nII. Of Lamps and Men.\n\n",
          "LIST OF ILLUSTRATIONS\n\nThe Harbour at Night.\nA Lamp.\nAll are Home.\n\n"})
        EXPECT_EQ(items_of(contents + text), Texts{text}) << contents;
    for (const char* imprint : {"Boston: Hill, Rowe and Company. The Harbour Press, Cambridge.",
                                "Philadelphia: T. B. Rowe & Brothers, 306 Hill Street",
                                "London\nRowe and Co., Limited\nSt. Ann's Street\n1907"})
        EXPECT_EQ(items_of(std::string(imprint) + "\n\n" + text), Texts{text}) << imprint;
    for (const char* said : {"Hill and Rowe and Company.", "He went to Hill & Co. in 1899.",
                             "Rowe: The Sons of 12 Men.", "Contents are worth more than a cover."})
        EXPECT_EQ(items_of(std::string(said) + "\n\n" + text), (Texts{said, text})) << said;
}

TEST(Gutenberg, headings_over_notes_of_every_wording) {
    for (const char* heading :
         {"TRANSCRIBER'S CORRECTIONS", "Transcriber's Endnotes:", "Notes of the Transcriber",
          "Note from the Transcriber", "ERRATA", "Corrigenda.", "Transcription Changes",
          "Typographical errors corrected in text:"})
        EXPECT_EQ(items_of("Lamps are lit.\n\n" + std::string(heading) +
                           "\n\nOn the first page a lamp was lost.\n\nPage 12, \"lapm\" changed to "
                           "\"lamp\".\n\nAll are home.\n"),
                  (Texts{"Lamps are lit.", "All are home."}))
            << heading;
    for (const char* heading : {"Transcribers are poor.", "Erratic men.", "A note on lamps"})
        EXPECT_EQ(items_of(std::string(heading) + "\n\nLamps are lit.\n"),
                  (Texts{heading, "Lamps are lit."}));
}

TEST(Gutenberg, footnotes_are_known_by_the_mark_that_text_has) {
    EXPECT_EQ(items_of("Lamps\u2020 are lit,* and doors(1) shut.{3}\n\n\u2020 Of "
                       "Hull.\n\n* A lamp of oil.\n\n"
                       "(1) They are of oak.\n\n{3}  As in all harbours.\n\nAll are home.\n"),
              (Texts{"Lamps are lit, and doors shut.", "All are home."}));
    EXPECT_EQ(items_of("Lamps are lit.\n\n* A lamp of oil.\n\n(1) They are of oak.\n\n"
                       "Two things (1) are here.\n\n(1) They go on.\n"),
              (Texts{"Lamps are lit.", "* A lamp of oil.", "(1) They are of oak.",
                     "Two things (1) are here.", "(1) They go on."}));
}

TEST(Gutenberg, insertions_of_every_name) {
    for (const char* insertion :
         {"[To face page 12.]", "[Facing page 7]", "[Music: A short tune]", "[Decorative image]",
          "[Handwritten note: yes]", "[_Illustration: The mill_]", "[**Transcriber: check this]"})
        EXPECT_EQ(items_of(std::string(insertion) + "\n\nLamps are lit.\n"),
                  Texts{"Lamps are lit."})
            << insertion;
    EXPECT_EQ(items_of("[Music and lamps] are lit.\n"), Texts{"[Music and lamps] are lit."});
}

TEST(Gutenberg, authors_before_a_work_in_italics) {
    ReadOptions options;
    options.style = "quotations";
    ReadResult read = read_text("b.gutenberg",
                                "Lamps are lit.--ANN OTHER, _Lamps_.\n\nDoors are "
                                "shut.--Ben Waiter: _Doors and Other Things_.\n",
                                options);
    ASSERT_EQ(read.size(), 2u);
    EXPECT_EQ(read.at(0).author, "ANN OTHER");
    EXPECT_EQ(read.at(1).author, "Ben Waiter");
}

TEST(Gutenberg, is_known_by_its_marks_alone) {
    TestFolder folder;
    auto format = [&](std::string_view text) {
        return std::string(find_format("auto", Input(folder.write("b.txt", text))).name);
    };
    for (const char* book :
         {"*** START OF THE PROJECT GUTENBERG EBOOK LAMPS ***\nA.\n",
          "\xEF\xBB\xBF***START OF THIS PROJECT GUTENBERG EBOOK LAMPS***\nA.\n",
          "*** Start of the Project Gutenberg eBook Lamps ***\nA.\n",
          "A.\n\n*** END OF THE PROJECT GUTENBERG EBOOK LAMPS ***\n",
          "A.\n  ***END OF THIS EBOOK***\n", "*** start of this ebook ***\nA.\n",
          "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\nA.\n",
          "*END THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\nA.\n"})
        EXPECT_EQ(format(book), "gutenberg") << book;
    EXPECT_EQ(format("The small print is not for reading.\n*** The end ***\n"), "plain");
    EXPECT_EQ(items_of("A lamp is a friend.\n"), Texts{"A lamp is a friend."});
}

TEST(Gutenberg, transcribers_notes_are_left_out) {
    for (const char* heading : {"TRANSCRIBER'S NOTES", "Transcriber\xE2\x80\x99s Note:",
                                "[Transcribers' Notes]", "_TRANSCRIBER NOTE_"})
        EXPECT_EQ(
            items_of(std::string("A lamp is a friend.\n\n") + heading +
                     "\n\nA few things were mended.\n\n2. The spelling of the lamps was kept.\n\n"
                     "Page 7: \"lmap\" is now \"lamp\".\n\nA kettle is a clock.\n\nA corrected "
                     "kettle is a clock too.\n"),
            (Texts{"A lamp is a friend.", "A kettle is a clock.",
                   "A corrected kettle is a clock too."}))
            << heading;
    EXPECT_EQ(
        items_of(
            "Transcriber's Note: some lamps were mended.\n\nHyphenation was kept.\n\nA lamp.\n"),
        Texts{"A lamp."});
}

TEST(Gutenberg, footnotes_are_left_out) {
    for (const char* note :
         {"Footnote 3: On lamps.", "FOOTNOTE A: On lamps.", "*3* On lamps.", "[3] On lamps.",
          "[12] ibid. p. 4", "[B] _On_ lamps.", "[**] \"On lamps,\" he says.",
          "[Footnote 3: On [oil] lamps.\n\nOn wicks.\n\nOn glass.[4]\n\nOn oil.]",
          "[Illustration: A lamp\n\nby Ann Rowe]", "[Sidenote: On lamps.]", "{Illustration}",
          "[Blank Page]"})
        EXPECT_EQ(
            items_of(std::string("A lamp is a friend.\n\n") + note + "\n\nA kettle is a clock.\n"),
            (Texts{"A lamp is a friend.", "A kettle is a clock."}))
            << note;
}

// What only looks like a note is text.
TEST(Gutenberg, no_text_goes_with_the_notes) {
    for (const char* text :
         {"[A] lamp is a friend.", "[17] of the lamps were lit.", "Footnote 1 of the book is long.",
          "*Three* lamps were lit.", "[I]n the lamp is oil.",
          "Produced by the sun, a lamp is a wonder.", "Copyright is a lamp to some.",
          "Published by itself, the book is a lamp.", "www. is how lamps begin.",
          "London: the lamps were printed for all to see."})
        EXPECT_EQ(items_of(std::string(text) + "\n").size(), 1u) << text;
    EXPECT_EQ(items_of("[Sidenote: On lamps.] A lamp is a friend\nat sea.\n"),
              Texts{"A lamp is a friend at sea."});
    // A bracket that never closes takes the paragraph it is in.
    std::string body = "[Footnote 1: On lamps.\n\n";
    Texts expected;
    for (int i = 0; i < 40; i++) {
        expected.push_back("Lamp number " + std::to_string(i) + " is lit.");
        body += expected.back() + "\n\n";
    }
    EXPECT_EQ(items_of(body), expected);
    EXPECT_EQ(items_of("[Footnote 1: On lamps.\n\nA lamp.\n\n[Footnote 2: On oil.]\n\nA wick.\n"),
              (Texts{"A lamp.", "A wick."}));
}

TEST(Gutenberg, front_matter_is_left_out) {
    for (const char* text :
         {"Text file produced by Ann Rowe", "Created by: Ann Rowe", "HTML version by Bo Lind.",
          "Produced by an anonymous volunteer", "_Produced by_ Ann Rowe",
          "COPYRIGHT, 1899, BY ANN ROWE. All of it.", "Copyright 1902 by Ann Rowe",
          "Copyright (c) Ann Rowe", "All rights reserved by Ann Rowe.",
          "London: Printed for the author, at the lamp.",
          "New York, Published by Rowe and Sons, in the street.",
          "Printed by Ann Rowe, at the lamp."})
        EXPECT_EQ(items_of(std::string(text) + "\n\nA lamp is a friend.\n"),
                  Texts{"A lamp is a friend."})
            << text;
}

}  // namespace
}  // namespace quillet
