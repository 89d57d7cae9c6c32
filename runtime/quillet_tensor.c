/* Kernels that move elements between tensors, reduce them, multiply and sort them.
 * SPDX-License-Identifier: MIT */
#include "quillet_tensor.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "quillet_math_f32.h"
#include "quillet_walk.h"

/* moving */

static void copy_run(unsigned char* to, int32_t to_step, const unsigned char* from,
                     int32_t from_step, int32_t count, uint32_t element) {
    const int32_t bytes = (int32_t)element;
    if (to_step == 1 && from_step == 1) {
        memcpy(to, from, (size_t)count * element);
    } else if (element == 4) {
        for (int32_t i = 0; i < count; i++)
            memcpy(to + (ptrdiff_t)i * to_step * 4, from + (ptrdiff_t)i * from_step * 4, 4);
    } else {
        for (int32_t i = 0; i < count; i++)
            memcpy(to + (ptrdiff_t)i * to_step * bytes, from + (ptrdiff_t)i * from_step * bytes,
                   element);
    }
}

void quillet_copy_bytes(void* y, const void* x, uint32_t bytes) {
    memcpy(y, x, bytes);
}

void quillet_move(void* y, const void* x, const int32_t* table, uint32_t element) {
    quillet_walk walk;
    quillet_walk_begin(&walk, table, 2);
    do {
        copy_run((unsigned char*)y + (ptrdiff_t)walk.at[0] * (ptrdiff_t)element, walk.step[0],
                 (const unsigned char*)x + (ptrdiff_t)walk.at[1] * (ptrdiff_t)element, walk.step[1],
                 walk.count, element);
    } while (quillet_walk_next(&walk));
}

void quillet_take(void* y, const void* x, const int32_t* sources, uint32_t count,
                  uint32_t element) {
    unsigned char* to = y;
    for (uint32_t i = 0; i < count; i++)
        memcpy(to + (size_t)i * element, (const unsigned char*)x + (size_t)sources[i] * element,
               element);
}

void quillet_select(void* y, const uint8_t* condition, const void* a, const void* b,
                    const int32_t* table, uint32_t element) {
    quillet_walk walk;
    quillet_walk_begin(&walk, table, 4);
    do {
        for (int32_t i = 0; i < walk.count; i++) {
            const int32_t at_a = walk.at[2] + i * walk.step[2],
                          at_b = walk.at[3] + i * walk.step[3];
            const unsigned char* from =
                condition[walk.at[1] + i * walk.step[1]]
                    ? (const unsigned char*)a + (ptrdiff_t)at_a * (ptrdiff_t)element
                    : (const unsigned char*)b + (ptrdiff_t)at_b * (ptrdiff_t)element;
            memcpy(
                (unsigned char*)y + (ptrdiff_t)(walk.at[0] + i * walk.step[0]) * (ptrdiff_t)element,
                from, element);
        }
    } while (quillet_walk_next(&walk));
}

/* indices */

static size_t place_of(int64_t index, uint32_t size) {
    if (index < 0) index += (int64_t)size;
    return index < 0 || index >= (int64_t)size ? 0 : (size_t)index;
}

void quillet_gather(void* y, const void* x, const int64_t* indices, uint32_t outer, uint32_t size,
                    uint32_t inner, uint32_t count, uint32_t element) {
    unsigned char* to = y;
    const size_t row = (size_t)inner * element;
    for (uint32_t o = 0; o < outer; o++)
        for (uint32_t i = 0; i < count; i++, to += row)
            memcpy(to,
                   (const unsigned char*)x + (o * (size_t)size + place_of(indices[i], size)) * row,
                   row);
}

void quillet_gather_elements(void* y, const void* x, const int64_t* indices, const int32_t* table,
                             uint32_t size, uint32_t stride, uint32_t element) {
    quillet_walk walk;
    quillet_walk_begin(&walk, table, 3);
    do {
        for (int32_t i = 0; i < walk.count; i++) {
            size_t place = place_of(indices[walk.at[1] + i * walk.step[1]], size) * stride;
            memcpy((unsigned char*)y + (size_t)(walk.at[0] + i * walk.step[0]) * element,
                   (const unsigned char*)x +
                       (place + (size_t)(walk.at[2] + i * walk.step[2])) * element,
                   element);
        }
    } while (quillet_walk_next(&walk));
}

/* Where an index of `shape` leads, in elements. */
static size_t offset_of(const int64_t* index, const int32_t* shape) {
    size_t offset = 0;
    for (int32_t d = 0; d < shape[0]; d++)
        offset += place_of(index[d], (uint32_t)shape[1 + 2 * d]) * (size_t)shape[2 + 2 * d];
    return offset;
}

