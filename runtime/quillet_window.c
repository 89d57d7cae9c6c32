/* Kernels that slide a window over images of one to three axes: convolutions and pools.
 * SPDX-License-Identifier: MIT */
#include "quillet_window.h"

#include <math.h>
#include <stddef.h>

/* The table of a window, missing axes in front being of size one. */
typedef struct window {
    int32_t batch, groups, channels, outputs, flag;
    int32_t in[3], out[3], size[3], stride[3], dilation[3], pad[3];
    int32_t in_count, out_count, window_count;
} window;

static window window_of(const int32_t* shape) {
    window w;
    const int32_t axes = shape[4], missing = QUILLET_MOST_IMAGE_AXES - axes;
    w.batch = shape[0], w.groups = shape[1], w.channels = shape[2], w.outputs = shape[3],
    w.flag = shape[5];
    w.in_count = w.out_count = w.window_count = 1;
    for (int32_t a = 0; a < QUILLET_MOST_IMAGE_AXES; a++) {
        const int32_t* row = shape + 6 + 6 * (a - missing);
        const int there = a >= missing;
        w.in[a] = there ? row[0] : 1;
        w.out[a] = there ? row[1] : 1;
        w.size[a] = there ? row[2] : 1;
        w.stride[a] = there ? row[3] : 1;
        w.dilation[a] = there ? row[4] : 1;
        w.pad[a] = there ? row[5] : 0;
        w.in_count *= w.in[a];
        w.out_count *= w.out[a];
        w.window_count *= w.size[a];
    }
    return w;
}

/* The window's part that lies inside the image: positions begin .. end along each axis for output o. */
typedef struct reach {
    int32_t origin[3], begin[3], end[3];
} reach;

static reach reach_of(const window* w, const int32_t o[3]) {
    reach r;
    for (int a = 0; a < 3; a++) {
        const int32_t origin = o[a] * w->stride[a] - w->pad[a];
        int32_t begin = 0, end = w->size[a];
        if (origin < 0) begin = (-origin + w->dilation[a] - 1) / w->dilation[a];
        while (end > begin && origin + (end - 1) * w->dilation[a] >= w->in[a]) end--;
        r.origin[a] = origin, r.begin[a] = begin, r.end[a] = end;
    }
    return r;
}

#define EACH_OUTPUT(w, o)                                     \
    for (int32_t o[3] = {0, 0, 0}; o[0] < (w).out[0]; o[0]++) \
        for (o[1] = 0; o[1] < (w).out[1]; o[1]++)             \
            for (o[2] = 0; o[2] < (w).out[2]; o[2]++)

/* For each position k of the reach; `line + k2 * dilation[2]` is its place in the image. */
#define EACH_POSITION(w, r)                                                           \
    for (int32_t k0 = (r).begin[0]; k0 < (r).end[0]; k0++)                            \
        for (int32_t k1 = (r).begin[1]; k1 < (r).end[1]; k1++)                        \
            for (int32_t k2 = (r).begin[2],                                           \
                         line = (((r).origin[0] + k0 * (w).dilation[0]) * (w).in[1] + \
                                 (r).origin[1] + k1 * (w).dilation[1]) *              \
                                    (w).in[2] +                                       \
                                (r).origin[2];                                        \
                 k2 < (r).end[2]; k2++)

/* The columns begin .. end of an output's last axis whose position k of the window lies in the image. */
typedef struct column_range {
    int32_t begin, end, shift; /* of column j: image column j * stride + shift */
} column_range;

static column_range columns_of(const window* w, int32_t k) {
    column_range c = {0, w->out[2], k * w->dilation[2] - w->pad[2]};
    const int32_t stride = w->stride[2],
                  inside = w->in[2] - c.shift; /* columns * stride below it */
    if (c.shift < 0) c.begin = stride == 1 ? -c.shift : (-c.shift + stride - 1) / stride;
    if (inside < 1)
        c.end = 0;
    else if (inside <= (c.end - 1) * stride)
        c.end = stride == 1 ? inside : (inside - 1) / stride + 1;
    return c;
}

