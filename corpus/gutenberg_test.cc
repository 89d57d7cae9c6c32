// The reader of Project Gutenberg: signs of type, divided words, what is no text of the book.
// SPDX-License-Identifier: MIT
#include "corpus/gutenberg_text.h"
#include "corpus/letters.h"
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
             {"==Bold== \xE2\x80\x94_Ann\nRowe._ \xE2\x80\x9C_I_\xE2\x80\x9D",
              "Bold \xE2\x80\x94"
              "Ann\nRowe. \xE2\x80\x9CI\xE2\x80\x9D"},
             {"snake_case and _italics over", "snake_case and italics over"},
             {"Mr. ____ came [Illustration: A lamp] home [Footnote 3: late].",
              "Mr. ____ came home ."},
             {"[", "["},
             {"_", "_"},
             {"{}[]=", "{}[]="}})
        EXPECT_EQ(without_type(c.before), c.after);
}

TEST(Type, takes_time_in_proportion) {
    for (std::string_view part : {"[", "{", "[a", "x_y", "_ ", " =", "a= ", "[1 ", "~[b]_", "[ "}) {
        std::string text;
        while (text.size() < 400'000) text += part;
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
          "*END*THE SMALL PRINT! FOR PUBLIC DOMAIN ETEXTS*Ver.04.29.93*END*\nA.\n"})
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
