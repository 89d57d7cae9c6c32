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

std::vector<fs::path> homes() {
    std::vector<fs::path> places;
    if (const char* home = std::getenv("QUILLET_HOME")) places.emplace_back(home);
    fs::path program = program_path();
    if (!program.empty())
        places.push_back(program.parent_path().parent_path() / "share" / "quillet");
    places.emplace_back(QUILLET_SOURCE_DIR);
    return places;
}

}  // namespace

fs::path find_resource(const std::string& wanted) {
    std::string tried;
    for (const fs::path& place : homes()) {
        std::error_code code;
        if (fs::exists(place / wanted, code)) return place;
        tried += (tried.empty() ? "" : ", ") + place.string();
    }
    throw Error(wanted,
                "is in none of " + tried + "; set QUILLET_HOME to the folder that holds it");
}

std::string version() {
    return QUILLET_VERSION;
}

}  // namespace quillet
