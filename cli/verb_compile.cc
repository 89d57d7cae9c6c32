// quillet compile: a model as C99.
// SPDX-License-Identifier: MIT
#include <memory>

#include "base/file.h"
#include "base/home.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "compile/emit_c.h"
#include "compile/runtime_files.h"
#include "compile/sampling.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

struct Options {
    ModelOption model;
    std::string folder, name, target = "c99";
    bool single_file = false;
};

std::string sampling_initializer(const quillet_sampling& sampling) {
    auto number = [](uint32_t value) { return std::to_string(value) + "u"; };
    return number(sampling.inverse_temperature) + ", " + number(sampling.min_p_gap) + ", " +
           number(sampling.top_k) + ", " + number(sampling.top_p);
}

EmitOptions emit_options(const Options& options, const Plan& plan) {
    std::string file = options.model.file(), base = fs::path(file).filename().string();
    SamplingSettings settings = sampling_settings(plan.metadata, file);
    EmitOptions emit;
    emit.command = "quillet compile " + base;
    if (options.single_file) emit.command += " --single-file";
    emit.origin = base + ", SHA-256 " + sha256_hex(read_file(file)).substr(0, 16);
    emit.version = version();
    emit.sampling = sampling_initializer(settings.integers());
    emit.sampling_text = settings.text();
    emit.max_length = settings.max_length;
    emit.single_file = options.single_file;
    emit.target = *find_target(options.target);
    emit.runtime = runtime_files(plan);
    return emit;
}

int run(const Options& options) {
    Plan plan = options.model.plan();
    if (!options.name.empty()) plan.name = identifier_of(options.name);
    EmitOptions emit = emit_options(options, plan);
    Sources sources = emit_c(plan, emit);
    fs::path folder = options.folder.empty() ? fs::path(plan.name) : fs::path(options.folder);
    for (const auto& [name, text] : sources) write_file(folder / name, text);
    Cost cost = cost_of(plan);
    char bill[256];
    std::snprintf(
        bill, sizeof bill,
        "%s: %zu files; flash %lld bytes and at most %d of code, RAM %lld, stack at most %d\n",
        (folder / (plan.name + ".c")).c_str(), sources.size(), static_cast<long long>(cost.weights),
        emit.target.code_bytes, static_cast<long long>(cost.states + cost.scratch + cost.logits),
        emit.target.stack_bytes);
    print(bill);
    return 0;
}

}  // namespace

Run set_up_compile(CLI::App& command) {
    auto options = std::make_shared<Options>();
    std::vector<std::string> names;
    for (const TargetRow& row : targets()) names.push_back(row.name);
    options->model.add_to(command);
    command.add_option("-o,--output", options->folder,
                       "Folder for the C files; the model's name unless given");
    command.add_option("--name", options->name,
                       "C name of the model; made from the file's name unless given");
    command.add_option("--target", options->target, "What it is for")
        ->check(CLI::IsMember(names))
        ->capture_default_str();
    command.add_flag("--single-file", options->single_file,
                     "Model, runtime and program in one C file");
    return [options] { return run(*options); };
}

}  // namespace quillet
