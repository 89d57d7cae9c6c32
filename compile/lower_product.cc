// The lowerings of matrix products: a matrix that is known times a vector that depends on the
// state.
// SPDX-License-Identifier: MIT
#include "base/transposed.h"
#include "compile/lower.h"
#include "compile/pack.h"

namespace quillet {
namespace {

// The two operands of a product as a matrix (rows, columns) that is known and the vector.
struct Product {
    std::vector<double> matrix;  // row-major
    int64_t rows, columns;
    Operand* vector;
    std::string name;
};

// A * B of a plain product; transA and transB as in Gemm.
Product product_of(const Lowering::Call& call, bool transpose_a, bool transpose_b) {
    Operand &a = *call.inputs[0], &b = *call.inputs[1];
    const bool left = a.constant() != nullptr;  // W x, else x W
    const Operand& known = left ? a : b;
    const Dimensions& shape = known.shape;
    const int64_t rows = shape[shape.size() - 2], columns = shape.back();
    const bool swap = left ? transpose_a : !transpose_b;
    const std::vector<double>& matrix = known.constant()->numbers;
    return {
        swap ? transposed(matrix, static_cast<size_t>(rows), static_cast<size_t>(columns)) : matrix,
        swap ? columns : rows, swap ? rows : columns, left ? &b : &a, known.name};
}

void add_product(Lowering& lowering, const Lowering::Call& call, const Product& product,
                 Operand* bias) {
    int result = lowering.add_scratch(call.node.outputs.at(0), call.outputs[0]);
    int weights =
        lowering.add_weight(product.name, pack_f32(product.matrix, product.rows, product.columns));
    std::vector<Argument> arguments = {Lowering::all(product.rows, result),
                                       Lowering::all(product.rows * product.columns, weights)};
    if (bias) arguments.push_back(lowering.read(*bias));
    arguments.push_back(lowering.read(*product.vector));
    arguments.push_back(IntegerArgument{product.rows});
    arguments.push_back(IntegerArgument{product.columns});
    lowering.add_step(bias ? "quillet_affine_f32" : "quillet_product_f32", std::move(arguments),
                      call.node);
    lowering.set(call, 0, {result, 0});
}

void scale(std::vector<double>& values, double factor) {
    for (double& value : values) value *= factor;
}

}  // namespace

bool is_plain_product(const Lowering::Call& call) {
    if (call.inputs[0]->type != Type::float32) return false;
    const bool left = call.inputs[0]->constant() != nullptr,
               right = call.inputs[1]->constant() != nullptr;
    if (left == right) return false;
    const Operand &known = *call.inputs[left ? 0 : 1], &vector = *call.inputs[left ? 1 : 0];
    const Dimensions& shape = known.shape;
    if (!vector.view() || shape.size() < 2 ||
        shape.back() * shape[shape.size() - 2] != known.count())
        return false;
    const bool flips = call.context.integer_attribute(left ? "transA" : "transB", 0) != 0;
    const int64_t columns = left != flips ? shape.back() : shape[shape.size() - 2];
    // A row times a matrix, or a matrix times a column.
    if (vector.count() != columns || count_of(call.outputs[0].shape) * columns != known.count())
        return false;
    if (call.has(2)) {
        bool scaled = call.context.number_attribute("beta", 1) != 1 && !call.inputs[2]->constant();
        bool widened =
            call.inputs[2]->view() && call.inputs[2]->count() != count_of(call.outputs[0].shape);
        if (scaled || widened) return false;
    }
    return true;
}

// Y = A B.
void lower_matmul(Lowering& lowering, const Lowering::Call& call) {
    add_product(lowering, call, product_of(call, false, false), nullptr);
}

// Y = alpha A' B' + beta C.
void lower_gemm(Lowering& lowering, const Lowering::Call& call) {
    Product product = product_of(call, call.context.integer_attribute("transA", 0) != 0,
                                 call.context.integer_attribute("transB", 0) != 0);
    scale(product.matrix, call.context.number_attribute("alpha", 1));
    if (!call.has(2)) return add_product(lowering, call, product, nullptr);
    Operand bias = lowering.expanded(call, *call.inputs[2], call.outputs[0].shape);
    double beta = call.context.number_attribute("beta", 1);
    // Where beta is not 1, C is a constant (is_plain_product).
    if (auto* value = std::get_if<Value>(&bias.is)) scale(value->numbers, beta);
    add_product(lowering, call, product, &bias);
}

}  // namespace quillet
