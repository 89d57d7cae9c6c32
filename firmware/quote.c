/* Invents a quote and an author.
 * SPDX-License-Identifier: MIT */
#include "quote.h"

#include <string.h>

#include "runtime/quillet_tables.h"

/* /// lines and their likelihood /// */

/* A voice that is overheard: the step notes the logits that each token was drawn from, and adds up
 * its bits. */
typedef struct listening {
    const quillet_text_model* voice;
    int32_t* before; /* logits of the last step */
    bool has_before;
    uint32_t bits; /* 1/64 bit, of all tokens so far */
} listening;

/* floor(64 * log2(x)), x > 0: the exponent, and six squarings' worth of fraction. */
static uint32_t log2_64(uint32_t x) {
    uint32_t exponent = 0, result;
    while (x >> exponent > 1) exponent++;
    uint32_t mantissa =
        exponent > 15 ? x >> (exponent - 15) : x << (15 - exponent); /* Q15 in 1 .. 2 */
    result = exponent * 64;
    for (uint32_t bit = 32; bit; bit /= 2) {
        mantissa = (mantissa * mantissa) >> 15;
        if (mantissa >= 2u << 15) {
            mantissa >>= 1;
            result += bit;
        }
    }
    return result;
}

/* -log2 of the probability of `token` at T = 1, in 1/64 bit, by the sampler's own table. */
static uint32_t bits_of(const int32_t* logits, uint32_t vocabulary, uint32_t token) {
    enum { INVERSE_T = 369 }; /* round(256 * log2(e)) */
    int32_t best = logits[0];
    for (uint32_t i = 1; i < vocabulary; i++) best = logits[i] > best ? logits[i] : best;
    uint32_t sum = 0, own = 0;
    for (uint32_t i = 0; i < vocabulary; i++) {
        uint32_t gap = (uint32_t)best - (uint32_t)logits[i];
        uint32_t t = ((gap > 65535u ? 65535u : gap) * INVERSE_T + 2048u) >> 12;
        if (t < 1024) sum += quillet_exp2_table[t];
        if (i == token) own = t;
    }
    return own + log2_64(sum) - log2_64(65535);
}

static void reset(void* state) {
    listening* self = state;
    self->has_before = false;
    self->bits = 0;
    self->voice->model->reset(self->voice->state);
}

static void step(void* state, uint32_t token, int32_t* logits) {
    listening* self = state;
    uint32_t vocabulary = self->voice->model->vocabulary;
    if (self->has_before) self->bits += bits_of(self->before, vocabulary, token);
    self->voice->model->step(self->voice->state, token, logits);
    memcpy(self->before, logits, vocabulary * sizeof *logits);
    self->has_before = true;
}

/* Adds a code's UTF-8 to the line, if it has room. */
static bool append(quillet_quote* quote, uint32_t room, uint16_t code) {
    uint8_t bytes[3];
    uint32_t count = code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    bytes[0] = (uint8_t)(count == 1 ? code : count == 2 ? 0xC0 | code >> 6 : 0xE0 | code >> 12);
    if (count == 2) bytes[1] = (uint8_t)(0x80 | (code & 0x3F));
    if (count == 3) {
        bytes[1] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
        bytes[2] = (uint8_t)(0x80 | (code & 0x3F));
    }
    if (quote->line_length + count >= room) return false;
    memcpy(quote->line + quote->line_length, bytes, count);
    quote->line_length += count;
    quote->line[quote->line_length] = 0;
    return true;
}

/* Writes the voice's next line to quote->line, and its mean bits a character in hundredths; adds
 * its characters to quote->written. Returns 0, or EINK_TOO_LONG. */
static int write_line(quillet_quote* quote, quillet_writer* writer, listening* heard, uint32_t room,
                      const quillet_listener* listener, int32_t* mean_bits) {
    uint32_t characters = 0;
    bool fits = true;
    quote->line_length = 0;
    quote->line[0] = 0;
    quillet_line_begin(writer, NULL, 0);
    for (int32_t token; (token = quillet_line_next(writer)) != QUILLET_END_OF_LINE; characters++) {
        fits = append(quote, room, heard->voice->codes[token]) && fits;
        if (listener && listener->character) listener->character(listener->context);
    }
    quote->written += characters;
    if (!fits || characters >= writer->max_length) return EINK_TOO_LONG;
    /* The line's end counts as a character; its bits are not yet added: no step was fed with it. */
    uint32_t bits = heard->bits + bits_of(heard->before, heard->voice->model->vocabulary,
                                          heard->voice->model->line_token);
    *mean_bits = (int32_t)(bits * 25u / 16u / (characters + 1));
    return 0;
}

/* /// score /// */

