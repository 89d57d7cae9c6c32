// Wikitext: what a reader sees of each construct; deep nesting and long pages in linear time.
// SPDX-License-Identifier: MIT
#include "corpus/wikitext.h"

#include <gtest/gtest.h>

namespace quillet {
namespace {

std::string plain(std::string_view wikitext) {
    FlatPage page = flatten(wikitext);
    return plain_line(page.text);
}

struct Case {
    const char* wikitext;
    const char* plain;
};

constexpr Case kCases[] = {
    // Bold and italics, MediaWiki's rules for apostrophes.
    {"'''bold''' ''it'' '''''both'''''", "bold it both"},
    {"L'''amour'' et l'ami", "L'amour et l'ami"},
    {"the dogs' ''bark'', don't they", "the dogs' bark, don't they"},
    {"''''four'''' quotes", "'four' quotes"},
    // Links.
    {"[[Love]] and [[War|peace]]", "Love and peace"},
    {"[[w:Mark Twain|Twain]], [[wikt:wit]], [[:w:fr:Zola|Zola]]", "Twain, wit, Zola"},
    {"[[Wikt:Wit|wits]] [[Voltaire (writer)|]] [[#Part 2|below]]", "wits Voltaire below"},
    {"[[:Category:Poets|poets]] [[:de:Goethe]]", "poets Goethe"},
    {"a[[Category:Poets]][[File:A.jpg|thumb|A [[linked]] caption]]b[[Image:x.png]]", "ab"},
    {"end[[de:Liebe]][[fr:Amour]][[zh-min-nan:Ai]][[simple:Love]]", "end"},
    {"[[broken link", "[[broken link"},
    {"[[Star Wars: A New Hope]]", "Star Wars: A New Hope"},
    {"[http://example.org a label] x [https://e.org] y [//e.org z]", "a label x  y z"},
    {"[1] [sic] [H]is", "[1] [sic] [H]is"},
    {"[[a|b]]s [[''x''|''y'']]", "bs y"},
    // Templates.
    {"{{w|Mark Twain|Twain}} {{w|Wit}} {{W|a|b|lang=en}}", "Twain Wit b"},
    {"{{lang|la|veritas}} {{lang-fr|vie}} {{nowrap|a b}} {{smallcaps|Lord}}",
     "veritas vie a b Lord"},
    {"{{lang|de|text=x|Wort}} {{w|1=Foo|2=Bar}}", "Wort Bar"},
    {"one{{mdash}}two{{'}}s {{frac|1|2}} {{=}} {{!}}", "one \xE2\x80\x94 two's 1/2 = |"},
    {"said{{fix cite}}{{citation needed|date=May 2010}} so{{unknown notice|date=x}}", "said so"},
    {"{{w|{{lang|fr|{{nowrap|deep}}}}}}", "deep"},
    {"{{cite book\n| last = A\n| title = B {{w|C}}\n}}rest", "rest"},
    {"{{w|[[a|b]]}} {{quote|text|by}} {{tooltip|shown|hidden}}", "b text shown"},
    {"{{unclosed and {{w|closed}}", "{{unclosed and closed"},
    {"closed}} and }} more", "closed}} and }} more"},
    {"{{{parameter}}} {a} {{{{w|x}}}}", "{a}"},
    // A parameter that is not given shows what follows its bar, as MediaWiki does.
    {"a {{{1|[[b|c]] {{w|d}}}}} {{{2|{{{3|e}}}|f}}} {{{4|}}}g", "a c d e g"},
    {"a {{sic|tyop|hide=y}} b {{explain|old|new}}", "a tyop b old"},
    {"a{{pb}}b {{wikipedia-inline|Rain|rain}}", "a b rain"},
    {"{{quote|text=named|author=A}} {{blockquote|1=one}}", "named one"},
    {"a{{spaced en dash}}b{{r|x}}{{indent|5}}c", "a \xE2\x80\x94 b c"},
    {"{{langx|de|Wort}}, {{lang|Wort}}, {{ill|Ann|de}}", "Wort, Wort, Ann"},
    // Tags, references, comments.
    {"a<ref>no</ref>b<ref name=\"x\"/>c<ref name=x>\n* no\n</ref>d<REF>x</Ref>", "abcd"},
    {"a<!-- no [[ {{ -->b<!-- never closed", "ab"},
    {"one<br>two<br/>three<BR />four", "one two three four"},
    {"<small>a</small> <span style=\"x\">b</span> m<sup>2</sup> <u>c</u>", "a b m2 c"},
    {"it.<sup>1</sup> No<sup>1</sup>, 2.<sup>nd</sup> a.<sup>3</sup", "it. No1, 2.nd a."},
    {"<nowiki>[[not]] {{a}} link</nowiki>", "[[not]] {{a}} link"},
    {"1 < 2 and 3 > 2, <3", "1 < 2 and 3 > 2, <3"},
    {"<ref>never closed, all stays", "never closed, all stays"},
    {"<poem>roses\nviolets</poem>", "roses violets"},
    {"<gallery>\nFile:A.jpg|* no\n</gallery>x", "x"},
    // Entities and magic words.
    {"a&nbsp;b &mdash; &#8220;c&#x201D; &amp; &lt;d&gt; &unknown; &",
     "a b \xE2\x80\x94 \xE2\x80\x9C"
     "c\xE2\x80\x9D & <d> &unknown; &"},
    {"__NOTOC__text__NOEDITSECTION__ a__b", "text a__b"},
    {"&#0; &#x110000; &#xD800; &;", "&#0; &#x110000; &#xD800; &;"},
};

TEST(Wikitext, reads_as_a_reader_sees_it) {
    for (const Case& c : kCases) EXPECT_EQ(plain(c.wikitext), c.plain) << c.wikitext;
}

TEST(Wikitext, what_has_no_plain_text_leaves_a_hole) {
    EXPECT_EQ(plain("e <math>x^2</math> f"), std::string("e ") + mark::kUnsupported + " f");
    EXPECT_EQ(plain("a {{never heard of|text}} b"), std::string("a ") + mark::kUnsupported + " b");
}

TEST(Wikitext, facts_of_the_page) {
    FlatPage page = flatten(
        "text {{DEFAULTSORT:Twain, Mark}} [[Category:1835 births|Twain]] "
        "[[category:Poets]]{{Disambig}}");
    EXPECT_EQ(page.sort_key, "Twain, Mark");
    EXPECT_EQ(page.categories, (std::vector<std::string>{"1835 births", "Poets"}));
    EXPECT_TRUE(page.disambiguation);
    page = flatten("  #Redirect [[X]]");
    EXPECT_TRUE(page.redirect);
}

TEST(Wikitext, first_links_are_people_not_works) {
    auto link = [](const char* wikitext) {
        FlatPage page = flatten(wikitext);
        return first_link(page.text);
    };
    EXPECT_EQ(link("[[w:Oscar Wilde|Wilde]], ''[[Salome]]''"), "Oscar Wilde");
    EXPECT_EQ(link("''[[Hamlet]]'' by '''[[William Shakespeare|him]]'''"), "William Shakespeare");
    EXPECT_EQ(link("{{w|Aristotle#Life|he}} (4th century)"), "Aristotle");
    EXPECT_EQ(link("[[Voltaire (writer)]]"), "Voltaire");
    EXPECT_EQ(link("no link"), "");
}

TEST(Wikitext, only_links_is_no_quotation) {
    auto only = [](const char* wikitext) {
        FlatPage page = flatten(wikitext);
        return is_only_links(page.text);
    };
    EXPECT_TRUE(only("[[Love]]"));
    EXPECT_TRUE(only("''[[Love]]'' (1990)"));
    EXPECT_TRUE(
        only("[[Ann Other]] (384\xE2\x80\x93"
             "322)"));
    EXPECT_FALSE(only("[[Love]] is blind"));
    EXPECT_FALSE(only("plain"));
}

std::string repeated(std::string_view part, size_t times) {
    std::string text;
    for (size_t i = 0; i < times; i++) text += part;
    return text;
}

TEST(Wikitext, a_thousand_deep) {
    std::string deep = repeated("{{w|", 1000) + "x" + repeated("}}", 1000);
    // What is too deep is not left out in silence.
    EXPECT_EQ(plain("a " + deep + " b"), "a \x04 b");
    EXPECT_EQ(plain("a " + repeated("{{w|", 50) + "x" + repeated("}}", 50) + " b"), "a x b");
    EXPECT_EQ(plain("a " + repeated("[[", 1000) + "x" + repeated("]]", 1000) + "b").substr(0, 2),
              "a ");
    EXPECT_EQ(plain("a " + repeated("{{{1|", 1000) + "x" + repeated("}}}", 1000) + " b"),
              "a \x04 b");
    EXPECT_EQ(plain(repeated("{{{", 1000) + "x" + repeated("}}}", 1000) + "b"), "b");
}

// Seconds in linear time, even with sanitizers; what were quadratic would run into the test's time limit
// (CMakeLists.txt).
TEST(Wikitext, long_pages_in_linear_time) {
    const size_t n = 30000;
    for (std::string_view part : {"{{w|", "[[", "<ref>",  "<!-",   "<poem>", "[http://", "{{{",
                                  "''",   "&",  "<a",     "{{a|b", "[[a|",   "<nowiki>", "\x02",
                                  "__",   "|",  "{{w|[[", "</",    "{{{1|",  "{{{1|a}}"}) {
        plain(repeated(part, n));
        plain(repeated(part, n / 2) + repeated("}}", n / 2));
        plain(repeated(part, n / 2) + repeated("]]", n / 2));
        plain(repeated(part, n / 2) + std::string(n, 'x') + repeated("}}}", n / 2));
    }
    const std::string x(1 << 20, 'x');
    EXPECT_EQ(plain(repeated("{{w|", 60) + x + repeated("}}", 60)), x);
}

}  // namespace
}  // namespace quillet
