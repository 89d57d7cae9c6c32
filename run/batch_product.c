/* Products of one matrix of small integers with many vectors: exact, whatever the processor.
 * SPDX-License-Identifier: MIT
 *
 * The matrix is packed in tiles of rows, as wide as two registers of sums; in a tile a few columns
 * (two for AVX2, four for VNNI) of all its rows stand together, so that one load of weights and one
 * word of x, the same for all rows, are multiplied and added up within a lane. Sums of a tile's rows
 * and of a few vectors stay in registers over all columns.
 *
 * VNNI multiplies unsigned bytes by signed ones: weights are stored with 128 added, and 128 times
 * the sum of x is taken off. Its sums wrap in 32 bits, so that only the result must fit. */
#include "run/batch_product.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#    define QUILLET_X86 1
#    include <immintrin.h>
#endif

enum {
    AVX2_ROWS = 16, /* a tile */
    AVX2_COLUMNS = 2,
    AVX2_VECTORS = 4, /* at once; with more, GCC 12 keeps sums in memory */
    VNNI_ROWS = 32,
    VNNI_COLUMNS = 4,
    VNNI_VECTORS = 4
};

quillet_batch_form quillet_batch_fastest(void) {
#ifdef QUILLET_X86
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512f"))
        return QUILLET_BATCH_VNNI;
    if (__builtin_cpu_supports("avx2")) return QUILLET_BATCH_AVX2;
#endif
    return QUILLET_BATCH_PLAIN;
}

static int32_t rounded_up(int32_t count, int32_t multiple) {
    return (count + multiple - 1) / multiple * multiple;
}

static int32_t tile_rows(quillet_batch_form form) {
    return form == QUILLET_BATCH_VNNI ? VNNI_ROWS : form == QUILLET_BATCH_AVX2 ? AVX2_ROWS : 1;
}

static int32_t group_columns(quillet_batch_form form) {
    return form == QUILLET_BATCH_VNNI   ? VNNI_COLUMNS
           : form == QUILLET_BATCH_AVX2 ? AVX2_COLUMNS
                                        : 1;
}

size_t quillet_batch_packed_bytes(quillet_batch_form form, int32_t rows, int32_t columns) {
    return (size_t)rounded_up(rows, tile_rows(form)) *
           (size_t)rounded_up(columns, group_columns(form));
}

/* Each vector's sums begin with a word (VNNI), its groups of columns are a word each. */
size_t quillet_batch_scratch_bytes(quillet_batch_form form, int32_t columns, int32_t count) {
    if (form == QUILLET_BATCH_PLAIN) return 0;
    const int32_t groups = rounded_up(columns, group_columns(form)) / group_columns(form);
    return (size_t)(groups + 1) * (size_t)count * sizeof(int32_t);
}

void quillet_batch_pack(quillet_batch_form form, uint8_t* packed, const int8_t* weights,
                        int32_t rows, int32_t columns) {
    const int32_t tile = tile_rows(form), group = group_columns(form);
    const int32_t added = form == QUILLET_BATCH_VNNI ? 128 : 0;
    for (int32_t first = 0; first < rows; first += tile)
        for (int32_t column = 0; column < columns; column += group)
            for (int32_t row = first; row < first + tile; row++)
                for (int32_t c = column; c < column + group; c++) {
                    const int32_t w = row < rows && c < columns ? weights[row * columns + c] : 0;
                    *packed++ = (uint8_t)(w + added);
                }
}

/* Four vectors at a time share what is read of a row. */
static void plain_product(int32_t* const* acc, const int8_t* weights, const int8_t* const* x,
                          int32_t count, int32_t rows, int32_t columns) {
    for (int32_t row = 0; row < rows; row++, weights += columns) {
        int32_t i = 0;
        for (; i + 4 <= count; i += 4) {
            const int8_t *x0 = x[i], *x1 = x[i + 1], *x2 = x[i + 2], *x3 = x[i + 3];
            int32_t sum[4] = {0, 0, 0, 0};
            for (int32_t c = 0; c < columns; c++) {
                sum[0] += weights[c] * x0[c];
                sum[1] += weights[c] * x1[c];
                sum[2] += weights[c] * x2[c];
                sum[3] += weights[c] * x3[c];
            }
            for (int32_t k = 0; k < 4; k++) acc[i + k][row] = sum[k];
        }
        for (; i < count; i++) {
            int32_t sum = 0;
            for (int32_t c = 0; c < columns; c++) sum += weights[c] * x[i][c];
            acc[i][row] = sum;
        }
    }
}

