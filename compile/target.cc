// The table of targets: what compiled C is for, and what its code costs there.
// SPDX-License-Identifier: MIT
#include "compile/target.h"

namespace quillet {

namespace {

constexpr const char* kMeasuredM0 =
    "by gcc 12 at -Os for Cortex-M0+, linked with --gc-sections; float routines come on top";

// A word of flash read in order costs a miss of 40 cycles.
TargetRow rp2040() {
    return {
        .name = "rp2040",
        .target = Target::rp2040,
        .description = "Raspberry Pi Pico: weights in SRAM as far as --ram goes",
        .weights = "static const __attribute__((aligned(4)))",
        .code_bytes = 5120,
        .stack_bytes = 512,
        .measured = kMeasuredM0,
        .cores = 2,
        .resident = "static const __attribute__((section(\".time_critical.weights\"), aligned(4)))",
        .resident_code_bytes = 4096,
        .ram_bytes = 230 * 1024,
        .hertz = 133000000,
        .cycles_a_flash_byte = 10,
        .cycles_a_streamed_byte = 4,
        .sampler_cycles = 40,
        .estimates_cycles = true,
        .estimated = "kernels measured on the emulated chip, 40 cycles a word of flash",
    };
}

TargetRow cortex_m33() {
    return {
        .name = "cortex-m33",
        .target = Target::cortex_m33,
        .description = "Cortex-M33 and M4 with the DSP instructions, weights in flash",
        .weights = "static const __attribute__((aligned(4)))",
        .code_bytes = 3584,
        .stack_bytes = 512,
        .measured =
            "by gcc 12 at -Os for Cortex-M33, linked with --gc-sections; float routines come on "
            "top",
    };
}

}  // namespace

const std::vector<TargetRow>& targets() {
    static const std::vector<TargetRow> table = {
        // in the order of the enumeration
        {"c99", Target::c99, "C99 for any machine", "static const", 4096, 1536, kMeasuredM0, 2},
        rp2040(),
        cortex_m33(),
    };
    return table;
}

const TargetRow& row_of(Target target) {
    return targets()[static_cast<size_t>(target)];
}

const TargetRow* find_target(std::string_view name) {
    for (const TargetRow& row : targets())
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace quillet
