// Byte order marks and times of day.
// SPDX-License-Identifier: MIT
#include "base/text.h"

#include <gtest/gtest.h>

namespace quillet {
namespace {

TEST(Text, LosesOneByteOrderMark) {
    EXPECT_EQ(without_byte_order_mark("\xEF\xBB\xBFtext"), "text");
    EXPECT_EQ(without_byte_order_mark("\xEF\xBB\xBF\xEF\xBB\xBF"), "\xEF\xBB\xBF");
    for (const char* text : {"", "\xEF\xBB", "text"})
        EXPECT_EQ(without_byte_order_mark(text), text);
}

TEST(Text, KnowsTimesOfDay) {
    EXPECT_EQ(minute_of_day("00:00"), 0);
    EXPECT_EQ(minute_of_day("07:05"), 425);
    EXPECT_EQ(minute_of_day("23:59"), 1439);
    for (const char* text :
         {"", "7:05", "24:00", "12:60", "12.30", "1a:00", "/0:00", "12:000", "-1:00"})
        EXPECT_EQ(minute_of_day(text), std::nullopt) << text;
}

}  // namespace
}  // namespace quillet
