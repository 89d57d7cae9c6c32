// A request to compile that follows the model's file and metadata.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "compile/compile.h"

namespace quillet {

// A request named after `file`, with origin, sampling and line length of `graph`, which was read from it;
// `hash` is the file's SHA-256 in hexadecimal. Target, command and all else are left to the caller. Throws Error where the metadata's
// sampling is none.
CompileRequest compile_request_of(const Graph& graph, const std::string& file,
                                  const std::string& hash);

}  // namespace quillet
