// Dumps: their pages; damaged ones with the place
// of the damage.
// SPDX-License-Identifier: MIT
#include "corpus/dump.h"

#include "corpus/test_support.h"

namespace quillet {
namespace {

constexpr char kHead[] =
    "<mediawiki xmlns=\"http://www.mediawiki.org/xml/export-0.10/\" version=\"0.10\" "
    "xml:lang=\"en\">\n  <siteinfo>\n"
    "    <sitename>Wikiquote</sitename>\n    "
    "<base>https://en.wikiquote.org/wiki/Main_Page</base>\n    <namespaces>\n"
    "      <namespace key=\"-1\" case=\"first-letter\">Special</namespace>\n      <namespace "
    "key=\"0\" case=\"first-letter\" />\n"
    "      <namespace key=\"4\" case=\"first-letter\">Wikiquote</namespace>\n    </namespaces>\n  "
    "</siteinfo>\n";

std::string page(const std::string& title, const std::string& text,
                 const std::string& more = "<ns>0</ns>") {
    return "  <page>\n    <title>" + title + "</title>\n    " + more +
           "\n    <id>7</id>\n    <revision>\n      <id>1</id>\n"
           "      <comment>a &amp; b</comment>\n      <text bytes=\"5\" xml:space=\"preserve\">" +
           text + "</text>\n    </revision>\n  </page>\n";
}

std::string dump(const std::string& pages) {
    return kHead + pages + "</mediawiki>\n";
}

std::vector<DumpPage> pages_of(const std::string& xml, bool* unfinished = nullptr) {
    TestFolder folder;
    Input input(folder.write("dump.xml", xml));
    std::vector<DumpPage> pages;
    bool cut = read_dump(
        input, [](const DumpHeader&) {}, [&](DumpPage& found) { pages.push_back(found); });
    if (unfinished) *unfinished = cut;
    return pages;
}

std::string error_in_dump(const std::string& xml) {
    return error_of([&] { pages_of(xml); });
}

TEST(Dump, header_and_pages) {
    std::vector<DumpPage> pages =
        pages_of(dump(page("A &amp; B", "caf&#xE9; &lt;b&gt; &quot;x&quot; &#8212; \xE2\x80\x94") +
                      page("C", "")));
    ASSERT_EQ(pages.size(), 2u);
    EXPECT_EQ(pages[0].title, "A & B");
    EXPECT_EQ(pages[0].text, "caf\xC3\xA9 <b> \"x\" \xE2\x80\x94 \xE2\x80\x94");
    EXPECT_EQ(pages[1].text, "");
}

TEST(Dump, namespaces_redirects_revisions) {
    std::vector<DumpPage> pages =
        pages_of(dump(page("Talk:X", "t", "<ns>1</ns>") + page("wikiquote:Pump", "old dump", "") +
                      page("Life: a play", "kept", "") +
                      page("R", "#REDIRECT [[X]]", "<ns>0</ns>\n<redirect title=\"X\" />") +
                      "<page><title>H</title><ns>0</ns><revision><text>old</text></"
                      "revision><revision><text>new</text></revision></page>" +
                      "<page><title>Empty</title><ns>0</ns><revision><text deleted=\"deleted\" "
                      "/></revision></page>"));
    ASSERT_EQ(pages.size(), 6u);
    EXPECT_EQ(pages[0].ns, 1);
    EXPECT_EQ(pages[1].ns, 4);
    EXPECT_EQ(pages[2].ns, 0);
    EXPECT_EQ(pages[2].text, "kept");
    EXPECT_TRUE(pages[3].redirect);
    EXPECT_EQ(pages[4].text, "new");
    EXPECT_EQ(pages[5].text, "");
}

TEST(Dump, comments_cdata_and_an_end_that_is_missing) {
    bool unfinished = false;
    std::vector<DumpPage> pages =
        pages_of("<?xml version=\"1.0\"?>\n<!-- by hand -->" + std::string(kHead) +
                     page("A", "a<!-- no -->b<![CDATA[<c> &amp;]]>d"),
                 &unfinished);
    EXPECT_EQ(pages.at(0).text, "ab<c> &amp;d");
    EXPECT_TRUE(unfinished);
    pages_of(dump(page("A", "a")), &unfinished);
    EXPECT_FALSE(unfinished);
    EXPECT_TRUE(pages_of(dump("")).empty());
}

TEST(Dump, a_megabyte_on_one_line_and_many_pages) {
    std::string line(1 << 20, 'x'), many;
    for (int i = 0; i < 3000; i++)
        many += page("Page " + std::to_string(i), "* " + std::string(static_cast<size_t>(i), 'q'));
    std::vector<DumpPage> pages = pages_of(dump(page("Long", "* " + line) + many));
    ASSERT_EQ(pages.size(), 3001u);
    EXPECT_EQ(pages[0].text.size(), line.size() + 2);
    for (size_t i = 0; i < 3000; i++) EXPECT_EQ(pages[i + 1].text.size(), i + 2);
}

TEST(Dump, cut_anywhere_is_an_error_with_a_place) {
    std::string whole = dump(page("First", "one") + page("Second", "two"));
    size_t first_end = whole.find("</page>") + 7, second_begin = whole.find("<page>", first_end),
           second_end = whole.rfind("</page>") + 7;
    for (size_t keep = 0; keep < whole.size(); keep++) {
        // Between pages nothing tells a cut but the missing end.
        bool between = (keep >= first_end && keep <= second_begin) ||
                       (keep >= second_end && whole.find('<', second_end) >= keep);
        bool ended = keep >= whole.find("</mediawiki>") + 12;
        EXPECT_EQ(error_in_dump(whole.substr(0, keep)).empty(), between || ended) << keep;
    }
    std::string told = error_in_dump(whole.substr(0, second_end - 30));
    EXPECT_NE(told.find("in the middle of the page 'Second'"), std::string::npos) << told;
    EXPECT_NE(told.find("dump.xml:"), std::string::npos) << told;
}

TEST(Dump, an_empty_element_may_be_what_stops_it) {
    EXPECT_THROW(pages_of("<page/>"), Error);
    EXPECT_THROW(pages_of("<mediawiki><text/></mediawiki>"), Error);
}

TEST(Dump, what_is_not_well_formed_is_told_with_line_and_byte) {
    EXPECT_NE(error_in_dump("<html></html>").find("is not a MediaWiki dump"), std::string::npos);
    EXPECT_NE(error_in_dump("<html></html>").find("<html>, not <mediawiki>"), std::string::npos);
    EXPECT_NE(error_in_dump("no xml").find("is not a MediaWiki dump"), std::string::npos);
    EXPECT_EQ(error_in_dump("no xml").find("outermost"), std::string::npos);
    std::string type =
        error_in_dump("<!DOCTYPE x [<!ENTITY a \"aa\">]>\n" + dump(page("A", "&a;")));
    EXPECT_NE(type.find("document type"), std::string::npos) << type;
    std::string told = error_in_dump(dump(page("A", "x\n&nbsp;")));
    EXPECT_NE(told.find("dump.xml:19: '&nbsp;' is no entity"), std::string::npos) << told;
    EXPECT_NE(told.find("(page 'A')"), std::string::npos) << told;
    EXPECT_NE(error_in_dump(dump(page("A", "\xFFx"))).find("not UTF-8"), std::string::npos);
    EXPECT_NE(error_in_dump(dump(page("A", "\x02"))).find("not UTF-8 or not allowed"),
              std::string::npos);
    EXPECT_NE(error_in_dump(dump(page("A", "&#2;"))).find("is no entity"), std::string::npos);
    EXPECT_NE(error_in_dump(dump(page("A", "</wrong>"))).find("</wrong> closes <text>"),
              std::string::npos);
    EXPECT_NE(error_in_dump(dump(page("A", "") + "  stray text " + page("B", "")))
                  .find("stands between pages"),
              std::string::npos);
}

}  // namespace
}  // namespace quillet
