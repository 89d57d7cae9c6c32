// Text as words of a shell, for commands that are told or written.
// SPDX-License-Identifier: MIT
#include "cli/shell.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>

namespace quillet {

std::string shell_quoted(const std::string& text) {
    std::string word = "'";
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return word + "'";
}

std::string shell_word(const std::string& text) {
    const auto is_plain = [](unsigned char c) {
        return c >= 0x80 || std::isalnum(c) || std::strchr("_./-+=:,@%", c);
    };
    if (!text.empty() && std::all_of(text.begin(), text.end(), is_plain)) return text;
    return shell_quoted(text);
}

std::string file_word(const std::string& path) {
    const std::string name = std::filesystem::path(path).filename().string();
    return shell_word(name.starts_with('-') ? "./" + name : name);
}

}  // namespace quillet
