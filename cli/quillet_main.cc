// The program quillet: parses the command line, calls the verb, prints what went wrong.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/resources.h"
#include "cli/output.h"
#include "cli/verbs.h"

namespace {

// Exit statuses: 0 done; 1 a check said no (verify); 2 an error, told in one line.
constexpr int kErrorStatus = 2;

// The fewest letters to put in, take out or change that make `b` of `a`.
size_t letters_between(const std::string& a, const std::string& b) {
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); j++) row[j] = j;
    for (size_t i = 1; i <= a.size(); i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); j++) {
            size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
            diagonal = above;
        }
    }
    return row[b.size()];
}

// What is wrong with the first word of a command line; empty when it is a verb or an option.
std::string complaint_about(const std::string& word) {
    if (word == "-h" || word == "--help" || word == "--version") return "";
    if (word.empty() || word[0] == '-')
        return "expected a verb, not '" + word + "'; quillet --help lists them";
    const char* nearest = "";
    size_t least = 3;  // more letters apart is another word
    for (const quillet::Verb& verb : quillet::kVerbs) {
        size_t apart = letters_between(word, verb.name);
        if (apart == 0) return "";
        if (apart < least) nearest = verb.name;
        least = std::min(least, apart);
    }
    std::string guess = *nearest ? std::string("; did you mean '") + nearest + "'?" : ";";
    return "there is no verb '" + word + "'" + guess + " quillet --help lists them";
}

// Options that an empty text means something to; any other empty value is a shell variable that was
// not set, or a mistake.
constexpr const char* kMayBeEmpty[] = {"--prompt", "--author"};

// Throws Error where an argument of `command` is empty.
void refuse_empty(const CLI::App& command) {
    for (const CLI::Option* option : command.get_options()) {
        const std::string name = option->get_name();
        if (std::find(std::begin(kMayBeEmpty), std::end(kMayBeEmpty), name) !=
            std::end(kMayBeEmpty))
            continue;
        for (const std::string& value : option->results())
            if (value.empty())
                throw quillet::Error(name, "is empty; is a variable of the shell not set?");
    }
}

int run(int argc, char** argv) {
    CLI::App app{"Quillet: tiny language models for small devices, the same text everywhere",
                 "quillet"};
    app.set_version_flag("--version", "quillet " + quillet::version());
    app.require_subcommand(1);
    quillet::Run chosen;
    for (const quillet::Verb& verb : quillet::kVerbs) {
        CLI::App* command = app.add_subcommand(verb.name, verb.description);
        quillet::Run run_verb = verb.set_up(*command);
        command->callback([&chosen, run_verb] { chosen = run_verb; });
    }
    if (argc < 2) {
        std::fputs(app.help().c_str(), stderr);
        return kErrorStatus;
    }
    if (std::string complaint = complaint_about(argv[1]); !complaint.empty()) {
        std::fprintf(stderr, "quillet: %s\n", complaint.c_str());
        return kErrorStatus;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        std::string verb = argv[1][0] == '-' ? "" : std::string(argv[1]) + " ";
        std::fprintf(stderr, "quillet: %s; quillet %s--help lists what there is\n", error.what(),
                     verb.c_str());
        return kErrorStatus;
    }
    for (const CLI::App* command : app.get_subcommands()) refuse_empty(*command);
    return chosen();
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGXFSZ, SIG_IGN);  // a file that grows too large is an error of its write
    try {
        int status = run(argc, argv);
        quillet::require_printed();
        return status;
    } catch (const quillet::Error& error) {
        std::fprintf(stderr, "quillet: %s: %s\n", error.where().c_str(), error.what());
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "quillet: out of memory; expected a smaller model, batch or text\n");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "quillet: %s\n", error.what());
    }
    return kErrorStatus;
}
