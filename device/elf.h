// What is loaded of a program for a chip: the segments of a 32-bit little-endian ELF file.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quillet {

struct ElfSegment {
    uint32_t address;        // where it is when the program runs
    uint32_t physical;       // where it is loaded from
    uint32_t in_memory;      // bytes; those behind `bytes` are zeroed
    std::string_view bytes;  // of `elf`; may be empty
};

// The segments of `elf` that are loaded, in the file's order. Throws Error(where, …) for another file and
// for one that is cut short.
std::vector<ElfSegment> elf_segments(std::string_view elf, const std::string& where);

// The little-endian word at `at`. REQUIRES: at + 4 <= bytes.size().
uint32_t word_at(std::string_view bytes, size_t at);

}  // namespace quillet
