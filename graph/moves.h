// Where each element of a node's outputs comes from, for operators that move elements and compute
// nothing.
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "graph/operators.h"

namespace quillet {

// Element `element` of input `input`; input -1: a zero.
struct ElementSource {
    int input = -1;
    int64_t element = 0;

    friend bool operator==(const ElementSource&, const ElementSource&) = default;
};

// Whether `op` only moves elements: of all its inputs (Concat), or of the first, the others being
// shapes and indices.
bool moves_elements(std::string_view op);

// Whether input `input` of the operator `op`, which moves elements, is one of those it moves.
bool moves_input(std::string_view op, size_t input);

// For each output of context's node, of `outputs`' types and shapes, the source of each element.
// The evaluator's own rule moves numbers in the elements' stead. Throws context's Error where an
// input that is not moved is not known. REQUIRES: moves_elements, and the shape rule passed.
std::vector<std::vector<ElementSource>> element_sources(const NodeContext& context,
                                                        const std::vector<TypedShape>& outputs);

}  // namespace quillet
