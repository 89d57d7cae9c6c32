// The table of targets: what compiled C is for, and what its code costs there.
// SPDX-License-Identifier: MIT
#include "compile/target.h"

namespace quillet {

namespace {

// Costs are fits to `./dev bench rp2040` (docs/kernels.md): an emulated core, exact but for the
// flash. A word of flash read in order costs a miss of 40 cycles.
TargetRow rp2040() {
    return {
        .name = "rp2040",
        .target = Target::cortex_m0plus,
        .description = "Raspberry Pi Pico: weights in SRAM as far as --ram goes",
        .weights = "static const __attribute__((aligned(4)))",
        .hot = "",
        .flags = "",
        .code_bytes = 3072,
        .stack_bytes = 512,
        .measured = "by gcc 12 at -Os for Cortex-M0+, whose float routines come on top",
        .resident = "static const __attribute__((section(\".time_critical.weights\"), aligned(4)))",
        .resident_code_bytes = 4096,
        .ram_bytes = 230 * 1024,
        .hertz = 133000000,
        .cycles_a_flash_byte = 10,
        .sampler_cycles = 0,
        .costs = {},
        .estimated = "kernels measured on the emulated chip, 40 cycles a word of flash",
    };
}

TargetRow cortex_m33() {
    return {
        .name = "cortex-m33",
        .target = Target::cortex_m33,
        .description = "Cortex-M33 and M4 with the DSP instructions, weights in flash",
        .weights = "static const __attribute__((aligned(4)))",
        .hot = "",
        .flags = "",
        .code_bytes = 3072,
        .stack_bytes = 512,
        .measured = "by gcc 12 at -Os for Cortex-M0+, whose float routines come on top",
        .hertz = 0,
        .costs = {},
        .estimated = "",
    };
}

}  // namespace

const std::vector<TargetRow>& targets() {
    static const std::vector<TargetRow> table = {
        {"c99", Target::c99, "C99 for any machine", "static const", "", "", 3072, 512,
         "by gcc 12 at -Os for Cortex-M0+, whose float routines come on top"},
        rp2040(),
        cortex_m33(),
    };
    return table;
}

const TargetRow* find_target(std::string_view name) {
    for (const TargetRow& row : targets())
        if (row.name == name) return &row;
    return nullptr;
}

}  // namespace quillet
