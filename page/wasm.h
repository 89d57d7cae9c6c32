// C sources to WebAssembly, by clang and wasm-ld and without a C library.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace quillet {

// The programs that make WebAssembly. Throws Error("page", …) in one line where one is missing.
class WasmTools {
  public:
    WasmTools();

    // Compiles every .c file of `sources` (path -> text; includes are from their root, <string.h>
    // and <math.h> from libc/) and links them: one module that exports its memory and the functions
    // that are marked for it. `what` stands in errors. Throws Error(what, …) with the compiler's or
    // the linker's complaint. The same sources and tools give the same bytes.
    std::string build(const std::map<std::string, std::string>& sources,
                      const std::string& what) const;

  private:
    std::string clang_, linker_;
};

}  // namespace quillet
