// The table of kernels: one row for each C function of runtime/ that a step can call.
// SPDX-License-Identifier: MIT
#include "compile/kernels.h"

#include <type_traits>
#include <utility>

#include "base/error.h"
#include "runtime/quillet_integer.h"
#include "runtime/quillet_kernels_f32.h"

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
    static_assert(std::is_arithmetic_v<T>, "a kernel's parameter is a number or an array of them");
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
KernelRow row(const char* name, const char* source) {
    return row_of<function>(name, source, function);
}

}  // namespace

const std::vector<KernelRow>& kernels() {
    static const std::vector<KernelRow> table = {
        row<quillet_product_f32>("quillet_product_f32", "quillet_kernels_f32"),
        row<quillet_affine_f32>("quillet_affine_f32", "quillet_kernels_f32"),
        row<quillet_gru_f32>("quillet_gru_f32", "quillet_kernels_f32"),
        row<quillet_lstm_f32>("quillet_lstm_f32", "quillet_kernels_f32"),
        row<quillet_blend_f32>("quillet_blend_f32", "quillet_kernels_f32"),
        row<quillet_add_f32>("quillet_add_f32", "quillet_kernels_f32"),
        row<quillet_subtract_f32>("quillet_subtract_f32", "quillet_kernels_f32"),
        row<quillet_multiply_f32>("quillet_multiply_f32", "quillet_kernels_f32"),
        row<quillet_divide_f32>("quillet_divide_f32", "quillet_kernels_f32"),
        row<quillet_sigmoid_each_f32>("quillet_sigmoid_each_f32", "quillet_kernels_f32"),
        row<quillet_tanh_each_f32>("quillet_tanh_each_f32", "quillet_kernels_f32"),
        row<quillet_relu_f32>("quillet_relu_f32", "quillet_kernels_f32"),
        row<quillet_copy_f32>("quillet_copy_f32", "quillet_kernels_f32"),
        row<quillet_logits_f32>("quillet_logits_f32", "quillet_kernels_f32"),
        row<quillet_narrow>("quillet_narrow", "quillet_integer"),
        row<quillet_spread>("quillet_spread", "quillet_integer"),
        row<quillet_tables>("quillet_tables", "quillet_integer"),
        row<quillet_tables6>("quillet_tables6", "quillet_integer"),
        row<quillet_product_int8>("quillet_product_int8", "quillet_integer"),
        row<quillet_product_int8_strips>("quillet_product_int8_strips", "quillet_integer"),
        row<quillet_product_int4>("quillet_product_int4", "quillet_integer"),
        row<quillet_product_ternary>("quillet_product_ternary", "quillet_integer"),
        row<quillet_product_ternary6>("quillet_product_ternary6", "quillet_integer"),
        row<quillet_scale_rows>("quillet_scale_rows", "quillet_integer"),
        row<quillet_table_row>("quillet_table_row", "quillet_integer"),
        row<quillet_gru_gates>("quillet_gru_gates", "quillet_integer"),
        row<quillet_lstm_gates>("quillet_lstm_gates", "quillet_integer"),
    };
    return table;
}

const KernelRow& kernel(std::string_view name) {
    for (const KernelRow& row : kernels())
        if (row.name == name) return row;
    throw Error("kernels", "the table has no " + std::string(name));
}

}  // namespace quillet
