// Types and shapes of every value of a graph, and the graph without what they make constant.
// SPDX-License-Identifier: MIT
#include "graph/shapes.h"

#include <algorithm>
#include <deque>
#include <set>

#include "base/error.h"
#include "graph/apply.h"
#include "graph/decompose.h"
#include "graph/recurrence.h"

namespace quillet {
namespace {

// What is known of each value before the graph runs.
struct Knowledge {
    std::vector<Node>
        nodes;  // in place of the graph's: those made of others are replaced by their parts
    std::map<std::string, Tensor> made;  // constants of such parts
    std::map<std::string, TypedShape> shapes;
    std::map<std::string, Value> constants;  // initializers and what follows from them
    std::map<std::string, const std::string*>
        origins;  // of the others: an input they are computed from
};

// The most elements that constants made on the way may have together: so many times the file's own,
// for weights that are turned, joined and scaled, or 128 MB, for a few masks over two thousand
// positions; beyond that nodes stay as they are, and a file of some kB takes no more. What decides
// shapes is small, and what the file holds as it is was read: they only end where kMostConstants does.
constexpr int64_t kMostMade = int64_t{1} << 24;
constexpr int64_t kMostTimes = 16;
constexpr int64_t kSmall = 64;
constexpr int64_t kMostConstants = int64_t{1} << 27;
constexpr size_t kMostNodes = 1000000;

// Elements that a file's graph and the graphs in its nodes hold.
int64_t elements_held(const Graph& graph) {
    int64_t held = 0;
    for (const auto& [name, tensor] : graph.initializers) held += tensor.element_count();
    for (const Node& node : graph.nodes)
        for (const auto& [name, attribute] : node.attributes) {
            if (const auto* tensor = std::get_if<Tensor>(&attribute))
                held += tensor->element_count();
            if (const auto* inner = std::get_if<Subgraph>(&attribute))
                held += elements_held(*inner->graph);
        }
    return std::min(held, kMostConstants);  // no sum of them overflows
}

// Counts what constants are made, and says how far that may go.
class Budget {
  public:
    explicit Budget(const Graph& graph)
        : most_(std::clamp(kMostTimes * elements_held(graph), kMostMade, kMostConstants)) {}

    // Whether `node` may be computed here; if so, its outputs are counted.
    bool takes(const Node& node, const std::vector<TypedShape>& outputs) {
        int64_t count = 0;
        for (const TypedShape& output : outputs) count += count_of(output.shape);
        const bool is_given = node.op == "Constant" || count <= kSmall;
        if (count > (is_given ? kMostConstants : most_) - made_) return false;
        made_ += count;
        return true;
    }

