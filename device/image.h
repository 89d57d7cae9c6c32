// The flash image of the device's program, what it takes, and UF2, the form in which a Pico takes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "firmware/board.h"

namespace quillet {

constexpr uint32_t kFlashStart = 0x10000000;

// The bytes that a chip's program `elf` (32-bit little-endian ARM, loaded in flash) has there, from
// kFlashStart on, gaps filled with 0xFF. An RP2040's has the checksum of the second stage put in its
// last four bytes; an RP2350's must have an image definition block in its first 4 kB. Throws Error
// with `where`.
std::string flash_image(std::string_view elf, quillet_chip chip, const std::string& where);

// The boot ROM's checksum of a second stage's 252 bytes: CRC-32 with polynomial 04C11DB7, not
// reflected, from FFFFFFFF (RP2040 data sheet 2.8.1.3.1).
uint32_t boot_checksum(std::string_view bytes);

// What a program takes.
struct FirmwareBill {
    int64_t image = 0;  // bytes of flash
    int64_t sram = 0;   // bytes of data, code and zeros, stack apart
    int64_t stack = 0;  // bytes that are left for it
};

// REQUIRES: a program for the RP2040. Throws Error(where, …) for what is no ELF file of ours.
FirmwareBill bill_of(std::string_view elf, const std::string& where);

// `image` as UF2 blocks of 256 bytes for the chip's family (RP2350: its Arm cores, secure), at
// kFlashStart.
std::string uf2_of(std::string_view image, quillet_chip chip);

}  // namespace quillet
