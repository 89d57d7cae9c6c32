// How pages of Wikiquote are laid out in practice, each with what a careful reader would copy.
// SPDX-License-Identifier: MIT
#include "corpus/test_support.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

using Texts = std::vector<std::string>;

std::vector<Item> items_of(const char* title, const std::string& wikitext) {
    return all_of([&](Consumer& page) { quotes_of_page(title, wikitext, {}, page); }).items;
}

// Single spaces, as the rules that follow the readers make them.
std::string single_spaces(const std::string& text) {
    std::string single;
    for (char c : text)
        if (c != ' ' || !single.ends_with(' ')) single += c;
    return single;
}

struct Layout {
    const char* title;
    const char* wikitext;
    Texts texts;
};

void expect_texts(const std::vector<Layout>& layouts, const std::string& before) {
    for (const Layout& layout : layouts) {
        Texts texts;
        for (const Item& item : items_of(layout.title, before + layout.wikitext))
            texts.push_back(single_spaces(item.text));
        EXPECT_EQ(texts, layout.texts) << layout.wikitext;
    }
}

TEST(Layout, bullets_and_what_stands_below_them) {
    expect_texts(
        {
            // Indented bullets are quotations, but right below one it may be its source.
            {"T",
             ":* An indented one.\n:** Its source\n:* The next.",
             {"An indented one.", "The next."}},
            {"T", "* One.\n:* Two.\n\n::* Three.", {"One.", "Two.", "Three."}},
            {"T", "* One.\n:* [[Ann Other]], ''A Book'' (1900)", {"One."}},
            {"T", "* One.\n:* Prince, Act II", {"One."}},
            {"T", "* One.\n** In a book:\n::: A note.\n:::* Another version.", {"One."}},
            {"T", "* One\n*:* not this\n*: nor this", {"One"}},
            // A line of colons right below goes on with a bullet, unless it tells the source.
            {"T", "* One:\n:Two,\n::three.\n** Source", {"One: Two, three."}},
            {"T", "* One.\n\n: Not two.", {"One."}},
            {"T", "* One.\n:- The Times, 1990\n* Two.\n: As quoted in a book", {"One.", "Two."}},
            {"T",
             "* One.\n::''A Book'', p. 1\n* Two.\n: M. Other, ''A Book'', June 1930.",
             {"One.", "Two."}},
            {"T", "* '''Ann''': One.\n:'''Ben''': Two.", {"One."}},
            // What follows a line break may stand on the next line.
            {"T", "* One,<br>\ntwo.\nNot three.", {"One, two."}},
            {"T", "* One.\nNot two.\n: Nor three.", {"One."}},
        },
        "== Quotes ==\n");
}

TEST(Layout, a_page_without_sections_is_all_quotations) {
    expect_texts(
        {{"Rain", "'''Rain''' falls.\n* Rain asks nobody.\n** [[Ann]]", {"Rain asks nobody."}},
         {"Rain", "* Rain asks nobody.\n== See also ==\n* Snow, too.", {"Rain asks nobody."}},
         {"Rain", "* Above.\n== Quotes ==\n* Rain asks nobody.", {"Rain asks nobody."}},
         {"Rain", "* Above.\n== Chapter 1 ==\n* Below.", {}}},
        "");
}

TEST(Layout, subjects_of_a_person_are_not_about_the_person) {
    const std::string person = "'''Ann Other''' (1901 - 1980) wrote.\n== Quotes ==\n";
    auto kept = [&](const std::string& heading) {
        return items_of("Ann Other", person + "=== " + heading + " ===\n* X.").size() == 1;
    };
    for (const char* heading : {"About writing", "About the weather", "About mother",
                                "Quotes on faith", "Praise of folly"})
        EXPECT_TRUE(kept(heading)) << heading;
    for (const char* heading :
         {"About Other", "About", "About her work", "Praise for Ann Other", "Quotes about writing"})
        EXPECT_FALSE(kept(heading)) << heading;
}

TEST(Layout, boxes_end) {
    expect_texts({{"T", "{{Unsourced begin}}\n* In.\n{{Unsourced end}}\n* Out.", {"Out."}}},
                 "== Quotes ==\n");
}

