// Locks by which a program's temporary files are told from those that a killed one left.
// SPDX-License-Identifier: MIT
#include "base/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace quillet {

bool lock_named(int descriptor, const std::filesystem::path& path, int how) {
    struct stat locked, named;
    return ::flock(descriptor, how) == 0 && ::fstat(descriptor, &locked) == 0 &&
           ::lstat(path.c_str(), &named) == 0 && locked.st_ino == named.st_ino &&
           locked.st_dev == named.st_dev;
}

int open_stale(const std::filesystem::path& path, int flags) {
    const int found = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | flags);
    if (found < 0 || lock_named(found, path, LOCK_EX | LOCK_NB)) return found;
    ::close(found);
    return -1;
}

}  // namespace quillet
