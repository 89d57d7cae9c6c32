/* Which of several lines a reader would rather have.
 * SPDX-License-Identifier: MIT */
#include "quillet_rank.h"

#include <string.h>

#include "quillet_random.h"
#include "quillet_tables.h"

/* /// hearing /// */

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

uint32_t quillet_bits_of(const int32_t* logits, uint32_t vocabulary, uint32_t token) {
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

static void hear(quillet_hearing* self, uint32_t token) {
    uint32_t bits = quillet_bits_of(self->before, self->model->vocabulary, token);
    self->bits += bits;
    self->worst = bits > self->worst ? bits : self->worst;
}

static void reset(void* state) {
    quillet_hearing* self = state;
    self->steps = self->bits = self->worst = 0;
    self->model->reset(self->state);
}

static void step(void* state, uint32_t token, int32_t* logits) {
    quillet_hearing* self = state;
    uint32_t vocabulary = self->model->vocabulary;
    if (self->steps++) hear(self, token);
    self->model->step(self->state, token, logits);
    memcpy(self->before, logits, vocabulary * sizeof *logits);
}

quillet_model quillet_heard_model(const quillet_hearing* hearing) {
    quillet_model model = {reset, step, hearing->model->vocabulary, hearing->model->line_token};
    return model;
}

/* /// a collection's words /// */

static int is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

uint32_t quillet_line_words(uint32_t* words, const char* line, uint32_t length) {
    uint32_t count = 0, hash = 0, letters = 0;
    for (uint32_t i = 0; i <= length; i++) {
        char c = i < length ? line[i] : ' ';
        int inside = c == '\'' && letters && i + 1 < length && is_letter(line[i + 1]);
        if (is_letter(c) || inside) {
            if (!letters++) hash = 2166136261u; /* FNV-1a */
            hash = (hash ^ (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c)) * 16777619u;
        } else if (letters) {
            if (count < QUILLET_LINE_WORDS) words[count++] = (hash & ~1u) | (letters > 4);
            letters = 0;
        }
    }
    return count;
}

uint32_t quillet_word_entry(uint32_t word) {
    return quillet_mix(word + 0x9E3779B9u);
}

uint32_t quillet_edge_entry(const uint32_t* words, uint32_t count, int at_end) {
    uint32_t few = count < QUILLET_EDGE_WORDS ? count : QUILLET_EDGE_WORDS;
    uint32_t hash = at_end ? 0xDAA66D2Bu : 0x78DDE6E4u;
    for (uint32_t i = at_end ? count - few : 0; few; few--) hash = quillet_mix(hash + words[i++]);
    return hash;
}

uint32_t quillet_filter_place(uint32_t entry, uint32_t which, uint32_t bit_count) {
    uint32_t hash = entry + which * (quillet_mix(entry ^ 0xB5297A4Du) | 1u);
    return (uint32_t)((uint64_t)hash * bit_count >> 32);
}

static int holds(const quillet_word_filter* collection, uint32_t entry) {
    for (uint32_t which = 0; which < QUILLET_FILTER_HASHES; which++) {
        uint32_t place = quillet_filter_place(entry, which, collection->bit_count);
        if (!(collection->bits[place / 8] >> place % 8 & 1)) return 0;
    }
    return 1;
}

static int edges_held(const uint32_t* words, uint32_t count,
                      const quillet_word_filter* collection) {
    return holds(collection, quillet_edge_entry(words, count, 0)) +
           holds(collection, quillet_edge_entry(words, count, 1));
}

int quillet_is_copy(const char* line, uint32_t length, const quillet_word_filter* collection) {
    uint32_t words[QUILLET_LINE_WORDS];
    uint32_t count = quillet_line_words(words, line, length);
    return count && collection->holds & QUILLET_HOLDS_EDGES &&
           edges_held(words, count, collection) == 2;
}

/* /// marks /// */

/* Whether `word` is one of the words of `list`. English; other languages' words are not in them. */
static int is_among(uint32_t word, const char* list) {
    uint32_t words[QUILLET_LINE_WORDS];
    uint32_t count = quillet_line_words(words, list, (uint32_t)strlen(list));
    while (count > 0 && words[count - 1] != word) count--;
    return count > 0;
}

static void mark_edges(quillet_marks* marks, uint32_t first, uint32_t last) {
    marks->leaning = is_among(first, "he she they this that these but and now such");
    marks->trailing =
        is_among(last, "it him them himself itself one own another others us thing same all way");
}

static void mark_words(quillet_marks* marks, const uint32_t* words, uint32_t count,
                       const quillet_word_filter* collection) {
    uint32_t unknown = 0;
    if (count) mark_edges(marks, words[0], words[count - 1]);
    for (uint32_t i = 1; i < count; i++) {
        marks->repeats += words[i] == words[i - 1];
        for (uint32_t j = 0; j < i && words[i] & 1; j++)
            if (words[i] == words[j]) {
                marks->echoes++;
                break;
            }
    }
    if (!collection || !count) return;
    for (uint32_t i = 0; i < count; i++)
        unknown += !holds(collection, quillet_word_entry(words[i]));
    if (collection->holds & QUILLET_HOLDS_WORDS)
        marks->unknown_words = (int32_t)(100 * unknown / count);
    if (collection->holds & QUILLET_HOLDS_EDGES)
        marks->copied = edges_held(words, count, collection);
}

static void mark_signs(quillet_marks* marks, const char* line, uint32_t length) {
    int32_t characters = 0, brackets = 0, quotes = 0;
    char last = ' ', before = ' ';
    marks->bare = 1;
    for (uint32_t i = 0; i < length; i++) {
        char c = line[i];
        characters += ((uint8_t)c & 0xC0) != 0x80;
        if (is_letter(c) || (c >= '0' && c <= '9')) marks->bare = 0;
        quotes += c == '"';
        brackets += c == '(';
        brackets -= c == ')';
        if (brackets < 0) marks->unbalanced = 1;
        before = last;
        last = c;
    }
    if (brackets || quotes % 2) marks->unbalanced = 1;
    if (last == '"' || last == '\'') last = before;
    marks->open = last != '.' && last != '!' && last != '?';
    marks->small = length && line[0] >= 'a' && line[0] <= 'z';
    marks->missing = characters < 28 ? 28 - characters : 0;
}

static int32_t tenths_of_bits(uint32_t bits) {
    return (int32_t)(bits * 5u / 32u);
}

static void mark_bits(quillet_marks* marks, const char* line, uint32_t length,
                      const quillet_hearing* hearing) {
    const quillet_model* model = hearing->model;
    uint32_t end = quillet_bits_of(hearing->before, model->vocabulary, model->line_token);
    uint32_t characters = 1; /* the line's end, which no step was fed with */
    for (uint32_t i = 0; i < length; i++) characters += ((uint8_t)line[i] & 0xC0) != 0x80;
    uint32_t worst = end > hearing->worst ? end : hearing->worst;
    marks->total = tenths_of_bits(hearing->bits + end);
    marks->bits = (int32_t)((hearing->bits + end) * 25u / 16u / characters);
    marks->worst = (int32_t)(worst * 25u / 16u);
}

quillet_marks quillet_marks_of(const char* line, uint32_t length, const quillet_hearing* hearing,
                               const quillet_word_filter* collection) {
    quillet_marks marks;
    uint32_t words[QUILLET_LINE_WORDS];
    memset(&marks, 0, sizeof marks);
    mark_words(&marks, words, quillet_line_words(words, line, length), collection);
    mark_signs(&marks, line, length);
    if (hearing) mark_bits(&marks, line, length, hearing);
    return marks;
}

/* /// score /// */

/* Fitted by tools/fit_ranking.py to judged lines: bits, echoes, leaning, trailing. The fit would
 * reward the very short, of whom readers soon tire, and has nothing to say of what is rare among
 * its lines: those weights are set by hand. No part adds to a score, so that quillet_is_beaten can
 * tell early. */
int32_t quillet_line_score(const quillet_marks* m) {
    return -m->total - 3 * m->unknown_words - 125 * m->echoes - 100 * m->repeats -
           190 * m->leaning - 85 * m->trailing - 100 * m->open - 100 * m->unbalanced -
           100 * m->small - 6 * m->missing - 10000 * m->bare -
           (m->copied == 2 ? 10000 : 150 * m->copied);
}

int quillet_is_beaten(const quillet_hearing* hearing, int32_t score) {
    return -tenths_of_bits(hearing->bits) <= score;
}
