// The parts of operators on signals: windows, the Fourier transform as a product with a constant matrix,
// the mel scale.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "graph/decompose.h"

namespace quillet {
namespace {

constexpr int64_t kMostElements = int64_t{1} << 24;  // of a constant that is made here
constexpr double kHighestEdge = 1e9;                 // of a mel scale, in hertz

// The one integer that input `i`, a constant, holds, from `least` on.
int64_t length_of(const NodeContext& context, size_t i, int64_t least) {
    const std::vector<int64_t> numbers = context.integers(i);
    if (numbers.size() != 1 || numbers[0] < least || numbers[0] > kMostElements)
        context.fail("has " + text_of(numbers) + " for input " + std::to_string(i) +
                     "; expected one length from " + std::to_string(least) + " to " +
                     std::to_string(kMostElements));
    return numbers[0];
}

void make_constant(Parts& parts, Value value) {
    const int64_t type =
        parts.context.integer_attribute("output_datatype", static_cast<int64_t>(Type::float32));
    const std::string numbers = parts.constant(tensor_of(value));
    parts.make(0, "Cast", {numbers}, {{"to", type}});
}

// A transform of `length` numbers, of which `given` are there: from [given, parts of a number] to
// [bins, 2], both laid out in one axis. `parts_given` is 1 of real numbers, 2 of complex ones.
struct Transform {
    int64_t given, parts_given, length, bins;
    bool inverse = false;
};

std::string matrix_of(Parts& parts, const Transform& t) {
    if (t.given * t.parts_given > kMostElements / std::max<int64_t>(2 * t.bins, 1))
        parts.context.fail("takes a transform of " + std::to_string(t.length) +
                           " numbers, too long for one by a matrix");
    Value matrix(TypedShape{Type::float32, {t.given * t.parts_given, 2 * t.bins}});
    const double factor = t.inverse ? 1 / static_cast<double>(t.length) : 1;
    for (int64_t n = 0; n < std::min(t.given, t.length); n++)
        for (int64_t k = 0; k < t.bins; k++) {
            const double angle = 2 * M_PI * static_cast<double>(n * k % t.length) /
                                 static_cast<double>(t.length) * (t.inverse ? 1 : -1);
            const double cosine = factor * std::cos(angle), sine = factor * std::sin(angle);
            auto at = [&](int64_t part, int64_t result) -> double& {
                return matrix.numbers[static_cast<size_t>((n * t.parts_given + part) * 2 * t.bins +
                                                          2 * k + result)];
            };
            at(0, 0) = cosine, at(0, 1) = sine;
            if (t.parts_given == 2) at(1, 0) = -sine, at(1, 1) = cosine;
        }
    const std::string constant = parts.constant(tensor_of(matrix));
    return parts.type() == Type::float32 ? constant : parts.cast(constant, parts.type());
}

int64_t parts_of_number(const NodeContext& context) {
    const Dimensions& shape = context.shape(0);
    if (shape.size() < 2 || (shape.back() != 1 && shape.back() != 2))
        context.fail("takes " + text_of(shape) +
                     "; expected a last axis of 1 (real) or 2 (complex) parts");
    if (!is_float(context.input(0).type))
        context.fail("takes no " + name_of(context.input(0).type));
    return shape.back();
}

}  // namespace

void decompose_window(Parts& parts) {
    const NodeContext& context = parts.context;
    const int64_t size = length_of(context, 0, 0);
    const std::string& op = context.node.op;
    const double a1 = op == "HammingWindow" ? 21.0 / 46 : 0.5;
    const double a2 = op == "BlackmanWindow" ? 0.08 : 0, a0 = 1 - a1 - a2;
    const bool periodic = context.integer_attribute("periodic", 1) != 0;
    const double period = static_cast<double>(periodic ? size : std::max<int64_t>(size - 1, 1));
    Value window(TypedShape{Type::float32, {size}});
    for (size_t i = 0; i < window.numbers.size(); i++) {
        const double angle = 2 * M_PI * static_cast<double>(i) / period;
        window.numbers[i] = a0 - a1 * std::cos(angle) + a2 * std::cos(2 * angle);
    }
    make_constant(parts, std::move(window));
}

// The axis goes to the end, before the parts of the numbers; since opset 20 it is an input.
void decompose_dft(Parts& parts) {
    const NodeContext& context = parts.context;
    const int64_t parts_given = parts_of_number(context);
    const Dimensions& shape = context.shape(0);
    int64_t named = context.opset < 20 ? context.integer_attribute("axis", 1) : -2;
    if (context.opset >= 20 && context.has_input(2)) {
        const std::vector<int64_t> axis = context.integers(2);
        if (axis.size() != 1) context.fail("has no one axis");
        named = axis[0];
    }
    const size_t axis = context.axis(named, shape.size());
    if (axis + 1 == shape.size()) context.fail("transforms along the parts of its numbers");
    Transform t{shape[axis], parts_given, shape[axis], 0};
    if (context.has_input(1)) t.length = length_of(context, 1, 1);
    t.inverse = context.integer_attribute("inverse", 0) != 0;
    const bool onesided = context.integer_attribute("onesided", 0) != 0;
    if (onesided && t.inverse) context.fail("goes back from one side; that is not supported");
    t.bins = onesided ? t.length / 2 + 1 : t.length;
    if (t.length < 1) context.fail("transforms no numbers");
    Dimensions order, back(shape.size()), flat, result;
    for (size_t i = 0; i + 1 < shape.size(); i++)
        if (i != axis) order.push_back(static_cast<int64_t>(i)), flat.push_back(shape[i]);
    result = flat;
    order.push_back(static_cast<int64_t>(axis));
    order.push_back(static_cast<int64_t>(shape.size()) - 1);
    for (size_t i = 0; i < order.size(); i++)
        back[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
    flat.push_back(t.given * t.parts_given);
    result.insert(result.end(), {t.bins, 2});
    const std::string x =
        parts.reshaped(parts.add("Transpose", {parts.in(0)}, {{"perm", order}}), flat);
    const std::string product = parts.add("MatMul", {x, matrix_of(parts, t)});
    parts.make(0, "Transpose", {parts.reshaped(product, result)}, {{"perm", back}});
}

// Frames of the signal, each under the window and transformed.
void decompose_stft(Parts& parts) {
    const NodeContext& context = parts.context;
    const int64_t parts_given = parts_of_number(context);
    const Dimensions& shape = context.shape(0);
    if (shape.size() != 3)
        context.fail("takes a signal of " + text_of(shape) + "; expected 3 axes");
    const int64_t step = length_of(context, 1, 1);
    const bool windowed = context.has_input(2);
    if (!windowed && !context.has_input(3)) context.fail("has neither window nor frame_length");
    if (windowed && context.shape(2).size() != 1) context.fail("has a window of several axes");
    const int64_t frame = windowed ? context.shape(2)[0] : length_of(context, 3, 1);
    if (context.has_input(3) && length_of(context, 3, 1) != frame)
        context.fail("has a window of another length than its frames");
    if (frame < 1 || frame > shape[1])
        context.fail("takes frames of " + std::to_string(frame) + " from a signal of " +
                     std::to_string(shape[1]));
    const int64_t frames = (shape[1] - frame) / step + 1;
    if (frames > kMostElements / frame) context.fail("takes too many frames");
    Value places(TypedShape{Type::int64, {frames, frame}});
    for (int64_t f = 0; f < frames; f++)
        for (int64_t i = 0; i < frame; i++)
            places.integers[static_cast<size_t>(f * frame + i)] = f * step + i;
    std::string x = parts.add("Gather", {parts.in(0), parts.constant(tensor_of(places))},
                              {{"axis", int64_t{1}}});
    if (windowed) x = parts.add("Mul", {x, parts.reshaped(parts.in(2), {frame, 1})});
    const bool onesided = context.integer_attribute("onesided", 1) != 0;
    const Transform t{frame, parts_given, frame, onesided ? frame / 2 + 1 : frame};
    x = parts.add("MatMul", {parts.reshaped(x, {shape[0], frames, frame * parts_given}),
                             matrix_of(parts, t)});
    parts.make(0, "Reshape", {x, parts.integers({shape[0], frames, t.bins, 2})});
}

// Triangles that lie evenly on the mel scale, over the bins of a spectrum.
void decompose_mel_weights(Parts& parts) {
    const NodeContext& context = parts.context;
    const int64_t bands = length_of(context, 0, 1), length = length_of(context, 1, 1),
                  rate = length_of(context, 2, 1), bins = length / 2 + 1;
    auto number = [&](size_t i) {
        const Value& value = context.value(i);
        if (value.count() != 1) context.fail("has no one number for input " + std::to_string(i));
        return value.number(0);
    };
    auto mel = [](double hertz) { return 2595 * std::log10(1 + hertz / 700); };
    const double low = mel(number(3)), high = mel(number(4));
    if (!(low >= 0 && high > low && number(4) <= kHighestEdge) || bands > kMostElements / bins)
        context.fail("has edges or sizes that make no mel scale");
    std::vector<int64_t> edges;
    for (int64_t i = 0; i < bands + 2; i++) {
        const double at =
            low + static_cast<double>(i) * (high - low) / static_cast<double>(bands + 2);
        const double hertz = 700 * (std::pow(10, at / 2595) - 1);
        edges.push_back(static_cast<int64_t>(
            std::floor(static_cast<double>(length + 1) * hertz / static_cast<double>(rate))));
    }
    Value weights(TypedShape{Type::float32, {bins, bands}});
    for (int64_t band = 0; band < bands; band++) {
        const int64_t left = edges[static_cast<size_t>(band)],
                      top = edges[static_cast<size_t>(band) + 1],
                      right = edges[static_cast<size_t>(band) + 2];
        auto set = [&](int64_t bin, int64_t rise, int64_t run) {
            weights.numbers[static_cast<size_t>(bin * bands + band)] =
                static_cast<double>(rise) / static_cast<double>(run);
        };
        const int64_t first = std::max<int64_t>(left, 0), middle = std::max<int64_t>(top, 0);
        if (left == top && top == middle && top < bins) set(top, 1, 1);
        for (int64_t bin = first; bin < std::min(top + 1, bins) && left < top; bin++)
            set(bin, bin - left, top - left);
        for (int64_t bin = middle; bin < std::min(right, bins); bin++)
            set(bin, right - bin, right - top);
    }
    make_constant(parts, std::move(weights));
}

}  // namespace quillet
