// Each rule by examples: what it changes, rejects, lets be.
// SPDX-License-Identifier: MIT
#include "corpus/clean.h"

#include "corpus/language.h"
#include "corpus/test_support.h"

namespace quillet {
namespace {

constexpr const char* kRejected = "(rejected)";

std::string apply(const std::string& rule, const std::string& text, CleanOptions options = {}) {
    options.rules = {rule};
    Cleaner cleaner(options);
    Item item{text, ""};
    bool kept = cleaner.clean(item);
    EXPECT_EQ(cleaner.counts()[0].rejected, kept ? 0u : 1u) << text;
    if (!kept) return kRejected;
    EXPECT_EQ(cleaner.counts()[0].changed, item.text == text ? 0u : 1u) << text;
    return item.text;
}

struct Case {
    const char* rule;
    const char* before;
    const char* after;
};

constexpr Case kCases[] = {
    {"spaces", "  two  words\t\nand\xC2\xA0more\xE2\x80\x89, so . ", "two words and more, so."},
    {"spaces", "tidy text, as it is. ... yes", "tidy text, as it is. ... yes"},
    {"spaces", "   ", kRejected},
    {"typography",
     "\xE2\x80\x9CHe\xE2\x80\x99s here\xE2\x80\x9D \xE2\x80\x94 she\xE2\x80\x94too\xE2\x80\xA6",
     "\"He's here\" -- she -- too..."},
    {"spaces", "look\xE2\x80\x8Bing open.\xE2\x80\x8BThe", "looking open. The"},
    {"entities", "&amp;quot;No&amp;quot;", "&quot;No&quot;"},
    {"markup", "&quot;No&quot;", kRejected},
    {"markup", "&#8203;No", kRejected},
    {"markdown", "- A lamp - and a rope", "A lamp - and a rope"},
    {"markdown", "* A lamp", "A lamp"},
    {"markdown", "> > + A lamp", "A lamp"},
    {"markdown", "\xE2\x80\xA2 A lamp", "A lamp"},
    {"markdown", "**A lamp** is ** not a __rope__.", "A lamp is ** not a rope."},
    {"markdown", "***A lamp***", "A lamp"},
    {"markdown", "*A lamp.*", "A lamp."},
    {"markdown", "*A* lamp.*", "*A* lamp.*"},
    {"markdown", "What the f*ck, and 2 ** 3", "What the f*ck, and 2 ** 3"},
    {"markdown", "-A lamp", "-A lamp"},
    {"markdown", "## A lamp", kRejected},
    {"markdown", "#lamp", "#lamp"},
    {"markdown", "####### A lamp", "####### A lamp"},
    {"markdown", "| A lamp | 7 |", kRejected},
    {"markdown", "|A lamp", "|A lamp"},
    {"markdown", "- ", kRejected},
    {"typography", "it.\xC2\xB2 \"No\"\xE2\x81\xB4 5 m\xC2\xB2, x\xE2\x81\xB5",
     "it. \"No\" 5 m\xC2\xB2, x\xE2\x81\xB5"},
    {"brackets", "word.[B] [C] on", "word. on"},
    {"language", "Gur sreelzna xarj gur evire fb jryy gung ur unq fgbccrq ybbxvat ng vg.",
     kRejected},
    {"typography",
     "1914\xE2\x80\x93"
     "1918 a--b ``c'' . . .",
     "1914-1918 a -- b \"c\" ..."},
    {"typography", "Mr. F----, who -- \xE2\x80\x94, no, Mrs. G\xE2\x80\x94\xE2\x80\x94.",
     "Mr. F--, who--, no, Mrs. G--."},
    {"typography", "caf\xC3\xA9 stays, a plain one too.", "caf\xC3\xA9 stays, a plain one too."},
    {"brackets", "[H]is work [sic] was [...] done [12].", "His work was done."},
    {"brackets", "An open [ bracket", "An open [ bracket"},
    {"brackets", "She [the old pilot] rowed.[a] It rained.[7-2]", "She rowed. It rained."},
    {"brackets", "Lend m[e] thy hand[s], labo[u]rer[s] all.", "Lend me thy hands, labourers all."},
    {"brackets", "[O]f two, \"[e]ither\" is [a] choice.", "Of two, \"either\" is a choice."},
    {"brackets", "The sea[a][d] rose,[f] the sky[B] fell.", "The sea rose, the sky fell."},
    {"brackets", "Let b[0] be b[2] for the sea[2].", "Let b[0] be b[2] for the sea."},
    {"brackets", "He spelt[sic] it \"[sic]\" so; w[or]se and wo[rse].",
     "He spelt it \"\" so; worse and worse."},
    {"brackets", "She was [sick] and tired of [Sicilian] plays by the [page boy].",
     "She was sick and tired of Sicilian plays by the page boy."},
    {"brackets", "A lamp [Sic!] or [page 7] a rope [pp. iv] so [Emphasis added] here [translated].",
     "A lamp or a rope so here."},
    {"brackets", "P[=a]li and [oe]dema", "Pali and oedema"},
    {"entities", "It&#39;s &quot;so&quot; &mdash; caf&eacute; &#x2026;&#X41;",
     "It's \"so\" \xE2\x80\x94 caf\xC3\xA9 \xE2\x80\xA6"
     "A"},
    {"entities", "&#8220;&#147;&ldquo; a&nbsp;b so&shy;ft &Uuml;",
     "\xE2\x80\x9C\xE2\x80\x9C\xE2\x80\x9C a b soft \xC3\x9C"},
    {"entities", "&amp;lt; once", "&lt; once"},
    {"entities", "A&B; R & D, &; &#; &#x; &nosuch; &quot &#0; &#xD800; &#1114112; &#-1; &#129;",
     "A&B; R & D, &; &#; &#x; &nosuch; &quot &#0; &#xD800; &#1114112; &#-1; &#129;"},
    {"entities", "&#000000000000000065; &#10;x&", "&#000000000000000065;  x&"},
    {"entities", "&nbsp;&amp", " &amp"},
    {"spaces", "an .ORG name . . . and .75 of it .", "an .ORG name . . . and .75 of it."},
    {"language", "Lampas nautis tristibus amica manet.", kRejected},
    {"language", "Kaptan gemiyi limana dikkatle getirdi.", kRejected},
    {"name", "The Lamplighters", kRejected},
    {"name", "Lantern Gallery", kRejected},
    {"name", "Let Your Boat Sail", kRejected},
    {"name", "NBC", kRejected},
    {"name", "The Rev. Col. Ann Other", "Ann Other"},
    {"leading-number", "12. Twelve things.", "Twelve things."},
    {"leading-number", "(3) Third.", "Third."},
    {"leading-number", "iv. Fourth.", "Fourth."},
    {"leading-number", "1984 was a year.", "1984 was a year."},
    {"leading-number", "I. Newton said", "Newton said"},
    {"leading-number", "I am. Here", "I am. Here"},
    {"leading-number", "3.5 is not whole", "3.5 is not whole"},
    {"outer-quotes", "\"Whole.\"", "Whole."},
    {"outer-quotes", "\"Stop outside\".", "Stop outside."},
    {"outer-quotes", "\"One\" and \"two\"", "\"One\" and \"two\""},
    {"outer-quotes", "'Tis the dogs'", "Tis the dogs"},
    {"outer-quotes", "'Tis not 'it'", "'Tis not 'it'"},
    {"alphabet",
     "na\xC3\xAFve \xC3\x86sop, stra\xC3\x9F"
     "e, \xEF\xAC\x81t",
     "naive AEsop, strasse, fit"},
    {"alphabet", "\xD0\x96\xD0\xB8\xD0\xB7\xD0\xBD\xD1\x8C", kRejected},
    {"length", "far too short", kRejected},
    {"length", "long enough for the rule", "long enough for the rule"},
    {"markup", "left {{over}} here", kRejected},
    {"links", "see http://example.org", kRejected},
    {"links", "write to a@b.c", kRejected},
    {"links", "meet @ noon", "meet @ noon"},
    {"cut-short", "A whole sentence.", "A whole sentence."},
    {"cut-short", "... the end of one.", kRejected},
    {"cut-short", "the small beginning.", kRejected},
    {"cut-short", "It stops in the", kRejected},
    {"cut-short", "It stops here,", kRejected},
    {"cut-short", "It trails off...", kRejected},
    {"cut-short", "He said \"never.", kRejected},
    {"cut-short", "He (never came.", kRejected},
    {"cut-short", "\"Quoted,\" he said.", "\"Quoted,\" he said."},
    {"cut-short", "No stop at all", "No stop at all"},
    {"capitals", "WHO SHOUTS IS NOT HEARD", kRejected},
    {"capitals", "USA and NATO met", "USA and NATO met"},
    {"language", "Der Mensch ist das Ma\xC3\x9F aller Dinge.", kRejected},
    {"language", "L'homme est un roseau pensant.", kRejected},
    {"language", "Non ignara mali miseris succurrere disco.", kRejected},
    {"language", "There is nothing to it but to do it.", "There is nothing to it but to do it."},
    {"language", "A gude name is sooner tint than won.", "A gude name is sooner tint than won."},
    {"language", "Veritas!", kRejected},
    {"language", "Onward, upward!", "Onward, upward!"},
    {"name", "Voltaire (writer)", "Voltaire"},
    {"name", "GEORGE HERBERT", "George Herbert"},
    {"name", "LOUIS XIV", "Louis XIV"},
    {"name", "HENRY VIII. TUDOR", "Henry VIII. Tudor"},
    {"name", "VI HARBOUR", "Vi Harbour"},
    {"name", "Ludwig van Beethoven", "Ludwig van Beethoven"},
    {"name", "J. R. R. Tolkien", "J. R. R. Tolkien"},
    {"name", "Owen Feltham.", "Owen Feltham"},
    {"name", "Sammy Davis Jr.", "Sammy Davis Jr."},
    {"name", "Sammy Davis, Jr.", "Sammy Davis Jr."},
    {"name", "John Acton, 1st Baron Acton", "John Acton"},
    {"name", "Anonymous", kRejected},
    {"name", "actress Mary Pickford", kRejected},
    {"name", "Murphy's 3rd law", kRejected},
    {"name", "The man who knew too much about it", kRejected},
};

TEST(Rules, do_what_they_say) {
    for (const Case& c : kCases)
        EXPECT_EQ(apply(c.rule, c.before), c.after) << c.rule << ": " << c.before;
}

// An item is as long as it reads, however it was written.
TEST(Rules, length_of_entities) {
    Cleaner cleaner(default_cleaning(false));
    std::string coded;
    for (char c :
         std::string("The tide comes in for the boats that wait, and for the boats that do not."))
        coded += "&#" + std::to_string(static_cast<int>(c)) + ";";
    Item item{coded, ""};
    EXPECT_TRUE(cleaner.clean(item));
    EXPECT_EQ(item.text,
              "The tide comes in for the boats that wait, and for the boats that do not.");
}

// What never closes takes no longer than what does.
TEST(Rules, many_brackets) {
    for (std::string_view part : {"[", "[[a", "a[b]", "he [the x] ", "&", "&#", "&amp"}) {
        std::string text;
        while (text.size() < 500'000) text += part;
        std::string same = text;
        editorial_brackets(text);
        EXPECT_LE(text.size(), same.size());
    }
}

TEST(Rules, alphabets) {
    CleanOptions options;
    options.alphabet = "latin";
    EXPECT_EQ(apply("alphabet", "caf\xC3\xA9 \xE2\x80\xA6", options), "caf\xC3\xA9 ...");
    EXPECT_EQ(apply("alphabet", "cafe\xCC\x81 o\xCC\x82\xCC\xA3 x\xCC\x81", options),
              "caf\xC3\xA9 \xC3\xB4 x");
    options.alphabet = "abc de\xC3\xA9";
    EXPECT_EQ(apply("alphabet", "bad\xC3\xA9 \xC3\xAA", options), "bad\xC3\xA9 e");
    EXPECT_EQ(apply("alphabet", "zoo", options), kRejected);
    options.alphabet = "prose";
    EXPECT_EQ(apply("alphabet", "50 %", options), kRejected);
}

TEST(Rules, words_are_matched_whole) {
    CleanOptions options;
    options.words.emplace();
    for (const char* word : {"ass", "darn", "baby batter", "cr\xC3\xA8me"})
        options.words->add(word);
    for (const char* bad : {"an ASS here", "two asses", "the ass's ear", "Darn-it now",
                            "some baby batter.", "a-ss", "da-rn", "d**n it", "creme", "DARN!"})
        EXPECT_EQ(apply("words", bad, options), kRejected) << bad;
    for (const char* good : {"Passau, a classy grass", "a babe batters", "darning needles",
                             "Cockburn and Scunthorpe", "2 * 3", "baby, batter"})
        EXPECT_EQ(apply("words", good, options) == kRejected, std::string(good) == "baby, batter")
            << good;
}

TEST(Rules, the_default_list_is_read) {
    WordList words;
    words.add_file(std::string(QUILLET_SOURCE_DIR) + "/corpus/words/avoid-en.txt");
    EXPECT_GT(words.size(), 20u);
    EXPECT_EQ(words.find("# Words"), "");
    for (const char* innocent : {"Dick Van Dyke", "Alistair Cooke", "the cock crows",
                                 "Titian painted", "a shiitake", "Sussex"})
        EXPECT_EQ(words.find(innocent), "") << innocent;
}

// A name is shorter than a quotation, and the list of words is read without being asked for.
TEST(Cleaner, defaults_of_names) {
    Cleaner of_names(default_cleaning(true)), of_text(default_cleaning(false));
    Item name{"Ann Other", "Ann Other"}, same = name;
    EXPECT_TRUE(of_names.clean(name));
    EXPECT_FALSE(of_text.clean(same));
    Item rude{"What the f*ck is a lamp to the harbour?", ""};
    EXPECT_FALSE(of_text.clean(rude));
}

TEST(Cleaner, counts_and_shows_examples_in_order) {
    CleanOptions options;
    options.rules = {"spaces", "cut-short"};
    Cleaner cleaner(options);
    for (int i = 0; i < 8; i++) {
        Item item{"a  b " + std::to_string(i), ""};
        EXPECT_FALSE(cleaner.clean(item));
    }
    Item whole{"Whole.", ""};
    EXPECT_TRUE(cleaner.clean(whole));
    const std::vector<RuleCount>& counts = cleaner.counts();
    EXPECT_EQ(counts[0].changed, 8u);
    EXPECT_EQ(counts[1].rejected, 8u);
    ASSERT_EQ(counts[0].examples.size(), kExamples);
    EXPECT_EQ(counts[0].examples[0], "a  b 0 -> a b 0");
    EXPECT_EQ(counts[1].examples[4], "a b 4");
}

TEST(Cleaner, an_unknown_rule_is_an_error) {
    CleanOptions options;
    options.rules = {"sparkle"};
    EXPECT_NE(error_of([&] { Cleaner cleaner(options); }).find("there is no rule 'sparkle'"),
              std::string::npos);
}

TEST(Cleaner, attributed_only_when_asked) {
    CleanOptions options;
    options.rules = {"attributed"};
    Cleaner cleaner(options);
    Item with{"one", "Ann"}, without{"two", ""};
    EXPECT_TRUE(cleaner.clean(with));
    EXPECT_FALSE(cleaner.clean(without));
}

TEST(Language, of_the_shared_texts) {
    struct Text {
        const char* name;
        double english;
    };
    for (const Text& text :
         {Text{"quotes/quotes-wood-ballou.txt", 0.999}, Text{"proverbs/scots-hislop.txt", 0.98}}) {
        QUILLET_SHARED_OR_SKIP(path, text.name);
        ReadResult read = read_path(path, {}, "plain");
        size_t other = 0;
        for (const Item& item : read.all.items)
            other += guess_language(item.text) == Language::kOther;
        EXPECT_LT(static_cast<double>(other) / static_cast<double>(read.size()), 1 - text.english)
            << text.name;
    }
}

}  // namespace
}  // namespace quillet
