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
#include "base/lock.h"

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

constexpr std::string_view kName = "quillet-temporary-XXXXXX";  // mkdtemp fills the last six in
constexpr std::string_view kPrefix = kName.substr(0, kName.size() - 6);

// Removes the folders of programs that were killed.
void remove_left_behind(const fs::path& parent) {
    std::error_code code;
    fs::directory_iterator folder(parent, code), end;
    for (; !code && folder != end; folder.increment(code)) {
        const std::string name = folder->path().filename().string();
        if (!name.starts_with(kPrefix) || name.size() != kName.size()) continue;
        const int stale = open_stale(folder->path(), O_DIRECTORY);
        if (stale < 0) continue;
        struct stat about;
        std::error_code ignored;
        if (::fstat(stale, &about) == 0 && about.st_uid == ::geteuid())
            fs::remove_all(folder->path(), ignored);
        ::close(stale);
    }
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    const fs::path parent = temporary_parent();
    remove_left_behind(parent);
    for (int i = 0; i < 10; i++) {
        std::string name = (parent / kName).string();
        if (!::mkdtemp(name.data()))
            throw Error(name, std::string("cannot be made: ") + std::strerror(errno));
        path_ = name;
        lock_ = ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        // Another program's remove_left_behind() may have come between. Some file systems have no
        // locks.
        std::error_code code;
        if ((lock_ >= 0 && lock_named(lock_, path_, LOCK_EX)) || fs::exists(path_, code)) return;
        if (lock_ >= 0) ::close(lock_);
    }
    throw Error(parent.string(), "keeps no folder that is made there");
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code code;
    fs::remove_all(path_, code);
    if (lock_ >= 0) ::close(lock_);
}

}  // namespace quillet