#ifdef QUILLET_X86

/* Before a loop of so many turns that its sums are registers only when it is unrolled. */
#    ifdef __clang__
#        define UNROLLED _Pragma("clang loop unroll(full)")
#    else
#        define UNROLLED _Pragma("GCC unroll 4")
#    endif

/* Lanes 0 .. count - 1 of 8, for masked stores. */
__attribute__((target("avx2"))) static __m256i first_lanes(int32_t count) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/* A tile of rows and `vectors` vectors; words: for each two columns the vectors' pairs of x. */
__attribute__((target("avx2"), always_inline)) static inline void avx2_tile(
    int32_t* const* acc, const uint8_t* weights, const int32_t* words, int32_t groups, int32_t row,
    int32_t rows, const int vectors) {
    __m256i low[AVX2_VECTORS], high[AVX2_VECTORS];
    UNROLLED
    for (int v = 0; v < vectors; v++) low[v] = high[v] = _mm256_setzero_si256();
    for (int32_t g = 0; g < groups; g++, weights += AVX2_ROWS * AVX2_COLUMNS, words += vectors) {
        const __m128i* bytes = (const __m128i*)(const void*)weights;
        const __m256i w0 = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes));
        const __m256i w1 = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes + 1));
        UNROLLED
        for (int v = 0; v < vectors; v++) {
            const __m256i pair = _mm256_set1_epi32(words[v]);
            low[v] = _mm256_add_epi32(low[v], _mm256_madd_epi16(w0, pair));
            high[v] = _mm256_add_epi32(high[v], _mm256_madd_epi16(w1, pair));
        }
    }
    const __m256i first = first_lanes(rows - row), second = first_lanes(rows - row - 8);
    UNROLLED
    for (int v = 0; v < vectors; v++) {
        _mm256_maskstore_epi32(acc[v] + row, first, low[v]);
        if (rows - row > 8) _mm256_maskstore_epi32(acc[v] + row + 8, second, high[v]);
    }
}

/* words[g * vectors + v]: columns 2 g and 2 g + 1 of x[v], 16 bits each. */
static void pairs_of(int32_t* words, const int8_t* const* x, int32_t columns, int vectors) {
    for (int v = 0; v < vectors; v++) {
        for (int32_t c = 0; c < columns; c += AVX2_COLUMNS) {
            const int16_t pair[2] = {x[v][c], c + 1 < columns ? x[v][c + 1] : 0};
            memcpy(words + c / AVX2_COLUMNS * vectors + v, pair, sizeof pair);
        }
    }
}

/* How many of `left` vectors go together. */
static int avx2_together(int32_t left) {
    return left >= AVX2_VECTORS ? AVX2_VECTORS : 1;
}

__attribute__((target("avx2"))) static void avx2_product(int32_t* const* acc, const uint8_t* packed,
                                                         const int8_t* const* x, int32_t count,
                                                         int32_t rows, int32_t columns,
                                                         int32_t* words) {
    const int32_t groups = rounded_up(columns, AVX2_COLUMNS) / AVX2_COLUMNS;
    for (int32_t i = 0; i < count; i += avx2_together(count - i))
        pairs_of(words + i * groups, x + i, columns, avx2_together(count - i));
    for (int32_t row = 0; row < rows; row += AVX2_ROWS) {
        int32_t i = 0;
        for (; avx2_together(count - i) == AVX2_VECTORS; i += AVX2_VECTORS)
            avx2_tile(acc + i, packed, words + i * groups, groups, row, rows, AVX2_VECTORS);
        for (; i < count; i++) avx2_tile(acc + i, packed, words + i * groups, groups, row, rows, 1);
        packed += groups * AVX2_COLUMNS * AVX2_ROWS;
    }
}

#    define VNNI_TARGET target("avx512f,avx512vnni")

