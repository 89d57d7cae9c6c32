// Runs another program and reads what it prints, line by line.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

constexpr double kSilence = 600;  // seconds that a program may print nothing
constexpr int kNotFound = 127;    // the exit status where there is no such program

struct ProcessEnd {
    int status = 0;       // exit status; 128 + the signal that ended it; or kNotFound
    std::string message;  // the last line of its standard error that is not empty
};

// Runs `command` (found along PATH) with an empty standard input, gives each line of its standard
// output to `take_line`, and waits for its end. When `take_line` throws, the program is ended and
// the exception passed on; when it prints nothing for `silence` seconds, it is ended and Error
// thrown. Throws Error when no process can be made.
// May be called by several threads at once.
ProcessEnd run_process(const std::vector<std::string>& command,
                       const std::function<void(std::string_view)>& take_line,
                       double silence = kSilence);

constexpr double kPatience = 30;  // seconds for a command that only asks whether there is a program
constexpr int kHangs = 124;       // the exit status of one that prints nothing and does not end

// The exit status of such a command, as one with --version is; kHangs where it prints nothing for
// `patience` seconds, or cannot be started.
int status_of(const std::vector<std::string>& command, double patience = kPatience);

// `command` with its standard error among its standard output.
std::vector<std::string> with_errors(std::vector<std::string> command);

// The C compiler that a user wants: $CC, else cc.
std::string chosen_c_compiler();

// Runs a compiler as run_process does. The message is the first line that says what is wrong (a linker's
// last line says only that it failed), or the status where the compiler printed nothing.
ProcessEnd run_compiler(std::vector<std::string> command, double silence = kSilence);

}  // namespace quillet
