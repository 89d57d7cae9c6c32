/* Sets a quote and its author on a panel.
 * SPDX-License-Identifier: MIT
 *
 * Lines are broken by dynamic programming over (lines, words): of all ways to break the text into
 * the fewest lines that hold it, or one more where that is much more even, the one whose lines
 * differ least from their mean width (sum of squares, as Knuth and Plass, "Breaking paragraphs into
 * lines", 1981, but without glue). */
#include "typeset.h"

#define NO_WAY UINT32_MAX

/* What hangs keeps so many pixels from the canvas's edge. */
enum { EDGE = 4 };

/* Italics below this size are for long names alone. */
enum { LEGIBLE = 15 };

/* A text of no more words may be set as large as the panel's style allows. */
enum { FEW_WORDS = 6 };

/* Costs are in 1/256 of a square of the mean width. */
enum {
    COST_UNIT = 256,
    COST_WEAK_END = 10,
    COST_STRONG_END = -6,
    COST_MORE_LINES = 12,
    COST_HYPHEN = 24,
    COST_HYPHENS = 2000,
    COST_RAGGED = 12,
    /* So many lines read worse when they are ragged: the next size is taken for less. */
    MANY_LINES = 5,
    COST_RAGGED_MANY = 4
};

/* /// words /// */

static bool is_mark(uint16_t code) {
    return code == EINK_CODE_OPEN || code == EINK_CODE_CLOSE || code == EINK_CODE_LOW_OPEN;
}

static bool is_hyphen(uint16_t code) {
    return code == '-' || code == EINK_CODE_SOFT_HYPHEN;
}

/* A line may end behind a dash or a hyphen, soft or not, that stands between letters.
 * REQUIRES: what follows is in the same word. */
static bool breaks_after(const uint16_t* codes, int at) {
    bool dash =
        is_hyphen(codes[at]) || codes[at] == EINK_CODE_EN_DASH || codes[at] == EINK_CODE_EM_DASH;
    return dash && at > 0 && codes[at - 1] != ' ' && !is_mark(codes[at + 1]);
}

static int split_words(eink_page* page) {
    int count = page->text_length, words = 0;
    for (int at = 0; at < count;) {
        bool space = page->text[at] == ' ';
        int begin = at + space, end = begin;
        while (end < count && page->text[end] != ' ' &&
               (end == begin || !breaks_after(page->text, end - 1)))
            end++;
        if (words == EINK_WORDS_MAX) return EINK_TOO_LONG;
        page->words[words].begin = (uint16_t)begin;
        page->words[words].end = (uint16_t)end;
        page->words[words++].space_before = space;
        at = end;
    }
    page->word_count = (uint16_t)words;
    return 0;
}

/* Widths of the words in `font`; the outermost marks hang and count nothing. */
static void measure_words(eink_page* page, const eink_font* font, bool marks) {
    const uint16_t space_code = ' ';
    const uint16_t hyphen_code = '-';
    int space = eink_text_width(font, &space_code, 1);
    page->hyphen_width = (int16_t)eink_text_width(font, &hyphen_code, 1);
    page->start[0] = 0;
    for (int i = 0; i < page->word_count; i++) {
        eink_word* word = &page->words[i];
        int begin = word->begin + (marks && i == 0),
            end = word->end - (marks && i + 1 == page->word_count);
        word->width = (int16_t)eink_text_width(font, page->text + begin, end - begin);
        if (i > 0 && word->space_before) page->start[i] += space;
        page->start[i + 1] = page->start[i] + word->width;
    }
}

/* The code that a line ends in behind the word `word`. */
static uint16_t end_of(const eink_page* page, int word) {
    return page->text[page->words[word].end - 1];
}

/* The width of a line of the words first .. last - 1. */
static int32_t line_width(const eink_page* page, int first, int last) {
    int32_t hyphen = end_of(page, last - 1) == EINK_CODE_SOFT_HYPHEN ? page->hyphen_width : 0;
    return page->start[last - 1] + page->words[last - 1].width - page->start[first] + hyphen;
}

/* /// lines /// */

