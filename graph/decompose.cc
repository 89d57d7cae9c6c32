// Operators that are made of simpler ones: the table, and the small ones.
// SPDX-License-Identifier: MIT
#include "graph/decompose.h"

#include <algorithm>
#include <cmath>

namespace quillet {

const std::string& Parts::base() const {
    for (const std::string& output : context.node.outputs)
        if (!output.empty()) return output;
    return context.node.name;
}

std::string Parts::fresh() {
    const int64_t turn = context.integer_attribute(kTurn, 0);
    return base() + "/" + context.node.op + (turn > 0 ? std::to_string(turn) : "") + "." +
           std::to_string(count_++);
}

std::string Parts::add(const std::string& op, Names inputs, Attributes attributes) {
    attributes[kPartOpset] = kOpsetOfParts;
    nodes.push_back(
        {context.node.name, op, "", std::move(inputs), {fresh()}, std::move(attributes)});
    return nodes.back().outputs[0];
}

void Parts::make(size_t output, const std::string& op, Names inputs, Attributes attributes) {
    if (!context.has_output(output)) return;
    add(op, std::move(inputs), std::move(attributes));
    nodes.back().outputs[0] = context.node.outputs[output];
}

std::string Parts::constant(Tensor tensor) {
    std::string name = fresh();
    constants_[name] = std::move(tensor);
    return name;
}

std::string Parts::number(double value, Type type) {
    Value scalar(TypedShape{type, {}});
    if (is_float(type))
        scalar.numbers[0] = value;
    else
        scalar.integers[0] = wrapped(type, static_cast<int64_t>(value));
    return constant(tensor_of(scalar));
}

std::string Parts::integers(const std::vector<int64_t>& values) {
    return constant(Tensor::of(Type::int64, {static_cast<int64_t>(values.size())}, values));
}

namespace {

bool on_integers(const NodeContext& context) {
    return !is_float(context.input(0).type);
}

void decompose_abs(Parts& parts) {  // of integers
    if (is_unsigned(parts.type())) return parts.make(0, "Identity", {parts.in(0)});
    parts.make(0, "Max", {parts.in(0), parts.add("Sub", {parts.number(0), parts.in(0)})});
}

void decompose_negation(Parts& parts) {
    parts.make(0, "Sub", {parts.number(0), parts.in(0)});
}

void decompose_sign(Parts& parts) {
    std::string zero = parts.number(0);
    std::string above = parts.cast(parts.add("Less", {zero, parts.in(0)}), parts.type());
    std::string below = parts.cast(parts.add("Less", {parts.in(0), zero}), parts.type());
    parts.make(0, "Sub", {above, below});
}

void decompose_relu(Parts& parts) {
    parts.make(0, "Max", {parts.in(0), parts.number(0)});
}

void decompose_not(Parts& parts) {
    if (parts.type() != Type::boolean) parts.context.fail("takes no " + name_of(parts.type()));
    parts.make(0, "Xor", {parts.in(0), parts.number(1)});
}

void decompose_bitwise_not(Parts& parts) {
    parts.make(0, "BitwiseXor", {parts.in(0), parts.number(-1)});
}

// The other way around.
void decompose_greater(Parts& parts) {
    bool equal = parts.context.node.op == "GreaterOrEqual";
    parts.make(0, equal ? "LessOrEqual" : "Less", {parts.in(1), parts.in(0)});
}

// More than two operands from the left, one as it is.
void decompose_variadic(Parts& parts) {
    const std::string& op = parts.context.node.op;
    const std::string two = op == "Sum" || op == "Mean" ? "Add" : op;
    std::string value = parts.in(0);
    size_t count = parts.context.input_count();
    for (size_t i = 1; i + (op == "Mean" ? 0 : 1) < count; i++)
        value = parts.add(two, {value, parts.in(i)});
    if (op == "Mean")
        return parts.make(0, "Div", {value, parts.number(static_cast<double>(count))});
    if (count == 1) return parts.make(0, "Identity", {value});
    parts.make(0, two, {value, parts.in(count - 1)});
}

bool is_variadic(const NodeContext& context) {
    return context.input_count() != 2 || context.node.op == "Sum" || context.node.op == "Mean";
}

void decompose_clip(Parts& parts) {
    std::string value = parts.in(0);
    const bool attributes = parts.context.opset < 11;
    for (size_t i : {1u, 2u}) {
        const char* name = i == 1 ? "min" : "max";
        std::string limit;
        if (attributes && parts.context.attribute(name))
            limit = parts.number(parts.context.number_attribute(name, 0));
        if (!attributes && parts.context.has_input(i)) limit = parts.reshaped(parts.in(i), {});
        if (!limit.empty()) value = parts.add(i == 1 ? "Max" : "Min", {value, limit});
    }
    parts.make(0, "Identity", {value});
}

// Bases and exponents of any types through double; the result is of the base's type.
void decompose_pow(Parts& parts) {
    std::string base = parts.cast(parts.in(0), Type::float64);
    std::string exponent = parts.cast(parts.in(1), Type::float64);
    parts.make(0, "Cast", {parts.add("Pow", {base, exponent})},
               {{"to", static_cast<int64_t>(parts.type())}});
}

bool mixes_types(const NodeContext& context) {
    return !is_float(context.input(0).type) || context.input(0).type != context.input(1).type;
}

void decompose_gelu(Parts& parts) {
    const std::string &x = parts.in(0), one = parts.number(1), half = parts.number(0.5);
    std::string inner;
    if (parts.context.text_attribute("approximate", "none") == "tanh") {
        std::string cube = parts.add("Mul", {parts.add("Mul", {x, x}), x});
        std::string sum = parts.add("Add", {x, parts.add("Mul", {cube, parts.number(0.044715)})});
        inner = parts.add("Tanh", {parts.add("Mul", {sum, parts.number(std::sqrt(2 / M_PI))})});
    } else {
        inner = parts.add("Erf", {parts.add("Mul", {x, parts.number(std::sqrt(0.5))})});
    }
    std::string weight = parts.add("Mul", {half, parts.add("Add", {one, inner})});
    parts.make(0, "Mul", {x, weight});
}

void decompose_dropout(Parts& parts) {
    const NodeContext& context = parts.context;
    if (context.has_input(1) &&
        (!is_float(context.input(1).type) || count_of(context.shape(1)) != 1))
        context.fail("has no one ratio of a float type");
    if (context.has_input(2) &&
        (context.input(2).type != Type::boolean || count_of(context.shape(2)) != 1))
        context.fail("has no one boolean training_mode");
    const bool trains = context.has_input(2) && context.value(2).integers.at(0) != 0;
    if (trains && !(context.has_input(1) && context.value(1).numbers.at(0) == 0))
        context.fail("drops at random (training_mode); export the model after model.eval()");
    if (!is_float(parts.type())) context.fail("takes no " + name_of(parts.type()));
    parts.make(0, "Identity", {parts.in(0)});
    if (!context.has_output(1)) return;
    const bool old = context.opset < 10;
    std::string kept = parts.number(1, old ? parts.type() : Type::boolean);
    parts.make(1, "Expand", {kept, parts.integers(context.shape(0))});
}

void decompose_cast_like(Parts& parts) {
    parts.make(0, "Cast", {parts.in(0)},
               {{"to", static_cast<int64_t>(parts.context.input(1).type)}});
}

// Constants as large as matrices of an input are made on the way, an element for each of their places.
void check_matrix(const NodeContext& context, int64_t rows, int64_t columns) {
    if (columns > kLargestValue || rows > kLargestValue / std::max<int64_t>(columns, 1))
        context.fail("makes too large a constant");
}

void decompose_eye_like(Parts& parts) {
    const Dimensions& shape = parts.context.shape(0);
    if (shape.size() != 2) parts.context.fail("takes a matrix");
    check_matrix(parts.context, shape[0], shape[1]);
    int64_t type = parts.context.integer_attribute("dtype", static_cast<int64_t>(parts.type()));
    int64_t k = parts.context.integer_attribute("k", 0);
    k = std::clamp(k, -shape[0], shape[1]);  // beyond, no diagonal is left
    Value eye(TypedShape{Type::int64, shape});
    for (int64_t row = 0; row < shape[0]; row++)
        if (row + k >= 0 && row + k < shape[1])
            eye.integers[static_cast<size_t>(row * shape[1] + row + k)] = 1;
    parts.make(0, "Cast", {parts.constant(tensor_of(eye))}, {{"to", type}});
}

// Indices and depth as integers.
void decompose_one_hot(Parts& parts) {
    parts.make(
        0, "OneHot",
        {parts.cast(parts.in(0), Type::int64), parts.cast(parts.in(1), Type::int64), parts.in(2)},
        {{"axis", parts.context.integer_attribute("axis", -1)}});
}

bool counts_in_floats(const NodeContext& context) {
    return is_float(context.input(0).type) || is_float(context.input(1).type);
}

// Blocks to channels and back: a transpose between two reshapes.
void decompose_space(Parts& parts) {
    const NodeContext& context = parts.context;
    const Dimensions& shape = context.shape(0);
    int64_t block = context.integer_attribute("blocksize", 0);
    if (shape.size() != 4 || block < 1 || block > 1 << 10)
        context.fail("takes an image of four axes and a blocksize from 1 to 1024");
    const bool to_depth = context.node.op == "SpaceToDepth";
    const int64_t n = shape[0], c = shape[1], h = shape[2], w = shape[3];
    if (to_depth ? h % block != 0 || w % block != 0 : c % (block * block) != 0)
        context.fail("has a shape that blocks of " + std::to_string(block) + " do not divide");
    Dimensions split, order, joined;
    if (to_depth) {
        split = {n, c, h / block, block, w / block, block}, order = {0, 3, 5, 1, 2, 4};
        joined = {n, c * block * block, h / block, w / block};
    } else {
        const int64_t d = c / (block * block);
        const bool crd = context.text_attribute("mode", "DCR") == "CRD";
        split = crd ? Dimensions{n, d, block, block, h, w} : Dimensions{n, block, block, d, h, w};
        order = crd ? Dimensions{0, 1, 4, 2, 5, 3} : Dimensions{0, 3, 4, 1, 5, 2};
        joined = {n, d, h * block, w * block};
    }
    std::string moved =
        parts.add("Transpose", {parts.reshaped(parts.in(0), split)}, {{"perm", order}});
    parts.make(0, "Reshape", {moved, parts.integers(joined)});
}

void decompose_trilu(Parts& parts) {
    const NodeContext& context = parts.context;
    const Dimensions& shape = context.shape(0);
    if (shape.size() < 2) context.fail("takes matrices");
    check_matrix(context, shape[shape.size() - 2], shape.back());
    const bool upper = context.integer_attribute("upper", 1) != 0;
    Dimensions matrix(shape.end() - 2, shape.end());
    Value above(TypedShape{Type::int64, matrix});  // how far each element lies above the diagonal
    for (int64_t row = 0; row < matrix[0]; row++)
        for (int64_t column = 0; column < matrix[1]; column++)
            above.integers[static_cast<size_t>(row * matrix[1] + column)] = column - row;
    std::string k =
        context.has_input(1) ? parts.reshaped(parts.in(1), {}) : parts.number(0, Type::int64);
    std::string places = parts.constant(tensor_of(above));
    std::string kept =
        upper ? parts.add("LessOrEqual", {k, places}) : parts.add("LessOrEqual", {places, k});
    parts.make(0, "Where", {kept, parts.in(0), parts.number(0)});
}

void decompose_compress(Parts& parts) {
    const NodeContext& context = parts.context;
    std::vector<int64_t> kept;
    const Value& condition = context.value(1);
    for (size_t i = 0; i < condition.integers.size(); i++)
        if (condition.integers[i]) kept.push_back(static_cast<int64_t>(i));
    std::string data = parts.in(0);
    int64_t axis = 0;
    if (context.attribute("axis"))
        axis = context.integer_attribute("axis", 0);
    else
        data = parts.reshaped(data, {-1});
    parts.make(0, "Gather", {data, parts.integers(kept)}, {{"axis", axis}});
}

void decompose_scatter(Parts& parts) {  // its name before opset 11
    parts.make(0, "ScatterElements", {parts.in(0), parts.in(1), parts.in(2)},
               {{"axis", parts.context.integer_attribute("axis", 0)}});
}

// Before opset 11 the filling is an attribute.
void decompose_pad(Parts& parts) {
    const NodeContext& context = parts.context;
    if (!is_float(parts.type())) context.fail("fills " + name_of(parts.type()) + " with a float");
    const std::string pads =
        parts.integers(context.integers_attribute("pads").value_or(std::vector<int64_t>{}));
    parts.make(0, "Pad", {parts.in(0), pads, parts.number(context.number_attribute("value", 0))},
               {{"mode", context.text_attribute("mode", "constant")}});
}

bool has_filling(const NodeContext& context) {
    return context.opset < 11 && context.number_attribute("value", 0) != 0;
}

// The bias, a number for each channel, is added afterwards.
void decompose_biased(Parts& parts) {
    const NodeContext& context = parts.context;
    Dimensions shape(context.shape(0).size(), 1);
    if (shape.size() < 3) context.fail("takes images of one axis and more");
    shape[1] = -1;
    Parts::Attributes attributes = context.node.attributes;
    std::string product = parts.add(context.node.op, {parts.in(0), parts.in(1)}, attributes);
    parts.make(0, "Add", {product, parts.reshaped(parts.in(2), shape)});
}

bool has_bias(const NodeContext& context) {
    return context.has_input(2);
}

// clang-format off
constexpr Decomposition kDecompositions[] = {
    {"Abs", 6, 1, 1, 1, decompose_abs, on_integers},
    {"BatchNormalization", 7, 5, 5, 5, decompose_batch_normalization, nullptr},
    {"BitwiseNot", 18, 1, 1, 1, decompose_bitwise_not, nullptr},
    {"BlackmanWindow", 17, 1, 1, 1, decompose_window, nullptr},
    {"CastLike", 15, 2, 2, 1, decompose_cast_like, nullptr},
    {"Clip", 6, 1, 3, 1, decompose_clip, nullptr},
    {"Compress", 9, 2, 2, 1, decompose_compress, nullptr},
    {"Conv", 1, 2, 3, 1, decompose_biased, has_bias},
    {"ConvInteger", 10, 2, 4, 1, decompose_integer_product, nullptr},
    {"ConvTranspose", 1, 2, 3, 1, decompose_biased, has_bias},
    {"DFT", 17, 1, 3, 1, decompose_dft, nullptr},
    {"DepthToSpace", 1, 1, 1, 1, decompose_space, nullptr},
    {"DequantizeLinear", 10, 2, 3, 1, decompose_dequantize, nullptr},
    {"Dropout", 7, 1, 3, 2, decompose_dropout, nullptr},
    {"DynamicQuantizeLinear", 11, 1, 1, 3, decompose_dynamic_quantize, nullptr},
    {"EyeLike", 9, 1, 1, 1, decompose_eye_like, nullptr},
    {"Gelu", 20, 1, 1, 1, decompose_gelu, nullptr},
    {"GlobalAveragePool", 1, 1, 1, 1, decompose_global_pool, nullptr},
    {"GlobalMaxPool", 1, 1, 1, 1, decompose_global_pool, nullptr},
    {"Greater", 7, 2, 2, 1, decompose_greater, nullptr},
    {"GreaterOrEqual", 12, 2, 2, 1, decompose_greater, nullptr},
    {"GroupNormalization", 18, 3, 3, 1, decompose_group_normalization, nullptr},
    {"HammingWindow", 17, 1, 1, 1, decompose_window, nullptr},
    {"HannWindow", 17, 1, 1, 1, decompose_window, nullptr},
    {"If", 1, 1, 1, kMany, decompose_if, nullptr},
    {"InstanceNormalization", 6, 3, 3, 1, decompose_instance_normalization, nullptr},
    {"LRN", 1, 1, 1, 1, decompose_lrn, nullptr},
    {"LayerNormalization", 17, 2, 3, 3, decompose_layer_normalization, nullptr},
    {"Loop", 7, 0, kMany, kMany, decompose_loop, nullptr},
    {"LpNormalization", 1, 1, 1, 1, decompose_lp_normalization, nullptr},
    {"MatMulInteger", 10, 2, 4, 1, decompose_integer_product, nullptr},
    {"Max", 6, 1, kMany, 1, decompose_variadic, is_variadic},
    {"Mean", 6, 1, kMany, 1, decompose_variadic, is_variadic},
    {"MeanVarianceNormalization", 9, 1, 1, 1, decompose_mean_variance, nullptr},
    {"MelWeightMatrix", 17, 5, 5, 1, decompose_mel_weights, nullptr},
    {"Min", 6, 1, kMany, 1, decompose_variadic, is_variadic},
    {"Neg", 6, 1, 1, 1, decompose_negation, on_integers},
    {"NegativeLogLikelihoodLoss", 12, 2, 3, 1, decompose_negative_log_likelihood, nullptr},
    {"Not", 1, 1, 1, 1, decompose_not, nullptr},
    {"OneHot", 9, 3, 3, 1, decompose_one_hot, counts_in_floats},
    {"Pad", 2, 1, 4, 1, decompose_pad, has_filling},
    {"Pow", 7, 2, 2, 1, decompose_pow, mixes_types},
    {"QLinearConv", 10, 8, 9, 1, decompose_qlinear, nullptr},
    {"QLinearMatMul", 10, 8, 8, 1, decompose_qlinear, nullptr},
    {"QuantizeLinear", 10, 2, 3, 1, decompose_quantize, nullptr},
    {"RMSNormalization", 23, 2, 2, 1, decompose_rms_normalization, nullptr},
    {"ReduceL1", 1, 1, 2, 1, decompose_reduction, nullptr},
    {"ReduceL2", 1, 1, 2, 1, decompose_reduction, nullptr},
    {"ReduceLogSum", 1, 1, 2, 1, decompose_reduction, nullptr},
    {"ReduceLogSumExp", 1, 1, 2, 1, decompose_reduction, nullptr},
    {"ReduceMean", 1, 1, 2, 1, decompose_reduction, nullptr},
    {"ReduceSumSquare", 1, 1, 2, 1, decompose_reduction, nullptr},
    {"Relu", 6, 1, 1, 1, decompose_relu, on_integers},
    {"Resize", 10, 1, 4, 1, decompose_resize, nullptr},
    {"STFT", 17, 2, 4, 1, decompose_stft, nullptr},
    {"Scan", 8, 0, kMany, kMany, decompose_scan, nullptr},
    {"Scatter", 9, 3, 3, 1, decompose_scatter, nullptr},
    {"Sign", 9, 1, 1, 1, decompose_sign, on_integers},
    {"SoftmaxCrossEntropyLoss", 12, 2, 3, 2, decompose_cross_entropy, nullptr},
    {"SpaceToDepth", 1, 1, 1, 1, decompose_space, nullptr},
    {"Sum", 8, 1, kMany, 1, decompose_variadic, is_variadic},
    {"Trilu", 14, 1, 2, 1, decompose_trilu, nullptr},
    {"Upsample", 7, 1, 2, 1, decompose_resize, nullptr},
};
// clang-format on

}  // namespace

std::span<const Decomposition> decompositions() {
    return kDecompositions;
}

const Decomposition* find_decomposition(std::string_view op) {
    auto found = std::lower_bound(
        std::begin(kDecompositions), std::end(kDecompositions), op,
        [](const Decomposition& row, std::string_view name) { return row.op < name; });
    return found != std::end(kDecompositions) && found->op == op ? found : nullptr;
}

std::vector<Node> decompose(const NodeContext& context, std::map<std::string, Tensor>& constants) {
    const Decomposition* row = find_decomposition(context.node.op);
    if (!row || unsupported(context.node, context.opset)) return {};
    for (size_t i = 0; i < row->least_inputs; i++) context.input(i);
    if (row->applies && !row->applies(context)) return {};
    Parts parts(context, constants);
    row->apply(parts);
    return std::move(parts.nodes);
}

}  // namespace quillet
