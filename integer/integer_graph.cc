// The ONNX graph of an integer model: standard operators (opset 17) that any runtime computes
// exactly.
// SPDX-License-Identifier: MIT
//
// Products are MatMulInteger of int8 by int8, whose sums are exact in int32 everywhere (u8 by s8
// may saturate). All else is int64: Add, Sub, Mul, Div, Clip, Gather; no BitShift (none for signed
// types) and nothing of 16 bits but Gather. The intermediates' lift above zero for a floored Div
// would leave int32 here and there; in int64 it cannot.
#include "integer/integer_graph.h"

#include "base/utf8.h"
#include "integer/row_quantization.h"
#include "runtime/quillet_tables.h"

namespace quillet {

namespace {

constexpr int64_t kOpset = 17;
constexpr int64_t kLift = int64_t{1} << 31;  // times a divisor of at most 2^30: 2^61

// (rows, columns) to (columns, rows).
std::vector<int8_t> transposed(const IntegerMatrix& matrix) {
    std::vector<int8_t> result(matrix.q.size());
    const size_t rows = static_cast<size_t>(matrix.rows),
                 columns = static_cast<size_t>(matrix.columns);
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            result[column * rows + row] = matrix.q[row * columns + column];
        }
    }
    return result;
}

std::vector<int32_t> divisors_of(const IntegerMatrix& matrix) {
    std::vector<int32_t> result;
    for (int32_t k : matrix.k) result.push_back(int32_t{1} << k);
    return result;
}

// One step's nodes, layer by layer. Names of values begin with their layer's: "gru.p", "gru1.z".
class StepBuilder {
  public:
    StepBuilder(const IntegerModel& model, IntegerGraphBuilder& b) : model_(model), b_(b) {
        sigmoid_ =
            b_.int16s("sigmoid_table", {quillet_sigmoid_table, quillet_sigmoid_table + 1024});
        tanh_ = b_.int16s("tanh_table", {quillet_tanh_table, quillet_tanh_table + 1024});
    }

    // h int64 -> h8 int8.
    std::string h8_of(const std::string& h, const std::string& output) {
        return b_.cast(b_.asr(h, 8, output + "_wide"), Type::int8, output);
    }

    // matrix * h8 in Q10, int64.
    std::string product(const IntegerMatrix& matrix, const std::string& h8,
                        const std::string& weights, const std::string& output) {
        b_.int8s(weights, {matrix.columns, matrix.rows}, transposed(matrix));
        const std::string acc = b_.node("MatMulInteger", {h8, weights}, output + "_acc");
        const std::string m = b_.int32s(weights + "_m", matrix.m);
        const std::string divisor = b_.int32s(weights + "_divisor", divisors_of(matrix));
        return scale(b_.cast(acc, Type::int64, output + "_sum"), m, divisor, output);
    }

    // The token's row of the input table in Q10, int64.
    std::string table_row(const std::string& output) {
        const IntegerMatrix& table = model_.table;
        b_.int8s("table", {table.rows, table.columns}, table.q);
        b_.int32s("table_m", table.m);
        b_.int32s("table_divisor", divisors_of(table));
        const std::string row = b_.node("Gather", {"table", "token"}, "table_row");
        const std::string m = b_.node("Gather", {"table_m", "token"}, "table_row_m");
        const std::string divisor =
            b_.node("Gather", {"table_divisor", "token"}, "table_row_divisor");
        return scale(b_.cast(row, Type::int64, "table_row_q"), m, divisor, output);
    }

    std::string gru(const IntegerLayer& layer, const std::string& n, const std::string& p,
                    const std::string& g, const std::string& h) {
        const int64_t hidden = model_.hidden;
        b_.split(p, {2 * hidden, hidden}, {n + ".p_zr", n + ".p_n"});
        b_.split(g, {2 * hidden, hidden}, {n + ".g_zr", n + ".g_n"});
        const std::string zr =
            look_up(sigmoid_, b_.node("Add", {n + ".p_zr", n + ".g_zr"}, n + ".pre_zr"), n + ".zr");
        b_.split(zr, {hidden, hidden}, {n + ".z", n + ".r"});
        const std::string b_hn =
            b_.cast(b_.int32s(n + ".b_hn", layer.b_hn), Type::int64, n + ".b_hn_wide");
        const std::string inner = b_.node("Add", {n + ".p_n", b_hn}, n + ".inner");
        const std::string reset =
            b_.asr(b_.node("Mul", {n + ".r", inner}, n + ".r_inner"), 14, n + ".reset");
        const std::string nn =
            look_up(tanh_, b_.node("Add", {n + ".g_n", reset}, n + ".pre_n"), n + ".n");
        const std::string difference = b_.node("Sub", {h, nn}, n + ".h_minus_n");
        const std::string kept =
            b_.asr(b_.node("Mul", {n + ".z", difference}, n + ".z_difference"), 14, n + ".kept");
        return b_.node("Add", {nn, kept}, n + ".h_wide");
    }

