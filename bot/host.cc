// The machine as the bot's surroundings.
// SPDX-License-Identifier: MIT
#include "bot/host.h"

#include <chrono>
#include <ctime>
#include <random>
#include <thread>

namespace quillet {

Host machine_host(std::function<void(const std::string&)> tell) {
    Host host;
    host.now = [] {
        auto since = std::chrono::system_clock::now().time_since_epoch();
        return int64_t(std::chrono::duration_cast<std::chrono::microseconds>(since).count());
    };
    host.sleep = [](double seconds) {
        std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    };
    host.random = [] { return uint32_t(std::random_device{}()); };
    host.tell = std::move(tell);
    host.step = [](const char*) {};
    return host;
}

std::string iso_time(int64_t microseconds) {
    std::time_t seconds = std::time_t(microseconds / 1000000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    std::snprintf(text + length, sizeof text - length, ".%03dZ", int(microseconds / 1000 % 1000));
    return text;
}

}  // namespace quillet
