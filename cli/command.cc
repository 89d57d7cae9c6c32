// A verb's options and places: CLI11 behind an interface of our own.
// SPDX-License-Identifier: MIT
#include "cli/command.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <optional>
#include <sstream>
#include <type_traits>

#include "base/error.h"

namespace fs = std::filesystem;

namespace quillet {
namespace {

std::string number_text(double number) {
    char text[40];
    std::snprintf(text, sizeof text, "%.10g", number);
    return text;
}

/// values ///

template <class T>
struct Inner {
    using Type = T;
    static constexpr bool is_list = false;
};
template <class T>
struct Inner<std::optional<T>> : Inner<T> {};
template <class T>
struct Inner<std::vector<T>> {
    using Type = T;
    static constexpr bool is_list = true;
};

template <class T>
constexpr bool kIsText = std::is_same_v<T, std::string> || std::is_same_v<T, fs::path>;

template <class T>
constexpr const char* type_name() {
    if constexpr (kIsText<T>)
        return "TEXT";
    else if constexpr (std::is_floating_point_v<T>)
        return "FLOAT";
    else if constexpr (std::is_unsigned_v<T>)
        return "UINT";
    else
        return "INT";
}

// What is wrong with `text` as a T, else "" and the value.
template <class T>
std::string take(const std::string& text, T& value) {
    if constexpr (kIsText<T>) {
        value = text;
        return "";
    } else if constexpr (std::is_floating_point_v<T>) {
        char* end = nullptr;
        value = static_cast<T>(std::strtod(text.c_str(), &end));
        if (end != text.c_str() && *end == '\0' && !std::isnan(value)) return "";
        return "is '" + text + "'; expected a number";
    } else {
        const char* end = text.data() + text.size();
        const auto [at, error] = std::from_chars(text.data(), end, value);
        if (error == std::errc() && at == end) return "";
        const std::string complaint = "is '" + text + "'; expected a whole number";
        // The least integer of a type with a sign says nothing to who wrote a letter.
        if (std::is_signed_v<T> && error != std::errc::result_out_of_range) return complaint;
        return complaint + " from " + std::to_string(std::numeric_limits<T>::min()) + " to " +
               std::to_string(std::numeric_limits<T>::max());
    }
}

template <class T>
std::string default_text(const T& value) {
    if constexpr (Inner<T>::is_list) {
        std::vector<std::string> texts;
        for (const auto& each : value) texts.push_back(default_text(each));
        return joined(texts, ",");
    } else if constexpr (!std::is_same_v<T, typename Inner<T>::Type>) {
        return value ? default_text(*value) : "";
    } else if constexpr (kIsText<T>) {
        return fs::path(value).string();
    } else {
        std::ostringstream text;
        text << value;
        return text.str();
    }
}

// `words` split at `delimiter`, empty parts kept; 0: not split.
std::vector<std::string> parts_of(const std::vector<std::string>& words, char delimiter) {
    std::vector<std::string> parts;
    for (const std::string& word : words) {
        parts.emplace_back();
        for (char c : word) {
            if (delimiter != '\0' && c == delimiter)
                parts.emplace_back();
            else
                parts.back() += c;
        }
    }
    return parts;
}

// Reads all of an option's words, with `delimiter` between values, into `value`.
template <class T>
void take_all(const std::string& name, const std::vector<std::string>& given, char delimiter,
              T& value) {
    std::vector<std::string> words = parts_of(given, delimiter);
    if (kIsText<typename Inner<T>::Type> && delimiter != '\0') std::erase(words, "");
    std::vector<typename Inner<T>::Type> values(words.size());
    for (size_t i = 0; i < words.size(); i++)
        if (std::string complaint = take(words[i], values[i]); !complaint.empty())
            throw Error(name, complaint);
    if constexpr (Inner<T>::is_list)
        value = std::move(values);
    else
        value = values.at(0);
}

/// what is wrong ///

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
    const size_t dashes = std::min(word.find_first_not_of('-'), word.size());
    // Three letters apart, or half of them, is another word.
    size_t least = std::min<size_t>(3, (word.size() - dashes + 1) / 2);
    for (const std::string& name : names) {
        size_t apart = letters_between(word, name);
        if (apart < least) nearest = &name;
        least = std::min(least, apart);
    }
    return nearest ? "; did you mean '" + *nearest + "'?" : "";
}

// The command that the words chose, the innermost.
const CLI::App* chosen_of(const CLI::App& program) {
    const CLI::App* app = &program;
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    return app;
}

// The words that are no option and no place, and what was perhaps meant by them or what the command takes; empty where
// there are none. `with_commas`: an option that was given and takes values with commas between them; empty: none.
std::string complaint_about_words(const CLI::App& program, const std::string& with_commas) {
    const std::vector<std::string> words = program.remaining(/*recurse=*/true);
    if (words.empty()) return "";
    std::vector<std::string> names, places;
    for (const CLI::Option* option : chosen_of(program)->get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
        if (option->get_positional()) places.push_back(option->get_name());
    }
    std::string guesses;
    if (!with_commas.empty())
        return "did not expect " + joined(words, " ") + "; several values of " + with_commas +
               " have commas between them";
    bool has_option = false;  // whose value may be among the words
    for (const std::string& word : words) {
        has_option = has_option || word.starts_with("-");
        if (word.starts_with("--")) guesses += guess_at(word.substr(0, word.find('=')), names);
    }
    if (!has_option)
        guesses += "; expected " + (places.empty() ? "options" : joined(places, " ")) + " alone";
    return "did not expect " + joined(words, " ") + guesses;
}

// "Expected MODEL: what it is" of what must be given and was not; empty where all was.
std::string complaint_about_missing(const CLI::App& program) {
    const CLI::App* chosen = chosen_of(program);
    for (const CLI::Option* option : chosen->get_options())
        if (option->get_required() && option->count() == 0)
            return "expected " + option->get_name() + ": " + option->get_description();
    if (chosen->get_require_subcommand_min() == 0) return "";
    std::vector<std::string> names;
    for (const CLI::App* command : chosen->get_subcommands({}))
        names.push_back(command->get_name());
    return "expected one of " + joined(names, ", ");
}

// "Expected one value of --seed, not 2"; empty where each option has as many as it takes. CLI11's
// complaint of an option at the end, whose value is missing, begins with its name.
std::string complaint_about_count(const CLI::App& program, const CLI::ParseError& error) {
    for (const CLI::Option* option : chosen_of(program)->get_options()) {
        const int values = static_cast<int>(option->results().size());
        if (values > option->get_items_expected_max() && option->get_items_expected_max() > 0)
            return "expected one value of " + option->get_name() + ", not " +
                   std::to_string(values);
    }
    const std::string text = error.what();
    return error.get_name() == "ArgumentMismatch"
               ? "expected a value of " + text.substr(0, text.find(':'))
               : "";
}

// What is wrong with a command line's first word; empty where it is a verb.
std::string complaint_about_verb(const CLI::App& program, const std::string& word) {
    if (word.empty() || word[0] == '-')
        return "expected a verb, not '" + word + "'; quillet --help lists them";
    std::vector<std::string> verbs;
    for (const CLI::App* verb : program.get_subcommands({})) verbs.push_back(verb->get_name());
    if (std::find(verbs.begin(), verbs.end(), word) != verbs.end()) return "";
    const std::string guess = guess_at(word, verbs);
    return "there is no verb '" + word + "'" + (guess.empty() ? ";" : guess) +
           " quillet --help lists them";
}

// Of an empty value, but of the options that an empty text means something to.
constexpr const char* kEmpty = "is empty; is a variable of the shell not set?";
constexpr const char* kMayBeEmpty[] = {"--prompt", "--author"};

// The words of the command line, "--output=" as "--output" and an empty value: CLI11 would take the
// next word for it.
std::vector<std::string> with_empty_values(int argc, char** argv) {
    std::vector<std::string> words;
    for (int i = 0; i < argc; i++) {
        words.emplace_back(argv[i]);
        std::string& word = words.back();
        if (!word.starts_with("--") || word.find('=') + 1 != word.size()) continue;
        word.pop_back();
        words.emplace_back();
    }
    return words;
}

// Throws Error where an argument of `command` is empty.
void refuse_empty(const CLI::App& command) {
    for (const CLI::Option* option : command.get_options()) {
        const std::string name = option->get_name();
        if (std::find(std::begin(kMayBeEmpty), std::end(kMayBeEmpty), name) !=
            std::end(kMayBeEmpty))
            continue;
        for (const std::string& value : option->results())
            if (value.empty()) throw Error(name, kEmpty);
    }
}

}  // namespace

