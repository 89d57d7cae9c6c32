// From a float graph to a plan: the walk over its nodes, and what rules share.
// SPDX-License-Identifier: MIT
#include "compile/lower.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "base/file.h"
#include "cells/token_model.h"
#include "compile/finish.h"
#include "compile/kernels.h"
#include "compile/lower_integer.h"
#include "graph/alphabet_metadata.h"
#include "graph/apply.h"
#include "graph/broadcast.h"
#include "graph/declared.h"
#include "graph/shapes.h"
#include "runtime/quillet_walk.h"

namespace quillet {
namespace {

constexpr size_t kMostRuns = 64;  // copies that one operator may become
constexpr size_t kFewRuns = 8;    // of which no table is made

// A value with open dimensions bound to 1: one token, one line.
TypedShape bound(const ValueInfo& info) {
    TypedShape what{info.type, info.shape};
    for (int64_t& dimension : what.shape)
        if (dimension < 0) dimension = 1;
    return what;
}

// The element type of an input or output: that of its buffer, but for floats of 16 bits by their name.
Type shown_as(Type type) {
    return is_half(type) ? type : stored_as(type);
}

}  // namespace

Lowering::Lowering(const Graph& graph, const std::string& name, const std::string& where,
                   bool network)
    : graph_(graph), where_(where), network_(network) {
    plan.name = identifier_of(name);
    if (!network) plan.alphabet = alphabet_of(graph.metadata, where);
    plan.metadata = graph.metadata;
}

/// buffers and steps ///

int Lowering::add_weight(const std::string& name, Tensor tensor) {
    if (tensor.type == Type::float32 && !network_)
        for (float value : tensor.values<float>())
            if (!std::isfinite(value))
                throw Error(where_ + ": '" + name + "'", "has a value that is not a finite number");
    tensor.type = stored_as(tensor.type);
    const int next = static_cast<int>(plan.buffers.size());
    if (network_) {  // turns of an unrolled loop have the same weights
        const std::string key =
            name_of(tensor.type) + text_of(tensor.shape) + sha256_hex(tensor.bytes);
        auto [found, is_new] = weights_.emplace(key, next);
        if (!is_new) return found->second;
    }
    plan.buffers.push_back({name, Storage::weight, std::move(tensor), "", 0});
    return next;
}

int Lowering::add_scratch(const std::string& name, const TypedShape& what) {
    plan.buffers.push_back({name, Storage::scratch, {stored_as(what.type), what.shape, ""}, "", 0});
    return static_cast<int>(plan.buffers.size()) - 1;
}

void Lowering::add_step(const char* name, std::vector<Argument> arguments, const Node& node) {
    plan.steps.push_back({&kernel(name), std::move(arguments), comment_of(node)});
}

Argument Lowering::read(Operand& operand, int64_t offset, int64_t count) {
    if (const View* view = operand.view())
        return BufferArgument{view->buffer, view->offset + offset, count};
    if (operand.weight < 0 && operand.constant())
        operand.weight = add_weight(operand.name, tensor_of(*operand.constant()));
    if (operand.constant()) return BufferArgument{operand.weight, offset, count};
    if (operand.weight < 0) {
        Tensor table{operand.type, {plan.alphabet.size(), operand.count()}, ""};
        for (const Value& row : *operand.table()) table.bytes += tensor_of(row).bytes;
        operand.weight = add_weight(operand.name, std::move(table));
    }
    return RowArgument{operand.weight, operand.count(), offset, count};
}

void Lowering::set(const Call& call, size_t output, View view) {
    if (output >= call.node.outputs.size() || call.node.outputs[output].empty()) return;
    const std::string& name = call.node.outputs[output];
    values_[name] = {call.outputs[output], view, name, -1};
}

int Lowering::uses_of(const std::string& value) const {
    int uses = 0;
    for (const Node& node : graph_.nodes)
        uses += static_cast<int>(std::count(node.inputs.begin(), node.inputs.end(), value));
    for (const ValueInfo& output : graph_.outputs) uses += output.name == value;
    return uses;
}

/// tables ///

Argument Lowering::table(const std::vector<int32_t>& values) {
    auto [found, is_new] = tables_.emplace(values, 0);
    const int64_t count = static_cast<int64_t>(values.size());
    if (is_new) found->second = add_weight("table", Tensor::of(Type::int32, {count}, values));
    return all(count, found->second);
}

Argument Lowering::numbers(const std::string& name, const std::vector<float>& values) {
    const int64_t count = static_cast<int64_t>(values.size());
    return all(count, add_weight(name, Tensor::of(Type::float32, {count}, values)));
}

Argument Lowering::walk(const Call& call, const Dimensions& shape,
                        std::vector<Dimensions> strides) {
    struct Axis {
        int64_t size;
        std::vector<int64_t> strides;
    };
    std::vector<Axis> axes;
    for (size_t i = 0; i < shape.size(); i++) {
        if (shape[i] == 1) continue;
        Axis axis{shape[i], {}};
        bool joins = !axes.empty();
        for (size_t k = 0; k < strides.size(); k++) {
            axis.strides.push_back(strides[k][i]);
            joins = joins && axes.back().strides[k] == strides[k][i] * shape[i];
        }
        if (joins)
            axes.back() = {axes.back().size * axis.size, axis.strides};
        else
            axes.push_back(axis);
    }
    if (axes.empty()) axes.push_back({1, std::vector<int64_t>(strides.size(), 0)});
    if (axes.size() > QUILLET_MOST_AXES)
        call.fail("has " + std::to_string(axes.size()) + " axes that cannot be joined; at most " +
                  std::to_string(QUILLET_MOST_AXES) + " are supported");
    std::vector<int32_t> values = {static_cast<int32_t>(axes.size())};
    for (const Axis& axis : axes) {
        values.push_back(static_cast<int32_t>(axis.size));
        for (int64_t stride : axis.strides) values.push_back(static_cast<int32_t>(stride));
    }
    return table(values);
}

/// moving elements ///

namespace {

// Places in the result and in a source that go together.
struct Pairs {
    std::vector<int64_t> to, from;
};

// The axes of loops that run over `pairs` in order, the innermost last: for each its size and its strides
// in the result and the source; none where no loops do.
std::vector<std::array<int64_t, 3>> loops_of(const Pairs& pairs) {
    const size_t count = pairs.to.size();
    std::vector<std::array<int64_t, 3>> axes;
    // Whether blocks of `size` pairs all look like the first.
    auto repeats = [&](size_t size) {
        for (size_t i = size; i < count; i++) {
            const size_t begin = i / size * size, first = i - begin;
            if (pairs.to[i] - pairs.to[begin] != pairs.to[first] - pairs.to[0] ||
                pairs.from[i] - pairs.from[begin] != pairs.from[first] - pairs.from[0])
                return false;
        }
        return true;
    };
    for (size_t block = 1; block < count;) {
        const int64_t to = pairs.to[block] - pairs.to[0], from = pairs.from[block] - pairs.from[0];
        size_t run = 1;
        while ((run + 1) * block <= count &&
               pairs.to[run * block] - pairs.to[0] == static_cast<int64_t>(run) * to &&
               pairs.from[run * block] - pairs.from[0] == static_cast<int64_t>(run) * from)
            run++;
        while (run > 1 && (count % (run * block) != 0 || !repeats(run * block))) run--;
        if (run == 1 || axes.size() == QUILLET_MOST_AXES) return {};
        axes.push_back({static_cast<int64_t>(run), to, from});
        block *= run;
    }
    if (axes.empty()) axes.push_back({1, 0, 0});
    std::reverse(axes.begin(), axes.end());
    return axes;
}

// Whether all elements come from one place.
bool is_one(const std::vector<int64_t>& from) {
    return std::all_of(from.begin(), from.end(), [&](int64_t place) { return place == from[0]; });
}

}  // namespace

// Steps that fill `buffer` by loops over each input, or by a table where one input gives it all. False
// where neither does.
bool Lowering::add_moves(const Call& call, std::span<Operand* const> inputs, const Sources& sources,
                         int buffer, Type type) {
    const int64_t count = static_cast<int64_t>(sources.size());
    const IntegerArgument element{size_of(stored_as(type))};
    std::map<int, Pairs> by_input;
    for (int64_t i = 0; i < count; i++) {
        Pairs& pairs = by_input[sources[static_cast<size_t>(i)].input];
        pairs.to.push_back(i), pairs.from.push_back(sources[static_cast<size_t>(i)].element);
    }
    std::map<int, std::vector<std::array<int64_t, 3>>> loops;
    int filler =
        -1;  // of which one element goes wherever no other input's do (a zero: of no input)
    for (auto& [input, pairs] : by_input) {
        if (input >= 0 && (loops[input] = loops_of(pairs)).empty()) {
            if (by_input.size() > 1 && filler < 0 && !by_input.count(-1) && is_one(pairs.from)) {
                filler = input;
                continue;
            }
            if (by_input.size() > 1) return false;
            std::vector<int32_t> table_of_sources(pairs.from.begin(), pairs.from.end());
            add_step("quillet_take",
                     {all(count, buffer), read(*inputs[static_cast<size_t>(input)]),
                      table(table_of_sources), IntegerArgument{count}, element},
                     call.node);
            return true;
        }
    }
    if (by_input.count(-1)) {
        Operand zero = known(Value({type, {1}}), "zero");
        add_step("quillet_move",
                 {all(count, buffer), read(zero), walk(call, {count}, {{1}, {0}}), element},
                 call.node);
    }
    if (filler >= 0)
        add_step("quillet_move",
                 {all(count, buffer),
                  read(*inputs[static_cast<size_t>(filler)], by_input[filler].from[0], 1),
                  walk(call, {count}, {{1}, {0}}), element},
                 call.node);
    for (auto& [input, pairs] : by_input) {
        if (input < 0 || input == filler) continue;
        Dimensions sizes, to, from;
        for (auto [size, stride_to, stride_from] : loops[input]) {
            sizes.push_back(size), to.push_back(stride_to), from.push_back(stride_from);
        }
        Operand& source = *inputs[static_cast<size_t>(input)];
        add_step("quillet_move",
                 {BufferArgument{buffer, pairs.to[0], count - pairs.to[0]},
                  read(source, pairs.from[0], source.count() - pairs.from[0]),
                  walk(call, sizes, {to, from}), element},
                 call.node);
    }
    return true;
}

Operand Lowering::moved(const Call& call, std::span<Operand* const> inputs, const Sources& sources,
                        const TypedShape& what, const std::string& name) {
    struct Run {
        size_t input;
        int64_t from, count;
    };
    std::vector<Run> runs;
    for (auto [number, element] : sources) {
        size_t input = static_cast<size_t>(number);  // a zero is a run of no input
        bool goes_on = !runs.empty() && runs.back().input == input &&
                       runs.back().from + runs.back().count == element;
        if (goes_on)
            runs.back().count++;
        else
            runs.push_back({input, element, 1});
    }
    if (runs.size() == 1 && runs[0].input < inputs.size() && inputs[runs[0].input]->view()) {
        View view = *inputs[runs[0].input]->view();
        return {what, View{view.buffer, view.offset + runs[0].from}, name, -1};
    }
    int buffer = add_scratch(name, what);
    bool zeros = std::any_of(runs.begin(), runs.end(),
                             [&](const Run& run) { return run.input >= inputs.size(); });
    bool few = !zeros && runs.size() <= kFewRuns && what.type == Type::float32 && !network_;
    if (!few && add_moves(call, inputs, sources, buffer, what.type))
        return {what, View{buffer, 0}, name, -1};
    if (zeros || runs.size() > kMostRuns || what.type != Type::float32)
        call.fail("moves " + std::to_string(runs.size()) + " separate runs of " +
                  name_of(what.type) + " from several inputs; at most " +
                  std::to_string(kMostRuns) + " of float32 are supported");
    int64_t to = 0;
    for (const Run& run : runs) {
        add_step("quillet_copy_f32",
                 {BufferArgument{buffer, to, run.count},
                  read(*inputs[run.input], run.from, run.count), IntegerArgument{run.count}},
                 call.node);
        to += run.count;
    }
    return {what, View{buffer, 0}, name, -1};
}

Operand Lowering::expanded(const Call& call, Operand& operand, const Dimensions& shape) {
    if (count_of(shape) == operand.count() || operand.count() == 0) return operand;
    std::vector<size_t> offsets = broadcast_offsets(operand.shape, shape);
    Operand result{{operand.type, shape}, {}, operand.name, -1};
    if (const Value* constant = operand.constant()) {
        Value value(result);
        gather(*constant, offsets, value);
        result.is = std::move(value);
    } else if (const std::vector<Value>* table = operand.table()) {
        std::vector<Value> rows(table->size(), Value(result));
        for (size_t row = 0; row < rows.size(); row++) gather((*table)[row], offsets, rows[row]);
        result.is = std::move(rows);
    } else {
        Sources sources;
        for (size_t offset : offsets) sources.push_back({0, static_cast<int64_t>(offset)});
        Operand* input = &operand;
        return moved(call, {&input, 1}, sources, result, operand.name);
    }
    return result;
}

/// the walk ///

void Lowering::add_network_inputs() {
    for (const ValueInfo& input : graph_.inputs) {
        TypedShape what = bound(input);
        if (count_of(what.shape) > kLargestValue)
            throw Error(where_ + ": input '" + input.name + "'", "has too many elements");
        plan.buffers.push_back(
            {input.name, Storage::input, {shown_as(what.type), what.shape, ""}, "", 0});
        plan.inputs.push_back(static_cast<int>(plan.buffers.size()) - 1);
        values_[input.name] = {what, View{plan.inputs.back(), 0}, input.name, -1};
    }
}

void Lowering::add_network_outputs() {
    Node end{"", "Output", "", {}, {"outputs"}, {}};
    for (const ValueInfo& output : graph_.outputs) {
        Operand& operand = values_.at(output.name);
        plan.buffers.push_back(
            {output.name, Storage::output, {shown_as(operand.type), operand.shape, ""}, "", 0});
        int buffer = static_cast<int>(plan.buffers.size()) - 1;
        plan.outputs.push_back({output.name, buffer});
        int64_t count = operand.count();
        if (count > 0)
            add_step("quillet_copy_bytes",
                     {all(count, buffer), read(operand),
                      IntegerArgument{count * size_of(stored_as(operand.type))}},
                     end);
    }
}

void Lowering::add_inputs() {
    if (network_) add_network_inputs();
    bool has_token = network_;
    for (const ValueInfo& input : network_ ? std::vector<ValueInfo>{} : graph_.inputs) {
        TypedShape what = bound(input);
        std::string place = where_ + ": input '" + input.name + "'";
        if (count_of(what.shape) > kLargestValue)
            throw Error(place, "has " + std::to_string(count_of(what.shape)) +
                                   " elements; expected at most " + std::to_string(kLargestValue));
        if (input.type == Type::int64 || input.type == Type::int32) {
            if (has_token || count_of(what.shape) != 1)
                throw Error(place,
                            "is not the one token; expected one integer input of one element");
            has_token = true;
            std::vector<Value> tokens(static_cast<size_t>(plan.alphabet.size()), Value(what));
            for (size_t token = 0; token < tokens.size(); token++)
                tokens[token].integers[0] = static_cast<int64_t>(token);
            values_[input.name] = {what, std::move(tokens), input.name, -1};
        } else if (input.type == Type::float32) {
            plan.buffers.push_back(
                {input.name, Storage::state, {what.type, what.shape, ""}, "", 0});
            states_.push_back(static_cast<int>(plan.buffers.size()) - 1);
            values_[input.name] = {what, View{states_.back(), 0}, input.name, -1};
        } else {
            throw Error(place, "is " + name_of(input.type) +
                                   "; expected an int64 token or a float32 state");
        }
    }
    if (!has_token) throw Error(where_, "has no integer input for the token");
    for (const auto& [name, tensor] : graph_.initializers) {
        values_[name] = known(value_of(tensor), name);
    }
}

// Computes what depends on no state: once, or for each token.
bool Lowering::fold(const Call& call) {
    const Node& node = call.node;
    std::vector<std::span<const Value>> inputs(call.inputs.size());
    for (size_t i = 0; i < call.inputs.size(); i++) {
        const Operand* input = call.inputs[i];
        if (!input || reads_shapes_only(node)) continue;
        if (input->view()) return false;
        inputs[i] = input->table() ? std::span<const Value>(*input->table())
                                   : std::span(input->constant(), 1);
    }
    std::vector<std::vector<Value>> tables =
        apply_values_by_token(call.context, call.outputs, inputs);
    for (size_t i = 0; i < call.outputs.size() && i < node.outputs.size(); i++) {
        const std::string& name = node.outputs[i];
        if (name.empty()) continue;
        if (tables[i].size() == 1)
            values_[name] = known(std::move(tables[i][0]), name);
        else
            values_[name] = {call.outputs[i], std::move(tables[i]), name, -1};
    }
    return true;
}

void Lowering::lower_node(const Node& node) {
    std::vector<Operand*> operands;
    std::vector<NodeContext::Input> inputs;
    for (const std::string& name : node.inputs) {
        auto found = values_.find(name);
        Operand* operand = found == values_.end() ? nullptr : &found->second;
        operands.push_back(operand);
        inputs.push_back(operand ? NodeContext::Input{operand, operand->constant()}
                                 : NodeContext::Input{});
    }
    NodeContext context(node, graph_.opset, where_, std::move(inputs));
    for (size_t i = 0; i < operands.size(); i++)
        if (!operands[i] && !node.inputs[i].empty())
            context.fail("reads '" + node.inputs[i] + "', which nothing computes");
    Call call{node, context, operands, apply_shapes(context)};
    const bool affordable = is_affordable(context, call.outputs);
    for (const TypedShape& what : call.outputs)
        if (!affordable || count_of(what.shape) > kLargestValue / std::max(plan.alphabet.size(), 1))
            context.fail("makes a tensor too large for a small device");
    if (fold(call)) return;
    LoweringRule rule = find_lowering(call);
    if (!rule)
        context.fail("has no kernel for " +
                     name_of(operands.empty() || !operands[0] ? Type::float32 : operands[0]->type) +
                     " values that are computed");
    rule(*this, call);
}

void Lowering::check_state(const ValueInfo& output, int state, const Operand& operand) const {
    const Buffer& buffer = plan.buffer(state);
    if (operand.type != Type::float32 || operand.count() != buffer.tensor.element_count())
        throw Error(where_ + ": output '" + output.name + "'",
                    "does not fit state '" + buffer.name +
                        "'; expected outputs logits, then for each "
                        "state its next value, in the order of the inputs");
}

void Lowering::add_outputs() {
    if (graph_.outputs.size() != states_.size() + 1)
        throw Error(where_, "has " + std::to_string(graph_.outputs.size()) + " outputs and " +
                                std::to_string(states_.size()) +
                                " states; expected the logits and one output for each state");
    Node end{"", "Output", "", {}, {"outputs"}, {}};
    struct Copy {
        int to;
        Operand* from;
    };
    std::vector<Copy> copies;
    for (size_t i = 0; i < graph_.outputs.size(); i++) {
        const ValueInfo& output = graph_.outputs[i];
        auto found = values_.find(output.name);
        std::string place = where_ + ": output '" + output.name + "'";
        if (found == values_.end()) throw Error(place, "is computed by no node");
        Operand& operand = found->second;
        if (operand.type != Type::float32)
            throw Error(place, "is " + name_of(operand.type) + "; expected float32");
        bool logits = i == 0;
        if (logits && operand.count() != plan.alphabet.size())
            throw Error(place, "has " + std::to_string(operand.count()) +
                                   " logits; expected one for each of the alphabet's " +
                                   std::to_string(plan.alphabet.size()) + " characters");
        int buffer = logits ? -1 : states_[i - 1];
        if (!logits) check_state(output, buffer, operand);
        const View* view = operand.view();
        bool state = view && plan.buffer(view->buffer).storage == Storage::state;
        bool there = state && view->buffer == buffer && view->offset == 0;
        // Logits need memory of their own to be read afterwards; a state that passes on another one
        // is saved first.
        if (!there && (logits || state)) {
            int copy = add_scratch(output.name, operand);
            add_step("quillet_copy_f32",
                     {all(operand.count(), copy), read(operand), IntegerArgument{operand.count()}},
                     end);
            operand.is = View{copy, 0};
            if (logits) buffer = copy;
        }
        if (!logits && !there) copies.push_back({buffer, &operand});
        plan.outputs.push_back({output.name, buffer});
    }
    for (const Copy& copy : copies)
        add_step("quillet_copy_f32",
                 {all(copy.from->count(), copy.to), read(*copy.from),
                  IntegerArgument{copy.from->count()}},
                 end);
    int64_t vocabulary = plan.alphabet.size();
    add_step(
        "quillet_logits_f32",
        {LogitsArgument{}, all(vocabulary, plan.outputs[0].buffer), IntegerArgument{vocabulary}},
        end);
}

std::string comment_of(const Node& node) {
    return node.op + " " + (node.name.empty() ? node.outputs.at(0) : node.name);
}

Plan Lowering::run() {
    add_inputs();
    for (const Node& node : graph_.nodes) lower_node(node);
    network_ ? add_network_outputs() : add_outputs();
    finish(plan);
    check(plan);
    return std::move(plan);
}

Plan make_network_plan(const Graph& graph, const std::string& name, const std::string& where) {
    Graph settled = with_static_inputs(with_declared_parameters(graph), 1, where);
    return Lowering(fold_constants(settled, where), name, where, true).run();
}

}  // namespace quillet
