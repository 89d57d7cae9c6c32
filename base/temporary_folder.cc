// A folder that vanishes with its owner.
// SPDX-License-Identifier: MIT
#include "base/temporary_folder.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

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

TemporaryFolder::TemporaryFolder() {
    std::string name = (temporary_parent() / "quillet-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        throw Error(name, std::string("cannot be made: ") + std::strerror(errno));
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code code;
    fs::remove_all(path_, code);
}

}  // namespace quillet