void quillet_gather_nd(void* y, const void* x, const int64_t* indices, const int32_t* shape,
                       uint32_t batches, uint32_t count, uint32_t row, uint32_t per_batch,
                       uint32_t element) {
    unsigned char* to = y;
    for (uint32_t b = 0; b < batches; b++)
        for (uint32_t i = 0; i < count; i++, indices += shape[0], to += (size_t)row * element)
            memcpy(to,
                   (const unsigned char*)x +
                       (b * (size_t)per_batch + offset_of(indices, shape)) * element,
                   (size_t)row * element);
}

void quillet_scatter_elements(void* y, const void* updates, const int64_t* indices,
                              const int32_t* table, uint32_t size, uint32_t stride,
                              uint32_t element) {
    quillet_walk walk;
    quillet_walk_begin(&walk, table, 3);
    do {
        for (int32_t i = 0; i < walk.count; i++) {
            size_t place = place_of(indices[walk.at[1] + i * walk.step[1]], size) * stride;
            memcpy(
                (unsigned char*)y + (place + (size_t)(walk.at[2] + i * walk.step[2])) * element,
                (const unsigned char*)updates + (size_t)(walk.at[0] + i * walk.step[0]) * element,
                element);
        }
    } while (quillet_walk_next(&walk));
}

static float joined(float a, float b, uint32_t how) {
    switch (how) {
        case 1:
            return a + b;
        case 2:
            return a * b;
        case 3:
            return a > b ? a : b;
        case 4:
            return a < b ? a : b;
        default:
            return b;
    }
}

void quillet_scatter_elements_f32(float* y, const float* updates, const int64_t* indices,
                                  const int32_t* table, uint32_t size, uint32_t stride,
                                  uint32_t how) {
    quillet_walk walk;
    quillet_walk_begin(&walk, table, 3);
    do {
        for (int32_t i = 0; i < walk.count; i++) {
            size_t place = place_of(indices[walk.at[1] + i * walk.step[1]], size) * stride;
            float* to = y + place + (size_t)(walk.at[2] + i * walk.step[2]);
            *to = joined(*to, updates[walk.at[0] + i * walk.step[0]], how);
        }
    } while (quillet_walk_next(&walk));
}

void quillet_scatter_nd(void* y, const void* updates, const int64_t* indices, const int32_t* shape,
                        uint32_t count, uint32_t row, uint32_t element) {
    const unsigned char* from = updates;
    for (uint32_t i = 0; i < count; i++, indices += shape[0], from += (size_t)row * element)
        memcpy((unsigned char*)y + offset_of(indices, shape) * element, from,
               (size_t)row * element);
}

void quillet_scatter_nd_f32(float* y, const float* updates, const int64_t* indices,
                            const int32_t* shape, uint32_t count, uint32_t row, uint32_t how) {
    for (uint32_t i = 0; i < count; i++, indices += shape[0], updates += row) {
        float* to = y + offset_of(indices, shape);
        for (uint32_t r = 0; r < row; r++) to[r] = joined(to[r], updates[r], how);
    }
}

void quillet_one_hot(void* y, const int64_t* indices, const void* values, uint32_t outer,
                     uint32_t depth, uint32_t inner, uint32_t element) {
    unsigned char* to = y;
    for (uint32_t o = 0; o < outer; o++)
        for (uint32_t d = 0; d < depth; d++)
            for (uint32_t i = 0; i < inner; i++, to += element) {
                int64_t index = indices[(size_t)o * inner + i];
                if (index < 0) index += (int64_t)depth;
                memcpy(to, (const unsigned char*)values + (index == (int64_t)d ? element : 0),
                       element);
            }
}

/* along an axis */

void quillet_softmax_f32(float* restrict y, const float* restrict x, uint32_t outer, uint32_t size,
                         uint32_t inner) {
    for (uint32_t o = 0; o < outer; o++, x += (size_t)size * inner, y += (size_t)size * inner)
        for (uint32_t i = 0; i < inner; i++) {
            float most = x[i], sum = 0;
            for (uint32_t k = 1; k < size; k++)
                most = x[k * inner + i] > most ? x[k * inner + i] : most;
            for (uint32_t k = 0; k < size; k++) {
                float e = quillet_exp_f32(x[k * inner + i] - most);
                y[k * inner + i] = e;
                sum += e;
            }
            for (uint32_t k = 0; k < size; k++) y[k * inner + i] /= sum;
        }
}

