/* Kernels that move elements between tensors, reduce them, multiply and sort them.
 * SPDX-License-Identifier: MIT
 *
 * Tensors are row-major. `walk` tables: quillet_walk.h. Arrays of `void` hold elements of `element` bytes
 * (1, 2, 4 or 8), whatever they mean. A tensor seen along one axis is (outer, size, inner). */
#ifndef QUILLET_TENSOR_H
#define QUILLET_TENSOR_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* y = x, the bytes as they are. */
void quillet_copy_bytes(void* y, const void* x, uint32_t bytes);
/* y = x; walk: y, x. With strides of 0 a fill or a broadcast, with others a transpose, a slice, … */
void quillet_move(void* y, const void* x, const int32_t* walk, uint32_t element);
/* y[i] = x[sources[i]]. */
void quillet_take(void* y, const void* x, const int32_t* sources, uint32_t count, uint32_t element);
/* y = condition ? a : b; walk: y, condition, a, b. */
void quillet_select(void* y, const uint8_t* condition, const void* a, const void* b,
                    const int32_t* walk, uint32_t element);

/* Indices below zero count from the end; one that lies outside is taken as 0.
 * y (outer, count, inner) = rows `indices` (count) of x (outer, size, inner). */
void quillet_gather(void* y, const void* x, const int64_t* indices, uint32_t outer, uint32_t size,
                    uint32_t inner, uint32_t count, uint32_t element);
/* y = x where the index along one axis, of `size` elements `stride` apart, comes from indices; walk: y,
 * indices, x with a stride of 0 along that axis. */
void quillet_gather_elements(void* y, const void* x, const int64_t* indices, const int32_t* walk,
                             uint32_t size, uint32_t stride, uint32_t element);
/* Rows of `row` elements, `shape` being the depth, then for each part of an index its size and stride in x;
 * indices (batches, count, depth); x (batches, per_batch). */
void quillet_gather_nd(void* y, const void* x, const int64_t* indices, const int32_t* shape,
                       uint32_t batches, uint32_t count, uint32_t row, uint32_t per_batch,
                       uint32_t element);
/* The reverse of both, in the order of the indices; `how` 0: y = update, 1: added, 2: multiplied, 3: the
 * greater, 4: the less. walk: updates, indices, y with a stride of 0 along that axis. y holds the data. */
void quillet_scatter_elements(void* y, const void* updates, const int64_t* indices,
                              const int32_t* walk, uint32_t size, uint32_t stride,
                              uint32_t element);
void quillet_scatter_elements_f32(float* y, const float* updates, const int64_t* indices,
                                  const int32_t* walk, uint32_t size, uint32_t stride,
                                  uint32_t how);
void quillet_scatter_nd(void* y, const void* updates, const int64_t* indices, const int32_t* shape,
                        uint32_t count, uint32_t row, uint32_t element);
void quillet_scatter_nd_f32(float* y, const float* updates, const int64_t* indices,
                            const int32_t* shape, uint32_t count, uint32_t row, uint32_t how);
/* y (outer, depth, inner) = values[1] where indices (outer, inner) say so, values[0] elsewhere. */
void quillet_one_hot(void* y, const int64_t* indices, const void* values, uint32_t outer,
                     uint32_t depth, uint32_t inner, uint32_t element);

/* Softmax along one axis; its logarithm; 1 at the first greatest, 0 elsewhere. */
void quillet_softmax_f32(float* y, const float* x, uint32_t outer, uint32_t size, uint32_t inner);
void quillet_log_softmax_f32(float* y, const float* x, uint32_t outer, uint32_t size,
                             uint32_t inner);
void quillet_hardmax_f32(float* y, const float* x, uint32_t outer, uint32_t size, uint32_t inner);

/* y (outer) = sum, product, least or greatest of x over `inner`. outer walk: y, x; inner walk: x. */
#define QUILLET_REDUCTION_LIST(X, S, T)      \
    X(sum, S, T, 0, (T)(sum + x))            \
    X(prod, S, T, 1, (T)(sum * x))           \
    X(least, S, T, first, x < sum ? x : sum) \
    X(greatest, S, T, first, x > sum ? x : sum)
#define QUILLET_DECLARE_REDUCTION(name, S, T, start, formula)                    \
    void quillet_reduce_##name##_##S(T* y, const T* input, const int32_t* outer, \
                                     const int32_t* inner);

/* What a type of numbers has besides. contract: y = sum of a * b; outer walk: y, a, b; inner walk: a, b.
 * arg: the place of the greatest (sign 1) or least (-1) along an axis, the last of equals where `last`.
 * top: the k greatest or least in order. cumsum: along an axis, without each element's own where exclusive,
 * from the end where reverse. */
/* clang-format 14 changes this list at every run. */
/* clang-format off */
#define QUILLET_TENSOR_TYPES(X)                                                   \
    X(f32, float) X(f64, double) X(i8, int8_t) X(u8, uint8_t) X(i16, int16_t)     \
    X(u16, uint16_t) X(i32, int32_t) X(u32, uint32_t) X(i64, int64_t) X(u64, uint64_t)
/* clang-format on */
#define QUILLET_DECLARE_TENSOR(S, T)                                                            \
    QUILLET_REDUCTION_LIST(QUILLET_DECLARE_REDUCTION, S, T)                                     \
    void quillet_contract_##S(T* y, const T* a, const T* b, const int32_t* outer,               \
                              const int32_t* inner);                                            \
    void quillet_arg_##S(int64_t* y, const T* x, uint32_t outer, uint32_t size, uint32_t inner, \
                         int32_t sign, uint32_t last);                                          \
    void quillet_top_##S(T* values, int64_t* places, const T* x, uint32_t outer, uint32_t size, \
                         uint32_t inner, uint32_t k, int32_t sign);                             \
    void quillet_cumsum_##S(T* y, const T* x, uint32_t outer, uint32_t size, uint32_t inner,    \
                            uint32_t exclusive, uint32_t reverse);
QUILLET_TENSOR_TYPES(QUILLET_DECLARE_TENSOR)

#ifdef __cplusplus
}
#endif

#endif
