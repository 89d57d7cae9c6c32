// The table of targets: what compiled C is for, and what its code costs there.
// SPDX-License-Identifier: MIT
#include "compile/target.h"

namespace quillet {

namespace {

constexpr const char* kMeasuredM0 =
    "by gcc 12 at -Os for Cortex-M0+, linked with --gc-sections; float routines come on top";

// Fits to each kernel's cycles at two or three sizes on the emulated core, code in SRAM
// (docs/kernels.md); float kernels with libgcc's routines.
std::vector<KernelCost> rp2040_costs() {
    return {
        {"quillet_narrow", 28, 8.5, 0},
        {"quillet_spread", 33, 5.75, 0},
        {"quillet_tables", 46, 75.8, 0},
        {"quillet_tables6", 46, 160.83, 0},
        {"quillet_product_int8_strips", 78, 8.63, 3.419},
        {"quillet_product_int4", 58, 19.13, 2.05},
        {"quillet_product_ternary", 89, 5.63, 1.144},
        {"quillet_product_ternary6", 94, 6.83, 0.844},
        {"quillet_stream_int8_strips", 120, 55, 3.419},
        {"quillet_stream_int4", 120, 65, 2.05},
        {"quillet_stream_ternary", 120, 52, 1.144},
        {"quillet_stream_ternary6", 120, 70, 0.844},
        {"quillet_scale_rows", 41, 17, 0},
        {"quillet_table_row", 66, 12, 0},
        {"quillet_table_row4", 66, 16, 0},
        {"quillet_gru_gates", 75, 96.2, 0},
        {"quillet_lstm_gates", 92, 140, 0},
        {"quillet_rnn_gates", 60, 46, 0},
        {"quillet_rnn_relu_gates", 60, 39.1, 0},
        {"quillet_product_f32", 1902, 96, 244.3},
        {"quillet_affine_f32", 1902, 244, 244.3},
        {"quillet_gru_f32", 0, 11000, 0},
        {"quillet_lstm_f32", 0, 17600, 0},
        {"quillet_add_f32", 0, 110, 0},
        {"quillet_logits_f32", 0, 604, 0},
    };
}

// A word of flash read in order costs a miss of 40 cycles.
TargetRow rp2040() {
    return {
        .name = "rp2040",
        .target = Target::rp2040,
        .description = "Raspberry Pi Pico: weights in SRAM as far as --ram goes",
        .weights = "static const __attribute__((aligned(4)))",
        .hot = "",
        .flags = "",
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
        .costs = rp2040_costs(),
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
        {"c99", Target::c99, "C99 for any machine", "static const", "", "", 4096, 1536, kMeasuredM0,
         2},
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
