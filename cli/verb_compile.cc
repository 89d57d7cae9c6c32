// quillet compile: a model as C99.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "cells/recurrent_model.h"
#include "cells/token_model.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/ram_option.h"
#include "cli/shell.h"
#include "cli/verbs.h"
#include "compile/compile.h"
#include "compile/emit_network.h"
#include "compile/weights_file.h"
#include "run/compile_request.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

// In the banner of each generated file; the runtime's files are the same of every model and have none.
constexpr char kWrittenBy[] = "Written by quillet ";

struct CompileArguments {
    ModelOption model;
    std::string output, name, target = "c99", ram, weights;
    bool single_file = false, no_runtime = false, stream = false;
    int cores = 1;
};

// Options of models of both kinds as a shell takes them, each after a space, for the banners.
std::string common_words(const CompileArguments& options) {
    std::string words;
    if (!options.name.empty()) words += " --name " + shell_word(options.name);
    if (options.single_file) words += " --single-file";
    if (options.no_runtime) words += " --no-runtime";
    if (!options.model.alphabet.empty())
        words += " --alphabet " + shell_word(options.model.alphabet);
    for (const std::string& each : options.model.set) words += " --set " + shell_word(each);
    for (const std::string& each : options.model.dim) words += " --dim " + shell_word(each);
    if (options.model.network) words += " --network";
    if (!options.weights.empty()) words += " --weights " + file_word(options.weights);
    return words;
}

CompileRequest request_for(const CompileArguments& options, const Graph& graph,
                           const std::string& hash) {
    const std::string file = options.model.file();
    CompileRequest request = compile_request_of(graph, file, hash);
    request.target = *find_target(options.target);
    if (!options.name.empty()) request.name = options.name;
    request.single_file = options.single_file;
    request.cores = options.cores;
    request.stream = options.stream;
    request.ram_bytes = ram_bytes_of(options.ram);
    request.command = "quillet compile " + file_word(file);
    if (options.target != "c99") request.command += " --target " + options.target;
    if (!options.ram.empty()) request.command += " --ram " + options.ram;
    if (options.cores == 2) request.command += " --cores 2";
    if (options.stream) request.command += " --stream";
    request.weights_file = fs::path(options.weights).filename().string();
    request.command += common_words(options);
    return request;
}

// What is left where the runtime is there already: NAME.h and NAME.c.
Sources wanted_of(const CompileArguments& options, Sources sources) {
    if (options.no_runtime)
        std::erase_if(sources, [](const auto& file) {
            return file.first.starts_with("runtime/") || file.first == "main.c" ||
                   file.first == "CMakeLists.txt";
        });
    return sources;
}

// Throws Error where another file than one of ours has the name of one that is to be written.
void require_generated(const fs::path& folder, const Sources& sources) {
    for (const auto& [name, text] : sources) {
        const fs::path file = folder / name;
        if (text.find(kWrittenBy) == std::string::npos || !fs::exists(file)) continue;
        if (read_file(file).find(kWrittenBy) == std::string::npos)
            throw Error(file.string(),
                        "is there, and quillet compile did not write it; give -o another folder");
    }
}

// None of them takes the place of the model's file, which was read.
void write_sources(const CompileArguments& options, const fs::path& output, const Sources& sources,
                   bool one_file, const std::string& weights) {
    std::vector<std::string> outputs;
    if (!options.weights.empty()) outputs.push_back(options.weights);
    if (one_file)
        outputs.push_back(output.string());
    else
        for (const auto& source : sources) outputs.push_back((output / source.first).string());
    if (!one_file) require_generated(output, sources);
    require_outputs(outputs, {options.model.file()});
    if (!options.weights.empty()) {
        write_file(options.weights, weights);
        std::fprintf(stderr, "%s: %zu bytes of weights\n", options.weights.c_str(), weights.size());
    }
    if (one_file)
        write_file(output, sources.begin()->second);
    else
        write_files(output, sources);
}

// How to build what has a project of its own.
void print_build(const CompileArguments& options, const fs::path& output) {
    const std::string folder = shell_word(output.string()),
                      build = shell_word((output / "build").string());
    if (!options.single_file && !options.no_runtime)
        std::fprintf(stderr, "to build it: cmake -S %s -B %s && cmake --build %s\n", folder.c_str(),
                     build.c_str(), build.c_str());
}

void print_note(const Graph& graph, const std::string& file) {
    if (is_integer(graph)) return;
    if (std::string note = note_on_length(graph, file); !note.empty())
        std::fprintf(stderr, "note: %s\n", note.c_str());
}

