// Which products of a plan stream their weights from flash (runtime/quillet_stream.h).
// SPDX-License-Identifier: MIT
#include "compile/stream_weights.h"

#include <algorithm>
#include <string_view>

#include "compile/finish.h"
#include "compile/kernels.h"

namespace quillet {
namespace {

struct Streamed {
    std::string_view product, stream;
};

constexpr Streamed kStreamed[] = {
    {"quillet_product_int8_strips", "quillet_stream_int8_strips"},
    {"quillet_product_int4", "quillet_stream_int4"},
    {"quillet_product_ternary", "quillet_stream_ternary"},
    {"quillet_product_ternary6", "quillet_stream_ternary6"},
};

const Streamed* streamed(const Step& step) {
    for (const Streamed& row : kStreamed)
        if (row.product == step.kernel->name) return &row;
    return nullptr;
}

const Buffer& weights_of(const Plan& plan, const Step& step) {
    return plan.buffer(std::get<BufferArgument>(step.arguments[1]).buffer);
}

// Words of a strip, the first dimension of packed weights being strips.
int64_t strip_words(const Buffer& weights) {
    const Tensor& tensor = weights.tensor;
    return tensor.element_count() / tensor.shape.at(0) * size_of(tensor.type) / 4;
}

}  // namespace

void stream_weights(Plan& plan) {
    for (Step& step : plan.steps) {
        const Streamed* row = streamed(step);
        if (!row || weights_of(plan, step).in_ram) continue;
        const int64_t words = strip_words(weights_of(plan, step));
        plan.buffers.push_back({weights_of(plan, step).name + "_strips",
                                Storage::scratch,
                                {Type::uint32, {2 * words}, ""},
                                "",
                                0});
        step.kernel = &kernel(row->stream);
        step.arguments.push_back(IntegerArgument{words});
        step.arguments.push_back(
            BufferArgument{static_cast<int>(plan.buffers.size()) - 1, 0, 2 * words});
    }
    finish(plan);
    check(plan);
}

int64_t stream_bytes(const Plan& plan) {
    int64_t most = 0;
    for (const Step& step : plan.steps)
        if (streamed(step)) most = std::max(most, 8 * strip_words(weights_of(plan, step)));
    return most;
}

}  // namespace quillet
