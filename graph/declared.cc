// Parameters of operators that follow from the shapes that a file declares for its outputs.
// SPDX-License-Identifier: MIT
#include "graph/declared.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "graph/value.h"

namespace quillet {
namespace {

class Declared {
  public:
    explicit Declared(Graph& graph) : graph_(graph) {}
    void run() {
        std::vector<Node> nodes = std::move(graph_.nodes);
        graph_.nodes.clear();
        for (Node& node : nodes) {
            settle(node);
            graph_.nodes.push_back(std::move(node));
        }
    }

  private:
    const ValueInfo* input(const Node& node, size_t i) const {
        if (i >= node.inputs.size()) return nullptr;
        for (const ValueInfo& info : graph_.inputs)
            if (info.name == node.inputs[i]) return &info;
        return nullptr;
    }
    std::optional<Dimensions> output(const Node& node, size_t i) const {
        for (const ValueInfo& info : graph_.outputs)
            if (i < node.outputs.size() && info.name == node.outputs[i] && info.has_shape &&
                std::count(info.shape.begin(), info.shape.end(), -1) == 0)
                return info.shape;
        return std::nullopt;
    }
    std::string constant(const std::string& name, const Dimensions& values, Type type = Type::int64,
                         bool scalar = false) {
        Value value(TypedShape{
            type, scalar ? Dimensions{} : Dimensions{static_cast<int64_t>(values.size())}});
        value.integers = values;
        std::string unique = name + "/declared";
        while (graph_.initializers.count(unique)) unique += "_";
        graph_.initializers[unique] = tensor_of(value);
        return unique;
    }
    static int64_t axis_of(const Node& node, int64_t otherwise, size_t rank) {
        auto found = node.attributes.find("axis");
        auto* axis =
            found == node.attributes.end() ? nullptr : std::get_if<int64_t>(&found->second);
        int64_t value = axis ? *axis : otherwise;
        return value < 0 ? value + static_cast<int64_t>(rank) : value;
    }
    void settle(Node& node);
    void settle_reduction(Node& node, const Dimensions& from, const Dimensions& to);
    void settle_range(Node& node, const Dimensions& to);

    Graph& graph_;
};

// The axes of a reduction from `from` to `to`, where one set fits.
void Declared::settle_reduction(Node& node, const Dimensions& from, const Dimensions& to) {
    auto keep = node.attributes.find("keepdims");
    const bool keeps = keep == node.attributes.end() || keep->second != Attribute(int64_t{0});
    std::vector<Dimensions> found;
    for (size_t set = 0; from.size() <= 10 && set < size_t{1} << from.size(); set++) {
        Dimensions left, axes;
        bool useless = false;  // an axis of one, kept, changes nothing
        for (size_t i = 0; i < from.size(); i++) {
            const bool gone = set >> i & 1;
            if (gone) axes.push_back(static_cast<int64_t>(i));
            useless |= gone && keeps && from[i] == 1;
            if (!gone || keeps) left.push_back(gone ? 1 : from[i]);
        }
        if (left == to && !useless) found.push_back(axes);
    }
    if (found.size() != 1) return;
    node.inputs[1] = constant(node.inputs[1], found[0]);
    node.attributes["noop_with_empty_axes"] = int64_t{1};
}

// start + i * delta, with as many i as the output has.
void Declared::settle_range(Node& node, const Dimensions& to) {
    const ValueInfo* start = input(node, 0);
    if (!start || to.size() != 1 || to[0] > 1 << 24) return;
    Value steps(TypedShape{start->type, to});
    std::iota(steps.integers.begin(), steps.integers.end(), 0);
    for (size_t i = 0; i < steps.numbers.size(); i++) steps.numbers[i] = static_cast<double>(i);
    std::string iota = node.outputs[0] + "/steps", scaled = node.outputs[0] + "/scaled";
    graph_.initializers[iota] = tensor_of(steps);
    graph_.nodes.push_back({node.name, "Mul", "", {iota, node.inputs[2]}, {scaled}, {}});
    node = {node.name, "Add", "", {node.inputs[0], scaled}, node.outputs, {}};
}

void Declared::settle(Node& node) {
    for (size_t i = 0; i < node.inputs.size(); i++)
        if (const ValueInfo* info = input(node, i);
            info && std::count(info->shape.begin(), info->shape.end(), 0) > 0 &&
            is_integer(info->type) && info->shape.size() == 1)
            node.inputs[i] = constant(info->name, {}, info->type);
    std::optional<Dimensions> to = output(node, 0);
    const ValueInfo* from = input(node, 0);
    if (!to) return;
    if (node.op == "ConstantOfShape" && from) node.inputs[0] = constant(from->name, *to);
    if (node.op == "Range") return settle_range(node, *to);
    const ValueInfo* parameter = input(node, 1);
    if (!parameter) return;
    const bool reshapes = node.op == "Reshape" || node.op == "Squeeze" || node.op == "Unsqueeze";
    if (reshapes) {
        node.inputs[1] = constant(parameter->name, *to);
        node.op = "Reshape";
        node.attributes.clear();
        if (std::count(to->begin(), to->end(), 0) > 0) node.attributes["allowzero"] = int64_t{1};
        return;
    }
    if (node.op == "Expand") node.inputs[1] = constant(parameter->name, *to);
    const size_t rank = to->size();
    if (node.op == "OneHot") {
        int64_t axis = axis_of(node, -1, rank);
        if (axis >= 0 && axis < static_cast<int64_t>(rank))
            node.inputs[1] =
                constant(parameter->name, {(*to)[static_cast<size_t>(axis)]}, Type::int64, true);
    }
    if (!from || std::count(from->shape.begin(), from->shape.end(), -1) > 0) return;
    if (node.op == "Tile" && from->shape.size() == rank) {
        Dimensions repeats;
        for (size_t i = 0; i < rank; i++)
            repeats.push_back(from->shape[i] > 0 ? (*to)[i] / from->shape[i] : 1);
        node.inputs[1] = constant(parameter->name, repeats);
    }
    if (node.op == "TopK") {
        int64_t axis = axis_of(node, -1, rank);
        if (axis >= 0 && axis < static_cast<int64_t>(rank))
            node.inputs[1] = constant(parameter->name, {(*to)[static_cast<size_t>(axis)]});
    }
    if (node.op == "CumSum" && rank == 1)
        node.inputs[1] = constant(parameter->name, {0}, parameter->type, true);
    if (node.op == "Split") {
        Dimensions sizes;
        int64_t axis = axis_of(node, 0, rank);
        for (size_t i = 0; i < node.outputs.size(); i++)
            if (auto shape = output(node, i);
                shape && axis >= 0 && axis < static_cast<int64_t>(shape->size()))
                sizes.push_back((*shape)[static_cast<size_t>(axis)]);
        if (sizes.size() == node.outputs.size()) node.inputs[1] = constant(parameter->name, sizes);
    }
    if (node.op.starts_with("Reduce")) settle_reduction(node, from->shape, *to);
}

}  // namespace

Graph with_declared_parameters(Graph graph) {
    Declared(graph).run();
    return graph;
}

}  // namespace quillet
