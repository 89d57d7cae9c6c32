/* Invents a quote and an author.
 * SPDX-License-Identifier: MIT */
#include "quote.h"

#include <string.h>

#include "runtime/quillet_rank.h"

/* /// lines /// */

/* Adds a piece to the line, if it has room. */
static bool append(quillet_quote* quote, uint32_t room, const char* piece) {
    uint32_t count = (uint32_t)strlen(piece);
    if (quote->line_length + count >= room) return false;
    memcpy(quote->line + quote->line_length, piece, count);
    quote->line_length += count;
    quote->line[quote->line_length] = 0;
    return true;
}

static uint32_t characters_of(const char* utf8) {
    uint32_t count = 0;
    for (; *utf8; utf8++) count += ((uint8_t)*utf8 & 0xC0) != 0x80;
    return count;
}

/* A voice that writes while it is overheard. */
typedef struct telling {
    const quillet_text_model* voice;
    quillet_hearing hearing;
    quillet_model model;
    quillet_writer writer;
} telling;

/* Writes the voice's next line to quote->line; adds its characters to quote->written. Returns 0,
 * EINK_TOO_LONG, QUILLET_COPY, or QUILLET_BEATEN as soon as the line cannot score more than
 * `least`. */
static int write_line(quillet_quote* quote, telling* teller, uint32_t room, int32_t least,
                      const quillet_listener* listener) {
    uint32_t tokens = 0, characters = 0;
    bool fits = true, beaten = false;
    quote->line_length = 0;
    quote->line[0] = 0;
    quillet_line_begin(&teller->writer, NULL, 0);
    for (int32_t token;
         !beaten && (token = quillet_line_next(&teller->writer)) != QUILLET_END_OF_LINE; tokens++) {
        const char* piece = teller->voice->pieces[token];
        fits = append(quote, room, piece) && fits;
        characters += characters_of(piece);
        if (listener && listener->character) listener->character(listener->context);
        beaten = quillet_is_beaten(&teller->hearing, least);
    }
    quote->written += characters;
    if (beaten) return QUILLET_BEATEN;
    if (!fits || tokens >= teller->writer.max_length) return EINK_TOO_LONG;
    const quillet_word_filter* known = teller->voice->known;
    return known && quillet_is_copy(quote->line, quote->line_length, known) ? QUILLET_COPY : 0;
}

/* /// inventing /// */

static void begin(telling* teller, const quillet_text_model* voice, quillet_quote* quote,
                  uint32_t seed) {
    if (voice->fetch) voice->fetch();
    memset(teller, 0, sizeof *teller);
    teller->voice = voice;
    teller->hearing.model = voice->model;
    teller->hearing.state = voice->state;
    teller->hearing.before = quote->before;
    teller->model = quillet_heard_model(&teller->hearing);
    teller->writer.model = &teller->model;
    teller->writer.state = &teller->hearing;
    teller->writer.logits = quote->logits;
    teller->writer.sampling = *voice->sampling;
    teller->writer.max_length = voice->max_length;
    quillet_random_seed(&teller->writer.random, seed);
}

static void tell(const quillet_listener* listener, const char* what, uint32_t number,
                 const quillet_quote* quote, int error, int32_t score) {
    if (listener && listener->line)
        listener->line(listener->context, what, number, quote->line, error, score);
}

static int32_t score_of(const quillet_quote* quote, const telling* teller, const eink_page* page,
                        const eink_style* style, const quillet_word_filter* words) {
    const quillet_marks marks =
        quillet_marks_of(quote->line, quote->line_length, &teller->hearing, words);
    int32_t full = style->few_words_above ? style->few_words_above : style->largest;
    int32_t size = page->text_font->size < full ? page->text_font->size : full;
    return quillet_line_score(&marks) - 4 * (full - size);
}

/* The chosen text becomes quote->text. Returns false when none fits. */
static bool choose_text(quillet_quote* quote, eink_page* page, const quillet_text_model* voice,
                        const eink_style* style, uint32_t seed, uint32_t candidates,
                        const quillet_word_filter* words, const quillet_listener* listener) {
    telling teller;
    begin(&teller, voice, quote, seed);
    quote->chosen = 0;
    quote->written = 0;
    quote->score = INT32_MIN;
    for (uint32_t number = 1, told = 0; number <= QUILLET_TRIES_MAX && told < candidates;
         number++) {
        if (quote->chosen && quote->written >= QUILLET_PATIENCE) break;
        int32_t score = 0;
        quillet_random_seed(&teller.writer.random, quillet_candidate_seed(seed, number - 1));
        int error = write_line(quote, &teller, QUILLET_QUOTE_BYTES, quote->score, listener);
        if (!error) error = eink_typeset(quote->line, quote->line_length, "X", 1, style, page);
        if (!error) score = score_of(quote, &teller, page, style, words);
        tell(listener, "quote", number, quote, error, score);
        told += !error || error == QUILLET_BEATEN;
        if (error || score <= quote->score) continue;
        quote->chosen = number;
        quote->score = score;
        quote->text_length = quote->line_length;
        memcpy(quote->text, quote->line, quote->line_length + 1);
    }
    return quote->chosen != 0;
}

/* The first name that fits below the chosen text. */
static bool choose_author(quillet_quote* quote, eink_page* page, const quillet_text_model* voice,
                          const eink_style* style, uint32_t seed,
                          const quillet_listener* listener) {
    telling teller;
    begin(&teller, voice, quote, seed);
    for (uint32_t number = 1; number <= QUILLET_TRIES_MAX; number++) {
        int error = write_line(quote, &teller, QUILLET_NAME_BYTES, INT32_MIN, listener);
        if (!error)
            error = eink_typeset(quote->text, quote->text_length, quote->line, quote->line_length,
                                 style, page);
        if (!error && !page->author_length) error = EINK_EMPTY;
        tell(listener, "author", number, quote, error, 0);
        if (error) continue;
        quote->author_length = quote->line_length;
        memcpy(quote->author, quote->line, quote->line_length + 1);
        return true;
    }
    return false;
}

int quillet_invent(quillet_quote* quote, eink_page* page, const quillet_text_model* quotes,
                   const quillet_text_model* names, const eink_style* style, uint32_t seed,
                   uint32_t candidates, const quillet_word_filter* words,
                   const quillet_listener* listener) {
    if (!choose_text(quote, page, quotes, style, seed, candidates, words, listener))
        return QUILLET_NO_QUOTE;
    if (!choose_author(quote, page, names, style, seed, listener)) return QUILLET_NO_QUOTE;
    return 0;
}