TEST(Layout, sources_at_the_end_of_a_line) {
    expect_texts({{"T", "* Rain falls.&mdash;''A Book'', ch. 4", {"Rain falls."}},
                  {"T", "* \"Rain falls.\" - Ben Waiter", {"\"Rain falls.\""}},
                  {"T", "* Rain falls. ~ E. M. Other, 1890", {"Rain falls."}},
                  {"T", "* Rain falls. — And snow.", {"Rain falls. — And snow."}},
                  {"T",
                   "* He said: \"Go.\" — ''and then'' he went.",
                   {"He said: \"Go.\" — and then he went."}}},
                 "== Quotes ==\n");
}

TEST(Layout, sources_in_brackets) {
    expect_texts(
        {{"T", "* Rain falls. (1881)", {"Rain falls."}},
         {"T", "* \"Rain falls!\" (Letter to Ben, 4 May 1890)", {"\"Rain falls!\""}},
         {"T",
          "* ''Der Regen f\xC3\xA4llt nicht auf die See.''\n** No rain falls on the sea. "
          "(Translated by Ben)",
          {"No rain falls on the sea."}},
         {"T", "* Rain falls on us (''The Oven'', 1951)", {"Rain falls on us"}},
         {"T", "* Rain falls on us ([[Ann Other]], ''Rain'', 1951)", {"Rain falls on us"}},
         {"T", "* Rain falls. ''Clerks'' (1977), p. 4", {"Rain falls."}},
         {"T", "* Rain falls. <br />''[[Clerks]]'', 1977", {"Rain falls."}},
         {"T", "* Rain<br>Ann Other, ''Clerks'' (1977)", {"Rain"}},
         {"Nell Orchard",
          "* Rain falls. (Orchard, 1951)\n[[Category:1900 births]]",
          {"Rain falls."}},
         {"T", "* Rain falls. (Ann Other, 1951)", {"Rain falls."}},
         {"T", "* Rain falls. (Other, 1951)", {"Rain falls. (Other, 1951)"}},
         {"T", "* Rain falls on us (Ann Other, 1951)", {"Rain falls on us (Ann Other, 1951)"}},
         {"T", "* Rain falls. [''Trees'', 1930]", {"Rain falls."}},
         {"T", "* Rain falls [''Trees'', 1930]", {"Rain falls [Trees, 1930]"}},
         {"T", "* Rain falls. Chapter 7", {"Rain falls."}},
         {"T", "* Rain falls! p. 44", {"Rain falls!"}},
         {"T", "* Rain falls. Act IV, scene 2", {"Rain falls."}},
         {"T", "* Rain falls. Letter to Ann Other (1940)", {"Rain falls."}},
         {"T", "* Rain falls. Notebook entry, winter 1931", {"Rain falls."}},
         {"T", "* Rain falls. Notebook entry in rain", {"Rain falls. Notebook entry in rain"}},
         {"T", "* Rain falls. Chapter and verse", {"Rain falls. Chapter and verse"}},
         {"T", "* Rain falls in chapter 7", {"Rain falls in chapter 7"}},
         {"T", "* Rain falls. Letter to Ann", {"Rain falls. Letter to Ann"}},
         {"T", "* Rain falls. (I think it does)", {"Rain falls. (I think it does)"}},
         {"T", "* Rain falls on us (1 of 3)", {"Rain falls on us (1 of 3)"}}},
        "== Quotes ==\n");
}

TEST(Layout, sources_on_lines_that_go_on) {
    expect_texts(
        {{"T", "* Rain falls.\n*: ''Weather'' (1920), p. 3", {"Rain falls."}},
         {"T", "* Rain falls.\n*: As quoted in ''Weather''", {"Rain falls."}},
         {"T", "* Rain falls.\n*:: [[w:Weather|Weather]] (1920)", {"Rain falls."}},
         {"T", "* Rain falls.\n*: And snow falls, too.", {"Rain falls. And snow falls, too."}},
         {"T", "* * Rain falls.", {"Rain falls."}},
         {"T", "* [[Ann Other]], in ''Weather: Collected'' (1920)", {}}},
        "== Quotes ==\n");
}

