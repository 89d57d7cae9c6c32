/* Kernels that compute each element by itself, for every element type, from one list of formulas.
 * SPDX-License-Identifier: MIT */
#include "quillet_elementwise.h"

#include <math.h>

#include "quillet_math_f32.h"
#include "quillet_walk.h"

#define UNARY_TO(R, name, S, T, formula)                                          \
    void quillet_##name##_##S(R* y, const T* input, const T* p, uint32_t count) { \
        (void)p;                                                                  \
        for (uint32_t i = 0; i < count; i++) {                                    \
            const T x = input[i];                                                 \
            y[i] = (R)(formula);                                                  \
        }                                                                         \
    }
#define UNARY(name, S, T, formula) UNARY_TO(T, name, S, T, formula)
#define TEST(name, S, T, formula) UNARY_TO(uint8_t, name, S, T, formula)

#define BINARY(name, S, T, R, formula)                                                   \
    void quillet_##name##_##S(R* result, const T* a, const T* b, const int32_t* table) { \
        quillet_walk walk;                                                               \
        quillet_walk_begin(&walk, table, 3);                                             \
        do {                                                                             \
            R* to = result + walk.at[0];                                                 \
            const T *from_a = a + walk.at[1], *from_b = b + walk.at[2];                  \
            for (int32_t i = 0; i < walk.count; i++) {                                   \
                const T x = from_a[i * walk.step[1]], y = from_b[i * walk.step[2]];      \
                to[i * walk.step[0]] = (R)(formula);                                     \
            }                                                                            \
        } while (quillet_walk_next(&walk));                                              \
    }

