// Whether every runtime on this machine writes the same text from a model.
// SPDX-License-Identifier: MIT
#pragma once

#include "quillet/model.h"

namespace quillet {

struct VerifyConfig {
    std::vector<std::string> runtimes =
        {};  // "plan", "c", "node", … (quillet verify --list); empty: all but emulated ones
    uint32_t lines = 200;  // over each of the settings
    uint32_t seed = 1;
};

struct RuntimeVerdict {
    std::string name;
    bool same = false;
    std::string note;  // why it did not run, what it died of, or the first difference
    uint64_t lines = 0;
};

// One verdict a runtime. A runtime that is not installed is `same` false with zero lines and a note.
// Throws Error for a name of config.runtimes that is none.
std::vector<RuntimeVerdict> verify(const Model& model, const VerifyConfig& config = {});

}  // namespace quillet
