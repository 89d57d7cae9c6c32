// Reads the program headers of ELF files.
// SPDX-License-Identifier: MIT
#include "device/elf.h"

#include "base/error.h"

namespace quillet {

uint32_t word_at(std::string_view bytes, size_t at) {
    uint32_t word = 0;
    for (size_t i = 0; i < 4; i++)
        word |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << 8 * i;
    return word;
}

std::vector<ElfSegment> elf_segments(std::string_view elf, const std::string& where) {
    constexpr size_t kHeader = 52, kProgramHeader = 32;
    constexpr uint32_t kLoaded = 1;
    if (elf.size() < kHeader || elf.substr(0, 6) != std::string_view("\177ELF\1\1", 6))
        throw Error(where, "is not a 32-bit little-endian ELF file");
    std::vector<ElfSegment> segments;
    const size_t headers = word_at(elf, 28), size = word_at(elf, 42) & 0xFFFF,
                 count = word_at(elf, 44) & 0xFFFF;
    for (size_t i = 0; i < count; i++) {
        // Type, offset, virtual and physical address, size in the file and in memory.
        const size_t at = headers + i * size;
        if (at + kProgramHeader > elf.size())
            throw Error(where, "is cut short: a program header lies beyond its end");
        if (word_at(elf, at) != kLoaded) continue;
        const size_t offset = word_at(elf, at + 4), in_file = word_at(elf, at + 16);
        if (offset + in_file > elf.size())
            throw Error(where, "is cut short: a segment lies beyond its end");
        segments.push_back({word_at(elf, at + 8), word_at(elf, at + 12), word_at(elf, at + 20),
                            elf.substr(offset, in_file)});
    }
    return segments;
}

}  // namespace quillet