/* A tile of rows and `vectors` vectors; words: for each four columns the vectors' fours of x. */
__attribute__((VNNI_TARGET, always_inline)) static inline void vnni_tile(
    int32_t* const* acc, const uint8_t* weights, const int32_t* words, const int32_t* start,
    int32_t groups, int32_t row, int32_t rows, const int vectors) {
    __m512i low[VNNI_VECTORS], high[VNNI_VECTORS];
    UNROLLED
    for (int v = 0; v < vectors; v++) low[v] = high[v] = _mm512_set1_epi32(start[v]);
    for (int32_t g = 0; g < groups; g++, weights += VNNI_ROWS * VNNI_COLUMNS, words += vectors) {
        const __m512i w0 = _mm512_loadu_si512(weights), w1 = _mm512_loadu_si512(weights + 64);
        UNROLLED
        for (int v = 0; v < vectors; v++) {
            const __m512i four = _mm512_set1_epi32(words[v]);
            low[v] = _mm512_dpbusd_epi32(low[v], w0, four);
            high[v] = _mm512_dpbusd_epi32(high[v], w1, four);
        }
    }
    const int32_t left = rows - row;
    const uint32_t lanes = left >= VNNI_ROWS ? 0xFFFFFFFFu : (1u << left) - 1u;
    UNROLLED
    for (int v = 0; v < vectors; v++) {
        _mm512_mask_storeu_epi32(acc[v] + row, (__mmask16)(lanes & 0xFFFFu), low[v]);
        if (left > 16)
            _mm512_mask_storeu_epi32(acc[v] + row + 16, (__mmask16)(lanes >> 16), high[v]);
    }
}

/* words[g * vectors + v]: columns 4 g .. 4 g + 3 of x[v], a byte each; start[v]: what takes off the
 * 128 that each weight has too much. */
static void fours_of(int32_t* words, int32_t* start, const int8_t* const* x, int32_t columns,
                     int vectors) {
    for (int v = 0; v < vectors; v++) {
        int32_t sum = 0, c = 0;
        for (int32_t i = 0; i < columns; i++) sum += x[v][i];
        start[v] = -128 * sum;
        for (; c + VNNI_COLUMNS <= columns; c += VNNI_COLUMNS)
            memcpy(words + c / VNNI_COLUMNS * vectors + v, x[v] + c, VNNI_COLUMNS);
        if (c == columns) continue;
        int8_t last[VNNI_COLUMNS] = {0, 0, 0, 0};
        memcpy(last, x[v] + c, (size_t)(columns - c));
        memcpy(words + c / VNNI_COLUMNS * vectors + v, last, VNNI_COLUMNS);
    }
}

static int vnni_together(int32_t left) {
    return left >= VNNI_VECTORS ? VNNI_VECTORS : 1;
}

__attribute__((VNNI_TARGET)) static void vnni_product(int32_t* const* acc, const uint8_t* packed,
                                                      const int8_t* const* x, int32_t count,
                                                      int32_t rows, int32_t columns,
                                                      int32_t* scratch) {
    const int32_t groups = rounded_up(columns, VNNI_COLUMNS) / VNNI_COLUMNS;
    int32_t *start = scratch, *words = scratch + count;
    for (int32_t i = 0; i < count; i += vnni_together(count - i))
        fours_of(words + i * groups, start + i, x + i, columns, vnni_together(count - i));
    for (int32_t row = 0; row < rows; row += VNNI_ROWS) {
        int32_t i = 0;
        for (; count - i >= VNNI_VECTORS; i += VNNI_VECTORS)
            vnni_tile(acc + i, packed, words + i * groups, start + i, groups, row, rows,
                      VNNI_VECTORS);
        for (; i < count; i++)
            vnni_tile(acc + i, packed, words + i * groups, start + i, groups, row, rows, 1);
        packed += groups * VNNI_COLUMNS * VNNI_ROWS;
    }
}

#endif

void quillet_batch_product(quillet_batch_form form, int32_t* const* acc, const uint8_t* packed,
                           const int8_t* const* x, int32_t count, int32_t rows, int32_t columns,
                           void* scratch) {
#ifdef QUILLET_X86
    if (form == QUILLET_BATCH_VNNI) {
        vnni_product(acc, packed, x, count, rows, columns, scratch);
        return;
    }
    if (form == QUILLET_BATCH_AVX2) {
        avx2_product(acc, packed, x, count, rows, columns, scratch);
        return;
    }
#endif
    (void)form;
    (void)scratch;
    plain_product(acc, (const int8_t*)packed, x, count, rows, columns);
}
