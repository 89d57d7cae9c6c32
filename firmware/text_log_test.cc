// Numbers in the log as a person writes them.
// SPDX-License-Identifier: MIT
#include "firmware/text_log.h"

#include <gtest/gtest.h>

#include <string>

namespace {

template <class Write>
std::string logged(Write write) {
    std::string text;
    quillet_hal hal{};
    hal.context = &text;
    hal.log = [](void* at, const char* part) { *static_cast<std::string*>(at) += part; };
    write(&hal);
    return text;
}

TEST(TextLog, NumbersOfEitherSign) {
    for (int64_t number : {int64_t{0}, int64_t{-1}, int64_t{9}, int64_t{10}, int64_t{-21},
                           int64_t{2147483647}, int64_t{-2147483648}})
        EXPECT_EQ(logged([&](const quillet_hal* hal) {
                      quillet_log_number(hal, static_cast<int32_t>(number));
                  }),
                  std::to_string(number));
    EXPECT_EQ(logged([](const quillet_hal* hal) { quillet_log_unsigned(hal, UINT32_MAX); }),
              "4294967295");
}

TEST(TextLog, ValuesStandInALine) {
    EXPECT_EQ(logged([](const quillet_hal* hal) { quillet_log_value(hal, "seed", 70); }),
              "seed 70\n");
    EXPECT_EQ(logged([](const quillet_hal* hal) { quillet_log_text(hal, "shown"); }), "shown");
}

}  // namespace
