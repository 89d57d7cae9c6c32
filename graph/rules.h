// Shape rules and evaluator rules of the operators that are not elementwise; operators.cc puts them
// in the table. SPDX-License-Identifier: MIT
#pragma once

#include "graph/operators.h"

namespace quillet {

// rules_elementwise.cc
std::vector<TypedShape> shapes_same(const Scope& scope);        // input 0's
std::vector<TypedShape> shapes_broadcast(const Scope& scope);   // all inputs broadcast, of one type
std::vector<TypedShape> shapes_comparison(const Scope& scope);  // the same, boolean
std::vector<TypedShape> shapes_mod(const Scope& scope);
std::vector<TypedShape> shapes_shift(const Scope& scope);
std::vector<TypedShape> shapes_clip(const Scope& scope);
std::vector<TypedShape> shapes_where(const Scope& scope);
std::vector<TypedShape> shapes_cast(const Scope& scope);
void evaluate_copy(const Scope& scope, std::vector<Value>& outputs);
void evaluate_clip(const Scope& scope, std::vector<Value>& outputs);
void evaluate_where(const Scope& scope, std::vector<Value>& outputs);
void evaluate_cast(const Scope& scope, std::vector<Value>& outputs);

// rules_reshape.cc: what moves elements without computing.
std::vector<TypedShape> shapes_constant(const Scope& scope);
std::vector<TypedShape> shapes_constant_of_shape(const Scope& scope);
std::vector<TypedShape> shapes_constant_fill(const Scope& scope);
std::vector<TypedShape> shapes_shape(const Scope& scope);
std::vector<TypedShape> shapes_size(const Scope& scope);
std::vector<TypedShape> shapes_range(const Scope& scope);
std::vector<TypedShape> shapes_reshape(const Scope& scope);
std::vector<TypedShape> shapes_flatten(const Scope& scope);
std::vector<TypedShape> shapes_squeeze(const Scope& scope);
std::vector<TypedShape> shapes_unsqueeze(const Scope& scope);
std::vector<TypedShape> shapes_expand(const Scope& scope);
std::vector<TypedShape> shapes_transpose(const Scope& scope);
std::vector<TypedShape> shapes_concat(const Scope& scope);
std::vector<TypedShape> shapes_split(const Scope& scope);
std::vector<TypedShape> shapes_slice(const Scope& scope);
std::vector<TypedShape> shapes_gather(const Scope& scope);
std::vector<TypedShape> shapes_one_hot(const Scope& scope);
void evaluate_constant(const Scope& scope, std::vector<Value>& outputs);
void evaluate_constant_of_shape(const Scope& scope, std::vector<Value>& outputs);
void evaluate_constant_fill(const Scope& scope, std::vector<Value>& outputs);
void evaluate_shape(const Scope& scope, std::vector<Value>& outputs);
void evaluate_size(const Scope& scope, std::vector<Value>& outputs);
void evaluate_range(const Scope& scope, std::vector<Value>& outputs);
void evaluate_expand(const Scope& scope, std::vector<Value>& outputs);
void evaluate_transpose(const Scope& scope, std::vector<Value>& outputs);
void evaluate_concat(const Scope& scope, std::vector<Value>& outputs);
void evaluate_split(const Scope& scope, std::vector<Value>& outputs);
void evaluate_slice(const Scope& scope, std::vector<Value>& outputs);
void evaluate_gather(const Scope& scope, std::vector<Value>& outputs);
void evaluate_one_hot(const Scope& scope, std::vector<Value>& outputs);

// rules_product.cc
std::vector<TypedShape> shapes_matmul(const Scope& scope);
std::vector<TypedShape> shapes_matmul_integer(const Scope& scope);
std::vector<TypedShape> shapes_gemm(const Scope& scope);
void evaluate_matmul(const Scope& scope, std::vector<Value>& outputs);
void evaluate_matmul_integer(const Scope& scope, std::vector<Value>& outputs);
void evaluate_gemm(const Scope& scope, std::vector<Value>& outputs);

// rules_reduce.cc
std::vector<TypedShape> shapes_reduce_sum(const Scope& scope);
std::vector<TypedShape> shapes_reduce(const Scope& scope);
std::vector<TypedShape> shapes_arg(const Scope& scope);
std::vector<TypedShape> shapes_top_k(const Scope& scope);
std::vector<TypedShape> shapes_cum_sum(const Scope& scope);
std::vector<TypedShape> shapes_softmax(const Scope& scope);
void evaluate_reduce_sum(const Scope& scope, std::vector<Value>& outputs);
void evaluate_reduce_mean(const Scope& scope, std::vector<Value>& outputs);
void evaluate_reduce_max(const Scope& scope, std::vector<Value>& outputs);
void evaluate_reduce_min(const Scope& scope, std::vector<Value>& outputs);
void evaluate_arg_max(const Scope& scope, std::vector<Value>& outputs);
void evaluate_arg_min(const Scope& scope, std::vector<Value>& outputs);
void evaluate_top_k(const Scope& scope, std::vector<Value>& outputs);
void evaluate_cum_sum(const Scope& scope, std::vector<Value>& outputs);
void evaluate_softmax(const Scope& scope, std::vector<Value>& outputs);
void evaluate_log_softmax(const Scope& scope, std::vector<Value>& outputs);

// rules_recurrent.cc
std::vector<TypedShape> shapes_gru(const Scope& scope);
std::vector<TypedShape> shapes_lstm(const Scope& scope);
std::vector<TypedShape> shapes_rnn(const Scope& scope);
void evaluate_gru(const Scope& scope, std::vector<Value>& outputs);
void evaluate_lstm(const Scope& scope, std::vector<Value>& outputs);
void evaluate_rnn(const Scope& scope, std::vector<Value>& outputs);

}  // namespace quillet
