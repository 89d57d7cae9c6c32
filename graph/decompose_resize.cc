// The parts of Resize and Upsample: along each axis a choice of elements, or a product with a matrix of
// interpolation weights.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "graph/decompose.h"

namespace quillet {
namespace {

// How one axis is resized.
struct AxisResize {
    int64_t from, to;
    double scale;  // to / from, as the model says
    double roi_begin, roi_end;
};

struct Resizing {
    std::string mode, coordinates, nearest;
    double cubic;  // Keys's coefficient
    bool exclude_outside, antialias;
    double extrapolation;
};

// Where output `i` lies in the input. The nearest element is chosen in float as ONNX Runtime does: an exact
// quotient may fall on the other side of an integer (5 / 0.2f in double is less than 25).
template <class T>
T original_of(const AxisResize& axis, const Resizing& how, int64_t i) {
    const T x = static_cast<T>(i), from = static_cast<T>(axis.from), to = static_cast<T>(axis.to);
    const T scale = static_cast<T>(axis.scale), half = static_cast<T>(0.5);
    if (how.coordinates == "asymmetric") return x / scale;
    if (how.coordinates == "align_corners") return axis.to == 1 ? 0 : x * (from - 1) / (to - 1);
    if (how.coordinates == "pytorch_half_pixel") return axis.to > 1 ? (x + half) / scale - half : 0;
    if (how.coordinates == "tf_half_pixel_for_nn") return (x + half) / scale;
    if (how.coordinates == "tf_crop_and_resize") {
        const T begin = static_cast<T>(axis.roi_begin), end = static_cast<T>(axis.roi_end);
        return axis.to > 1 ? begin * (from - 1) + x * (end - begin) * (from - 1) / (to - 1)
                           : half * (begin + end) * (from - 1);
    }
    if (how.coordinates == "half_pixel_symmetric") {
        const T adjusted = to / (scale * from), center = from / 2;
        return center * (1 - adjusted) + (x + half) / scale - half;
    }
    return (x + half) / scale - half;
}

int64_t nearest_of(double x, const Resizing& how) {
    if (how.nearest == "floor") return static_cast<int64_t>(std::floor(x));
    if (how.nearest == "ceil") return static_cast<int64_t>(std::ceil(x));
    if (how.nearest == "round_prefer_ceil") return static_cast<int64_t>(std::floor(x + 0.5));
    return static_cast<int64_t>(std::ceil(x - 0.5));
}

double kernel_at(double distance, const Resizing& how) {
    const double d = std::fabs(distance), a = how.cubic;
    if (how.mode == "linear") return std::max(0.0, 1 - d);
    if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

// Whether output `i` of a crop lies beyond the input.
bool is_outside(const AxisResize& axis, const Resizing& how, int64_t i) {
    const double x = original_of<double>(axis, how, i);
    return how.coordinates == "tf_crop_and_resize" &&
           (x < 0 || x > static_cast<double>(axis.from - 1));
}

// Row `i` of the axis's matrix.
void fill_row(const AxisResize& axis, const Resizing& how, int64_t i, double* row) {
    if (is_outside(axis, how, i)) return;
    const double x = original_of<double>(axis, how, i);
    const double widen = how.antialias && axis.scale < 1 ? 1 / axis.scale : 1;
    const double reach = (how.mode == "linear" ? 1 : 2) * widen;
    double sum = 0;
    for (int64_t k = static_cast<int64_t>(std::floor(x - reach)) + (how.antialias ? 0 : 1);
         static_cast<double>(k) <= x + reach; k++) {
        double weight = kernel_at((static_cast<double>(k) - x) / widen, how);
        const bool beyond = k < 0 || k >= axis.from;
        if (weight == 0 || (beyond && (how.exclude_outside || how.antialias))) continue;
        row[std::clamp<int64_t>(k, 0, axis.from - 1)] += weight;
        sum += weight;
    }
    for (int64_t k = 0; k < axis.from && sum != 0; k++) row[k] /= sum;
}

std::vector<double> numbers_of(const NodeContext& context, size_t input) {
    const Value& value = context.value(input);
    std::vector<double> numbers;
    for (size_t i = 0; i < static_cast<size_t>(value.count()); i++)
        numbers.push_back(value.number(i));
    return numbers;
}

// In float, as ONNX Runtime multiplies: 10 * 0.7f is 7, and 6.9999999 in double.
double floor_of_product(int64_t length, double scale) {
    return std::floor(static_cast<float>(length) * static_cast<float>(scale));
}

// One for each axis of the input; those that stay have to == from.
std::vector<AxisResize> axes_of(const NodeContext& context) {
    const Dimensions& shape = context.shape(0);
    const bool upsample = context.node.op == "Upsample", old = upsample || context.opset < 11;
    std::vector<double> scales, sizes, roi;
    if (upsample && context.opset < 9) {
        const std::vector<float> values = context.numbers_attribute("scales");
        scales.assign(values.begin(), values.end());
    } else if (old) {
        scales = numbers_of(context, 1);
    } else {
        if (context.has_input(2) && count_of(context.shape(2)) > 0) scales = numbers_of(context, 2);
        if (context.has_input(3) && count_of(context.shape(3)) > 0) sizes = numbers_of(context, 3);
        if (context.text_attribute("coordinate_transformation_mode", "") == "tf_crop_and_resize")
            roi = numbers_of(context, 1);
    }
    std::vector<int64_t> named;
    if (auto given = context.integers_attribute("axes")) named = *given;
    for (size_t i = 0; named.size() < shape.size() && !context.attribute("axes"); i++)
        named.push_back(static_cast<int64_t>(i));
    const std::vector<double>& given = sizes.empty() ? scales : sizes;
    if (given.size() != named.size())
        context.fail("has " + std::to_string(given.size()) + " scales or sizes for " +
                     std::to_string(named.size()) + " axes");
    const std::string policy = context.text_attribute("keep_aspect_ratio_policy", "stretch");
    std::vector<AxisResize> axes;
    for (int64_t size : shape) axes.push_back({size, size, 1, 0, 1});
    double common = 0;
    for (double number : roi)
        if (!(std::fabs(number) < 1e6)) context.fail("has a roi of " + std::to_string(number));
    for (size_t i = 0; i < named.size() && policy != "stretch" && !sizes.empty(); i++) {
        double ratio = sizes[i] / static_cast<double>(shape[context.axis(named[i], shape.size())]);
        common = i == 0                   ? ratio
                 : policy == "not_larger" ? std::min(common, ratio)
                                          : std::max(common, ratio);
    }
    for (size_t i = 0; i < named.size(); i++) {
        AxisResize& axis = axes[context.axis(named[i], shape.size())];
        if (axis.from < 1) context.fail("resizes an axis of no elements");
        const double from = static_cast<double>(axis.from);
        axis.scale = sizes.empty() ? scales[i] : common > 0 ? common : sizes[i] / from;
        double to = !sizes.empty() && common == 0 ? sizes[i]
                    : common > 0                  ? std::floor(common * from + 0.5)
                                                  : floor_of_product(axis.from, axis.scale);
        if (!(axis.scale > 0) || !(to >= 1 && to <= 1 << 24))
            context.fail("has a scale of " + std::to_string(axis.scale));
        axis.to = static_cast<int64_t>(to);
        // ONNX's tests take from * scale for the new length here, ONNX Runtime and PyTorch its floor.
        if (context.text_attribute("coordinate_transformation_mode", "") == "align_corners" &&
            sizes.empty() &&
            to != static_cast<double>(static_cast<float>(from) * static_cast<float>(axis.scale)))
            context.fail("aligns corners by a scale of " + std::to_string(axis.scale) + " from " +
                         std::to_string(axis.from) +
                         ", no whole number, of which runtimes make different things; export with "
                         "sizes (PyTorch: interpolate(size=...))");
        if (roi.size() == 2 * named.size())
            axis.roi_begin = roi[i], axis.roi_end = roi[named.size() + i];
    }
    return axes;
}

// Product of a matrix (to, from) with axis `axis` of `value`, whose shape is `shape` so far.
std::string multiplied(Parts& parts, const std::string& value, const std::vector<double>& matrix,
                       Dimensions& shape, size_t axis, int64_t to) {
    int64_t outer = 1, inner = 1;
    for (size_t i = 0; i < axis; i++) outer *= shape[i];
    for (size_t i = axis + 1; i < shape.size(); i++) inner *= shape[i];
    Value weights(TypedShape{Type::float32, {to, shape[axis]}});
    weights.numbers = matrix;
    std::string stacked = parts.reshaped(value, {outer, shape[axis], inner});
    std::string product = parts.add("MatMul", {parts.constant(tensor_of(weights)), stacked});
    shape[axis] = to;
    return parts.reshaped(product, shape);
}

// Axis `a` by the nearest element for each output.
std::string chosen(Parts& parts, const std::string& value, const AxisResize& axis,
                   const Resizing& how, size_t a, Dimensions& shape) {
    std::vector<int64_t> places;
    const double last = static_cast<double>(axis.from - 1);
    for (int64_t i = 0; i < axis.to; i++) {
        const double x = original_of<float>(axis, how, i);
        places.push_back(nearest_of(std::clamp(x, 0.0, last), how));
    }
    shape[a] = axis.to;
    return parts.add("Gather", {value, parts.integers(places)},
                     {{"axis", static_cast<int64_t>(a)}});
}

// Axis `a` by a matrix of interpolation weights.
std::string weighted(Parts& parts, const std::string& value, const AxisResize& axis,
                     const Resizing& how, size_t a, Dimensions& shape) {
    if (axis.to > kLargestValue / std::max<int64_t>(axis.from, 1))
        parts.context.fail("resizes too long an axis");
    std::vector<double> matrix(static_cast<size_t>(axis.to * axis.from));
    for (int64_t i = 0; i < axis.to; i++) fill_row(axis, how, i, matrix.data() + i * axis.from);
    return multiplied(parts, value, matrix, shape, a, axis.to);
}

}  // namespace

void decompose_resize(Parts& parts) {
    const NodeContext& context = parts.context;
    const bool old = context.node.op == "Upsample" || context.opset < 11;
    Resizing how{
        context.text_attribute("mode", "nearest"),
        old ? "asymmetric" : context.text_attribute("coordinate_transformation_mode", "half_pixel"),
        old ? "floor" : context.text_attribute("nearest_mode", "round_prefer_floor"),
        context.number_attribute("cubic_coeff_a", -0.75),
        context.integer_attribute("exclude_outside", 0) != 0,
        context.integer_attribute("antialias", 0) != 0,
        context.number_attribute("extrapolation_value", 0)};
    if (how.mode == "bilinear" || how.mode == "trilinear") how.mode = "linear";
    if (how.mode != "nearest" && how.mode != "linear" && how.mode != "cubic")
        context.fail("has the mode " + how.mode);
    std::vector<AxisResize> axes = axes_of(context);
    std::string value = parts.in(0);
    Dimensions shape = context.shape(0);
    for (size_t a = 0; a < axes.size(); a++) {
        const AxisResize& axis = axes[a];
        if (axis.to == axis.from && axis.scale == 1 && how.coordinates != "tf_crop_and_resize")
            continue;
        value = how.mode == "nearest" ? chosen(parts, value, axis, how, a, shape)
                                      : weighted(parts, value, axis, how, a, shape);
        // What lies outside on an earlier axis stays as it is: the weights sum to one.
        Value kept(TypedShape{Type::boolean, Dimensions(axes.size(), 1)});
        kept.shape[a] = axis.to, kept.integers.assign(static_cast<size_t>(axis.to), 1);
        bool some_outside = false;
        for (int64_t i = 0; i < axis.to; i++)
            if (is_outside(axis, how, i))
                kept.integers[static_cast<size_t>(i)] = 0, some_outside = true;
        if (some_outside)
            value = parts.add(
                "Where", {parts.constant(tensor_of(kept)), value, parts.number(how.extrapolation)});
    }
    parts.make(0, "Identity", {value});
}

}  // namespace quillet
