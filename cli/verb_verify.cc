// quillet verify: one table of every runtime and whether it writes the same.
// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/temporary_folder.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "verify/network.h"
#include "verify/verify.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr int kDiffers = 1, kNotRun = 2;        // exit statuses
const std::vector<std::string> kAll = {"all"};  // of --runtimes

struct VerifyArguments {
    ModelOption model;
    VerifyOptions verify;
    std::vector<std::string> settings, runtimes;
    std::string keep;
    double time_limit = 600;
    bool json = false, list = false;
    NetworkOptions network;
    std::vector<Option*> of_texts, of_networks;  // that only the one kind of model has
};

// The folder to keep.
fs::path made(const std::string& keep) {
    std::error_code code;
    fs::create_directories(keep, code);
    if (code) throw Error(keep, "cannot be made: " + code.message());
    return keep;
}

// The path from which other runtimes read the model: its file, or a copy in `folder` where the graph was
// changed or the file is a pipe, which can be read only once.
fs::path file_for(const ModelOption& model, const Graph& graph, bool changed,
                  const fs::path& folder) {
    if (!changed && fs::is_regular_file(model.file())) return model.file();
    require_output((folder / "model.onnx").string(), {model.file()});
    write_file(folder / "model.onnx", write_onnx(graph));
    return folder / "model.onnx";
}

/// the table ///

std::string counted(uint64_t n, const char* one) {
    return std::to_string(n) + " " + one + (n == 1 ? "" : "s");
}

std::string verdict_of(const RuntimeReport& row) {
    if (!row.absent.empty()) return "not run";
    if (!row.failure.empty()) return "FAILED";
    if (row.difference) return "DIFFERENT";
    if (row.rounding > 0) return "same but for " + counted(row.rounding, "line") + " by rounding";
    return row.exact ? "same to the bit" : "same";
}

// What there is to say below the table; empty where the row says it all.
std::string note_of(const RuntimeReport& row) {
    if (!row.absent.empty()) return row.absent;
    if (!row.failure.empty()) return row.failure;
    if (!row.difference) return "";
    const Difference& d = *row.difference;
    std::string place =
        d.character == 0 ? "the prompt" : "character " + std::to_string(d.character);
    return d.setting + ", seed " + std::to_string(d.seed) + ": line " + std::to_string(d.line) +
           ", " + place + " (step " + std::to_string(d.step) + "): " + d.tensor + "[" +
           std::to_string(d.index) + "] is " + d.found + "; the plan has " + d.expected;
}

void print_table(const VerifyReport& report, const std::string& file, size_t settings) {
    char line[256];
    std::snprintf(line, sizeof line, ": %" PRIu64 " lines over %zu settings\n", report.lines,
                  settings);
    print(file + line);
    std::snprintf(line, sizeof line, "%-17s %9s %11s %12s %14s  %s\n", "runtime", "lines",
                  "characters", "characters/s", "largest error", "text");
    print(line);
    for (const RuntimeReport& row : report.runtimes) {
        std::string figures(51, ' ');
        if (row.lines > 0) {
            std::snprintf(line, sizeof line, "%9" PRIu64 " %11" PRIu64 " %12.0f %14.1e ", row.lines,
                          row.characters, row.chars_per_s, row.largest_difference);
            figures = line;
            if (row.exact) figures.replace(figures.size() - 9, 9, "        0 ");
            if (row.chars_per_s == 0) figures.replace(22, 12, "           -");  // not timed
        }
        std::snprintf(line, sizeof line, "%-17s ", row.name.c_str());
        print(line + figures + " " + verdict_of(row) + "\n");
    }
    if (report.runtimes.size() > 1)
        print(
            "characters/s: C is compiled with -O2 for any such processor; -O3 -march=native is "
            "faster\n");
    for (const RuntimeReport& row : report.runtimes)
        if (std::string note = note_of(row); !note.empty()) print(row.name + ": " + note + "\n");
}

nlohmann::ordered_json difference_json(const Difference& d) {
    return {{"setting", d.setting},     {"seed", d.seed},         {"line", d.line},
            {"character", d.character}, {"step", d.step},         {"tensor", d.tensor},
            {"index", d.index},         {"expected", d.expected}, {"found", d.found}};
}