TEST(Layout, who_said_it_goes_from_the_line) {
    expect_texts(
        {{"T", "* Rain falls. \xE2\x80\x95 [[Ann Other]]", {"Rain falls."}},
         {"T", "* Rain falls. ([[Ann Other]], ''Weather'')", {"Rain falls."}},
         {"T", "* Rain falls. [[Ann Other]], ''Weather'' (1920)", {"Rain falls."}},
         {"T", "* [[Ann Other]]: Rain falls.", {"Rain falls."}},
         {"T", "* Ann Other: Rain falls.", {"Rain falls."}},
         {"T", "* Rain falls. \u2014 [[Ann Other]] (1959)", {"Rain falls."}},
         {"T", "* Rain falls on us \u2014 [[Ann Other]], 1959", {"Rain falls on us"}},
         {"T", "* Rain falls on us ---- [[Ann Other]], ''Rain'' (1959)", {"Rain falls on us"}},
         {"T", "* Rain falls. ~ Voltaire", {"Rain falls."}},
         {"T", "* Rain falls. \u2014 Ann de la Tour, \"Rain\"", {"Rain falls."}},
         {"T",
          "* Rain falls. \u2013 Ann Other, ''Rain \u2013 A Book'' (1950\u20131951)",
          {"Rain falls."}},
         {"T", "* Rain falls. \u2014 [[Ann Other, Jr.]], ''Rain''", {"Rain falls."}},
         {"T", "* Rain falls. \u2014 Ann Other<br>''Rain'' (1959), p. 3", {"Rain falls."}},
         {"T", "* Rain falls. [\u2014 Ann Other]", {"Rain falls."}},
         {"T", "* Rain falls. \u2014 Letter to [[Ben]], 4 May 1959", {"Rain falls."}},
         {"Ann Other",
          "* Rain falls on us \u2014 Other (1959)\n* Snow. ~ [[Ann Other]] ~\n"
          "[[Category:1901 births]]",
          {"Rain falls on us", "Snow."}},
         {"Ann Other",
          "* Rain falls on us.<br>-- Ann Other\n* It snows. ~ Other\n[[Category:1901 births]]",
          {"Rain falls on us.", "It snows."}}},
        "== Quotes ==\n");
}

// Whatever dashes there are, and however many, the quotation before them stays whole.
TEST(Layout, dashes_of_every_kind_and_number) {
    for (const char* dashes : {"-",
                               "--",
                               "---",
                               "----",
                               "~",
                               "~~",
                               "~~~",
                               "\u2010",
                               "\u2012",
                               "\u2013",
                               "\u2014",
                               "\u2014\u2014",
                               "\u2014\u2014\u2014\u2014",
                               "\u2015",
                               "\u2015\u2015",
                               "\u2212",
                               "\u2E3A",
                               "\u2E3B",
                               "\u2013 \u2013",
                               "&mdash;",
                               "&mdash;&mdash;",
                               "&#8212;",
                               "&minus;",
                               "{{mdash}}",
                               "{{--}}"})
        for (const char* blank : {"", " ", "&nbsp;"})
            for (const char* who :
                 {"[[Ann Other]]", "Ann Other", "[[Ann Other]], ''A Book'' (1959)",
                  "Ann Other (1959)", "''A Book'' (1959)", "'''Ann Other'''"})
                for (const char* after : {"", " ~", "\u2014"})
                    for (const char* title : {"Weather", "Ann Other"}) {
                        std::string category = title[0] == 'W' ? "Themes" : "1901 births";
                        std::string bullet = "* Rain falls. " + std::string(dashes) + blank + who +
                                             after + "\n[[Category:" + category + "]]";
                        expect_texts({{title, bullet.c_str(), {"Rain falls."}}}, "== Quotes ==\n");
                    }
}

