// The table of runtimes, and how each is found.
// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "base/error.h"
#include "base/home.h"
#include "verify/process.h"
#include "verify/runtime.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

Candidate open_plan(const Subject& subject) {
    return {"plan", false, plan_runtime(subject.plan), ""};
}

// The C compiler: $CC, else cc; empty when there is none.
std::string c_compiler() {
    const char* chosen = std::getenv("CC");
    std::string compiler = chosen && *chosen ? chosen : "cc";
    bool found = run_process({compiler, "--version"}, [](std::string_view) {}).status == 0;
    return found ? compiler : "";
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

Candidate open_compiled(const Subject& subject) {
    Candidate candidate{"compiled C", true, nullptr, ""};
    std::string compiler = c_compiler();
    if (compiler.empty())
        candidate.absent = "no C compiler: install gcc or clang, or set CC";
    else
        candidate.runtime =
            std::make_unique<DeferredRuntime>([=] { return compiled_runtime(subject, compiler); });
    return candidate;
}

Candidate open_node(const Subject& subject) {
    Candidate candidate{"onnxruntime-node", false, nullptr, ""};
    fs::path twin = home_with("twins/js/jobs.js") / "twins" / "js";
    if (run_process({"node", "--version"}, [](std::string_view) {}).status != 0)
        candidate.absent = "no node: install Node.js 18 or newer";
    else if (std::error_code code; !fs::exists(twin / "node_modules" / "onnxruntime-node", code))
        candidate.absent = "no onnxruntime-node: run npm ci --ignore-scripts in " + twin.string();
    else
        candidate.runtime =
            external_runtime({"node", (twin / "jobs.js").string()}, subject.path, subject.folder);
    return candidate;
}

Candidate open_python(const Subject& subject) {
    Candidate candidate{"Python twin", false, nullptr, ""};
    std::vector<std::string> command = python_with("numpy");
    if (command.empty())
        candidate.absent = "no Python with numpy: install python3-numpy";
    else
        candidate.runtime = external_runtime(command, subject.path, subject.folder);
    return candidate;
}

Candidate open_torch(const Subject& subject) {
    Candidate candidate{"PyTorch", false, nullptr, ""};
    std::vector<std::string> command = python_with("torch");
    if (command.empty()) {
        candidate.absent = "no Python with torch: install python3-torch";
    } else {
        command.push_back("--torch");
        candidate.runtime = external_runtime(command, subject.path, subject.folder);
    }
    return candidate;
}

constexpr RuntimeRow kRuntimes[] = {
    {"plan", "the compiler's plan, run in this program", open_plan},
    {"c", "the plan printed as C, built and run", open_compiled},
    {"node", "the ONNX file in onnxruntime-node, under the JavaScript twin", open_node},
    {"python", "the ONNX file in the Python twin, by numpy", open_python},
    {"torch", "the ONNX file's weights in PyTorch's nn.GRU and nn.LSTM, under the Python twin",
     open_torch},
};

}  // namespace

std::span<const RuntimeRow> runtimes() {
    return kRuntimes;
}

}  // namespace quillet
