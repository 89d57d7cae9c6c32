// Numbers of 16 bits, and the graph in which they are widened to float32.
// SPDX-License-Identifier: MIT
#include "graph/half.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "graph/subgraph.h"
#include "graph/value.h"

namespace quillet {
namespace {

struct Format {
    int fraction;  // bits
    int least;     // exponent of normal numbers
};
Format format_of(Type type) {
    return type == Type::float16 ? Format{10, -14} : Format{7, -126};
}

bool is_half(const Attribute& attribute) {
    auto* type = std::get_if<int64_t>(&attribute);
    return type && quillet::is_half(static_cast<Type>(*type));
}

bool casts_to_half(const Node& node) {
    auto to = node.attributes.find("to");
    return node.op == "Cast" && to != node.attributes.end() && is_half(to->second) &&
           node.outputs.size() == 1;
}

Tensor widened(const Tensor& halves) {
    Value value = value_of(halves);
    value.type = Type::float32;
    return tensor_of(value);
}

class Widening {
  public:
    // Casts after inputs and before outputs, which only the graph that is not inside a node has.
    void run(Graph& graph) {
        note_names(graph);
        NewNames wide;  // what is read instead of a half
        std::vector<Node> first, last;
        std::set<std::string> inputs;
        for (const ValueInfo& input : graph.inputs) {
            inputs.insert(input.name);
            if (!quillet::is_half(input.type) || !computed_.count(input.name)) continue;
            wide[input.name] = fresh(input.name + "/float32");
            first.push_back(cast(input.name, wide[input.name], Type::float32));
        }
        for (const ValueInfo& output : graph.outputs) {
            const bool is_computed = computed_.count(output.name) > 0;
            if (!quillet::is_half(output.type) || inputs.count(output.name) ||
                (is_cast_to_half(graph, output.name) && !is_computed))
                continue;
            wide[output.name] = fresh(output.name + "/float32");
            if (is_computed) computed_.insert(wide[output.name]);
            last.push_back(cast(wide[output.name], output.name, output.type));
        }
        for (Node& node : graph.nodes) {
            node = with_new_names(std::move(node), wide, graph.name);
            for (std::string& output : node.outputs)
                if (auto found = wide.find(output); found != wide.end()) output = found->second;
        }
        for (const auto& [name, other] : wide)
            if (auto found = graph.initializers.extract(name)) {
                found.key() = other;
                graph.initializers.insert(std::move(found));
            }
        widen(graph);
        graph.nodes.insert(graph.nodes.begin(), first.begin(), first.end());
        graph.nodes.insert(graph.nodes.end(), last.begin(), last.end());
    }

  private:
    static Node cast(const std::string& from, const std::string& to, Type type) {
        return {"", "Cast", "", {from}, {to}, {{"to", static_cast<int64_t>(type)}}};
    }

    static bool is_cast_to_half(const Graph& graph, const std::string& output) {
        return std::any_of(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) {
            return casts_to_half(node) && node.outputs[0] == output;
        });
    }

    // Constants and rounding casts, in the graphs of nodes as well.
    void widen(Graph& graph) {
        for (auto& [name, tensor] : graph.initializers)
            if (quillet::is_half(tensor.type)) tensor = widened(tensor);
        std::vector<Node> nodes;
        for (Node& node : graph.nodes) {
            const bool rounds = casts_to_half(node) && computed_.count(node.outputs[0]);
            if (!casts_to_half(node)) widen(node);
            const std::string output = rounds ? node.outputs[0] : "";
            if (rounds) node.outputs[0] = fresh(output + "/rounded");
            nodes.push_back(std::move(node));
            if (rounds) nodes.push_back(cast(nodes.back().outputs[0], output, Type::float32));
        }
        graph.nodes = std::move(nodes);
    }

    void widen(Node& node) {
        for (auto& [name, attribute] : node.attributes) {
            if (auto* tensor = std::get_if<Tensor>(&attribute);
                tensor && quillet::is_half(tensor->type))
                attribute = widened(*tensor);
            const bool names_type =
                name == "dtype" || name == "stash_type" || name == "output_datatype";
            if (names_type && is_half(attribute)) attribute = static_cast<int64_t>(Type::float32);
            if (auto* nested = std::get_if<Subgraph>(&attribute)) {
                Graph inner = *nested->graph;
                for (auto* infos : {&inner.inputs, &inner.outputs})
                    for (ValueInfo& info : *infos)
                        if (quillet::is_half(info.type)) info.type = Type::float32;
                widen(inner);
                attribute = Subgraph{std::make_shared<const Graph>(std::move(inner))};
            }
        }
    }

    // All names, and those of values that something else than a Cast reads.
    void note_names(const Graph& graph) {
        for (const auto& [name, tensor] : graph.initializers) names_.insert(name);
        for (const ValueInfo& input : graph.inputs) names_.insert(input.name);
        for (const Node& node : graph.nodes) {
            names_.insert(node.outputs.begin(), node.outputs.end());
            if (node.op != "Cast") computed_.insert(node.inputs.begin(), node.inputs.end());
            for (const auto& [name, attribute] : node.attributes) {
                const Subgraph* nested = std::get_if<Subgraph>(&attribute);
                if (!nested) continue;
                note_names(*nested->graph);
                for (const ValueInfo& output : nested->graph->outputs)
                    computed_.insert(output.name);
            }
        }
    }

    std::string fresh(std::string name) {
        while (!names_.insert(name).second) name += "_";
        return name;
    }

    std::set<std::string> names_, computed_;
};

}  // namespace

double number_of_half(uint16_t bits, Type type) {
    const Format format = format_of(type);
    const int exponent = (bits & 0x7FFF) >> format.fraction;
    const int fraction = bits & ((1 << format.fraction) - 1);
    double number;
    if (exponent == 0x7FFF >> format.fraction)
        number = fraction ? std::numeric_limits<double>::quiet_NaN()
                          : std::numeric_limits<double>::infinity();
    else if (exponent == 0)
        number = std::ldexp(fraction, format.least - format.fraction);
    else
        number = std::ldexp(fraction + (1 << format.fraction),
                            exponent - 1 + format.least - format.fraction);
    return bits & 0x8000 ? -number : number;
}

uint16_t half_of(double number, Type type) {
    const Format format = format_of(type);
    const int infinity = (0x7FFF >> format.fraction) << format.fraction;
    const int sign = std::signbit(number) ? 0x8000 : 0;
    int bits = infinity;
    if (std::isnan(number)) {
        bits += 1 << (format.fraction - 1);
    } else if (number == 0) {
        bits = 0;
    } else if (std::isfinite(number)) {
        const int exponent = std::max(std::ilogb(number), format.least);
        const double units = std::ldexp(std::fabs(number), format.fraction - exponent);
        // The units of a normal number hold its highest bit, which adds one to the exponent.
        const int64_t whole = (int64_t{exponent - format.least} << format.fraction) +
                              static_cast<int64_t>(std::nearbyint(units));
        bits = static_cast<int>(std::min<int64_t>(whole, infinity));
    }
    return static_cast<uint16_t>(sign | bits);
}

Graph with_halves_widened(Graph graph) {
    Widening().run(graph);
    return graph;
}

}  // namespace quillet