std::string joined(const std::vector<std::string>& words, const std::string& between) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
    return text;
}

/// checks ///

Check between(double least, double most) {
    const std::string range = number_text(least) + " to " + number_text(most);
    return {"[" + range + "]", [=](const std::string& text) -> std::string {
                double value = 0;
                const std::string complaint = take(text, value);
                if (complaint.empty() && value >= least && value <= most) return "";
                return "is '" + text + "'; expected a number from " + range;
            }};
}

Check whole_between(int64_t least, int64_t most) {
    const std::string range = std::to_string(least) + " to " + std::to_string(most);
    return {"[" + range + "]", [=](const std::string& text) -> std::string {
                int64_t value = 0;
                const std::string complaint = take(text, value);
                if (complaint.empty() && value >= least && value <= most) return "";
                return "is '" + text + "'; expected a whole number from " + range;
            }};
}

Check one_of(const std::vector<std::string>& words) {
    return {"{" + joined(words, ",") + "}", [words](const std::string& text) -> std::string {
                if (std::find(words.begin(), words.end(), text) != words.end()) return "";
                const std::string guess = guess_at(text, words);
                return "is '" + text + "'" +
                       (guess.empty() ? "; expected one of " + joined(words, ", ") : guess);
            }};
}

Check one_of(std::initializer_list<int> numbers) {
    std::vector<std::string> words;
    for (int number : numbers) words.push_back(std::to_string(number));
    return one_of(words);
}

