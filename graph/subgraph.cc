// Graphs inside nodes: what they read of the graph around them, and copies that read other names.
// SPDX-License-Identifier: MIT
#include "graph/subgraph.h"

#include <algorithm>
#include <set>

#include "base/error.h"

namespace quillet {
namespace {

// What `graph` itself gives a name to.
std::set<std::string> names_made(const Graph& graph) {
    std::set<std::string> made;
    for (const auto& [name, tensor] : graph.initializers) made.insert(name);
    for (const ValueInfo& input : graph.inputs) made.insert(input.name);
    for (const Node& node : graph.nodes) made.insert(node.outputs.begin(), node.outputs.end());
    return made;
}

Graph with_new_names(Graph graph, NewNames new_names, const std::string& where) {
    const std::set<std::string> made = names_made(graph);
    for (const std::string& name : made) new_names.erase(name);
    for (const auto& [name, other] : new_names)
        if (made.count(other))
            throw Error(where, "has the name '" + other +
                                   "' in a graph of a node, where it stands for another value");
    for (Node& node : graph.nodes) node = with_new_names(std::move(node), new_names, where);
    for (ValueInfo& output : graph.outputs)
        if (auto found = new_names.find(output.name); found != new_names.end())
            output.name = found->second;
    return graph;
}

}  // namespace

std::vector<std::string> values_read(const Node& node) {
    std::vector<std::string> read;
    std::set<std::string> seen = {""};
    auto add = [&](const std::string& name) {
        if (seen.insert(name).second) read.push_back(name);
    };
    for (const std::string& name : node.inputs) add(name);
    for (const auto& [key, attribute] : node.attributes) {
        const Subgraph* nested = std::get_if<Subgraph>(&attribute);
        if (!nested) continue;
        const std::set<std::string> made = names_made(*nested->graph);
        for (const Node& inner : nested->graph->nodes)
            for (const std::string& name : values_read(inner))
                if (!made.count(name)) add(name);
        for (const ValueInfo& output : nested->graph->outputs)
            if (!made.count(output.name)) add(output.name);
    }
    return read;
}

Node with_new_names(Node node, const NewNames& new_names, const std::string& where) {
    for (std::string& input : node.inputs)
        if (auto found = new_names.find(input); found != new_names.end()) input = found->second;
    for (auto& [key, attribute] : node.attributes)
        if (const Subgraph* nested = std::get_if<Subgraph>(&attribute))
            attribute = Subgraph{
                std::make_shared<const Graph>(with_new_names(*nested->graph, new_names, where))};
    return node;
}

}  // namespace quillet
