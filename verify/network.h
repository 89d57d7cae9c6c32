// A network, a graph of any kind, in every runtime: every value on the way held against the reference in
// double, so that the first operator that departs has a name.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace quillet {

struct NetworkOptions {
    uint32_t seed = 1;  // of random inputs
    std::filesystem::path
        inputs;  // a folder with input_0.pb … in ONNX's test layout; empty: random
    std::filesystem::path foreign_c;  // a C file with a function to compare, empty: none
    std::string foreign_entry =
        "entry";                   // void entry(inputs…, outputs…), arrays in the file's order
    std::filesystem::path trace;   // where the first node that departs is saved; empty: nowhere
    std::filesystem::path folder;  // for files on the way
    std::vector<std::string> runtimes;  // of network_runtimes(); empty: all
};

// What can be named: plan, c, node.
std::vector<std::string> network_runtimes();

// The first element at which a node's output is not what its inputs give.
struct Departure {
    std::string node, value;  // "node 'conv1' (Conv)", the name of the output
    int64_t element;
    double found, expected;
};

struct NetworkRow {
    std::string runtime;
    std::string absent;  // why it was not run
    std::string
        failure;  // what went wrong where it was: C that does not compile, a program that ended early
    size_t values = 0;  // that were compared
    // Error, as a part of the largest expected magnitude of the same value or 1.
    double largest = 0;
    double largest_ulp = 0;
    std::optional<Departure> departure;
    bool same() const { return failure.empty() && !departure; }
};

struct NetworkReport {
    size_t nodes = 0;
    std::vector<NetworkRow> rows;
    bool same() const;  // whether every row that was run is
};

// Runs `graph` (of the file `model`, named in errors) in the plan, compiled C, ONNX Runtime under Node.js and
// the function of options.foreign_c. Throws Error where the graph cannot be compiled or the inputs do not
// fit.
NetworkReport verify_network(const Graph& graph, const std::filesystem::path& model,
                             const NetworkOptions& options);

}  // namespace quillet