  private:
    int64_t most_, made_ = 0;
};

NodeContext context_of(const Node& node, const Graph& graph, const std::string& where,
                       const Knowledge& known) {
    std::vector<NodeContext::Input> inputs;
    for (const std::string& name : node.inputs) {
        auto shape = known.shapes.find(name);
        auto value = known.constants.find(name);
        auto origin = known.origins.find(name);
        inputs.push_back({shape == known.shapes.end() ? nullptr : &shape->second,
                          value == known.constants.end() ? nullptr : &value->second,
                          origin == known.origins.end() ? nullptr : origin->second});
    }
    return {node, graph.opset, where, std::move(inputs)};
}

bool is_constant(const NodeContext& context) {
    for (size_t i = 0; i < context.input_count(); i++)
        if (context.has_input(i) && !context.is_known(i)) return false;
    return true;
}

// A file may have given a value the very name that a part of a node would get.
void add_shape(Knowledge& known, const std::string& name, TypedShape shape,
               const NodeContext& context) {
    if (!known.shapes.emplace(name, std::move(shape)).second)
        context.fail("makes '" + name + "', a name that something else has; rename that");
}

Knowledge learn(const Graph& graph, const std::string& where) {
    Knowledge known;
    for (const auto& [name, tensor] : graph.initializers) {
        known.shapes[name] = {tensor.type, tensor.shape};
        known.constants[name] = value_of(tensor);
    }
    for (const ValueInfo& input : graph.inputs) {
        if (std::count(input.shape.begin(), input.shape.end(), -1) > 0)
            throw Error(where, "leaves a dimension of input '" + input.name + "' open, " +
                                   text_of(input.shape));
        known.shapes[input.name] = {input.type, input.shape};
        known.origins[input.name] = &input.name;
    }
    Budget budget(graph);
    Growth growth;
    std::deque<Node> rest(graph.nodes.begin(), graph.nodes.end());
    while (!rest.empty()) {
        const Node node = std::move(rest.front());
        rest.pop_front();
        NodeContext context = context_of(node, graph, where, known);
        std::map<std::string, Tensor> constants;
        if (std::vector<Node> parts = decompose(context, constants); !parts.empty()) {
            growth.add(context, parts);
            if (known.nodes.size() + rest.size() > kMostNodes)
                throw Error(where, "has too many nodes");
            rest.insert(rest.begin(), parts.begin(), parts.end());
            for (auto& [name, tensor] : constants) {
                add_shape(known, name, {tensor.type, tensor.shape}, context);
                known.constants[name] = value_of(tensor);
            }
            known.made.merge(constants);
            continue;
        }
        std::vector<TypedShape> shapes = apply_shapes(context);
        std::vector<Value> values;
        if ((reads_shapes_only(node) || is_constant(context)) && is_affordable(context, shapes) &&
            budget.takes(node, shapes))
            values = apply_values(context, shapes);
        const std::string* origin = nullptr;
        for (const std::string& name : node.inputs)
            if (auto found = known.origins.find(name); !origin && found != known.origins.end())
                origin = found->second;
        for (size_t i = 0; i < node.outputs.size(); i++) {
            if (node.outputs[i].empty()) continue;
            add_shape(known, node.outputs[i], shapes[i], context);
            if (i < values.size()) known.constants[node.outputs[i]] = std::move(values[i]);
            if (i >= values.size() && origin) known.origins[node.outputs[i]] = origin;
        }
        known.nodes.push_back(node);
    }
    return known;
}

// Drops Identity, whose readers read their input instead; one that makes an output of
// the graph stays.
void drop_identities(Graph& graph) {
    std::set<std::string> outputs;
    for (const ValueInfo& output : graph.outputs) outputs.insert(output.name);
    std::map<std::string, std::string> same;
    std::vector<Node> kept;
    for (Node& node : graph.nodes) {
        for (std::string& input : node.inputs)
            if (auto found = same.find(input); found != same.end()) input = found->second;
        if (node.op == "Identity" && !outputs.count(node.outputs[0]))
            same[node.outputs[0]] = node.inputs[0];
        else
            kept.push_back(std::move(node));
    }
    graph.nodes = std::move(kept);
}

// Drops nodes and initializers that no output needs.
void drop_unused(Graph& graph) {
    std::set<std::string> used;
    for (const ValueInfo& output : graph.outputs) used.insert(output.name);
    std::vector<Node> kept;
    for (size_t i = graph.nodes.size(); i-- > 0;) {
        Node& node = graph.nodes[i];
        auto is_used = [&](const std::string& name) { return used.count(name) > 0; };
        if (std::none_of(node.outputs.begin(), node.outputs.end(), is_used)) continue;
        if (is_recurrent(node))
            for (std::string& output : node.outputs)
                if (!is_used(output)) output.clear();
        used.insert(node.inputs.begin(), node.inputs.end());
        kept.push_back(std::move(node));
    }
    graph.nodes.assign(std::make_move_iterator(kept.rbegin()),
                       std::make_move_iterator(kept.rend()));
    std::erase_if(graph.initializers, [&](const auto& entry) { return !used.count(entry.first); });
}

}  // namespace

Graph with_static_inputs(Graph graph, int64_t size, const std::string& where) {
    for (ValueInfo& input : graph.inputs)
        std::replace(input.shape.begin(), input.shape.end(), int64_t{-1}, size);
    std::map<std::string, TypedShape> shapes = infer_shapes(graph, where);
    for (ValueInfo& output : graph.outputs) {
        const TypedShape& found = shapes.at(output.name);
        output = {output.name, found.type, found.shape};
    }
    return graph;
}

std::map<std::string, TypedShape> infer_shapes(const Graph& graph, const std::string& where) {
    return learn(graph, where).shapes;
}

Graph fold_constants(const Graph& graph, const std::string& where) {
    Knowledge known = learn(graph, where);
    Graph folded = graph;
    folded.nodes.clear();
    folded.initializers.merge(known.made);
    for (const Node& node : known.nodes) {
        bool is_known =
            std::all_of(node.outputs.begin(), node.outputs.end(), [&](const std::string& name) {
                return name.empty() || known.constants.count(name) > 0;
            });
        if (!is_known) {
            folded.nodes.push_back(node);
            continue;
        }
        for (const std::string& name : node.outputs)
            if (!name.empty()) folded.initializers[name] = tensor_of(known.constants.at(name));
    }
    drop_identities(folded);
    drop_unused(folded);
    return folded;
}

}  // namespace quillet
