// How pages of Wikiquote are laid out in practice, each with what a careful reader would copy.
// SPDX-License-Identifier: MIT
#include "corpus/test_support.h"
#include "corpus/wikiquote.h"

namespace quillet {
namespace {

using Texts = std::vector<std::string>;

std::vector<Item> items_of(const char* title, const std::string& wikitext, bool names = false) {
    ReadOptions options;
    options.names = names;
    std::vector<Item> items;
    Notes notes;
    quotes_of_page(title, wikitext, options, items, notes);
    return items;
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
            {"T", "* '''Ann''': One.\n:'''Ben''': Two.", {"Ann: One."}},
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

TEST(Layout, boxes_end) {
    expect_texts({{"T", "{{Unsourced begin}}\n* In.\n{{Unsourced end}}\n* Out.", {"Out."}}},
                 "== Quotes ==\n");
}

}  // namespace
}  // namespace quillet
