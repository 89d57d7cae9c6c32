// What the verbs that run a model share: its argument, and the graph and plan behind it.
// SPDX-License-Identifier: MIT
#include "cli/model_option.h"

#include "base/file.h"
#include "base/resources.h"

namespace quillet {

void ModelOption::add_to(CLI::App& command) {
    command.add_option("MODEL", path,
                       "An ONNX file; without one, the quotes model that came with the program");
    command.add_option("--alphabet", alphabet,
                       "The characters in token order, for a model whose metadata lacks them "
                       "('\\n' is the line end)");
}

std::string ModelOption::file() const {
    return path.empty() ? (find_resource(shipped) / shipped).string() : path;
}

Graph ModelOption::graph(std::string* hash) const {
    std::string name = file(), bytes = read_file(name);
    Graph graph = read_onnx(bytes, name);
    if (hash) *hash = sha256_hex(bytes);
    if (alphabet.empty()) return graph;
    std::string characters = alphabet;
    for (size_t at; (at = characters.find("\\n")) != std::string::npos;)
        characters.replace(at, 2, "\n");
    graph.metadata[key::kAlphabet] = characters;
    return graph;
}

Plan ModelOption::plan(std::string* hash, Target target) const {
    std::string name = file();
    return make_plan(graph(hash), std::filesystem::path(name).stem().string(), name, target);
}

}  // namespace quillet
