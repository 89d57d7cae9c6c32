// A request to compile that follows the model's file and metadata.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "compile/compile.h"

namespace quillet {

// Names, origin, sampling and line length of `graph`, read from `file` with SHA-256 `hash`; its name is
// the file's. Target, command and all else are left to the caller. Throws Error where the metadata's
// sampling is none.
CompileRequest compile_request_of(const Graph& graph, const std::string& file,
                                  const std::string& hash);

}  // namespace quillet
