// The folder of an exported package or of a page: writing one over an older one, without a file of the user's lost.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "compile/emit_c.h"

namespace quillet {

// Lists the files of a package with their SHA-256, as sha256sum prints and checks them.
inline constexpr const char* kPackageList = ".quillet-files";

// What messages call what is written, and the verb that writes it.
struct PackageKind {
    const char* name = "package";
    const char* verb = "export";
};

// What becomes of the files of an older package that the new one lacks.
struct PackageUpdate {
    std::vector<std::string> removed;  // they were as they had been written
    std::vector<std::string> kept;     // somebody changed them
};

// Throws Error, touching nothing, where `folder` has a file of the package's name that the verb did not
// write, or that was changed since; of the same text it may be.
void require_own_files(const std::filesystem::path& folder, const Sources& package,
                       PackageKind kind = {});

// Writes the package and its list into `folder`, which may not be there, and removes what an older package
// left: files that the old list names and that are as they were written, then folders that this emptied.
// Throws Error as require_own_files and write_files do.
PackageUpdate write_package(const std::filesystem::path& folder, const Sources& package,
                            PackageKind kind = {});

}  // namespace quillet
