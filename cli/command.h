// A verb's options and places, and the command line that is parsed by them: CLI11 behind an interface of our own, so
// that few sources include it, which takes seconds to compile, and one place words what is wrong.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace quillet {

// `words` with `between` between them.
std::string joined(const std::vector<std::string>& words, const std::string& between = " ");

// What a value of an option must be.
struct Check {
    std::string described;  // in the help: "[0 to 1]", "{gru,lstm}"; may be empty
    std::function<std::string(const std::string&)> complaint;  // "is 'x'; expected …"; empty: good
};
Check between(double least, double most);  // numbers; not nan
Check whole_between(int64_t least, int64_t most);
Check one_of(const std::vector<std::string>& words);
Check one_of(std::initializer_list<int> numbers);
Check existing_file();
Check existing_folder();

class Option {
  public:
    explicit Option(CLI::Option& option, std::shared_ptr<char> delimiter = nullptr)
        : option_(option), delimiter_(std::move(delimiter)) {}
    Option(const Option&) = delete;

    Option* required();
    Option* shows_default();            // the variable's value now, in the help and the manual
    Option* check(const Check& check);  // parsing throws Error of a value with a complaint
    Option* needs(Option* other);
    Option* excludes(Option* other);
    // Several values in one word. An empty one is an error for numbers, and left out for texts.
    Option* separated_by(char delimiter);
    Option* one_at_a_time();  // of several values: each with the option again
    Option* last_counts();    // where it is given twice
    Option* value_name(const std::string& name);
    Option* description(const std::string& text);
    Option* hidden();  // not in the help

    size_t count() const;      // how often it was given
    std::string name() const;  // "--output"
    bool takes_commas() const { return delimiter_ && *delimiter_ == ','; }

  private:
    CLI::Option& option_;
    std::shared_ptr<char> delimiter_;  // of values in one word, 0 for none; null of a flag
};

// The program or one of its verbs.
class Command {
  public:
    Command(const std::string& name, const std::string& description);
    ~Command();

    // An option "-o,--output", or a place "MODEL", bound to `value`, which must outlive the parsing. T: an
    // integer, float or double, std::string or path, std::optional of one of them, or std::vector for several.
    template <class T>
    Option* add_option(const std::string& names, T& value, const std::string& description);
    Option* add_flag(const std::string& names, bool& value, const std::string& description);
    Option* add_ignored_flag(const std::string& name);  // which old command lines have

    Option* option(const std::string& name);  // one that was added

    // A command inside; on_chosen is called when it was parsed.
    Command& add_command(const std::string& name, const std::string& description,
                         std::function<void()> on_chosen);
    void requires_command();
    void takes_anything();
    void set_version(const std::string& text);  // what --version prints

    // Of the program. Throws Error with the wrong option or place; false where --help or --version was
    // printed instead.
    bool parse(int argc, char** argv);
    std::string help() const;

    const Command& program() const;  // that this is a verb of
    const CLI::App& app() const { return *app_; }

  private:
    Command(CLI::App& app, Command& parent);
    Option* own(CLI::Option& option, std::shared_ptr<char> delimiter = nullptr);
    // The option of `chosen` that was given and takes values with commas between them; empty: none.
    std::string given_with_commas(const CLI::App& chosen) const;

    std::unique_ptr<CLI::App> program_;  // null of a verb, which its program owns
    CLI::App* app_;
    Command* parent_ = nullptr;
    std::deque<Option> options_;
    std::deque<std::unique_ptr<Command>> commands_;
};

}  // namespace quillet
