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

// "; did you mean 'NAME'?" with the name that is nearest to `word`; empty when none is near.
std::string guess_at(const std::string& word, const std::vector<std::string>& names) {
    const std::string* nearest = nullptr;
    size_t least = 3;  // more letters apart is another word
    for (const std::string& name : names) {
        size_t apart = letters_between(word, name);
        if (apart < least) nearest = &name;
        least = std::min(least, apart);
    }
    return nearest ? "; did you mean '" + *nearest + "'?" : "";
}

// What is wrong with the first word of a command line; empty when it is a verb or an option.
std::string complaint_about(const std::string& word) {
    if (word == "-h" || word == "--help" || word == "--version") return "";
    if (word.empty() || word[0] == '-')
        return "expected a verb, not '" + word + "'; quillet --help lists them";
    std::vector<std::string> verbs;
    for (const quillet::Verb& verb : quillet::kVerbs) verbs.push_back(verb.name);
    if (std::find(verbs.begin(), verbs.end(), word) != verbs.end()) return "";
    const std::string guess = guess_at(word, verbs);
    return "there is no verb '" + word + "'" + (guess.empty() ? ";" : guess) +
           " quillet --help lists them";
}

// For what CLI11 complains about in a verb's words, the options that were perhaps meant.
std::string guess_at_options(const CLI::App& app) {
    std::string guesses;
    for (const CLI::App* verb : app.get_subcommands()) {
        std::vector<std::string> names;
        for (const CLI::Option* option : verb->get_options())
            for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        for (const std::string& word : verb->remaining())
            if (word.starts_with("--")) guesses += guess_at(word.substr(0, word.find('=')), names);
    }
    return guesses;
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
        const std::string guess = guess_at_options(app);
        std::fprintf(stderr, "quillet: %s%s quillet %s--help lists what there is\n", error.what(),
                     guess.empty() ? ";" : guess.c_str(), verb.c_str());
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
