// A model's sources and its runtime as one C file.
// SPDX-License-Identifier: MIT
#include "compile/single_file.h"

#include <algorithm>
#include <regex>
#include <vector>

#include "compile/writer.h"

namespace quillet {
namespace {

// `text` without its includes of our own files.
std::string without_local_includes(const std::string& text) {
    std::string result;
    for (size_t at = 0; at < text.size();) {
        size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        std::string line = text.substr(at, end - at);
        bool blank_twice =
            line == "\n" && result.size() > 1 && result.substr(result.size() - 2) == "\n\n";
        if (line.substr(0, 10) != "#include \"" && !blank_twice) result += line;
        at = end;
    }
    return result;
}

// Names of runtime files so that each comes after those it includes.
void add_in_order(const std::map<std::string, std::string>& files, const std::string& name,
                  std::vector<std::string>& order) {
    auto file = files.find(name);
    if (file == files.end() || std::find(order.begin(), order.end(), name) != order.end()) return;
    for (const std::string& included : included_files(file->second))
        add_in_order(files, included, order);
    order.push_back(name);
}

// `text` of a runtime file with its functions and tables local to the file that includes it: programs
// may hold several models in one file each. What a board gives is another file's, and declared extern.
std::string made_local(const std::string& text) {
    // Indented: in a macro that makes functions.
    static const std::regex function(
        "^( *)((?:void|u?int[0-9]+_t|quillet_\\w+) quillet_[\\w#]+\\()");
    static const std::regex inlined("^static (inline \\w+ quillet_)");
    static const std::regex table("^(?:extern )?(const u?int[0-9]+_t quillet_)");
    std::string result;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        std::string line = text.substr(at, end - at);
        line = std::regex_replace(line, function, "$1QUILLET_LOCAL $2");
        line = std::regex_replace(line, inlined, "QUILLET_LOCAL $1");
        result += std::regex_replace(line, table, "QUILLET_LOCAL $1");
        at = end;
    }
    return result;
}

// A runtime file for a single file, included once however many models of the kind a file includes.
std::string local_part(const std::string& name, const std::string& text) {
    const std::string guard = "QUILLET_PART_" + upper(identifier_of(name));
    return "#ifndef " + guard + "\n#define " + guard + "\n" +
           made_local(without_local_includes(text)) + "#endif\n";
}

constexpr const char* kLocal = R"(
#ifndef QUILLET_LOCAL /* the runtime is this file's own */
#ifdef __GNUC__
#define QUILLET_LOCAL static __attribute__((unused))
#else
#define QUILLET_LOCAL static
#endif
#endif
)";

}  // namespace

std::string join_sources(const std::string& name, const Sources& sources,
                         const std::map<std::string, std::string>& runtime) {
    std::vector<std::string> order;
    for (const auto& [file, text] : runtime)
        if (file.back() == 'h') add_in_order(runtime, file, order);
    std::string text;
    auto add = [&](const std::string& part) { text += "\n" + without_local_includes(part); };
    auto add_local = [&](const std::string& file) {
        text += "\n" + local_part(file, runtime.at(file));
    };
    bool has_assembly = std::any_of(runtime.begin(), runtime.end(),
                                    [](const auto& file) { return file.first.ends_with(".S"); });
    if (has_assembly)
        text +=
            "#ifndef QUILLET_PORTABLE /* one file of C has no assembly */\n"
            "#define QUILLET_PORTABLE\n#endif\n";
    text += kLocal;
    for (const std::string& file : order) add_local(file);
    add(sources.at(name + ".h"));
    for (const auto& [file, part] : runtime)
        if (file.back() == 'c') add_local(file);
    add(sources.at(name + ".c"));
    return text + "\n#ifndef QUILLET_NO_MAIN\n" + without_local_includes(sources.at("main.c")) +
           "\n#endif\n";
}

}  // namespace quillet
