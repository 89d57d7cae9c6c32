// Compiles a device's program with arm-none-eabi-gcc.
// SPDX-License-Identifier: MIT
#include "device/toolchain.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "compile/cost_report.h"
#include "compile/placement.h"

extern char** environ;

namespace quillet {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCompiler = "arm-none-eabi-gcc";
constexpr int64_t kStackBytes = 6 << 10;  // left free; half of it is used (tests/device)

// Starts a command with its output in `log`. Throws Error where there is no such program.
pid_t start(const std::vector<std::string>& command, const fs::path& log) {
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
    if (failure == ENOENT) {
        throw Error(kCompiler,
                    "is not installed: apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi, "
                    "or brew install gcc-arm-embedded");
    }
    if (failure) throw Error(command[0], std::string("cannot be run: ") + std::strerror(failure));
    return process;
}

bool succeeds(pid_t process) {
    int status = 0;
    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR) throw Error(kCompiler, std::strerror(errno));
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

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

// A command that is running, and where it writes.
struct Job {
    pid_t process;
    fs::path log;
};

// Runs commands, as many at a time as there are processors. After a failure the others are still
// waited for.
class Jobs {
  public:
    explicit Jobs(std::string& warnings) : warnings_(warnings) {}

    void add(const std::vector<std::string>& command, const fs::path& log) {
        if (running_.size() >= std::max(1u, std::thread::hardware_concurrency())) finish_one();
        running_.push_back({start(command, log), log});
    }

    // Throws Error with the first complaint.
    void finish() {
        while (!running_.empty()) finish_one();
        if (failed_) throw *failed_;
    }

  private:
    void finish_one() {
        const Job job = running_.front();
        running_.pop_front();
        const bool good = succeeds(job.process);
        const std::string output = read_file(job.log);
        if (good)
            warnings_ += output;
        else if (!failed_)
            failed_ = complaint(output);
    }

    std::string& warnings_;
    std::deque<Job> running_;
    std::optional<Error> failed_;
};

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
    const std::set<std::string> changed = write_changed(sources, folder);
    Jobs jobs(warnings);
    for (const auto& [path, text] : sources) {
        if (!is_compiled(path)) continue;
        std::string object = path + ".o";
        std::replace(object.begin(), object.end(), '/', '_');
        object = (folder / object).string();
        link.push_back(object);
        if (!changed.count(path)) continue;
        jobs.add({kCompiler, "-mcpu=cortex-m0plus", "-mthumb", "-std=gnu99", "-O2", "-Wall",
                  "-Wextra", "-ffp-contract=off", "-ffunction-sections", "-fdata-sections",
                  "-I" + folder.string(), "-c", (folder / path).string(), "-o", object},
                 object + ".log");
    }
    jobs.finish();
    jobs.add(link, folder / "link.log");
    jobs.finish();
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