void quillet_log_softmax_f32(float* restrict y, const float* restrict x, uint32_t outer,
                             uint32_t size, uint32_t inner) {
    for (uint32_t o = 0; o < outer; o++, x += (size_t)size * inner, y += (size_t)size * inner)
        for (uint32_t i = 0; i < inner; i++) {
            float most = x[i], sum = 0;
            for (uint32_t k = 1; k < size; k++)
                most = x[k * inner + i] > most ? x[k * inner + i] : most;
            for (uint32_t k = 0; k < size; k++) sum += quillet_exp_f32(x[k * inner + i] - most);
            sum = logf(sum);
            for (uint32_t k = 0; k < size; k++) y[k * inner + i] = x[k * inner + i] - most - sum;
        }
}

void quillet_hardmax_f32(float* restrict y, const float* restrict x, uint32_t outer, uint32_t size,
                         uint32_t inner) {
    for (uint32_t o = 0; o < outer; o++, x += (size_t)size * inner, y += (size_t)size * inner)
        for (uint32_t i = 0; i < inner; i++) {
            uint32_t best = 0;
            for (uint32_t k = 1; k < size; k++)
                if (x[k * inner + i] > x[best * inner + i]) best = k;
            for (uint32_t k = 0; k < size; k++) y[k * inner + i] = k == best ? 1.0f : 0.0f;
        }
}

#define REDUCTION(name, S, T, start, formula)                                    \
    void quillet_reduce_##name##_##S(T* y, const T* input, const int32_t* outer, \
                                     const int32_t* inner) {                     \
        quillet_walk o;                                                          \
        quillet_walk_begin(&o, outer, 2);                                        \
        do {                                                                     \
            for (int32_t i = 0; i < o.count; i++) {                              \
                const T* from = input + o.at[1] + i * o.step[1];                 \
                const T first = *from;                                           \
                (void)first;                                                     \
                T sum = start;                                                   \
                quillet_walk w;                                                  \
                quillet_walk_begin(&w, inner, 1);                                \
                do {                                                             \
                    for (int32_t k = 0; k < w.count; k++) {                      \
                        const T x = from[w.at[0] + k * w.step[0]];               \
                        sum = formula;                                           \
                    }                                                            \
                } while (quillet_walk_next(&w));                                 \
                y[o.at[0] + i * o.step[0]] = sum;                                \
            }                                                                    \
        } while (quillet_walk_next(&o));                                         \
    }

/* The first outputs of a run, as many as it returns: those of type float whose second factors lie side
 * by side and have the first in common are summed side by side, each in its own order. Only where a
 * vector holds several. */
#if defined(__SSE2__) || defined(__ARM_NEON)
static inline void contract_side_by_side(float* y, const float* x, const float* z,
                                         const int32_t* inner, const int32_t width) {
    float sums[32];
    quillet_walk w;
    for (int32_t j = 0; j < width; j++) sums[j] = 0;
    quillet_walk_begin(&w, inner, 2);
    do {
        const float *xs = x + w.at[0], *zs = z + w.at[1];
        for (int32_t k = 0; k < w.count; k++, xs += w.step[0], zs += w.step[1]) {
            const float factor = *xs;
            for (int32_t j = 0; j < width; j++) sums[j] += factor * zs[j];
        }
    } while (quillet_walk_next(&w));
    for (int32_t j = 0; j < width; j++) y[j] = sums[j];
}

static int32_t contract_run_f32(float* y, const float* a, const float* b, const quillet_walk* o,
                                const int32_t* inner) {
    int32_t i = 0;
    if (o->step[0] != 1 || o->step[1] != 0 || o->step[2] != 1) return 0;
    y += o->at[0], a += o->at[1], b += o->at[2];
    for (; i + 32 <= o->count; i += 32) contract_side_by_side(y + i, a, b + i, inner, 32);
    for (; i + 8 <= o->count; i += 8) contract_side_by_side(y + i, a, b + i, inner, 8);
    return i;
}
#else
#    define contract_run_f32(y, a, b, o, inner) 0
#endif

/* `begun`: how many outputs of a run are there already. Products of narrow integers wrap in the type's own
 * width. */