    struct LstmStates {
        std::string h, c;
    };

    LstmStates lstm(const std::string& n, const std::string& p, const std::string& g,
                    const std::string& c) {
        const int64_t hidden = model_.hidden;
        const std::string pre = b_.node("Add", {p, g}, n + ".pre");
        b_.split(pre, {3 * hidden, hidden}, {n + ".pre_iof", n + ".pre_c"});
        b_.split(look_up(sigmoid_, n + ".pre_iof", n + ".iof"), {hidden, hidden, hidden},
                 {n + ".i", n + ".o", n + ".f"});
        look_up(tanh_, n + ".pre_c", n + ".g");
        const std::string product = b_.node("Mul", {n + ".f", c}, n + ".f_c");
        const std::string added =
            b_.asr(b_.node("Mul", {n + ".i", n + ".g"}, n + ".i_g"), 3, n + ".added");
        const std::string sum =
            b_.asr(b_.node("Add", {product, added}, n + ".c_fine"), 14, n + ".c_sum");
        const std::string next =
            b_.node("Clip", {sum, b_.number(-kCellLimit), b_.number(kCellLimit)}, n + ".c_wide");
        const std::string scaled =
            b_.asr(b_.node("Mul", {next, b_.number(129)}, n + ".c_129"), 13, n + ".c_index");
        const std::string index = b_.node("Add", {scaled, b_.number(512)}, n + ".c_index_up");
        const std::string entry =
            b_.node("Clip", {index, b_.number(0), b_.number(1023)}, n + ".c_entry");
        const std::string bent = b_.cast(b_.node("Gather", {tanh_, entry}, n + ".tanh_c_16"),
                                         Type::int64, n + ".tanh_c");
        return {b_.asr(b_.node("Mul", {n + ".o", bent}, n + ".o_tanh_c"), 14, n + ".h_wide"), next};
    }

  private:
    // asr(x * m, k) by int32 m and divisor.
    std::string scale(const std::string& x, const std::string& m, const std::string& divisor,
                      const std::string& output) {
        const std::string scaled =
            b_.node("Mul", {x, b_.cast(m, Type::int64, m + "_wide")}, output + "_scaled");
        return b_.asr_by(scaled, b_.cast(divisor, Type::int64, divisor + "_wide"), output);
    }

    // table[clip(asr(x, 4), -512, 511) + 512]: the offsets are added first, so that x / 16 is of
    // what is not negative.
    std::string look_up(const std::string& table, const std::string& x, const std::string& output) {
        const std::string lifted = b_.node("Add", {x, b_.number(8200)}, output + "_lifted");
        const std::string clipped =
            b_.node("Clip", {lifted, b_.number(0), b_.number(16383)}, output + "_clipped");
        const std::string index = b_.node("Div", {clipped, b_.number(16)}, output + "_index");
        return b_.cast(b_.node("Gather", {table, index}, output + "_16"), Type::int64, output);
    }

    const IntegerModel& model_;
    IntegerGraphBuilder& b_;
    std::string sigmoid_, tanh_;
};

std::string suffix_of(const IntegerModel& model, size_t layer) {
    return model.layers.size() == 1 ? "" : std::to_string(layer);
}

// Declares the state's input and output; returns its value in int64.
std::string add_state(const IntegerModel& model, const std::string& state, IntegerGraphBuilder& b) {
    b.graph().inputs.push_back({state, Type::int32, {1, 1, model.hidden}});
    b.graph().outputs.push_back({state + "_next", Type::int32, {1, 1, model.hidden}});
    return b.cast(state, Type::int64, state + "_in");
}

// Layer `index` on x8, the layer below's h8 ("" for layer 0); returns its own.
std::string add_layer(const IntegerModel& model, size_t index, const std::string& x8,
                      StepBuilder& step, IntegerGraphBuilder& b) {
    const IntegerLayer& layer = model.layers[index];
    const std::string suffix = suffix_of(model, index), n = name_of(model.cell) + suffix;
    const std::string h = add_state(model, "h" + suffix, b);
    const std::string x =
        index == 0 ? step.table_row(n + ".x") : step.product(layer.input, x8, n + ".W", n + ".x");
    const std::string bias = b.cast(b.int32s(n + ".b", layer.b), Type::int64, n + ".b_wide");
    const std::string g = b.node("Add", {x, bias}, n + ".g_in");
    const std::string p =
        step.product(layer.recurrent, step.h8_of(h, n + ".h8"), n + ".R", n + ".p");
    std::string next;
    if (model.cell == Cell::gru) {
        next = step.gru(layer, n, p, g, h);
    } else {
        const StepBuilder::LstmStates states =
            step.lstm(n, p, g, add_state(model, "c" + suffix, b));
        next = states.h;
        b.cast(states.c, Type::int32, "c" + suffix + "_next");
    }
    b.cast(next, Type::int32, "h" + suffix + "_next");
    return step.h8_of(next, n + ".h8_next");
}

}  // namespace

