// The ONNX graph of an integer model: standard operators (opset 17) that any runtime computes
// exactly.
// SPDX-License-Identifier: MIT
//
// Products are MatMulInteger of int8 by int8, whose sums are exact in int32 everywhere (u8 by s8
// may saturate). All else is int64: Add, Sub, Mul, Div, Clip, Gather; no BitShift (none for signed
// types) and nothing of 16 bits but Gather. The intermediates' lift above zero for a floored Div
// would leave int32 here and there; in int64 it cannot.
#include "integer/integer_graph.h"

#include "base/transposed.h"
#include "graph/alphabet_metadata.h"
#include "integer/row_quantization.h"
#include "runtime/quillet_tables.h"

namespace quillet {

namespace {

constexpr int64_t kOpset = 17;
constexpr int64_t kLift = int64_t{1} << 31;  // times a divisor of at most 2^30: 2^61

std::vector<int32_t> divisors_of(const IntegerMatrix& matrix) {
    std::vector<int32_t> result;
    for (int32_t k : matrix.k) result.push_back(int32_t{1} << k);
    return result;
}

// One step's nodes, layer by layer. Names of values begin with their layer's: "gru.p", "gru1.z".
class StepBuilder {
  public:
    explicit StepBuilder(IntegerGraphBuilder& b) : b_(b) {}

    // h int64 -> h8 int8.
    std::string h8_of(const std::string& h, const std::string& output) {
        return b_.cast(b_.asr(h, 8, output + "_wide"), Type::int8, output);
    }

    // matrix * h8 in Q10, int64.
    std::string product(const IntegerMatrix& matrix, const std::string& h8,
                        const std::string& weights, const std::string& output) {
        b_.constant(weights, {matrix.columns, matrix.rows},
                    transposed(matrix.q, static_cast<size_t>(matrix.rows),
                               static_cast<size_t>(matrix.columns)));
        const std::string acc = b_.node("MatMulInteger", {h8, weights}, output + "_acc");
        const std::string m = b_.list(weights + "_m", matrix.m);
        const std::string divisor = b_.list(weights + "_divisor", divisors_of(matrix));
        return scale(b_.cast(acc, Type::int64, output + "_sum"), m, divisor, output);
    }

    // The token's row of a table in Q10, int64.
    std::string table_row(const IntegerMatrix& table, const std::string& name,
                          const std::string& output) {
        b_.constant(name, {table.rows, table.columns}, table.q);
        b_.list(name + "_m", table.m);
        b_.list(name + "_divisor", divisors_of(table));
        const std::string row = b_.node("Gather", {name, "token"}, name + "_row");
        const std::string m = b_.node("Gather", {name + "_m", "token"}, name + "_row_m");
        const std::string divisor =
            b_.node("Gather", {name + "_divisor", "token"}, name + "_row_divisor");
        return scale(b_.cast(row, Type::int64, name + "_row_q"), m, divisor, output);
    }

    // g and what the skips read, named `output` in the end; `h8s` of each layer. A skip's matrix is
    // named after the one beside it, `weights`.
    std::string add_skips(const std::vector<IntegerSkip>& skips, const std::string& g,
                          const std::vector<std::string>& h8s, const std::string& weights,
                          const std::string& output) {
        std::string sum = g;
        for (size_t i = 0; i < skips.size(); i++) {
            const IntegerSkip& skip = skips[i];
            const std::string name = weights + skip_suffix(skip.from);
            const std::string part =
                skip.from == kToken
                    ? table_row(skip.matrix, name, name + "_x")
                    : product(skip.matrix, h8s[static_cast<size_t>(skip.from)], name, name + "_x");
            sum = b_.node("Add", {sum, part}, i + 1 == skips.size() ? output : name + "_sum");
        }
        return sum;
    }

    // table[clip(asr(x, 4), -512, 511) + 512]: the offsets are added first, so that x / 16 is of
    // what is not negative.
    std::string look_up(const std::string& table, const std::string& x, const std::string& output) {
        const std::string lifted = b_.node("Add", {x, b_.number(8200)}, output + "_lifted");
        const std::string clipped =
            b_.node("Clip", {lifted, b_.number(0), b_.number(16383)}, output + "_clipped");
        const std::string index = b_.node("Div", {clipped, b_.number(16)}, output + "_index");
        return gather(table, index, output);
    }

