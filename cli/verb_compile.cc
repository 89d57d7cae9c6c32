// quillet compile: a model as C99.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "compile/bill.h"
#include "compile/emit_c.h"
#include "compile/runtime_files.h"
#include "compile/two_cores.h"
#include "run/sampling.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

struct Options {
    ModelOption model;
    std::string output, name, target = "c99", ram;
    bool single_file = false;
    int cores = 1;
};

std::string sampling_initializer(const quillet_sampling& sampling) {
    auto number = [](uint32_t value) { return std::to_string(value) + "u"; };
    return number(sampling.inverse_temperature) + ", " + number(sampling.min_p_gap) + ", " +
           number(sampling.top_k) + ", " + number(sampling.top_p);
}

EmitOptions emit_options(const Options& options, const Plan& plan, const std::string& hash) {
    std::string file = options.model.file(), base = fs::path(file).filename().string();
    SamplingSettings settings = sampling_settings(plan.metadata, file);
    EmitOptions emit;
    emit.command = "quillet compile " + base;
    if (options.target != "c99") emit.command += " --target " + options.target;
    if (!options.ram.empty()) emit.command += " --ram " + options.ram;
    if (options.cores == 2) emit.command += " --cores 2";
    if (options.single_file) emit.command += " --single-file";
    emit.origin = base + ", SHA-256 " + hash.substr(0, 16);
    emit.version = version();
    emit.sampling = sampling_initializer(settings.integers());
    emit.sampling_text = settings.text();
    emit.max_length = settings.max_length;
    emit.single_file = options.single_file;
    emit.cores = options.cores;
    emit.target = *find_target(options.target);
    if (options.cores == 2) emit.target.code_bytes += kStepPartBytes;
    emit.runtime = runtime_files(plan, options.cores);
    return emit;
}

void check_cores(const Options& options) {
    if (options.cores == 2 && options.target != "rp2040" && options.target != "c99")
        throw Error("--cores", "2 is for the targets c99 and rp2040, not " + options.target);
}

// "230K" is 230 * 1024 bytes; "1M" and a bare number of bytes likewise.
int64_t bytes_of(const std::string& text) {
    size_t used = 0;
    int64_t number = 0;
    try {
        number = std::stoll(text, &used);
    } catch (const std::exception&) {
        used = 0;
    }
    const std::string unit = text.substr(used);
    const int shift = unit.empty() ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : -1;
    if (used == 0 || number <= 0 || number > 1 << 30 || shift < 0)
        throw Error("--ram", "is " + text + "; expected bytes, as 230K");
    return number << shift;
}

// Weights to RAM, where the target's RAM is the faster.
void place(Plan& plan, const Options& options, const TargetRow& target) {
    if (!target.resident.empty())
        place_weights(plan, target, options.ram.empty() ? target.ram_bytes : bytes_of(options.ram));
    else if (!options.ram.empty())
        throw Error("--ram", "has no meaning for target " + target.name);
}

int run(Options options) {
    fs::path output = options.output;
    bool names_file = output.extension() == ".c";
    options.single_file = options.single_file || names_file;
    check_cores(options);
    std::string hash;
    const TargetRow& target = *find_target(options.target);
    Plan plan = options.model.plan(&hash, target.target);
    if (names_file) plan.name = identifier_of(output.stem().string());
    if (!options.name.empty()) plan.name = identifier_of(options.name);
    place(plan, options, target);
    EmitOptions emit = emit_options(options, plan, hash);
    Sources sources = emit_c(plan, emit);
    if (output.empty()) output = plan.name;
    std::vector<std::string> outputs;
    for (const auto& [name, text] : sources)
        outputs.push_back(names_file ? output.string() : (output / name).string());
    require_outputs(outputs, {options.model.file()});
    if (names_file)
        write_file(output, sources.begin()->second);
    else
        write_files(output, sources);
    std::fprintf(stderr, "%s, for %s\n%s", output.c_str(), target.name.c_str(),
                 to_text(cost_report_of(plan, emit.target), emit.target).c_str());
    if (options.cores == 2 && !target.costs.empty())
        std::fputs("cycles are those of one core; two were not estimated\n", stderr);
    return 0;
}

}  // namespace

Run set_up_compile(CLI::App& command) {
    auto options = std::make_shared<Options>();
    std::vector<std::string> names;
    for (const TargetRow& row : targets()) names.push_back(row.name);
    options->model.add_to(command);
    command.add_option(
        "-o,--output", options->output,
        "Folder for the C files, the model's name unless given; or a file NAME.c for all in one");
    command.add_option("--name", options->name,
                       "C name of the model; made from the file's name unless given");
    command.add_option("--target", options->target, "What it is for")
        ->check(CLI::IsMember(names))
        ->capture_default_str();
    command.add_option("--ram", options->ram,
                       "RAM for everything, weights as far as they fit, as 230K (rp2040)");
    command
        .add_option("--cores", options->cores,
                    "2: also a step that two cores share (integer models; c99, rp2040)")
        ->check(CLI::IsMember({1, 2}))
        ->capture_default_str();
    command.add_flag("--single-file", options->single_file,
                     "Model, runtime and program in one C file");
    return [options] { return run(*options); };
}

}  // namespace quillet
