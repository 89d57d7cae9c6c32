// A folder that vanishes with its owner.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace quillet {

// Where the system keeps temporary files. Throws Error where TMPDIR names no folder.
std::filesystem::path temporary_parent();

// A new, empty folder among the system's temporary ones, for its owner's eyes alone; it goes with
// whatever is in it when this goes.
class TemporaryFolder {
  public:
    TemporaryFolder();  // throws Error where none can be made
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace quillet