// Runtimes that ran, and those that are not there.
nlohmann::ordered_json json_of(const VerifyReport& report) {
    auto ran = nlohmann::ordered_json::array(), absent = nlohmann::ordered_json::array();
    for (const RuntimeReport& row : report.runtimes) {
        if (!row.absent.empty()) {
            absent.push_back({{"name", row.name}, {"why", row.absent}});
            continue;
        }
        nlohmann::ordered_json entry = {{"name", row.name},
                                        {"same", row.same()},
                                        {"exact", row.exact},
                                        {"lines", row.lines},
                                        {"characters", row.characters},
                                        {"rounding", row.rounding},
                                        {"largest_error", row.largest_difference},
                                        {"chars_per_s", row.chars_per_s}};
        if (!row.failure.empty()) entry["failure"] = row.failure;
        if (row.difference) entry["difference"] = difference_json(*row.difference);
        ran.push_back(entry);
    }
    return {
        {"same", report.same()}, {"lines", report.lines}, {"runtimes", ran}, {"absent", absent}};
}

/// the list ///

// A row of --list --json: how an instruction set's programs are built and run stands in it.
nlohmann::ordered_json list_entry(const RuntimeRow& row, const Candidate& candidate) {
    nlohmann::ordered_json entry = {{"name", row.name}, {"description", row.description}};
    if (!candidate.absent.empty()) entry["absent"] = candidate.absent;
    if (row.set)
        entry["instruction_set"] = {
            {"about", row.set->about},       {"compile", compile_command(*row.set)},
            {"flags", row.set->flags},       {"emulator", row.set->emulator},
            {"packages", row.set->packages}, {"ram_bytes", row.set->ram_bytes}};
    return entry;
}

// What there is to hold the model to, and what of it can be had here.
void list_runtimes(const ModelUnderTest& subject, bool json) {
    auto entries = nlohmann::ordered_json::array();
    char line[160];
    if (!json) {
        std::snprintf(line, sizeof line, "%-9s %-78s ", "RUNTIME", "WHAT IT IS");
        print(line + std::string("FOR THIS MODEL\n"));
    }
    for (const RuntimeRow& row : runtimes()) {
        const Candidate candidate = row.open(subject);
        if (json) {
            entries.push_back(list_entry(row, candidate));
            continue;
        }
        std::snprintf(line, sizeof line, "%-9s %-78s ", row.name.c_str(), row.description.c_str());
        print(line + (candidate.absent.empty() ? "here" : candidate.absent) + "\n");
    }
    if (json) print(json_text(entries) + "\n");
}

/// progress ///

// On stderr: one line on a terminal that says how far which runtime is, elsewhere a line as each ends.
class Progress {
  public:
    void show(const std::string& runtime, uint64_t line, uint64_t lines) {
        if (!terminal_ || (line % 50 != 0 && runtime == runtime_)) return;
        runtime_ = runtime;
        std::fprintf(stderr, "\r\x1b[K%s: line %" PRIu64 " of %" PRIu64, runtime.c_str(),
                     std::min(line, lines), lines);
        std::fflush(stderr);
    }
    void end(const RuntimeReport& row) {
        const double seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
        begun_ = Clock::now();
        if (terminal_) return;
        std::fprintf(stderr, "%s: %s, %" PRIu64 " lines, %.1f s\n", row.name.c_str(),
                     verdict_of(row).c_str(), row.lines, seconds);
        std::fflush(stderr);
    }
    void clear() {
        if (terminal_) std::fprintf(stderr, "\r\x1b[K");
    }

  private:
    using Clock = std::chrono::steady_clock;

    Clock::time_point begun_ = Clock::now();
    bool terminal_ = ::isatty(STDERR_FILENO) != 0;
    std::string runtime_;
};

/// networks ///

// Throws Error where one of `given` was, which are for the other kind of model.
void refuse(const std::vector<Option*>& given, const std::string& kind, const std::string& file,
            const std::string& is) {
    for (const Option* option : given)
        if (option->count() > 0)
            throw Error(option->name(), "is for " + kind + "; " + file + " is " + is);
}

std::string verdict_of(const NetworkRow& row) {
    return !row.absent.empty()    ? "not run"
           : !row.failure.empty() ? "FAILED"
           : row.departure        ? "DIFFERENT"
                                  : "same";
}

