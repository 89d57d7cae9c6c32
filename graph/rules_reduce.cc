// Rules of operators along axes: reductions, ArgMax, TopK, CumSum, Softmax.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numeric>

#include "graph/axes.h"
#include "graph/broadcast.h"
#include "graph/elementwise.h"
#include "graph/rules.h"

namespace quillet {
namespace {

std::vector<TypedShape> reduced_shapes(const NodeContext& context) {
    std::vector<bool> reduced = reduced_axes(context);
    bool keep = context.integer_attribute("keepdims", 1) != 0;
    TypedShape result{context.input(0).type, {}};
    for (size_t i = 0; i < reduced.size(); i++) {
        if (!reduced[i])
            result.shape.push_back(context.shape(0)[i]);
        else if (keep)
            result.shape.push_back(1);
    }
    return {result};
}

// For each input element the output element it goes to.
std::vector<size_t> targets_of(const NodeContext& context) {
    std::vector<bool> reduced = reduced_axes(context);
    Dimensions kept = context.shape(0);
    for (size_t i = 0; i < kept.size(); i++)
        if (reduced[i]) kept[i] = 1;
    return broadcast_offsets(kept, context.shape(0));
}

// The first element of a group is taken, each further one joined by F.
template <class F>
void reduce(const NodeContext& context, Value& result) {
    const Value& x = context.value(0);
    std::vector<size_t> targets = targets_of(context);
    std::vector<bool> begun(static_cast<size_t>(result.count()), false);
    for (size_t i = 0; i < targets.size(); i++) {
        size_t at = targets[i];
        bool first = !begun[at];
        begun[at] = true;
        if (is_float(x.type)) {
            result.numbers[at] =
                first ? x.numbers[i] : F::of(result.numbers[at], x.numbers[i], context);
        } else {
            int64_t joined =
                first ? x.integers[i] : F::of(result.integers[at], x.integers[i], context);
            result.integers[at] = wrapped(x.type, joined);
        }
    }
}

// Whether element i of x comes before element j when the greater comes first.
bool is_greater(const Value& x, size_t i, size_t j) {
    return is_float(x.type) ? x.numbers[i] > x.numbers[j]
                            : less(x.integers[j], x.integers[i], x.type);
}

void evaluate_arg(const NodeContext& context, Value& result, bool largest) {
    const Value& x = context.value(0);
    Around around(x.shape, context.axis_attribute(0));
    bool last = context.integer_attribute("select_last_index", 0) != 0;
    for (size_t outer = 0; outer < around.outer; outer++)
        for (size_t inner = 0; inner < around.inner; inner++) {
            auto at = [&](size_t i) { return (outer * around.size + i) * around.inner + inner; };
            size_t best = 0;
            for (size_t i = 1; i < around.size; i++) {
                bool better =
                    largest ? is_greater(x, at(i), at(best)) : is_greater(x, at(best), at(i));
                bool worse =
                    largest ? is_greater(x, at(best), at(i)) : is_greater(x, at(i), at(best));
                if (better || (last && !worse)) best = i;
            }
            result.integers[outer * around.inner + inner] = static_cast<int64_t>(best);
        }
}

int64_t top_count(const NodeContext& context) {
    if (context.opset < 10) return context.integer_attribute("k", 0);
    std::vector<int64_t> k = context.integers(1);
    return k.size() == 1 ? k[0] : -1;
}

void softmax(const NodeContext& context, Value& result, bool logarithm) {
    const std::vector<double>& x = context.value(0).numbers;
    Around around = softmax_around(context);
    for (size_t outer = 0; outer < around.outer; outer++)
        for (size_t inner = 0; inner < around.inner; inner++) {
            auto at = [&](size_t i) { return (outer * around.size + i) * around.inner + inner; };
            double most = -std::numeric_limits<double>::infinity(), sum = 0;
            for (size_t i = 0; i < around.size; i++) most = std::max(most, x[at(i)]);
            for (size_t i = 0; i < around.size; i++) sum += std::exp(x[at(i)] - most);
            for (size_t i = 0; i < around.size; i++)
                result.numbers[at(i)] =
                    logarithm ? x[at(i)] - most - std::log(sum) : std::exp(x[at(i)] - most) / sum;
        }
}

}  // namespace

std::vector<bool> reduced_axes(const NodeContext& context) {
    const size_t rank = context.shape(0).size();
    const auto axes = context.integers("axes", 1, context.node.op == "ReduceSum" ? 13 : 18);
    const bool none = !axes || axes->empty();
    const bool keeps = none && context.integer_attribute("noop_with_empty_axes", 0) != 0;
    std::vector<bool> reduced(rank, none && !keeps);
    if (axes)
        for (int64_t axis : *axes) reduced[context.axis(axis, rank)] = true;
    return reduced;
}

Around softmax_around(const NodeContext& context) {
    const Dimensions& shape = context.shape(0);
    if (context.opset >= 13) return Around(shape, context.axis_attribute(-1));
    const auto first = shape.begin() + static_cast<std::ptrdiff_t>(context.axis_attribute(1));
    return Around({count_of({shape.begin(), first}), count_of({first, shape.end()})}, 1);
}

std::vector<TypedShape> shapes_reduce_sum(const NodeContext& context) {
    return reduced_shapes(context);
}

std::vector<TypedShape> shapes_reduce(const NodeContext& context) {
    if (count_of(context.shape(0)) == 0) context.fail("reduces no elements");
    return reduced_shapes(context);
}

void evaluate_reduce_sum(const NodeContext& context, std::vector<Value>& outputs) {
    reduce<element::Add>(context, outputs[0]);
}

void evaluate_reduce_prod(const NodeContext& context, std::vector<Value>& outputs) {
    reduce<element::Mul>(context, outputs[0]);
}

void evaluate_reduce_max(const NodeContext& context, std::vector<Value>& outputs) {
    reduce<element::Max>(context, outputs[0]);
}

void evaluate_reduce_min(const NodeContext& context, std::vector<Value>& outputs) {
    reduce<element::Min>(context, outputs[0]);
}

std::vector<TypedShape> shapes_arg(const NodeContext& context) {
    size_t axis = context.axis_attribute(0);
    Dimensions shape = context.shape(0);
    if (shape[axis] == 0) context.fail("looks for the greatest of no elements");
    if (context.integer_attribute("keepdims", 1) != 0)
        shape[axis] = 1;
    else
        shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
    return {{Type::int64, shape}};
}

void evaluate_arg_max(const NodeContext& context, std::vector<Value>& outputs) {
    evaluate_arg(context, outputs[0], true);
}
void evaluate_arg_min(const NodeContext& context, std::vector<Value>& outputs) {
    evaluate_arg(context, outputs[0], false);
}

std::vector<TypedShape> shapes_top_k(const NodeContext& context) {
    TypedShape values = context.input(0);
    size_t axis = context.axis_attribute(-1);
    int64_t k = top_count(context);
    if (k < 0 || k > values.shape[axis])
        context.fail("takes " + std::to_string(k) + " of " + std::to_string(values.shape[axis]) +
                     " elements");
    values.shape[axis] = k;
    return {values, {Type::int64, values.shape}};
}

void evaluate_top_k(const NodeContext& context, std::vector<Value>& outputs) {
    const Value& x = context.value(0);
    size_t axis = context.axis_attribute(-1);
    Around from(x.shape, axis), to(outputs[1].shape, axis);
    bool largest = context.integer_attribute("largest", 1) != 0;
    std::vector<size_t> offsets(static_cast<size_t>(outputs[1].count())), order(from.size);
    for (size_t outer = 0; outer < from.outer; outer++)
        for (size_t inner = 0; inner < from.inner; inner++) {
            auto at = [&](size_t i) { return (outer * from.size + i) * from.inner + inner; };
            std::iota(order.begin(), order.end(), size_t{0});
            std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) {
                return largest ? is_greater(x, at(i), at(j)) : is_greater(x, at(j), at(i));
            });
            for (size_t i = 0; i < to.size; i++) {
                size_t target = (outer * to.size + i) * to.inner + inner;
                offsets[target] = at(order[i]);
                outputs[1].integers[target] = static_cast<int64_t>(order[i]);
            }
        }
    gather(x, offsets, outputs[0]);
}

