// The table of kernels: one row for each C function of runtime/ that a step can call.
// SPDX-License-Identifier: MIT
#include "compile/kernels.h"

#include <type_traits>
#include <utility>

#include "base/error.h"
#include "runtime/quillet_elementwise.h"
#include "runtime/quillet_integer.h"
#include "runtime/quillet_kernels_f32.h"
#include "runtime/quillet_recurrent_f32.h"
#include "runtime/quillet_stream.h"
#include "runtime/quillet_tensor.h"
#include "runtime/quillet_window.h"

namespace quillet {
namespace {

template <class T>
constexpr Type type_of() {
    if constexpr (std::is_same_v<T, float>) return Type::float32;
    if constexpr (std::is_same_v<T, uint8_t>) return Type::uint8;
    if constexpr (std::is_same_v<T, int8_t>) return Type::int8;
    if constexpr (std::is_same_v<T, uint16_t>) return Type::uint16;
    if constexpr (std::is_same_v<T, int16_t>) return Type::int16;
    if constexpr (std::is_same_v<T, int32_t>) return Type::int32;
    if constexpr (std::is_same_v<T, uint32_t>) return Type::uint32;
    if constexpr (std::is_same_v<T, int64_t>) return Type::int64;
    if constexpr (std::is_same_v<T, uint64_t>) return Type::uint64;
    if constexpr (std::is_same_v<T, double>) return Type::float64;
    if constexpr (std::is_void_v<T>) return KernelRow::kAnyType;
    static_assert(std::is_arithmetic_v<T> || std::is_void_v<T>,
                  "a kernel's parameter is a number or an array of them");
}

template <class T>
constexpr KernelRow::Parameter parameter_of() {
    using Access = KernelRow::Access;
    if constexpr (std::is_pointer_v<T>) {
        using Element = std::remove_pointer_t<T>;
        return {std::is_const_v<Element> ? Access::reads : Access::writes,
                type_of<std::remove_const_t<Element>>()};
    } else {
        return {Access::number, type_of<T>()};
    }
}

template <class T>
T from_slot(const KernelRow::Slot& slot) {
    if constexpr (std::is_pointer_v<T>)
        return static_cast<T>(slot.pointer);
    else
        return static_cast<T>(slot.number);
}

// Parameters and thunk of a C function, read off its declaration.
template <auto function, class... Parameters, size_t... I>
KernelRow row_of(const char* name, const char* source, void (*)(Parameters...),
                 std::index_sequence<I...>) {
    return {name, source, {parameter_of<Parameters>()...}, [](const KernelRow::Slot* slots) {
                function(from_slot<Parameters>(slots[I])...);
            }};
}

template <auto function, class... Parameters>
KernelRow row_of(const char* name, const char* source, void (*type)(Parameters...)) {
    return row_of<function>(name, source, type, std::index_sequence_for<Parameters...>());
}

template <auto function>
KernelRow row(const char* name, const char* source, std::optional<KernelCost> cost = {},
              std::optional<KernelSharing> sharing = {}) {
    KernelRow row = row_of<function>(name, source, function);
    row.cost = cost;
    row.sharing = sharing;
    return row;
}

// Costs are fits to a kernel's cycles at two or three sizes on the emulated core, code in SRAM
// (docs/kernels.md); float kernels with libgcc's routines.
KernelCost cost(double fixed, double each, double each_product = 0) {
    return {fixed, each, each_product};
}
constexpr std::nullopt_t not_measured = std::nullopt;

KernelSharing shared(int64_t unit, size_t count, size_t moved, size_t first = 0,
                     size_t unit_rows = 0) {
    return {unit, count, moved, first, unit_rows};
}
// Of kernels that one core does: quillet_spread, whose sums run on from column to column, on core 0, and the
// table's row on core 1 meanwhile.
KernelSharing alone(size_t core) {
    return {0, core};
}

}  // namespace

#define ROW(source, name, ...) row<name>(#name, source __VA_OPT__(, ) __VA_ARGS__),
#define UNARY_ROW(name, S, T, formula) ROW("quillet_elementwise", quillet_##name##_##S)
#define BINARY_ROW(name, S, T, R, formula) UNARY_ROW(name, S, T, formula)
#define FLOAT_ROWS(S, T)                               \
    QUILLET_UNARY_LIST(UNARY_ROW, each_##S, T)         \
    QUILLET_TEST_LIST(UNARY_ROW, each_##S, T)          \
    QUILLET_FLOAT_BINARY_LIST(BINARY_ROW, walk_##S, T) \
    QUILLET_COMPARISON_LIST(BINARY_ROW, walk_##S, T)
#define INTEGER_ROWS(S, T)                               \
    QUILLET_INTEGER_BINARY_LIST(BINARY_ROW, walk_##S, T) \
    QUILLET_COMPARISON_LIST(BINARY_ROW, walk_##S, T)
#define TENSOR_ROW(name) ROW("quillet_tensor", name)
#define REDUCTION_ROW(name, S, T, start, formula) TENSOR_ROW(quillet_reduce_##name##_##S)
#define TENSOR_ROWS(S, T)                       \
    QUILLET_REDUCTION_LIST(REDUCTION_ROW, S, T) \
    TENSOR_ROW(quillet_contract_##S)            \
    TENSOR_ROW(quillet_arg_##S) TENSOR_ROW(quillet_top_##S) TENSOR_ROW(quillet_cumsum_##S)

const std::vector<KernelRow>& kernels() {
    static const std::vector<KernelRow> table = {
        // clang-format off
        ROW("quillet_kernels_f32", quillet_product_f32, cost(1902, 96, 244.3))
        ROW("quillet_kernels_f32", quillet_affine_f32, cost(1902, 244, 244.3))
        ROW("quillet_kernels_f32", quillet_gru_f32, cost(0, 11000))
        ROW("quillet_kernels_f32", quillet_lstm_f32, cost(0, 17600))
        ROW("quillet_kernels_f32", quillet_blend_f32)
        ROW("quillet_kernels_f32", quillet_add_f32, cost(0, 110))
        ROW("quillet_kernels_f32", quillet_subtract_f32)
        ROW("quillet_kernels_f32", quillet_multiply_f32)
        ROW("quillet_kernels_f32", quillet_divide_f32)
        ROW("quillet_kernels_f32", quillet_sigmoid_each_f32)
        ROW("quillet_kernels_f32", quillet_tanh_each_f32)
        ROW("quillet_kernels_f32", quillet_relu_f32)
        ROW("quillet_kernels_f32", quillet_copy_f32)
        ROW("quillet_kernels_f32", quillet_logits_f32, cost(0, 604))
        ROW("quillet_integer", quillet_narrow, cost(28, 8.5), shared(4, 2, 2))
        ROW("quillet_integer", quillet_spread, cost(33, 5.75), alone(0))
        ROW("quillet_integer", quillet_tables, cost(46, 75.8), shared(20, 2, 2))
        ROW("quillet_integer", quillet_tables6, cost(46, 160.83), shared(12, 2, 2))
        ROW("quillet_integer", quillet_product_int8, not_measured, shared(8, 3, 2))
        ROW("quillet_integer", quillet_product_int8_strips, cost(78, 8.63, 3.419), shared(8, 3, 2))
        ROW("quillet_integer", quillet_product_int4, cost(58, 19.13, 2.05), shared(8, 3, 2))
        ROW("quillet_integer", quillet_product_ternary, cost(89, 5.63, 1.144), shared(8, 3, 2))
        ROW("quillet_integer", quillet_product_ternary6, cost(94, 6.83, 0.844), shared(6, 3, 2))
        ROW("quillet_stream", quillet_stream_int8_strips, cost(120, 55, 3.419))
        ROW("quillet_stream", quillet_stream_int4, cost(120, 65, 2.05))
        ROW("quillet_stream", quillet_stream_ternary, cost(120, 52, 1.144))
        ROW("quillet_stream", quillet_stream_ternary6, cost(120, 70, 0.844))
        ROW("quillet_integer", quillet_scale_rows, cost(41, 17), shared(8, 4, 4))
        ROW("quillet_integer", quillet_table_row, cost(66, 12), alone(1))
        ROW("quillet_integer", quillet_table_row4, cost(66, 16), alone(1))
        ROW("quillet_integer", quillet_gru_gates, cost(75, 96.2), shared(4, 7, 0, 6, 1))
        ROW("quillet_integer", quillet_lstm_gates, cost(92, 140), shared(4, 7, 0, 6, 2))
        ROW("quillet_integer", quillet_rnn_gates, cost(60, 46), shared(4, 6, 0, 5, 1))
        ROW("quillet_integer", quillet_rnn_relu_gates, cost(60, 39.1), shared(4, 6, 0, 5, 1))
        QUILLET_FLOAT_TYPES(FLOAT_ROWS)
        QUILLET_INTEGER_TYPES(INTEGER_ROWS)
        QUILLET_TENSOR_TYPES(TENSOR_ROWS)
        ROW("quillet_elementwise", quillet_cast)
        TENSOR_ROW(quillet_copy_bytes)
        TENSOR_ROW(quillet_move)
        TENSOR_ROW(quillet_take)
        TENSOR_ROW(quillet_select)
        TENSOR_ROW(quillet_gather)
        TENSOR_ROW(quillet_gather_elements)
        TENSOR_ROW(quillet_gather_nd)
        TENSOR_ROW(quillet_scatter_elements)
        TENSOR_ROW(quillet_scatter_elements_f32)
        TENSOR_ROW(quillet_scatter_nd)
        TENSOR_ROW(quillet_scatter_nd_f32)
        TENSOR_ROW(quillet_one_hot)
        TENSOR_ROW(quillet_softmax_f32)
        TENSOR_ROW(quillet_log_softmax_f32)
        TENSOR_ROW(quillet_hardmax_f32)
        ROW("quillet_window", quillet_conv_f32)
        ROW("quillet_window", quillet_conv_i32)
        ROW("quillet_window", quillet_conv_transpose_f32)
        ROW("quillet_window", quillet_average_pool_f32)
        ROW("quillet_window", quillet_max_pool_f32)
        ROW("quillet_window", quillet_max_pool_i8)
        ROW("quillet_window", quillet_max_pool_u8)
        ROW("quillet_window", quillet_max_pool_places_f32)
        ROW("quillet_recurrent_f32", quillet_recurrent_f32)
        // clang-format on
    };
    return table;
}

#undef ROW
#undef UNARY_ROW
#undef BINARY_ROW
#undef FLOAT_ROWS
#undef INTEGER_ROWS
#undef TENSOR_ROW
#undef REDUCTION_ROW
#undef TENSOR_ROWS

const KernelRow* find_kernel(std::string_view name) {
    for (const KernelRow& row : kernels())
        if (row.name == name) return &row;
    return nullptr;
}

const KernelRow& kernel(std::string_view name) {
    if (const KernelRow* row = find_kernel(name)) return *row;
    throw Error("kernels", "the table has no " + std::string(name));
}

}  // namespace quillet
