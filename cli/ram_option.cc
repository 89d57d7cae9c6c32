// What --ram says, of the verbs that compile.
// SPDX-License-Identifier: MIT
#include "cli/ram_option.h"

#include "base/error.h"

namespace quillet {

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
