// The program quillet: parses the command line, calls the verb, prints what went wrong.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <exception>

#include "base/error.h"
#include "base/home.h"
#include "cli/verbs.h"

namespace {

// Exit statuses: 0 done; 1 a check said no (verify); 2 an error, told in one line.
constexpr int kErrorStatus = 2;

int run(int argc, char** argv) {
    CLI::App app{"Quillet: tiny language models for small devices, the same text everywhere", "quillet"};
    app.set_version_flag("--version", "quillet " + quillet::version());
    app.require_subcommand(1);
    quillet::Run chosen;
    for (const quillet::Verb& verb : quillet::kVerbs) {
        CLI::App* command = app.add_subcommand(verb.name, verb.description);
        quillet::Run run_verb = verb.set_up(*command);
        command->callback([&chosen, run_verb] { chosen = run_verb; });
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        std::fprintf(stderr, "quillet: %s; quillet --help lists what there is\n", error.what());
        return kErrorStatus;
    }
    return chosen();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const quillet::Error& error) {
        std::fprintf(stderr, "quillet: %s: %s\n", error.where().c_str(), error.what());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "quillet: %s\n", error.what());
    }
    return kErrorStatus;
}
