// ELF to flash image to UF2; emulator/uf2.mjs reads the result by its own reading of the
// format.
// SPDX-License-Identifier: MIT
#include "device/image.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace {

std::string words(std::initializer_list<uint32_t> values) {
    std::string bytes;
    for (uint32_t value : values) {
        for (int i = 0; i < 4; i++) bytes += static_cast<char>(value >> 8 * i);
    }
    return bytes;
}

// An ELF file of one segment with `bytes` at `address`.
std::string elf_with(const std::string& bytes, uint32_t address) {
    std::string elf = std::string("\177ELF\1\1\1", 7) + std::string(9, '\0');
    elf += words({0x00280002, 1, address, 52, 0, 0, 0x00200034, 1, 0});
    elf += words({1, 84, address, address, static_cast<uint32_t>(bytes.size()),
                  static_cast<uint32_t>(bytes.size()), 5, 4});
    return elf + bytes;
}

}  // namespace

TEST(Image, ChecksumIsTheBootRoms) {
    EXPECT_EQ(quillet::boot_checksum("123456789"), 0x0376E6E7u);  // CRC-32/MPEG-2's check value
}

TEST(Image, TakesTheSegmentsAndSealsTheSecondStage) {
    std::string image = quillet::flash_image(elf_with(std::string(600, 'x'), quillet::kFlashStart),
                                             QUILLET_RP2040, "x.elf");
    ASSERT_EQ(image.size(), 600u);
    EXPECT_EQ(image.substr(0, 252), std::string(252, 'x'));
    EXPECT_EQ(image.substr(252, 4), words({quillet::boot_checksum(std::string(252, 'x'))}));
    EXPECT_EQ(image.substr(256), std::string(344, 'x'));
}

TEST(Image, RefusesWhatIsNoProgram) {
    EXPECT_THROW(quillet::flash_image("", QUILLET_RP2040, "x.elf"), quillet::Error);
    EXPECT_THROW(quillet::flash_image(std::string(100, 'a'), QUILLET_RP2040, "x.elf"),
                 quillet::Error);
    EXPECT_THROW(
        quillet::flash_image(elf_with("short", quillet::kFlashStart), QUILLET_RP2040, "x.elf"),
        quillet::Error);
    EXPECT_THROW(
        quillet::flash_image(elf_with(std::string(600, 'x'), 0x20000000), QUILLET_RP2040, "x.elf"),
        quillet::Error);
    std::string elf = elf_with(std::string(600, 'x'), quillet::kFlashStart);
    for (size_t size : {20u, 60u, 90u, 600u})
        EXPECT_THROW(quillet::flash_image(elf.substr(0, size), QUILLET_RP2040, "x.elf"),
                     quillet::Error);
}

TEST(Image, SplitsIntoBlocks) {
    std::string uf2 = quillet::uf2_of(std::string(300, 'y'), QUILLET_RP2040);
    ASSERT_EQ(uf2.size(), 1024u);
    EXPECT_EQ(uf2.substr(0, 32),
              words({0x0A324655, 0x9E5D5157, 0x2000, 0x10000000, 256, 0, 2, 0xE48BFF56}));
    EXPECT_EQ(uf2.substr(512, 32),
              words({0x0A324655, 0x9E5D5157, 0x2000, 0x10000100, 256, 1, 2, 0xE48BFF56}));
    EXPECT_EQ(uf2.substr(508, 4), words({0x0AB16F30}));
    EXPECT_EQ(uf2.substr(512 + 32, 256), std::string(44, 'y') + std::string(212, '\0'));
}
