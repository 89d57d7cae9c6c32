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
