// Applies an operator's rules to a node, with the checks that hold for every operator.
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "graph/operators.h"

namespace quillet {

// Finds the row of context's operator, checks the number of inputs and their type, infers, and checks
// the sizes of the result. Throws context's Error.
std::vector<TypedShape> apply_shapes(const NodeContext& context);

// Whether the operator needs its inputs' shapes only: Shape and Size.
bool reads_shapes_only(const Node& node);

// The outputs of context's node, of the types and shapes that apply_shapes gave. REQUIRES: all inputs
// are known.
std::vector<Value> apply_values(const NodeContext& context, const std::vector<TypedShape>& shapes);

// The same for each token: of each input the one value that all tokens share, or one for each; of each output
// likewise. Empty where an input is left out, or only its shape is read.
std::vector<std::vector<Value>> apply_values_by_token(
    const NodeContext& context, const std::vector<TypedShape>& shapes,
    const std::vector<std::span<const Value>>& inputs);

// Whether the outputs, of `shapes`, are small enough to be computed here and now.
bool is_affordable(const NodeContext& context, const std::vector<TypedShape>& shapes);

}  // namespace quillet
