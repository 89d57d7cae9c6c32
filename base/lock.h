// Locks by which a program's temporary files are told from those that a killed one left.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace quillet {

// Locks the open file or folder `descriptor` by `how` (flock's LOCK_EX, perhaps with LOCK_NB). False
// where it cannot be locked, or `path` does not name it any more: another program removed or renamed it
// before.
bool lock_named(int descriptor, const std::filesystem::path& path, int how);

// A descriptor of the file or folder `path` that holds its lock; -1 where another program holds it, or
// there is none. For whoever removes what is left behind: the file's owner, if it lives, has the lock.
// `flags`: of open() beside O_RDONLY.
int open_stale(const std::filesystem::path& path, int flags = 0);

}  // namespace quillet
