// What a Model of the public interface holds: its graph, and the plan that runs it.
// SPDX-License-Identifier: MIT
#pragma once

#include "compile/plan.h"
#include "graph/graph.h"
#include "quillet/model.h"

namespace quillet {

struct ModelImpl {
    std::string file;  // what it was read from, for messages
    std::string name;
    Graph graph;
    std::string sha256;  // of the file's bytes
    Plan plan;
};

// A model of `graph`. Throws Error where no plan can be made of it.
Model model_of(Graph graph, const std::string& file);

}  // namespace quillet
