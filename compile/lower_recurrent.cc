// The lowerings of ONNX's GRU and LSTM: one step of one line.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "compile/lower.h"
#include "compile/pack.h"

namespace quillet {
namespace {

// A cell of a plain step: G gates of H units, I inputs.
struct Cell {
    int64_t gates, hidden, inputs;
    std::vector<double> W, R;    // (G*H, I), (G*H, H)
    std::vector<double> Wb, Rb;  // (G*H)
};

bool all_zero(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return value == 0; });
}

Cell cell_of(const Lowering::Call& call, int64_t gates) {
    auto known = [&](size_t input) { return call.inputs[input]->constant()->numbers; };
    Cell cell{gates, call.context.shape(2).back(), call.context.shape(1).back(), {}, {}, {}, {}};
    const int64_t rows = gates * cell.hidden;
    cell.W = known(1), cell.R = known(2);
    std::vector<double> bias(static_cast<size_t>(2 * rows));
    if (call.has(3)) bias = known(3);
    cell.Wb.assign(bias.begin(), bias.begin() + rows);
    cell.Rb.assign(bias.begin() + rows, bias.end());
    return cell;
}

// `biases` (G*H) with those of Rb that may be added before the product: the first `rows`.
std::vector<double> merged(const Cell& cell, int64_t rows) {
    std::vector<double> bias = cell.Wb;
    for (size_t i = 0; i < static_cast<size_t>(rows); i++) bias[i] += cell.Rb[i];
    return bias;
}

// Rows of W, R and the biases: those of some gates. `name` tells them from others of the node.
struct Rows {
    int64_t first, count;
    const char* name;
};

Operand vector_of(const std::string& name, const std::vector<double>& values) {
    Value value({Type::float32, {static_cast<int64_t>(values.size())}});
    value.numbers = values;
    return known(std::move(value), name);
}

// Those rows of W x + bias, bias (G*H): a table with one row for each token where x depends on the
// token alone, else a step.
Operand input_product(Lowering& lowering, const Lowering::Call& call, const Cell& cell,
                      const std::vector<double>& bias, const Rows& rows) {
    Operand& x = *call.inputs[0];
    TypedShape what{Type::float32, {rows.count}};
    std::string name = call.node.name.empty() ? call.node.outputs.at(0) : call.node.name;
    name += rows.name;
    const auto W = cell.W.begin() + rows.first * cell.inputs;
    const std::vector<double> start(bias.begin() + rows.first,
                                    bias.begin() + rows.first + rows.count);
    auto times = [&](const Value& value) {
        Value result(what);
        result.numbers = start;
        for (size_t c = 0; c < value.numbers.size(); c++) {
            if (value.numbers[c] == 0) continue;  // all but one of a one-hot vector
            for (size_t r = 0; r < start.size(); r++)
                result.numbers[r] +=
                    W[static_cast<int64_t>(r * value.numbers.size() + c)] * value.numbers[c];
        }
        return result;
    };
    if (const Value* constant = x.constant()) return {what, times(*constant), name + ".table", -1};
    if (const std::vector<Value>* table = x.table()) {
        std::vector<Value> products;
        for (const Value& row : *table) products.push_back(times(row));
        return {what, std::move(products), name + ".table", -1};
    }
    int result = lowering.add_scratch(name + ".input", what);
    Operand start_operand = vector_of(name + ".bias", start);
    int weights =
        lowering.add_weight(call.inputs[1]->name + rows.name,
                            pack_f32({W, W + rows.count * cell.inputs}, rows.count, cell.inputs));
    lowering.add_step(
        "quillet_affine_f32",
        {Lowering::all(rows.count, result), Lowering::all(rows.count * cell.inputs, weights),
         lowering.read(start_operand), lowering.read(x), IntegerArgument{rows.count},
         IntegerArgument{cell.inputs}},
        call.node);
    return {what, View{result, 0}, name, -1};
}

