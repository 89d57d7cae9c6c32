// Sampling settings as the contract's integers, by tests/vectors/contract.json.
// SPDX-License-Identifier: MIT
#include "run/sampling.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

namespace quillet {
namespace {

TEST(Sampling, SettingsAreTheContractsIntegers) {
    const auto contract =
        nlohmann::json::parse(std::ifstream(QUILLET_SOURCE_DIR "/tests/vectors/contract.json"));
    ASSERT_GE(contract["settings"].size(), 13u);
    for (const auto& vector : contract["settings"]) {
        const SamplingSettings settings{.temperature = vector["temperature"],
                                        .min_p = vector["min_p"],
                                        .top_k = vector["top_k"],
                                        .top_p = vector["top_p"]};
        const quillet_sampling sampling = settings.integers();
        const std::vector<uint32_t> integers = {sampling.inverse_temperature, sampling.min_p_gap,
                                                sampling.top_k, sampling.top_p};
        EXPECT_EQ(integers, vector["sampling"].get<std::vector<uint32_t>>()) << vector;
    }
}

}  // namespace
}  // namespace quillet
