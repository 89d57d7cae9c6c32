// Compiled models as a package of an ecosystem: a folder that its tools take as one of their own.
// SPDX-License-Identifier: MIT
#include "compile/package.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "compile/writer.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

// `text` with each @name@ replaced, as CMake's configure_file does: these templates are full of '$'.
// An '@' that begins no known name stands for itself.
std::string replaced(const std::string& text, const Words& words) {
    std::string result;
    for (size_t at = 0; at < text.size();) {
        const size_t end = text[at] == '@' ? text.find('@', at + 1) : std::string::npos;
        const auto word =
            end == std::string::npos ? words.end() : words.find(text.substr(at + 1, end - at - 1));
        if (word == words.end()) {
            result += text[at++];
        } else {
            result += word->second;
            at = end + 1;
        }
    }
    return result;
}

// Template files of a folder, by their paths in it.
Sources templates_of(const std::string& folder) {
    const fs::path root = find_resource("ecosystems/" + folder) / "ecosystems" / folder;
    Sources templates;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.path().extension() == ".in")
            templates[fs::relative(entry.path(), root).replace_extension().generic_string()] =
                read_file(entry.path());
    return templates;
}

std::string joined(const std::vector<std::string>& parts, const std::string& between) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
    return text;
}

// `text` from outside in a cell of a Markdown table.
std::string cell_text(const std::string& text) {
    std::string cell;
    for (char c : comment_text(text)) {
        if (c == '|' || c == '`' || c == '<' || c == '\\' || c == '[') cell += '\\';
        cell += c;
    }
    return cell;
}

/// the models ///

// NAME.h, NAME.c and runtime/ of every model, below src/.
Sources models_of(const std::vector<PackagedModel>& models) {
    Sources sources;
    std::vector<std::string> names;
    for (const PackagedModel& model : models) {
        const std::string& name = model.compiled.name;
        if (std::find(names.begin(), names.end(), name) != names.end())
            throw Error(model.file, "is the second model called '" + name +
                                        "'; rename the file, or make two packages");
        names.push_back(name);
        for (const auto& [path, text] : model.compiled.sources)
            if (path != "main.c" && path != "CMakeLists.txt") sources["src/" + path] = text;
    }
    return sources;
}

// What a build compiles of src/, with its path.
std::vector<std::string> compiled_of(const Sources& sources) {
    std::map<std::string, std::string> runtime;
    std::vector<std::string> files;
    const std::string prefix = "src/runtime/";
    for (const auto& [path, text] : sources) {
        if (path.starts_with(prefix))
            runtime[path.substr(prefix.size())] = text;
        else if (path.ends_with(".c"))
            files.push_back(path);
    }
    for (const std::string& file : translation_units(runtime)) files.push_back(prefix + file);
    return files;
}

/// the words of the templates ///

void add_models(const std::vector<PackagedModel>& models, const Sources& common, Words& words) {
    std::vector<std::string> files, headers, quoted, includes;
    for (const PackagedModel& model : models) {
        const std::string& name = model.compiled.name;
        const Words own = {{"name", name}, {"NAME", upper(name)}};
        files.push_back(name.substr(std::string(kPackagePrefix).size()));
        headers.push_back(name + ".h");
        quoted.push_back("\"" + name + ".h\"");
        includes.push_back("#include \"" + name + ".h\"\n");
        words["states"] += replaced(common.at("state"), own);
        words["writes"] += replaced(common.at("write"), own);
        words["rows"] += "| " + files.back() + " | `" + headers.back() + "` | " +
                         cell_text(fs::path(model.file).filename().string()) + " | " +
                         (model.licence.empty() ? "not stated" : cell_text(model.licence)) + " |\n";
    }
    words["models"] = joined(files, ", ");
    words["include_list"] = joined(headers, ",");
    words["quoted_headers"] = joined(quoted, ", ");
    words["includes"] = joined(includes, "");
}

void add_build(const Sources& sources, Words& words) {
    std::vector<std::string> files = compiled_of(sources), c_files;
    std::copy_if(files.begin(), files.end(), std::back_inserter(c_files),
                 [](const std::string& file) { return file.ends_with(".c"); });
    const bool assembly = c_files.size() < files.size();
    const bool math = std::any_of(sources.begin(), sources.end(), [](const auto& source) {
        return source.second.find("#include <math.h>") != std::string::npos;
    });
    words["sources"] = joined(files, "\n  ");
    words["c_sources"] = joined(c_files, "\n  ");
    words["languages"] = assembly ? "C ASM" : "C";
    words["flags"] = "-ffp-contract=off";
    const std::string scope = "target_link_libraries(" + words["package"];
    words["math"] = math ? scope + " PUBLIC m)\n" : "";
    words["interface_math"] = math ? "  " + scope + " INTERFACE m)\n" : "";
}

}  // namespace

const std::vector<Ecosystem>& ecosystems() {
    static const std::vector<Ecosystem> rows = {
        {"arduino", "a library of the Arduino IDE", Target::c99},
        {"cmake", "a CMake project to add or to install and find", Target::c99},
        {"espidf", "a component of Espressif's ESP-IDF", Target::c99},
        {"pico-sdk", "an INTERFACE library for the Raspberry Pi Pico SDK", Target::rp2040},
        {"platformio", "a library of PlatformIO", Target::c99},
        {"zephyr", "a module of Zephyr with a sample", Target::c99},
    };
    return rows;
}

const Ecosystem* find_ecosystem(std::string_view name) {
    for (const Ecosystem& row : ecosystems())
        if (name == row.name) return &row;
    return nullptr;
}

Sources package_of(const Ecosystem& ecosystem, const std::vector<PackagedModel>& models,
                   const std::string& command) {
    Sources package = models_of(models);
    const Sources common = templates_of("common");
    Words words = {{"package", models.front().compiled.name},
                   {"PACKAGE", upper(models.front().compiled.name)},
                   {"version", version()},
                   {"command", comment_text(command)}};
    add_models(models, common, words);
    add_build(package, words);
    for (const char* part : {"lines", "about"}) words[part] = replaced(common.at(part), words);
    for (const auto& [path, text] : templates_of(ecosystem.name))
        package[path] = replaced(text, words);
    package["LICENSE"] = read_file(find_resource("LICENSE") / "LICENSE");
    return package;
}

}  // namespace quillet
