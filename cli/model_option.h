// What the verbs that run a model share: its argument, and the graph and plan behind it.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/command.h"
#include "compile/plan.h"
#include "graph/graph.h"

namespace quillet {

// MODEL and --alphabet of a command line.
struct ModelOption {
    std::string path = {};  // as given; empty: the shipped model
    std::string shipped = "models/quotes.onnx";
    std::string alphabet = {};  // for a model without metadata: its characters in token order
    std::vector<std::string> set = {};  // NAME=NUMBERS: inputs that are constants
    std::vector<std::string> dim = {};  // NAME=SIZES: shapes of inputs
    bool network = false;               // one call from inputs to outputs, whatever the graph is

    void add_to(Command& command);
    // --set, --dim and --network, of the verbs that take graphs of any kind.
    void add_network_options(Command& command);

    std::string file() const;  // the file that is read
    // The graph, with the alphabet that was given, and the SHA-256 of the file's bytes where asked
    // for. Each call reads the file. A pipe can be read only once: read it, then use graph_of.
    Graph graph(std::string* hash = nullptr) const;
    // The graph in `bytes`, which are the file's. Throws Error as graph().
    Graph graph_of(const std::string& bytes) const;
    // Whether `graph` is to be compiled as a network: it is told so, or is no character model.
    bool is_network(const Graph& graph) const;
    Plan plan(std::string* hash = nullptr,
              Target target = Target::c99) const;  // named after the file
    // The plan of `graph`, named after the file.
    Plan plan_of(const Graph& graph, Target target = Target::c99) const;
};

}  // namespace quillet
