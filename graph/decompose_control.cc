// If, Loop and Scan as the nodes of their graphs: one branch or both, and turn after turn.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include "graph/decompose.h"
#include "graph/subgraph.h"

namespace quillet {
namespace {

constexpr size_t kMostJoined = 512;  // values that one Concat takes

const Graph& graph_attribute(const NodeContext& context, const char* name) {
    const Attribute* found = context.attribute(name);
    const Subgraph* nested = found ? std::get_if<Subgraph>(found) : nullptr;
    if (!nested) context.fail(std::string("has no graph ") + name);
    return *nested->graph;
}

// What nodes take, in bytes of names and of constants; with their graphs also in nodes and constants.
struct Load {
    int64_t names = 0, constants = 0, visited = 0;

    void add(const Tensor& tensor) {  // with its numbers as a Value, and what each tensor takes
        constants += static_cast<int64_t>(tensor.bytes.size()) + 8 * tensor.element_count() + 512;
    }
    void add(const Node& node) {
        for (const std::string& name : node.inputs) names += static_cast<int64_t>(name.size());
        for (const std::string& name : node.outputs) names += static_cast<int64_t>(name.size());
        for (const auto& [name, attribute] : node.attributes)
            if (auto tensor = std::get_if<Tensor>(&attribute)) add(*tensor);
    }
    void add_graphs(const Node& node) {
        for (const auto& [name, attribute] : node.attributes)
            if (auto nested = std::get_if<Subgraph>(&attribute)) add(*nested->graph);
    }
    void add(const Graph& graph) {
        visited += static_cast<int64_t>(graph.nodes.size() + graph.initializers.size());
        for (const auto& [name, tensor] : graph.initializers) {
            names += static_cast<int64_t>(name.size());
            add(tensor);
        }
        for (const Node& node : graph.nodes) {
            add(node);
            add_graphs(node);
        }
    }
};

int64_t visited_by_turn(const Graph& body) {
    Load load;
    load.add(body);
    return load.visited;
}

[[noreturn]] void fail_unrolled(const NodeContext& context, const std::string& limit) {
    context.fail("unrolls, with the loops before it, to more than " + limit +
                 "; export a step of it, with what it carries on as inputs and outputs, and loop "
                 "around the C function");
}

// Checks the sums of all that was unrolled.
void check_limits(const NodeContext& context, int64_t nodes, int64_t names, int64_t constants,
                  int64_t visited) {
    if (nodes > kMostUnrolled) fail_unrolled(context, std::to_string(kMostUnrolled) + " nodes");
    if (names > kMostUnrolledNames)
        fail_unrolled(context, std::to_string(kMostUnrolledNames >> 20) + " MB of names");
    if (constants > kMostUnrolledConstants)
        fail_unrolled(context, std::to_string(kMostUnrolledConstants >> 20) + " MB of constants");
    if (visited > kMostVisited)
        fail_unrolled(context, std::to_string(kMostVisited) + " nodes and constants to go through");
}

// A graph of the node put in its place, once or turn after turn. What no turn changes is made once.
class Inlining {
  public:
    Inlining(Parts& parts, const Graph& body, const std::string& what)
        : parts_(parts), body_(body), base_(parts.base() + "/" + what) {
        std::set<std::string> varies;
        for (const ValueInfo& input : body.inputs) varies.insert(input.name);
        for (const Node& node : body.nodes) {
            const std::vector<std::string> read = values_read(node);
            const bool once = std::none_of(read.begin(), read.end(), [&](const std::string& name) {
                return varies.count(name) > 0;
            });
            if (!once) varies.insert(node.outputs.begin(), node.outputs.end());
            once_.push_back(once);
        }
    }

