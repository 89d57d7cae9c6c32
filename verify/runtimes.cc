// The table of runtimes, and how each is found.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/resources.h"
#include "cells/recurrent_model.h"
#include "compile/emit_c.h"
#include "integer/integer_model.h"
#include "verify/runtime.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

Candidate open_plan(const ModelUnderTest& subject) {
    return {"plan", false, plan_runtime(subject.plan), ""};
}

// What `program --version` ends with, or kNotFound, or kHangs.
int version_status(const std::string& program, const ModelUnderTest& subject) {
    return status_of({program, "--version"}, std::min(kPatience, subject.silence));
}

bool runs(const std::string& program, const ModelUnderTest& subject) {
    return version_status(program, subject) == 0;
}

// A runtime that is made when it is first asked, so that what goes wrong then is its own failure.
class DeferredRuntime : public Runtime {
  public:
    explicit DeferredRuntime(std::function<std::unique_ptr<Runtime>()> make)
        : make_(std::move(make)) {}

    Results run(const Jobs& jobs, const CountLines& count_line) override {
        if (!runtime_) runtime_ = make_();
        return runtime_->run(jobs, count_line);
    }

  private:
    std::function<std::unique_ptr<Runtime>()> make_;
    std::unique_ptr<Runtime> runtime_;
};

Candidate open_compiled(const ModelUnderTest& subject) {
    Candidate candidate{"compiled C", true, nullptr, ""};
    const std::string compiler = chosen_c_compiler();
    if (!runs(compiler, subject))
        candidate.absent = std::getenv("CC")
                               ? std::string("CC is '") + std::getenv("CC") +
                                     "', which does not run; unset it or name a C compiler"
                               : "no C compiler: install gcc or clang, or set CC";
    else
        candidate.runtime =
            std::make_unique<DeferredRuntime>([=] { return compiled_runtime(subject, compiler); });
    return candidate;
}

constexpr const char* kNoNode = "no node: install Node.js 18 or newer";
constexpr const char* kFloat = "for integer models only (quillet quantize)";

fs::path js_port() {
    return find_resource("ports/js/jobs.js") / "ports" / "js";
}

// Why ONNX Runtime cannot be had under Node; empty where it can.
std::string why_no_onnxruntime(const ModelUnderTest& subject) {
    std::error_code code;
    if (!runs("node", subject)) return kNoNode;
    if (fs::exists(js_port() / "node_modules" / "onnxruntime-node", code)) return "";
    return "no onnxruntime-node: run npm ci --ignore-scripts in " + js_port().string();
}

Candidate open_node(const ModelUnderTest& subject) {
    Candidate candidate{"onnxruntime-node", false, nullptr, why_no_onnxruntime(subject)};
    if (candidate.absent.empty())
        candidate.runtime = external_runtime({"node", (js_port() / "jobs.js").string()},
                                             subject.path, subject.folder, subject.silence);
    return candidate;
}

Candidate open_writer(const ModelUnderTest& subject) {
    Candidate candidate{"node, one run", true, nullptr, why_no_onnxruntime(subject)};
    candidate.texts_only = true;
    if (!is_integer(subject.graph)) candidate.absent = kFloat;
    if (!candidate.absent.empty()) return candidate;
    const fs::path file = subject.folder / "writer.onnx";
    const IntegerModel model = integer_model_from(subject.graph, subject.path.string());
    write_file(file, write_onnx(to_writer_graph(model)));
    candidate.runtime = external_runtime({"node", (js_port() / "jobs.js").string(), "--writer"},
                                         file, subject.folder, subject.silence);
    return candidate;
}

Candidate open_js(const ModelUnderTest& subject) {
    Candidate candidate{"JavaScript port", true, nullptr, ""};
    if (!is_integer(subject.graph)) {
        candidate.absent = kFloat;
    } else if (!runs("node", subject)) {
        candidate.absent = kNoNode;
    } else {
        candidate.runtime = external_runtime({"node", (js_port() / "jobs.js").string(), "--plain"},
                                             subject.path, subject.folder, subject.silence);
    }
    return candidate;
}

Candidate open_rp2040(const ModelUnderTest& subject) {
    Candidate candidate{"emulated RP2040", true, nullptr, ""};
    candidate.texts_only = candidate.slow = true;
    const fs::path emulator = find_resource("emulator/run.mjs") / "emulator" / "run.mjs";
    std::error_code code;
    if (!is_integer(subject.graph)) {
        candidate.absent =
            "float models take minutes a line there; quillet quantize makes integer ones";
    } else if (!runs("arm-none-eabi-gcc", subject)) {
        candidate.absent = "no arm-none-eabi-gcc: install gcc-arm-none-eabi";
    } else if (!runs("node", subject)) {
        candidate.absent = kNoNode;
    } else if (!fs::exists(emulator.parent_path() / "node_modules" / "rp2040js", code)) {
        candidate.absent =
            "no rp2040js: run npm ci --ignore-scripts in " + emulator.parent_path().string();
    } else {
        candidate.runtime =
            std::make_unique<DeferredRuntime>([=] { return emulated_runtime(subject, emulator); });
    }
    return candidate;
}

