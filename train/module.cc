// Parts of the program that are files of their own, loaded when they are asked for.
// SPDX-License-Identifier: MIT
#include "train/module.h"

#include <dlfcn.h>

#include <filesystem>

#include "base/resources.h"

namespace quillet::train {

void* function_of_module(const char* file, const char* symbol, std::string& failure) {
    namespace fs = std::filesystem;
    std::error_code code;
    const fs::path program = program_path().parent_path();
    if (program.empty()) return nullptr;
    for (const fs::path& folder :
         {program, program / "train", program / "../train", program / "../lib/quillet"}) {
        const fs::path path = folder / file;
        if (!fs::exists(path, code)) continue;
        if (void* module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL))
            return dlsym(module, symbol);
        failure = dlerror();
    }
    return nullptr;
}

}  // namespace quillet::train
