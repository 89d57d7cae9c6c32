// Temporary folders are new, and are gone afterwards; where none can be made is told.
// SPDX-License-Identifier: MIT
#include "base/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "base/error.h"
#include "base/file.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

TEST(TemporaryFolder, IsNewAndGoesWithWhatIsInIt) {
    fs::path path;
    {
        TemporaryFolder one, other;
        EXPECT_NE(one.path(), other.path());
        EXPECT_TRUE(fs::is_empty(one.path()));
        EXPECT_EQ(fs::status(one.path()).permissions(), fs::perms::owner_all);
        path = one.path();
        write_file(path / "deep" / "file", "text");
        EXPECT_TRUE(fs::exists(path / "deep" / "file"));
    }
    EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, RemovesWhatKilledProgramsLeft) {
    const TemporaryFolder parent;
    const char* was = std::getenv("TMPDIR");
    const std::string kept = was ? was : "";
    ::setenv("TMPDIR", parent.path().c_str(), 1);
    const char* const kOthers[] = {"quillet-backup", "quillet-temporary-backups",
                                   "quillet-temporary-abc", "my-quillet-temporary-abcdef"};
    for (const char* name : kOthers) fs::create_directory(parent.path() / name);
    write_file(parent.path() / "quillet-temporary-afile0", "no folder");
    write_file(parent.path() / "quillet-temporary-abcdef" / "deep" / "file", "a killed program's");
    {
        const TemporaryFolder living, other;
        EXPECT_FALSE(fs::exists(parent.path() / "quillet-temporary-abcdef"));
        EXPECT_TRUE(fs::exists(living.path()));
    }
    for (const char* name : kOthers) EXPECT_TRUE(fs::exists(parent.path() / name)) << name;
    EXPECT_TRUE(fs::exists(parent.path() / "quillet-temporary-afile0"));
    EXPECT_EQ(std::distance(fs::directory_iterator(parent.path()), fs::directory_iterator()), 5);
    was ? ::setenv("TMPDIR", kept.c_str(), 1) : ::unsetenv("TMPDIR");
}

TEST(TemporaryFolder, SaysWhereNoneCanBeMade) {
    const char* was = std::getenv("TMPDIR");
    const std::string kept = was ? was : "";
    ::setenv("TMPDIR", "/no/such/folder", 1);
    std::string where;
    try {
        TemporaryFolder folder;
    } catch (const Error& error) {
        where = error.where();
    }
    was ? ::setenv("TMPDIR", kept.c_str(), 1) : ::unsetenv("TMPDIR");
    EXPECT_EQ(where, "TMPDIR");
}

}  // namespace
}  // namespace quillet