#define CONTRACT(S, T, A, begun)                                                            \
    void quillet_contract_##S(T* y, const T* a, const T* b, const int32_t* outer,           \
                              const int32_t* inner) {                                       \
        quillet_walk o;                                                                     \
        quillet_walk_begin(&o, outer, 3);                                                   \
        do {                                                                                \
            for (int32_t i = begun; i < o.count; i++) {                                     \
                const T *x = a + o.at[1] + i * o.step[1], *z = b + o.at[2] + i * o.step[2]; \
                A sum = 0;                                                                  \
                quillet_walk w;                                                             \
                quillet_walk_begin(&w, inner, 2);                                           \
                do {                                                                        \
                    const T *xs = x + w.at[0], *zs = z + w.at[1];                           \
                    for (int32_t k = 0; k < w.count; k++, xs += w.step[0], zs += w.step[1]) \
                        sum += (A)*xs * (A)*zs;                                             \
                } while (quillet_walk_next(&w));                                            \
                y[o.at[0] + i * o.step[0]] = (T)sum;                                        \
            }                                                                               \
        } while (quillet_walk_next(&o));                                                    \
    }

#define ALONG(S, T)                                                                                \
    void quillet_arg_##S(int64_t* y, const T* x, uint32_t outer, uint32_t size, uint32_t inner,    \
                         int32_t sign, uint32_t last) {                                            \
        for (uint32_t o = 0; o < outer; o++, x += (size_t)size * inner)                            \
            for (uint32_t i = 0; i < inner; i++) {                                                 \
                uint32_t best = 0;                                                                 \
                for (uint32_t k = 1; k < size; k++) {                                              \
                    const T a = x[k * inner + i], b = x[best * inner + i];                         \
                    if ((sign > 0 ? a > b : a < b) || (last && a == b)) best = k;                  \
                }                                                                                  \
                *y++ = best;                                                                       \
            }                                                                                      \
    }                                                                                              \
    void quillet_top_##S(T* values, int64_t* places, const T* x, uint32_t outer, uint32_t size,    \
                         uint32_t inner, uint32_t k, int32_t sign) {                               \
        for (uint32_t o = 0; o < outer; o++, x += (size_t)size * inner)                            \
            for (uint32_t i = 0; i < inner; i++)                                                   \
                for (uint32_t rank = 0; rank < k; rank++) {                                        \
                    const size_t to = ((size_t)o * k + rank) * inner + i;                          \
                    int64_t best = -1;                                                             \
                    for (uint32_t c = 0; c < size; c++) {                                          \
                        const T a = x[c * inner + i];                                              \
                        if (rank > 0) { /* only what comes after the one before */                 \
                            const T before = values[to - inner];                                   \
                            if (sign > 0 ? a > before : a < before) continue;                      \
                            if (a == before && (int64_t)c <= places[to - inner]) continue;         \
                        }                                                                          \
                        if (best < 0 || (sign > 0 ? a > x[(size_t)best * inner + i]                \
                                                  : a < x[(size_t)best * inner + i]))              \
                            best = c;                                                              \
                    }                                                                              \
                    best = best < 0 ? 0 : best; /* NaNs only */                                    \
                    values[to] = x[(size_t)best * inner + i];                                      \
                    places[to] = best;                                                             \
                }                                                                                  \
    }                                                                                              \
    void quillet_cumsum_##S(T* y, const T* x, uint32_t outer, uint32_t size, uint32_t inner,       \
                            uint32_t exclusive, uint32_t reverse) {                                \
        for (uint32_t o = 0; o < outer; o++, x += (size_t)size * inner, y += (size_t)size * inner) \
            for (uint32_t i = 0; i < inner; i++) {                                                 \
                T sum = 0;                                                                         \
                for (uint32_t k = 0; k < size; k++) {                                              \
                    const size_t at = (size_t)(reverse ? size - 1 - k : k) * inner + i;            \
                    const T next = (T)(sum + x[at]);                                               \
                    y[at] = exclusive ? sum : next;                                                \
                    sum = next;                                                                    \
                }                                                                                  \
            }                                                                                      \
    }

#define REDUCTIONS(S, T) QUILLET_REDUCTION_LIST(REDUCTION, S, T)
QUILLET_TENSOR_TYPES(REDUCTIONS)
QUILLET_TENSOR_TYPES(ALONG)
CONTRACT(f32, float, float, contract_run_f32(y, a, b, &o, inner))
CONTRACT(f64, double, double, 0)
CONTRACT(i8, int8_t, uint32_t, 0)
CONTRACT(u8, uint8_t, uint32_t, 0)
CONTRACT(i16, int16_t, uint32_t, 0)
CONTRACT(u16, uint16_t, uint32_t, 0)
CONTRACT(i32, int32_t, uint32_t, 0)
CONTRACT(u32, uint32_t, uint32_t, 0)
CONTRACT(i64, int64_t, uint64_t, 0)
CONTRACT(u64, uint64_t, uint64_t, 0)
