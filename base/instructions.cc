// The processor's instructions that hot loops are compiled for several times: which it has, their names.
// SPDX-License-Identifier: MIT
#include "base/instructions.h"

#include <algorithm>

#include "base/error.h"

namespace quillet {
namespace {

struct Name {
    Instructions instructions;
    const char* name;
};
constexpr Name kNames[] = {{Instructions::best, "best"},
                           {Instructions::plain, "plain"},
                           {Instructions::neon, "neon"},
                           {Instructions::avx2, "avx2"},
                           {Instructions::avx512, "avx512"}};

std::string listed(const std::vector<Instructions>& all) {
    std::string text;
    for (Instructions each : all) text += (text.empty() ? "" : ", ") + name_of(each);
    return text;
}

}  // namespace

std::string name_of(Instructions instructions) {
    for (const Name& each : kNames)
        if (each.instructions == instructions) return each.name;
    return "";
}

std::vector<Instructions> available_instructions() {
    std::vector<Instructions> all;
#if defined(__x86_64__)
    // The compiler's run-time library asks the system too whether it keeps the wide registers.
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        all.push_back(Instructions::avx512);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        all.push_back(Instructions::avx2);
#elif defined(__aarch64__)
    all.push_back(Instructions::neon);
#endif
    all.push_back(Instructions::plain);
    return all;
}

Instructions runnable(Instructions instructions, const std::string& where) {
    const std::vector<Instructions> all = available_instructions();
    if (instructions == Instructions::best) return all.front();
    if (std::find(all.begin(), all.end(), instructions) == all.end())
        throw Error(where, name_of(instructions) + " cannot run on this processor; expected " +
                               listed(all));
    return instructions;
}

Instructions instructions_named(std::string_view name, const std::string& where) {
    for (const Name& each : kNames)
        if (name == each.name) return each.instructions;
    throw Error(where, "expected best, " + listed(available_instructions()) + ", not '" +
                           std::string(name) + "'");
}

}  // namespace quillet
