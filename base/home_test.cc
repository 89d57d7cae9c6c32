// Where the program looks for what came with it.
// SPDX-License-Identifier: MIT
#include "base/home.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "base/temporary_folder.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

TEST(Home, TheSourceTreeHasTheRuntime) {
    EXPECT_TRUE(fs::exists(home_with("runtime/text.h") / "runtime/text.h"));
}

TEST(Home, TheEnvironmentComesFirstWhereItHasWhatIsWanted) {
    TemporaryFolder temporary;
    const fs::path& folder = temporary.path();
    write_file(folder / "runtime/text.h", "");
    ::setenv("QUILLET_HOME", folder.c_str(), 1);
    EXPECT_EQ(home_with("runtime/text.h"), folder);
    EXPECT_NE(home_with("runtime/text.c"), folder);
    ::unsetenv("QUILLET_HOME");
}

TEST(Home, SaysWhereItLooked) {
    try {
        home_with("no/such/thing");
        FAIL() << "found what is not there";
    } catch (const Error& error) {
        EXPECT_EQ(error.where(), "no/such/thing");
        EXPECT_NE(std::string(error.what()).find("QUILLET_HOME"), std::string::npos);
    }
}

}  // namespace
}  // namespace quillet
