// Properties of every page that is set, and hashes of a few.
// SPDX-License-Identifier: MIT
#include "eink/typeset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "eink/composed_texts_test.h"
#include "eink/fonts_test.h"
#include "eink/panel.h"

namespace {

struct Set {
    std::unique_ptr<eink_page> page = std::make_unique<eink_page>();
    int error = 0;
};

Set set(const std::string& text, const std::string& author, const eink_style& style) {
    Set result;
    result.error = eink_typeset(text.data(), text.size(), author.data(), author.size(), &style,
                                result.page.get());
    return result;
}

// Whether all ink lies within the canvas: draws the page in the middle of a larger one.
testing::AssertionResult ink_inside(eink_page page, const eink_style& style) {
    constexpr int kShift = 100;
    for (int i = 0; i < page.line_count; i++) {
        page.lines[i].x = static_cast<int16_t>(page.lines[i].x + kShift);
        page.lines[i].baseline = static_cast<int16_t>(page.lines[i].baseline + kShift);
    }
    page.author_x = static_cast<int16_t>(page.author_x + kShift);
    page.author_baseline = static_cast<int16_t>(page.author_baseline + kShift);
    const int width = style.width + 2 * kShift, height = style.height + 2 * kShift;
    std::vector<uint8_t> bytes(static_cast<size_t>(EINK_CANVAS_BYTES(width, height)));
    eink_canvas canvas;
    eink_canvas_begin(&canvas, width, height, bytes.data());
    eink_draw_page(&canvas, &page);
    int inked = 0;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            if (!eink_ink_at(&canvas, x, y)) continue;
            inked++;
            if (x < kShift || y < kShift || x >= kShift + style.width ||
                y >= kShift + style.height) {
                return testing::AssertionFailure() << "ink at " << x - kShift << ", " << y - kShift;
            }
        }
    }
    return inked ? testing::AssertionSuccess() : testing::AssertionFailure() << "no ink";
}

int words_in(const eink_page& page, const eink_line& line) {
    return 1 + static_cast<int>(std::count(page.text + line.begin, page.text + line.end, ' '));
}

std::string random_text(std::mt19937& random, int words, int shortest, int longest) {
    std::string text;
    for (int i = 0; i < words; i++) {
        if (i) text += ' ';
        int length = std::uniform_int_distribution<int>(shortest, longest)(random);
        for (int j = 0; j < length; j++) text += static_cast<char>('a' + random() % 26);
    }
    return text;
}

// A line's part of the sum that is least where lines are balanced. The last one may be short.
double raggedness(int width, double mean, bool is_last) {
    const double off = is_last && width < mean ? (width - mean) / 2 : width - mean;
    return off * off;
}

// The least sum over all ways to break words first .. into `lines` lines; -1: none.
double least_raggedness(const eink_page& page, int first, int lines, double mean, int limit) {
    const int count = page.word_count;
    if (lines == 0) return first == count ? 0 : -1;
    double best = -1;
    for (int last = first + 1; last <= count; last++) {
        int width = page.start[last - 1] + page.words[last - 1].width - page.start[first];
        if (width > limit) break;
        if (lines == 1 && last == count && last - first < 2 && count >= 4 && page.line_count > 1)
            continue;
        double rest = least_raggedness(page, last, lines - 1, mean, limit);
        double cost = raggedness(width, mean, last == count);
        if (rest >= 0 && (best < 0 || cost + rest < best)) best = cost + rest;
    }
    return best;
}

uint64_t picture_hash(const std::string& text, const std::string& author, const eink_panel& panel) {
    Set result = set(text, author, eink_panel_style(&panel));
    EXPECT_EQ(result.error, 0);
    std::vector<uint8_t> bytes(static_cast<size_t>(EINK_CANVAS_BYTES(panel.width, panel.height)));
    eink_canvas canvas;
    eink_canvas_begin(&canvas, panel.width, panel.height, bytes.data());
    eink_draw_page(&canvas, result.page.get());
    return hash(kHashBegin, bytes.data(), bytes.size());
}

}  // namespace

class TypesetOnPanel : public testing::TestWithParam<const eink_panel*> {};