Check existing_file() {
    return {"FILE", [](const std::string& path) -> std::string {
                std::error_code code;
                if (path.empty()) return kEmpty;
                if (fs::is_directory(path, code))
                    return "is '" + path + "', a folder; expected a file";
                return fs::exists(path, code) ? "" : "is '" + path + "', which does not exist";
            }};
}

Check existing_folder() {
    return {"DIR", [](const std::string& path) -> std::string {
                std::error_code code;
                if (fs::is_directory(path, code)) return "";
                return fs::exists(path, code) ? "is '" + path + "', a file; expected a folder"
                                              : "is '" + path + "', which does not exist";
            }};
}

/// options ///

Option* Option::required() {
    option_.required();
    return this;
}

Option* Option::shows_default() {
    option_.capture_default_str();
    return this;
}

Option* Option::check(const Check& check) {
    const std::string name = option_.get_name();
    auto complain = [check, name, delimiter = delimiter_](std::string& text) -> std::string {
        for (const std::string& part : parts_of({text}, delimiter ? *delimiter : '\0'))
            if (const std::string complaint = check.complaint(part); !complaint.empty())
                throw Error(name, part == text ? complaint : "is '" + text + "': " + complaint);
        return "";
    };
    option_.check(CLI::Validator(complain, check.described));
    return this;
}

Option* Option::needs(Option* other) {
    option_.needs(&other->option_);
    return this;
}

Option* Option::excludes(Option* other) {
    option_.excludes(&other->option_);
    return this;
}

Option* Option::separated_by(char delimiter) {
    *delimiter_ = delimiter;  // CLI11's own drops empty values
    option_.allow_extra_args(false);
    return this;
}

Option* Option::one_at_a_time() {
    option_.allow_extra_args(false);
    return this;
}

Option* Option::last_counts() {
    option_.take_last();
    return this;
}

Option* Option::value_name(const std::string& name) {
    option_.type_name(name);
    return this;
}

Option* Option::description(const std::string& text) {
    option_.description(text);
    return this;
}

Option* Option::hidden() {
    option_.group("");
    return this;
}

size_t Option::count() const {
    return option_.count();
}

std::string Option::name() const {
    return option_.get_name();
}

/// commands ///

Command::Command(const std::string& name, const std::string& description)
    : program_(std::make_unique<CLI::App>(description, name)), app_(program_.get()) {}

Command::Command(CLI::App& app, Command& parent) : app_(&app), parent_(&parent) {}

Command::~Command() = default;

