// The lowerings of ONNX's GRU and LSTM: one step of one line.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "compile/lower.h"
#include "compile/pack_f32.h"

namespace quillet {
namespace {

// A cell's inputs X, W, R, B, sequence_lens, initial_h, (initial_c, P) after checks; G gates of H
// units, I inputs.
struct Cell {
    int64_t gates, hidden, inputs;
    std::vector<double> W, R;    // (G*H, I), (G*H, H)
    std::vector<double> Wb, Rb;  // (G*H)
};

bool all_zero(const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double value) { return value == 0; });
}

std::vector<double> known(const Lowering::Call& call, size_t input, int64_t count,
                          const char* what) {
    const Value* value = call.inputs[input]->constant();
    if (!value) call.fail(std::string(what) + " is not a constant");
    if (!is_float(value->type)) call.fail(std::string(what) + " is " + name_of(value->type));
    if (value->count() != count)
        call.fail(std::string(what) + " has " + std::to_string(value->count()) +
                  " values; expected " + std::to_string(count) + " (one direction)");
    return value->numbers;
}

Cell cell_of(const Lowering::Call& call, int64_t gates) {
    Cell cell{gates, call.scope.shape(2).back(), call.scope.shape(1).back(), {}, {}, {}, {}};
    int64_t rows = gates * cell.hidden;
    cell.W = known(call, 1, rows * cell.inputs, "W");
    cell.R = known(call, 2, rows * cell.hidden, "R");
    std::vector<double> bias(static_cast<size_t>(2 * rows));
    if (call.has(3)) bias = known(call, 3, 2 * rows, "B");
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

// W x + bias (G*H): a table with one row for each token where x depends on the token alone, else a
// step.
Operand input_product(Lowering& lowering, const Lowering::Call& call, const Cell& cell,
                      const std::vector<double>& bias) {
    Operand& x = *call.inputs[0];
    int64_t rows = cell.gates * cell.hidden;
    TypedShape what{Type::float32, {rows}};
    std::string name = call.node.name.empty() ? call.node.outputs.at(0) : call.node.name;
    auto times = [&](const Value& value) {
        Value result(what);
        result.numbers = bias;
        for (size_t c = 0; c < value.numbers.size(); c++) {
            if (value.numbers[c] == 0) continue;  // all but one of a one-hot vector
            for (size_t r = 0; r < bias.size(); r++)
                result.numbers[r] += cell.W[r * value.numbers.size() + c] * value.numbers[c];
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
    Operand start{what, Value(what), name + ".bias", -1};
    std::get<Value>(start.is).numbers = bias;
    int weights = lowering.add_weight(call.inputs[1]->name, pack_f32(cell.W, rows, cell.inputs));
    lowering.add_step("quillet_affine_f32",
                      {Lowering::all(rows, result), Lowering::all(rows * cell.inputs, weights),
                       lowering.read(start), lowering.read(x), IntegerArgument{rows},
                       IntegerArgument{cell.inputs}},
                      call.node);
    return {what, View{result, 0}, name, -1};
}

// Rows first .. first + rows of R.
int packed_rows(Lowering& lowering, const Lowering::Call& call, const Cell& cell, int64_t first,
                int64_t rows, const std::string& suffix) {
    auto begin = cell.R.begin() + first * cell.hidden;
    return lowering.add_weight(call.inputs[2]->name + suffix,
                               pack_f32({begin, begin + rows * cell.hidden}, rows, cell.hidden));
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
    if (start.count() != hidden)
        call.fail("'" + start.name + "' has another size than the hidden units");
    lowering.add_step("quillet_copy_f32",
                      {Lowering::all(hidden, state), lowering.read(start), IntegerArgument{hidden}},
                      call.node);
    return state;
}

Operand vector_of(const std::string& name, const std::vector<double>& values) {
    Operand result{{Type::float32, {static_cast<int64_t>(values.size())}}, TokenValue{}, name, -1};
    Value value(result);
    value.numbers = values;
    result.is = std::move(value);
    return result;
}

// Resets after the multiplication: gh = R h + Rb, then the gates.
void lower_gru_after(Lowering& lowering, const Lowering::Call& call, const Cell& cell, int h) {
    int64_t H = cell.hidden, rows = 3 * H;
    Operand gx = input_product(lowering, call, cell, merged(cell, 2 * H));
    int gh = lowering.add_scratch(call.node.name + ".recurrent", {Type::float32, {rows}});
    std::vector<double> bias(static_cast<size_t>(rows));
    std::copy(cell.Rb.begin() + 2 * H, cell.Rb.end(), bias.begin() + 2 * H);
    std::vector<Argument> product = {
        Lowering::all(rows, gh),
        Lowering::all(rows * H, packed_rows(lowering, call, cell, 0, rows, ""))};
    Operand start = vector_of(call.node.name + ".Rb", bias);
    if (!all_zero(bias)) product.push_back(lowering.read(start));
    product.push_back(Lowering::all(H, h));
    product.push_back(IntegerArgument{rows});
    product.push_back(IntegerArgument{H});
    lowering.add_step(all_zero(bias) ? "quillet_product_f32" : "quillet_affine_f32",
                      std::move(product), call.node);
    lowering.add_step(
        "quillet_gru_f32",
        {Lowering::all(H, h), lowering.read(gx), Lowering::all(rows, gh), IntegerArgument{H}},
        call.node);
}

// Resets before the multiplication: n = tanh(W x + R (r * h) + b).
void lower_gru_before(Lowering& lowering, const Lowering::Call& call, const Cell& cell, int h) {
    int64_t H = cell.hidden;
    Operand gx = input_product(lowering, call, cell, merged(cell, 3 * H));
    auto scratch = [&](const char* name, int64_t count) {
        return lowering.add_scratch(call.node.name + name, {Type::float32, {count}});
    };
    auto step = [&](const char* kernel, std::vector<Argument> arguments) {
        lowering.add_step(kernel, std::move(arguments), call.node);
    };
    int sums = scratch(".zr_sums", 2 * H), zr = scratch(".zr", 2 * H), reset = scratch(".reset", H);
    int n_sums = scratch(".n_sums", H), n = scratch(".n", H);
    int R_zr = packed_rows(lowering, call, cell, 0, 2 * H, ".zr");
    int R_n = packed_rows(lowering, call, cell, 2 * H, H, ".n");
    IntegerArgument one{H}, two{2 * H};
    step("quillet_affine_f32", {Lowering::all(2 * H, sums), Lowering::all(2 * H * H, R_zr),
                                lowering.read(gx, 0, 2 * H), Lowering::all(H, h), two, one});
    step("quillet_sigmoid_each_f32", {Lowering::all(2 * H, zr), Lowering::all(2 * H, sums), two});
    step("quillet_multiply_f32",
         {Lowering::all(H, reset), BufferArgument{zr, H, H}, Lowering::all(H, h), one});
    step("quillet_affine_f32", {Lowering::all(H, n_sums), Lowering::all(H * H, R_n),
                                lowering.read(gx, 2 * H, H), Lowering::all(H, reset), one, one});
    step("quillet_tanh_each_f32", {Lowering::all(H, n), Lowering::all(H, n_sums), one});
    step("quillet_blend_f32",
         {Lowering::all(H, h), BufferArgument{zr, 0, H}, Lowering::all(H, n), one});
}

}  // namespace

bool is_plain_step(const Lowering::Call& call) {
    const NodeContext& scope = call.scope;
    const std::vector<std::string> usual =
        call.node.op == "GRU" ? std::vector<std::string>{"Sigmoid", "Tanh"}
                              : std::vector<std::string>{"Sigmoid", "Tanh", "Tanh"};
    const Attribute* given = scope.attribute("activations");
    auto* names = given ? std::get_if<std::vector<std::string>>(given) : nullptr;
    if (scope.text_attribute("direction", "forward") != "forward" || scope.attribute("clip") ||
        scope.integer_attribute("input_forget", 0) != 0 ||
        scope.integer_attribute("layout", 0) != 0 || (names && *names != usual) || call.has(4) ||
        call.has(7))
        return false;
    const Dimensions& x = scope.shape(0);
    if (x.size() != 3 || x[0] != 1 || x[1] != 1 || scope.input(0).type != Type::float32)
        return false;
    for (size_t i : {1u, 2u, 3u})
        if (call.has(i) && !call.inputs[i]->constant()) return false;
    return true;
}

void lower_gru(Lowering& lowering, const Lowering::Call& call) {
    Cell cell = cell_of(call, 3);
    int h = next_state(lowering, call, 5, cell.hidden, 1);
    bool after = call.scope.integer_attribute("linear_before_reset", 0) != 0;
    (after ? lower_gru_after : lower_gru_before)(lowering, call, cell, h);
    lowering.set(call, 0, {h, 0});
    lowering.set(call, 1, {h, 0});
}

void lower_lstm(Lowering& lowering, const Lowering::Call& call) {
    Cell cell = cell_of(call, 4);
    int64_t H = cell.hidden, rows = 4 * H;
    int h = next_state(lowering, call, 5, H, 1), c = next_state(lowering, call, 6, H, 2);
    Operand gx = input_product(lowering, call, cell, merged(cell, rows));
    int gates = lowering.add_scratch(call.node.name + ".gates", {Type::float32, {rows}});
    lowering.add_step(
        "quillet_affine_f32",
        {Lowering::all(rows, gates),
         Lowering::all(rows * H, packed_rows(lowering, call, cell, 0, rows, "")), lowering.read(gx),
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
