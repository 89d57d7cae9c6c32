// Where the program looks for what came with it.
// SPDX-License-Identifier: MIT
#include "base/resources.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.h"
#include "base/file.h"
#include "base/temporary_folder.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

TEST(Home, TheSourceTreeHasTheRuntime) {
    EXPECT_TRUE(fs::exists(find_resource("runtime/quillet_text.h") / "runtime/quillet_text.h"));
}

TEST(Home, TheEnvironmentComesFirstWhereItHasWhatIsWanted) {
    TemporaryFolder temporary;
    const fs::path& folder = temporary.path();
    write_file(folder / "runtime/quillet_text.h", "");
    ::setenv("QUILLET_HOME", folder.c_str(), 1);
    EXPECT_EQ(find_resource("runtime/quillet_text.h"), folder);
    EXPECT_NE(find_resource("runtime/quillet_text.c"), folder);
    ::unsetenv("QUILLET_HOME");
}

TEST(Home, FoldersOfAnotherProgramComeLastFirst) {
    TemporaryFolder first, second;
    for (const TemporaryFolder* folder : {&first, &second})
        write_file(folder->path() / "only/here", "");
    add_resource_folder(first.path());
    EXPECT_EQ(find_resource("only/here"), first.path());
    add_resource_folder(second.path());
    EXPECT_EQ(find_resource("only/here"), second.path());
    EXPECT_NE(find_resource("runtime/quillet_text.h"), second.path());
}

TEST(Home, SaysWhereItLooked) {
    try {
        find_resource("no/such/thing");
        FAIL() << "found what is not there";
    } catch (const Error& error) {
        EXPECT_EQ(error.where(), "no/such/thing");
        EXPECT_NE(std::string(error.what()).find("QUILLET_HOME"), std::string::npos);
    }
}

}  // namespace
}  // namespace quillet
