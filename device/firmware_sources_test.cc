// The sources of a device's program: what is among them, and that a changed one is compiled again.
// SPDX-License-Identifier: MIT
#include "device/firmware_sources.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/temporary_folder.h"
#include "device/toolchain.h"

namespace quillet {
namespace {

std::map<std::string, std::string> sources_of_texts() {
    FirmwareOptions options;
    options.panel = eink_panel_named("ssd1680-250x122");
    options.board = board_named("pico");
    const Collection texts("A text.|Somebody\n", "texts", eink_panel_style(options.panel));
    options.collection = &texts;
    return firmware_sources(nullptr, nullptr, options);
}

TEST(FirmwareSources, LeaveTestsBehind) {
    const auto sources = sources_of_texts();
    EXPECT_TRUE(sources.count("eink/typeset.h"));
    for (const auto& [path, text] : sources) EXPECT_EQ(path.find("_test."), path.npos) << path;
}

TEST(FirmwareSources, AreCompiledAgainWhereAHeaderHasChanged) {
    auto sources = sources_of_texts();
    const TemporaryFolder folder;
    std::string warnings, first;
    try {
        first = build_firmware(sources, folder.path(), warnings);
    } catch (const Error& error) {
        if (std::string(error.what()).find("not installed") == std::string::npos) throw;
        GTEST_SKIP() << error.what();
    }
    EXPECT_TRUE(build_firmware(sources, folder.path(), warnings) == first);
    std::string& header = sources.at("firmware/device.h");
    const size_t at = header.find("QUILLET_DAY_S = 24");
    ASSERT_NE(at, header.npos);
    header.replace(at, 18, "QUILLET_DAY_S = 23");
    EXPECT_TRUE(build_firmware(sources, folder.path(), warnings) != first);
}

}  // namespace
}  // namespace quillet