TEST(Layout, no_dash_of_a_sentence_is_a_signature) {
    for (std::string text :
         {"The well-known sea is anti-war", "Rain \u2014 and snow in 1977",
          "Rain falls. \u2014 Yes, and then ''some'' more",
          "Rain falls. \u2014 In 1977 we went out", "He left in 1914\u20131918",
          "Rain falls. ''Rain'' is a word of 4 letters",
          "We knew two kings \u2014 Ann, Ben and I in 1977", "Rain falls on us (1 of 3)",
          "Rain falls, --", "The book. ''Emma'' (1815) was good, and it is",
          "Rain falls -- Snow falls, too -- in 1977", "Rain falls on (''us'')"})
        for (const char* title : {"T", "Ann Other"}) {
            std::vector<Item> items = items_of(title, "== Quotes ==\n* " + text);
            ASSERT_EQ(items.size(), 1u) << text;
            std::string plain;
            for (size_t at = 0; at < text.size(); at++)
                if (text.compare(at, 2, "''") == 0)
                    at++;
                else
                    plain += text[at];
            EXPECT_EQ(single_spaces(items[0].text), plain);
        }
}

TEST(Layout, no_holes_and_nothing_struck_out) {
    expect_texts({{"T", "* Rain {{lc:FALLS}}.\n* Rain {{PAGENAME}} falls.", {"Rain falls."}},
                  {"T", "* Rain {{#if: x | falls }} now.", {}},
                  {"T", "* Rain <s>fell</s>falls.", {"Rain falls."}},
                  {"T", "* Rain <span style=\"display: none\">x</span>falls.", {"Rain falls."}}},
                 "== Quotes ==\n");
}

TEST(Layout, translations) {
    expect_texts(
        {{"T",
          "* {{lang|la|Fortes metuit, ignavos premit.}}\n** Fortune is a coward, too.",
          {"Fortune is a coward, too."}},
         {"T", "* {{lang|en|Ours.}}", {"Ours."}},
         {"T", "* O tender rain!<br>The rain is with us.", {"O tender rain! The rain is with us."}},
         {"T",
          "* Er sagte {{lang-de|nichts}} zu uns und ging.\n** He said nothing to us and went.",
          {"He said nothing to us and went."}},
         {"T",
          "* {{lang-de|Wir suchen, was uns findet.}} (We look for what finds us.)",
          {"We look for what finds us."}},
         {"T",
          "* ''Nox umbra est.'' (The night is only a shadow.)",
          {"The night is only a shadow."}},
         {"T",
          "* \"Die Nacht ist nur ein Schatten.\" [The night is only a shadow.]",
          {"The night is only a shadow."}},
         {"T",
          "* ''Nox umbra est.''<br>[The night is only a shadow.]",
          {"The night is only a shadow."}},
         {"T", "* The night is a shadow of [the day]", {"The night is a shadow of [the day]"}},
         {"T",
          "* ''Never'' do so (as he did in the days of the war).",
          {"Never do so (as he did in the days of the war)."}},
         {"T",
          "* ''Man lebt nicht zweimal, mein Herr.''\n: One does not live twice, my lord.",
          {"One does not live twice, my lord."}},
         {"Latin proverbs", "* Nox umbra.\n** The night is a shadow.", {"The night is a shadow."}},
         {"English proverbs", "* Nox umbra.\n** The night is a shadow.", {"Nox umbra."}}},
        "== Quotes ==\n");
}

struct Author {
    const char* bullet;
    const char* author;
};