    // The names of the body's outputs in turn `number`, whose inputs are the values `inputs`.
    std::vector<std::string> turn(int64_t number, const std::vector<std::string>& inputs) {
        NewNames names;
        for (size_t i = 0; i < body_.inputs.size(); i++) names[body_.inputs[i].name] = inputs.at(i);
        for (const auto& [name, tensor] : body_.initializers) {
            names[name] = base_ + "/" + name;
            if (number == 0) parts_.constant(names[name], tensor);
        }
        const std::string prefix = base_ + std::to_string(number) + "/";
        for (size_t i = 0; i < body_.nodes.size(); i++) {
            const bool is_made = !once_[i] || number == 0;
            Node node;
            if (is_made) node = with_new_names(body_.nodes[i], names, parts_.context.place());
            for (const std::string& output : body_.nodes[i].outputs)
                if (!output.empty()) names[output] = (once_[i] ? base_ + "/" : prefix) + output;
            if (!is_made) continue;
            for (std::string& output : node.outputs)
                if (!output.empty()) output = names.at(output);
            parts_.nodes.push_back(std::move(node));
        }
        std::vector<std::string> outputs;
        for (const ValueInfo& output : body_.outputs) {
            auto found = names.find(output.name);
            outputs.push_back(found == names.end() ? output.name : found->second);
        }
        return outputs;
    }

    // What the graphs of nodes take that each turn makes.
    Load load_of_turn() const {
        Load load;
        for (size_t i = 0; i < body_.nodes.size(); i++)
            if (!once_[i]) load.add_graphs(body_.nodes[i]);
        return load;
    }

