// Text as words of a shell, for commands that are told or written.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace quillet {

// `text` between single quotes of a shell, any: each joins 'a'\''b'.
std::string shell_quoted(const std::string& text);
// A word of a command that a shell reads as `text`: in single quotes where it would read it otherwise.
std::string shell_word(const std::string& text);
// The name of the file `path` as such a word that is no option.
std::string file_word(const std::string& path);

}  // namespace quillet