TEST_P(TypesetOnPanel, KeepsItsRulesForRandomTexts) {
    std::mt19937 random(1);
    int set_texts = 0;
    for (int round = 0; round < 150; round++) {
        eink_style style = eink_panel_style(GetParam());
        style.alignment = round % 3 ? EINK_LEFT : EINK_CENTER;
        style.quotation_marks = round % 5 != 0;
        int words = 1 + static_cast<int>(random() % 40);
        std::string text = random_text(random, words, 1, 13);
        std::string author =
            round % 4 ? random_text(random, 1 + static_cast<int>(random() % 3), 1, 12) : "";
        Set result = set(text, author, style);
        if (result.error) {
            EXPECT_EQ(result.error, EINK_NO_FIT) << text;
            continue;
        }
        set_texts++;
        const eink_page& page = *result.page;
        EXPECT_TRUE(ink_inside(page, style)) << text;
        EXPECT_LE(page.text_font->size, style.largest);
        EXPECT_GE(page.text_font->size, style.smallest);
        int seen = 0;
        for (int i = 0; i < page.line_count; i++) {
            seen += words_in(page, page.lines[i]);
            EXPECT_NE(page.text[page.lines[i].begin], ' ');
            EXPECT_TRUE(i == 0 || page.lines[i].begin == page.lines[i - 1].end + 1);
        }
        EXPECT_EQ(seen, words);
        bool may_be_widow = page.line_count == 1 || words < 4;
        EXPECT_TRUE(may_be_widow || words_in(page, page.lines[page.line_count - 1]) >= 2) << text;
    }
    EXPECT_GT(set_texts, 50);
}

TEST_P(TypesetOnPanel, BalancesAsNoOtherBreakingDoes) {
    std::mt19937 random(2);
    int compared = 0;
    for (int round = 0; round < 200; round++) {
        eink_style style = eink_panel_style(GetParam());
        // Words of more than three letters: none that lines are slow to end in.
        Set result = set(random_text(random, 4 + static_cast<int>(random() % 9), 4, 10), "", style);
        const eink_page& page = *result.page;
        if (result.error || page.line_count < 2) continue;
        int end = page.start[page.word_count - 1] + page.words[page.word_count - 1].width;
        double mean = static_cast<int>(end / page.line_count), ragged = 0;
        for (int i = 0; i < page.line_count; i++)
            ragged += raggedness(page.lines[i].width, mean, i + 1 == page.line_count);
        const uint16_t mark = EINK_CODE_OPEN;
        int side = std::max<int>(style.margin, eink_text_width(page.text_font, &mark, 1) + 4);
        double least = least_raggedness(page, 0, page.line_count, mean, style.width - 2 * side);
        // The typesetter's costs are rounded to 1/256 of a squared mean a line.
        EXPECT_LE(ragged, least + page.line_count * (mean / 256 + 1) * (mean / 256 + 1) + 3 * mean);
        compared++;
    }
    EXPECT_GT(compared, 50);
}

TEST_P(TypesetOnPanel, RefusesWhatDoesNotFit) {
    eink_style style = eink_panel_style(GetParam());
    EXPECT_EQ(set(std::string(100, 'm'), "", style).error, EINK_NO_FIT);
    EXPECT_EQ(set(std::string(390, 'm'), "", style).error, EINK_NO_FIT);
    EXPECT_EQ(set("short", std::string(70, 'W'), style).error, EINK_NO_FIT);
    EXPECT_EQ(set(std::string(500, 'm'), "", style).error, EINK_TOO_LONG);
    std::string many;
    for (int i = 0; i < 150; i++) many += "a ";
    EXPECT_EQ(set(many, "", style).error, EINK_TOO_LONG);
    EXPECT_EQ(set("", "A", style).error, EINK_EMPTY);
    EXPECT_EQ(set("\xFF", "A", style).error, EINK_BAD_UTF8);
    EXPECT_EQ(set("a", "\xC3", style).error, EINK_BAD_UTF8);
    Set greek = set("\u4e2d", "", style);
    EXPECT_EQ(greek.error, EINK_NO_GLYPH);
    EXPECT_EQ(greek.page->missing, 0x4E2D);
    EXPECT_EQ(set("a", "  ", style).error, 0);
}