/* y, a row of outputs, += columns of x times a factor; or four rows, `rows` apart, times four. */
#define ADD_COLUMNS(S, T, A)                                                                     \
    static inline void add_columns_##S(T* restrict y, const T* restrict x, T by, int32_t stride, \
                                       int32_t count) {                                          \
        for (int32_t j = 0; j < count; j++) y[j] = (T)((A)y[j] + (A)x[j * stride] * (A)by);      \
    }                                                                                            \
    static inline void add_four_columns_##S(T* restrict y0, T* restrict y1, T* restrict y2,      \
                                            T* restrict y3, const T* restrict x, const T* by,    \
                                            int32_t apart, int32_t count) {                      \
        const T by0 = by[0], by1 = by[apart], by2 = by[2 * apart], by3 = by[3 * apart];          \
        for (int32_t j = 0; j < count; j++) {                                                    \
            y0[j] = (T)((A)y0[j] + (A)x[j] * (A)by0);                                            \
            y1[j] = (T)((A)y1[j] + (A)x[j] * (A)by1);                                            \
            y2[j] = (T)((A)y2[j] + (A)x[j] * (A)by2);                                            \
            y3[j] = (T)((A)y3[j] + (A)x[j] * (A)by3);                                            \
        }                                                                                        \
    }

/* A row of outputs at once, or those of four filters, each of whose sums takes its terms in the order of
 * the filter. y, x and filter: of the row, the group's first channel, the first filter. */
#define CONV(S, T, A)                                                                              \
    ADD_COLUMNS(S, T, A)                                                                           \
    static void conv_row_##S(T* y, const T* x, const T* filter, const window* w,                   \
                             const int32_t o[3], int32_t filters) {                                \
        const reach r = reach_of(w, o);                                                            \
        const int32_t apart = w->channels * w->window_count, rows = w->out_count;                  \
        for (int32_t m = 0; m < filters; m++)                                                      \
            for (int32_t j = 0; j < w->out[2]; j++) y[m * rows + j] = 0;                           \
        for (int32_t c = 0; c < w->channels; c++, x += w->in_count, filter += w->window_count)     \
            for (int32_t k0 = r.begin[0]; k0 < r.end[0]; k0++)                                     \
                for (int32_t k1 = r.begin[1]; k1 < r.end[1]; k1++) {                               \
                    const T* line = x + ((r.origin[0] + k0 * w->dilation[0]) * w->in[1] +          \
                                         r.origin[1] + k1 * w->dilation[1]) *                      \
                                            w->in[2];                                              \
                    const T* by = filter + (k0 * w->size[1] + k1) * w->size[2];                    \
                    for (int32_t k2 = 0; k2 < w->size[2]; k2++, by++) {                            \
                        const column_range in = columns_of(w, k2);                                 \
                        const int32_t count = in.end - in.begin;                                   \
                        if (count <= 0) continue;                                                  \
                        const T* from = line + in.begin * w->stride[2] + in.shift;                 \
                        T* to = y + in.begin;                                                      \
                        if (filters == 4)                                                          \
                            add_four_columns_##S(to, to + rows, to + 2 * rows, to + 3 * rows,      \
                                                 from, by, apart, count);                          \
                        else                                                                       \
                            add_columns_##S(to, from, *by, w->stride[2], count);                   \
                    }                                                                              \
                }                                                                                  \
    }                                                                                              \
    void quillet_conv_##S(T* y, const T* x, const T* filters, const int32_t* shape) {              \
        const window w = window_of(shape);                                                         \
        for (int32_t n = 0; n < w.batch; n++)                                                      \
            for (int32_t g = 0; g < w.groups; g++, x += w.channels * w.in_count)                   \
                for (int32_t m = 0, some; m < w.outputs; m += some) {                              \
                    const T* filter = filters + (g * w.outputs + m) * w.channels * w.window_count; \
                    some = w.stride[2] == 1 && m + 4 <= w.outputs ? 4 : 1;                         \
                    for (int32_t o[3] = {0, 0, 0}; o[0] < w.out[0]; o[0]++)                        \
                        for (o[1] = 0; o[1] < w.out[1]; o[1]++, y += w.out[2])                     \
                            conv_row_##S(y, x, filter, &w, o, some);                               \
                    y += (some - 1) * w.out_count;                                                 \
                }                                                                                  \
    }
CONV(f32, float, float)
CONV(i32, int32_t, uint32_t)

void quillet_conv_transpose_f32(float* y, const float* x, const float* filters,
                                const int32_t* shape) {
    const window w = window_of(shape);
    for (int32_t n = 0; n < w.batch; n++)
        for (int32_t g = 0; g < w.groups; g++, x += w.channels * w.in_count)
            for (int32_t m = 0; m < w.outputs; m++) {
                EACH_OUTPUT(w, o) {
                    float sum = 0;
                    for (int32_t c = 0; c < w.channels; c++) {
                        const float* by =
                            filters + ((g * w.channels + c) * w.outputs + m) * w.window_count;
                        for (int32_t k = 0; k < w.window_count; k++) {
                            const int32_t position[3] = {k / (w.size[1] * w.size[2]),
                                                         k / w.size[2] % w.size[1], k % w.size[2]};
                            int32_t at = 0, inside = 1;
                            for (int a = 0; a < 3; a++) {
                                const int32_t i = o[a] + w.pad[a] - position[a] * w.dilation[a];
                                inside &=
                                    i >= 0 && i % w.stride[a] == 0 && i / w.stride[a] < w.in[a];
                                at = at * w.in[a] + i / w.stride[a];
                            }
                            if (inside) sum += x[c * w.in_count + at] * by[k];
                        }
                    }
                    *y++ = sum;
                }
            }
}

