// The manual page, made from the verbs and options of the command line.
// SPDX-License-Identifier: MIT
#include "cli/manual.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/resources.h"

namespace quillet {
namespace {

// What stands between braces in "TEXT:{a,b}".
std::vector<std::string> choices_in(const std::string& type) {
    const size_t begin = type.find('{'), end = type.find('}');
    std::vector<std::string> choices;
    if (begin == std::string::npos || end == std::string::npos) return choices;
    for (size_t at = begin + 1; at < end;) {
        const size_t comma = std::min(type.find(',', at), end);
        choices.push_back(type.substr(at, comma - at));
        at = comma + 1;
    }
    return choices;
}

OptionText option_text(const CLI::Option& option) {
    OptionText text;
    for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
    if (option.get_positional()) text.place = option.get_name(true);
    const std::string type = option.get_type_name();
    if (option.get_items_expected_max() > 0) text.value = type.substr(0, type.find(':'));
    text.choices = choices_in(type);
    text.description = option.get_description();
    text.otherwise = option.get_default_str();
    text.required = option.get_required();
    return text;
}

void add_commands(const CLI::App& app, std::vector<std::string> path,
                  std::vector<CommandText>& commands) {
    CommandText command;
    command.path = path;
    command.description = app.get_description();
    for (const CLI::Option* option : app.get_options({}))
        command.options.push_back(option_text(*option));
    const std::vector<const CLI::App*> below = app.get_subcommands({});
    for (const CLI::App* sub : below) command.below.push_back(sub->get_name());
    commands.push_back(command);
    for (const CLI::App* sub : below) {
        path.push_back(sub->get_name());
        add_commands(*sub, path, commands);
        path.pop_back();
    }
}

/// roff ///

// `text` as roff: a hyphen that can be copied, nothing that roff takes for its own.
std::string roff(const std::string& text) {
    std::string result;
    for (char c : text) {
        if (c == '\\')
            result += "\\e";
        else if (c == '-')
            result += "\\-";
        else
            result += c;
    }
    if (!result.empty() && (result[0] == '.' || result[0] == '\'')) result = "\\&" + result;
    return result;
}

std::string bold(const std::string& text) {
    return "\\fB" + roff(text) + "\\fR";
}

std::string italic(const std::string& text) {
    return "\\fI" + roff(text) + "\\fR";
}

std::string roff_of(const OptionText& option) {
    std::string names, after;
    for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + bold(name);
    if (option.names.empty()) names = italic(option.place);
    if (!option.value.empty() && !option.names.empty()) names += " " + italic(option.value);
    for (const std::string& choice : option.choices)
        after += (after.empty() ? " One of " : ", ") + bold(choice);
    if (!after.empty()) after += ".";
    if (option.required) after += " Must be given.";
    if (!option.otherwise.empty()) after += " Unless given: " + roff(option.otherwise) + ".";
    const bool ended = after.empty() || option.description.ends_with('.');
    return ".TP\n" + names + "\n" + roff(option.description) + (ended ? "" : ".") + after + "\n";
}

std::string roff_of(const CommandText& command) {
    std::string name = "quillet";
    for (const std::string& word : command.path) name += " " + word;
    std::string text = ".SS " + bold(name);
    for (const OptionText& option : command.options)
        if (option.names.empty())
            text +=
                option.required ? " " + italic(option.place) : " [" + italic(option.place) + "]";
    text +=
        (command.below.empty() ? " [OPTIONS]\n" : " COMMAND\n") + roff(command.description) + ".\n";
    for (const OptionText& option : command.options)
        if (option.names.empty() || option.names.back() != "--help") text += roff_of(option);
    return text;
}

constexpr const char* kBeginning = R"(.SH SYNOPSIS
\fBquillet\fR \fIVERB\fR [\fIARGUMENTS\fR]
.SH DESCRIPTION
Makes tiny language models for small devices: trains a character model on a text, makes it integer, compiles it to C, and
shows that the same seed writes the same text in every runtime. A model is one ONNX file.
.PP
.EX
quillet corpus book.txt \-o quotes.txt
quillet train quotes.txt \-o quotes.onnx
quillet quantize quotes.onnx \-o quotes.q4.onnx
quillet generate quotes.q4.onnx \-\-seed 7 \-n 5
quillet compile quotes.q4.onnx \-o quotes\-c
quillet verify quotes.q4.onnx
.EE
.SH VERBS
Each takes \fB\-h\fR, \fB\-\-help\fR.
)";

constexpr const char* kEnd = R"(.SH EXIT STATUS
0: done. 1: a check said no (verify). 2: an error, told in one line on standard error.
.SH ENVIRONMENT
.TP
\fBQUILLET_HOME\fR
The folder of models/, runtime/ and ports/ that came with the program; found beside it unless set.
.TP
\fBCC\fR
The C compiler of \fBquillet verify\fR.
)";

std::string manual_page_of(const Command& program) {
    std::string text = ".\\\" Made by `quillet manual`: the verbs' own help is the source.\n";
    text += ".TH QUILLET 1 \"\" \"Quillet " + version() + "\"\n.SH NAME\nquillet \\- ";
    text += "tiny language models for small devices, the same text everywhere\n";
    text += kBeginning;
    for (const CommandText& command : commands_of(program))
        if (!command.path.empty()) text += roff_of(command);
    return text + kEnd;
}

}  // namespace

std::vector<CommandText> commands_of(const Command& program) {
    std::vector<CommandText> commands;
    add_commands(program.app(), {}, commands);
    return commands;
}

const std::vector<ManualForm>& manual_forms() {
    static const std::vector<ManualForm> forms = {
        {"man", "the manual page, quillet.1", manual_page_of},
        {"bash", "completion for bash", bash_of},
        {"fish", "completion for fish", fish_of},
        {"zsh", "completion for zsh, _quillet", zsh_of},
    };
    return forms;
}

}  // namespace quillet
