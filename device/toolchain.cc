// Compiles a device's program with arm-none-eabi-gcc.
// SPDX-License-Identifier: MIT
#include "device/toolchain.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/parallel.h"
#include "base/process.h"
#include "compile/cost_report.h"
#include "compile/placement.h"

namespace quillet {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCompiler = "arm-none-eabi-gcc";
constexpr int64_t kStackBytes = 6 << 10;  // left free; half of it is used (tests/device)

// The first line of a compiler's output that says what is wrong, or what is to be done about it.
Error complaint(const std::string& output) {
    constexpr std::string_view kFull = "`FLASH' overflowed by ";
    if (const size_t full = output.find(kFull); full != output.npos) {
        const size_t begin = full + kFull.size();
        return {"firmware",
                "is " + output.substr(begin, output.find(' ', begin) - begin) +
                    " bytes too large for the board's 2 MB of flash; expected a smaller "
                    "model (quillet quantize --bits 4 --table-bits 4 makes one) or fewer texts of "
                    "--quotes"};
    }
    size_t at = output.find("error:");
    if (at == output.npos) at = output.find("SRAM:");
    if (at == output.npos) at = output.find("overflowed");
    if (at == output.npos) at = output.find("undefined");
    if (at == output.npos) at = 0;
    const size_t begin = output.rfind('\n', at) == output.npos ? 0 : output.rfind('\n', at) + 1;
    return {kCompiler, output.substr(begin, output.find('\n', at) - begin)};
}

using Command = std::vector<std::string>;

// Runs commands, as many at a time as there are processors; what they print is added to `warnings`.
// Throws Error with the first complaint, after the last has ended.
void run_all(const std::vector<Command>& commands, std::string& warnings) {
    std::vector<std::string> printed(commands.size());
    std::vector<int> statuses(commands.size());
    in_parallel(commands.size(), 0, [&](size_t i) {
        const auto keep = [&](std::string_view line) { printed[i].append(line).push_back('\n'); };
        statuses[i] = run_process(with_errors(commands[i]), keep).status;
    });
    for (size_t i = 0; i < commands.size(); i++) {
        if (statuses[i] == kNotFound)
            throw Error(kCompiler,
                        "is not installed: apt-get install gcc-arm-none-eabi "
                        "libnewlib-arm-none-eabi, or brew install gcc-arm-embedded");
        if (statuses[i] != 0) throw complaint(printed[i]);
        warnings += printed[i];
    }
}

// What a bare program is made of: not the SDK's backend, nor the hosts' table of boards.
bool is_compiled(const std::string& path) {
    return (path.ends_with(".c") || path.ends_with(".S")) &&
           !path.starts_with("firmware/rp2040_sdk/") && path != "firmware/boards.c";
}

// Writes those of `sources` that are not in `folder` as they are here. Returns them, and all that
// include one of them, told by its name alone.
std::set<std::string> write_changed(const std::map<std::string, std::string>& sources,
                                    const fs::path& folder) {
    std::set<std::string> changed;
    for (const auto& [path, text] : sources) {
        if (fs::exists(folder / path) && read_file(folder / path) == text) continue;
        write_file(folder / path, text);
        changed.insert(path);
    }
    std::vector<std::string> left(changed.begin(), changed.end());
    while (!left.empty()) {
        const std::string name = fs::path(left.back()).filename().string() + "\"";
        left.pop_back();
        for (const auto& [path, text] : sources) {
            if (!changed.count(path) && text.find(name) != text.npos) {
                changed.insert(path);
                left.push_back(path);
            }
        }
    }
    return changed;
}

}  // namespace

std::string build_firmware(const std::map<std::string, std::string>& sources,
                           const fs::path& folder, std::string& warnings) {
    Command link = {kCompiler,
                    "-mcpu=cortex-m0plus",
                    "-mthumb",
                    "-nostartfiles",
                    "--specs=nano.specs",
                    "--specs=nosys.specs",
                    "-Wl,--gc-sections",
                    "-Wl,--no-warn-rwx-segments",
                    "-T",
                    (folder / "firmware/rp2040_bare/device.ld").string(),
                    "-o",
                    (folder / "device.elf").string()};
    const std::set<std::string> changed = write_changed(sources, folder);
    std::vector<Command> compile;
    for (const auto& [path, text] : sources) {
        if (!is_compiled(path)) continue;
        std::string object = path + ".o";
        std::replace(object.begin(), object.end(), '/', '_');
        object = (folder / object).string();
        link.push_back(object);
        // An object may be missing where an earlier compilation failed.
        if (!changed.count(path) && fs::exists(object)) continue;
        compile.push_back({kCompiler, "-mcpu=cortex-m0plus", "-mthumb", "-std=gnu99", "-O2",
                           "-Wall", "-Wextra", "-ffp-contract=off", "-ffunction-sections",
                           "-fdata-sections", "-I" + folder.string(), "-c",
                           (folder / path).string(), "-o", object});
    }
    run_all(compile, warnings);
    run_all({link}, warnings);
    return read_file(folder / "device.elf");
}

FirmwareProgram build_device(const FirmwareModel* quotes, const FirmwareModel* names,
                             FirmwareOptions options, const fs::path& folder) {
    constexpr int64_t kAlignment = 256;  // of weights, at most, between arrays
    FirmwareProgram program;
    options.weights_ram = 0;
    options.two_pictures = true;
    program.elf =
        build_firmware(firmware_sources(quotes, names, options), folder, program.warnings);
    program.bill = bill_of(program.elf, "device.elf");
    if (!quotes) return program;
    const int64_t picture = EINK_CANVAS_BYTES(options.panel->width, options.panel->height);
    const int64_t wanted = std::max(whole_readings(quotes->plan), whole_readings(names->plan));
    options.weights_ram = program.bill.stack - kStackBytes - kAlignment;
    if (wanted > options.weights_ram && wanted <= options.weights_ram + picture) {
        options.two_pictures = false;
        options.weights_ram += picture;
    }
    program.elf =
        build_firmware(firmware_sources(quotes, names, options), folder, program.warnings);
    program.bill = bill_of(program.elf, "device.elf");
    program.weights_in_flash = std::max<int64_t>(0, wanted - options.weights_ram);
    program.two_pictures = options.two_pictures;
    return program;
}

}  // namespace quillet
