// What the verbs that compile share: a request that follows the model's file and metadata.
// SPDX-License-Identifier: MIT
#include "cli/compile_request.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <filesystem>

#include "base/error.h"
#include "run/sampling.h"

namespace quillet {

CompileRequest compile_request_of(const Graph& graph, const std::string& file,
                                  const std::string& hash) {
    const std::filesystem::path path = file;
    const SamplingSettings settings = sampling_settings(graph.metadata, file);
    CompileRequest request;
    request.name = path.stem().string();
    request.origin = path.filename().string() + ", SHA-256 " + hash.substr(0, 16);
    request.sampling = settings.integers();
    request.sampling_text = settings.text();
    request.max_length = settings.max_length;
    return request;
}

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

int64_t ram_bytes_of(const std::string& text) {
    if (text.empty()) return 0;
    size_t used = 0;
    int64_t number = 0;
    try {
        number = std::stoll(text, &used);
    } catch (const std::exception&) {
        used = 0;
    }
    const std::string unit = text.substr(used);
    const int shift = unit.empty() ? 0 : unit == "K" ? 10 : unit == "M" ? 20 : -1;
    if (used == 0 || number <= 0 || number > 1 << 30 || shift < 0)
        throw Error("--ram", "is " + text + "; expected bytes, as 230K");
    return number << shift;
}

}  // namespace quillet
