// Files appear whole or not at all; a full disk is told, and nothing is left behind.
// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/temporary_folder.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

size_t entries(const TemporaryFolder& folder) {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder.path()), {}));
}

TEST(OutputFile, appears_on_commit_only) {
    TemporaryFolder folder;
    {
        OutputFile file(folder.path() / "a.txt");
        file.write("half");
    }
    EXPECT_EQ(entries(folder), 0u);
    OutputFile file(folder.path() / "a.txt");
    for (int i = 0; i < 100000; i++) file.write("0123456789");
    EXPECT_FALSE(fs::exists(folder.path() / "a.txt"));
    file.commit();
    EXPECT_EQ(fs::file_size(folder.path() / "a.txt"), 1000000u);
    EXPECT_EQ(entries(folder), 1u);
}

TEST(OutputFile, a_full_device_is_an_error_and_stays_a_device) {
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    EXPECT_THROW(write_file("/dev/full", "text"), Error);
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
    write_file("/dev/null", "text");
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(Sha256, pieces_and_whole_agree_with_the_standard) {
    // FIPS 180-4's example.
    const char* abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    EXPECT_EQ(sha256_hex("abc"), abc);
    Sha256 hash;
    hash.update("a");
    hash.hex();
    hash.update("bc");
    EXPECT_EQ(hash.hex(), abc);
}

}  // namespace
}  // namespace quillet
