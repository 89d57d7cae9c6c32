// From a float graph to a plan: the walk over its nodes, and what rules share.
// SPDX-License-Identifier: MIT
#include "compile/lower.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/utf8.h"
#include "compile/finish.h"
#include "compile/kernels.h"
#include "compile/lower_integer.h"
#include "graph/apply.h"
#include "graph/broadcast.h"
#include "graph/shapes.h"

namespace quillet {
namespace {

constexpr size_t kMostRuns = 64;                     // copies that one operator may become
constexpr int64_t kMostElements = int64_t{1} << 26;  // of a buffer

// A value with open dimensions bound to 1: one token, one line.
TypedShape bound(const ValueInfo& info) {
    TypedShape what{info.type, info.shape};
    for (int64_t& dimension : what.shape)
        if (dimension < 0) dimension = 1;
    return what;
}

Value token_value(const TypedShape& what, int token) {
    Value value(what);
    std::fill(value.integers.begin(), value.integers.end(), token);
    return value;
}

// The operand's value for `token`; null where it depends on the state. `space` holds a token's.
const Value* value_for(const Operand& operand, int token, Value& space) {
    if (operand.view()) return nullptr;
    if (operand.constant()) return operand.constant();
    if (operand.table()) return &(*operand.table())[static_cast<size_t>(token)];
    space = token_value(operand, token);
    return &space;
}

Alphabet alphabet_of(const Graph& graph, const std::string& where) {
    auto found = graph.metadata.find(key::kAlphabet);
    if (found == graph.metadata.end())
        throw Error(where, std::string("has no metadata ") + key::kAlphabet +
                               ", the characters in token order; give them with --alphabet");
    std::string place = where + ": metadata " + key::kAlphabet;
    try {
        return Alphabet(decode_utf8(found->second, place));
    } catch (const Error& error) {
        throw Error(error.where() == "alphabet" ? place : error.where(), error.what());
    }
}

}  // namespace

Lowering::Lowering(const Graph& graph, const std::string& name, const std::string& where)
    : graph_(graph), where_(where) {
    plan.name = identifier_of(name);
    plan.alphabet = alphabet_of(graph, where);
    plan.metadata = graph.metadata;
}

/// buffers and steps ///

int Lowering::add_weight(const std::string& name, Tensor tensor) {
    if (tensor.type == Type::float32)
        for (float value : tensor.values<float>())
            if (!std::isfinite(value))
                throw Error(where_ + ": '" + name + "'", "has a value that is not a finite number");
    plan.buffers.push_back({name, Storage::weight, std::move(tensor), "", 0});
    return static_cast<int>(plan.buffers.size()) - 1;
}

int Lowering::add_scratch(const std::string& name, const TypedShape& what) {
    plan.buffers.push_back({name, Storage::scratch, {what.type, what.shape, ""}, "", 0});
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
        if (!operand.table()) {  // the token itself
            std::vector<Value> rows;
            for (int token = 0; token < plan.alphabet.size(); token++)
                rows.push_back(token_value(operand, token));
            operand.is = std::move(rows);
        }
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

/// moving elements ///

Operand Lowering::moved(const Call& call, std::span<Operand* const> inputs, const Sources& sources,
                        const TypedShape& what, const std::string& name) {
    struct Run {
        size_t input;
        int64_t from, count;
    };
    std::vector<Run> runs;
    for (auto [input, element] : sources) {
        bool goes_on = !runs.empty() && runs.back().input == input &&
                       runs.back().from + runs.back().count == element;
        if (goes_on)
            runs.back().count++;
        else
            runs.push_back({input, element, 1});
    }
    if (runs.size() == 1 && inputs[runs[0].input]->view()) {
        View view = *inputs[runs[0].input]->view();
        return {what, View{view.buffer, view.offset + runs[0].from}, name, -1};
    }
    if (runs.size() > kMostRuns)
        call.fail("moves " + std::to_string(runs.size()) + " separate runs of elements; at most " +
                  std::to_string(kMostRuns) + " are supported");
    if (what.type != Type::float32)
        call.fail("computes " + name_of(what.type) + " from a state; expected float32");
    int buffer = add_scratch(name, what);
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
    Operand result{{operand.type, shape}, TokenValue{}, operand.name, -1};
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
        for (size_t offset : offsets) sources.emplace_back(0, static_cast<int64_t>(offset));
        Operand* input = &operand;
        return moved(call, {&input, 1}, sources, result, operand.name);
    }
    return result;
}

/// the walk ///

void Lowering::add_inputs() {
    bool has_token = false;
    for (const ValueInfo& input : graph_.inputs) {
        TypedShape what = bound(input);
        std::string place = where_ + ": input '" + input.name + "'";
        if (count_of(what.shape) > kMostElements)
            throw Error(place, "has " + std::to_string(count_of(what.shape)) +
                                   " elements; expected at most " + std::to_string(kMostElements));
        if (input.type == Type::int64 || input.type == Type::int32) {
            if (has_token || count_of(what.shape) != 1)
                throw Error(place,
                            "is not the one token; expected one integer input of one element");
            has_token = true;
            values_[input.name] = {what, TokenValue{}, input.name, -1};
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
        Value value = value_of(tensor);
        TypedShape what = value;
        values_[name] = {what, std::move(value), name, -1};
    }
}

// Computes what depends on no state: once, or for each token.
bool Lowering::fold(const Node& node, const Call& call) {
    bool constant = true;
    for (const Operand* input : call.inputs) {
        if (!input) continue;
        if (input->depends_on_state() && !reads_shapes_only(node)) return false;
        constant &= input->constant() || reads_shapes_only(node);
    }
    std::vector<std::vector<Value>> tables(call.outputs.size());
    for (int token = 0; token < (constant ? 1 : plan.alphabet.size()); token++) {
        std::vector<Value> spaces(call.inputs.size());
        std::vector<NodeContext::Input> inputs;
        for (size_t i = 0; i < call.inputs.size(); i++) {
            const Operand* input = call.inputs[i];
            inputs.push_back(input ? NodeContext::Input{input, value_for(*input, token, spaces[i])}
                                   : NodeContext::Input{});
        }
        std::vector<Value> outputs =
            apply_values(NodeContext(node, graph_.opset, where_, inputs), call.outputs);
        for (size_t i = 0; i < outputs.size(); i++) tables[i].push_back(std::move(outputs[i]));
    }
    for (size_t i = 0; i < call.outputs.size() && i < node.outputs.size(); i++) {
        if (node.outputs[i].empty()) continue;
        Operand& result =
            values_[node.outputs[i]] = {call.outputs[i], TokenValue{}, node.outputs[i], -1};
        if (constant)
            result.is = std::move(tables[i][0]);
        else
            result.is = std::move(tables[i]);
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
    NodeContext scope(node, graph_.opset, where_, std::move(inputs));
    for (size_t i = 0; i < operands.size(); i++)
        if (!operands[i] && !node.inputs[i].empty())
            scope.fail("reads '" + node.inputs[i] + "', which nothing computes");
    Call call{node, scope, operands, apply_shapes(scope)};
    for (const TypedShape& what : call.outputs)
        if (!is_affordable(scope, call.outputs) ||
            count_of(what.shape) > kMostElements / plan.alphabet.size())
            scope.fail("makes a tensor too large for a character model");
    if (fold(node, call)) return;
    const LoweringRule* rule = find_lowering(node.op);
    if (!rule) scope.fail("has no kernel for values that depend on the state");
    rule->lower(*this, call);
}

// The state's buffer, after a step that brings `operand` into it where it is not there.
int Lowering::state_source(const ValueInfo& output, int state, const Operand& operand) {
    const Buffer& buffer = plan.buffers[static_cast<size_t>(state)];
    if (operand.type != Type::float32 || operand.count() != buffer.tensor.element_count())
        throw Error(where_ + ": output '" + output.name + "'",
                    "does not fit state '" + buffer.name +
                        "'; expected outputs logits, then for each "
                        "state its next value, in the order of the inputs");
    return state;
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
        if (std::holds_alternative<TokenValue>(operand.is) || operand.type != Type::float32)
            throw Error(place, "is " + name_of(operand.type) + "; expected float32");
        bool logits = i == 0;
        if (logits && operand.count() != plan.alphabet.size())
            throw Error(place, "has " + std::to_string(operand.count()) +
                                   " logits; expected one for each of the alphabet's " +
                                   std::to_string(plan.alphabet.size()) + " characters");
        int buffer = logits ? -1 : state_source(output, states_[i - 1], operand);
        const View* view = operand.view();
        bool state =
            view && plan.buffers[static_cast<size_t>(view->buffer)].storage == Storage::state;
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
    add_outputs();
    finish(plan);
    check(plan);
    return std::move(plan);
}

}  // namespace quillet