#define FLOAT(S, T)                                \
    QUILLET_UNARY_LIST(UNARY, each_##S, T)         \
    QUILLET_TEST_LIST(TEST, each_##S, T)           \
    QUILLET_FLOAT_BINARY_LIST(BINARY, walk_##S, T) \
    QUILLET_COMPARISON_LIST(BINARY, walk_##S, T)
#define INTEGER(S, T)                                \
    QUILLET_INTEGER_BINARY_LIST(BINARY, walk_##S, T) \
    QUILLET_COMPARISON_LIST(BINARY, walk_##S, T)

#define QUILLET_M(name) name##f
FLOAT(f32, float)
#undef QUILLET_M
#define QUILLET_M(name) name
FLOAT(f64, double)
QUILLET_INTEGER_TYPES(INTEGER)

/* ONNX's numbers of element types. */
enum {
    F32 = 1,
    U8 = 2,
    I8 = 3,
    U16 = 4,
    I16 = 5,
    I32 = 6,
    I64 = 7,
    BOOLEAN = 9,
    F16 = 10,
    F64 = 11,
    U32 = 12,
    U64 = 13,
    BF16 = 16
};

/* Floats of 16 bits, whose fraction has 10 bits (float16) or 7 (bfloat16). */
static int fraction_bits(uint32_t type) {
    return type == F16 ? 10 : 7;
}

static double real_of_half(uint16_t half, uint32_t type) {
    const int fraction = fraction_bits(type), bias = (0x3FFF >> fraction);
    const int exponent = (half & 0x7FFF) >> fraction, rest = half & ((1 << fraction) - 1);
    double x;
    if (exponent == 2 * bias + 1)
        x = rest ? (double)NAN : (double)INFINITY;
    else
        x = ldexp(exponent ? rest + (1 << fraction) : rest,
                  (exponent ? exponent : 1) - bias - fraction);
    return half & 0x8000 ? -x : x;
}

/* To the nearest float16, of two as near the even one; infinity beyond the greatest. */
static uint16_t half_of_real(double x) {
    const int fraction = 10, bias = 15;
    const int32_t infinity = 31 << fraction;
    const int32_t sign = signbit(x) ? 0x8000 : 0;
    int exponent;
    int32_t bits = infinity;
    if (x != x) {
        bits += 1 << (fraction - 1);
    } else if (x == 0) {
        bits = 0;
    } else if (x - x == 0) {
        (void)frexp(x, &exponent);
        exponent = exponent - 1 < 1 - bias ? 1 - bias : exponent - 1;
        /* The highest bit of a normal number adds one to the exponent. */
        bits = (exponent + bias - 1) * (1 << fraction) +
               (int32_t)rint(ldexp(fabs(x), fraction - exponent));
        if (bits > infinity) bits = infinity;
    }
    return (uint16_t)(sign | bits);
}

/* An element as a double or, of an integer type, as 64 bits. */
typedef struct number {
    double real;
    uint64_t bits;
} number;

static number load(const void* x, uint32_t type, uint32_t i) {
    number n = {0, 0};
    switch (type) {
        case F32:
            n.real = (double)((const float*)x)[i];
            break;
        case F64:
            n.real = ((const double*)x)[i];
            break;
        case F16:
        case BF16:
            n.real = real_of_half(((const uint16_t*)x)[i], type);
            break;
        case U8:
        case BOOLEAN:
            n.bits = ((const uint8_t*)x)[i];
            break;
        case I8:
            n.bits = (uint64_t)((const int8_t*)x)[i];
            break;
        case U16:
            n.bits = ((const uint16_t*)x)[i];
            break;
        case I16:
            n.bits = (uint64_t)((const int16_t*)x)[i];
            break;
        case U32:
            n.bits = ((const uint32_t*)x)[i];
            break;
        case I32:
            n.bits = (uint64_t)((const int32_t*)x)[i];
            break;
        default:
            n.bits = ((const uint64_t*)x)[i];
    }
    return n;
}

static void store(void* y, uint32_t type, uint32_t i, number n) {
    switch (type) {
        case F32:
            ((float*)y)[i] = (float)n.real;
            break;
        case F64:
            ((double*)y)[i] = n.real;
            break;
        case F16:
            ((uint16_t*)y)[i] = half_of_real(n.real);
            break;
        case BOOLEAN:
            ((uint8_t*)y)[i] = n.bits != 0;
            break;
        case U8:
        case I8:
            ((uint8_t*)y)[i] = (uint8_t)n.bits;
            break;
        case U16:
        case I16:
            ((uint16_t*)y)[i] = (uint16_t)n.bits;
            break;
        case U32:
        case I32:
            ((uint32_t*)y)[i] = (uint32_t)n.bits;
            break;
        default:
            ((uint64_t*)y)[i] = n.bits;
    }
}

static int is_real(uint32_t type) {
    return type == F32 || type == F64 || type == F16 || type == BF16;
}

static int is_signed(uint32_t type) {
    return type == I8 || type == I16 || type == I32 || type == I64;
}

static uint32_t bits_of_type(uint32_t type) {
    switch (type) {
        case U8:
        case I8:
            return 8;
        case U16:
        case I16:
            return 16;
        case U32:
        case I32:
            return 32;
        default:
            return 64;
    }
}

static uint64_t integer_of(double x, uint32_t type) {
    if (type == BOOLEAN) return x != 0;
    if (x != x) return 0;
    const double half = (double)((uint64_t)1 << (bits_of_type(type) - 1));
    const double low = is_signed(type) ? -half : 0, high = is_signed(type) ? half : 2 * half;
    x = trunc(x);
    if (x <= low) return is_signed(type) ? 0 - ((uint64_t)1 << (bits_of_type(type) - 1)) : 0;
    if (x >= high)
        return is_signed(type) ? ((uint64_t)1 << (bits_of_type(type) - 1)) - 1 : ~(uint64_t)0;
    return is_signed(type) ? (uint64_t)(int64_t)x : (uint64_t)x;
}

void quillet_cast(void* y, const void* x, uint32_t to, uint32_t from, uint32_t count) {
    const int from_real = is_real(from), to_real = is_real(to);
    for (uint32_t i = 0; i < count; i++) {
        number n = load(x, from, i);
        if (from_real && !to_real) n.bits = integer_of(n.real, to);
        if (!from_real && to_real)
            n.real = is_signed(from) ? (double)(int64_t)n.bits : (double)n.bits;
        store(y, to, i, n);
    }
}
