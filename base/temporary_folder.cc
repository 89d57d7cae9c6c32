// A folder that vanishes with its owner.
// SPDX-License-Identifier: MIT
#include "base/temporary_folder.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/error.h"

namespace quillet {

namespace fs = std::filesystem;

fs::path temporary_parent() {
    const char* named = std::getenv("TMPDIR");
    if (named && !*named) return "/tmp";  // as if it were not set
    std::error_code code;
    fs::path parent = fs::temp_directory_path(code);
    if (code) throw Error("TMPDIR", "names no folder: " + code.message());
    return parent;
}

namespace {

constexpr std::string_view kPrefix = "quillet-temporary-";
constexpr std::string_view kPlaces = "XXXXXX";  // for mkdtemp

// A descriptor that holds the folder's lock, got by `how`; -1 where it is gone, another user's or cannot
// be locked.
int locked(const fs::path& path, int how) {
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    struct stat about;
    if (folder >= 0 && ::flock(folder, how) == 0 && ::fstat(folder, &about) == 0 &&
        about.st_uid == ::geteuid() && ::access(path.c_str(), F_OK) == 0)
        return folder;
    if (folder >= 0) ::close(folder);
    return -1;
}

// Removes this user's folders whose owner was killed: a living one holds its folder's lock.
void remove_left_behind(const fs::path& parent) {
    std::error_code code;
    fs::directory_iterator folder(parent, code), end;
    for (; !code && folder != end; folder.increment(code)) {
        const std::string name = folder->path().filename().string();
        if (!name.starts_with(kPrefix) || name.size() != kPrefix.size() + kPlaces.size()) continue;
        const int lock = locked(folder->path(), LOCK_EX | LOCK_NB);
        if (lock < 0) continue;
        std::error_code ignored;
        fs::remove_all(folder->path(), ignored);
        ::close(lock);
    }
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    const fs::path parent = temporary_parent();
    remove_left_behind(parent);
    // Another program's remove_left_behind() may come between mkdtemp and the lock, which then waits
    // for it; the folder is gone afterwards.
    for (int i = 0; i < 10; i++) {
        std::string name = (parent / (std::string(kPrefix) + std::string(kPlaces))).string();
        if (!::mkdtemp(name.data()))
            throw Error(name, std::string("cannot be made: ") + std::strerror(errno));
        path_ = name;
        lock_ = locked(path_, LOCK_EX);
        std::error_code code;
        if (lock_ >= 0 || fs::exists(path_, code)) return;
    }
    throw Error(parent.string(), "keeps no folder that is made there");
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code code;
    fs::remove_all(path_, code);
    if (lock_ >= 0) ::close(lock_);
}

}  // namespace quillet
