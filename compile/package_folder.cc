// The folder of an exported package: writing one over an older one, without a file of the user's lost.
// SPDX-License-Identifier: MIT
#include "compile/package_folder.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "base/error.h"
#include "base/file.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr size_t kHashDigits = 64;
constexpr const char* kBetween = "  ";  // hash and path, as sha256sum has them

// A path of the list that leads out of the folder, or through a link, is none of ours.
bool is_inside(const fs::path& folder, const std::string& path) {
    std::error_code code;
    const fs::path relative(path);
    if (path.empty() || relative.is_absolute() || relative.lexically_normal() != relative)
        return false;
    if (*relative.begin() == "..") return false;
    fs::path at = folder;
    for (const fs::path& part : relative)
        if (fs::is_symlink(at /= part, code)) return false;
    return true;
}

// Path -> hash of the files that the last export wrote; empty where there was none.
std::map<std::string, std::string> listed_files(const fs::path& folder) {
    std::map<std::string, std::string> files;
    std::error_code code;
    if (!fs::is_regular_file(folder / kPackageList, code)) return files;
    std::istringstream text(read_file(folder / kPackageList));
    for (std::string line; std::getline(text, line);) {
        if (line.size() <= kHashDigits + 2 || line.substr(kHashDigits, 2) != kBetween) continue;
        const std::string path = line.substr(kHashDigits + 2);
        if (is_inside(folder, path)) files[path] = line.substr(0, kHashDigits);
    }
    return files;
}

std::string list_of(const Sources& package) {
    std::string text;
    for (const auto& [path, content] : package)
        text += sha256_hex(content) + kBetween + path + "\n";
    return text;
}

// Removes folders of `path` that have nothing in them, from the inside out.
void remove_emptied(const fs::path& folder, const std::string& path) {
    std::error_code code;
    for (fs::path at = fs::path(path).parent_path(); !at.empty(); at = at.parent_path())
        if (!fs::remove(folder / at, code) || code) return;  // it has files
}

}  // namespace

void require_own_files(const fs::path& folder, const Sources& package, PackageKind kind) {
    const auto old = listed_files(folder);
    std::error_code code;
    for (const auto& [path, content] : package) {
        const fs::path file = folder / path;
        if (!fs::exists(fs::symlink_status(file, code))) continue;
        if (!fs::is_regular_file(file, code))
            throw Error(file.string(), std::string("is no file, and the ") + kind.name +
                                           " has one of that name; give -o another folder");
        const std::string found = read_file(file), hash = sha256_hex(found);
        const auto written = old.find(path);
        if (found == content || (written != old.end() && written->second == hash)) continue;
        const std::string verb = std::string("quillet ") + kind.verb;
        throw Error(file.string(),
                    (written == old.end() ? "is there, and no " + verb + " wrote it"
                                          : "was changed after " + verb + " wrote it") +
                        "; move it away, or give -o another folder");
    }
}

PackageUpdate write_package(const fs::path& folder, const Sources& package, PackageKind kind) {
    require_own_files(folder, package, kind);
    const auto old = listed_files(folder);
    write_files(folder, package);
    PackageUpdate update;
    for (const auto& [path, hash] : old) {
        std::error_code code;
        const fs::path file = folder / path;
        if (package.count(path) || !fs::is_regular_file(file, code)) continue;
        if (sha256_hex(read_file(file)) != hash) {
            update.kept.push_back(path);
        } else if (fs::remove(file, code)) {
            update.removed.push_back(path);
            remove_emptied(folder, path);
        }
    }
    write_file(folder / kPackageList, list_of(package));
    return update;
}

}  // namespace quillet
