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
    const uint8_t* end = length ? at + length : at; /* nothing may be added to NULL */
    int count = 0;
    bool space = false;
    while (at < end) {
        int32_t code = next_code(&at, end);
        if (code < 0) return (int)code;
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
           before == EINK_CODE_OPEN || before == EINK_CODE_OPEN_INNER ||
           before == EINK_CODE_LOW_OPEN;
}

static uint16_t lower(uint16_t code) {
    return code >= 'A' && code <= 'Z' ? (uint16_t)(code + 32) : code;
}

/* Whether the codes begin .. end - 1 are one of the words of `list`, which spaces part. */
static bool is_listed(const char* list, const uint16_t* codes, int begin, int end) {
    while (*list) {
        int at = begin;
        while (*list && *list != ' ' && at < end && lower(codes[at]) == (uint16_t)*list)
            list++, at++;
        if (at == end && end > begin && (*list == ' ' || !*list)) return true;
        while (*list && *list != ' ') list++;
        while (*list == ' ') list++;
    }
    return false;
}

static bool is_digit_code(uint16_t code) {
    return code >= '0' && code <= '9';
}

static bool is_word_code(uint16_t code) {
    return is_letter(code) || is_digit_code(code);
}

/* Words whose first letters are left out, and words whose last ones are. */
static const char cut_heads[] =
    "tis tisn twas twasn twill twould twere twixt tween til till em cause cos cuz bout round neath "
    "gainst gin mid mongst fore fraid scuse nuff nother sup kay un er im ere ye";
static const char cut_tails[] = "o an a wi th ol t d fu ca awa ha wha aul";
/* Words that end in -in by themselves, besides those in -ain and, but for "seein", in -ein. */
static const char whole_tails[] =
    "within begin cousin cabin latin robin margin origin virgin basin skin spin thin twin chin "
    "grin "
    "ruin penguin coin join resin raisin satin muslin violin dolphin coffin goblin martin berlin "
    "dublin merlin chopin darwin";

/* Whether the word is a participle without its g: runnin', goin', bein'. */
static bool is_participle(const uint16_t* codes, int begin, int end) {
    if (end - begin < 4 || lower(codes[end - 2]) != 'i' || lower(codes[end - 1]) != 'n')
        return false;
    uint16_t before = lower(codes[end - 3]);
    if (before == 'a') return false;
    if (before == 'e' && lower(codes[end - 4]) != 'e') return is_listed("bein", codes, begin, end);
    return !is_listed(whole_tails, codes, begin, end);
}

/* Whether the mark at `at`, in front of a word, is an apostrophe whatever follows: a year, a word of
 * the list, or a lone n. */
static bool cuts_head(const uint16_t* codes, int count, int at) {
    int end = at + 1;
    while (end < count && is_word_code(codes[end])) end++;
    if (end == at + 1) return false;
    if (is_digit_code(codes[at + 1])) return true;
    if (end == at + 2 && lower(codes[at + 1]) == 'n') return true;
    return is_listed(cut_heads, codes, at + 1, end);
}

/* Whether the mark at `at`, behind a word, is most likely its apostrophe: wi', runnin'. The t of
 * "can't" is no word, nor is one between two marks: 'runnin'. */
static bool cuts_tail(const uint16_t* codes, int at) {
    int begin = at;
    while (begin > 0 && is_word_code(codes[begin - 1])) begin--;
    if (begin > 0 && (codes[begin - 1] == '\'' || codes[begin - 1] == EINK_CODE_CLOSE_INNER))
        return false;
    return is_participle(codes, begin, at) || is_listed(cut_tails, codes, begin, at);
}

/* Where the partner of the single mark at `at`, in front of a word, stands, behind `taken`, the last
 * partner of another; -1 where there is none and the mark is an apostrophe. */