Option* Command::own(CLI::Option& option, std::shared_ptr<char> delimiter) {
    return &options_.emplace_back(option, std::move(delimiter));
}

std::string Command::given_with_commas(const CLI::App& chosen) const {
    if (app_ == &chosen)
        for (const Option& option : options_)
            if (option.takes_commas() && option.count() > 0) return option.name();
    for (const auto& below : commands_)
        if (std::string name = below->given_with_commas(chosen); !name.empty()) return name;
    return "";
}

template <class T>
Option* Command::add_option(const std::string& names, T& value, const std::string& description) {
    const auto name = std::make_shared<std::string>();
    const auto delimiter = std::make_shared<char>('\0');
    CLI::Option* option = app_->add_option(
        names,
        [&value, name, delimiter](const std::vector<std::string>& words) {
            take_all(*name, words, *delimiter, value);
            return true;
        },
        description, false, [&value] { return default_text(value); });
    *name = option->get_name();
    option->type_name(type_name<typename Inner<T>::Type>());
    option->expected(Inner<T>::is_list ? CLI::detail::expected_max_vector_size : 1);
    return own(*option, delimiter);
}

template Option* Command::add_option(const std::string&, std::string&, const std::string&);
template Option* Command::add_option(const std::string&, fs::path&, const std::string&);
template Option* Command::add_option(const std::string&, int32_t&, const std::string&);
template Option* Command::add_option(const std::string&, int64_t&, const std::string&);
template Option* Command::add_option(const std::string&, uint32_t&, const std::string&);
template Option* Command::add_option(const std::string&, uint64_t&, const std::string&);
template Option* Command::add_option(const std::string&, float&, const std::string&);
template Option* Command::add_option(const std::string&, double&, const std::string&);
template Option* Command::add_option(const std::string&, std::optional<uint32_t>&,
                                     const std::string&);
template Option* Command::add_option(const std::string&, std::optional<double>&,
                                     const std::string&);
template Option* Command::add_option(const std::string&, std::vector<std::string>&,
                                     const std::string&);
template Option* Command::add_option(const std::string&, std::vector<double>&, const std::string&);

Option* Command::add_flag(const std::string& names, bool& value, const std::string& description) {
    return own(*app_->add_flag_function(
        names, [&value](int64_t count) { value = count > 0; }, description));
}

Option* Command::add_ignored_flag(const std::string& name) {
    return own(*app_->add_flag(name))->hidden();
}

Option* Command::option(const std::string& name) {
    return own(*app_->get_option(name));
}

Command& Command::add_command(const std::string& name, const std::string& description,
                              std::function<void()> on_chosen) {
    CLI::App* below = app_->add_subcommand(name, description);
    below->callback(std::move(on_chosen));
    commands_.push_back(std::unique_ptr<Command>(new Command(*below, *this)));
    return *commands_.back();
}

void Command::requires_command() {
    app_->require_subcommand(1);
}

void Command::takes_anything() {
    app_->allow_extras();
}

void Command::set_version(const std::string& text) {
    app_->set_version_flag("--version", text);
}

const Command& Command::program() const {
    return parent_ ? parent_->program() : *this;
}

std::string Command::help() const {
    return app_->help();
}

bool Command::parse(int argc, char** argv) {
    const std::string first = argv[1];
    if (first != "-h" && first != "--help" && first != "--version")
        if (std::string complaint = complaint_about_verb(*app_, first); !complaint.empty())
            throw Error("", complaint);
    std::vector<std::string> words = with_empty_values(argc, argv);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    try {
        app_->parse(static_cast<int>(arguments.size()), arguments.data());
    } catch (const CLI::Success& help) {
        app_->exit(help);
        return false;
    } catch (const CLI::ParseError& error) {
        std::string complaint = complaint_about_words(*app_, given_with_commas(*chosen_of(*app_)));
        if (complaint.empty()) complaint = complaint_about_count(*app_, error);
        if (complaint.empty()) complaint = complaint_about_missing(*app_);
        if (complaint.empty()) complaint = error.what();
        throw Error("", complaint + (complaint.ends_with('?') ? " quillet " : "; quillet ") +
                            (first[0] == '-' ? "" : first + " ") + "--help lists what there is");
    }
    refuse_empty(*chosen_of(*app_));
    return true;
}

}  // namespace quillet
