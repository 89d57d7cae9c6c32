// The parts of normalizations, reductions, global pools and losses.
// SPDX-License-Identifier: MIT
#include <numeric>

#include "graph/axes.h"
#include "graph/decompose.h"

namespace quillet {
namespace {

std::vector<int64_t> axes_from(size_t first, size_t rank) {
    std::vector<int64_t> axes(rank - first);
    std::iota(axes.begin(), axes.end(), static_cast<int64_t>(first));
    return axes;
}

// The shape that lines one number a channel (axis 1) up with `rank` axes.
Dimensions by_channel(size_t rank) {
    Dimensions shape(std::max<size_t>(rank, 2) - 1, 1);
    shape[0] = -1;
    return shape;
}

struct Moments {
    std::string centered, variance, mean;
};

// Mean and variance over `axes`, which stay as ones.
Moments moments_of(Parts& parts, const std::string& x, const std::vector<int64_t>& axes) {
    std::string mean = parts.reduced("ReduceMean", x, axes);
    std::string centered = parts.add("Sub", {x, mean});
    std::string square = parts.add("Mul", {centered, centered});
    return {centered, parts.reduced("ReduceMean", square, axes), mean};
}

std::string deviation(Parts& parts, const std::string& variance, double epsilon) {
    return parts.add("Sqrt", {parts.add("Add", {variance, parts.number(epsilon)})});
}

}  // namespace

// What does not depend on x is folded where the statistics are constants: y = a * x + b.
void decompose_batch_normalization(Parts& parts) {
    const NodeContext& context = parts.context;
    if (context.integer_attribute("training_mode", 0) != 0 || context.has_output(1))
        context.fail(
            "computes its statistics anew (training mode); export the model after model.eval()");
    Dimensions shape = by_channel(context.shape(0).size());
    auto channel = [&](size_t i) { return parts.reshaped(parts.in(i), shape); };
    std::string scale = parts.add(
        "Div",
        {channel(1), deviation(parts, channel(4), context.number_attribute("epsilon", 1e-5))});
    std::string shift = parts.add("Sub", {channel(2), parts.add("Mul", {channel(3), scale})});
    parts.make(0, "Add", {parts.add("Mul", {parts.in(0), scale}), shift});
}

void decompose_instance_normalization(Parts& parts) {
    const size_t rank = parts.context.shape(0).size();
    if (rank < 3) parts.context.fail("takes images of one axis and more");
    Moments m = moments_of(parts, parts.in(0), axes_from(2, rank));
    std::string root =
        deviation(parts, m.variance, parts.context.number_attribute("epsilon", 1e-5));
    std::string unit = parts.add("Div", {m.centered, root});
    Dimensions shape = by_channel(rank);
    std::string scaled = parts.add("Mul", {unit, parts.reshaped(parts.in(1), shape)});
    parts.make(0, "Add", {scaled, parts.reshaped(parts.in(2), shape)});
}

void decompose_layer_normalization(Parts& parts) {
    const NodeContext& context = parts.context;
    const size_t rank = context.shape(0).size();
    size_t axis = context.axis(context.integer_attribute("axis", -1), rank);
    Moments m = moments_of(parts, parts.in(0), axes_from(axis, rank));
    std::string root = deviation(parts, m.variance, context.number_attribute("epsilon", 1e-5));
    std::string y = parts.add("Div", {m.centered, root});
    const bool has_bias = context.has_input(2);
    if (!has_bias) {
        parts.make(0, "Mul", {y, parts.in(1)});
    } else {
        parts.make(0, "Add", {parts.add("Mul", {y, parts.in(1)}), parts.in(2)});
    }
    parts.make(1, "Identity", {m.mean});
    parts.make(2, "Reciprocal", {root});
}

void decompose_group_normalization(Parts& parts) {
    const NodeContext& context = parts.context;
    const Dimensions& shape = context.shape(0);
    const int64_t groups = context.integer_attribute("num_groups", 0);
    if (shape.size() < 3 || groups < 1 || shape[1] % groups != 0)
        context.fail("has channels that its groups do not divide");
    std::string grouped = parts.reshaped(parts.in(0), {shape[0], groups, -1});
    Moments m = moments_of(parts, grouped, {2});
    std::string root = deviation(parts, m.variance, context.number_attribute("epsilon", 1e-5));
    std::string unit = parts.reshaped(parts.add("Div", {m.centered, root}), shape);
    auto channel = [&](size_t i) {
        std::string value = parts.in(i);
        if (count_of(context.shape(i)) == groups && groups != shape[1])  // opset 18: one a group
            value =
                parts.reshaped(parts.add("Expand", {parts.reshaped(value, {groups, 1}),
                                                    parts.integers({groups, shape[1] / groups})}),
                               {-1});
        return parts.reshaped(value, by_channel(shape.size()));
    };
    parts.make(0, "Add", {parts.add("Mul", {unit, channel(1)}), channel(2)});
}

void decompose_rms_normalization(Parts& parts) {
    const NodeContext& context = parts.context;
    const size_t rank = context.shape(0).size();
    size_t axis = context.axis(context.integer_attribute("axis", -1), rank);
    std::string square = parts.add("Mul", {parts.in(0), parts.in(0)});
    std::string mean = parts.reduced("ReduceMean", square, axes_from(axis, rank));
    std::string root = deviation(parts, mean, context.number_attribute("epsilon", 1e-5));
    parts.make(0, "Mul", {parts.add("Div", {parts.in(0), root}), parts.in(1)});
}

void decompose_mean_variance(Parts& parts) {
    auto axes = parts.context.integers_attribute("axes").value_or(std::vector<int64_t>{0, 2, 3});
    Moments m = moments_of(parts, parts.in(0), axes);
    std::string root = parts.add("Sqrt", {m.variance});
    parts.make(0, "Div", {m.centered, parts.add("Add", {root, parts.number(1e-9)})});
}

void decompose_lp_normalization(Parts& parts) {
    const int64_t p = parts.context.integer_attribute("p", 2);
    if (p != 1 && p != 2) parts.context.fail("has p = " + std::to_string(p));
    std::vector<int64_t> axes = {parts.context.integer_attribute("axis", -1)};
    std::string norm = parts.reduced(p == 1 ? "ReduceL1" : "ReduceL2", parts.in(0), axes);
    parts.make(0, "Div", {parts.in(0), norm});
}

// The sum of squares over `size` neighboring channels is a pool over channels.
void decompose_lrn(Parts& parts) {
    const NodeContext& context = parts.context;
    const Dimensions& shape = context.shape(0);
    if (shape.size() < 3) context.fail("takes images of one axis and more");
    const int64_t size = context.integer_attribute("size", 1);
    if (size < 1) context.fail("has a size of " + std::to_string(size));
    const int64_t before = (size - 1) / 2;
    std::string square = parts.add("Mul", {parts.in(0), parts.in(0)});
    std::string image = parts.reshaped(square, {shape[0], 1, shape[1], -1});
    std::string mean = parts.add("AveragePool", {image},
                                 {{"kernel_shape", std::vector<int64_t>{size, 1}},
                                  {"pads", std::vector<int64_t>{before, 0, size - 1 - before, 0}},
                                  {"count_include_pad", int64_t{1}}});
    std::string scaled = parts.add("Mul", {parts.reshaped(mean, shape),
                                           parts.number(context.number_attribute("alpha", 1e-4))});
    std::string base =
        parts.add("Add", {scaled, parts.number(context.number_attribute("bias", 1))});
    std::string power =
        parts.add("Pow", {base, parts.number(context.number_attribute("beta", 0.75))});
    parts.make(0, "Div", {parts.in(0), power});
}

constexpr double kFarBelow = -3e38;

void decompose_reduction(Parts& parts) {
    const NodeContext& context = parts.context;
    const std::string& op = context.node.op;
    const std::vector<bool> reduced = reduced_axes(context);
    std::vector<int64_t> axes;
    double count = 1;
    for (size_t i = 0; i < reduced.size(); i++)
        if (reduced[i]) {
            axes.push_back(static_cast<int64_t>(i));
            count *= static_cast<double>(context.shape(0)[i]);
        }
    Parts::Attributes keep = {{"keepdims", context.integer_attribute("keepdims", 1)}};
    auto summed = [&](const std::string& value) {
        keep["noop_with_empty_axes"] = int64_t{1};
        return parts.add("ReduceSum", {value, parts.integers(axes)}, keep);
    };
    const std::string& x = parts.in(0);
    if (op == "ReduceL1") return parts.make(0, "Identity", {summed(parts.add("Abs", {x}))});
    if (op == "ReduceLogSum") return parts.make(0, "Log", {summed(x)});
    if (op == "ReduceMean") return parts.make(0, "Div", {summed(x), parts.number(count)});
    if (op == "ReduceLogSumExp") {  // the greatest first, so that no power overflows
        // Of each sum its own greatest: another's may be so much more that all powers vanish. A sum of
        // nothing but -inf keeps a number to subtract.
        auto most = [&](int64_t keepdims) {
            const std::string greatest =
                parts.add("ReduceMax", {x, parts.integers(axes)},
                          {{"keepdims", keepdims}, {"noop_with_empty_axes", int64_t{1}}});
            return parts.add("Max", {greatest, parts.number(kFarBelow)});
        };
        std::string sum = summed(parts.add("Exp", {parts.add("Sub", {x, most(1)})}));
        return parts.make(
            0, "Add", {parts.add("Log", {sum}), most(context.integer_attribute("keepdims", 1))});
    }
    std::string squares = summed(parts.add("Mul", {x, x}));
    parts.make(0, op == "ReduceL2" ? "Sqrt" : "Identity", {squares});
}

void decompose_global_pool(Parts& parts) {
    const size_t rank = parts.context.shape(0).size();
    if (rank < 3) parts.context.fail("takes images of one axis and more");
    const bool mean = parts.context.node.op == "GlobalAveragePool";
    parts.make(0, "Identity",
               {parts.reduced(mean ? "ReduceMean" : "ReduceMax", parts.in(0), axes_from(2, rank))});
}

namespace {

// The loss of each place from log-probabilities (N, C, …) and targets (N, …), reduced as `reduction` says.
void make_loss(Parts& parts, const std::string& log_probabilities) {
    const NodeContext& context = parts.context;
    const Dimensions& shape = context.shape(0);
    if (shape.size() < 2) context.fail("takes scores of two axes and more");
    Dimensions targets = {shape[0], 1, -1};
    std::string target = parts.cast(parts.reshaped(parts.in(1), targets), Type::int64);
    std::string scores = parts.reshaped(log_probabilities, {shape[0], shape[1], -1});
    const bool ignores = context.attribute("ignore_index") != nullptr;
    std::string counts;  // whether a place counts
    if (ignores) {
        std::string ignored = parts.constant(
            Tensor::of<int64_t>(Type::int64, {}, {context.integer_attribute("ignore_index", 0)}));
        std::string same = parts.add("Equal", {target, ignored});
        counts = parts.cast(parts.add("Not", {same}), parts.type());
        target = parts.add("Where", {same, parts.number(0, Type::int64), target});
    }
    std::string loss =
        parts.add("Neg", {parts.add("GatherElements", {scores, target}, {{"axis", int64_t{1}}})});
    std::string weight = counts;
    if (context.has_input(2)) {
        std::string flat = parts.reshaped(target, {-1});
        weight = parts.add("Gather", {parts.in(2), flat}, {{"axis", int64_t{0}}});
        weight = parts.reshaped(weight, targets);
        if (!counts.empty()) weight = parts.add("Mul", {weight, counts});
    }
    if (!weight.empty()) loss = parts.add("Mul", {loss, weight});
    const std::string reduction = context.text_attribute("reduction", "mean");
    if (reduction == "none")
        return parts.make(0, "Reshape", {loss, parts.integers(context.shape(1))});
    auto total = [&](const std::string& value) {
        return parts.reshaped(parts.reduced("ReduceSum", value, {0, 1, 2}), {});
    };
    if (reduction == "sum") return parts.make(0, "Identity", {total(loss)});
    if (weight.empty())
        return parts.make(
            0, "Div", {total(loss), parts.number(static_cast<double>(count_of(context.shape(1))))});
    parts.make(0, "Div", {total(loss), total(weight)});
}

}  // namespace

void decompose_negative_log_likelihood(Parts& parts) {
    make_loss(parts, parts.in(0));
}

void decompose_cross_entropy(Parts& parts) {
    std::string probabilities = parts.add("LogSoftmax", {parts.in(0)}, {{"axis", int64_t{1}}});
    make_loss(parts, probabilities);
    parts.make(1, "Identity", {probabilities});
}

}  // namespace quillet