// Those rows of R, as an argument.
Argument packed_rows(Lowering& lowering, const Lowering::Call& call, const Cell& cell,
                     const Rows& rows) {
    auto begin = cell.R.begin() + rows.first * cell.hidden;
    const int64_t count = rows.count * cell.hidden;
    return Lowering::all(
        count, lowering.add_weight(call.inputs[2]->name + rows.name,
                                   pack_f32({begin, begin + count}, rows.count, cell.hidden)));
}

// A buffer that starts as the state that input `input` gives, or zero, to be changed in place.
int next_state(Lowering& lowering, const Lowering::Call& call, size_t input, int64_t hidden,
               size_t output) {
    bool named = output < call.node.outputs.size() && !call.node.outputs[output].empty();
    std::string name = named ? call.node.outputs[output] : call.node.outputs.at(0);
    TypedShape what{Type::float32, {1, 1, hidden}};
    int state = lowering.add_scratch(name, what);
    Operand zero{what, Value(what), name + ".start", -1};
    Operand& start = call.has(input) ? *call.inputs[input] : zero;
    lowering.add_step("quillet_copy_f32",
                      {Lowering::all(hidden, state), lowering.read(start), IntegerArgument{hidden}},
                      call.node);
    return state;
}

// Resets after the multiplication: zr = W x + R h + b of the gates z and r; of the n gate both
// products by themselves.
void lower_gru_after(Lowering& lowering, const Lowering::Call& call, const Cell& cell, int h) {
    const int64_t H = cell.hidden;
    const Rows gates{0, 2 * H, ".zr"}, candidate{2 * H, H, ".n"};
    const std::vector<double> bias = merged(cell, 2 * H);
    Operand gx_zr = input_product(lowering, call, cell, bias, gates);
    int zr = lowering.add_scratch(call.node.name + ".zr", {Type::float32, {2 * H}});
    lowering.add_step(
        "quillet_affine_f32",
        {Lowering::all(2 * H, zr), packed_rows(lowering, call, cell, gates), lowering.read(gx_zr),
         Lowering::all(H, h), IntegerArgument{2 * H}, IntegerArgument{H}},
        call.node);
    Operand gx_n = input_product(lowering, call, cell, bias, candidate);
    int gh_n = lowering.add_scratch(call.node.name + ".n", {Type::float32, {H}});
    const std::vector<double> Rb(cell.Rb.begin() + 2 * H, cell.Rb.end());
    std::vector<Argument> product = {Lowering::all(H, gh_n),
                                     packed_rows(lowering, call, cell, candidate)};
    Operand start = vector_of(call.node.name + ".Rb", Rb);
    if (!all_zero(Rb)) product.push_back(lowering.read(start));
    product.insert(product.end(), {Lowering::all(H, h), IntegerArgument{H}, IntegerArgument{H}});
    lowering.add_step(all_zero(Rb) ? "quillet_product_f32" : "quillet_affine_f32",
                      std::move(product), call.node);
    lowering.add_step("quillet_gru_f32",
                      {Lowering::all(H, h), Lowering::all(2 * H, zr), lowering.read(gx_n),
                       Lowering::all(H, gh_n), IntegerArgument{H}},
                      call.node);
}