Candidate open_python(const ModelUnderTest& subject) {
    Candidate candidate{"Python port", false, nullptr, ""};
    std::vector<std::string> command = python_with("numpy");
    if (command.empty())
        candidate.absent = "no Python with numpy: install python3-numpy";
    else
        candidate.runtime =
            external_runtime(command, subject.path, subject.folder, subject.silence);
    return candidate;
}

// What lies between the layers that PyTorch's row would be rebuilt from; empty where nothing does.
std::string why_no_layers(const ModelUnderTest& subject) {
    try {
        const std::string where = subject.path.string();
        if (recurrent_model_from(subject.graph, where).is_stack()) return "";
        return "layers of several kinds or sizes, or a residual between them, are not one of "
               "PyTorch's "
               "modules";
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
}

Candidate open_torch(const ModelUnderTest& subject) {
    Candidate candidate{"PyTorch", false, nullptr, ""};
    if (is_integer(subject.graph)) {
        candidate.absent = "for float models only";
        return candidate;
    }
    std::vector<std::string> command = python_with("torch");
    if (command.empty()) {
        candidate.absent = "no Python with torch: install python3-torch";
    } else if (std::string why = why_no_layers(subject); !why.empty()) {
        candidate.absent = "not rebuilt from layers of PyTorch's: " + why;
    } else {
        command.push_back("--torch");
        candidate.runtime =
            external_runtime(command, subject.path, subject.folder, subject.silence);
    }
    return candidate;
}

// Whether there is such a program, whatever it makes of --version: simavr knows no such option.
bool is_there(const std::string& program, const ModelUnderTest& subject) {
    const int status = version_status(program, subject);
    return status != kNotFound && status != kHangs;
}

Candidate open_foreign(const ModelUnderTest& subject, const InstructionSet& set) {
    const bool qemu = set.emulator.front().starts_with("qemu-");
    Candidate candidate{set.name + (qemu ? " (QEMU)" : " (" + set.emulator.front() + ")"), true,
                        nullptr, ""};
    candidate.texts_only = true;
    candidate.slow = set.slow;
    if (!is_integer(subject.graph)) {
        candidate.absent = kFloat;
        return candidate;
    }
    const Cost cost = cost_of(subject.plan);
    candidate.absent =
        why_no_room(set, cost.weights + cost.states + cost.scratch + cost.logits, cost.weights);
    for (const std::string& program : {set.compiler, set.emulator.front()})
        if (candidate.absent.empty() && !is_there(program, subject))
            candidate.absent = "no " + program + ": apt-get install " + set.packages;
    if (candidate.absent.empty())
        candidate.runtime =
            std::make_unique<DeferredRuntime>([=, &set] { return foreign_runtime(subject, set); });
    return candidate;
}

std::vector<RuntimeRow> all_runtimes() {
    std::vector<RuntimeRow> rows = {
        {"plan", "the compiler's plan, run in this program", open_plan},
        {"c", "the plan printed as C, built and run", open_compiled},
        {"node", "the ONNX file in onnxruntime-node, under the JavaScript port", open_node},
        {"writer", "the ONNX form with sampler and generator inside, one run a character",
         open_writer},
        {"js", "integer cells in plain JavaScript", open_js},
        {"python", "the ONNX file in the Python port, by numpy", open_python},
        {"rp2040", "the plan's C on an emulated RP2040", open_rp2040},
        {"torch",
         "the ONNX file's weights in PyTorch's nn.GRU, nn.LSTM and nn.RNN, under the Python port",
         open_torch},
    };
    for (const InstructionSet& set : instruction_sets())
        rows.push_back(
            {set.name, "the plan's C, emulated: " + set.about,
             [&set](const ModelUnderTest& subject) { return open_foreign(subject, set); }, &set});
    return rows;
}

}  // namespace

std::span<const RuntimeRow> runtimes() {
    static const std::vector<RuntimeRow> rows = all_runtimes();
    return rows;
}

std::string names_of_runtimes() {
    std::string names;
    for (const RuntimeRow& row : runtimes()) names += (names.empty() ? "" : ", ") + row.name;
    return names;
}

std::vector<Candidate> open_runtimes(const std::vector<std::string>& names,
                                     const ModelUnderTest& subject, const std::string& where) {
    const bool all = names == std::vector<std::string>{"all"};
    for (const std::string& name : names)
        if (!all && std::none_of(runtimes().begin(), runtimes().end(),
                                 [&](const RuntimeRow& row) { return row.name == name; }))
            throw Error(where, "'" + name + "' is none of " + names_of_runtimes());
    std::vector<Candidate> candidates;
    for (const RuntimeRow& row : runtimes())
        if (all || (names.empty() ? !row.set
                                  : std::find(names.begin(), names.end(), row.name) != names.end()))
            candidates.push_back(row.open(subject));
    return candidates;
}

}  // namespace quillet