/* The fewest lines of at most `width` that hold all words; 0: a word is wider. */
static int fewest_lines(const eink_page* page, int32_t width) {
    int lines = 1, first = 0;
    for (int i = 0; i < page->word_count; i++) {
        if (page->words[i].width > width) return 0;
        if (line_width(page, first, i + 1) > width) {
            lines++;
            first = i;
        }
    }
    return lines;
}

/* Short words lean on the next one: a line does better not to end in them. */
static int end_cost(const eink_page* page, int last) {
    const eink_word* word = &page->words[last - 1];
    uint16_t end = page->text[word->end - 1];
    bool letter = (end >= 'a' && end <= 'z') || (end >= 'A' && end <= 'Z');
    if (last == page->word_count) return 0;
    if (is_hyphen(end)) return COST_HYPHEN;
    if (!letter) return COST_STRONG_END;
    return word->end - word->begin <= 3 ? COST_WEAK_END : 0;
}

static uint32_t line_cost(const eink_page* page, int first, int last, int32_t mean) {
    int32_t off = line_width(page, first, last) - mean;
    if (off < 0) off = last == page->word_count ? -off / 2 : -off; /* the last may well be short */
    int32_t share = off * COST_UNIT /
                    mean; /* at most some thousands: mean is at least a line's share of the text */
    int32_t cost = share * share / COST_UNIT + end_cost(page, last) - COST_STRONG_END;
    return (uint32_t)cost;
}

/* Two hyphens below one another: only where there is no other way. */
static uint32_t hyphens_cost(const eink_page* page, int first, int last) {
    bool both = first > 0 && last < page->word_count && is_hyphen(end_of(page, first - 1)) &&
                is_hyphen(end_of(page, last - 1));
    return both ? COST_HYPHENS : 0;
}

/* Fills the page's tables for exactly `lines` lines; returns the least cost, or NO_WAY. */
static uint32_t break_lines(eink_page* page, int lines, int32_t width) {
    int count = page->word_count;
    int32_t mean = line_width(page, 0, count) / lines;
    if (mean < 1) mean = 1;
    for (int last = 0; last <= count; last++) page->cost[0][last] = last ? NO_WAY : 0;
    for (int line = 1; line <= lines; line++) {
        const uint32_t* before = page->cost[(line - 1) % 2];
        uint32_t* now = page->cost[line % 2];
        for (int last = 0; last <= count; last++) now[last] = NO_WAY;
        for (int last = line; last <= count; last++) {
            bool widow_line = line == lines && line > 1 && count >= 4 && last == count;
            for (int first = last - 1 - widow_line; first >= line - 1; first--) {
                if (line_width(page, first, last) > width) break;
                if (before[first] == NO_WAY) continue;
                uint32_t cost = before[first] + line_cost(page, first, last, mean) +
                                hyphens_cost(page, first, last);
                if (cost < now[last]) {
                    now[last] = cost;
                    page->from[line][last] = (uint8_t)first;
                }
            }
        }
    }
    return page->cost[lines % 2][count];
}

/* Reads the lines out of the tables that break_lines filled. */
static void take_lines(eink_page* page, int lines) {
    int last = page->word_count;
    page->line_count = (uint16_t)lines;
    for (int line = lines; line > 0; line--) {
        int first = page->from[line][last];
        page->lines[line - 1].begin = page->words[first].begin;
        page->lines[line - 1].end = page->words[last - 1].end;
        page->lines[line - 1].width = (int16_t)line_width(page, first, last);
        last = first;
    }
}

/* Breaks the text into at most `most` lines of at most `width`. Returns the cost a line, or NO_WAY.
 */
static uint32_t best_lines(eink_page* page, int most, int32_t width) {
    int fewest = fewest_lines(page, width), best = 0;
    if (fewest == 0) return NO_WAY;
    uint32_t best_cost = NO_WAY;
    for (int lines = fewest; lines <= most && lines <= fewest + 1; lines++) {
        uint32_t cost = break_lines(page, lines, width);
        if (cost == NO_WAY) continue;
        cost = cost / (uint32_t)lines + (uint32_t)(lines > fewest ? COST_MORE_LINES : 0);
        if (cost < best_cost) {
            best_cost = cost;
            best = lines;
        }
    }
    if (best == 0) return NO_WAY;
    break_lines(page, best, width);
    take_lines(page, best);
    return best_cost;
}

