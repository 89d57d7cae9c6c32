// The flash image of the device's program, and UF2.
// SPDX-License-Identifier: MIT
#include "device/image.h"

#include <algorithm>
#include <vector>

#include "base/error.h"

namespace quillet {

namespace {

constexpr size_t kSecondStage = 256, kBlock = 512, kPayload = 256;
constexpr uint32_t kRp2040Family = 0xE48BFF56, kRp2350ArmFamily = 0xE48BFF59;

uint32_t flash_bytes(quillet_chip chip) {
    return chip == QUILLET_RP2350 ? 4u << 20 : 2u << 20;
}

// The little-endian word at `at`. REQUIRES: at + 4 <= bytes.size().
uint32_t word_at(std::string_view bytes, size_t at) {
    uint32_t word = 0;
    for (size_t i = 0; i < 4; i++)
        word |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << 8 * i;
    return word;
}

// What is loaded of a program.
struct ElfSegment {
    uint32_t address;        // where it is when the program runs
    uint32_t physical;       // where it is loaded from
    uint32_t in_memory;      // bytes; those behind `bytes` are zeroed
    std::string_view bytes;  // of `elf`; may be empty
};

// The segments of a 32-bit little-endian ELF file that are loaded, in the file's order. Throws
// Error(where, …) for another file and for one that is cut short.
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

void put_word(std::string& bytes, size_t at, uint32_t word) {
    for (size_t i = 0; i < 4; i++) bytes[at + i] = static_cast<char>(word >> 8 * i);
}

// The RP2350's boot ROM looks for a block in the first 4 kB that says what the image is (its data
// sheet 5.9): a start and an end marker, and an item that says "Arm, secure, executable".
void require_definition(const std::string& image, const std::string& where) {
    constexpr uint32_t kStart = 0xFFFFDED3, kArmSecureRp2350 = 0x10210142, kEnd = 0xAB123579;
    for (size_t at = 0; at + 20 <= std::min<size_t>(image.size(), 4096); at += 4) {
        if (word_at(image, at) != kStart || word_at(image, at + 4) != kArmSecureRp2350) continue;
        for (size_t end = at + 8; end + 4 <= std::min<size_t>(image.size(), at + 256); end += 4)
            if (word_at(image, end) == kEnd) return;
    }
    throw Error(where, "has no image definition block that an RP2350's boot ROM starts");
}

}  // namespace

uint32_t boot_checksum(std::string_view bytes) {
    uint32_t crc = 0xFFFFFFFF;
    for (char byte : bytes) {
        crc ^= static_cast<uint32_t>(static_cast<uint8_t>(byte)) << 24;
        for (int bit = 0; bit < 8; bit++) crc = crc << 1 ^ (crc >> 31 ? 0x04C11DB7u : 0);
    }
    return crc;
}

std::string flash_image(std::string_view elf, quillet_chip chip, const std::string& where) {
    std::string image;
    const uint32_t flash = flash_bytes(chip);
    for (const ElfSegment& segment : elf_segments(elf, where)) {
        if (segment.bytes.empty()) continue;
        const size_t end = segment.physical + segment.bytes.size();
        if (segment.physical < kFlashStart || end > size_t{kFlashStart} + flash)
            throw Error(where, "has a segment outside the board's " + std::to_string(flash >> 20) +
                                   " MB of flash");
        const size_t begin = segment.physical - kFlashStart;
        image.resize(std::max(image.size(), end - kFlashStart), '\xFF');
        std::copy(segment.bytes.begin(), segment.bytes.end(),
                  image.begin() + static_cast<std::ptrdiff_t>(begin));
    }
    if (image.size() <= kSecondStage)
        throw Error(where, "has no second stage and program in flash");
    if (chip == QUILLET_RP2350) {
        require_definition(image, where);
        return image;
    }
    put_word(image, kSecondStage - 4,
             boot_checksum(std::string_view(image).substr(0, kSecondStage - 4)));
    return image;
}

FirmwareBill bill_of(std::string_view elf, const std::string& where) {
    constexpr uint32_t kRam = 0x20000000, kRamBytes = 264 * 1024;
    FirmwareBill bill;
    for (const ElfSegment& segment : elf_segments(elf, where)) {
        const auto in_file = static_cast<int64_t>(segment.bytes.size());
        if (in_file > 0)
            bill.image = std::max(bill.image, int64_t{segment.physical} - kFlashStart + in_file);
        if (segment.address >= kRam)
            bill.sram = std::max(bill.sram, int64_t{segment.address} - kRam + segment.in_memory);
    }
    bill.stack = kRamBytes - bill.sram;
    return bill;
}

std::string uf2_of(std::string_view image, quillet_chip chip) {
    const size_t blocks = (image.size() + kPayload - 1) / kPayload;
    std::string uf2(blocks * kBlock, '\0');
    for (size_t i = 0; i < blocks; i++) {
        const size_t at = i * kBlock;
        const uint32_t header[] = {0x0A324655,
                                   0x9E5D5157,
                                   0x00002000,  // the family is given
                                   static_cast<uint32_t>(kFlashStart + i * kPayload),
                                   kPayload,
                                   static_cast<uint32_t>(i),
                                   static_cast<uint32_t>(blocks),
                                   chip == QUILLET_RP2350 ? kRp2350ArmFamily : kRp2040Family};
        for (size_t word = 0; word < 8; word++) put_word(uf2, at + 4 * word, header[word]);
        std::string_view payload = image.substr(i * kPayload, kPayload);
        std::copy(payload.begin(), payload.end(),
                  uf2.begin() + static_cast<std::ptrdiff_t>(at + 32));
        put_word(uf2, at + kBlock - 4, 0x0AB16F30);
    }
    return uf2;
}

}  // namespace quillet
