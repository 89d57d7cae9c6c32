// The plan as C for an RP2040, with the jobs as data, run by the emulator (emulator).
// SPDX-License-Identifier: MIT
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/process.h"
#include "base/resources.h"
#include "compile/emit_c.h"
#include "compile/placement.h"
#include "compile/stream_weights.h"
#include "verify/runtime.h"
#include "verify/text_program.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

class EmulatedRuntime : public Runtime {
  public:
    EmulatedRuntime(const ModelUnderTest& subject, fs::path emulator)
        : target_(row_of(Target::rp2040)),
          folder_(subject.folder / "rp2040"),
          emulator_(std::move(emulator)),
          silence_(subject.silence),
          plan_(
              make_plan(subject.graph, subject.plan.name, subject.path.string(), target_.target)) {
        try {
            place_weights(plan_, target_, target_.ram_bytes - stream_bytes(plan_));
            stream_weights(plan_);
        } catch (const Error& error) {
            throw Unavailable(error.what());
        }
        EmitOptions options;
        options.command = "quillet verify";
        options.origin = subject.path.filename().string();
        options.target = target_;
        sources_ = emit_c(plan_, options);
    }

    Results run(const Jobs& jobs, const CountLines& count_line) override {
        sources_["main.c"] =
            text_program(plan_, jobs.texts, "#include \"firmware/rp2040_bare/start.h\"\n");
        const fs::path image = build();
        std::string output;
        ProcessEnd end = run_process(
            {"node", emulator_.string(), image.string(), "--json"},
            [&](std::string_view line) { output += line; }, silence_);
        if (end.status != 0)
            throw Error(image.string(),
                        "ended with " + std::to_string(end.status) + ": " + end.message);
        return results_of(parse_json(output, image.string()), jobs, count_line);
    }

  private:
    // The image; the program's own sources and the bare start-up beside it.
    fs::path build() const {
        const fs::path home = find_resource("firmware/rp2040_bare/start.c"),
                       bare = home / "firmware" / "rp2040_bare", image = folder_ / "model.elf";
        std::vector<std::string> command = {"arm-none-eabi-gcc",
                                            "-mcpu=cortex-m0plus",
                                            "-mthumb",
                                            "-std=gnu99",
                                            "-O2",
                                            "-ffp-contract=off",
                                            "-ffunction-sections",
                                            "-fdata-sections",
                                            "-nostartfiles",
                                            "--specs=nano.specs",
                                            "--specs=nosys.specs",
                                            "-Wl,--gc-sections",
                                            "-Wl,--no-warn-rwx-segments",
                                            "-I" + home.string(),
                                            "-I" + folder_.string(),
                                            "-T",
                                            (bare / "rp2040.ld").string(),
                                            (bare / "start.c").string(),
                                            (bare / "stream.c").string(),
                                            "-o",
                                            image.string()};
        for (const auto& [name, text] : sources_) {
            write_file(folder_ / name, text);
            const std::string kind = fs::path(name).extension().string();
            if (kind == ".c" || kind == ".S") command.push_back((folder_ / name).string());
        }
        const ProcessEnd end = run_compiler(std::move(command), silence_);
        if (end.status != 0 && end.message.find("`FLASH'") != std::string::npos)
            throw Unavailable(
                "the model does not fit: it takes more than the Pico's 2 MB of flash; quillet "
                "quantize --bits 4 --table-bits 4 makes a smaller one");
        if (end.status != 0)
            throw Error(folder_.string(), "arm-none-eabi-gcc does not build it: " + end.message);
        return image;
    }

    // Seconds are the chip's.
    Results results_of(const nlohmann::json& answer, const Jobs& jobs,
                       const CountLines& count_line) const {
        const std::string text = answer.at("text");
        const std::vector<double> cycles = answer.at("intervals");
        Results results;
        size_t at = 0, line_number = 0;
        for (const TextJob& job : jobs.texts) {
            TextResult& result = results.texts.emplace_back();
            for (uint32_t i = 0; i < job.count; i++, line_number++) {
                const size_t end = text.find('\n', at);
                if (end == std::string::npos || line_number >= cycles.size())
                    throw Error("emulated RP2040", "printed too few lines");
                result.add(printed_line(text.substr(at, end - at), "emulated RP2040"), job);
                at = end + 1;
                result.seconds += cycles[line_number] / target_.hertz;
                count_line();
            }
        }
        return results;
    }

    const TargetRow& target_;
    fs::path folder_, emulator_;
    double silence_;
    Plan plan_;
    Sources sources_;
};

}  // namespace

std::unique_ptr<Runtime> emulated_runtime(const ModelUnderTest& subject, fs::path emulator) {
    return std::make_unique<EmulatedRuntime>(subject, std::move(emulator));
}

}  // namespace quillet
