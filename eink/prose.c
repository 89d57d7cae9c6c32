/* Plain text made ready for print.
 * SPDX-License-Identifier: MIT */
#include "prose.h"

/* The next code of the UTF-8 at *at, which moves on; EINK_BAD_UTF8 for anything that RFC 3629
 * refuses and for codes beyond U+FFFF, which no font here has. */
static int32_t next_code(const uint8_t** at, const uint8_t* end) {
    uint8_t first = *(*at)++;
    if (first < 0x80) return first;
    int more = first >= 0xC2 && first <= 0xDF ? 1 : first >= 0xE0 && first <= 0xEF ? 2 : 0;
    if (!more || end - *at < more) return EINK_BAD_UTF8;
    int32_t code = first & (more == 1 ? 0x1F : 0x0F);
    for (int i = 0; i < more; i++) {
        uint8_t byte = *(*at)++;
        if ((byte & 0xC0) != 0x80) return EINK_BAD_UTF8;
        code = code << 6 | (byte & 0x3F);
    }
    bool overlong = more == 2 && code < 0x800, surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate ? EINK_BAD_UTF8 : code;
}

static bool is_space(int32_t code) {
    return code == ' ' || (code >= '\t' && code <= '\r');
}
static bool is_double_mark(uint16_t code) {
    return code == '"' || (code >= EINK_CODE_OPEN && code <= 0x201E);
}
static bool is_dash(uint16_t code) {
    return code == '-' || (code >= EINK_CODE_EN_DASH && code <= EINK_CODE_EM_DASH);
}

static bool is_letter(uint16_t code) {
    return (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
           (code >= 0xC0 && code < 0x250);
}

/* UTF-8 to codes with white space collapsed. */
static int decode(const char* text, size_t length, uint16_t* codes, int room) {
    const uint8_t* at = (const uint8_t*)text;
    const uint8_t* end = at + length;
    int count = 0;
    bool space = false;
    while (at < end) {
        int32_t code = next_code(&at, end);
        if (code < 0) return (int)code;
        if (code == 0xAD) continue; /* a soft hyphen: lines are not hyphenated */
        if (is_space(code)) {
            space = count > 0;
            continue;
        }
        if (count + 2 > room) return EINK_TOO_LONG;
        if (space) codes[count++] = ' ';
        codes[count++] = (uint16_t)code;
        space = false;
    }
    return count;
}

/* How many codes at `at` are `code`. */
static int run_of(const uint16_t* codes, int count, int at, uint16_t code) {
    int length = 0;
    while (at + length < count && codes[at + length] == code) length++;
    return length;
}

/* Dashes and ellipses, in place; the text only gets shorter. */
static int tidy_points(uint16_t* codes, int count) {
    int to = 0;
    for (int from = 0; from < count;) {
        int dots = run_of(codes, count, from, '.'), hyphens = run_of(codes, count, from, '-');
        if (dots >= 3) {
            codes[to++] = EINK_CODE_ELLIPSIS;
            from += dots;
        } else if (hyphens >= 2) {
            codes[to++] = EINK_CODE_EM_DASH;
            from += hyphens;
        } else if (hyphens == 1 && to && codes[to - 1] == ' ' && from + 1 < count &&
                   codes[from + 1] == ' ') {
            codes[to++] = EINK_CODE_EN_DASH;
            from++;
        } else {
            codes[to++] = codes[from++];
        }
    }
    return to;
}

/* Whether a mark at `at` opens: at the start, or after a space, a dash, a bracket or another
 * opening mark. */
static bool opens_at(const uint16_t* codes, int at) {
    if (at == 0) return true;
    uint16_t before = codes[at - 1];
    return before == ' ' || before == '(' || before == '[' || is_dash(before) ||
           before == EINK_CODE_OPEN || before == EINK_CODE_OPEN_INNER;
}

/* Whether the single mark at `at`, in front of a word, has a partner behind a later one; else it is
 * an apostrophe ('tis). */
static bool has_partner(const uint16_t* codes, int count, int at) {
    for (int i = at + 1; i < count; i++) {
        bool single = codes[i] == '\'' || codes[i] == EINK_CODE_CLOSE_INNER;
        if (single && (i + 1 == count || !is_letter(codes[i + 1])) && codes[i - 1] != 's')
            return true;
        if (single && i + 1 == count) return true;
    }
    return false;
}

static void curl_marks(uint16_t* codes, int count) {
    for (int i = 0; i < count; i++) {
        if (codes[i] == '"') {
            codes[i] = opens_at(codes, i) ? EINK_CODE_OPEN : EINK_CODE_CLOSE;
        } else if (codes[i] == '\'') {
            bool opens = opens_at(codes, i) && has_partner(codes, count, i);
            codes[i] = opens ? EINK_CODE_OPEN_INNER : EINK_CODE_CLOSE_INNER;
        }
    }
}

/* Drops the marks around the whole text, if its only double marks are those two. */
static int drop_outer_marks(uint16_t* codes, int count) {
    if (count < 2 || !is_double_mark(codes[0]) || !is_double_mark(codes[count - 1])) return count;
    for (int i = 1; i < count - 1; i++) {
        if (is_double_mark(codes[i])) return count;
    }
    for (int i = 1; i < count - 1; i++) codes[i - 1] = codes[i];
    return count - 2;
}

static int add_outer_marks(uint16_t* codes, int count, int room) {
    if (count + 2 > room) return EINK_TOO_LONG;
    for (int i = count; i > 0; i--) {
        uint16_t code = codes[i - 1];
        codes[i] = code == EINK_CODE_OPEN    ? EINK_CODE_OPEN_INNER
                   : code == EINK_CODE_CLOSE ? EINK_CODE_CLOSE_INNER
                                             : code;
    }
    codes[0] = EINK_CODE_OPEN;
    codes[count + 1] = EINK_CODE_CLOSE;
    return count + 2;
}

int eink_prose(const char* text, size_t length, bool quoted, uint16_t* codes, int room) {
    int count = decode(text, length, codes, room);
    if (count > 0 && quoted) count = drop_outer_marks(codes, count);
    if (count == 0) return EINK_EMPTY;
    if (count < 0) return count;
    count = tidy_points(codes, count);
    curl_marks(codes, count);
    return quoted ? add_outer_marks(codes, count, room) : count;
}