    std::string gather(const std::string& table, const std::string& index,
                       const std::string& output) {
        return b_.cast(b_.node("Gather", {table, index}, output + "_16"), Type::int64, output);
    }

    // The tables, in the graph only where they are used.
    std::string sigmoid() {
        return b_.list("sigmoid_table",
                       std::vector<int16_t>(quillet_sigmoid_table, quillet_sigmoid_table + 1024));
    }
    std::string tanh() {
        return b_.list("tanh_table",
                       std::vector<int16_t>(quillet_tanh_table, quillet_tanh_table + 1024));
    }

  private:
    // asr(x * m, k) by int32 m and divisor.
    std::string scale(const std::string& x, const std::string& m, const std::string& divisor,
                      const std::string& output) {
        const std::string scaled =
            b_.node("Mul", {x, b_.cast(m, Type::int64, m + "_wide")}, output + "_scaled");
        return b_.asr_by(scaled, b_.cast(divisor, Type::int64, divisor + "_wide"), output);
    }

    IntegerGraphBuilder& b_;
};

// A cell's step as nodes, named after the layer: "gru.p_zr", "gru1.z".
class GraphStep : public IntegerStep {
  public:
    // `recurrent` and `input` are values in int64; `states` the layer's, by name and value.
    struct State {
        std::string name, value;
    };
    // A layer that keeps no state has none of them.
    GraphStep(StepBuilder& builder, IntegerGraphBuilder& b, const IntegerLayer& layer,
              std::string prefix, std::vector<State> states)
        : hidden_(layer.hidden()),
          builder_(builder),
          b_(b),
          layer_(layer),
          prefix_(std::move(prefix)),
          states_(std::move(states)) {}

    // The value of the next h, in int64.
    const std::string& next_h() const { return next_h_; }

    Value recurrent_part() override { return made(prefix_ + ".p"); }
    Value input_part() override { return made(prefix_ + ".g_in"); }
    Value apart_bias() override {
        const std::string name = prefix_ + ".b_hn";
        return made(b_.cast(b_.list(name, layer_.b_hn), Type::int64, name + "_wide"));
    }
    Value state(size_t index) override { return made(states_[index].value); }
    void set_state(size_t index, Value x) override {
        if (index < states_.size()) b_.cast(values_[x], Type::int32, states_[index].name + "_next");
        if (index == 0) next_h_ = values_[x];
    }
    std::vector<Value> split(Value x, std::initializer_list<int> sizes,
                             std::initializer_list<const char*> names) override {
        std::vector<int64_t> lengths;
        for (int size : sizes) lengths.push_back(size * hidden_);
        std::vector<std::string> outputs;
        for (const char* name : names) outputs.push_back(named(name));
        b_.split(values_[x], lengths, outputs);
        std::vector<Value> parts;
        for (const std::string& output : outputs) parts.push_back(made(output));
        return parts;
    }
    Value add(Value a, Value b, const char* name) override { return node("Add", a, b, name); }
    Value subtract(Value a, Value b, const char* name) override { return node("Sub", a, b, name); }
    Value multiply(Value a, Value b, const char* name) override { return node("Mul", a, b, name); }
    Value multiply_by(Value a, int64_t factor, const char* name) override {
        return made(b_.node("Mul", {values_[a], b_.number(factor)}, named(name)));
    }
    Value asr(Value x, int k, const char* name) override {
        return made(b_.asr(values_[x], k, named(name)));
    }
    Value clip(Value x, int64_t lowest, int64_t highest, const char* name) override {
        return made(
            b_.node("Clip", {values_[x], b_.number(lowest), b_.number(highest)}, named(name)));
    }
    Value sigmoid(Value x, const char* name) override {
        return made(builder_.look_up(builder_.sigmoid(), values_[x], named(name)));
    }
    Value tanh(Value x, const char* name) override {
        return made(builder_.look_up(builder_.tanh(), values_[x], named(name)));
    }
    Value tanh_at(Value index, const char* entry, const char* name) override {
        const std::string up =
            b_.node("Add", {values_[index], b_.number(512)}, values_[index] + "_up");
        const std::string clipped =
            b_.node("Clip", {up, b_.number(0), b_.number(1023)}, named(entry));
        return made(builder_.gather(builder_.tanh(), clipped, named(name)));
    }

