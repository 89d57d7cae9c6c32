// What the bot takes from its surroundings, so that tests can put others in their place: clock, waiting, chance, news.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace quillet {

struct Host {
    std::function<int64_t()> now;  // microseconds since 1970, UTC
    std::function<void(double seconds)> sleep;
    std::function<uint32_t()> random;              // 32 even bits
    std::function<void(const std::string&)> tell;  // one line of news, without credentials
    // Called before and after everything that has an effect outside the process, with its name.
    // Tests end the process in it.
    std::function<void(const char* step)> step;
};

// The machine's clock and randomness; news goes to `tell`.
Host machine_host(std::function<void(const std::string&)> tell);

// `microseconds` as "2026-03-29T11:00:00.000Z".
std::string iso_time(int64_t microseconds);

}  // namespace quillet
