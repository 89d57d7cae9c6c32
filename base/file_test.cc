// Files appear whole or not at all; a full disk is told, and nothing is left behind.
// SPDX-License-Identifier: MIT
#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

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

// As a service starts a program: the first descriptor that is free is 0.
TEST(OutputFile, works_where_standard_input_is_closed) {
    TemporaryFolder folder;
    const int standard_input = ::dup(STDIN_FILENO);
    const int open_file = ::open((folder.path() / "open").c_str(), O_WRONLY | O_CREAT, 0644);
    ::close(STDIN_FILENO);
    EXPECT_NO_THROW(write_file(folder.path() / "a", "new"));
    EXPECT_NO_THROW(write_file("/dev/fd/" + std::to_string(open_file), "there"));
    EXPECT_EQ(read_file(folder.path() / "a"), "new");
    if (standard_input >= 0) ::dup2(standard_input, STDIN_FILENO);
    for (int descriptor : {standard_input, open_file}) ::close(descriptor);
    EXPECT_EQ(read_file(folder.path() / "open"), "there");
}

TEST(OutputFile, no_descriptor_stays_open) {
    TemporaryFolder folder;
    const auto lowest_free = [] {
        const int descriptor = ::dup(STDOUT_FILENO);
        ::close(descriptor);
        return descriptor;
    };
    const int before = lowest_free();
    for (int i = 0; i < 3; i++) {
        write_file(folder.path() / "a", "text");
        EXPECT_EQ(read_file(folder.path() / "a"), "text");
        EXPECT_THROW(read_file(folder.path() / "b"), Error);
        write_file(folder.path() / "a.quillet-1-0", "stale");
        OutputFile given_up(folder.path() / "a");
    }
    EXPECT_EQ(lowest_free(), before);
}

TEST(OutputFile, a_full_device_is_an_error_and_stays_a_device) {
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    EXPECT_THROW(write_file("/dev/full", "text"), Error);
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
    write_file("/dev/null", "text");
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

mode_t mode_of(const fs::path& path) {
    struct stat found;
    EXPECT_EQ(::stat(path.c_str(), &found), 0);
    return found.st_mode & 07777;
}

TEST(OutputFile, new_files_obey_the_umask_and_replaced_ones_keep_their_mode) {
    TemporaryFolder folder;
    const mode_t before = ::umask(077);
    write_file(folder.path() / "secret", "a");
    ::umask(022);
    write_file(folder.path() / "open", "a");
    fs::permissions(folder.path() / "open", fs::perms(0751));
    write_file(folder.path() / "secret", "b");
    write_file(folder.path() / "open", "b");
    ::umask(before);
    EXPECT_EQ(mode_of(folder.path() / "secret"), 0600u);
    EXPECT_EQ(mode_of(folder.path() / "open"), 0751u);
    EXPECT_EQ(read_file(folder.path() / "open"), "b");
    EXPECT_EQ(entries(folder), 2u);
}

TEST(OutputFile, the_old_file_stands_until_the_new_one_is_whole) {
    TemporaryFolder folder;
    write_file(folder.path() / "a", "old");
    OutputFile file(folder.path() / "a");
    file.write("new");
    EXPECT_EQ(read_file(folder.path() / "a"), "old");
    file.finish();
    EXPECT_EQ(read_file(folder.path() / "a"), "old");
    file.commit();
    EXPECT_EQ(read_file(folder.path() / "a"), "new");
}

TEST(OutputFile, what_a_killed_writer_left_is_removed_and_what_a_living_one_writes_is_not) {
    TemporaryFolder folder;
    write_file(folder.path() / "a.quillet-1-0", "stale");
    write_file(folder.path() / "b.quillet-1-0", "another file's");
    const char* const kOthers[] = {"a.quillet-backup", "a.quillet-1-0.onnx", "a.quillet-1-",
                                   "a.quillet--1",     "a.quillet-1",        "a.quillet-1-0-2"};
    for (const char* other : kOthers) write_file(folder.path() / other, "a person's");
    const fs::path living = folder.path() / "a.quillet-2-0";
    write_file(living, "in work");
    const int held = ::open(living.c_str(), O_RDONLY | O_CLOEXEC);
    ASSERT_EQ(::flock(held, LOCK_EX), 0);
    write_file(folder.path() / "a", "new");
    ::close(held);
    EXPECT_FALSE(fs::exists(folder.path() / "a.quillet-1-0"));
    EXPECT_TRUE(fs::exists(folder.path() / "b.quillet-1-0"));
    for (const char* other : kOthers) EXPECT_TRUE(fs::exists(folder.path() / other)) << other;
    EXPECT_TRUE(fs::exists(living));
}

TEST(OutputFile, open_files_are_written_where_they_stand) {
    TemporaryFolder folder;
    const fs::path path = folder.path() / "a";
    const int open_file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    ASSERT_EQ(::write(open_file, "first ", 6), 6);
    write_file("/dev/fd/" + std::to_string(open_file), "second");
    // Nor does the number of digits matter. macOS lets a process have 256 until it asks for more.
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = std::max<rlim_t>(limit.rlim_cur, 1024);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    const int high = ::fcntl(open_file, F_DUPFD_CLOEXEC, 1000);
    ASSERT_GE(high, 1000);
    write_file("/dev/fd/" + std::to_string(high), " third");
    // A number that no open file has is a path like another.
    try {
        write_file("/dev/fd/99999", "x");
        ADD_FAILURE();
    } catch (const Error& error) {
        EXPECT_EQ(std::string(error.what()).find("Bad file descriptor"), std::string::npos)
            << error.what();
    }
    ::close(high);
    ::close(open_file);
    EXPECT_EQ(read_file(path), "first second third");
    EXPECT_EQ(entries(folder), 1u);
    EXPECT_THROW(write_file("", "text"), Error);
}

TEST(OutputFile, is_put_in_place_once) {
    TemporaryFolder folder;
    OutputFile file(folder.path() / "a");
    file.write("text");
    file.commit();
    EXPECT_NO_THROW(file.commit());
    EXPECT_EQ(read_file(folder.path() / "a"), "text");
    EXPECT_EQ(entries(folder), 1u);
}

TEST(OutputFile, a_link_stays_and_its_file_is_replaced) {
    TemporaryFolder folder;
    write_file(folder.path() / "there/file", "old");
    fs::create_symlink("there/file", folder.path() / "link");
    write_file(folder.path() / "link", "new");
    EXPECT_TRUE(fs::is_symlink(folder.path() / "link"));
    EXPECT_EQ(read_file(folder.path() / "there/file"), "new");
    EXPECT_EQ(entries(folder), 2u);
}

TEST(OutputFile, a_folder_that_cannot_be_made_is_named_with_its_reason) {
    TemporaryFolder folder;
    write_file(folder.path() / "file", "");
    try {
        write_file(folder.path() / "file" / "below", "text");
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("file is a file; expected a folder"),
                  std::string::npos)
            << error.what();
    }
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