// One call from inputs to outputs.
int run_network(const CompileArguments& options, const Graph& graph, const std::string& hash,
                fs::path output, bool names_file) {
    if (options.target != "c99" || options.cores == 2 || !options.ram.empty())
        throw Error("--target",
                    "a network, which is no character model, compiles for c99 on one core only");
    const std::string file = options.model.file();
    Plan plan = make_network_plan(graph, fs::path(file).stem().string(), file);
    if (names_file) plan.name = identifier_of(output.stem().string());
    if (!options.name.empty()) plan.name = identifier_of(options.name);
    const std::string base = fs::path(file).filename().string();
    EmitOptions emit;
    emit.command = "quillet compile " + file_word(file);
    emit.origin = base + ", SHA-256 " + hash.substr(0, 16);
    emit.single_file = options.single_file;
    emit.command += common_words(options);
    emit.weights_file = fs::path(options.weights).filename().string();
    plan.weights_apart = !emit.weights_file.empty();
    if (output.empty()) output = plan.name;
    write_sources(options, output, wanted_of(options, emit_network(plan, emit)), names_file,
                  plan.weights_apart ? weights_file_of(plan).bytes : "");
    print_note(graph, file);
    const NetworkCost cost = network_cost_of(plan);
    std::fprintf(
        stderr,
        "%s: %zu steps, %lld bytes of weights, %lld of memory, %lld of inputs, %lld of outputs\n",
        output.c_str(), plan.steps.size(), static_cast<long long>(cost.weights),
        static_cast<long long>(cost.memory), static_cast<long long>(cost.inputs),
        static_cast<long long>(cost.outputs));
    print_build(options, output);
    return 0;
}

int run(CompileArguments options) {
    if (options.weights.find('$') != std::string::npos)
        throw Error("--weights", "the file's name holds '$'; give it another name");
    fs::path output = options.output;
    const bool names_file = output.extension() == ".c";
    options.single_file = options.single_file || names_file;
    if (names_file && options.no_runtime)
        throw Error("--no-runtime",
                    "is of a folder; " + output.string() + " is one file with all in it");
    if (names_file && options.name.empty()) options.name = output.stem().string();
    std::string hash;
    const Graph graph = options.model.graph(&hash);
    if (options.model.is_network(graph))
        return run_network(options, graph, hash, output, names_file);
    const CompileRequest request = request_for(options, graph, hash);
    CompiledModel compiled = compile_model(graph, options.model.file(), request);
    compiled.sources = wanted_of(options, std::move(compiled.sources));
    if (output.empty()) output = compiled.name;
    write_sources(options, output, compiled.sources, names_file, compiled.weights);
    std::fprintf(stderr, "%s, for %s\n%s", output.c_str(), request.target.name.c_str(),
                 to_text(compiled.cost, request.target).c_str());
    print_note(graph, options.model.file());
    if (options.cores == 2 && request.target.estimates_cycles)
        std::fputs("cycles are those of one core; two were not estimated\n", stderr);
    print_build(options, output);
    return 0;
}

}  // namespace

Run set_up_compile(Command& command) {
    auto options = std::make_shared<CompileArguments>();
    std::vector<std::string> names;
    for (const TargetRow& row : targets()) names.push_back(row.name);
    options->model.add_to(command);
    options->model.add_network_options(command);
    command.add_option(
        "-o,--output", options->output,
        "Folder for the C files, the model's name unless given; or a file NAME.c for all in one");
    command.add_option("--name", options->name,
                       "C name of the model; made from the file's name unless given");
    command.add_option("--target", options->target, "What it is for")
        ->check(one_of(names))
        ->shows_default();
    command.add_option("--ram", options->ram,
                       "RAM for everything, weights as far as they fit, as 230K (rp2040)");
    command.add_flag("--stream", options->stream,
                     "Copy weights that stay in flash strip by strip while others are multiplied "
                     "(rp2040; the board gives quillet_stream_begin and quillet_stream_wait)");
    command
        .add_option("--cores", options->cores,
                    "2: also a step that two cores share (integer models; c99, rp2040)")
        ->check(one_of({1, 2}))
        ->shows_default();
    Option* single_file = command.add_flag("--single-file", options->single_file,
                                           "Model, runtime and program in one C file");
    command.add_option(
        "--weights", options->weights,
        "File for the weights, apart from the C, which is then given a pointer to them");
    command
        .add_flag("--no-runtime", options->no_runtime,
                  "NAME.h and NAME.c alone, for a project that has runtime/ from another model")
        ->excludes(single_file);
    return [options] { return run(*options); };
}

}  // namespace quillet