INSTANTIATE_TEST_SUITE_P(Panels, TypesetOnPanel,
                         testing::ValuesIn(eink_panels, eink_panels + eink_panel_count),
                         [](const auto& test) {
                             std::string name = test.param->name;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(Typeset, UsesTheLargestSizeThatFits) {
    eink_style style = eink_panel_style(eink_panel_named("ssd1683-400x300"));
    EXPECT_EQ(set("Begin.", "", style).page->text_font->size, style.largest);
    int last = 100;
    for (int words : {5, 15, 30, 50}) {
        std::string text;
        for (int i = 0; i < words; i++) text += "word ";
        Set result = set(text, "A Name", style);
        ASSERT_EQ(result.error, 0);
        EXPECT_LE(result.page->text_font->size, last);
        last = result.page->text_font->size;
    }
}

TEST(Typeset, HangsTheOpeningMark) {
    eink_style style = eink_panel_style(eink_panel_named("ssd1683-400x300"));
    Set result =
        set("Some words that will surely take more than one line of the panel", "A Name", style);
    ASSERT_EQ(result.error, 0);
    const eink_page& page = *result.page;
    ASSERT_GT(page.line_count, 1);
    const uint16_t mark = EINK_CODE_OPEN;
    EXPECT_EQ(page.lines[0].x + eink_text_width(page.text_font, &mark, 1), page.lines[1].x);
}

TEST(Typeset, BreaksBehindDashesAndHyphens) {
    eink_style style = eink_panel_style(eink_panel_named("ssd1680-250x122"));
    Set result = set("seventeen-hundred-and-ninety-nine-thousand-words\u2014or-perhaps-a-few-more",
                     "", style);
    ASSERT_EQ(result.error, 0);
    ASSERT_GT(result.page->line_count, 1);
    uint16_t end = result.page->text[result.page->lines[0].end - 1];
    EXPECT_TRUE(end == '-' || end == EINK_CODE_EM_DASH);
}

TEST(Typeset, NeverEndsTwoLinesInARowWithHyphensWhereThereIsAnotherWay) {
    std::mt19937 random(5);
    int hyphens = 0;
    for (int round = 0; round < 300; round++) {
        std::string text;
        for (int i = 0; i < 14; i++) {
            text += random_text(random, 1, 3, 8);
            text += i == 13 ? "." : random() % 4 == 0 ? "-" : " ";
        }
        for (const char* panel : {"ssd1680-250x122", "ssd1683-400x300"}) {
            Set result = set(text, "A Name", eink_panel_style(eink_panel_named(panel)));
            if (result.error) continue;
            const eink_page& page = *result.page;
            for (int i = 0; i + 1 < page.line_count; i++) {
                auto ends = [&](int line) { return page.text[page.lines[line].end - 1] == '-'; };
                hyphens += ends(i);
                EXPECT_FALSE(i + 2 < page.line_count && ends(i) && ends(i + 1)) << text;
            }
        }
    }
    EXPECT_GT(hyphens, 10);
}

TEST(Typeset, BreaksAtSoftHyphensAndShowsThemThereAlone) {
    eink_style style = eink_panel_style(eink_panel_named("ssd1680-250x122"));
    const std::string soft = "\u00ad";
    Set whole = set("in" + soft + "com" + soft + "pre" + soft + "hen" + soft + "si" + soft + "ble",
                    "", style);
    ASSERT_EQ(whole.error, 0);
    EXPECT_EQ(whole.page->line_count, 1);
    EXPECT_EQ(whole.page->lines[0].width + 0,
              set("incomprehensible", "", style).page->lines[0].width);
    std::string text = "Donau";
    for (const char* part :
         {"dampf", "schiff", "fahrts", "elek", "tri", "zi", "täten", "haupt", "be", "triebs",
          "werk", "bau", "unter", "beamten", "ge", "sell", "schaft"})
        text += soft + part;
    Set broken = set(text, "", style);
    ASSERT_EQ(broken.error, 0);
    ASSERT_GT(broken.page->line_count, 1);
    EXPECT_EQ(broken.page->text[broken.page->lines[0].end - 1], EINK_CODE_SOFT_HYPHEN);
}

TEST(Typeset, SetsAuthorsInThirteenPixelsOrMoreAndFewWordsLarge) {
    for (int i = 0; i < eink_panel_count; i++) {
        const eink_style style = eink_panel_style(eink_panels[i]);
        std::string text;
        for (int word = 0; word < 20; word++) text += "word ";
        Set small = set(text, "A", style);
        ASSERT_EQ(small.error, 0);
        EXPECT_GE(small.page->author_font->size, 13);
        EXPECT_EQ(set("Begin.", "A", style).page->text_font->size, style.largest);
        const int most = style.few_words_above ? style.few_words_above : style.largest;
        EXPECT_LE(set("It is as it is and it was so.", "A", style).page->text_font->size, most);
    }
}

// On a black canvas: what is taken away around the battery shows as well.
TEST(Typeset, DrawsALowBattery) {
    constexpr int kWidth = 23, kHeight = 14;
    std::vector<uint8_t> bytes(EINK_CANVAS_BYTES(kWidth, kHeight));
    eink_canvas canvas;
    eink_canvas_begin(&canvas, kWidth, kHeight, bytes.data());
    eink_fill(&canvas, 0, 0, kWidth, kHeight, true);
    eink_draw_low_battery(&canvas);
    std::string shown;
    for (int y = 0; y < kHeight; y++) {
        for (int x = 0; x < kWidth; x++) shown += eink_ink_at(&canvas, x, y) ? '#' : '.';
        shown += '\n';
    }
    EXPECT_EQ(shown,
              "#######################\n"
              "#######################\n"
              "##...................##\n"
              "##.###############...##\n"
              "##.#.............#...##\n"
              "##.#.##..........###.##\n"
              "##.#.##..........###.##\n"
              "##.#.##..........###.##\n"
              "##.#.##..........###.##\n"
              "##.#.............#...##\n"
              "##.###############...##\n"
              "##...................##\n"
              "#######################\n"
              "#######################\n");
}

// A page looks as it did when people last looked at it and were content. The hashes hold for one
// version of the font (Debian 12's fonts-sil-charis with FreeType 2.12), so with others the test
// has nothing to say. When the look is changed on purpose, look at `quillet preview` of these, and
// put the new hashes here.
TEST(Typeset, LooksAsItDid) {
    struct Look {
        const char *panel, *text, *author;
        uint64_t hash;
    };
    const Look looks[] = {
        {"ssd1683-400x300",
         "The river that waits for the grey fox is never quite so deep as it looks.",
         "Edwin P. Whitcombe", 7401089886774330068u},
        {"uc8151-296x128", "A good name is a second inheritance.", "Countess of Ault",
         9948964368389616046u},
        {"ssd1680-250x122",
         "It is not the years in your life that count, but \"the life\" in your years -- so live "
         "them.",
         "Alma de la Cruz-Fern\u00e1ndez", 9938473691798050664u},
    };
    if (fonts_hash() != kFontsOfHashes)
        GTEST_SKIP() << "other fonts: " << eink_roman.name << ", hash " << fonts_hash();
    for (const Look& look : looks) {
        EXPECT_EQ(picture_hash(look.text, look.author, *eink_panel_named(look.panel)), look.hash)
            << look.text;
    }
}

// The hash of pages: where their lines and authors stand.
class Places {
  public:
    void add(int number) {
        const uint8_t bytes[] = {static_cast<uint8_t>(number), static_cast<uint8_t>(number >> 8)};
        value = hash(value, bytes, sizeof bytes);
    }
    void add(const Set& result) {
        add(result.error);
        if (result.error != 0) return;
        const eink_page& page = *result.page;
        for (int i = 0; i < page.line_count; i++)
            for (int part : {int{page.lines[i].begin}, int{page.lines[i].end}, int{page.lines[i].x},
                             int{page.lines[i].baseline}})
                add(part);
        for (int part : {int{page.text_font->size}, int{page.author_x}, int{page.author_baseline},
                         int{page.word_count}})
            add(part);
    }
    uint64_t value = kHashBegin;
};

// Canvases of other sizes than the panels', other margins, sizes and marks.
TEST(Typeset, SetsTextsInManyStylesAsItDid) {
    if (fonts_hash() != kFontsOfHashes)
        GTEST_SKIP() << "other fonts: " << eink_roman.name << ", hash " << fonts_hash();
    Places places;
    for (uint32_t number = 0; number < 3000; number++) {
        eink_style style =
            eink_panel_style(eink_panels[number % static_cast<uint32_t>(eink_panel_count)]);
        style.width = static_cast<int16_t>(style.width - number % 149);
        style.height = static_cast<int16_t>(style.height - number % 83);
        style.margin = static_cast<int16_t>(number % 31);
        style.quotation_marks = static_cast<uint8_t>(number / 2 % 3);
        style.alignment = number % 2 ? EINK_LEFT : EINK_CENTER;
        if (number % 5 == 0) style.few_words_above = static_cast<uint8_t>(number % 40);
        if (number % 7 == 0) style.smallest = static_cast<uint8_t>(number % 20);
        places.add(set(composed_text(number), number % 3 ? composed_text(number % 50) : "", style));
    }
    EXPECT_EQ(places.value, 1049405625890793869u);
}

// As LooksAsItDid, for many pages.
TEST(Typeset, SetsComposedTextsAsItDid) {
    if (fonts_hash() != kFontsOfHashes)
        GTEST_SKIP() << "other fonts: " << eink_roman.name << ", hash " << fonts_hash();
    Places places;
    for (uint32_t number = 0; number < 600; number++) {
        const eink_panel& panel = *eink_panels[number % static_cast<uint32_t>(eink_panel_count)];
        const Set result = set(composed_text(number), number % 3 ? composed_text(number % 50) : "",
                               eink_panel_style(&panel));
        places.add(result);
        if (result.error != 0) continue;
        std::vector<uint8_t> bytes(
            static_cast<size_t>(EINK_CANVAS_BYTES(panel.width, panel.height)));
        eink_canvas canvas;
        eink_canvas_begin(&canvas, panel.width, panel.height, bytes.data());
        eink_draw_page(&canvas, result.page.get());
        places.value = hash(places.value, bytes.data(), bytes.size());
    }
    EXPECT_EQ(places.value, 6215008879624105428u);
}
