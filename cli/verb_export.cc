// quillet export: models as a package that Arduino, the Pico SDK, Zephyr and others take as their own.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memory>

#include "base/error.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/ram_option.h"
#include "cli/shell.h"
#include "cli/verbs.h"
#include "compile/package.h"
#include "compile/package_folder.h"
#include "run/compile_request.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

struct ExportArguments {
    std::vector<std::string> models;
    std::string ecosystem, output, name, target, ram, alphabet;
};

// The options that made the package, as they are written behind its models.
std::string options_text(const ExportArguments& options) {
    std::string text = " --as " + options.ecosystem;
    const auto add = [&](const char* option, const std::string& value) {
        if (!value.empty()) text += std::string(" ") + option + " " + shell_word(value);
    };
    add("--name", options.name);
    add("--target", options.target);
    add("--ram", options.ram);
    add("--alphabet", options.alphabet);
    return text;
}

PackagedModel packaged(const ExportArguments& options, const std::string& path,
                       const TargetRow& target) {
    ModelOption model;
    model.path = path;
    model.alphabet = options.alphabet;
    std::string hash;
    const Graph graph = model.graph(&hash);
    if (model.is_network(graph))
        throw Error(model.file(),
                    "is no character model; quillet compile --network makes C of any graph");
    CompileRequest request = compile_request_of(graph, model.file(), hash);
    if (!options.name.empty()) request.name = options.name;
    request.name = kPackagePrefix + identifier_of(request.name);
    request.target = target;
    const int64_t ram = options.ram.empty() ? target.ram_bytes : ram_bytes_of(options.ram);
    request.ram_bytes = ram / static_cast<int64_t>(options.models.size());
    request.command = "quillet export " + file_word(model.file()) + options_text(options);
    const auto licence = graph.metadata.find(key::kLicence);
    return {compile_model(graph, model.file(), request), model.file(),
            licence == graph.metadata.end() ? "" : licence->second};
}

int run(ExportArguments options) {
    const Ecosystem& ecosystem = *find_ecosystem(options.ecosystem);
    const TargetRow& target =
        options.target.empty() ? row_of(ecosystem.target) : *find_target(options.target);
    if (options.models.empty()) options.models.push_back("");  // the shipped one
    if (options.models.size() > 1 && !options.name.empty())
        throw Error("--name", "names one model; rename the files instead");
    std::vector<PackagedModel> models;
    std::string command = "quillet export";
    for (const std::string& path : options.models) {
        models.push_back(packaged(options, path, target));
        command += " " + file_word(models.back().file);
    }
    command += options_text(options);
    const Sources package = package_of(ecosystem, models, command);
    const fs::path output =
        options.output.empty() ? fs::path(models.front().compiled.name) : fs::path(options.output);
    std::vector<std::string> outputs, inputs;
    for (const auto& file : package) outputs.push_back((output / file.first).string());
    for (const PackagedModel& model : models) inputs.push_back(model.file);
    require_own_files(output, package);
    require_outputs(outputs, inputs);
    tell_update(output, write_package(output, package));
    std::fprintf(stderr, "%s, %zu files, %s; README.md there says how it is used\n", output.c_str(),
                 package.size(), ecosystem.description);
    for (const PackagedModel& model : models)
        std::fprintf(stderr, "%s, for %s\n%s", model.compiled.name.c_str(), target.name.c_str(),
                     to_text(model.compiled.cost, target).c_str());
    return 0;
}

}  // namespace

Run set_up_export(Command& command) {
    auto options = std::make_shared<ExportArguments>();
    std::vector<std::string> kinds, targets_known;
    for (const Ecosystem& row : ecosystems()) kinds.push_back(row.name);
    for (const TargetRow& row : targets()) targets_known.push_back(row.name);
    command.add_option("MODEL", options->models,
                       "One or more ONNX files, which share one runtime; without one, the quotes "
                       "model that came with the program");
    command.add_option("--as", options->ecosystem, "Whose package it is to be")
        ->required()
        ->check(one_of(kinds));
    command.add_option("-o,--output", options->output,
                       "Folder of the package; ql_ and the first model's name unless given");
    command.add_option("--name", options->name,
                       "C name of the model, after ql_; made from the file's name unless given");
    command
        .add_option("--target", options->target,
                    "What the models are compiled for; rp2040 for pico-sdk, else c99, unless given")
        ->check(one_of(targets_known));
    command.add_option("--ram", options->ram,
                       "RAM for everything, weights as far as they fit, as 230K (rp2040); an equal "
                       "part for each model");
    command.add_option("--alphabet", options->alphabet,
                       "The characters in token order, for models whose metadata lacks them "
                       "('\\n' is the line end)");
    return [options] { return run(*options); };
}

}  // namespace quillet
