// Compiles a device's program with arm-none-eabi-gcc, and says what it takes.
// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/error.h"
#include "base/file.h"
#include "device/firmware_image.h"

extern char** environ;

namespace quillet {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCompiler = "arm-none-eabi-gcc";

// Runs a command in the current folder with its output in `log`. Returns its exit status; 127:
// there is no such program.
int run(const std::vector<std::string>& command, const fs::path& log) {
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t process = 0;
    const int failure =
        posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failure == ENOENT) return 127;
    if (failure) throw Error(command[0], std::string("cannot be run: ") + std::strerror(failure));
    int status = 0;
    if (waitpid(process, &status, 0) < 0) throw Error(command[0], std::strerror(errno));
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// The first line of a compiler's output that says what is wrong.
std::string complaint(const std::string& output) {
    size_t at = output.find("error:");
    if (at == output.npos) at = output.find("SRAM:");
    if (at == output.npos) at = output.find("overflowed");
    if (at == output.npos) at = output.find("undefined");
    if (at == output.npos) at = 0;
    const size_t begin = output.rfind('\n', at) == output.npos ? 0 : output.rfind('\n', at) + 1;
    return output.substr(begin, output.find('\n', at) - begin);
}

void compile(const std::vector<std::string>& command, const fs::path& folder) {
    const fs::path log = folder / "build.log";
    const int status = run(command, log);
    if (status == 127) {
        throw Error(kCompiler,
                    "is not installed: apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi, "
                    "or brew install gcc-arm-embedded");
    }
    if (status) throw Error(kCompiler, complaint(read_file(log)));
}

bool ends_with(const std::string& text, std::string_view end) {
    return text.size() >= end.size() &&
           text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool is_compiled(const std::string& path) {
    return (ends_with(path, ".c") || ends_with(path, ".S")) &&
           path.rfind("firmware/rp2040_sdk/", 0) != 0;
}

uint32_t word_at(std::string_view bytes, size_t at) {
    uint32_t word = 0;
    if (at + 4 > bytes.size()) return 0;
    std::memcpy(&word, bytes.data() + at, 4);
    return word;
}

}  // namespace

std::string build_firmware(const std::map<std::string, std::string>& sources,
                           const fs::path& folder) {
    std::vector<std::string> link = {kCompiler,
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
    for (const auto& [path, text] : sources) write_file(folder / path, text);
    for (const auto& [path, text] : sources) {
        if (!is_compiled(path)) continue;
        // The linker script puts what is compiled from runtime/ and the models' steps in SRAM, by
        // these names.
        std::string object = path + ".o";
        std::replace(object.begin(), object.end(), '/', '_');
        object = (folder / object).string();
        compile({kCompiler, "-mcpu=cortex-m0plus", "-mthumb", "-std=gnu99", "-O2",
                 "-ffp-contract=off", "-ffunction-sections", "-fdata-sections",
                 "-I" + folder.string(), "-c", (folder / path).string(), "-o", object},
                folder);
        link.push_back(object);
    }
    compile(link, folder);
    return read_file(folder / "device.elf");
}

FirmwareBill bill_of(std::string_view elf, const std::string& where) {
    constexpr uint32_t kFlash = 0x10000000, kRam = 0x20000000, kRamBytes = 264 * 1024;
    if (elf.size() < 52 || elf.substr(0, 4) != "\177ELF") throw Error(where, "is not an ELF file");
    FirmwareBill bill;
    const uint32_t headers = word_at(elf, 28), size = word_at(elf, 42) & 0xFFFF,
                   count = word_at(elf, 44) & 0xFFFF;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t at = headers + i * size;
        if (word_at(elf, at) != 1) continue;  // not loaded
        const uint32_t address = word_at(elf, at + 8), physical = word_at(elf, at + 12);
        const uint32_t in_file = word_at(elf, at + 16), in_memory = word_at(elf, at + 20);
        if (in_file)
            bill.image = std::max<int64_t>(bill.image, int64_t{physical} - kFlash + in_file);
        if (address >= kRam)
            bill.sram = std::max<int64_t>(bill.sram, int64_t{address} - kRam + in_memory);
    }
    bill.stack = kRamBytes - bill.sram;
    return bill;
}

}  // namespace quillet
