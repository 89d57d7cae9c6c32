// Rules of operators that choose or place elements by indices: the gather and scatter family, Tile, Pad,
// ReverseSequence.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "graph/broadcast.h"
#include "graph/elementwise.h"
#include "graph/rules.h"
#include "graph/tuples.h"

namespace quillet {
namespace {

size_t place_of(const NodeContext& context, int64_t index, int64_t size) {
    if (index < -size || index >= size)
        context.fail("has the index " + std::to_string(index) + " for an axis of " +
                     std::to_string(size));
    return static_cast<size_t>(index < 0 ? index + size : index);
}

void check_indices(const NodeContext& context, size_t input) {
    if (!is_integer(context.input(input).type))
        context.fail("has indices of " + name_of(context.input(input).type));
}

// For each of `indices` (input 1), the element of a tensor of shape `data` whose index along the axis it
// replaces.
std::vector<size_t> elements_along(const NodeContext& context) {
    const Dimensions &data = context.shape(0), &shape = context.shape(1);
    const size_t axis = context.axis_attribute(0);
    Dimensions strides = strides_of(data), others = strides;
    others[axis] = 0;
    std::vector<size_t> offsets = offsets_of(shape, others, 0);
    const std::vector<int64_t>& indices = context.value(1).integers;
    for (size_t i = 0; i < offsets.size(); i++)
        offsets[i] +=
            place_of(context, indices[i], data[axis]) * static_cast<size_t>(strides[axis]);
    return offsets;
}

void check_along(const NodeContext& context) {
    check_indices(context, 1);
    const Dimensions &data = context.shape(0), &shape = context.shape(1);
    const size_t axis = context.axis_attribute(0);
    bool fits = data.size() == shape.size();
    for (size_t i = 0; fits && i < data.size(); i++) fits = i == axis || shape[i] <= data[i];
    if (!fits)
        context.fail("has indices of shape " + text_of(shape) + " for data of " + text_of(data));
}

// Where the row of each tuple begins.
std::vector<size_t> starts_of(const Tuples& tuples, const NodeContext& context) {
    const Dimensions &data = context.shape(0), &shape = context.shape(1);
    const std::vector<int64_t>& indices = context.value(1).integers;
    if (indices.empty()) return {};
    Dimensions strides = strides_of(data);
    size_t per_batch = indices.size();
    int64_t batch_size = count_of(data);
    for (size_t i = 0; i < tuples.batches; i++) {
        per_batch /= static_cast<size_t>(shape[i]);
        batch_size /= data[i];
    }
    std::vector<size_t> result;
    for (size_t at = 0; at < indices.size(); at += tuples.depth) {
        size_t offset = at / per_batch * static_cast<size_t>(batch_size);
        for (size_t d = 0; d < tuples.depth; d++)
            offset += place_of(context, indices[at + d], data[tuples.batches + d]) *
                      static_cast<size_t>(strides[tuples.batches + d]);
        result.push_back(offset);
    }
    return result;
}

// Places element `from` of the updates at `to` of the data, joined as attribute `reduction` says.
void place(const NodeContext& context, Value& data, size_t to, size_t from) {
    const Value& updates = context.value(2);
    const std::string how = context.text_attribute("reduction", "none");
    auto joined = [&](auto a, auto b) {
        return how == "add"   ? element::Add::of(a, b, context)
               : how == "mul" ? element::Mul::of(a, b, context)
               : how == "max" ? element::Max::of(a, b, context)
               : how == "min" ? element::Min::of(a, b, context)
                              : b;
    };
    if (is_float(data.type))
        data.numbers[to] = joined(data.numbers[to], updates.numbers[from]);
    else
        data.integers[to] = wrapped(data.type, joined(data.integers[to], updates.integers[from]));
}

std::vector<int64_t> pads_of(const NodeContext& context) {
    std::vector<int64_t> pads = context.integers("pads", 1, 11).value_or(std::vector<int64_t>{});
    const size_t rank = context.shape(0).size();
    if (!context.has_input(3)) {
        if (pads.size() != 2 * rank)
            context.fail("has " + std::to_string(pads.size()) + " pads for " +
                         std::to_string(rank) + " axes");
        return pads;
    }
    std::vector<int64_t> axes = context.integers(3), all(2 * rank, 0);
    if (pads.size() != 2 * axes.size()) context.fail("has pads and axes of different lengths");
    for (size_t i = 0; i < axes.size(); i++) {
        size_t axis = context.axis(axes[i], rank);
        all[axis] = pads[i], all[rank + axis] = pads[axes.size() + i];
    }
    return all;
}

// Where position `i` of a padded axis is read; -1: nowhere.
int64_t padded_source(int64_t i, int64_t size, const std::string& mode) {
    if (i >= 0 && i < size) return i;
    if (mode == "edge") return std::clamp<int64_t>(i, 0, size - 1);
    if (mode == "wrap") return ((i % size) + size) % size;
    if (mode != "reflect" || size == 1) return mode == "reflect" ? 0 : -1;
    const int64_t period = 2 * (size - 1);
    i = ((i % period) + period) % period;
    return i < size ? i : period - i;
}

}  // namespace

Tuples::Tuples(const NodeContext& context) {
    check_indices(context, 1);
    const Dimensions &data = context.shape(0), &shape = context.shape(1);
    const bool gathers = context.node.op == "GatherND";
    const int64_t given = gathers ? context.integer_attribute("batch_dims", 0) : 0;
    if (given < 0 || given >= static_cast<int64_t>(shape.size()))
        context.fail("has batch_dims of " + std::to_string(given) + " for indices of shape " +
                     text_of(shape));
    if (shape.back() < 1 || shape.back() + given > static_cast<int64_t>(data.size()))
        context.fail("has indices of shape " + text_of(shape) + " for data of " + text_of(data));
    batches = static_cast<size_t>(given), depth = static_cast<size_t>(shape.back());
    for (size_t i = 0; i < batches; i++)
        if (shape[i] != data[i]) context.fail("has batches of different sizes");
    for (size_t i = batches + depth; i < data.size(); i++) row *= data[i];
}

std::vector<TypedShape> shapes_gather_elements(const NodeContext& context) {
    check_along(context);
    return {{context.input(0).type, context.shape(1)}};
}

void evaluate_gather_elements(const NodeContext& context, std::vector<Value>& outputs) {
    gather(context.value(0), elements_along(context), outputs[0]);
}

std::vector<TypedShape> shapes_scatter_elements(const NodeContext& context) {
    check_along(context);
    if (context.shape(2) != context.shape(1) || context.input(2).type != context.input(0).type)
        context.fail("has updates of another shape or type");
    return {context.input(0)};
}

void evaluate_scatter_elements(const NodeContext& context, std::vector<Value>& outputs) {
    outputs[0] = context.value(0);
    std::vector<size_t> at = elements_along(context);
    for (size_t i = 0; i < at.size(); i++) place(context, outputs[0], at[i], i);
}

std::vector<TypedShape> shapes_gather_nd(const NodeContext& context) {
    Tuples tuples(context);
    const Dimensions &data = context.shape(0), &indices = context.shape(1);
    Dimensions shape(indices.begin(), indices.end() - 1);
    shape.insert(shape.end(),
                 data.begin() + static_cast<std::ptrdiff_t>(tuples.batches + tuples.depth),
                 data.end());
    return {{context.input(0).type, shape}};
}

void evaluate_gather_nd(const NodeContext& context, std::vector<Value>& outputs) {
    Tuples tuples(context);
    std::vector<size_t> offsets;
    for (size_t start : starts_of(tuples, context))
        for (size_t i = 0; i < static_cast<size_t>(tuples.row); i++) offsets.push_back(start + i);
    gather(context.value(0), offsets, outputs[0]);
}

std::vector<TypedShape> shapes_scatter_nd(const NodeContext& context) {
    Tuples tuples(context);
    const bool fits = count_of(context.shape(2)) ==
                      count_of(context.shape(1)) / static_cast<int64_t>(tuples.depth) * tuples.row;
    if (!fits || context.input(2).type != context.input(0).type)
        context.fail("has updates of another shape or type");
    return {context.input(0)};
}

void evaluate_scatter_nd(const NodeContext& context, std::vector<Value>& outputs) {
    Tuples tuples(context);
    outputs[0] = context.value(0);
    size_t from = 0;
    for (size_t start : starts_of(tuples, context))
        for (size_t i = 0; i < static_cast<size_t>(tuples.row); i++)
            place(context, outputs[0], start + i, from++);
}

std::vector<TypedShape> shapes_tile(const NodeContext& context) {
    TypedShape result = context.input(0);
    std::vector<int64_t> repeats = context.integers(1);
    if (repeats.size() != result.shape.size())
        context.fail("has repeats for another number of axes");
    for (size_t i = 0; i < repeats.size(); i++) {
        if (repeats[i] < 0 || repeats[i] > 1 << 24)
            context.fail("repeats " + std::to_string(repeats[i]) + " times");
        if (result.shape[i] > int64_t{1} << 36) context.fail("repeats too large a tensor");
        result.shape[i] *= repeats[i];
    }
    return {result};
}

void evaluate_tile(const NodeContext& context, std::vector<Value>& outputs) {
    const Dimensions &from = context.shape(0), &to = outputs[0].shape;
    Dimensions strides = strides_of(from), index(to.size(), 0);
    std::vector<size_t> offsets(static_cast<size_t>(count_of(to)));
    for (size_t& offset : offsets) {
        int64_t at = 0;
        for (size_t a = 0; a < to.size(); a++) at += index[a] % from[a] * strides[a];
        offset = static_cast<size_t>(at);
        for (size_t a = to.size(); a-- > 0 && ++index[a] == to[a];) index[a] = 0;
    }
    gather(context.value(0), offsets, outputs[0]);
}

std::vector<TypedShape> shapes_pad(const NodeContext& context) {
    TypedShape result = context.input(0);
    std::vector<int64_t> pads = pads_of(context);
    const std::string mode = context.text_attribute("mode", "constant");
    if (mode != "constant" && mode != "edge" && mode != "reflect" && mode != "wrap")
        context.fail("has the mode '" + mode + "'");
    for (size_t i = 0; i < result.shape.size(); i++) {
        const int64_t before = pads[i], after = pads[result.shape.size() + i];
        constexpr int64_t kMost = 1 << 24;
        if (std::min(before, after) < -kMost || std::max(before, after) > kMost ||
            result.shape[i] + before + after < 0 || (mode != "constant" && result.shape[i] < 1))
            context.fail("pads " + text_of(context.shape(0)) + " by " + text_of(pads));
        result.shape[i] += before + after;
    }
    if (context.has_input(2) &&
        (count_of(context.shape(2)) != 1 || context.input(2).type != result.type))
        context.fail("has a filling of another type, or of more than one element");
    return {result};
}

void evaluate_pad(const NodeContext& context, std::vector<Value>& outputs) {
    const Value& x = context.value(0);
    Value& y = outputs[0];
    const std::vector<int64_t> pads = pads_of(context);
    const std::string mode = context.text_attribute("mode", "constant");
    const bool given = context.has_input(2);
    const double number = given && is_float(y.type) ? context.value(2).numbers[0] : 0;
    const int64_t integer = given && !is_float(y.type) ? context.value(2).integers[0] : 0;
    Dimensions strides = strides_of(x.shape), index(y.shape.size(), 0);
    for (size_t i = 0; i < static_cast<size_t>(y.count()); i++) {
        int64_t at = 0;
        bool inside = true;
        for (size_t a = 0; a < index.size(); a++) {
            int64_t source = padded_source(index[a] - pads[a], x.shape[a], mode);
            inside &= source >= 0;
            at += source * strides[a];
        }
        if (is_float(y.type))
            y.numbers[i] = inside ? x.numbers[static_cast<size_t>(at)] : number;
        else
            y.integers[i] = inside ? x.integers[static_cast<size_t>(at)] : integer;
        for (size_t a = index.size(); a-- > 0 && ++index[a] == y.shape[a];) index[a] = 0;
    }
}

std::vector<TypedShape> shapes_reverse_sequence(const NodeContext& context) {
    const Dimensions& shape = context.shape(0);
    size_t batch = context.axis(context.integer_attribute("batch_axis", 1), shape.size());
    size_t time = context.axis(context.integer_attribute("time_axis", 0), shape.size());
    std::vector<int64_t> lengths = context.integers(1);
    if (batch == time || static_cast<int64_t>(lengths.size()) != shape[batch])
        context.fail("has lengths for another number of sequences");
    for (int64_t length : lengths)
        if (length < 0 || length > shape[time])
            context.fail("has a length of " + std::to_string(length));
    return {context.input(0)};
}

void evaluate_reverse_sequence(const NodeContext& context, std::vector<Value>& outputs) {
    const Dimensions& shape = context.shape(0);
    size_t batch = context.axis(context.integer_attribute("batch_axis", 1), shape.size());
    size_t time = context.axis(context.integer_attribute("time_axis", 0), shape.size());
    std::vector<int64_t> lengths = context.integers(1);
    Dimensions strides = strides_of(shape), index(shape.size(), 0);
    std::vector<size_t> offsets(static_cast<size_t>(count_of(shape)));
    for (size_t i = 0; i < offsets.size(); i++) {
        const int64_t length = lengths[static_cast<size_t>(index[batch])], t = index[time];
        const int64_t other = t < length ? length - 1 - t : t;
        offsets[i] = static_cast<size_t>(static_cast<int64_t>(i) + (other - t) * strides[time]);
        for (size_t a = shape.size(); a-- > 0 && ++index[a] == shape[a];) index[a] = 0;
    }
    gather(context.value(0), offsets, outputs[0]);
}

}  // namespace quillet
