// Output that does not fail in silence, nor after the work is done.
// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "compile/package_folder.h"

namespace quillet {

// Writes `text` to standard output, or to `to`, at once. Throws Error when it cannot be written: a
// full disk, a closed pipe.
inline void print(std::string_view text, FILE* to = stdout) {
    bool written = std::fwrite(text.data(), 1, text.size(), to) == text.size();
    if (!written || std::fflush(to) != 0)
        throw Error(to == stderr ? "standard error" : "standard output",
                    std::string("cannot be written: ") + std::strerror(errno));
}

// Where a report about the files `outputs` goes: to standard output, or to standard error where one
// of them is standard output.
inline FILE* report_stream(const std::vector<std::string>& outputs) {
    for (const std::string& output : outputs)
        if (is_standard_output(output)) return stderr;
    return stdout;
}

// Throws Error when anything that was put on standard output could not be written.
inline void require_printed() {
    if (std::fflush(stdout) != 0 || std::ferror(stdout))
        throw Error("standard output",
                    std::string("cannot be written: ") + std::strerror(errno ? errno : EIO));
}

// Throws Error when the file `path` cannot be written, or is one of the files `inputs`, which it
// would take the place of. Called before the work, that a mistake does not cost it. Missing folders
// are made.
void require_output(const std::string& path, const std::vector<std::string>& inputs = {});

// require_output for each of `paths`, which must also be different files.
void require_outputs(const std::vector<std::string>& paths, const std::vector<std::string>& inputs);

// Throws Error where `path` ends as another kind of picture than `kind` does, whose endings are `own`.
void require_ending(const std::string& path, const std::string& kind,
                    const std::vector<std::string>& own);

// Says on stderr which files of an older package or page went from `folder`, and which stay.
void tell_update(const std::filesystem::path& folder, const PackageUpdate& update,
                 PackageKind kind = {});

}  // namespace quillet
