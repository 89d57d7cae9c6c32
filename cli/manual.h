// The manual page and the completions of shells, made from the verbs and options of the command line.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace quillet {

// A row: how `quillet manual --as` names it, and what makes it of the whole program.
struct ManualForm {
    const char* name;
    const char* description;
    std::string (*of)(const Command& program);
};

// The manual page, bash, fish and zsh.
const std::vector<ManualForm>& manual_forms();

// What the forms share: an option and a command with what its words are.

struct OptionText {
    std::vector<std::string> names;      // "-o", "--output"; empty for what is known by its place
    std::string place;                   // "MODEL" of an argument without a name
    std::string value;                   // "TEXT"; empty for a flag
    std::vector<std::string> choices;    // of the value, where it is one of a few
    std::string description, otherwise;  // what it is unless given
    bool required = false;
};

struct CommandText {
    std::vector<std::string> path;  // "bot", "post"; empty for the program
    std::string description;
    std::vector<OptionText> options;
    std::vector<std::string> below;  // names of its own commands
};

// The program, its verbs, and theirs, each before what is below it.
std::vector<CommandText> commands_of(const Command& program);

// manual_shells.cc.
std::string bash_of(const Command& program);
std::string fish_of(const Command& program);
std::string zsh_of(const Command& program);

}  // namespace quillet