std::string IntegerGraphBuilder::int8s(const std::string& name, std::vector<int64_t> shape,
                                       const std::vector<int8_t>& values) {
    graph_.initializers[name] = Tensor::of(Type::int8, std::move(shape), values);
    return name;
}

std::string IntegerGraphBuilder::int16s(const std::string& name,
                                        const std::vector<int16_t>& values) {
    graph_.initializers[name] =
        Tensor::of(Type::int16, {static_cast<int64_t>(values.size())}, values);
    return name;
}

std::string IntegerGraphBuilder::int32s(const std::string& name,
                                        const std::vector<int32_t>& values) {
    graph_.initializers[name] =
        Tensor::of(Type::int32, {static_cast<int64_t>(values.size())}, values);
    return name;
}

std::string IntegerGraphBuilder::int64s(const std::string& name,
                                        const std::vector<int64_t>& values) {
    graph_.initializers[name] =
        Tensor::of(Type::int64, {static_cast<int64_t>(values.size())}, values);
    return name;
}

std::string IntegerGraphBuilder::matrix(const std::string& name, std::vector<int64_t> shape,
                                        const std::vector<int64_t>& values) {
    graph_.initializers[name] = Tensor::of(Type::int64, std::move(shape), values);
    return name;
}

std::string IntegerGraphBuilder::number(int64_t value) {
    const std::string name = "n" + std::to_string(value);
    graph_.initializers[name] = Tensor::of(Type::int64, {}, std::vector<int64_t>{value});
    return name;
}

std::string IntegerGraphBuilder::node(const std::string& op, const std::vector<std::string>& inputs,
                                      const std::string& output,
                                      std::map<std::string, Attribute> attributes) {
    graph_.nodes.push_back({output, op, "", inputs, {output}, std::move(attributes)});
    return output;
}

std::string IntegerGraphBuilder::cast(const std::string& x, Type type, const std::string& output) {
    return node("Cast", {x}, output, {{"to", static_cast<int64_t>(type)}});
}

std::string IntegerGraphBuilder::asr(const std::string& x, int k, const std::string& output) {
    const int64_t divisor = int64_t{1} << k;
    const std::string lifted =
        node("Add", {x, number(kLift * divisor + divisor / 2)}, output + "_lifted");
    return node("Sub", {node("Div", {lifted, number(divisor)}, output + "_divided"), number(kLift)},
                output);
}

std::string IntegerGraphBuilder::asr_by(const std::string& x, const std::string& divisor,
                                        const std::string& output) {
    const std::string half = node("Div", {divisor, number(2)}, output + "_half");
    const std::string lift = node("Mul", {divisor, number(kLift)}, output + "_lift");
    const std::string offset = node("Add", {lift, half}, output + "_offset");
    const std::string lifted = node("Add", {x, offset}, output + "_lifted");
    return node("Sub", {node("Div", {lifted, divisor}, output + "_divided"), number(kLift)},
                output);
}

void IntegerGraphBuilder::split(const std::string& x, const std::vector<int64_t>& sizes,
                                const std::vector<std::string>& outputs) {
    const std::string lengths = int64s(x + "_parts", sizes);
    graph_.nodes.push_back(
        {x + "_split", "Split", "", {x, lengths}, outputs, {{"axis", int64_t{-1}}}});
}

std::string add_integer_step(const IntegerModel& model, IntegerGraphBuilder& b) {
    Graph& graph = b.graph();
    graph.name = "quillet";
    graph.opset = kOpset;
    graph.producer = "quillet";
    graph.metadata = model.metadata;
    graph.metadata[key::kAlphabet] = encode_utf8(model.alphabet.characters());
    graph.metadata[key::kBits] = std::to_string(model.bits);
    graph.inputs.push_back({"token", Type::int64, {1}});
    StepBuilder step(model, b);
    std::string h8;
    for (size_t i = 0; i < model.layers.size(); i++) h8 = add_layer(model, i, h8, step, b);
    const std::string p = step.product(model.output, h8, "output.weight", "output.p");
    const std::string bias =
        b.cast(b.int32s("output.bias", model.output_bias), Type::int64, "output.bias_wide");
    return b.node("Add", {p, bias}, "logits_wide");
}

Graph to_graph(const IntegerModel& model) {
    check_sizes(model, "integer model");
    Graph graph;
    IntegerGraphBuilder b(graph);
    graph.outputs.push_back({"logits", Type::int32, {1, model.alphabet.size()}});
    const std::string wide = add_integer_step(model, b);
    graph.metadata[key::kFormat] = kIntegerFormat;
    const std::string row = b.node(
        "Reshape", {wide, b.int64s("logits_shape", {1, model.alphabet.size()})}, "logits_row");
    b.cast(row, Type::int32, "logits");
    return graph;
}

}  // namespace quillet
