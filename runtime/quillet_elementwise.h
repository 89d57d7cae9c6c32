/* Kernels that compute each element by itself, for every element type, from one list of formulas.
 * SPDX-License-Identifier: MIT
 *
 * Formulas are ONNX's. In them x and y are elements of type T, p the parameters, QUILLET_M(f) is C's
 * function f for T (sinf, sin). A line in a list here is a kernel; to the operator `HardSwish` belongs
 * the kernel quillet_hard_swish_each_f32. */
#ifndef QUILLET_ELEMENTWISE_H
#define QUILLET_ELEMENTWISE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* y[i] = formula of x[i] with up to two parameters p (attributes alpha and beta, or their like). */
#define QUILLET_UNARY_LIST(X, S, T)                                                  \
    X(abs, S, T, QUILLET_M(fabs)(x))                                                 \
    X(acos, S, T, QUILLET_M(acos)(x))                                                \
    X(acosh, S, T, QUILLET_M(acosh)(x))                                              \
    X(asin, S, T, QUILLET_M(asin)(x))                                                \
    X(asinh, S, T, QUILLET_M(asinh)(x))                                              \
    X(atan, S, T, QUILLET_M(atan)(x))                                                \
    X(atanh, S, T, QUILLET_M(atanh)(x))                                              \
    X(ceil, S, T, QUILLET_M(ceil)(x))                                                \
    X(celu, S, T, x > 0 ? x : p[0] * QUILLET_M(expm1)(x / p[0]))                     \
    X(cos, S, T, QUILLET_M(cos)(x))                                                  \
    X(cosh, S, T, QUILLET_M(cosh)(x))                                                \
    X(elu, S, T, x > 0 ? x : p[0] * QUILLET_M(expm1)(x))                             \
    X(erf, S, T, QUILLET_M(erf)(x))                                                  \
    X(exp, S, T, QUILLET_M(exp)(x))                                                  \
    X(floor, S, T, QUILLET_M(floor)(x))                                              \
    X(hard_sigmoid, S, T, QUILLET_M(fmax)(0, QUILLET_M(fmin)(1, p[0] * x + p[1])))   \
    X(hard_swish, S, T, x* QUILLET_M(fmax)(0, QUILLET_M(fmin)(1, x / 6 + (T)0.5)))   \
    X(leaky_relu, S, T, x < 0 ? p[0] * x : x)                                        \
    X(log, S, T, QUILLET_M(log)(x))                                                  \
    X(mish, S, T, x* QUILLET_M(tanh)(QUILLET_M(log1p)(QUILLET_M(exp)(x))))           \
    X(neg, S, T, -x)                                                                 \
    X(reciprocal, S, T, 1 / x)                                                       \
    X(round, S, T, QUILLET_M(rint)(x))                                               \
    X(selu, S, T, p[1] * (x > 0 ? x : p[0] * QUILLET_M(expm1)(x)))                   \
    X(shrink, S, T, x<-p[0] ? x + p[1] : x> p[0] ? x - p[1] : (T)0)                  \
    X(sign, S, T, (T)((x > 0) - (x < 0)))                                            \
    X(sin, S, T, QUILLET_M(sin)(x))                                                  \
    X(sinh, S, T, QUILLET_M(sinh)(x))                                                \
    X(softplus, S, T,                                                                \
      QUILLET_M(fmax)(x, 0) + QUILLET_M(log1p)(QUILLET_M(exp)(-QUILLET_M(fabs)(x)))) \
    X(softsign, S, T, x / (1 + QUILLET_M(fabs)(x)))                                  \
    X(sqrt, S, T, QUILLET_M(sqrt)(x))                                                \
    X(tan, S, T, QUILLET_M(tan)(x))                                                  \
    X(thresholded_relu, S, T, x > p[0] ? x : (T)0)

/* y[i] = whether x[i] is so; p: whether negative and positive infinities count. */
#define QUILLET_TEST_LIST(X, S, T) \
    X(is_nan, S, T, x != x)        \
    X(is_inf, S, T, (x - x != x - x) && x == x && (x > 0 ? p[1] != 0 : p[0] != 0))

/* Of two elements. Integers wrap around; a division by zero gives 0. */
#define QUILLET_FLOAT_BINARY_LIST(X, S, T)   \
    X(add, S, T, T, x + y)                   \
    X(sub, S, T, T, x - y)                   \
    X(mul, S, T, T, x* y)                    \
    X(div, S, T, T, x / y)                   \
    X(fmod, S, T, T, QUILLET_M(fmod)(x, y))  \
    X(pow, S, T, T, QUILLET_M(pow)(x, y))    \
    X(prelu, S, T, T, x < 0 ? x * y : x)     \
    X(min, S, T, T, x != x || x < y ? x : y) \
    X(max, S, T, T, x != x || x > y ? x : y)