  private:
    std::string named(const char* name) const { return prefix_ + "." + name; }
    Value made(std::string value) {
        values_.push_back(std::move(value));
        return values_.size() - 1;
    }
    Value node(const char* op, Value a, Value b, const char* name) {
        return made(b_.node(op, {values_[a], values_[b]}, named(name)));
    }

    int64_t hidden_;
    StepBuilder& builder_;
    IntegerGraphBuilder& b_;
    const IntegerLayer& layer_;
    std::string prefix_;
    std::vector<State> states_;
    std::vector<std::string> values_;
    std::string next_h_;
};

// Declares the state's input and output; returns its value in int64.
std::string add_state(const StateOf& state, IntegerGraphBuilder& b) {
    b.graph().inputs.push_back({state.name, Type::int32, {1, 1, state.size}});
    b.graph().outputs.push_back({state.name + "_next", Type::int32, {1, 1, state.size}});
    return b.cast(state.name, Type::int64, state.name + "_in");
}

// Layer `index` on the h8s of those below; adds its own. `state`: its first of states_of(model).
void add_layer(const IntegerModel& model, size_t index, const StateOf* state,
               std::vector<std::string>& h8s, StepBuilder& step, IntegerGraphBuilder& b) {
    const IntegerLayer& layer = model.layers[index];
    const std::string n = layer_name(model, index);
    const size_t count = layer.keeps_state() ? states_of(layer.cell) : 0;
    std::vector<GraphStep::State> states;
    const auto take_state = [&](size_t i) {
        states.push_back({state[i].name, add_state(state[i], b)});
    };
    if (count > 0) take_state(0);
    const std::string g = layer.skips.empty() ? n + ".g_in" : n + ".g_below";
    // The order of the nodes is part of the format: x before the bias.
    std::string x;
    if (count > 0)
        x = index == 0 ? step.table_row(model.table, "table", n + ".x")
                       : step.product(layer.input, h8s.back(), n + ".W", n + ".x");
    std::string sum = b.cast(b.list(n + ".b", layer.b), Type::int64,
                             count > 0 || !layer.skips.empty() ? n + ".b_wide" : g);
    if (count > 0)
        sum = b.node("Add", {x, sum}, g);
    else
        step.product(layer.input, h8s.back(), n + ".W", n + ".p");
    step.add_skips(layer.skips, sum, h8s, n + ".W", n + ".g_in");
    if (count > 0)
        step.product(layer.recurrent, step.h8_of(states[0].value, n + ".h8"), n + ".R", n + ".p");
    for (size_t i = 1; i < count; i++) take_state(i);
    GraphStep formula(step, b, layer, n, std::move(states));
    row_of(layer.cell).integer_step(formula);
    h8s.push_back(step.h8_of(formula.next_h(), n + ".h8_next"));
}

}  // namespace

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
    put_alphabet(graph.metadata, model.alphabet);
    graph.metadata[key::kBits] = std::to_string(model.bits);
    if (model.table_bits != 8) graph.metadata[key::kTableBits] = std::to_string(model.table_bits);
    if (model.output_bits != 8)
        graph.metadata[key::kOutputBits] = std::to_string(model.output_bits);
    graph.inputs.push_back({"token", Type::int64, {1}});
    StepBuilder step(b);
    std::vector<std::string> h8s;
    const std::vector<StateOf> states = states_of(model);
    for (size_t i = 0, state = 0; i < model.layers.size(); i++) {
        add_layer(model, i, states.data() + state, h8s, step, b);
        if (model.layers[i].keeps_state()) state += states_of(model.layers[i].cell);
    }
    const std::string p = step.product(model.output, h8s.back(), "output.weight", "output.p");
    const std::string bias =
        b.cast(b.list("output.bias", model.output_bias), Type::int64, "output.bias_wide");
    const std::string sum =
        b.node("Add", {p, bias}, model.output_skips.empty() ? "logits_wide" : "logits_below");
    return step.add_skips(model.output_skips, sum, h8s, "output.weight", "logits_wide");
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