void quillet_average_pool_f32(float* y, const float* x, const int32_t* shape,
                              const int32_t* pad_end) {
    const window w = window_of(shape);
    const int32_t missing = QUILLET_MOST_IMAGE_AXES - shape[4];
    for (int32_t n = 0; n < w.batch * w.groups; n++, x += w.in_count) {
        EACH_OUTPUT(w, o) {
            const reach r = reach_of(&w, o);
            float sum = 0;
            int32_t count = 1;
            EACH_POSITION(w, r) {
                sum += x[line + k2 * w.dilation[2]];
            }
            for (int a = 0; a < 3; a++) {
                int32_t positions = r.end[a] - r.begin[a];
                if (w.flag && a >= missing) { /* positions before the padding's end */
                    const int32_t limit = w.in[a] + pad_end[a - missing] - r.origin[a];
                    positions = (limit + w.dilation[a] - 1) / w.dilation[a];
                    positions = positions < w.size[a] ? positions : w.size[a];
                }
                count *= positions;
            }
            *y++ = count > 0 ? sum / (float)count : 0;
        }
    }
}

/* A row of outputs at once. */
#define MAX_POOL(S, T, least)                                                                   \
    static inline void greater_columns_##S(T* restrict y, const T* restrict x, int32_t stride,  \
                                           int32_t count) {                                     \
        for (int32_t j = 0; j < count; j++) y[j] = x[j * stride] > y[j] ? x[j * stride] : y[j]; \
    }                                                                                           \
    static void max_pool_row_##S(T* y, const T* x, const window* w, const int32_t o[3]) {       \
        const reach r = reach_of(w, o);                                                         \
        for (int32_t j = 0; j < w->out[2]; j++) y[j] = least;                                   \
        for (int32_t k0 = r.begin[0]; k0 < r.end[0]; k0++)                                      \
            for (int32_t k1 = r.begin[1]; k1 < r.end[1]; k1++) {                                \
                const T* line = x + ((r.origin[0] + k0 * w->dilation[0]) * w->in[1] +           \
                                     r.origin[1] + k1 * w->dilation[1]) *                       \
                                        w->in[2];                                               \
                for (int32_t k2 = 0; k2 < w->size[2]; k2++) {                                   \
                    const column_range in = columns_of(w, k2);                                  \
                    if (in.begin < in.end)                                                      \
                        greater_columns_##S(y + in.begin,                                       \
                                            line + in.begin * w->stride[2] + in.shift,          \
                                            w->stride[2], in.end - in.begin);                   \
                }                                                                               \
            }                                                                                   \
    }                                                                                           \
    void quillet_max_pool_##S(T* y, const T* x, const int32_t* shape) {                         \
        const window w = window_of(shape);                                                      \
        for (int32_t n = 0; n < w.batch * w.groups; n++, x += w.in_count)                       \
            for (int32_t o[3] = {0, 0, 0}; o[0] < w.out[0]; o[0]++)                             \
                for (o[1] = 0; o[1] < w.out[1]; o[1]++, y += w.out[2])                          \
                    max_pool_row_##S(y, x, &w, o);                                              \
    }
MAX_POOL(f32, float, -INFINITY)
MAX_POOL(i8, int8_t, INT8_MIN)
MAX_POOL(u8, uint8_t, 0)

void quillet_max_pool_places_f32(float* y, int64_t* places, const float* x, const int32_t* shape) {
    const window w = window_of(shape);
    for (int32_t n = 0; n < w.batch * w.groups; n++) {
        const float* image = x + n * w.in_count;
        EACH_OUTPUT(w, o) {
            const reach r = reach_of(&w, o);
            int32_t best = -1;
            EACH_POSITION(w, r) {
                const int32_t at = line + k2 * w.dilation[2];
                if (best < 0 || image[at] > image[best]) best = at;
            }
            *y++ = best < 0 ? -INFINITY : image[best];
            if (best < 0) {
                *places++ = -1;
                continue;
            }
            if (w.flag) { /* by columns */
                const int32_t a = best / (w.in[1] * w.in[2]), b = best / w.in[2] % w.in[1],
                              c = best % w.in[2];
                best = (c * w.in[1] + b) * w.in[0] + a;
            }
            *places++ = (int64_t)n * w.in_count + best;
        }
    }
}