/* /// page /// */

static int code_width(const eink_font* font, uint16_t code) {
    return eink_text_width(font, &code, 1);
}

/* The author's font: about two thirds of the text's size, smaller if the name is long. NULL: none
 * fits. */
static const eink_font* author_font(const eink_page* page, const eink_style* style, int text_size) {
    const eink_family* family = style->author_family;
    int available = style->width - 2 * style->margin, largest = (text_size * 3 + 2) / 4;
    if (largest < LEGIBLE && text_size > LEGIBLE + 1) largest = LEGIBLE;
    for (int i = family->count - 1; i >= 0; i--) {
        const eink_font* font = family->fonts[i];
        if (i > 0 && font->size > largest) continue;
        if (eink_text_width(font, page->author, page->author_length) <= available) return font;
    }
    return NULL;
}

/* White between the quote's last baseline and the author's, in all. */
static int author_step(const eink_page* page) {
    return page->text_font->line_height * 5 / 4 +
           (page->author_font->ascent - page->text_font->ascent) / 2;
}

static int block_height(const eink_page* page, int lines) {
    const eink_font* font = page->text_font;
    int height = font->ascent + (lines - 1) * font->line_height;
    return height +
           (page->author_length ? author_step(page) + page->author_font->descent : font->descent);
}

/* The page in `font`: its lines, without their places. Returns the cost, or NO_WAY. */
static uint32_t try_font(eink_page* page, const eink_style* style, const eink_font* font) {
    page->text_font = font;
    page->author_font = page->author_length ? author_font(page, style, font->size) : NULL;
    if (page->author_length && !page->author_font) return NO_WAY;
    int hang = style->quotation_marks ? code_width(font, page->text[0]) : 0;
    int side = style->margin > hang + EDGE ? style->margin : hang + EDGE;
    int above = style->margin < 16 ? style->margin : style->margin * 3 / 4;
    int room = style->height - 2 * above, most = 0;
    while (most < EINK_LINES_MAX && block_height(page, most + 1) <= room) most++;
    measure_words(page, font, style->quotation_marks);
    return best_lines(page, most, style->width - 2 * side);
}

static int widest_line(const eink_page* page) {
    int widest = 0;
    for (int i = 0; i < page->line_count; i++) {
        if (page->lines[i].width > widest) widest = page->lines[i].width;
    }
    return widest;
}

/* Gives lines and author their places: the block in the middle, a little above it. */
static void place(eink_page* page, const eink_style* style) {
    const eink_font* font = page->text_font;
    int author = page->author_length
                     ? eink_text_width(page->author_font, page->author, page->author_length)
                     : 0;
    int widest = widest_line(page) > author ? widest_line(page) : author,
        left = (style->width - widest) / 2;
    /* The opening mark stays on the canvas, though a long name goes further left than the text. */
    int hang = style->quotation_marks ? code_width(font, page->text[0]) : 0,
        text_left = left > hang + EDGE ? left : hang + EDGE;
    int free_rows = style->height - block_height(page, page->line_count);
    int baseline = free_rows * 15 / 32 + font->ascent;
    for (int i = 0; i < page->line_count; i++) {
        eink_line* line = &page->lines[i];
        int x = style->alignment == EINK_CENTER ? (style->width - line->width) / 2 : text_left;
        if (i == 0) x -= hang;
        line->x = (int16_t)x;
        line->baseline = (int16_t)(baseline + i * font->line_height);
    }
    if (!page->author_length) return;
    page->author_x = (int16_t)(style->alignment == EINK_CENTER ? (style->width - author) / 2
                                                               : left + widest - author);
    page->author_baseline =
        (int16_t)(page->lines[page->line_count - 1].baseline + author_step(page));
}

/* Whether `font` has every code but spaces; notes the first it lacks. */
static bool has_glyphs(eink_page* page, const eink_font* font, const uint16_t* codes, int count) {
    for (int i = 0; i < count; i++) {
        if (codes[i] != EINK_CODE_SOFT_HYPHEN && !eink_glyph_of(font, codes[i])) {
            page->missing = codes[i];
            return false;
        }
    }
    return true;
}

