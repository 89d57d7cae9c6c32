// The lowerings of convolutions and pools, and of recurrent operators whole.
// SPDX-License-Identifier: MIT
#include "compile/lower.h"
#include "graph/recurrence.h"
#include "graph/window.h"

namespace quillet {

void lower_window(Lowering& lowering, const Lowering::Call& call) {
    const Window window = window_of(call.context);
    const std::string& op = call.node.op;
    if (window.axes.size() > 3)
        call.fail("has images of " + std::to_string(window.axes.size()) +
                  " axes; at most 3 are supported");
    const bool conv = op == "Conv" || op == "ConvTranspose", average = op == "AveragePool";
    const bool places =
        op == "MaxPool" && call.node.outputs.size() > 1 && !call.node.outputs[1].empty();
    int64_t flag = 0;
    if (average) flag = call.context.integer_attribute("count_include_pad", 0);
    if (op == "MaxPool") flag = call.context.integer_attribute("storage_order", 0);
    std::vector<int32_t> table;
    for (int64_t value : {window.batch, window.groups, window.channels, window.outputs,
                          static_cast<int64_t>(window.axes.size()), flag})
        table.push_back(static_cast<int32_t>(value));
    std::vector<int32_t> pad_end;
    for (const WindowAxis& axis : window.axes) {
        for (int64_t value :
             {axis.in, axis.out, axis.size, axis.stride, axis.dilation, axis.before})
            table.push_back(static_cast<int32_t>(value));
        pad_end.push_back(static_cast<int32_t>(axis.after));
    }
    const Type type = call.inputs[0]->type;
    const bool fits = type == Type::float32 || (op == "Conv" && type == Type::int32) ||
                      (op == "MaxPool" && !places && size_of(type) == 1);
    if (!fits) call.fail("has no kernel for " + name_of(type));
    int y = lowering.add_scratch(call.node.outputs[0], call.outputs[0]);
    std::vector<Argument> arguments = {Lowering::all(count_of(call.outputs[0].shape), y)};
    lowering.set(call, 0, {y, 0});
    if (places) {
        int at = lowering.add_scratch(call.node.outputs[1], call.outputs[1]);
        arguments.push_back(Lowering::all(count_of(call.outputs[1].shape), at));
        lowering.set(call, 1, {at, 0});
    }
    arguments.push_back(lowering.read(*call.inputs[0]));
    if (conv) arguments.push_back(lowering.read(*call.inputs[1]));
    arguments.push_back(lowering.table(table));
    if (average) arguments.push_back(lowering.table(pad_end));
    std::string kernel = op == "Conv"            ? "quillet_conv_"
                         : op == "ConvTranspose" ? "quillet_conv_transpose_"
                         : average               ? "quillet_average_pool_"
                         : places                ? "quillet_max_pool_places_"
                                                 : "quillet_max_pool_";
    if (count_of(call.outputs[0].shape) > 0)
        lowering.add_step((kernel + suffix_of(type)).c_str(), std::move(arguments), call.node);
}

// The layer's states live in scratch that starts as the initial ones.
void lower_recurrence(Lowering& lowering, const Lowering::Call& call) {
    const Recurrence r(call.context);
    auto scratch = [&](const std::string& name, int64_t count, Type type = Type::float32) {
        return lowering.add_scratch(
            call.node.outputs[0].empty() ? call.node.name + name : call.node.outputs[0] + name,
            {type, {count}});
    };
    const int64_t states = r.directions * r.batch * r.hidden, rows = r.gates * r.hidden;
    auto state = [&](size_t input, size_t output, const char* name) {
        const bool named = output < call.node.outputs.size() && !call.node.outputs[output].empty();
        int buffer = named ? lowering.add_scratch(call.node.outputs[output], call.outputs[output])
                           : scratch(name, states);
        const bool given = call.has(input);
        lowering.add_step(
            "quillet_move",
            {Lowering::all(states, buffer),
             given ? lowering.read(*call.inputs[input]) : lowering.numbers("zero", {0}),
             lowering.walk(call, {states}, {{1}, {given ? 1 : 0}}), IntegerArgument{4}},
            call.node);
        if (named) lowering.set(call, output, {buffer, 0});
        return Lowering::all(states, buffer);
    };
    Argument h = state(5, 1, ".h");
    Argument c = r.gates == 4 ? state(6, 2, ".c") : Lowering::all(1, scratch(".c", 1));
    Argument work = Lowering::all(2 * rows + r.hidden, scratch(".gates", 2 * rows + r.hidden));
    const bool has_y = !call.node.outputs[0].empty();
    int y = has_y ? lowering.add_scratch(call.node.outputs[0], call.outputs[0])
                  : scratch(".y", r.steps * states);
    if (has_y) lowering.set(call, 0, {y, 0});
    auto zeros = [&](int64_t count) {
        return lowering.numbers("zeros", std::vector<float>(static_cast<size_t>(count), 0.0f));
    };
    Argument bias = call.has(3) ? lowering.read(*call.inputs[3]) : zeros(2 * rows * r.directions);
    Argument peephole = call.has(7) ? lowering.read(*call.inputs[7])
                                    : zeros(r.gates == 4 ? 3 * r.hidden * r.directions : 1);
    Argument lengths;
    if (call.has(4)) {
        lengths = lowering.read(*call.inputs[4]);
    } else {
        lengths = lowering.table(
            std::vector<int32_t>(static_cast<size_t>(r.batch), static_cast<int32_t>(r.steps)));
    }
    std::vector<float> numbers = {static_cast<float>(std::min(r.clip, 3e38))};
    std::vector<int32_t> table;
    const bool batch_first = r.layout == 1;
    const int64_t H = r.hidden, D = r.directions;
    for (int64_t value :
         {r.gates, D, static_cast<int64_t>(r.reverse), r.steps, r.batch, r.inputs, H,
          static_cast<int64_t>(r.linear_before_reset), static_cast<int64_t>(r.input_forget),
          batch_first ? r.inputs : r.batch * r.inputs, batch_first ? r.steps * r.inputs : r.inputs,
          batch_first ? D * H : D * r.batch * H, batch_first ? r.steps * D * H : H,
          batch_first ? H : r.batch * H, batch_first ? H : r.batch * H, batch_first ? D * H : H})
        table.push_back(static_cast<int32_t>(value));
    for (size_t i = 0; i < 6; i++) {
        const Recurrence::Function& f = r.functions[i];
        table.push_back(static_cast<int32_t>(f.kind));
        numbers.push_back(static_cast<float>(f.alpha)),
            numbers.push_back(static_cast<float>(f.beta));
    }
    lowering.add_step(
        "quillet_recurrent_f32",
        {Lowering::all(r.steps * states, y), h, c, work, lowering.read(*call.inputs[0]),
         lowering.read(*call.inputs[1]), lowering.read(*call.inputs[2]), bias, peephole, lengths,
         lowering.numbers("functions of " + call.node.op, numbers), lowering.table(table)},
        call.node);
}

}  // namespace quillet
