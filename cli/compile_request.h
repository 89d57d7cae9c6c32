// What the verbs that compile share: a request that follows the model's file and metadata.
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

// What --ram says: "230K" is 230 * 1024 bytes; "1M" and a bare number of bytes likewise; 0 for an
// empty text. Throws Error.
int64_t ram_bytes_of(const std::string& text);

// `text` between single quotes of a shell, any: each joins 'a'\''b'.
std::string shell_quoted(const std::string& text);
// A word of a command that a shell reads as `text`: in single quotes where it would read it otherwise.
std::string shell_word(const std::string& text);
// The name of the file `path` as such a word that is no option.
std::string file_word(const std::string& path);

}  // namespace quillet