#define QUILLET_INTEGER_BINARY_LIST(X, S, T)                                                     \
    X(add, S, T, T, (T)((uint64_t)x + (uint64_t)y))                                              \
    X(sub, S, T, T, (T)((uint64_t)x - (uint64_t)y))                                              \
    X(mul, S, T, T, (T)((uint64_t)x * (uint64_t)y))                                              \
    X(div, S, T, T, y == 0 ? (T)0 : y == (T)-1 && (T)-1 < 1 ? (T)(0 - (uint64_t)x) : (T)(x / y)) \
    X(fmod, S, T, T, y == 0 || (y == (T)-1 && (T)-1 < 1) ? (T)0 : (T)(x % y))                    \
    X(mod, S, T, T,                                                                              \
      y == 0 || (y == (T)-1 && (T)-1 < 1)    ? (T)0                                              \
      : x % y != 0 && (x % y < 1) != (y < 1) ? (T)(x % y + y)                                    \
                                             : (T)(x % y))                                       \
    X(min, S, T, T, x < y ? x : y)                                                               \
    X(max, S, T, T, x > y ? x : y)                                                               \
    X(and, S, T, T, (T)(x & y))                                                                  \
    X(or, S, T, T, (T)(x | y))                                                                   \
    X(xor, S, T, T, (T)(x ^ y))                                                                  \
    X(shift_left, S, T, T, (uint64_t)y >= 8 * sizeof(T) ? (T)0 : (T)((uint64_t)x << (y & 63)))   \
    X(shift_right, S, T, T, (uint64_t)y >= 8 * sizeof(T) ? (T)0 : (T)(x >> (y & 63)))

#define QUILLET_COMPARISON_LIST(X, S, T) \
    X(equal, S, T, uint8_t, x == y)      \
    X(less, S, T, uint8_t, x < y)        \
    X(less_or_equal, S, T, uint8_t, x <= y)

#define QUILLET_FLOAT_TYPES(X) X(f32, float) X(f64, double)
#define QUILLET_INTEGER_TYPES(X) \
    X(i8, int8_t)                \
    X(u8, uint8_t)               \
    X(i16, int16_t)              \
    X(u16, uint16_t) X(i32, int32_t) X(u32, uint32_t) X(i64, int64_t) X(u64, uint64_t)

#define QUILLET_DECLARE_UNARY(name, S, T, formula) \
    void quillet_##name##_##S(T* y, const T* x, const T* p, uint32_t count);
#define QUILLET_DECLARE_TEST(name, S, T, formula) \
    void quillet_##name##_##S(uint8_t* y, const T* x, const T* p, uint32_t count);
/* walk: y, a, b. */
#define QUILLET_DECLARE_BINARY(name, S, T, R, formula) \
    void quillet_##name##_##S(R* y, const T* a, const T* b, const int32_t* walk);

#define QUILLET_DECLARE_FLOAT(S, T)                                \
    QUILLET_UNARY_LIST(QUILLET_DECLARE_UNARY, each_##S, T)         \
    QUILLET_TEST_LIST(QUILLET_DECLARE_TEST, each_##S, T)           \
    QUILLET_FLOAT_BINARY_LIST(QUILLET_DECLARE_BINARY, walk_##S, T) \
    QUILLET_COMPARISON_LIST(QUILLET_DECLARE_BINARY, walk_##S, T)
#define QUILLET_DECLARE_INTEGER(S, T)                                \
    QUILLET_INTEGER_BINARY_LIST(QUILLET_DECLARE_BINARY, walk_##S, T) \
    QUILLET_COMPARISON_LIST(QUILLET_DECLARE_BINARY, walk_##S, T)

QUILLET_FLOAT_TYPES(QUILLET_DECLARE_FLOAT)
QUILLET_INTEGER_TYPES(QUILLET_DECLARE_INTEGER)

/* Casts through the widest type of the source's kind. Floats to integers: towards zero, the nearest
 * end of the range beyond it, 0 for a NaN. `to` and `from` are ONNX's numbers of element types. */
void quillet_cast(void* y, const void* x, uint32_t to, uint32_t from, uint32_t count);

#ifdef __cplusplus
}
#endif

#endif
