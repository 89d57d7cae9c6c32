// A package over an older one: what it left goes, what is the user's stays.
// SPDX-License-Identifier: MIT
#include "compile/package_folder.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/temporary_folder.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

const Sources kOld = {{"README.md", "old\n"}, {"src/ql_a.c", "a\n"}, {"src/deep/ql_a.h", "a\n"}};
const Sources kNew = {{"README.md", "new\n"}, {"src/ql_b.c", "b\n"}};

std::string complaint_of(const fs::path& folder, const Sources& package) {
    try {
        write_package(folder, package);
        return "";
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
}

TEST(PackageFolder, OldFilesGoAndTheirFoldersToo) {
    const TemporaryFolder folder;
    EXPECT_TRUE(write_package(folder.path() / "p", kOld).removed.empty());
    write_file(folder.path() / "p/src/mine.c", "mine\n");
    const PackageUpdate update = write_package(folder.path() / "p", kNew);
    EXPECT_EQ(update.removed, (std::vector<std::string>{"src/deep/ql_a.h", "src/ql_a.c"}));
    EXPECT_TRUE(update.kept.empty());
    EXPECT_FALSE(fs::exists(folder.path() / "p/src/deep"));
    EXPECT_EQ(read_file(folder.path() / "p/src/mine.c"), "mine\n");
    EXPECT_EQ(read_file(folder.path() / "p/README.md"), "new\n");
    EXPECT_EQ(write_package(folder.path() / "p", kNew).removed.size(), 0u);  // as it is
}

TEST(PackageFolder, ChangedFilesAreNeitherOverwrittenNorRemoved) {
    const TemporaryFolder folder;
    write_package(folder.path(), kOld);
    write_file(folder.path() / "src/ql_a.c", "mine\n");
    EXPECT_EQ(write_package(folder.path(), kNew).kept, std::vector<std::string>{"src/ql_a.c"});
    write_file(folder.path() / "README.md", "mine\n");
    EXPECT_NE(complaint_of(folder.path(), kOld).find("README.md: was changed"), std::string::npos);
    EXPECT_EQ(read_file(folder.path() / "README.md"), "mine\n");
    EXPECT_TRUE(fs::exists(folder.path() / "src/ql_b.c"));  // nothing was touched
}

TEST(PackageFolder, AFolderOfTheUsersIsRefused) {
    const TemporaryFolder folder;
    write_file(folder.path() / "README.md", "mine\n");
    EXPECT_NE(complaint_of(folder.path(), kNew).find("no quillet export wrote it"),
              std::string::npos);
    EXPECT_FALSE(fs::exists(folder.path() / "src"));
    write_file(folder.path() / "README.md", "new\n");  // of the same text
    EXPECT_EQ(complaint_of(folder.path(), kNew), "");
    fs::remove(folder.path() / "src/ql_b.c");
    fs::create_directory(folder.path() / "src/ql_b.c");
    EXPECT_NE(complaint_of(folder.path(), kNew).find("is no file"), std::string::npos);
}

// A list that somebody else wrote names no file outside.
TEST(PackageFolder, AListCannotReachOutside) {
    const TemporaryFolder folder;
    const std::string hash = sha256_hex("x");
    write_file(folder.path() / "x", "x");
    write_file(folder.path() / "elsewhere/x", "x");
    fs::create_directories(folder.path() / "p");
    fs::create_directory_symlink(folder.path() / "elsewhere", folder.path() / "p/link");
    write_file(folder.path() / "p" / kPackageList,
               hash + "  ../x\n" + hash + "  " + (folder.path() / "x").string() + "\n" + hash +
                   "  link/x\n" + hash + "  a/../../x\nnonsense\n");
    EXPECT_TRUE(write_package(folder.path() / "p", kNew).removed.empty());
    EXPECT_TRUE(fs::exists(folder.path() / "x"));
    EXPECT_TRUE(fs::exists(folder.path() / "elsewhere/x"));
}

}  // namespace
}  // namespace quillet