  private:
    Parts& parts_;
    const Graph& body_;
    std::string base_;
    std::vector<bool> once_;  // for each node, whether no turn changes what it makes
};

// Whether input `i`, a truth value, is known to be so.
bool is_known_as(const NodeContext& context, size_t i, bool truth) {
    return context.is_known(i) && (context.value(i).integers.at(0) != 0) == truth;
}

void check_condition(const NodeContext& context, size_t i) {
    if (context.input(i).type != Type::boolean || count_of(context.shape(i)) != 1)
        context.fail("has a condition of " + name_of(context.input(i).type) + " " +
                     text_of(context.shape(i)) + "; expected one boolean");
}

// One of two values of one shape, as the condition says while the graph runs.
std::string chosen(Parts& parts, const std::string& condition, const std::string& yes,
                   const std::string& no) {
    return parts.add("Where", {condition, yes, no}, {{kOneShape, int64_t{1}}});
}

// Output `output`: `values` one after another along an axis.
void join(Parts& parts, size_t output, std::vector<std::string> values, int64_t axis) {
    while (values.size() > kMostJoined) {
        std::vector<std::string> joined;
        for (size_t i = 0; i < values.size(); i += kMostJoined) {
            const size_t end = std::min(i + kMostJoined, values.size());
            joined.push_back(
                parts.add("Concat", {values.data() + i, values.data() + end}, {{"axis", axis}}));
        }
        values = std::move(joined);
    }
    parts.make(output, "Concat", values, {{"axis", axis}});
}

// The scan outputs of a Loop or Scan of `turns` turns need one to have a shape.
void check_turns(const NodeContext& context, int64_t turns) {
    if (turns == 0)
        context.fail("makes no turn, so that nothing gives its outputs a shape; leave it out");
}

void check_count(const NodeContext& context, const char* what, size_t found, size_t expected) {
    if (found != expected)
        context.fail("has a graph of " + std::to_string(found) + " " + what + "; expected " +
                     std::to_string(expected));
}

// What all turns of a Scan make, counted before it is made; `nodes` and `load` are one turn's.
void check_size(const NodeContext& context, int64_t turns, size_t nodes, const Load& load = {}) {
    auto all = [&](int64_t one) {  // a sum that stays above each limit
        constexpr int64_t kMost = int64_t{1} << 40;
        return one > 0 && turns > kMost / one ? kMost : turns * one;
    };
    check_limits(context, all(static_cast<int64_t>(nodes + 1)), all(load.names),
                 all(load.constants), all(load.visited));
}

// The turns of a Scan that was checked.
int64_t turns_of_scan(const NodeContext& context) {
    const int64_t scans = context.integer_attribute("num_scan_inputs", 0);
    const Dimensions& shape = context.shape(context.input_count() - static_cast<size_t>(scans));
    const auto axes = context.integers_attribute("scan_input_axes");
    return shape[context.axis(axes ? axes->at(0) : 0, shape.size())];
}

}  // namespace

void decompose_if(Parts& parts) {
    const NodeContext& context = parts.context;
    check_condition(context, 0);
    const Graph& yes = graph_attribute(context, "then_branch");
    const Graph& no = graph_attribute(context, "else_branch");
    for (const Graph* branch : {&yes, &no}) {
        check_count(context, "inputs", branch->inputs.size(), 0);
        check_count(context, "outputs", branch->outputs.size(), context.node.outputs.size());
    }
    auto inlined = [&](const Graph& branch, const char* name) {
        return Inlining(parts, branch, name).turn(0, {});
    };
    if (context.is_known(0)) {
        const bool truth = is_known_as(context, 0, true);
        const std::vector<std::string> values = truth ? inlined(yes, "then") : inlined(no, "else");
        for (size_t i = 0; i < values.size(); i++) parts.make(i, "Identity", {values[i]});
        return;
    }
    // Nothing that a branch does is seen outside: both are computed, and one is taken.
    const std::vector<std::string> a = inlined(yes, "then"), b = inlined(no, "else");
    const std::string condition = parts.reshaped(parts.in(0), {});
    for (size_t i = 0; i < a.size(); i++)
        if (context.has_output(i))
            parts.make(i, "Identity", {chosen(parts, condition, a[i], b[i])});
}

// One turn, and a Loop of the rest, whose condition and states are then known as far as they can be.
void decompose_loop(Parts& parts) {
    const NodeContext& context = parts.context;
    const Graph& body = graph_attribute(context, "body");
    if (context.input_count() < 2)
        context.fail("has " + std::to_string(context.input_count()) +
                     " inputs; expected a trip count, a condition and the first states");
    const size_t states = context.input_count() - 2;
    check_count(context, "inputs", body.inputs.size(), states + 2);
    const size_t outputs = std::max(body.outputs.size(), states + 1) - 1;
    check_count(context, "outputs", body.outputs.size(), outputs + 1);
    check_count(context, "outputs", body.outputs.size(),
                std::max(body.outputs.size(), context.node.outputs.size() + 1));
    const int64_t turn = context.integer_attribute(kTurn, 0);
    auto scanned = [&](int64_t number, size_t output) {
        return parts.base() + "/scanned" + std::to_string(number) + "." + std::to_string(output);
    };
    const bool is_counted = context.has_input(0), has_condition = context.has_input(1);
    if (has_condition) check_condition(context, 1);
    if (is_counted && count_of(context.shape(0)) != 1) context.fail("has no one trip count");
    const bool stops = has_condition && is_known_as(context, 1, false);
    std::vector<std::string> values(context.node.inputs.begin() + 2, context.node.inputs.end());
    if (stops || (is_counted && turn >= context.integers(0).at(0))) {
        for (size_t i = 0; i < outputs; i++) {
            if (!context.has_output(i)) continue;
            if (i < states) {
                parts.make(i, "Identity", {values[i]});
                continue;
            }
            check_turns(context, turn);
            std::vector<std::string> all;
            for (int64_t t = 0; t < turn; t++) all.push_back(scanned(t, i));
            join(parts, i, all, 0);
        }
        return;
    }
    const bool may_stop = has_condition && !context.is_known(1);
    if (may_stop && !is_counted)
        context.fail(
            "ends by a condition that is computed, after no one knows how many turns; export with "
            "a trip count, of which the condition leaves the rest undone");
    std::string condition = has_condition ? parts.in(1) : parts.number(1, Type::boolean);
    std::vector<std::string> inputs = {parts.number(static_cast<double>(turn), Type::int64),
                                       condition};
    inputs.insert(inputs.end(), values.begin(), values.end());
    std::vector<std::string> made = Inlining(parts, body, "Loop").turn(turn, inputs);
    std::string next = made[0];
    if (may_stop) {
        condition = parts.reshaped(condition, {});
        next = parts.add("And", {condition, parts.reshaped(next, {})});
    }
    for (size_t i = 0; i < outputs; i++) {
        if (i < states) {
            values[i] = may_stop ? chosen(parts, condition, made[i + 1], values[i]) : made[i + 1];
        } else if (context.has_output(i)) {
            if (may_stop)
                context.fail(
                    "ends by a condition that is computed, so that its output '" +
                    context.node.outputs[i] +
                    "' has no fixed length; export without that output, or with a constant "
                    "condition: " +
                    context.how_to_set(1));
            parts.add("Unsqueeze", {made[i + 1], parts.integers({0})});
            parts.nodes.back().outputs[0] = scanned(turn, i);
        }
    }
    Node rest = context.node;
    rest.inputs = {context.node.inputs[0], next};
    rest.inputs.insert(rest.inputs.end(), values.begin(), values.end());
    rest.attributes[kTurn] = turn + 1;
    parts.nodes.push_back(std::move(rest));
}

namespace {

// Before opset 9 a Scan has a first axis of batches, each scanned by itself.
void scan_batches(Parts& parts) {
    const NodeContext& context = parts.context;
    if (context.has_input(0)) context.fail("has lengths of sequences; expected all of one length");
    if (context.input_count() < 2) context.fail("scans nothing");
    const Dimensions& first = context.shape(1);
    const int64_t batches = first.empty() ? 0 : first[0];
    check_turns(context, batches);
    check_size(context, batches, context.input_count() + 2 * context.node.outputs.size());
    Parts::Attributes attributes = context.node.attributes;
    attributes.erase("directions");
    if (auto directions = context.integers_attribute("directions"))
        attributes["scan_input_directions"] = *directions;
    attributes[kPartOpset] = kOpsetOfParts;
    std::vector<std::vector<std::string>> made(context.node.outputs.size());
    for (int64_t batch = 0; batch < batches; batch++) {
        Node scan{context.node.name, "Scan", "", {}, {}, attributes};
        const std::string index = parts.number(static_cast<double>(batch), Type::int64);
        for (size_t i = 1; i < context.input_count(); i++) {
            if (context.shape(i).empty() || context.shape(i)[0] != batches)
                context.fail("has inputs of different batches");
            scan.inputs.push_back(
                parts.add("Gather", {parts.in(i), index}, {{"axis", int64_t{0}}}));
        }
        for (size_t i = 0; i < made.size(); i++)
            scan.outputs.push_back(context.has_output(i)
                                       ? parts.base() + "/batch" + std::to_string(batch) + "." +
                                             std::to_string(i)
                                       : "");
        parts.nodes.push_back(scan);
        for (size_t i = 0; i < made.size(); i++)
            if (context.has_output(i))
                made[i].push_back(parts.add("Unsqueeze", {scan.outputs[i], parts.integers({0})}));
    }
    for (size_t i = 0; i < made.size(); i++)
        if (context.has_output(i)) join(parts, i, made[i], 0);
}

std::vector<int64_t> numbers_attribute(const NodeContext& context, const char* name, size_t count) {
    std::vector<int64_t> numbers =
        context.integers_attribute(name).value_or(std::vector<int64_t>(count, 0));
    if (numbers.size() != count)
        context.fail("has " + std::to_string(numbers.size()) + " " + name + "; expected " +
                     std::to_string(count));
    return numbers;
}

}  // namespace

void decompose_scan(Parts& parts) {
    const NodeContext& context = parts.context;
    if (context.opset < 9) return scan_batches(parts);
    const Graph& body = graph_attribute(context, "body");
    const int64_t given = context.integer_attribute("num_scan_inputs", 0);
    if (given < 1 || given > static_cast<int64_t>(context.input_count()))
        context.fail("scans " + std::to_string(given) + " of " +
                     std::to_string(context.input_count()) + " inputs");
    const size_t scans = static_cast<size_t>(given), states = context.input_count() - scans;
    check_count(context, "inputs", body.inputs.size(), context.input_count());
    const size_t outputs = std::max(body.outputs.size(), states), results = outputs - states;
    check_count(context, "outputs", body.outputs.size(),
                std::max(outputs, context.node.outputs.size()));
    const auto axes = numbers_attribute(context, "scan_input_axes", scans);
    const auto backward = numbers_attribute(context, "scan_input_directions", scans);
    const auto result_axes = numbers_attribute(context, "scan_output_axes", results);
    const auto result_backward = numbers_attribute(context, "scan_output_directions", results);
    std::vector<int64_t> lengths;
    for (size_t i = 0; i < scans; i++) {
        const Dimensions& shape = context.shape(states + i);
        lengths.push_back(shape[context.axis(axes[i], shape.size())]);
        if (lengths[i] != lengths[0]) context.fail("scans inputs of different lengths");
    }
    Inlining inlining(parts, body, "Scan");
    Load load = inlining.load_of_turn();
    load.visited = visited_by_turn(body);
    check_size(context, lengths[0], body.nodes.size() + scans + results, load);
    std::vector<std::string> values(context.node.inputs.begin(),
                                    context.node.inputs.begin() + static_cast<long>(states));
    std::vector<std::vector<std::string>> made(results);
    for (int64_t turn = 0; turn < lengths[0]; turn++) {
        std::vector<std::string> inputs = values;
        for (size_t i = 0; i < scans; i++) {
            const int64_t at = backward[i] ? lengths[0] - 1 - turn : turn;
            inputs.push_back(parts.add(
                "Gather",
                {parts.in(states + i), parts.number(static_cast<double>(at), Type::int64)},
                {{"axis", axes[i]}}));
        }
        const std::vector<std::string> all = inlining.turn(turn, inputs);
        values.assign(all.begin(), all.begin() + static_cast<long>(states));
        for (size_t i = 0; i < results; i++)
            if (context.has_output(states + i))
                made[i].push_back(
                    parts.add("Unsqueeze", {all[states + i], parts.integers({result_axes[i]})}));
    }
    for (size_t i = 0; i < states; i++) parts.make(i, "Identity", {values[i]});
    for (size_t i = 0; i < results; i++) {
        if (!context.has_output(states + i)) continue;
        check_turns(context, lengths[0]);
        if (result_backward[i]) std::reverse(made[i].begin(), made[i].end());
        join(parts, states + i, made[i], result_axes[i]);
    }
}

void Growth::add(const NodeContext& context, const std::vector<Node>& parts) {
    const std::string& op = context.node.op;
    if (op != "If" && op != "Loop" && op != "Scan") return;
    const bool begins = context.integer_attribute(kTurn, 0) == 0;
    std::map<std::string, Tensor> none;
    const size_t base = Parts(context, none).base().size();
    Load load;
    for (const Node& node : parts) {
        load.add(node);
        // What turns repeat: not the graphs in a branch, nor the body of a Loop that goes on.
        const bool goes_on = op == "Loop" && node.op == op && &node == &parts.back();
        if (op != "If" && !goes_on) load.add_graphs(node);
    }
    for (const auto& [key, attribute] : context.node.attributes) {
        const Subgraph* nested = std::get_if<Subgraph>(&attribute);
        if (!nested) continue;
        const int64_t one = visited_by_turn(*nested->graph);
        if (op == "Loop") visited_ += one;
        if (op == "Scan" && context.opset >= 9) visited_ += one * turns_of_scan(context);
        for (const auto& [name, tensor] : nested->graph->initializers)
            if (begins) load.names += static_cast<int64_t>(base + name.size());
    }
    nodes_ += static_cast<int64_t>(parts.size());
    names_ += load.names;
    constants_ += load.constants;
    check_limits(context, nodes_, names_, constants_, visited_);
}

}  // namespace quillet
