// A plan's sizes and names.
// SPDX-License-Identifier: MIT
#include "compile/plan.h"

#include <algorithm>

#include "cells/token_model.h"
#include "compile/lower.h"
#include "compile/lower_integer.h"
#include "graph/value.h"

namespace quillet {
namespace {

// What a generated name must not be: keywords of C and C++, macros of GNU C and of headers that
// generated code may stand beside, headers that "NAME.h" would hide, targets that CMake has.
bool is_reserved(const std::string& word) {
    static constexpr std::string_view kReserved =
        " alignas alignof and and_eq asm auto bitand bitor bool break case catch char class "
        "compl concept const const_cast consteval constexpr constinit continue decltype "
        "default delete do double dynamic_cast else enum explicit export extern false float "
        "for friend goto if inline int long main mutable namespace new noexcept not not_eq "
        "nullptr operator or or_eq private protected public register reinterpret_cast "
        "requires restrict return short signed sizeof static static_assert static_cast "
        "struct switch template this thread_local throw true try typedef typeid typename "
        "typeof union unsigned using virtual void volatile wchar_t while xor xor_eq i386 "
        "linux stderr stdin stdout unix alloca assert bits byteswap complex ctype endian "
        "errno fcntl features fenv inttypes iso646 libintl limits locale malloc math memory "
        "poll pthread regex sched setjmp signal stdalign stdarg stdatomic stdbool stddef "
        "stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar unistd "
        "values wchar wctype all clean depend edit_cache help install package "
        "package_source rebuild_cache runtime test ";
    return kReserved.find(" " + word + " ") != std::string_view::npos;
}

}  // namespace

Type stored_as(Type type) {
    if (is_half(type)) return Type::uint16;
    return type == Type::boolean ? Type::uint8 : type;
}

int64_t scratch_count(const Plan& plan, Type type) {
    int64_t count = 0;
    for (const Buffer& buffer : plan.buffers)
        if (buffer.storage == Storage::scratch && buffer.tensor.type == type)
            // An empty buffer has an address too.
            count =
                std::max(count, buffer.place + std::max<int64_t>(buffer.tensor.element_count(), 1));
    return count;
}

std::string identifier_of(const std::string& text) {
    std::string result;
    for (char c : text) {
        bool upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
        bool plain = upper || digit || (c >= 'a' && c <= 'z');
        if (plain) result += upper ? static_cast<char>(c - 'A' + 'a') : c;
        // Other characters part words; no two '_' together and none at the ends.
        if (!plain && !result.empty() && result.back() != '_') result += '_';
    }
    while (!result.empty() && result.back() == '_') result.pop_back();
    const bool is_ours = result.starts_with("quillet");  // the runtime's names begin so
    if (result.empty() || (result[0] >= '0' && result[0] <= '9') || is_reserved(result) || is_ours)
        result = "m_" + result;
    return result;
}

Plan make_plan(const Graph& graph, const std::string& name, const std::string& where,
               Target target) {
    if (is_integer(graph))
        return lower_integer(integer_model_from(graph, where), target, name, where);
    Graph folded = token_model_of(graph, where).graph;
    return Lowering(folded, name, where).run();
}

}  // namespace quillet
