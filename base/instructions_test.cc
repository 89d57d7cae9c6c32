// Sets of instructions: what cannot run is refused, by name.
// SPDX-License-Identifier: MIT
#include "base/instructions.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"

namespace quillet {
namespace {

TEST(Instructions, TheFastestComesFirstAndPlainIsAlwaysThere) {
    const std::vector<Instructions> all = available_instructions();
    EXPECT_EQ(all.back(), Instructions::plain);
    EXPECT_EQ(runnable(Instructions::best, "test"), all.front());
    for (Instructions each : all) {
        EXPECT_EQ(runnable(each, "test"), each);
        EXPECT_EQ(instructions_named(name_of(each), "test"), each);
    }
}

TEST(Instructions, WhatCannotRunIsRefused) {
    const std::vector<Instructions> all = available_instructions();
    int refused = 0;
    for (Instructions each : {Instructions::neon, Instructions::avx2, Instructions::avx512}) {
        if (std::find(all.begin(), all.end(), each) != all.end()) continue;
        refused++;
        try {
            runnable(each, "test");
            ADD_FAILURE() << name_of(each);
        } catch (const Error& error) {
            EXPECT_EQ(std::string(error.what()).find(name_of(each) + " cannot run"), 0U);
            EXPECT_NE(std::string(error.what()).find("plain"), std::string::npos);
        }
    }
    EXPECT_GT(refused, 0) << "no processor has both NEON and AVX2";
    EXPECT_THROW(instructions_named("sse9", "test"), Error);
}

}  // namespace
}  // namespace quillet
