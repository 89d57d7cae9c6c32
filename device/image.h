// The flash image of the device's program, and UF2, the form in which a Pico takes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quillet {

constexpr uint32_t kFlashStart = 0x10000000;

// The bytes that an RP2040's program `elf` (32-bit little-endian ARM, loaded in flash) has there,
// from kFlashStart on, gaps filled with 0xFF, with the checksum of the second stage put in its last
// four bytes. Throws Error with `where`.
std::string flash_image(std::string_view elf, const std::string& where);

// The boot ROM's checksum of a second stage's 252 bytes: CRC-32 with polynomial 04C11DB7, not
// reflected, from FFFFFFFF (RP2040 data sheet 2.8.1.3.1).
uint32_t boot_checksum(std::string_view bytes);

// `image` as UF2 blocks of 256 bytes for the RP2040's family, at kFlashStart.
std::string uf2_of(std::string_view image);

}  // namespace quillet
