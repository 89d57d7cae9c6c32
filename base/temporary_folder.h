// A folder that vanishes with its owner.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace quillet {

// Where the system keeps temporary files. Throws Error where TMPDIR names no folder.
std::filesystem::path temporary_parent();

// A new folder among the system's temporary ones, for its owner's eyes alone; it goes with whatever
// is in it when this goes. Those of programs that were killed go when the next is made.
class TemporaryFolder {
  public:
    TemporaryFolder();  // throws Error where none can be made
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    int lock_ = -1;  // holds the folder's lock, by which others know that the owner lives
};

}  // namespace quillet
