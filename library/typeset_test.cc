// The public interface's typesetting.
// SPDX-License-Identifier: MIT
#include "quillet/typeset.h"

#include <gtest/gtest.h>

#include <set>

#include "eink/panel.h"

namespace quillet {
namespace {

TEST(Typeset, NamesEveryPanelOnceAndTakesThemAll) {
    const std::vector<std::string> names = panel_names();
    EXPECT_EQ(names.size(), eink_panel_count);
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
    PageConfig config;
    for (const std::string& name : names) {
        config.panel = name;
        EXPECT_EQ(typeset("A quote.", "Somebody", config).substr(1, 3), "PNG") << name;
    }
}

}  // namespace
}  // namespace quillet
