// Compressed inputs: one stream and many; damaged ones.
// SPDX-License-Identifier: MIT
#include <fcntl.h>

#include "corpus/input.h"
#include "corpus/test_support.h"

namespace quillet {
namespace {

// Text that does not compress too well.
std::string noise(size_t size, uint32_t seed) {
    std::string text(size, ' ');
    for (char& c : text) {
        seed = seed * 1664525u + 1013904223u;
        c = static_cast<char>('a' + (seed >> 24) % 24);
    }
    return text;
}

std::string decompressed(const std::string& bytes) {
    TestFolder folder;
    Input input(folder.write("a.bz2", bytes));
    std::string all, block(50000, '\0');
    while (size_t n = input.read(block.data(), block.size())) all.append(block, 0, n);
    return all;
}

std::string error_in(const std::string& bytes) {
    return error_of([&] { decompressed(bytes); });
}

TEST(Bz2, one_stream_and_many) {
    std::string one = noise(700000, 1), many, plain;
    for (uint32_t i = 0; i < 40; i++) {
        std::string piece = noise(60000 + 1000 * i, i);
        plain += piece;
        many += bz2(piece, 9);
    }
    EXPECT_EQ(decompressed(bz2(one)), one);
    EXPECT_EQ(decompressed(many), plain);
    EXPECT_EQ(decompressed(many + bz2(one) + bz2("end")), plain + one + "end");
}

TEST(Bz2, a_stream_too_long_for_a_piece) {
    std::string longer = noise(4 << 20, 3);  // about 2.5 MB compressed
    std::string expected = "first" + longer + "last";
    std::string bytes = bz2("first") + bz2(longer, 9) + bz2("last");
    EXPECT_TRUE(decompressed(bytes) == expected);
    // What swells to more than a piece may hold.
    std::string zeros(20 << 20, '0');
    EXPECT_TRUE(decompressed(bz2("a") + bz2(zeros) + bz2("b")) == "a" + zeros + "b");
}

TEST(Bz2, a_flipped_bit_is_told_with_its_place) {
    std::string good = bz2(noise(50000, 4)), bad = bz2(noise(300000, 5));
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
    std::string told = error_in(good + bad + good);
    EXPECT_NE(told.find("damaged"), std::string::npos) << told;
    EXPECT_NE(told.find("its stream begins at byte " + std::to_string(good.size())),
              std::string::npos)
        << told;
}

TEST(Bz2, a_cut_file_and_rubbish_after_the_end) {
    std::string whole = bz2(noise(300000, 6));
    for (size_t keep : {size_t{14}, size_t{40}, whole.size() / 2, whole.size() - 1}) {
        std::string told = error_in(whole.substr(0, keep));
        EXPECT_NE(told.find("the file is cut"), std::string::npos) << keep << " " << told;
    }
    EXPECT_NE(error_in(whole + "rubbish").find("no bzip2 stream begins here"), std::string::npos);
}

// The constructor throws, with the file open.
TEST(Bz2, damage_at_once_leaves_no_file_open) {
    const auto is_open = [](int number) { return ::fcntl(number, F_GETFD) >= 0; };
    int next = 3;
    while (is_open(next)) next++;
    std::string bytes = bz2(noise(50000, 7));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    EXPECT_NE(error_in(bytes).find("; no block before it is whole"), std::string::npos);
    EXPECT_FALSE(is_open(next));
}

TEST(Bz2, hashes_the_file_as_it_lies_on_the_disk) {
    TestFolder folder;
    std::string bytes = bz2("one\ntwo\n");
    Input input(folder.write("a.bz2", bytes));
    std::string block(100, '\0');
    while (input.read(block.data(), block.size()) > 0) {
    }
    EXPECT_EQ(input.sha256(), sha256_hex(bytes));
    EXPECT_EQ(input.file_bytes(), bytes.size());
}

}  // namespace
}  // namespace quillet
