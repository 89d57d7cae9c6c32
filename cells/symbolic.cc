// Reads a token model's graph symbolically: each element of its outputs as a polynomial of what the
// token selects and of the states.
// SPDX-License-Identifier: MIT
#include "cells/symbolic.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "graph/apply.h"
#include "graph/broadcast.h"
#include "graph/contraction.h"
#include "graph/moves.h"
#include "graph/recurrence.h"

namespace quillet {
namespace {

using Id = Polynomials::Id;
using Kind = Polynomials::Kind;
using Ids = std::vector<Id>;

constexpr int64_t kMostElements = int64_t{1} << 20;  // of a value that depends on a state
constexpr int64_t kMostProducts = int64_t{1} << 24;  // that an Einsum sums

// The gates of an ONNX recurrent node as polynomials: W x + Wb and R h + Rb of each row.
struct Gates {
    Ids x, h;
};

}  // namespace

SymbolicReader::SymbolicReader(const Graph& graph, int tokens, const std::string& where)
    : graph_(graph), where_(where), tokens_(tokens) {
    for (const auto& [name, tensor] : graph.initializers) {
        SymbolicValue& value = values_[name];
        Value constant = value_of(tensor);
        static_cast<TypedShape&>(value) = constant;
        value.is = std::move(constant);
    }
    int32_t state = 0;
    for (const ValueInfo& input : graph.inputs) {
        SymbolicValue& value = values_[input.name];
        static_cast<TypedShape&>(value) = {input.type, input.shape};
        if (!is_float(input.type)) {
            std::vector<Value> rows(static_cast<size_t>(tokens), Value(value));
            for (size_t token = 0; token < rows.size(); token++)
                std::fill(rows[token].integers.begin(), rows[token].integers.end(),
                          static_cast<int64_t>(token));
            value.is = std::move(rows);
            continue;
        }
        Ids ids;
        for (int64_t i = 0; i < count_of(input.shape); i++)
            ids.push_back(polynomials.variable(
                polynomials.make_symbol(Kind::state, state, static_cast<int32_t>(i), nullptr)));
        value.is = std::move(ids);
        state++;
    }
    for (const Node& node : graph.nodes) read(node);
}

Ids SymbolicReader::elements(SymbolicValue& value) {
    if (auto* ids = std::get_if<Ids>(&value.is)) return *ids;
    Ids ids;
    size_t count = static_cast<size_t>(count_of(value.shape));
    if (const Value* constant = value.constant()) {
        for (size_t i = 0; i < count; i++) ids.push_back(polynomials.constant(constant->number(i)));
        return ids;
    }
    auto [found, is_new] = table_numbers_.emplace(&value, static_cast<int>(tables.size()));
    if (is_new) tables.push_back(*value.table());
    for (size_t i = 0; i < count; i++)
        ids.push_back(polynomials.variable(polynomials.make_symbol(
            Kind::table, found->second, static_cast<int32_t>(i), value.node)));
    return ids;
}

Ids SymbolicReader::elements(const std::string& name) {
    return elements(values_.at(name));
}

Ids SymbolicReader::operand(const NodeContext& context, size_t input) {
    return elements(values_.at(context.node.inputs[input]));
}

const Value* SymbolicReader::known(const NodeContext& context, size_t input) const {
    return values_.at(context.node.inputs[input]).constant();
}

// Computes what depends on no state: once, or for each token.
bool SymbolicReader::fold(const Node& node, const NodeContext& context,
                          const std::vector<TypedShape>& shapes) {
    std::vector<std::span<const Value>> inputs(context.input_count());
    for (size_t i = 0; i < context.input_count(); i++) {
        if (!context.has_input(i) || reads_shapes_only(node)) continue;
        inputs[i] = values_.at(node.inputs[i]).known();
        if (inputs[i].empty()) return false;
    }
    std::vector<std::vector<Value>> rows = apply_values_by_token(context, shapes, inputs);
    for (size_t i = 0; i < shapes.size() && i < node.outputs.size(); i++) {
        if (node.outputs[i].empty()) continue;
        SymbolicValue& result = values_[node.outputs[i]];
        static_cast<TypedShape&>(result) = shapes[i];
        result.node = &node;
        if (rows[i].size() == 1)
            result.is = std::move(rows[i][0]);
        else
            result.is = std::move(rows[i]);
    }
    return true;
}

void SymbolicReader::read(const Node& node) {
    std::vector<NodeContext::Input> inputs;
    for (const std::string& name : node.inputs) {
        auto found = values_.find(name);
        inputs.push_back(found == values_.end()
                             ? NodeContext::Input{}
                             : NodeContext::Input{&found->second, found->second.constant()});
    }
    NodeContext context(node, graph_.opset, where_, std::move(inputs));
    std::vector<TypedShape> shapes = apply_shapes(context);
    if (!is_affordable(context, shapes)) context.fail("makes a tensor too large to read");
    if (fold(node, context, shapes)) return;
    for (const TypedShape& shape : shapes)
        if (count_of(shape.shape) > kMostElements) context.fail("makes a tensor too large to read");
    std::vector<Ids> outputs = compute(context, shapes);
    for (size_t i = 0; i < shapes.size() && i < node.outputs.size(); i++) {
        if (node.outputs[i].empty()) continue;
        SymbolicValue& result = values_[node.outputs[i]];
        static_cast<TypedShape&>(result) = shapes[i];
        result.node = &node;
        if (i < outputs.size()) {
            result.is = std::move(outputs[i]);
            continue;
        }
        Ids unknown;
        for (int64_t e = 0; e < count_of(shapes[i].shape); e++)
            unknown.push_back(polynomials.variable(polynomials.make_symbol(
                Kind::other, static_cast<int32_t>(&node - graph_.nodes.data()),
                static_cast<int32_t>(e), &node)));
        result.is = std::move(unknown);
    }
}

// The outputs of a node that depends on a state; none where it is beyond what polynomials say.
std::vector<Ids> SymbolicReader::compute(const NodeContext& context,
                                         const std::vector<TypedShape>& shapes) {
    const std::string& op = context.node.op;
    if (moves_elements(op)) {
        for (size_t i = 0; i < context.input_count(); i++)
            if (context.has_input(i) && !moves_input(op, i) && !context.is_known(i)) return {};
        std::vector<Ids> inputs(context.input_count()), outputs;
        for (size_t i = 0; i < inputs.size(); i++)
            if (context.has_input(i) && moves_input(op, i)) inputs[i] = operand(context, i);
        for (const auto& sources : element_sources(context, shapes)) {
            outputs.emplace_back();
            for (ElementSource source : sources)
                outputs.back().push_back(source.input < 0
                                             ? polynomials.constant(0)
                                             : inputs[static_cast<size_t>(source.input)]
                                                     [static_cast<size_t>(source.element)]);
        }
        return outputs;
    }
    if (op == "Cast" && is_float(shapes[0].type) && is_float(context.input(0).type))
        return {operand(context, 0)};
    // What follows is arithmetic of real numbers; integers round, and their matrices are not read here.
    if (!is_float(shapes[0].type)) return {};
    if (op == "MatMul" || op == "Gemm" || op == "Conv" || op == "Einsum") {
        Ids result = op == "Conv"     ? pointwise(context, shapes[0])
                     : op == "Einsum" ? contraction(context, shapes[0])
                                      : product(context);
        return result.empty() ? std::vector<Ids>{} : std::vector<Ids>{result};
    }
    if (is_recurrent(context.node)) return recurrent(context);
    Ids result = elementwise(context, shapes[0]);
    return result.empty() ? std::vector<Ids>{} : std::vector<Ids>{result};
}

Ids SymbolicReader::elementwise(const NodeContext& context, const TypedShape& shape) {
    const Node& node = context.node;
    Ids a = operand(context, 0), result;
    auto each = [&](Kind kind) {
        for (Id id : a) result.push_back(polynomials.function(kind, id, &node));
        return result;
    };
    if (node.op == "Sigmoid") return each(Kind::sigmoid);
    if (node.op == "Tanh") return each(Kind::tanh);
    if (node.op == "Relu") return each(Kind::relu);
    if (node.op == "Neg") {
        for (Id id : a) result.push_back(polynomials.sum(polynomials.constant(0), id, -1));
        return result;
    }
    if (node.op == "LeakyRelu") {  // alpha x + (1 - alpha) relu(x)
        const double alpha = context.number_attribute("alpha", 0.01);
        const Id zero = polynomials.constant(0);
        for (Id id : a)
            result.push_back(polynomials.sum(polynomials.sum(zero, id, alpha),
                                             polynomials.function(Kind::relu, id, &node),
                                             1 - alpha));
        return result;
    }
    if (node.op == "Max" || node.op == "Min") return bounded(context, shape);
    bool divides = node.op == "Div";
    if (context.input_count() != 2 ||
        (node.op != "Add" && node.op != "Sub" && node.op != "Mul" && !divides))
        return {};
    if (divides && !context.is_known(1)) return {};
    Ids b = operand(context, 1);
    std::vector<size_t> at_a = broadcast_offsets(context.shape(0), shape.shape);
    std::vector<size_t> at_b = broadcast_offsets(context.shape(1), shape.shape);
    for (size_t i = 0; i < at_a.size(); i++) {
        Id x = a[at_a[i]], y = b[at_b[i]];
        if (divides) y = polynomials.constant(1 / context.value(1).number(at_b[i]));
        result.push_back(node.op == "Add"   ? polynomials.sum(x, y, 1)
                         : node.op == "Sub" ? polynomials.sum(x, y, -1)
                                            : polynomials.product(x, y, &node));
    }
    return result;
}

// max(x, c) = c + relu(x - c), min(x, c) = c - relu(c - x), of a known c; ReLU6 and clips are made of
// them. Beyond the floats c bounds nothing.
Ids SymbolicReader::bounded(const NodeContext& context, const TypedShape& shape) {
    if (context.input_count() != 2 || context.is_known(0) == context.is_known(1)) return {};
    const size_t x = context.is_known(0), c = 1 - x;
    const double sign = context.node.op == "Max" ? 1 : -1;
    const Ids values = operand(context, x);
    const std::vector<size_t> at_x = broadcast_offsets(context.shape(x), shape.shape),
                              at_c = broadcast_offsets(context.shape(c), shape.shape);
    Ids result;
    for (size_t i = 0; i < at_x.size(); i++) {
        const double limit = context.value(c).number(at_c[i]);
        if (sign * limit <= -double{std::numeric_limits<float>::max()}) {
            result.push_back(values[at_x[i]]);
            continue;
        }
        const Id bound = polynomials.constant(limit), zero = polynomials.constant(0);
        const Id beyond =
            polynomials.sum(polynomials.sum(zero, values[at_x[i]], sign), bound, -sign);
        result.push_back(
            polynomials.sum(bound, polynomials.function(Kind::relu, beyond, &context.node), sign));
    }
    return result;
}

// Products of a vector and a known matrix, to either side.
Ids SymbolicReader::product(const NodeContext& context) {
    const Node& node = context.node;
    const Value *left = known(context, 0), *right = known(context, 1);
    if (!left == !right) return {};
    const Value& matrix = left ? *left : *right;
    const Dimensions& shape = matrix.shape;
    Ids x = operand(context, left ? 1 : 0), result;
    if (shape.size() < 2 || shape.back() * shape[shape.size() - 2] != matrix.count()) return {};
    size_t rows = static_cast<size_t>(shape[shape.size() - 2]),
           columns = static_cast<size_t>(shape.back());
    const char* flag = left ? "transA" : "transB";
    bool by_rows = (left != nullptr) == (context.integer_attribute(flag, 0) == 0);
    size_t outputs = by_rows ? rows : columns, inputs = by_rows ? columns : rows;
    if (x.size() != inputs) return {};
    double alpha = context.number_attribute("alpha", 1), beta = context.number_attribute("beta", 1);
    std::vector<double> factors = matrix.numbers;
    for (double& factor : factors) factor *= alpha;
    Ids bias;
    if (context.has_input(2)) bias = operand(context, 2);
    Id zero = polynomials.constant(0);
    for (size_t row = 0; row < outputs; row++) {
        Id start = zero;
        if (!bias.empty()) start = polynomials.sum(zero, bias[bias.size() == 1 ? 0 : row], beta);
        result.push_back(polynomials.combination(factors.data() + (by_rows ? row * columns : row),
                                                 by_rows ? 1 : columns, x, start, &node));
    }
    return result;
}

// A Conv at one position with a window of one, as people write a linear layer: W x.
Ids SymbolicReader::pointwise(const NodeContext& context, const TypedShape& shape) {
    const Value* W = known(context, 1);
    const Ids x = operand(context, 0);
    const std::vector<int64_t> pads =
        context.integers_attribute("pads").value_or(std::vector<int64_t>());
    const bool padded = std::any_of(pads.begin(), pads.end(), [](int64_t pad) { return pad != 0; });
    const size_t outputs = static_cast<size_t>(count_of(shape.shape));
    if (!W || padded || context.integer_attribute("group", 1) != 1 || x.empty() ||
        static_cast<int64_t>(outputs) != W->shape[0] || x.size() * outputs != W->numbers.size() ||
        static_cast<int64_t>(x.size()) != W->shape[1])
        return {};
    Ids result;
    for (size_t row = 0; row < outputs; row++)
        result.push_back(polynomials.combination(W->numbers.data() + row * x.size(), 1, x,
                                                 polynomials.constant(0), &context.node));
    return result;
}

// An Einsum of what is known and what is not: each element a sum of products of the two.
Ids SymbolicReader::contraction(const NodeContext& context, const TypedShape& shape) {
    const bool two = context.input_count() == 2;
    const Value *left = known(context, 0), *right = two ? known(context, 1) : nullptr;
    if (two && !left == !right) return {};
    Dimensions sizes, to, from_a, from_b;
    for (const ContractionAxis& axis : contraction_of(context).axes) {
        sizes.push_back(axis.size), to.push_back(axis.y);
        from_a.push_back(axis.a), from_b.push_back(axis.b);
    }
    if (count_of(sizes) > kMostProducts) context.fail("sums too many products to read");
    const std::vector<size_t> y = offsets_of(sizes, to, 0), a = offsets_of(sizes, from_a, 0),
                              b = offsets_of(sizes, from_b, 0);
    const Ids x = operand(context, left ? 1 : 0);
    std::vector<std::vector<double>> factors(static_cast<size_t>(count_of(shape.shape)));
    std::vector<Ids> read(factors.size());
    for (size_t i = 0; i < y.size(); i++) {
        factors[y[i]].push_back(!two ? 1 : left ? left->numbers[a[i]] : right->numbers[b[i]]);
        read[y[i]].push_back(x[left ? b[i] : a[i]]);
    }
    Ids result;
    for (size_t i = 0; i < factors.size(); i++)
        result.push_back(polynomials.combination(factors[i].data(), 1, read[i],
                                                 polynomials.constant(0), &context.node));
    return result;
}

// One step of one line of ONNX's operators GRU, LSTM and RNN, by their equations.
std::vector<Ids> SymbolicReader::recurrent(const NodeContext& context) {
    const Node& node = context.node;
    Polynomials& p = polynomials;
    const bool gru = node.op == "GRU", lstm = node.op == "LSTM";
    const Dimensions& x_shape = context.shape(0);
    if (x_shape[0] != 1 || x_shape[1] != 1)
        context.fail("takes " + text_of(x_shape) +
                     "; export with a sequence of one token of one line");
    auto plain = [&](const char* name, const Attribute& usual) {
        const Attribute* found = context.attribute(name);
        return !found || *found == usual;
    };
    if (!plain("direction", std::string("forward")) || context.attribute("clip") ||
        !plain("input_forget", int64_t{0}) || !plain("layout", int64_t{0}) ||
        context.has_input(4) || context.has_input(7) || !known(context, 1) || !known(context, 2) ||
        (context.has_input(3) && !known(context, 3)))
        return {};
    std::vector<std::string> usual = {"Sigmoid", "Tanh"};
    if (lstm) usual.push_back("Tanh");
    if ((gru || lstm) && !plain("activations", usual)) return {};
    const Value &W = *known(context, 1), &R = *known(context, 2);
    size_t H = static_cast<size_t>(R.shape[2]), I = static_cast<size_t>(W.shape[2]);
    size_t rows = static_cast<size_t>(W.shape[1]);
    auto state = [&](size_t input) {
        return context.has_input(input) ? operand(context, input) : Ids(H, p.constant(0));
    };
    Ids x = operand(context, 0), h = state(5);
    const Id one = p.variable(p.make_symbol(Kind::one, 0, 0, &node)), zero = p.constant(0);
    auto bias = [&](size_t row) {
        double value = context.has_input(3) ? known(context, 3)->numbers[row] : 0;
        return row < rows ? p.constant(value) : p.sum(zero, one, value);
    };
    Gates gates;
    for (size_t row = 0; row < rows; row++) {
        gates.x.push_back(p.combination(W.numbers.data() + row * I, 1, x, bias(row), &node));
        gates.h.push_back(p.combination(R.numbers.data() + row * H, 1, h, bias(rows + row), &node));
    }
    auto gate = [&](Kind kind, size_t row) {
        return p.function(kind, p.sum(gates.x[row], gates.h[row], 1), &node);
    };
    Ids next, next_c;
    if (gru) {
        bool after = context.integer_attribute("linear_before_reset", 0) != 0;
        Ids reset;
        for (size_t i = 0; i < H; i++) reset.push_back(gate(Kind::sigmoid, H + i));
        Ids reset_h;
        for (size_t i = 0; !after && i < H; i++)
            reset_h.push_back(p.product(reset[i], h[i], &node));
        for (size_t i = 0; i < H; i++) {
            Id z = gate(Kind::sigmoid, i);
            Id recurrent = after ? p.product(reset[i], gates.h[2 * H + i], &node)
                                 : p.combination(R.numbers.data() + (2 * H + i) * H, 1, reset_h,
                                                 bias(rows + 2 * H + i), &node);
            Id n = p.function(Kind::tanh, p.sum(gates.x[2 * H + i], recurrent, 1), &node);
            next.push_back(p.sum(n, p.product(z, p.sum(h[i], n, -1), &node), 1));
        }
    } else if (lstm) {
        Ids c = state(6);
        for (size_t i = 0; i < H; i++) {
            Id kept = p.product(gate(Kind::sigmoid, 2 * H + i), c[i], &node);
            Id added = p.product(gate(Kind::sigmoid, i), gate(Kind::tanh, 3 * H + i), &node);
            next_c.push_back(p.sum(kept, added, 1));
            next.push_back(p.product(gate(Kind::sigmoid, H + i),
                                     p.function(Kind::tanh, next_c.back(), &node), &node));
        }
    } else {
        Attribute relu = std::vector<std::string>{"Relu"};
        const Attribute* given = context.attribute("activations");
        if (given && *given != relu && *given != Attribute(std::vector<std::string>{"Tanh"}))
            return {};
        for (size_t i = 0; i < H; i++)
            next.push_back(gate(given && *given == relu ? Kind::relu : Kind::tanh, i));
    }
    if (lstm) return {next, next, next_c};
    return {next, next};
}

}  // namespace quillet