static int partner_of(const uint16_t* codes, int count, int at, int taken) {
    int likely = -1;
    for (int i = (at > taken ? at : taken) + 1; i < count; i++) {
        bool single = codes[i] == '\'' || codes[i] == EINK_CODE_CLOSE_INNER;
        if (!single || (i + 1 < count && is_letter(codes[i + 1]))) continue;
        if (cuts_tail(codes, i)) continue;
        /* Behind an s it may be a genitive's, but not in front of a point or a comma. */
        uint16_t after = i + 1 == count ? '.' : codes[i + 1];
        bool pauses = after == ',' || after == '.' || after == '!' || after == '?' || after == ';';
        if (codes[i - 1] != 's' || pauses) return i;
        if (likely < 0) likely = i;
    }
    return likely;
}

/* Whether the mark at `at` stands behind a number, and a foot's mark in front of that: 6' 2". */
static bool follows_feet(const uint16_t* codes, int at) {
    while (at > 0 && is_digit_code(codes[at - 1])) at--;
    if (at > 0 && codes[at - 1] == ' ') at--;
    return at > 1 && codes[at - 1] == '\'' && is_digit_code(codes[at - 2]);
}

/* Marks of feet and inches stay straight. */
static void curl_marks(uint16_t* codes, int count, bool german) {
    uint16_t open = german ? EINK_CODE_LOW_OPEN : EINK_CODE_OPEN,
             close = german ? EINK_CODE_OPEN : EINK_CODE_CLOSE,
             open_inner = german ? EINK_CODE_LOW_OPEN_INNER : EINK_CODE_OPEN_INNER,
             close_inner = german ? EINK_CODE_OPEN_INNER : EINK_CODE_CLOSE_INNER;
    bool is_open = false;
    int taken = -1;
    for (int i = 0; i < count; i++) {
        bool in_number = i > 0 && is_digit_code(codes[i - 1]);
        if (codes[i] == '"') {
            if (in_number && (!is_open || follows_feet(codes, i))) continue;
            is_open = opens_at(codes, i);
            codes[i] = is_open ? open : close;
        } else if (codes[i] == '\'') {
            bool may_open = opens_at(codes, i) && !cuts_head(codes, count, i);
            int partner = may_open ? partner_of(codes, count, i, taken) : -1;
            if (partner >= 0) {
                taken = partner;
                codes[i] = open_inner;
                codes[partner] = close_inner;
            } else if (!in_number || (i + 1 < count && is_letter(codes[i + 1]))) {
                codes[i] = EINK_CODE_CLOSE_INNER;
            }
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

static uint16_t inner_of(uint16_t code) {
    switch (code) {
        case EINK_CODE_OPEN:
            return EINK_CODE_OPEN_INNER;
        case EINK_CODE_CLOSE:
            return EINK_CODE_CLOSE_INNER;
        case EINK_CODE_LOW_OPEN:
            return EINK_CODE_LOW_OPEN_INNER;
        default:
            return code;
    }
}

static int add_outer_marks(uint16_t* codes, int count, int room, bool german) {
    if (count + 2 > room) return EINK_TOO_LONG;
    for (int i = count; i > 0; i--) codes[i] = inner_of(codes[i - 1]);
    codes[0] = german ? EINK_CODE_LOW_OPEN : EINK_CODE_OPEN;
    codes[count + 1] = german ? EINK_CODE_OPEN : EINK_CODE_CLOSE;
    return count + 2;
}

int eink_prose(const char* text, size_t length, int marks, uint16_t* codes, int room) {
    int count = decode(text, length, codes, room);
    bool german = marks == EINK_MARKS_GERMAN;
    for (int i = 0; i < count; i++) german = german || codes[i] == EINK_CODE_LOW_OPEN;
    if (count > 0 && marks) count = drop_outer_marks(codes, count);
    if (count == 0) return EINK_EMPTY;
    if (count < 0) return count;
    count = tidy_points(codes, count);
    curl_marks(codes, count, german);
    return marks ? add_outer_marks(codes, count, room, german) : count;
}
