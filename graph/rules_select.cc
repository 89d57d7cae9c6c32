// Rules of operators that move elements: Transpose, Concat, Split, Slice, Gather, OneHot.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <numeric>

#include "graph/broadcast.h"
#include "graph/rules.h"

namespace quillet {
namespace {

// Where the elements of a part of shape `part` lie in `whole`, which it is of from `start` on along `axis`.
std::vector<size_t> offsets_in(const Dimensions& whole, const Dimensions& part, size_t axis,
                               int64_t start) {
    const Dimensions strides = strides_of(whole);
    return offsets_of(part, strides, start * strides[axis]);
}

std::vector<size_t> permutation_of(const NodeContext& context) {
    size_t rank = context.shape(0).size();
    std::vector<size_t> permutation(rank);
    for (size_t i = 0; i < rank; i++) permutation[i] = rank - 1 - i;
    if (auto perm = context.integers_attribute("perm")) {
        if (perm->size() != rank)
            context.fail("permutes another number of axes than " + std::to_string(rank));
        for (size_t i = 0; i < rank; i++) permutation[i] = context.axis((*perm)[i], rank);
    }
    std::vector<size_t> sorted = permutation;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
        context.fail("permutes an axis twice");
    return permutation;
}

// One axis of a Slice: first index, step, number of indices.
struct Cut {
    int64_t start = 0, step = 1, count = 0;
};

Cut cut_of(int64_t start, int64_t end, int64_t step, int64_t size) {
    auto counted = [&](int64_t at) { return at < 0 ? at + size : at; };
    if (step > 0) {
        start = std::clamp<int64_t>(counted(start), 0, size);
        end = std::clamp<int64_t>(counted(end), 0, size);
        int64_t length = std::max<int64_t>(end - start, 0);
        return {start, step, length / step + (length % step != 0)};
    }
    start = std::clamp<int64_t>(counted(start), -1, size - 1);
    end = std::clamp<int64_t>(counted(end), -1, size - 1);
    uint64_t length = static_cast<uint64_t>(std::max<int64_t>(start - end, 0));
    uint64_t stride = 0 - static_cast<uint64_t>(step);
    return {start, step, static_cast<int64_t>(length / stride + (length % stride != 0))};
}

std::vector<Cut> cuts_of(const NodeContext& context) {
    const Dimensions& shape = context.shape(0);
    auto starts = context.integers("starts", 1, 10), ends = context.integers("ends", 2, 10);
    auto axes = context.integers("axes", 3, 10);
    std::optional<std::vector<int64_t>> steps;
    if (context.has_input(4)) steps = context.integers(4);
    if (!starts || !ends) context.fail("has no starts or no ends");
    if (!axes) {
        axes.emplace(starts->size());
        std::iota(axes->begin(), axes->end(), 0);
    }
    if (!steps) steps.emplace(starts->size(), 1);
    if (ends->size() != starts->size() || axes->size() != starts->size() ||
        steps->size() != starts->size())
        context.fail("has starts, ends, axes and steps of different lengths");
    std::vector<Cut> cuts;
    for (int64_t size : shape) cuts.push_back({0, 1, size});
    for (size_t i = 0; i < starts->size(); i++) {
        size_t axis = context.axis((*axes)[i], shape.size());
        if ((*steps)[i] == 0) context.fail("has a step of zero");
        cuts[axis] = cut_of((*starts)[i], (*ends)[i], (*steps)[i], shape[axis]);
    }
    return cuts;
}

// What OneHot makes of its depth input.
int64_t depth_of(const NodeContext& context) {
    const Value& depth = context.value(1);
    if (depth.count() != 1) context.fail("has a depth that is not one number");
    if (!is_integer(depth.type)) context.fail("has a depth of " + name_of(depth.type));
    int64_t number = depth.integers[0];
    if (number < 1 || number > int64_t{1} << 30)
        context.fail("has a depth of " + std::to_string(number));
    return number;
}

}  // namespace

std::vector<TypedShape> shapes_transpose(const NodeContext& context) {
    Dimensions shape;
    for (size_t axis : permutation_of(context)) shape.push_back(context.shape(0)[axis]);
    return {{context.input(0).type, shape}};
}

void evaluate_transpose(const NodeContext& context, std::vector<Value>& outputs) {
    Dimensions own = strides_of(context.shape(0)), strides;
    for (size_t axis : permutation_of(context)) strides.push_back(own[axis]);
    gather(context.value(0), offsets_of(outputs[0].shape, strides, 0), outputs[0]);
}

std::vector<TypedShape> shapes_concat(const NodeContext& context) {
    if (!context.attribute("axis")) context.fail("has no axis");
    TypedShape result = context.input(0);
    size_t axis = context.axis(context.integer_attribute("axis", 0), result.shape.size());
    for (size_t i = 1; i < context.input_count(); i++) {
        TypedShape next = context.input(i);
        if (next.type != result.type || next.shape.size() != result.shape.size())
            context.fail("joins " + name_of(result.type) + " " + text_of(result.shape) + " and " +
                         name_of(next.type) + " " + text_of(next.shape));
        int64_t size = next.shape[axis];
        next.shape[axis] = result.shape[axis];
        if (next != result)
            context.fail("joins shapes " + text_of(result.shape) + " and " +
                         text_of(context.shape(i)) + " along axis " + std::to_string(axis));
        result.shape[axis] += size;
    }
    return {result};
}

void evaluate_concat(const NodeContext& context, std::vector<Value>& outputs) {
    Value& whole = outputs[0];
    size_t axis = context.axis(context.integer_attribute("axis", 0), whole.shape.size());
    int64_t start = 0;
    for (size_t i = 0; i < context.input_count(); i++) {
        const Value& part = context.value(i);
        const std::vector<size_t> at = offsets_in(whole.shape, part.shape, axis, start);
        for (size_t e = 0; e < part.numbers.size(); e++) whole.numbers[at[e]] = part.numbers[e];
        for (size_t e = 0; e < part.integers.size(); e++) whole.integers[at[e]] = part.integers[e];
        start += part.shape[axis];
    }
}

std::vector<TypedShape> shapes_split(const NodeContext& context) {
    TypedShape part = context.input(0);
    size_t axis = context.axis(context.integer_attribute("axis", 0), part.shape.size());
    int64_t size = part.shape[axis], outputs = static_cast<int64_t>(context.node.outputs.size());
    auto sizes = context.integers("split", 1, 13);
    if (!sizes) {
        int64_t each = (size + outputs - 1) / outputs;
        if (context.integer_attribute("num_outputs", outputs) != outputs ||
            each * (outputs - 1) > size || (context.opset < 18 && size % outputs != 0))
            context.fail("splits " + std::to_string(size) + " elements into " +
                         std::to_string(outputs) + " parts");
        sizes.emplace(static_cast<size_t>(outputs), each);
        sizes->back() = size - each * (outputs - 1);
    }
    int64_t sum = 0;
    for (int64_t one : *sizes) {
        if (one < 0 || one > size)
            context.fail("has a part of " + std::to_string(one) + " elements");
        sum += one;
    }
    if (sum != size || static_cast<int64_t>(sizes->size()) != outputs)
        context.fail("has " + std::to_string(outputs) + " outputs and parts of " + text_of(*sizes) +
                     " for " + std::to_string(size) + " elements");
    std::vector<TypedShape> result;
    for (int64_t one : *sizes) {
        part.shape[axis] = one;
        result.push_back(part);
    }
    return result;
}

void evaluate_split(const NodeContext& context, std::vector<Value>& outputs) {
    const Dimensions& whole = context.shape(0);
    size_t axis = context.axis(context.integer_attribute("axis", 0), whole.size());
    int64_t start = 0;
    for (Value& part : outputs) {
        gather(context.value(0), offsets_in(whole, part.shape, axis, start), part);
        start += part.shape[axis];
    }
}

std::vector<TypedShape> shapes_slice(const NodeContext& context) {
    TypedShape result{context.input(0).type, {}};
    for (const Cut& cut : cuts_of(context)) result.shape.push_back(cut.count);
    return {result};
}

void evaluate_slice(const NodeContext& context, std::vector<Value>& outputs) {
    if (outputs[0].count() == 0) return;
    Dimensions own = strides_of(context.shape(0)), strides;
    int64_t start = 0;
    std::vector<Cut> cuts = cuts_of(context);
    for (size_t axis = 0; axis < cuts.size(); axis++) {
        start += cuts[axis].start * own[axis];
        strides.push_back(cuts[axis].count > 1 ? cuts[axis].step * own[axis] : 0);
    }
    gather(context.value(0), offsets_of(outputs[0].shape, strides, start), outputs[0]);
}

std::vector<TypedShape> shapes_gather(const NodeContext& context) {
    const Dimensions& data = context.shape(0);
    const TypedShape& indices = context.input(1);
    if (!is_integer(indices.type)) context.fail("has indices of " + name_of(indices.type));
    size_t axis = context.axis(context.integer_attribute("axis", 0), data.size());
    Dimensions shape(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(axis));
    shape.insert(shape.end(), indices.shape.begin(), indices.shape.end());
    shape.insert(shape.end(), data.begin() + static_cast<std::ptrdiff_t>(axis) + 1, data.end());
    return {{context.input(0).type, shape}};
}

void evaluate_gather(const NodeContext& context, std::vector<Value>& outputs) {
    const Value& indices = context.value(1);
    size_t axis = context.axis_attribute(0);
    Around data(context.shape(0), axis);
    int64_t size = context.shape(0)[axis];
    std::vector<size_t> offsets;
    for (size_t outer = 0; outer < data.outer; outer++)
        for (int64_t index : indices.integers) {
            if (index < -size || index >= size)
                context.fail("has the index " + std::to_string(index) + " for an axis of " +
                             std::to_string(size));
            size_t at = static_cast<size_t>(index < 0 ? index + size : index);
            for (size_t inner = 0; inner < data.inner; inner++)
                offsets.push_back((outer * data.size + at) * data.inner + inner);
        }
    gather(context.value(0), offsets, outputs[0]);
}

std::vector<TypedShape> shapes_one_hot(const NodeContext& context) {
    Dimensions shape = context.shape(0);
    size_t axis = context.axis(context.integer_attribute("axis", -1), shape.size() + 1);
    if (context.shape(2) != Dimensions{2})
        context.fail("has values of shape " + text_of(context.shape(2)) + "; expected [2]");
    shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), depth_of(context));
    return {{context.input(2).type, shape}};
}

void evaluate_one_hot(const NodeContext& context, std::vector<Value>& outputs) {
    const Value& indices = context.value(0);
    size_t axis = context.axis(context.integer_attribute("axis", -1), outputs[0].shape.size());
    Around result(outputs[0].shape, axis);
    int64_t depth = static_cast<int64_t>(result.size);
    std::vector<size_t> offsets(static_cast<size_t>(outputs[0].count()),
                                0);  // of the values off and on
    for (size_t outer = 0; outer < result.outer; outer++)
        for (size_t inner = 0; inner < result.inner; inner++) {
            size_t i = outer * result.inner + inner;
            int64_t index = indices.integers[i];
            if (index < 0) index += depth;
            if (index < 0 || index >= depth) continue;
            offsets[(outer * result.size + static_cast<size_t>(index)) * result.inner + inner] = 1;
        }
    gather(context.value(2), offsets, outputs[0]);
}

}  // namespace quillet
