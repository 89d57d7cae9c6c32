// A runtime that is another program: a job file in, JSON lines out (docs/FORMATS.md).
// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/resources.h"
#include "verify/runtime.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr int kCannot = 77;  // the exit status of a runner that cannot run this model, and says why

class ExternalRuntime : public Runtime {
  public:
    ExternalRuntime(std::vector<std::string> command, fs::path model, fs::path folder,
                    double silence)
        : command_(std::move(command)),
          model_(std::move(model)),
          folder_(std::move(folder)),
          silence_(silence) {}

    Results run(const Jobs& jobs, const CountLines& count_line) override {
        fs::path file = folder_ / ("jobs" + std::to_string(++runs_) + ".json");
        write_file(file, job_file(jobs));
        std::vector<std::string> command = command_;
        command.push_back(model_.string());
        command.push_back(file.string());
        Answers answers(jobs, command_.back());
        ProcessEnd end = run_process(
            command,
            [&](std::string_view line) {
                answers.take(line);
                count_line();
            },
            silence_);
        if (end.status == kCannot) throw Unavailable(end.message);
        if (end.status != 0)
            throw Error(command_.back(),
                        "ended with status " + std::to_string(end.status) + ": " + end.message);
        return answers.finish();
    }

  private:
    std::vector<std::string> command_;
    fs::path model_;
    fs::path folder_;
    double silence_;
    int runs_ = 0;
};

}  // namespace

std::unique_ptr<Runtime> external_runtime(std::vector<std::string> command, fs::path model,
                                          fs::path folder, double silence) {
    return std::make_unique<ExternalRuntime>(std::move(command), std::move(model),
                                             std::move(folder), silence);
}

std::vector<std::string> python_with(const std::string& package) {
    const std::string check =
        "import importlib.util as u, sys; sys.exit(u.find_spec('" + package + "') is None)";
    for (const char* python : {"python3", "/usr/bin/python3"}) {
        if (status_of({python, "-c", check}) != 0) continue;
        fs::path port = find_resource("ports/python/quillet/jobs.py") / "ports" / "python";
        return {"env",
                "OPENBLAS_NUM_THREADS=1",
                "OMP_NUM_THREADS=1",
                "PYTHONDONTWRITEBYTECODE=1",
                "PYTHONPATH=" + port.string(),
                python,
                "-m",
                "quillet.jobs"};
    }
    return {};
}

}  // namespace quillet
