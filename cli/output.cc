// Several files at once, and whether one can be written, asked before the work.
// SPDX-License-Identifier: MIT
#include "cli/output.h"

#include <algorithm>

namespace quillet {

namespace fs = std::filesystem;

void require_output(const std::string& path, const std::vector<std::string>& inputs) {
    std::error_code code;
    if (path == "-")
        throw Error(path, "would be a file of that name; name a file (/dev/stdout for a pipe)");
    // Pipes and devices are not touched before there is something to write.
    if (fs::exists(path, code) && !fs::is_regular_file(path, code) && !fs::is_directory(path, code))
        return;
    require_not_among(path, inputs);
    OutputFile probe(path);
}

void require_outputs(const std::vector<std::string>& paths,
                     const std::vector<std::string>& inputs) {
    std::map<fs::path, std::string> places;
    for (const std::string& path : paths) {
        require_output(path, inputs);
        std::error_code code;
        const fs::path place = fs::weakly_canonical(fs::absolute(path), code);
        if (!code && !places.emplace(place, path).second)
            throw Error(path, "names two outputs; give one of them another name");
    }
}

void require_ending(const std::string& path, const std::string& kind,
                    const std::vector<std::string>& own) {
    const std::string ending = fs::path(path).extension().string();
    if (std::find(own.begin(), own.end(), ending) != own.end()) return;
    for (const char* other : {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg", ".pdf"})
        if (ending == other)
            throw Error(path, "would be a " + kind + " file; name it " + own.front());
}

void tell_update(const fs::path& folder, const PackageUpdate& update, PackageKind kind) {
    for (const std::string& path : update.removed)
        std::fprintf(stderr, "%s: of an older %s, removed\n", (folder / path).c_str(), kind.name);
    for (const std::string& path : update.kept)
        std::fprintf(stderr,
                     "%s: is of an older %s and was changed since, so it stays; remove it if it is "
                     "not yours\n",
                     (folder / path).c_str(), kind.name);
}

}  // namespace quillet