TEST(Layout, authors_of_themes) {
    for (const Author& c : std::initializer_list<Author>{
             {"* X.\n** \"[[w:The Song|The Song]]\" by [[w:Ben Waiter|him]]", "Ben Waiter"},
             {"* X.\n** [[Berta_Lund_(poet)|Lund]], 5\" of [[snow]]", "Berta Lund"},
             {"* X.\n** [[s:Author:Jo Gilbert|Gilbert]]", "Jo Gilbert"},
             {"* X.\n** [[4 July]] [[1890]], [[July 4]], [[Ann Other]]", "Ann Other"},
             {"* X.\n** On [[love]], [[Ann Other]]", "Ann Other"},
             {"* X.\n** [[Ireland|Irish]] proverb, in [[w:A Collector|Collector]]", ""},
             {"* X.\n** '''[[Rain]] is another quotation.'''\n** [[Ann Other]]", "Ann Other"},
             {"* Die Zeit ist kurz und lang.\n** [[Time]] is short and it is long.\n** [[Ann "
              "Other]]",
              "Ann Other"},
             {"* X.\n** {{ill|Ann Other|de}}", "Ann Other"},
             {"* X.\n** [[{{lang|de|Ann Other}}]]", "Ann Other"},
             {"* \"X.\" - Ben Waiter, ''A Book''\n** [[Ann Other]]", "Ben Waiter"},
             {"* X. ---- Ben Waiter (1959)\n** [[Ann Other]]", "Ben Waiter"},
             {"* X. \u2014 Ben Waiter<br>''[[A Book]]'' (1959)\n** [[Ann Other]]", "Ben Waiter"},
             {"* X. \u2014\u2014[[Ben Waiter]], ''A Book'' (1959)", "Ben Waiter"},
             {"* X. \u2014 Ben van der Waiter, ''A Book''", "Ben van der Waiter"},
         }) {
        auto items = items_of("T", std::string("== Quotes ==\n") + c.bullet);
        ASSERT_EQ(items.size(), 1u) << c.bullet;
        EXPECT_EQ(items[0].author, c.author) << c.bullet;
    }
    EXPECT_EQ(items_of("Irish proverbs", "* X.\n** [[Ann Other]], ''Collection''")[0].author, "");
}

TEST(Layout, sentences_of_links_are_no_lists_of_pages) {
    expect_texts(
        {{"T", "* [[Know]] [[Self|thyself]]!", {"Know thyself!"}}, {"T", "* [[Know]]!", {}}},
        "== Quotes ==\n");
}

TEST(Layout, tables_that_lay_out_a_page_or_never_end) {
    expect_texts({{"T", "{|\n|\n== Quotes ==\n* In.\n|}\n* After.", {"In.", "After."}},
                  {"T", "== Quotes ==\n{|\n* No.\n=== 1850s ===\n* Yes.", {"Yes."}}},
                 "");
}

TEST(Layout, verse) {
    expect_texts({{"T", "*<poem>:Rain falls\n::and falls.</poem>", {"Rain falls and falls."}},
                  {"T", "* One.\n*<poem>:Rain falls.</poem>", {"One.", "Rain falls."}},
                  {"T", "* <div>\nRain falls.\n</div>\nOr not.", {"Rain falls."}}},
                 "== Quotes ==\n");
}

TEST(Layout, translations_with_other_signs) {
    expect_texts({{"T",
                   "* ''Nox umbra, dies labor.'' – The night and the day are not ours.",
                   {"The night and the day are not ours."}},
                  {"T",
                   "* ''Never'' – said the man of the house – is a word.",
                   {"Never – said the man of the house – is a word."}},
                  {"T",
                   "* Ich bin ein Baum und kein Haus.\n** (Translation) I am a tree and no house.",
                   {"I am a tree and no house."}},
                  {"T",
                   "* Ich bin ein Baum und kein Haus.\n** Transl.: I am a tree and no house.",
                   {"I am a tree and no house."}},
                  {"T",
                   "* Ich bin ein Baum und kein Haus.\n**: I am a tree and no house.",
                   {"I am a tree and no house."}}},
                 "== Quotes ==\n");
}

TEST(Layout, speakers_of_works) {
    expect_texts({{"T", "* '''Ann:''' Rain falls.", {"Rain falls."}},
                  {"T", "* '''Ann''': Rain falls.", {"Rain falls."}},
                  {"T", "* '''Rain''' falls: on us.", {"Rain falls: on us."}},
                  {"T", "* '''Ann''': Rain?<br>'''Ben''': Rain.", {"Ann: Rain? Ben: Rain."}}},
                 "== Quotes ==\n");
}

TEST(Layout, old_pages_sort_by_their_categories) {
    for (const char* end : {"[[Category:Essayists|Other, Ann]]", "{{DEFAULTSORT|Other, Ann}}"})
        EXPECT_EQ(items_of("Ann Other", std::string("== Quotes ==\n* X.\n") + end).at(0).author,
                  "Ann Other");
    EXPECT_EQ(items_of("Free love", "== Quotes ==\n* X.\n[[Category:Themes|Love, Free]]")[0].author,
              "");
}

}  // namespace
}  // namespace quillet
