// Sums of products of two tensors over shared axes: what MatMul, Gemm and Einsum are.
// SPDX-License-Identifier: MIT
#include "graph/contraction.h"

#include <algorithm>
#include <map>

#include "graph/broadcast.h"
#include "graph/rules.h"

namespace quillet {
namespace {

// Letters of an equation's operand; "..." becomes digits, the last axis '0'.
std::string letters_of(const NodeContext& context, std::string text, size_t rank) {
    text.erase(std::remove(text.begin(), text.end(), ' '), text.end());
    size_t dots = text.find("...");
    size_t named = dots == std::string::npos ? text.size() : text.size() - 3;
    if (named > rank || (dots == std::string::npos && named != rank) || rank - named > 10)
        context.fail("has an equation for another number of axes");
    if (dots != std::string::npos) {
        std::string more;
        for (size_t i = rank - named; i-- > 0;) more += static_cast<char>('0' + i);
        text.replace(dots, 3, more);
    }
    return text;
}

struct Letter {
    int64_t size = 1, a = 0, b = 0, y = 0;
    bool in_result = false;
};

Contraction einsum(const NodeContext& context) {
    std::string equation = context.text_attribute("equation", "");
    if (context.input_count() > 2) context.fail("has more than two operands");
    size_t arrow = equation.find("->");
    std::string left = equation.substr(0, arrow), operands[2];
    size_t comma = left.find(',');
    if ((comma != std::string::npos) != (context.input_count() == 2))
        context.fail("has an equation for another number of operands");
    operands[0] = left.substr(0, comma);
    if (comma != std::string::npos) operands[1] = left.substr(comma + 1);
    std::map<char, Letter> letters;
    std::map<char, int> seen;
    size_t dots = 0;
    for (size_t i = 0; i < context.input_count(); i++) {
        const Dimensions& shape = context.shape(i);
        Dimensions strides = strides_of(shape);
        std::string text = letters_of(context, operands[i], shape.size());
        for (size_t d = 0; d < text.size(); d++) {
            Letter& letter = letters[text[d]];
            seen[text[d]]++;
            if (text[d] >= '0' && text[d] <= '9')
                dots = std::max(dots, static_cast<size_t>(text[d] - '0') + 1);
            if (letter.size != shape[d] && letter.size != 1 && shape[d] != 1)
                context.fail("gives one letter two sizes");
            if (shape[d] == 1) continue;
            (i == 0 ? letter.a : letter.b) += strides[d];
            letter.size = shape[d];  // also of no elements
        }
    }
    std::string result;
    if (arrow != std::string::npos) {
        result = equation.substr(arrow + 2);
        result.erase(std::remove(result.begin(), result.end(), ' '), result.end());
        std::string more;
        for (size_t i = dots; i-- > 0;) more += static_cast<char>('0' + i);
        if (size_t at = result.find("..."); at != std::string::npos) result.replace(at, 3, more);
    } else {
        for (size_t i = dots; i-- > 0;) result += static_cast<char>('0' + i);
        for (auto [letter, times] : seen)
            if (times == 1 && !(letter >= '0' && letter <= '9')) result += letter;
    }
    Contraction contraction;
    for (char letter : result) {
        if (!letters.count(letter) || letters[letter].in_result)
            context.fail("has an equation with an unknown or doubled letter in its result");
        letters[letter].in_result = true;
        contraction.shape.push_back(letters[letter].size);
    }
    Dimensions strides = strides_of(contraction.shape);
    for (size_t i = 0; i < result.size(); i++) {
        const Letter& letter = letters[result[i]];
        contraction.axes.push_back({letter.size, strides[i], letter.a, letter.b, false});
    }
    for (auto [name, letter] : letters)
        if (!letter.in_result)
            contraction.axes.push_back({letter.size, 0, letter.a, letter.b, true});
    return contraction;
}

// A matrix product over the last two axes of each, the others broadcast.
Contraction product(const NodeContext& context, bool flip_a, bool flip_b) {
    Dimensions a = context.shape(0), b = context.shape(1);
    if (a.empty() || b.empty()) context.fail("multiplies a scalar; expected matrices");
    bool row = a.size() == 1, column = b.size() == 1;
    if (row) a.insert(a.begin(), 1);
    if (column) b.push_back(1);
    Dimensions at_a = strides_of(a), at_b = strides_of(b);
    size_t ra = a.size() - 2, rb = b.size() - 2;
    Dimensions batch_a(a.begin(), a.end() - 2), batch_b(b.begin(), b.end() - 2);
    auto batch = broadcast(batch_a, batch_b);
    const int64_t depth = a[ra + (flip_a ? 0 : 1)], rows = a[ra + (flip_a ? 1 : 0)],
                  columns = b[rb + (flip_b ? 0 : 1)];
    if (!batch || depth != b[rb + (flip_b ? 1 : 0)])
        context.fail("multiplies shapes " + text_of(context.shape(0)) + " and " +
                     text_of(context.shape(1)));
    Contraction contraction;
    Dimensions full = *batch;
    full.push_back(rows), full.push_back(columns);
    Dimensions at_y = strides_of(full);
    for (size_t i = 0; i < batch->size(); i++) {
        auto stride = [&](const Dimensions& shape, const Dimensions& strides) {
            size_t missing = batch->size() - (shape.size() - 2);
            return i < missing || shape[i - missing] == 1 ? 0 : strides[i - missing];
        };
        contraction.axes.push_back({(*batch)[i], at_y[i], stride(a, at_a), stride(b, at_b), false});
    }
    contraction.axes.push_back({rows, at_y[batch->size()], at_a[ra + (flip_a ? 1 : 0)], 0, false});
    contraction.axes.push_back({columns, 1, 0, at_b[rb + (flip_b ? 0 : 1)], false});
    contraction.axes.push_back(
        {depth, 0, at_a[ra + (flip_a ? 0 : 1)], at_b[rb + (flip_b ? 1 : 0)], true});
    contraction.shape = *batch;
    if (!row) contraction.shape.push_back(rows);
    if (!column) contraction.shape.push_back(columns);
    return contraction;
}

}  // namespace

Contraction contraction_of(const NodeContext& context) {
    for (size_t i = 1; i < std::min<size_t>(context.input_count(), 2); i++)
        if (context.input(i).type != context.input(0).type)
            context.fail("multiplies two element types");
    if (context.node.op == "Einsum") return einsum(context);
    const bool gemm = context.node.op == "Gemm";
    return product(context, gemm && context.integer_attribute("transA", 0) != 0,
                   gemm && context.integer_attribute("transB", 0) != 0);
}

std::vector<TypedShape> shapes_einsum(const NodeContext& context) {
    return {{context.input(0).type, contraction_of(context).shape}};
}

void evaluate_einsum(const NodeContext& context, std::vector<Value>& outputs) {
    Contraction contraction = contraction_of(context);
    Dimensions sizes, to, from_a, from_b;
    for (const ContractionAxis& axis : contraction.axes) {
        sizes.push_back(axis.size), to.push_back(axis.y);
        from_a.push_back(axis.a), from_b.push_back(axis.b);
    }
    std::vector<size_t> y = offsets_of(sizes, to, 0), a = offsets_of(sizes, from_a, 0),
                        b = offsets_of(sizes, from_b, 0);
    const bool two = context.input_count() == 2;
    Value& result = outputs[0];
    for (size_t i = 0; i < y.size(); i++) {
        if (is_float(result.type))
            result.numbers[y[i]] +=
                context.value(0).numbers[a[i]] * (two ? context.value(1).numbers[b[i]] : 1);
        else
            result.integers[y[i]] =
                wrapped(result.type,
                        static_cast<int64_t>(
                            static_cast<uint64_t>(result.integers[y[i]]) +
                            static_cast<uint64_t>(context.value(0).integers[a[i]]) *
                                static_cast<uint64_t>(two ? context.value(1).integers[b[i]] : 1)));
    }
}

}  // namespace quillet
