// The plan printed as C, built for another instruction set and run under QEMU's user mode.
// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "compile/emit_c.h"
#include "compile/runtime_files.h"
#include "verify/process.h"
#include "verify/runtime.h"
#include "verify/text_program.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBoard = R"(#include <stdio.h>
#define quillet_put(text) fputs(text, stdout)
#define quillet_put_number(number) printf("%lu", (unsigned long)(number))
#define QUILLET_MEASURE_BEGIN() (void)0
#define QUILLET_MEASURE_END() (void)0
)";

class ForeignRuntime : public Runtime {
  public:
    ForeignRuntime(const ModelUnderTest& subject, const InstructionSet& set)
        : set_(set),
          plan_(subject.plan),
          folder_(subject.folder / set.name),
          silence_(subject.silence) {
        EmitOptions options;
        options.command = "quillet verify";
        options.origin = subject.path.filename().string();
        options.version = version();
        options.sampling = "0, 0, 0, 0";
        options.target = row_of(Target::c99);
        options.runtime = runtime_files(plan_);
        sources_ = emit_c(plan_, options);
    }

    Results run(const Jobs& jobs, const CountLines& count_line) override {
        sources_["main.c"] = text_program(plan_, jobs.texts, kBoard);
        std::vector<std::string> command = set_.emulator;
        command.push_back(build().string());
        Results results;
        results.texts.resize(jobs.texts.size());
        size_t job = 0;
        const ProcessEnd end = run_process(
            command,
            [&](std::string_view text) {
                while (job < jobs.texts.size() &&
                       results.texts[job].lines.size() == jobs.texts[job].count)
                    job++;
                if (job == jobs.texts.size()) throw Error(set_.name, "printed too many lines");
                take(printed_line(std::string(text), set_.name), jobs.texts[job],
                     results.texts[job]);
                count_line();
            },
            silence_);
        if (end.status != 0)
            throw Error(command.back(),
                        "ended with " + std::to_string(end.status) + ": " + end.message);
        for (size_t i = 0; i < jobs.texts.size(); i++)
            if (results.texts[i].lines.size() != jobs.texts[i].count)
                throw Error(set_.name, "printed too few lines");
        return results;
    }

  private:
    static void take(Line line, const TextJob& job, TextResult& result) {
        const size_t length = job.prompt.size() + line.tokens.size();
        result.steps += length + (length < job.max_length);
        result.lines.push_back(std::move(line));
    }

    fs::path build() const {
        const fs::path program = folder_ / "model";
        std::vector<std::string> command = {
            set_.compiler,           "-std=gnu99", "-O2",           "-ffp-contract=off",
            "-I" + folder_.string(), "-o",         program.string()};
        for (const auto& [name, text] : sources_) {
            write_file(folder_ / name, text);
            if (name.ends_with(".c")) command.push_back((folder_ / name).string());
        }
        command.insert(command.end(), set_.flags.begin(), set_.flags.end());
        command.push_back("-lm");
        const ProcessEnd end = run_process(command, [](std::string_view) {});
        if (end.status != 0)
            throw Error(folder_.string(), set_.compiler + " does not build it: " + end.message);
        return program;
    }

    const InstructionSet& set_;
    const Plan& plan_;
    fs::path folder_;
    double silence_;
    Sources sources_;
};

}  // namespace

const std::vector<InstructionSet>& instruction_sets() {
    static const std::vector<InstructionSet> sets = {
        {"armel", "arm-linux-gnueabi-gcc", {"qemu-arm"}},
        {"armhf", "arm-linux-gnueabihf-gcc", {"qemu-arm"}},
        {"arm64", "aarch64-linux-gnu-gcc", {"qemu-aarch64"}},
        {"i386", "i686-linux-gnu-gcc", {"qemu-i386"}},
        {"riscv64", "riscv64-linux-gnu-gcc", {"qemu-riscv64"}},
        {"ppc", "powerpc-linux-gnu-gcc", {"qemu-ppc"}},
        {"ppc64", "powerpc64-linux-gnu-gcc", {"qemu-ppc64"}},
        {"ppc64el", "powerpc64le-linux-gnu-gcc", {"qemu-ppc64le"}},
        {"s390x", "s390x-linux-gnu-gcc", {"qemu-s390x"}},
        {"mips", "mips-linux-gnu-gcc", {"qemu-mips"}},
        {"mipsel", "mipsel-linux-gnu-gcc", {"qemu-mipsel"}},
        {"mips64", "mips64-linux-gnuabi64-gcc", {"qemu-mips64"}},
        {"mips64el", "mips64el-linux-gnuabi64-gcc", {"qemu-mips64el"}},
        {"sparc64", "sparc64-linux-gnu-gcc", {"qemu-sparc64"}},
        {"m68k", "m68k-linux-gnu-gcc", {"qemu-m68k"}},
        {"hppa", "hppa-linux-gnu-gcc", {"qemu-hppa"}},
        // A static program stops before main there.
        {"alpha", "alpha-linux-gnu-gcc", {"qemu-alpha", "-L", "/usr/alpha-linux-gnu"}, {}},
    };
    return sets;
}

std::unique_ptr<Runtime> foreign_runtime(const ModelUnderTest& subject, const InstructionSet& set) {
    return std::make_unique<ForeignRuntime>(subject, set);
}

}  // namespace quillet