uint32_t quillet_word_hash(const char* word, uint32_t length, uint32_t which) {
    uint32_t hash = which ? 0x9E3779B9u : 2166136261u; /* FNV-1a, and the same from another start */
    for (uint32_t i = 0; i < length; i++) hash = (hash ^ (uint8_t)word[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static bool has_word(const quillet_lexicon* lexicon, const char* word, uint32_t length) {
    for (uint32_t which = 0; which < 2; which++) {
        uint32_t bit = quillet_word_hash(word, length, which) & (lexicon->bit_count - 1);
        if (!(lexicon->bits[bit / 8] >> bit % 8 & 1)) return false;
    }
    return true;
}

/* Letters of a word: ASCII ones, apostrophes, and every byte beyond ASCII. */
static bool is_word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '\'' ||
           (unsigned char)c >= 0x80;
}

/* 200 * the share of the line's words that the lexicon lacks. */
static int32_t unknown_words(const quillet_quote* quote, const quillet_lexicon* lexicon) {
    char word[32];
    uint32_t words = 0, unknown = 0, length = 0;
    for (uint32_t i = 0; i <= quote->line_length; i++) {
        char c = quote->line[i]; /* ends in 0 */
        if (is_word_byte(c)) {
            if (length < sizeof word) word[length++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
        } else if (length) {
            words++;
            unknown += !has_word(lexicon, word, length);
            length = 0;
        }
    }
    return words ? (int32_t)(200 * unknown / words) : 0;
}

static int32_t score_of(const quillet_quote* quote, const eink_page* page, const eink_style* style,
                        int32_t bits, const quillet_lexicon* lexicon) {
    int32_t full = style->few_words_above ? style->few_words_above : style->largest;
    int32_t size = page->text_font->size < full ? page->text_font->size : full;
    int32_t score = -bits - 4 * (full - size);
    char last = quote->line[quote->line_length - 1];
    if (last != '.' && last != '!' && last != '?') score -= 40;
    if (page->text_length < 24 + 2 * (style->quotation_marks != 0)) score -= 40;
    if (lexicon) score -= unknown_words(quote, lexicon);
    return score;
}

/* /// inventing /// */

static void begin(quillet_writer* writer, listening* heard, quillet_model* model,
                  const quillet_text_model* voice, quillet_quote* quote, uint32_t seed) {
    if (voice->fetch) voice->fetch();
    heard->voice = voice;
    heard->before = quote->before;
    model->reset = reset;
    model->step = step;
    model->vocabulary = voice->model->vocabulary;
    model->line_token = voice->model->line_token;
    writer->model = model;
    writer->state = heard;
    writer->logits = quote->logits;
    writer->sampling = *voice->sampling;
    writer->max_length = voice->max_length;
    quillet_random_seed(&writer->random, seed);
}

static void tell(const quillet_listener* listener, const char* what, uint32_t number,
                 const quillet_quote* quote, int error, int32_t score) {
    if (listener && listener->line)
        listener->line(listener->context, what, number, quote->line, error, score);
}

/* The chosen text becomes quote->text. Returns false when none fits. */
static bool choose_text(quillet_quote* quote, eink_page* page, const quillet_text_model* voice,
                        const eink_style* style, uint32_t seed, uint32_t candidates,
                        const quillet_lexicon* lexicon, const quillet_listener* listener) {
    quillet_writer writer;
    quillet_model model;
    listening heard;
    begin(&writer, &heard, &model, voice, quote, seed);
    quote->chosen = 0;
    quote->written = 0;
    for (uint32_t number = 1, fitting = 0; number <= QUILLET_TRIES_MAX && fitting < candidates;
         number++) {
        if (fitting && quote->written >= QUILLET_PATIENCE) break;
        int32_t bits = 0, score = 0;
        int error = write_line(quote, &writer, &heard, QUILLET_QUOTE_BYTES, listener, &bits);
        if (!error) error = eink_typeset(quote->line, quote->line_length, "X", 1, style, page);
        if (!error) score = score_of(quote, page, style, bits, lexicon);
        tell(listener, "quote", number, quote, error, score);
        if (error) continue;
        fitting++;
        if (quote->chosen && score <= quote->score) continue;
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
    quillet_writer writer;
    quillet_model model;
    listening heard;
    begin(&writer, &heard, &model, voice, quote, seed);
    for (uint32_t number = 1; number <= QUILLET_TRIES_MAX; number++) {
        int32_t bits = 0;
        int error = write_line(quote, &writer, &heard, QUILLET_NAME_BYTES, listener, &bits);
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
                   uint32_t candidates, const quillet_lexicon* lexicon,
                   const quillet_listener* listener) {
    if (!choose_text(quote, page, quotes, style, seed, candidates, lexicon, listener))
        return QUILLET_NO_QUOTE;
    if (!choose_author(quote, page, names, style, seed, listener)) return QUILLET_NO_QUOTE;
    return 0;
}
