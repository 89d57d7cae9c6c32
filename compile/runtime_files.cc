// The files of runtime/ that a compiled plan needs, as they came with the program.
// SPDX-License-Identifier: MIT
#include "compile/runtime_files.h"

#include <set>

#include "base/file.h"
#include "base/resources.h"
#include "compile/writer.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

// Whether `file` is the header or a source of the part `name`.
bool belongs(const fs::path& file, const std::string& name) {
    std::string stem = file.stem().string(), kind = file.extension().string();
    if (kind == ".h") return stem == name;
    return (kind == ".c" || kind == ".S") && (stem == name || stem.rfind(name + "_", 0) == 0);
}

}  // namespace

std::map<std::string, std::string> runtime_files(const Plan& plan, int cores) {
    fs::path folder = find_resource("runtime/quillet_text.h") / "runtime";
    std::set<fs::path> listing;
    for (const auto& entry : fs::directory_iterator(folder)) listing.insert(entry.path());
    std::set<std::string> wanted, done;
    if (!plan.is_network()) wanted.insert("quillet_text");
    for (const Step& step : plan.steps) wanted.insert(step.kernel->source);
    if (cores == 2) wanted.insert("quillet_cores");
    if (plan.weights_apart) wanted.insert("quillet_weights");
    std::map<std::string, std::string> files;
    while (!wanted.empty()) {
        std::string name = *wanted.begin();
        wanted.erase(wanted.begin());
        if (!done.insert(name).second) continue;
        for (const fs::path& file : listing) {
            if (!belongs(file, name)) continue;
            std::string& text = files[file.filename().string()] = read_file(file);
            for (const fs::path header : included_files(text))
                wanted.insert(header.stem().string());
        }
    }
    return files;
}

std::string includes_of(const Plan& plan) {
    std::set<std::string> lines;
    for (const Step& step : plan.steps)
        lines.insert("#include \"runtime/" + std::string(step.kernel->source) + ".h\"\n");
    if (plan.weights_apart) lines.insert("#include \"runtime/quillet_weights.h\"\n");
    std::string text;
    for (const std::string& line : lines) text += line;
    return text;
}

}  // namespace quillet
