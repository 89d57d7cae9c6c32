// The plan printed as C, built for another instruction set and run by an emulator.
// SPDX-License-Identifier: MIT
#include <cstdio>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "compile/emit_c.h"
#include "verify/instruction_sets.h"
#include "verify/runtime.h"
#include "verify/text_program.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kBoard = R"(#include <machine.h>
#define QUILLET_PROGRAM_BEGIN() machine_begin()
#define QUILLET_PROGRAM_END() machine_end()
#define QUILLET_MEASURE_BEGIN() (void)0
#define QUILLET_MEASURE_END() (void)0
#define quillet_put(text) machine_put(text)
#define quillet_put_number(number) machine_put_number(number)
)";

constexpr int64_t kStackBytes = 1536;  // what running takes beside the program's own data

// The lines of a chip's serial port as simavr shows them: pieces of 256 bytes at most, colored, a '.' in
// place of each line's end. Numbers and spaces have no '.' of their own.
class SerialLines {
  public:
    explicit SerialLines(std::function<void(std::string_view)> take_line)
        : take_line_(std::move(take_line)) {}

    void take(std::string_view shown) {
        constexpr std::string_view kColor = "\x1b[32m", kPlain = "\x1b[0m";
        if (shown.starts_with(kPlain)) shown.remove_prefix(kPlain.size());
        if (!shown.starts_with(kColor)) return;  // simavr's own words
        line_ += shown.substr(kColor.size());
        if (!line_.ends_with('.')) return;
        line_.pop_back();
        take_line_(line_);
        line_.clear();
    }

  private:
    std::function<void(std::string_view)> take_line_;
    std::string line_;
};

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
        options.target = row_of(Target::c99);
        sources_ = emit_c(plan_, options);
    }

    Results run(const Jobs& jobs, const CountLines& count_line) override {
        sources_["main.c"] = text_program(plan_, jobs.texts, kBoard);
        std::vector<std::string> command = set_.emulator;
        command.push_back(build().string());
        if (set_.serial_port)  // which simavr shows on standard error
            command = with_errors(std::move(command));
        Results results;
        results.texts.resize(jobs.texts.size());
        size_t job = 0;
        const auto take_line = [&](std::string_view text) {
            while (job < jobs.texts.size() &&
                   results.texts[job].lines.size() == jobs.texts[job].count)
                job++;
            if (job == jobs.texts.size()) throw Error(set_.name, "printed too many lines");
            results.texts[job].add(printed_line(std::string(text), set_.name), jobs.texts[job]);
            count_line();
        };
        SerialLines serial(take_line);
        const ProcessEnd end = run_process(
            command,
            [&](std::string_view text) { set_.serial_port ? serial.take(text) : take_line(text); },
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
    fs::path build() const {
        const fs::path program = folder_ / "model";
        std::vector<std::string> command = compile_command(set_);
        command.insert(command.end(), {"-I" + folder_.string(), "-o", program.string()});
        for (const auto& [name, text] : sources_) {
            write_file(folder_ / name, text);
            if (name.ends_with(".c")) command.push_back((folder_ / name).string());
        }
        command.insert(command.end(), set_.flags.begin(), set_.flags.end());
        const ProcessEnd end = run_compiler(std::move(command), silence_);
        if (end.status != 0 && set_.ram_bytes > 0 &&
            end.message.find("region") != std::string::npos)
            throw Unavailable("the model does not fit: program and constants take more than the " +
                              std::to_string(set_.flash_bytes) + " bytes of flash or the " +
                              std::to_string(set_.ram_bytes) + " of RAM");
        if (end.status != 0)
            throw Error(folder_.string(), set_.compiler + " does not build it: " + end.message +
                                              " (Debian has all of it: " + set_.packages + ")");
        if (set_.ram_bytes > 0) measure(program);
        return program;
    }

    // Holds what was linked to the chip's memory, by the size program beside the compiler.
    void measure(const fs::path& program) const {
        const std::string size = set_.compiler.substr(0, set_.compiler.rfind("gcc")) + "size";
        long long text = 0, data = 0, zeroed = 0;
        bool read = false;
        const ProcessEnd end = run_process(
            {size, program.string()},
            [&](std::string_view line) {
                read = std::sscanf(std::string(line).c_str(), "%lld %lld %lld", &text, &data,
                                   &zeroed) == 3 ||
                       read;
            },
            silence_);
        if (end.status != 0 || !read)
            throw Error(size, "does not tell the program's size: " + end.message);
        const std::string why = why_no_room(set_, data + zeroed + kStackBytes, text + data);
        if (!why.empty()) throw Unavailable(why);
    }

    const InstructionSet& set_;
    const Plan& plan_;
    fs::path folder_;
    double silence_;
    Sources sources_;
};

}  // namespace

std::unique_ptr<Runtime> foreign_runtime(const ModelUnderTest& subject, const InstructionSet& set) {
    return std::make_unique<ForeignRuntime>(subject, set);
}

}  // namespace quillet
