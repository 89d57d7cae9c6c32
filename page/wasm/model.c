/* A compiled model for a page: writes lines token by token, keeps the logits of each, scores a line.
 * SPDX-License-Identifier: MIT
 *
 * The page calls page_begin, then for each line page_line and page_next until it returns -1. The
 * random numbers carry on from line to line, as everywhere (docs/DESIGN.md, contract 4). */
#include <string.h>

#include "page_model.h"
#include "runtime/quillet_rank.h"

#define PAGE_EXPORT(name) __attribute__((export_name(#name)))

enum { LENGTH_MAX = 1000, PIECE_BYTES = 64 };

/* What the model's text held, or NULL; written beside this file. */
extern const quillet_word_filter* const page_words;

static page_model_state state;
static quillet_model heard;
static int32_t logits[PAGE_MODEL_VOCABULARY], before[PAGE_MODEL_VOCABULARY];
static quillet_hearing hearing;
static quillet_writer writer;
static uint8_t prompt[LENGTH_MAX];
static char line[LENGTH_MAX * PIECE_BYTES];
static uint32_t line_length;

PAGE_EXPORT(page_vocabulary) uint32_t page_vocabulary(void) {
    return PAGE_MODEL_VOCABULARY;
}

/* Where the caller puts the tokens of a prompt, at most LENGTH_MAX of them. */
PAGE_EXPORT(page_prompt) uint8_t* page_prompt(void) {
    return prompt;
}

/* The logits, Q10, that the last token was drawn from. */
PAGE_EXPORT(page_logits) const int32_t* page_logits(void) {
    return before;
}

/* The line so far, UTF-8, its prompt included. */
PAGE_EXPORT(page_text) const char* page_text(void) {
    return line;
}

PAGE_EXPORT(page_text_length) uint32_t page_text_length(void) {
    return line_length;
}

/* Seeds the random numbers. REQUIRES: 1 <= max_length <= LENGTH_MAX. */
PAGE_EXPORT(page_begin)
void page_begin(uint32_t seed, uint32_t inverse_temperature, uint32_t min_p_gap, uint32_t top_k,
                uint32_t top_p, uint32_t max_length) {
    hearing.model = &page_model_model;
    hearing.state = &state;
    hearing.before = before;
    heard = quillet_heard_model(&hearing);
    writer.model = &heard;
    writer.state = &hearing;
    writer.logits = logits;
    writer.sampling.inverse_temperature = inverse_temperature;
    writer.sampling.min_p_gap = min_p_gap;
    writer.sampling.top_k = top_k;
    writer.sampling.top_p = top_p;
    writer.max_length = max_length;
    quillet_random_seed(&writer.random, seed);
}

static void append(uint32_t token) {
    const char* piece = page_model_alphabet[token];
    uint32_t count = (uint32_t)strlen(piece);
    memcpy(line + line_length, piece, count);
    line_length += count;
}

/* Begins a line with the first `count` tokens at page_prompt(). REQUIRES: count <= max_length. */
PAGE_EXPORT(page_line) void page_line(uint32_t count) {
    line_length = 0;
    for (uint32_t i = 0; i < count; i++) append(prompt[i]);
    quillet_line_begin(&writer, prompt, count);
}

/* The next token, or -1 at the line's end. */
PAGE_EXPORT(page_next) int32_t page_next(void) {
    const int32_t token = quillet_line_next(&writer);
    if (token >= 0) append((uint32_t)token);
    return token;
}

/* 1 where the line that has just ended is one of the model's training text, as far as the filter that came with the
 * model tells: no device shows it as invented. */
PAGE_EXPORT(page_copied) int32_t page_copied(void) {
    return page_words && quillet_is_copy(line, line_length, page_words);
}

/* The score of the line that has just ended, as `quillet generate --best` has it. */
PAGE_EXPORT(page_score) int32_t page_score(void) {
    const quillet_marks marks = quillet_marks_of(line, line_length, &hearing, page_words);
    return quillet_line_score(&marks);
}