void print_table(const NetworkReport& report, const VerifyArguments& options) {
    char line[256];
    std::snprintf(
        line, sizeof line, ": %zu nodes, inputs %s\n%-17s %7s %14s %12s  %s\n", report.nodes,
        options.network.inputs.empty() ? "drawn at random" : options.network.inputs.c_str(),
        "runtime", "values", "largest error", "in ULP",
        "each node against the reference in double");
    print(options.model.file() + line);
    for (const NetworkRow& row : report.rows) {
        std::snprintf(line, sizeof line, "%-17s %7zu %14.1e %12.1f  %s\n", row.runtime.c_str(),
                      row.values, row.largest, row.largest_ulp, verdict_of(row).c_str());
        print(line);
    }
    for (const NetworkRow& row : report.rows) {
        if (const std::string& why = row.absent + row.failure; !why.empty())
            print(row.runtime + ": " + why + "\n");
        if (!row.departure) continue;
        const Departure& d = *row.departure;
        std::snprintf(line, sizeof line, "[%lld] is %.9g; its inputs give %.9g\n",
                      static_cast<long long>(d.element), d.found, d.expected);
        print(row.runtime + ": " + d.node + " departs first: '" + d.value + "'" + line);
    }
}

nlohmann::ordered_json json_of(const NetworkReport& report) {
    auto ran = nlohmann::ordered_json::array(), absent = nlohmann::ordered_json::array();
    for (const NetworkRow& row : report.rows) {
        if (!row.absent.empty()) {
            absent.push_back({{"name", row.runtime}, {"why", row.absent}});
            continue;
        }
        nlohmann::ordered_json entry = {{"name", row.runtime},
                                        {"same", row.same()},
                                        {"values", row.values},
                                        {"largest_error", row.largest},
                                        {"largest_ulp", row.largest_ulp}};
        if (!row.failure.empty()) entry["failure"] = row.failure;
        if (const auto& d = row.departure)
            entry["departure"] = {{"node", d->node},
                                  {"value", d->value},
                                  {"element", d->element},
                                  {"found", d->found},
                                  {"expected", d->expected}};
        ran.push_back(entry);
    }
    return {
        {"same", report.same()}, {"nodes", report.nodes}, {"runtimes", ran}, {"absent", absent}};
}

// The exit status of `rows`, of which all that ran are the `same` or not. Who `named` runtimes wants an
// answer about each.
template <class Row, class Differs>
int status_of(const std::vector<Row>& rows, bool same, bool named, Differs differs) {
    if (std::any_of(rows.begin(), rows.end(), differs)) return kDiffers;
    const bool absent =
        std::any_of(rows.begin(), rows.end(), [](const Row& row) { return !row.absent.empty(); });
    return !same || (absent && named) ? kNotRun : 0;
}

// A graph that is no character model: value by value.
int run_network(VerifyArguments& options, const Graph& graph, const fs::path& folder) {
    const std::string& file = options.model.file();
    refuse(options.of_texts, "text models", file,
           options.model.network ? "taken for a network (--network)" : "a network");
    NetworkOptions& network = options.network;
    network.folder = folder;
    network.seed = options.verify.seed;
    if (options.runtimes != kAll) network.runtimes = options.runtimes;
    const std::vector<std::string> known = network_runtimes();
    for (const std::string& name : network.runtimes)
        if (std::find(known.begin(), known.end(), name) == known.end())
            throw Error("--runtimes",
                        "'" + name + "' runs no networks; " + joined(known, ", ") + " do");
    const NetworkReport report = verify_network(graph, file, network);
    if (options.json)
        print(json_text(json_of(report)) + "\n");
    else
        print_table(report, options);
    return status_of(report.rows, report.same(), !network.runtimes.empty(),
                     [](const NetworkRow& row) { return row.departure.has_value(); });
}

