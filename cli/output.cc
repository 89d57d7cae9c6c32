// Whether an output can be written, asked before the work.
// SPDX-License-Identifier: MIT
#include "cli/output.h"

#include <filesystem>

#include "base/file.h"

namespace quillet {

namespace fs = std::filesystem;

void require_output(const std::string& path, const std::vector<std::string>& inputs) {
    std::error_code code;
    // Pipes and devices are not touched before there is something to write.
    if (fs::exists(path, code) && !fs::is_regular_file(path, code) && !fs::is_directory(path, code))
        return;
    for (const std::string& input : inputs)
        if (fs::equivalent(path, input, code) && !code)
            throw Error(path, "is read from too and would be lost; give the output another name");
    OutputFile probe(path);
}

}  // namespace quillet
