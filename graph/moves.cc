// Where each element of a node's outputs comes from, for operators that move elements and compute
// nothing.
// SPDX-License-Identifier: MIT
#include "graph/moves.h"

#include <algorithm>

namespace quillet {
namespace {

constexpr std::string_view kMoving[] = {
    "Concat",   "Expand", "Flatten",   "Gather",          "GatherElements", "GatherND",
    "Identity", "Pad",    "Reshape",   "ReverseSequence", "Slice",          "Split",
    "Squeeze",  "Tile",   "Transpose", "Unsqueeze"};

constexpr int64_t kInput = int64_t{1} << 32;  // an element's number: input * kInput + place + 1

}  // namespace

bool moves_elements(std::string_view op) {
    return std::find(std::begin(kMoving), std::end(kMoving), op) != std::end(kMoving);
}

bool moves_input(std::string_view op, size_t input) {
    return input == 0 || op == "Concat" || (op == "Pad" && input == 2);
}

std::vector<std::vector<ElementSource>> element_sources(const NodeContext& context,
                                                        const std::vector<TypedShape>& outputs) {
    std::vector<Value> numbered(context.input_count());
    std::vector<NodeContext::Input> inputs(context.input_count());
    for (size_t i = 0; i < context.input_count(); i++) {
        if (!context.has_input(i)) continue;
        if (!moves_input(context.node.op, i)) {
            inputs[i] = {&context.input(i), &context.value(i)};
            continue;
        }
        numbered[i] = Value({Type::int64, context.shape(i)});
        for (size_t e = 0; e < numbered[i].integers.size(); e++)
            numbered[i].integers[e] =
                static_cast<int64_t>(i) * kInput + static_cast<int64_t>(e) + 1;
        inputs[i] = {&numbered[i], &numbered[i]};
    }
    NodeContext moved = context.with_inputs(std::move(inputs));
    std::vector<Value> values;
    for (const TypedShape& what : outputs) values.emplace_back(TypedShape{Type::int64, what.shape});
    find_operator(context.node.op)->evaluate(moved, values);
    std::vector<std::vector<ElementSource>> sources(values.size());
    for (size_t i = 0; i < values.size(); i++)
        for (int64_t number : values[i].integers)
            sources[i].push_back(number == 0
                                     ? ElementSource{}
                                     : ElementSource{static_cast<int>((number - 1) / kInput),
                                                     (number - 1) % kInput});
    return sources;
}

}  // namespace quillet
