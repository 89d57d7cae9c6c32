// Rules of matrix products: MatMul and Gemm.
// SPDX-License-Identifier: MIT
#include "graph/broadcast.h"
#include "graph/rules.h"

namespace quillet {
namespace {

// Two stacks of matrices as MatMul sees them: (batch of a, M, K) times (batch of b, K, N).
struct Product {
    Dimensions batch_a, batch_b, batch;
    int64_t rows, depth, columns;
    Dimensions shape;  // of the result

    explicit Product(const NodeContext& context);
};

Product::Product(const NodeContext& context) {
    Dimensions a = context.shape(0), b = context.shape(1);
    if (a.empty() || b.empty()) context.fail("multiplies a scalar; expected matrices");
    bool row = a.size() == 1, column = b.size() == 1;
    if (row) a.insert(a.begin(), 1);
    if (column) b.push_back(1);
    rows = a[a.size() - 2], depth = a.back(), columns = b.back();
    batch_a.assign(a.begin(), a.end() - 2);
    batch_b.assign(b.begin(), b.end() - 2);
    auto both = broadcast(batch_a, batch_b);
    if (b[b.size() - 2] != depth || !both)
        context.fail("multiplies shapes " + text_of(context.shape(0)) + " and " +
                     text_of(context.shape(1)));
    batch = shape = *both;
    if (!row) shape.push_back(rows);
    if (!column) shape.push_back(columns);
}

// The sum over K for every element of the result, by get(product of which, offset in a, offset in
// b).
template <class Element, class Multiply>
void multiply(const Product& p, std::vector<Element>& result, Multiply product_of) {
    std::vector<size_t> a = broadcast_offsets(p.batch_a, p.batch),
                        b = broadcast_offsets(p.batch_b, p.batch);
    size_t rows = static_cast<size_t>(p.rows), depth = static_cast<size_t>(p.depth);
    size_t columns = static_cast<size_t>(p.columns), at = 0;
    for (size_t stack = 0; stack < a.size(); stack++)
        for (size_t row = 0; row < rows; row++)
            for (size_t column = 0; column < columns; column++) {
                Element sum = 0;
                for (size_t k = 0; k < depth; k++)
                    sum += product_of((a[stack] * rows + row) * depth + k,
                                      (b[stack] * depth + k) * columns + column);
                result[at++] = sum;
            }
}

// The rows and columns of Gemm's input, transposed where the attribute says so.
std::pair<int64_t, int64_t> matrix_of(const NodeContext& context, size_t input,
                                      const char* attribute) {
    const Dimensions& shape = context.shape(input);
    if (shape.size() != 2)
        context.fail("has an input of shape " + text_of(shape) + "; expected a matrix");
    bool transposed = context.integer_attribute(attribute, 0) != 0;
    return transposed ? std::pair{shape[1], shape[0]} : std::pair{shape[0], shape[1]};
}

}  // namespace

std::vector<TypedShape> shapes_matmul(const NodeContext& context) {
    if (context.input(1).type != context.input(0).type)
        context.fail("multiplies two element types");
    return {{context.input(0).type, Product(context).shape}};
}

void evaluate_matmul(const NodeContext& context, std::vector<Value>& outputs) {
    Product product(context);
    const Value &a = context.value(0), &b = context.value(1);
    if (is_float(a.type)) {
        multiply(product, outputs[0].numbers,
                 [&](size_t i, size_t j) { return a.numbers[i] * b.numbers[j]; });
        return;
    }
    std::vector<uint64_t> sums(
        outputs[0].integers.size());  // modulo 2^64, which holds modulo 2^32 too
    multiply(product, sums, [&](size_t i, size_t j) {
        return static_cast<uint64_t>(a.integers[i]) * static_cast<uint64_t>(b.integers[j]);
    });
    for (size_t i = 0; i < sums.size(); i++)
        outputs[0].integers[i] = wrapped(a.type, static_cast<int64_t>(sums[i]));
}

std::vector<TypedShape> shapes_gemm(const NodeContext& context) {
    auto [rows, depth] = matrix_of(context, 0, "transA");
    auto [depth_b, columns] = matrix_of(context, 1, "transB");
    Type type = context.input(0).type;
    if (depth != depth_b || context.input(1).type != type)
        context.fail("multiplies " + text_of({rows, depth}) + " and " +
                     text_of({depth_b, columns}));
    Dimensions shape = {rows, columns};
    if (context.has_input(2) &&
        (broadcast(context.shape(2), shape) != shape || context.input(2).type != type))
        context.fail("adds " + text_of(context.shape(2)) + " to " + text_of(shape));
    return {{type, shape}};
}

void evaluate_gemm(const NodeContext& context, std::vector<Value>& outputs) {
    auto [rows, depth] = matrix_of(context, 0, "transA");
    int64_t columns = outputs[0].shape[1];
    bool flip_a = context.integer_attribute("transA", 0) != 0,
         flip_b = context.integer_attribute("transB", 0) != 0;
    double alpha = context.number_attribute("alpha", 1), beta = context.number_attribute("beta", 1);
    const Value &a = context.value(0), &b = context.value(1);
    const Value* c = context.has_input(2) ? &context.value(2) : nullptr;
    std::vector<size_t> at_c =
        c ? broadcast_offsets(c->shape, outputs[0].shape) : std::vector<size_t>{};
    for (int64_t row = 0; row < rows; row++)
        for (int64_t column = 0; column < columns; column++) {
            double sum = 0;
            for (int64_t k = 0; k < depth; k++)
                sum += a.numbers[static_cast<size_t>(flip_a ? k * rows + row : row * depth + k)] *
                       b.numbers[static_cast<size_t>(flip_b ? column * depth + k
                                                            : k * columns + column)];
            size_t at = static_cast<size_t>(row * columns + column);
            outputs[0].numbers[at] = alpha * sum + (c ? beta * c->numbers[at_c[at]] : 0);
        }
}

}  // namespace quillet
