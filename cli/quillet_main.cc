// The program quillet: parses the command line, calls the verb, prints what went wrong.
// SPDX-License-Identifier: MIT
#include <csignal>
#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <system_error>

#include "base/error.h"
#include "base/resources.h"
#include "cli/output.h"
#include "cli/verbs.h"

// AddressSanitizer asks for this, where the program is built with it. Unit tests look for leaks; of
// each start of this program that would take a fifth.
extern "C" const char* __asan_default_options() {
    return "detect_leaks=0";
}

namespace {

// Exit statuses: 0 done; 1 a check said no (verify); 2 an error, told in one line.
constexpr int kErrorStatus = 2;

int run(int argc, char** argv) {
    quillet::Command program(
        "quillet", "Quillet: tiny language models for small devices, the same text everywhere");
    program.set_version("quillet " + quillet::version());
    program.requires_command();
    quillet::Run chosen;
    for (const quillet::Verb& verb : quillet::kVerbs) {
        auto run_verb = std::make_shared<quillet::Run>();
        *run_verb = verb.set_up(program.add_command(verb.name, verb.description,
                                                    [&chosen, run_verb] { chosen = *run_verb; }));
    }
    if (argc < 2) {
        std::fputs(program.help().c_str(), stderr);
        return kErrorStatus;
    }
    return program.parse(argc, argv) ? chosen() : 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is an error of its write
    try {
        int status = run(argc, argv);
        quillet::require_printed();
        return status;
    } catch (const quillet::Error& error) {
        const std::string where = error.where().empty() ? "" : error.where() + ": ";
        std::fprintf(stderr, "quillet: %s%s\n", where.c_str(), error.what());
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "quillet: out of memory; expected a smaller model, batch or text\n");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "quillet: %s\n", error.what());
    }
    return kErrorStatus;
}