// Resets before the multiplication: n = tanh(W x + R (r * h) + b).
void lower_gru_before(Lowering& lowering, const Lowering::Call& call, const Cell& cell, int h) {
    const int64_t H = cell.hidden;
    const Rows gates{0, 2 * H, ".zr"}, candidate{2 * H, H, ".n"};
    const std::vector<double> bias = merged(cell, 3 * H);
    auto scratch = [&](const char* name, int64_t count) {
        return lowering.add_scratch(call.node.name + name, {Type::float32, {count}});
    };
    auto step = [&](const char* kernel, std::vector<Argument> arguments) {
        lowering.add_step(kernel, std::move(arguments), call.node);
    };
    IntegerArgument one{H}, two{2 * H};
    Operand gx_zr = input_product(lowering, call, cell, bias, gates);
    int sums = scratch(".zr_sums", 2 * H), zr = scratch(".zr", 2 * H), reset = scratch(".reset", H);
    step("quillet_affine_f32",
         {Lowering::all(2 * H, sums), packed_rows(lowering, call, cell, gates),
          lowering.read(gx_zr), Lowering::all(H, h), two, one});
    step("quillet_sigmoid_each_f32", {Lowering::all(2 * H, zr), Lowering::all(2 * H, sums), two});
    step("quillet_multiply_f32",
         {Lowering::all(H, reset), BufferArgument{zr, H, H}, Lowering::all(H, h), one});
    Operand gx_n = input_product(lowering, call, cell, bias, candidate);
    int n_sums = scratch(".n_sums", H), n = scratch(".n", H);
    step("quillet_affine_f32",
         {Lowering::all(H, n_sums), packed_rows(lowering, call, cell, candidate),
          lowering.read(gx_n), Lowering::all(H, reset), one, one});
    step("quillet_tanh_each_f32", {Lowering::all(H, n), Lowering::all(H, n_sums), one});
    step("quillet_blend_f32",
         {Lowering::all(H, h), BufferArgument{zr, 0, H}, Lowering::all(H, n), one});
}

}  // namespace

bool is_plain_step(const Lowering::Call& call) {
    const NodeContext& context = call.context;
    const std::vector<std::string> usual =
        call.node.op == "GRU" ? std::vector<std::string>{"Sigmoid", "Tanh"}
                              : std::vector<std::string>{"Sigmoid", "Tanh", "Tanh"};
    const Attribute* given = context.attribute("activations");
    auto* names = given ? std::get_if<std::vector<std::string>>(given) : nullptr;
    if (context.text_attribute("direction", "forward") != "forward" || context.attribute("clip") ||
        context.integer_attribute("input_forget", 0) != 0 ||
        context.integer_attribute("layout", 0) != 0 || (names && *names != usual) || call.has(4) ||
        call.has(7))
        return false;
    const Dimensions& x = context.shape(0);
    if (x.size() != 3 || x[0] != 1 || x[1] != 1 || context.input(0).type != Type::float32)
        return false;
    for (size_t i : {1u, 2u, 3u})
        if (call.has(i) && !call.inputs[i]->constant()) return false;
    return true;
}

void lower_gru(Lowering& lowering, const Lowering::Call& call) {
    Cell cell = cell_of(call, 3);
    int h = next_state(lowering, call, 5, cell.hidden, 1);
    bool after = call.context.integer_attribute("linear_before_reset", 0) != 0;
    (after ? lower_gru_after : lower_gru_before)(lowering, call, cell, h);
    lowering.set(call, 0, {h, 0});
    lowering.set(call, 1, {h, 0});
}

void lower_lstm(Lowering& lowering, const Lowering::Call& call) {
    Cell cell = cell_of(call, 4);
    int64_t H = cell.hidden, rows = 4 * H;
    int h = next_state(lowering, call, 5, H, 1), c = next_state(lowering, call, 6, H, 2);
    const Rows all{0, rows, ""};
    Operand gx = input_product(lowering, call, cell, merged(cell, rows), all);
    int gates = lowering.add_scratch(call.node.name + ".gates", {Type::float32, {rows}});
    lowering.add_step(
        "quillet_affine_f32",
        {Lowering::all(rows, gates), packed_rows(lowering, call, cell, all), lowering.read(gx),
         Lowering::all(H, h), IntegerArgument{rows}, IntegerArgument{H}},
        call.node);
    lowering.add_step(
        "quillet_lstm_f32",
        {Lowering::all(H, h), Lowering::all(H, c), Lowering::all(rows, gates), IntegerArgument{H}},
        call.node);
    lowering.set(call, 0, {h, 0});
    lowering.set(call, 1, {h, 0});
    lowering.set(call, 2, {c, 0});
}

}  // namespace quillet
