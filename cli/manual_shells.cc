// Completions of bash, fish and zsh, made from the verbs and options of the command line.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>

#include "cli/manual.h"
#include "cli/shell.h"

namespace quillet {

// Files are bash's own default, where there is nothing to say.
std::string bash_of(const Command& program) {
    std::string paths, values, words;
    for (const CommandText& command : commands_of(program)) {
        const std::string path = joined(command.path);
        std::vector<std::string> names = command.below;
        if (!path.empty()) paths += (paths.empty() ? "" : " | ") + shell_quoted(path);
        for (const OptionText& option : command.options) {
            names.insert(names.end(), option.names.begin(), option.names.end());
            for (const std::string& name : option.names)
                if (!option.choices.empty())
                    values += "        " + shell_quoted(path + " " + name) +
                              ") words=" + shell_quoted(joined(option.choices)) + " ;;\n";
        }
        // What takes files is offered options only where one was begun.
        const std::string begun = command.below.empty() ? "[[ $word != -* ]] || " : "";
        words += "            " + shell_quoted(path) + ") " + begun +
                 "words=" + shell_quoted(joined(names)) + " ;;\n";
    }
    return R"(# Completion of quillet in bash. Made by `quillet manual --as bash`: the verbs' own help is the source.
_quillet() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} path='' words='' i next
    for ((i = 1; i < COMP_CWORD; i++)); do
        next=${path:+$path }${COMP_WORDS[i]}
        case $next in
            )" +
           paths + R"() path=$next ;;
        esac
    done
    case "$path $before" in
)" + values +
           R"(    esac
    if [ -z "$words" ]; then
        case $path in
)" + words +
           R"(        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _quillet quillet
)";
}

std::string fish_of(const Command& program) {
    std::string text =
        "# Completion of quillet in fish. Made by `quillet manual --as fish`: the verbs' own help "
        "is "
        "the source.\n";
    std::map<std::string, std::string> conditions;  // by path
    for (const CommandText& command : commands_of(program)) {
        std::string seen;
        for (const std::string& word : command.path)
            seen +=
                (seen.empty() ? "" : "; and ") + std::string("__fish_seen_subcommand_from ") + word;
        const std::string path = joined(command.path);
        if (!path.empty()) {
            const std::vector<std::string> above(command.path.begin(), command.path.end() - 1);
            text += "complete -c quillet -f -n " + shell_quoted(conditions.at(joined(above))) +
                    " -a " + command.path.back() + " -d " + shell_quoted(command.description) +
                    "\n";
        }
        // Where its own commands are offered: none of them was given yet.
        conditions[path] =
            path.empty() ? "__fish_use_subcommand"
                         : seen + "; and not __fish_seen_subcommand_from " + joined(command.below);
        for (const OptionText& option : command.options) {
            if (option.names.empty()) continue;
            text +=
                "complete -c quillet -n " + shell_quoted(path.empty() ? conditions.at("") : seen);
            for (const std::string& name : option.names)
                text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
            if (!option.value.empty()) text += " -r";
            if (!option.choices.empty()) text += " -f -a " + shell_quoted(joined(option.choices));
            text += " -d " + shell_quoted(option.description) + "\n";
        }
    }
    return text;
}

namespace {

// `text` within an _arguments specification: brackets and colons are its own.
std::string specification_text(const std::string& text) {
    std::string result;
    for (char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') result += '\\';
        result += c;
    }
    return result;
}

std::string zsh_arguments(const CommandText& command) {
    std::string text = "_arguments -s";
    for (const OptionText& option : command.options) {
        const std::string what = "[" + specification_text(option.description) + "]";
        std::string value = option.value.empty() ? "" : ":" + option.value + ":";
        if (!value.empty())
            value += option.choices.empty() ? "_files" : "(" + joined(option.choices) + ")";
        const std::string apart = option.names.size() > 1 ? "(" + joined(option.names) + ")" : "";
        for (const std::string& name : option.names)
            text += " \\\n            " + shell_quoted(apart + name + what + value);
    }
    return text + " \\\n            '*:file:_files'";
}

// The lines of a case on the word that names one of the commands below `path`.
std::string zsh_case(const std::vector<CommandText>& commands,
                     const std::vector<std::string>& path) {
    std::string text, names;
    for (const CommandText& command : commands) {
        if (command.path.size() != path.size() + 1 ||
            !std::equal(path.begin(), path.end(), command.path.begin()))
            continue;
        names +=
            " " + shell_quoted(command.path.back() + ":" + specification_text(command.description));
        text += "        " + command.path.back() + ")\n            ";
        text += command.below.empty() ? zsh_arguments(command)
                                      : "_quillet_" + joined(command.path, "_");
        text += " ;;\n";
    }
    return "    local -a names=(" + names + ")\n" + R"(    if ((CURRENT == 2)); then
        _describe command names
        return
    fi
    shift words
    ((CURRENT--))
    case $words[1] in
)" + text + "    esac\n";
}

}  // namespace

std::string zsh_of(const Command& program) {
    std::string text =
        "#compdef quillet\n# Completion of quillet in zsh. Made by `quillet manual --as zsh`: the "
        "verbs' own help is the source.\n";
    const std::vector<CommandText> commands = commands_of(program);
    for (const CommandText& command : commands) {
        if (command.below.empty()) continue;
        const std::string name = joined(command.path, "_");
        text += "_quillet" + (name.empty() ? "" : "_" + name) + "() {\n" +
                zsh_case(commands, command.path) + "}\n";
    }
    return text + "_quillet \"$@\"\n";
}

}  // namespace quillet
