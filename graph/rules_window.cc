// Rules of convolutions and pools, and the window that both share with the kernels.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <limits>
#include <type_traits>

#include "graph/broadcast.h"
#include "graph/rules.h"
#include "graph/window.h"

namespace quillet {
namespace {

constexpr int64_t kMostProducts = int64_t{1} << 34;

std::vector<int64_t> numbers(const NodeContext& context, const char* name, size_t count,
                             int64_t otherwise) {
    std::vector<int64_t> values =
        context.integers_attribute(name).value_or(std::vector<int64_t>(count, otherwise));
    if (values.size() != count)
        context.fail("has " + std::to_string(values.size()) + " " + name + "; expected " +
                     std::to_string(count));
    for (int64_t value : values)
        if (value < otherwise || value > 1 << 24)
            context.fail(std::string("has ") + name + " " + text_of(values));
    return values;
}

// Padding so that the result is the input's size over the stride.
void pad_same(WindowAxis& axis, bool upper) {
    axis.out = (axis.in + axis.stride - 1) / axis.stride;
    int64_t total = std::max<int64_t>(
        (axis.out - 1) * axis.stride + (axis.size - 1) * axis.dilation + 1 - axis.in, 0);
    axis.before = upper ? total / 2 : total - total / 2;
    axis.after = total - axis.before;
}

void set_output(const NodeContext& context, WindowAxis& axis, bool ceil) {
    int64_t span = axis.in + axis.before + axis.after - ((axis.size - 1) * axis.dilation + 1);
    if (span < 0) context.fail("has a window larger than its input");
    axis.out = (span + (ceil ? axis.stride - 1 : 0)) / axis.stride + 1;
    if (ceil && (axis.out - 1) * axis.stride >= axis.in + axis.before) axis.out--;
}

void set_transposed(const NodeContext& context, Window& window) {
    const size_t rank = window.axes.size();
    std::vector<int64_t> extra = numbers(context, "output_padding", rank, 0);
    auto wanted = context.integers_attribute("output_shape");
    const std::string pad = context.text_attribute("auto_pad", "NOTSET");
    for (size_t i = 0; i < rank; i++) {
        WindowAxis& axis = window.axes[i];
        int64_t full = axis.stride * (axis.in - 1) + extra[i] + (axis.size - 1) * axis.dilation + 1;
        if (wanted || pad == "SAME_UPPER" || pad == "SAME_LOWER") {
            if (wanted && wanted->size() < rank)
                context.fail("has an output_shape of too few axes");
            axis.out = wanted ? (*wanted)[wanted->size() - rank + i] : axis.in * axis.stride;
            if (axis.out < 1) context.fail("makes an image of no size");
            int64_t total = std::max<int64_t>(full - axis.out, 0);
            axis.before = pad == "SAME_UPPER" ? total / 2 : total - total / 2;
            axis.after = total - axis.before;
        } else {
            axis.out = full - axis.before - axis.after;
        }
        if (axis.out < 1) context.fail("makes an image of no size");
    }
}

// Calls visit(place in the image, place in the window) for each of the window's positions inside the image.
template <class Visit>
void each_inside(const Window& window, const Dimensions& output, Visit visit) {
    Dimensions sizes;
    for (const WindowAxis& axis : window.axes) sizes.push_back(axis.size);
    Dimensions k(sizes.size(), 0);
    for (size_t place = 0, count = static_cast<size_t>(count_of(sizes)); place < count; place++) {
        int64_t at = 0;
        bool inside = true;
        for (size_t a = 0; a < sizes.size(); a++) {
            const WindowAxis& axis = window.axes[a];
            int64_t i = output[a] * axis.stride - axis.before + k[a] * axis.dilation;
            inside &= i >= 0 && i < axis.in;
            at = at * axis.in + i;
        }
        if (inside) visit(static_cast<size_t>(at), place);
        for (size_t a = sizes.size(); a-- > 0 && ++k[a] == sizes[a];) k[a] = 0;
    }
}

// Calls visit(output's number, its index) for each output of one image.
template <class Visit>
void each_output(const Window& window, Visit visit) {
    Dimensions shape;
    for (const WindowAxis& axis : window.axes) shape.push_back(axis.out);
    Dimensions index(shape.size(), 0);
    for (size_t number = 0, count = static_cast<size_t>(count_of(shape)); number < count;
         number++) {
        visit(number, index);
        for (size_t a = shape.size(); a-- > 0 && ++index[a] == shape[a];) index[a] = 0;
    }
}

// Longer ones times a stride or dilation may leave 64 bits.
constexpr int64_t kLongestAxis = int64_t{1} << 36;

template <class Element>
void convolve(const Window& w, const std::vector<Element>& x, const std::vector<Element>& f,
              std::vector<Element>& y) {
    const size_t in = w.count_in(), out = w.count_out(), size = w.count_window();
    const size_t groups = static_cast<size_t>(w.groups), channels = static_cast<size_t>(w.channels);
    const size_t outputs = static_cast<size_t>(w.outputs);
    for (size_t n = 0; n < static_cast<size_t>(w.batch); n++)
        for (size_t m = 0; m < groups * outputs; m++)
            each_output(w, [&](size_t number, const Dimensions& index) {
                // Integers wrap, as the kernels' do.
                std::conditional_t<std::is_integral_v<Element>, uint64_t, Element> sum = 0;
                each_inside(w, index, [&](size_t at, size_t k) {
                    for (size_t c = 0; c < channels; c++)
                        sum += static_cast<decltype(sum)>(
                                   x[((n * groups + m / outputs) * channels + c) * in + at]) *
                               static_cast<decltype(sum)>(f[(m * channels + c) * size + k]);
                });
                y[(n * groups * outputs + m) * out + number] = static_cast<Element>(sum);
            });
}

}  // namespace

size_t Window::count_in() const {
    size_t count = 1;
    for (const WindowAxis& axis : axes) count *= static_cast<size_t>(axis.in);
    return count;
}
size_t Window::count_out() const {
    size_t count = 1;
    for (const WindowAxis& axis : axes) count *= static_cast<size_t>(axis.out);
    return count;
}
size_t Window::count_window() const {
    size_t count = 1;
    for (const WindowAxis& axis : axes) count *= static_cast<size_t>(axis.size);
    return count;
}

Window window_of(const NodeContext& context) {
    const Dimensions& x = context.shape(0);
    const std::string& op = context.node.op;
    const bool transposed = op == "ConvTranspose", conv = op == "Conv" || transposed;
    if (x.size() < 3) context.fail("takes images of one axis and more, not " + text_of(x));
    const size_t rank = x.size() - 2;
    Window window;
    window.batch = x[0];
    window.groups = conv ? context.integer_attribute("group", 1) : x[1];
    if (window.groups < 1 || x[1] % window.groups != 0)
        context.fail("has " + std::to_string(x[1]) + " channels in " +
                     std::to_string(window.groups) + " groups");
    window.channels = x[1] / window.groups;
    Dimensions kernel;
    if (conv) {
        const Dimensions& f = context.shape(1);
        const bool fits =
            f.size() == x.size() &&
            (transposed ? f[0] == x[1] : f[1] == window.channels && f[0] % window.groups == 0);
        if (!fits || context.input(1).type != context.input(0).type)
            context.fail("has filters of shape " + text_of(f) + " for an input of " + text_of(x));
        window.outputs = transposed ? f[1] : f[0] / window.groups;
        kernel.assign(f.begin() + 2, f.end());
        if (auto given = context.integers_attribute("kernel_shape"); given && *given != kernel)
            context.fail("has a kernel_shape of " + text_of(*given) + " and filters of " +
                         text_of(kernel));
    } else {
        window.outputs = 1;
        kernel = numbers(context, "kernel_shape", rank, 1);
    }
    std::vector<int64_t> strides = numbers(context, "strides", rank, 1),
                         dilations = numbers(context, "dilations", rank, 1);
    std::vector<int64_t> pads = numbers(context, "pads", 2 * rank, 0);
    const std::string pad = context.text_attribute("auto_pad", "NOTSET");
    const bool ceil = !conv && context.integer_attribute("ceil_mode", 0) != 0;
    for (size_t i = 0; i < rank; i++) {
        window.axes.push_back(
            {x[2 + i], 0, kernel[i], strides[i], dilations[i], pads[i], pads[rank + i]});
        WindowAxis& axis = window.axes.back();
        if (axis.size < 1 || axis.in < 1 || std::max(axis.size, axis.in) > kLongestAxis)
            context.fail("has an empty or too large window or image");
        if (pad == "VALID") axis.before = axis.after = 0;
        if (transposed) continue;
        if (pad == "SAME_UPPER" || pad == "SAME_LOWER")
            pad_same(axis, pad == "SAME_UPPER");
        else
            set_output(context, axis, ceil);
    }
    if (transposed) set_transposed(context, window);
    int64_t products = 1;  // of one channel
    for (const WindowAxis& axis : window.axes)
        for (int64_t factor : {axis.size, std::max(axis.out, axis.in)}) {
            if (factor > kMostProducts / products) context.fail("slides too large a window");
            products *= factor;
        }
    return window;
}

std::vector<TypedShape> shapes_window(const NodeContext& context) {
    Window window = window_of(context);
    TypedShape y{context.input(0).type, {window.batch, window.groups * window.outputs}};
    for (const WindowAxis& axis : window.axes) y.shape.push_back(axis.out);
    return {y, {Type::int64, y.shape}};
}

void evaluate_conv(const NodeContext& context, std::vector<Value>& outputs) {
    Window window = window_of(context);
    const Value &x = context.value(0), &f = context.value(1);
    if (is_float(x.type))
        convolve(window, x.numbers, f.numbers, outputs[0].numbers);
    else
        convolve(window, x.integers, f.integers, outputs[0].integers);
    for (int64_t& sum : outputs[0].integers) sum = wrapped(x.type, sum);
}

void evaluate_conv_transpose(const NodeContext& context, std::vector<Value>& outputs) {
    Window w = window_of(context);
    const std::vector<double>&x = context.value(0).numbers, &f = context.value(1).numbers;
    std::vector<double>& y = outputs[0].numbers;
    // The window over the output that gives the input: outputs and inputs change places.
    Window back = w;
    for (WindowAxis& axis : back.axes) std::swap(axis.in, axis.out);
    const size_t in = w.count_in(), out = w.count_out(), size = w.count_window();
    const size_t channels = static_cast<size_t>(w.channels), groups = static_cast<size_t>(w.groups);
    const size_t per_group = static_cast<size_t>(w.outputs);
    for (size_t n = 0; n < static_cast<size_t>(w.batch); n++)
        for (size_t c = 0; c < groups * channels; c++)
            each_output(back, [&](size_t number, const Dimensions& index) {
                double value = x[(n * groups * channels + c) * in + number];
                each_inside(back, index, [&](size_t at, size_t k) {
                    for (size_t m = 0; m < per_group; m++)
                        y[((n * groups + c / channels) * per_group + m) * out + at] +=
                            value * f[(c * per_group + m) * size + k];
                });
            });
}

void evaluate_average_pool(const NodeContext& context, std::vector<Value>& outputs) {
    Window w = window_of(context);
    const bool include = context.integer_attribute("count_include_pad", 0) != 0;
    const std::vector<double>& x = context.value(0).numbers;
    for (size_t n = 0; n < static_cast<size_t>(w.batch * w.groups); n++)
        each_output(w, [&](size_t number, const Dimensions& index) {
            double sum = 0, count = 0;
            each_inside(w, index,
                        [&](size_t at, size_t) { sum += x[n * w.count_in() + at], count++; });
            if (include) {
                count = 1;
                for (size_t a = 0; a < w.axes.size(); a++) {
                    const WindowAxis& axis = w.axes[a];
                    int64_t room = axis.in + axis.after - (index[a] * axis.stride - axis.before);
                    count *= static_cast<double>(
                        std::min(axis.size, (room + axis.dilation - 1) / axis.dilation));
                }
            }
            outputs[0].numbers[n * w.count_out() + number] = count > 0 ? sum / count : 0;
        });
}

void evaluate_max_pool(const NodeContext& context, std::vector<Value>& outputs) {
    Window w = window_of(context);
    const Value& x = context.value(0);
    const bool by_columns = context.integer_attribute("storage_order", 0) != 0;
    for (size_t n = 0; n < static_cast<size_t>(w.batch * w.groups); n++)
        each_output(w, [&](size_t number, const Dimensions& index) {
            const size_t base = n * w.count_in(), to = n * w.count_out() + number;
            size_t best = SIZE_MAX;
            each_inside(w, index, [&](size_t at, size_t) {
                bool more = best == SIZE_MAX ||
                            (is_float(x.type) ? x.numbers[base + at] > x.numbers[base + best]
                                              : x.integers[base + at] > x.integers[base + best]);
                if (more) best = at;
            });
            if (best == SIZE_MAX) {  // the greatest of no elements
                if (is_float(x.type))
                    outputs[0].numbers[to] = -std::numeric_limits<double>::infinity();
                else
                    outputs[0].integers[to] = least_of(x.type);
                outputs[1].integers[to] = -1;
                return;
            }
            if (is_float(x.type))
                outputs[0].numbers[to] = x.numbers[base + best];
            else
                outputs[0].integers[to] = x.integers[base + best];
            size_t place = 0, rest = best, factor = 1;
            for (size_t a = w.axes.size(); by_columns && a-- > 0;)
                factor *= static_cast<size_t>(w.axes[a].in);
            for (size_t a = w.axes.size(); by_columns && a-- > 0;) {
                factor /= static_cast<size_t>(w.axes[a].in);
                place += rest % static_cast<size_t>(w.axes[a].in) * factor;
                rest /= static_cast<size_t>(w.axes[a].in);
            }
            outputs[1].integers[to] = static_cast<int64_t>(base + (by_columns ? place : best));
        });
}

}  // namespace quillet
