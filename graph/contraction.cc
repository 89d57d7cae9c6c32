// Sums of products of two tensors over shared axes: what MatMul, Gemm and Einsum are.
// SPDX-License-Identifier: MIT
#include "graph/contraction.h"

#include <algorithm>
#include <map>
#include <span>

#include "graph/broadcast.h"
#include "graph/rules.h"

namespace quillet {
namespace {

// Letters of an equation's operand; "..." becomes digits, the last axis '0'.
std::string letters_of(const NodeContext& context, std::string text, size_t rank) {
    std::erase(text, ' ');
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
    int64_t size = 1, a = 0, b = 0;
    int times = 0;  // in the operands
    bool in_result = false;
};

// What an equation's operands say: letters, and how many axes "..." stands for.
struct Operands {
    std::map<char, Letter> letters;
    size_t dots = 0;

    void add(const NodeContext& context, size_t input, const std::string& text);
};

void Operands::add(const NodeContext& context, size_t input, const std::string& text) {
    const Dimensions &shape = context.shape(input), strides = strides_of(shape);
    const std::string names = letters_of(context, text, shape.size());
    for (size_t d = 0; d < names.size(); d++) {
        Letter& letter = letters[names[d]];
        letter.times++;
        if (names[d] >= '0' && names[d] <= '9')
            dots = std::max(dots, static_cast<size_t>(names[d] - '0') + 1);
        if (shape[d] == 1) continue;
        if (letter.size != shape[d] && letter.size != 1) context.fail("gives one letter two sizes");
        (input == 0 ? letter.a : letter.b) += strides[d];
        letter.size = shape[d];  // also of no elements
    }
}

// The letters of the result, which follow "->" or from the operands.
std::string result_of(const std::string& equation, const Operands& operands) {
    std::string dots;
    for (size_t i = operands.dots; i-- > 0;) dots += static_cast<char>('0' + i);
    const size_t arrow = equation.find("->");
    if (arrow != std::string::npos) {
        std::string result = equation.substr(arrow + 2);
        std::erase(result, ' ');
        if (size_t at = result.find("..."); at != std::string::npos) result.replace(at, 3, dots);
        return result;
    }
    std::string result = dots;
    for (const auto& [name, letter] : operands.letters)
        if (letter.times == 1 && !(name >= '0' && name <= '9')) result += name;
    return result;
}

Contraction einsum(const NodeContext& context) {
    const std::string equation = context.text_attribute("equation", "");
    if (context.input_count() > 2) context.fail("has more than two operands");
    const std::string left = equation.substr(0, equation.find("->"));
    const size_t comma = left.find(',');
    if ((comma != std::string::npos) != (context.input_count() == 2))
        context.fail("has an equation for another number of operands");
    Operands operands;
    operands.add(context, 0, left.substr(0, comma));
    if (comma != std::string::npos) operands.add(context, 1, left.substr(comma + 1));
    const std::string result = result_of(equation, operands);
    Contraction contraction;
    for (char name : result) {
        auto letter = operands.letters.find(name);
        if (letter == operands.letters.end() || letter->second.in_result)
            context.fail("has an equation with an unknown or doubled letter in its result");
        letter->second.in_result = true;
        contraction.shape.push_back(letter->second.size);
    }
    const Dimensions strides = strides_of(contraction.shape);
    for (size_t i = 0; i < result.size(); i++) {
        const Letter& letter = operands.letters.at(result[i]);
        contraction.axes.push_back({letter.size, strides[i], letter.a, letter.b, false});
    }
    for (const auto& [name, letter] : operands.letters)
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

// Calls visit(offset in a, offset in b) for each index of `axes`, the last the fastest.
template <class Visit>
void walk(std::span<const ContractionAxis> axes, int64_t a, int64_t b, const Visit& visit) {
    if (axes.empty()) return visit(a, b);
    const ContractionAxis axis = axes[0];
    if (axes.size() == 1) {
        for (int64_t i = 0; i < axis.size; i++, a += axis.a, b += axis.b) visit(a, b);
        return;
    }
    for (int64_t i = 0; i < axis.size; i++, a += axis.a, b += axis.b)
        walk(axes.subspan(1), a, b, visit);
}

// Each element's sum of products, its terms in the order of the axes that are summed over.
template <class Sum, class Element>
void sum_products(const Contraction& contraction, const std::vector<Element>& a,
                  const std::vector<Element>& b, std::vector<Element>& y) {
    const std::span<const ContractionAxis> axes = contraction.axes;
    const size_t kept = contraction.kept();
    size_t at = 0;
    walk(axes.first(kept), 0, 0, [&](int64_t i, int64_t j) {
        Sum sum = 0;
        walk(axes.subspan(kept), i, j, [&](int64_t k, int64_t l) {
            sum += static_cast<Sum>(a[static_cast<size_t>(k)]) *
                   static_cast<Sum>(b[static_cast<size_t>(l)]);
        });
        y[at++] = static_cast<Element>(sum);
    });
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

size_t Contraction::kept() const {
    return static_cast<size_t>(
        std::count_if(axes.begin(), axes.end(), [](const auto& axis) { return !axis.summed; }));
}

std::vector<TypedShape> shapes_contraction(const NodeContext& context) {
    return {{context.input(0).type, contraction_of(context).shape}};
}

void evaluate_contraction(const NodeContext& context, std::vector<Value>& outputs) {
    const Contraction contraction = contraction_of(context);
    Value one;  // what stands for a second factor that is not there
    one.numbers = {1};
    one.integers = {1};
    const Value &a = context.value(0), &b = context.input_count() > 1 ? context.value(1) : one;
    Value& y = outputs[0];
    if (is_float(y.type)) return sum_products<double>(contraction, a.numbers, b.numbers, y.numbers);
    // Modulo 2^64, which holds modulo 2^32 too.
    sum_products<uint64_t>(contraction, a.integers, b.integers, y.integers);
    for (int64_t& integer : y.integers) integer = wrapped(y.type, integer);
}

std::vector<TypedShape> shapes_gemm(const NodeContext& context) {
    for (size_t i : {0u, 1u})
        if (context.shape(i).size() != 2)
            context.fail("has an input of shape " + text_of(context.shape(i)) +
                         "; expected a matrix");
    const TypedShape y = shapes_contraction(context)[0];
    if (context.has_input(2) &&
        (broadcast(context.shape(2), y.shape) != y.shape || context.input(2).type != y.type))
        context.fail("adds " + text_of(context.shape(2)) + " to " + text_of(y.shape));
    return {y};
}

void evaluate_gemm(const NodeContext& context, std::vector<Value>& outputs) {
    evaluate_contraction(context, outputs);
    const double alpha = context.number_attribute("alpha", 1),
                 beta = context.number_attribute("beta", 1);
    const Value* c = context.has_input(2) ? &context.value(2) : nullptr;
    const std::vector<size_t> at_c =
        c ? broadcast_offsets(c->shape, outputs[0].shape) : std::vector<size_t>{};
    for (size_t i = 0; i < outputs[0].numbers.size(); i++)
        outputs[0].numbers[i] =
            alpha * outputs[0].numbers[i] + (c ? beta * c->numbers[at_c[i]] : 0);
}

}  // namespace quillet
