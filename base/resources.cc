// Where the program finds what came with it: models, runtime sources, ports.
// SPDX-License-Identifier: MIT
#include "base/resources.h"

#include <cstdlib>
#include <vector>

#ifdef __APPLE__
#    include <mach-o/dyld.h>
#endif

#include "base/error.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path>& added_folders() {
    static std::vector<fs::path> folders;
    return folders;
}

std::vector<fs::path> homes() {
    std::vector<fs::path> places;
    if (const char* home = std::getenv("QUILLET_HOME")) places.emplace_back(home);
    places.insert(places.end(), added_folders().rbegin(), added_folders().rend());
    for (fs::path at = program_path().parent_path(); at.has_relative_path(); at = at.parent_path())
        places.push_back(at / "share" / "quillet");
    return places;
}

}  // namespace

fs::path program_path() {
    std::error_code code;
#ifdef __APPLE__
    char buffer[4096];
    uint32_t size = sizeof buffer;
    if (_NSGetExecutablePath(buffer, &size) == 0) return fs::canonical(buffer, code);
    return {};
#else
    return fs::read_symlink("/proc/self/exe", code);
#endif
}

fs::path find_resource(const std::string& wanted) {
    std::string tried;
    for (const fs::path& place : homes()) {
        std::error_code code;
        if (fs::exists(place / wanted, code)) return place;
        if (fs::exists(place, code)) tried += (tried.empty() ? "" : ", ") + place.string();
    }
    throw Error(wanted, (tried.empty() ? "is not beside the program" : "is not in " + tried) +
                            "; set QUILLET_HOME to the folder that holds it");
}

void add_resource_folder(const fs::path& folder) {
    added_folders().push_back(folder);
}

std::string version() {
    return QUILLET_VERSION;
}

}  // namespace quillet
