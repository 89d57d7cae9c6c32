// The schedule over both changes of daylight saving, and what cannot be kept.
// SPDX-License-Identifier: MIT
#include "bot/schedule.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/error.h"

namespace quillet {
namespace {

constexpr int64_t kDay = 24 * 3600;

std::vector<int64_t> slots_between(const Schedule& schedule, int64_t begin, int64_t end) {
    std::vector<int64_t> slots;
    for (int64_t at = slot_after(schedule, begin - 1); at < end; at = slot_after(schedule, at))
        slots.push_back(at);
    return slots;
}

// March and October of 2026 in local time, 31 days each: three posts a day at noon, at eight in the
// evening and at four in the night, whatever the clocks do.
TEST(Schedule, AMonthOverBothChangesOfDaylightSaving) {
    constexpr int64_t kMonths[][2] = {{1772323200, 1774998000}, {1790809200, 1793491200}};
    for (const char* zone : {"Europe/London", "Europe/Edinburgh"}) {
        Schedule schedule;
        schedule.time_zone = zone;
        for (const auto& [begin, end] : kMonths) {
            std::map<std::string, int> times;
            for (int64_t slot : slots_between(schedule, begin, end))
                times[local_time(schedule, slot).substr(11, 5)]++;
            std::map<std::string, int> expected = {{"04:00", 31}, {"12:00", 31}, {"20:00", 31}};
            EXPECT_EQ(times, expected) << zone;  // 93 posts
        }
    }
}

TEST(Schedule, NamesTheTimesAroundTheChanges) {
    Schedule schedule;
    // 29 March 2026: 01:00 GMT becomes 02:00 BST. From 20:00 GMT to 04:00 BST are seven hours.
    int64_t evening = slot_before(schedule, 1774728060);
    EXPECT_EQ(local_time(schedule, evening), "2026-03-28 20:00 GMT");
    int64_t night = slot_after(schedule, evening);
    EXPECT_EQ(local_time(schedule, night), "2026-03-29 04:00 BST");
    EXPECT_EQ(night - evening, 7 * 3600);
    // 25 October 2026: nine hours.
    int64_t before = slot_before(schedule, 1792868460);
    EXPECT_EQ(local_time(schedule, before), "2026-10-24 20:00 BST");
    EXPECT_EQ(slot_after(schedule, before) - before, 9 * 3600);
}

TEST(Schedule, ATimeThatTheClocksLeaveOutIsAsLongBehindTheChange) {
    Schedule schedule;
    schedule.first_minute = 90;  // 01:30
    schedule.every_hours = 24;
    int64_t slot = slot_after(schedule, 1774742340);  // 29 March 00:00 GMT
    EXPECT_EQ(local_time(schedule, slot), "2026-03-29 02:30 BST");
    // And one that comes twice is taken the first time, once.
    std::vector<int64_t> slots = slots_between(schedule, 1792882800, 1792882800 + kDay + 3600);
    ASSERT_EQ(slots.size(), 1u);
    EXPECT_EQ(local_time(schedule, slots[0]), "2026-10-25 01:30 BST");
}

TEST(Schedule, BeforeAndAfterAgree) {
    Schedule schedule;
    for (int64_t now = 1774600000; now < 1774900000; now += 997) {
        EXPECT_LE(slot_before(schedule, now), now);
        EXPECT_GT(slot_after(schedule, now), now);
        EXPECT_EQ(slot_after(schedule, slot_before(schedule, now)), slot_after(schedule, now));
    }
}

TEST(Schedule, RefusesWhatCannotBeKept) {
    EXPECT_THROW(minute_of_day("24:00", "first"), Error);
    EXPECT_THROW(minute_of_day("7:00", "first"), Error);
    EXPECT_EQ(minute_of_day("07:05", "first"), 425);
    Schedule schedule;
    schedule.every_hours = 5;
    EXPECT_THROW(check_schedule(schedule, [](const std::string& member) { return member; }), Error);
    schedule.every_hours = 8;
    schedule.time_zone = "Europe/Atlantis";
    EXPECT_THROW(check_schedule(schedule, [](const std::string& member) { return member; }), Error);
}

}  // namespace
}  // namespace quillet