int run(VerifyArguments& options) {
    if (!options.settings.empty()) {
        options.verify.settings.clear();
        for (const std::string& text : options.settings)
            options.verify.settings.push_back(setting_from(text));
    }
    std::optional<TemporaryFolder> temporary;
    if (options.keep.empty()) temporary.emplace();
    const fs::path folder = temporary ? temporary->path() : made(options.keep);
    Graph graph = options.model.graph();
    if (options.model.is_network(graph)) {
        if (options.list)
            throw Error("--list", "lists the runtimes of text models; " + options.model.file() +
                                      " is a network");
        return run_network(options, graph, folder);
    }
    refuse(options.of_networks, "networks", options.model.file(), "a text model");
    const Plan plan = options.model.plan_of(graph);
    const bool changed =
        make_comparable(graph, options.model.file()) || !options.model.alphabet.empty();
    const ModelUnderTest subject{graph, plan, file_for(options.model, graph, changed, folder),
                                 folder, options.time_limit};
    if (options.list) {
        list_runtimes(subject, options.json);
        return 0;
    }
    Progress progress;
    VerifyReport report = verify(
        subject, open_runtimes(options.runtimes, subject, "--runtimes"), options.verify,
        [&](const auto& name, uint64_t line, uint64_t lines) { progress.show(name, line, lines); },
        [&](const RuntimeReport& row) { progress.end(row); });
    progress.clear();
    if (options.json)
        print(json_text(json_of(report)) + "\n");
    else
        print_table(report, options.model.file(), options.verify.settings.size());
    const bool named = !options.runtimes.empty() && options.runtimes != kAll;
    return status_of(report.runtimes, report.same(), named,
                     [](const RuntimeReport& row) { return row.difference.has_value(); });
}

}  // namespace

Run set_up_verify(Command& command) {
    auto options = std::make_shared<VerifyArguments>();
    options->model.add_to(command);
    options->model.add_network_options(command);
    auto of_networks = [&](Option* option) {
        options->of_networks.push_back(option);
        return option;
    };
    auto of_texts = [&](Option* option) {
        options->of_texts.push_back(option);
        return option;
    };
    of_networks(
        command.add_option("--inputs", options->network.inputs,
                           "Folder with input_0.pb … in ONNX's test layout, for a graph that is no "
                           "character model; "
                           "else random by --seed"))
        ->check(existing_folder());
    of_networks(command.add_option(
        "--trace", options->network.trace,
        "Save the first node that departs, with its inputs and what they give, in this folder "
        "(a graph that is no character model)"));
    of_networks(command.add_option("--c", options->network.foreign_c,
                                   "Also compare a C function of another compiler's: a file with "
                                   "void entry(inputs…, outputs…)"))
        ->check(existing_file());
    of_networks(command.add_option("--entry", options->network.foreign_entry, "Its name"))
        ->shows_default();
    of_texts(command.add_option("--lines", options->verify.lines, "Lines over each setting"))
        ->check(whole_between(1, 10000000))
        ->shows_default();
    of_texts(command.add_option(
                 "--settings", options->settings,
                 "Such as temperature=0.7,min_p=0.05,top_k=5,top_p=0.9,prompt=Love (prompt=? draws "
                 "prompts); give the option again for another; twelve settings without it"))
        ->value_name("SETTING")
        ->one_at_a_time();
    command.add_option("--seed", options->verify.seed, "The first of the seeds")->shows_default();
    of_texts(command.add_option("--max-length", options->verify.max_length,
                                "Characters a line at most, the prompt included"))
        ->check(whole_between(1, 1000000))
        ->shows_default();
    of_texts(
        command.add_option("--slow-lines", options->verify.slow_lines,
                           "Lines over all settings together, of runtimes that are slow (rp2040, "
                           "sh4, rv32i, avr)"))
        ->check(whole_between(1, 10000000))
        ->shows_default();
    command
        .add_option(
            "--runtimes", options->runtimes,
            "Some of " + names_of_runtimes() +
                "; all: every one that is here; unless given, all but the instruction sets, "
                "which are emulated. Of a network: " +
                joined(network_runtimes(), ", "))
        ->separated_by(',');
    of_texts(command.add_option("--time-limit", options->time_limit,
                                "Seconds that a runtime may print nothing before it is ended"))
        ->check(between(0.1, 1e6))
        ->shows_default();
    command.add_option("--keep", options->keep,
                       "Keep the generated C and the job files in this folder");
    command.add_flag("--list", options->list,
                     "Only list the runtimes, and what of them is here for this model");
    command.add_flag("--json", options->json,
                     "One JSON object: same, lines, runtimes; of --list an array");
    return [options] { return run(*options); };
}

}  // namespace quillet