/* Leaves out soft hyphens; returns how many codes are left. */
static int drop_soft_hyphens(uint16_t* codes, int count) {
    int to = 0;
    for (int from = 0; from < count; from++) {
        if (codes[from] != EINK_CODE_SOFT_HYPHEN) codes[to++] = codes[from];
    }
    return to;
}

static int read_texts(const char* text, size_t text_length, const char* author,
                      size_t author_length, const eink_style* style, eink_page* page) {
    int count = eink_prose(text, text_length, style->quotation_marks, page->text, EINK_TEXT_MAX);
    if (count < 0) return count;
    page->text_length = (uint16_t)count;
    page->author[0] = EINK_CODE_EM_DASH;
    page->author[1] = ' ';
    int dash = 2;
    count = author_length ? eink_prose(author, author_length, EINK_MARKS_NONE, page->author + dash,
                                       EINK_AUTHOR_MAX - dash)
                          : 0;
    if (count < 0 && count != EINK_EMPTY) return count;
    if (count > 0) count = drop_soft_hyphens(page->author + dash, count);
    page->author_length = (uint16_t)(count > 0 ? count + dash : 0);
    if (!has_glyphs(page, style->text_family->fonts[0], page->text, page->text_length))
        return EINK_NO_GLYPH;
    if (!has_glyphs(page, style->author_family->fonts[0], page->author, page->author_length))
        return EINK_NO_GLYPH;
    if (split_words(page) == 0) return 0;
    page->text_length = (uint16_t)drop_soft_hyphens(page->text, page->text_length);
    return split_words(page);
}

int eink_typeset(const char* text, size_t text_length, const char* author, size_t author_length,
                 const eink_style* style, eink_page* page) {
    int error = read_texts(text, text_length, author, author_length, style, page);
    if (error) return error;
    /* The largest size that fits, unless its lines are ragged and one of the next two sizes sets
     * them better. */
    const eink_family* family = style->text_family;
    const eink_font* best = NULL;
    uint32_t best_cost = NO_WAY, ragged = COST_RAGGED;
    int largest = style->largest;
    if (style->few_words_above && page->word_count > FEW_WORDS) largest = style->few_words_above;
    for (int i = family->count - 1, tried = 0; i >= 0 && tried < 3; i--) {
        const eink_font* font = family->fonts[i];
        if (font->size > largest || font->size < style->smallest) continue;
        uint32_t cost = try_font(page, style, font);
        if (cost == NO_WAY) continue;
        tried++;
        if (best && cost + ragged >= best_cost) continue;
        best = font;
        best_cost = cost;
        ragged = page->line_count >= MANY_LINES ? COST_RAGGED_MANY : COST_RAGGED;
    }
    if (!best) return EINK_NO_FIT;
    try_font(page, style, best);
    place(page, style);
    return 0;
}

void eink_draw_page(eink_canvas* canvas, const eink_page* page) {
    for (int i = 0; i < page->line_count; i++) {
        const eink_line* line = &page->lines[i];
        const uint16_t hyphen = '-';
        int pen = eink_draw_text(canvas, page->text_font, page->text + line->begin,
                                 line->end - line->begin, line->x, line->baseline);
        if (page->text[line->end - 1] == EINK_CODE_SOFT_HYPHEN)
            eink_draw_text(canvas, page->text_font, &hyphen, 1, pen, line->baseline);
    }
    if (page->author_length) {
        eink_draw_text(canvas, page->author_font, page->author, page->author_length, page->author_x,
                       page->author_baseline);
    }
}

void eink_draw_low_battery(eink_canvas* canvas) {
    int width = 15, height = 8, x = 3, y = canvas->height - height - 3;
    eink_fill(canvas, x - 1, y - 1, width + 4, height + 2, false);
    eink_fill(canvas, x, y, width, height, true);
    eink_fill(canvas, x + 1, y + 1, width - 2, height - 2, false);
    eink_fill(canvas, x + width, y + 2, 2, height - 4, true);
    eink_fill(canvas, x + 2, y + 2, 2, height - 4, true);
}
