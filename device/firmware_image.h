// Builds the device's program with two models for a panel: C sources, compiler, flash image, UF2.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compile/plan.h"
#include "device/boards.h"
#include "device/collection.h"
#include "eink/panel.h"
#include "run/sampling.h"
#include "run/word_filter.h"

namespace quillet {

// A model for the device.
struct FirmwareModel {
    const Plan& plan;
    SamplingSettings sampling;
    std::string file;  // what it was read from, for messages and banners
    std::string hash;  // SHA-256 of that file
};

struct FirmwareOptions {
    const eink_panel* panel = nullptr;
    quillet_board board{};                   // with the pins that were moved
    const Collection* collection = nullptr;  // texts beside or instead of the models
    int cells = 3;                           // of the battery
    int turn_a_boots = 0;                    // with a timer that cuts the power
    bool german_marks = false;               // around quotes, instead of English ones
    bool bridged = false;                    // I2C through an SC18IS602B instead of SPI
    uint32_t candidates = 48;                // quotes to choose from
    std::optional<WordFilter> words;         // by which quotes are ranked
    int64_t weights_ram = 0;                 // SRAM that the models' weights may take, in turns
    bool for_sdk = false;      // the quotes' weights in the SDK's section, the names' in flash
    bool two_pictures = true;  // remember what the panel shows, for refreshes without flashing
    std::string version;       // of the tool
};

struct FirmwareBill {
    int64_t image = 0;  // bytes of flash
    int64_t sram = 0;   // bytes of data, code and zeros, stack apart
    int64_t stack = 0;  // bytes that are left for it
};

// Source files of the parts that differ from device to device: NAME -> text. "quotes.c", "names.c"
// and their headers, "fonts.c" with the letters that the models can write, "device_parts.c".
// No models: NULL both.
std::map<std::string, std::string> firmware_sources(const FirmwareModel* quotes,
                                                    const FirmwareModel* names,
                                                    const FirmwareOptions& options);

// A device's program and what became of its models.
struct FirmwareProgram {
    std::string elf;
    FirmwareBill bill;
    int64_t weights_in_flash = 0;  // bytes that every step reads and SRAM had no room for
    bool two_pictures = true;
    std::string warnings;  // of the compiler
};

// Builds the program so that as much of the weights as fits is in SRAM, if need be at the price of
// the second picture. Takes two rounds: the first tells how much SRAM everything else takes.
// REQUIRES: an RP2040, plans packed for target_of(board.chip). Throws Error as build_firmware, and when it is
// too large for the flash.
FirmwareProgram build_device(const FirmwareModel* quotes, const FirmwareModel* names,
                             FirmwareOptions options, const std::filesystem::path& folder);

// Compiles `sources` in `folder` with arm-none-eabi-gcc; what is there from an earlier round is not
// compiled again. Returns the ELF file's bytes; warnings, if any, are added to `warnings`. Throws
// Error with the compiler's first complaint, or what is missing.
std::string build_firmware(const std::map<std::string, std::string>& sources,
                           const std::filesystem::path& folder, std::string& warnings);

// What the kernels of a chip's cores are.
Target target_of(quillet_chip chip);

// What a program takes. Throws Error(where, …) for what is no ELF file of ours.
FirmwareBill cost_report_of(std::string_view elf, const std::string& where);

}  // namespace quillet
