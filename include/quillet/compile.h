// A model as C99 sources without dependencies, for a target.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>

#include "quillet/model.h"

namespace quillet {

struct CompileConfig {
    std::string target = "c99";  // a name of targets()
    std::string name = {};       // of the C symbols; the model's unless given
    bool single_file = false;
    int64_t ram_bytes = 0;  // for weights and all else, on targets that place them; 0: the target's
};

struct CompileResult {
    std::map<std::string, std::string> files;  // path -> text
    std::string cost;                          // a table of bytes and cycles
    int64_t flash_bytes = 0, ram_bytes = 0, stack_bytes = 0;
    double characters_per_second = 0;  // 0: not estimated

    // Writes the files below `folder`, all or none.
    void write(const std::string& folder) const;
};

CompileResult compile(const Model& model, const CompileConfig& config = {});

std::vector<std::string> target_names();

}  // namespace quillet
