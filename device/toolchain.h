// Compiles a device's program with arm-none-eabi-gcc, and places its weights by what it takes.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "device/firmware_sources.h"
#include "device/image.h"

namespace quillet {

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
// REQUIRES: an RP2040, plans packed for target_of(board.chip). Throws Error as build_firmware, and
// when it is too large for the flash.
FirmwareProgram build_device(const FirmwareModel* quotes, const FirmwareModel* names,
                             FirmwareOptions options, const std::filesystem::path& folder);

// Compiles `sources` in `folder` with arm-none-eabi-gcc. A source is compiled again only where it, or a
// header that it includes, differs from what `folder` has. Returns the ELF file's bytes; warnings, if
// any, are added to `warnings`. Throws Error with the compiler's first complaint, or what is missing.
std::string build_firmware(const std::map<std::string, std::string>& sources,
                           const std::filesystem::path& folder, std::string& warnings);

}  // namespace quillet
