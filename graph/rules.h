// Shape rules and evaluator rules that operators.cc puts in its table; elementwise.h has the rest.
// SPDX-License-Identifier: MIT
#pragma once

#include "graph/operators.h"

namespace quillet {

// rules_elementwise.cc
std::vector<TypedShape> shapes_same(const NodeContext& context);  // input 0's
std::vector<TypedShape> shapes_test(const NodeContext& context);  // input 0's, boolean
// All inputs broadcast, of one type.
std::vector<TypedShape> shapes_broadcast(const NodeContext& context);
std::vector<TypedShape> shapes_comparison(const NodeContext& context);  // the same, boolean
std::vector<TypedShape> shapes_mod(const NodeContext& context);
std::vector<TypedShape> shapes_shift(const NodeContext& context);
std::vector<TypedShape> shapes_where(const NodeContext& context);
std::vector<TypedShape> shapes_cast(const NodeContext& context);
void evaluate_copy(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_where(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_cast(const NodeContext& context, std::vector<Value>& outputs);

// rules_reshape.cc: what moves elements without computing.
std::vector<TypedShape> shapes_constant(const NodeContext& context);
std::vector<TypedShape> shapes_constant_of_shape(const NodeContext& context);
std::vector<TypedShape> shapes_constant_fill(const NodeContext& context);
std::vector<TypedShape> shapes_shape(const NodeContext& context);
std::vector<TypedShape> shapes_size(const NodeContext& context);
std::vector<TypedShape> shapes_range(const NodeContext& context);
std::vector<TypedShape> shapes_reshape(const NodeContext& context);
std::vector<TypedShape> shapes_flatten(const NodeContext& context);
std::vector<TypedShape> shapes_squeeze(const NodeContext& context);
std::vector<TypedShape> shapes_unsqueeze(const NodeContext& context);
std::vector<TypedShape> shapes_expand(const NodeContext& context);
std::vector<TypedShape> shapes_transpose(const NodeContext& context);
std::vector<TypedShape> shapes_concat(const NodeContext& context);
std::vector<TypedShape> shapes_split(const NodeContext& context);
std::vector<TypedShape> shapes_slice(const NodeContext& context);
std::vector<TypedShape> shapes_gather(const NodeContext& context);
std::vector<TypedShape> shapes_one_hot(const NodeContext& context);
void evaluate_constant(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_constant_of_shape(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_constant_fill(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_shape(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_size(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_range(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_expand(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_transpose(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_concat(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_split(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_slice(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_gather(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_one_hot(const NodeContext& context, std::vector<Value>& outputs);

// rules_index.cc
std::vector<TypedShape> shapes_gather_elements(const NodeContext& context);
std::vector<TypedShape> shapes_scatter_elements(const NodeContext& context);
std::vector<TypedShape> shapes_gather_nd(const NodeContext& context);
std::vector<TypedShape> shapes_scatter_nd(const NodeContext& context);
std::vector<TypedShape> shapes_tile(const NodeContext& context);
std::vector<TypedShape> shapes_pad(const NodeContext& context);
std::vector<TypedShape> shapes_reverse_sequence(const NodeContext& context);
void evaluate_gather_elements(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_scatter_elements(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_gather_nd(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_scatter_nd(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_tile(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_pad(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_reverse_sequence(const NodeContext& context, std::vector<Value>& outputs);

// rules_window.cc
std::vector<TypedShape> shapes_window(const NodeContext& context);
void evaluate_conv(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_conv_transpose(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_average_pool(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_max_pool(const NodeContext& context, std::vector<Value>& outputs);

// contraction.cc
std::vector<TypedShape> shapes_contraction(const NodeContext& context);
std::vector<TypedShape> shapes_gemm(const NodeContext& context);
void evaluate_contraction(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_gemm(const NodeContext& context, std::vector<Value>& outputs);

// rules_reduce.cc
std::vector<TypedShape> shapes_reduce_sum(const NodeContext& context);
std::vector<TypedShape> shapes_reduce(const NodeContext& context);
std::vector<TypedShape> shapes_arg(const NodeContext& context);
std::vector<TypedShape> shapes_top_k(const NodeContext& context);
std::vector<TypedShape> shapes_cum_sum(const NodeContext& context);
std::vector<TypedShape> shapes_softmax(const NodeContext& context);
void evaluate_reduce_sum(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_reduce_prod(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_hardmax(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_reduce_max(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_reduce_min(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_arg_max(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_arg_min(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_top_k(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_cum_sum(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_softmax(const NodeContext& context, std::vector<Value>& outputs);
void evaluate_log_softmax(const NodeContext& context, std::vector<Value>& outputs);

// rules_recurrent.cc
std::vector<TypedShape> shapes_recurrent(const NodeContext& context);
void evaluate_recurrent(const NodeContext& context, std::vector<Value>& outputs);

}  // namespace quillet