std::vector<TypedShape> shapes_cum_sum(const NodeContext& context) {
    std::vector<int64_t> axis = context.integers(1);
    if (axis.size() != 1) context.fail("has an axis that is not one number");
    context.axis(axis[0], context.shape(0).size());
    return shapes_same(context);
}

void evaluate_cum_sum(const NodeContext& context, std::vector<Value>& outputs) {
    const Value& x = context.value(0);
    Value& result = outputs[0];
    Around around(x.shape, context.axis(context.integers(1)[0], x.shape.size()));
    bool exclusive = context.integer_attribute("exclusive", 0) != 0;
    bool reverse = context.integer_attribute("reverse", 0) != 0;
    for (size_t outer = 0; outer < around.outer; outer++)
        for (size_t inner = 0; inner < around.inner; inner++) {
            double number = 0;
            uint64_t integer = 0;
            for (size_t step = 0; step < around.size; step++) {
                size_t i = reverse ? around.size - 1 - step : step;
                size_t at = (outer * around.size + i) * around.inner + inner;
                auto put = [&] {
                    if (is_float(x.type))
                        result.numbers[at] = number;
                    else
                        result.integers[at] = wrapped(x.type, integer_of(integer));
                };
                if (exclusive) put();
                if (is_float(x.type))
                    number += x.numbers[at];
                else
                    integer += bits_of(x.integers[at]);
                if (!exclusive) put();
            }
        }
}

std::vector<TypedShape> shapes_softmax(const NodeContext& context) {
    softmax_around(context);  // which fails where there is no such axis
    return shapes_same(context);
}

void evaluate_softmax(const NodeContext& context, std::vector<Value>& outputs) {
    softmax(context, outputs[0], false);
}
void evaluate_log_softmax(const NodeContext& context, std::vector<Value>& outputs) {
    softmax(context, outputs[0], true);
}

// 1 at the first greatest along the axis, 0 elsewhere.
void evaluate_hardmax(const NodeContext& context, std::vector<Value>& outputs) {
    const Value& x = context.value(0);
    Around around = softmax_around(context);
    if (around.size == 0) return;
    for (size_t outer = 0; outer < around.outer; outer++)
        for (size_t inner = 0; inner < around.inner; inner++) {
            auto at = [&](size_t i) { return (outer * around.size + i) * around.inner + inner; };
            size_t best = 0;
            for (size_t i = 1; i < around.size; i++)
                if (x.numbers[at(i)] > x.numbers[at(best)]) best = i;
            outputs[0].numbers[at(best)] = 1;
        }
}

}  // namespace quillet
