// Runs another program and reads what it prints, line by line.
// SPDX-License-Identifier: MIT
#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "base/error.h"

extern char** environ;

namespace quillet {
namespace {

// Held from the making of pipes to the start of the program that they are for: a program that another
// thread starts in between would keep their ends open. (Linux could mark them at once; macOS cannot.)
std::mutex starting;

// A pipe whose ends close with it.
class Pipe {
  public:
    Pipe() {
        if (::pipe(ends_.data()) != 0) throw Error("pipe", std::strerror(errno));
        for (int end : ends_) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    ~Pipe() {
        close_write();
        ::close(ends_[0]);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    int read_end() const { return ends_[0]; }
    int write_end() const { return ends_[1]; }
    void close_write() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }

  private:
    std::array<int, 2> ends_;
};

// A running program, ended when this goes away before it has.
class Child {
  public:
    Child(const std::vector<std::string>& command, const Pipe& output, const Pipe& errors) {
        std::vector<char*> arguments;
        for (const std::string& word : command)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, output.write_end(), 1);
        posix_spawn_file_actions_adddup2(&actions, errors.write_end(), 2);
        failure_ =
            posix_spawnp(&process_, arguments[0], &actions, nullptr, arguments.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    // SIGTERM, and SIGKILL for what takes no notice.
    ~Child() {
        if (failure_ != 0 || ended_) return;
        ::kill(process_, SIGTERM);
        for (int i = 0; i < 100; i++) {
            if (::waitpid(process_, nullptr, WNOHANG) != 0) return;
            ::usleep(20000);
        }
        ::kill(process_, SIGKILL);
        wait();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int failure() const { return failure_; }  // errno of the start, or 0

    int wait() {
        int status = 0;
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) continue;
        ended_ = true;
        return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

  private:
    pid_t process_ = 0;
    int failure_ = 0;
    bool ended_ = false;
};

// Gives the whole lines of `buffer` away and keeps the rest.
void take_lines(std::string& buffer, const std::function<void(std::string_view)>& take_line) {
    size_t begin = 0;
    for (size_t end; (end = buffer.find('\n', begin)) != std::string::npos; begin = end + 1)
        take_line(std::string_view(buffer).substr(begin, end - begin));
    buffer.erase(0, begin);
}

struct Stream {
    int descriptor;
    std::function<void(std::string_view)> take_line;
    std::string buffer;
    bool open = true;

    void read_some() {
        std::array<char, 1 << 16> block;
        ssize_t n = ::read(descriptor, block.data(), block.size());
        if (n < 0 && errno == EINTR) return;
        open = n > 0;
        if (open) buffer.append(block.data(), static_cast<size_t>(n));
        take_lines(buffer, take_line);
        if (!open && !buffer.empty()) take_line(buffer);
    }
};

// Reads both streams to their ends. Throws Error after `silence` seconds without a byte.
void read_all(std::array<Stream, 2>& streams, const std::string& program, double silence) {
    while (streams[0].open || streams[1].open) {
        std::array<pollfd, 2> waiting;
        for (size_t i = 0; i < 2; i++)
            waiting[i] = {streams[i].open ? streams[i].descriptor : -1, POLLIN, 0};
        const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(silence * 1000));
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) throw Error("poll", std::strerror(errno));
        if (ready == 0)
            throw Error(program, "has printed nothing for " +
                                     std::to_string(static_cast<int>(silence)) +
                                     " s and was ended; it hangs, or is too slow");
        for (size_t i = 0; i < 2; i++)
            if (streams[i].open && waiting[i].revents != 0) streams[i].read_some();
    }
}

}  // namespace

ProcessEnd run_process(const std::vector<std::string>& command,
                       const std::function<void(std::string_view)>& take_line, double silence) {
    std::unique_lock<std::mutex> lock(starting);
    Pipe output, errors;
    Child child(command, output, errors);
    lock.unlock();
    if (child.failure() == ENOENT) return {kNotFound, command[0] + ": not found"};
    if (child.failure() != 0) throw Error(command[0], std::strerror(child.failure()));
    output.close_write();
    errors.close_write();
    ProcessEnd end;
    auto remember = [&](std::string_view line) {
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) end.message = line;
    };
    std::array<Stream, 2> streams = {Stream{output.read_end(), take_line, {}, true},
                                     Stream{errors.read_end(), remember, {}, true}};
    read_all(streams, command[0], silence);
    end.status = child.wait();
    return end;
}

int status_of(const std::vector<std::string>& command, double patience) {
    try {
        return run_process(
                   command, [](std::string_view) {}, patience)
            .status;
    } catch (const Error&) {
        return kHangs;
    }
}

std::vector<std::string> with_errors(std::vector<std::string> command) {
    command.insert(command.begin(), {"sh", "-c", "exec \"$0\" \"$@\" 2>&1"});
    return command;
}

std::string chosen_c_compiler() {
    const char* chosen = std::getenv("CC");
    return chosen && *chosen ? chosen : "cc";
}

ProcessEnd run_compiler(std::vector<std::string> command, double silence) {
    std::string complaint, last;
    ProcessEnd end = run_process(
        with_errors(std::move(command)),
        [&](std::string_view line) {
            if (!line.empty()) last = line;
            for (const char* sign : {"error:", "undefined reference", "not fit", "not within"})
                if (complaint.empty() && line.find(sign) != std::string_view::npos)
                    complaint = line;
        },
        silence);
    if (!last.empty()) end.message = complaint.empty() ? last : complaint;
    if (end.status != 0 && end.message.empty())
        end.message = "failed with status " + std::to_string(end.status);
    return end;
}

}  // namespace quillet
