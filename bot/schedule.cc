// When to post, by the tz database through Howard Hinnant's date library (C++20's <chrono>, which GCC 12 lacks).
// SPDX-License-Identifier: MIT
#include "bot/schedule.h"

#include <date/tz.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace quillet {
namespace {

using std::chrono::seconds;

const date::time_zone* zone_of(const std::string& name, const std::string& where = "time_zone") {
    // What people in Scotland may well write: the database names a zone's largest city alone.
    const std::string known = name == "Europe/Edinburgh" ? "Europe/London" : name;
    try {
        return date::locate_zone(known);
    } catch (const std::exception&) {
        throw Error(where, "is '" + name +
                               "', which the tz database does not know; expected "
                               "a name such as Europe/London");
    }
}

// The instant of `minute` on the local day `day`.
int64_t instant(const date::time_zone* zone, date::local_days day, int minute) {
    auto local = day + std::chrono::minutes(minute) + seconds(0);
    date::local_info info = zone->get_info(local);
    // In a gap the offset before it still counts, which lands as far behind the change; of two
    // instants the first is taken.
    return (local.time_since_epoch() - info.first.offset).count();
}

std::vector<int64_t> slots_around(const Schedule& schedule, int64_t now) {
    const date::time_zone* zone = zone_of(schedule.time_zone);
    auto local = zone->to_local(date::sys_seconds(seconds(now)));
    date::local_days today = date::floor<date::days>(local);
    std::vector<int64_t> slots;
    int step = schedule.every_hours * 60, first = schedule.first_minute % step;
    for (int day = -2; day <= 2; day++)
        for (int minute = first; minute < 24 * 60; minute += step)
            slots.push_back(instant(zone, today + date::days(day), minute));
    std::sort(slots.begin(), slots.end());
    return slots;
}

}  // namespace

int minute_of_day(const std::string& text, const std::string& where) {
    const std::optional<int> minute = minute_of_day(text);
    if (!minute) throw Error(where, "is '" + text + "'; expected a time of day such as 12:00");
    return *minute;
}

void check_schedule(const Schedule& schedule, const SettingPlace& place) {
    zone_of(schedule.time_zone, place("time_zone"));
    if (schedule.every_hours < 1 || 24 % schedule.every_hours != 0)
        throw Error(place("every_hours"), "is " + std::to_string(schedule.every_hours) +
                                              "; expected 1, 2, 3, 4, 6, 8, 12 or 24");
}

int64_t slot_before(const Schedule& schedule, int64_t now) {
    std::vector<int64_t> slots = slots_around(schedule, now);
    return *(std::upper_bound(slots.begin(), slots.end(), now) - 1);
}

int64_t slot_after(const Schedule& schedule, int64_t now) {
    std::vector<int64_t> slots = slots_around(schedule, now);
    return *std::upper_bound(slots.begin(), slots.end(), now);
}

std::string local_time(const Schedule& schedule, int64_t when) {
    return date::format("%Y-%m-%d %H:%M %Z", date::make_zoned(zone_of(schedule.time_zone),
                                                              date::sys_seconds(seconds(when))));
}

}  // namespace quillet
