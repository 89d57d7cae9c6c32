// When to post: so many hours apart from an hour of the owner's time zone, daylight saving or not.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace quillet {

struct Schedule {
    std::string time_zone = "Europe/London";  // a name of the tz database
    int first_minute = 12 * 60;               // local time of day of one post, minutes
    int every_hours = 8;                      // 1 to 24, a divisor of 24
};

// "12:00" as minutes of the day. Throws Error(where, …).
int minute_of_day(const std::string& text, const std::string& where);

// Where a setting stands, as people find it: "bot.json: \"time_zone\"" or "--time-zone".
using SettingPlace = std::function<std::string(const std::string& member)>;

// Throws Error(place("time_zone" or "every_hours"), …) for a schedule that cannot be kept.
void check_schedule(const Schedule& schedule, const SettingPlace& place);

// The last time to post at or before `now`, and the first after it: seconds since 1970, UTC. Slots
// stand at the same local times every day. A local time that a change of the clocks leaves out is
// posted at as many minutes after the change; one that comes twice, the first time.
int64_t slot_before(const Schedule& schedule, int64_t now);
int64_t slot_after(const Schedule& schedule, int64_t now);

// "2026-03-29 12:00 BST", for people.
std::string local_time(const Schedule& schedule, int64_t seconds);

}  // namespace quillet
