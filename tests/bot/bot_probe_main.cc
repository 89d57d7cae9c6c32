// bot_probe FOLDER COMMAND [--now SECONDS] [--die STEP] [--picture FILE WIDTH HEIGHT]: the bot without a model, which tests can end at any step.
// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/file.h"
#include "bot/bot.h"
#include "bot/http.h"

using namespace quillet;

namespace {

struct Arguments {
    int64_t now = 0;  // 0: the machine's clock
    int die = 0;      // at this step; 0: never
    std::string picture;
    int width = 3, height = 2;
};

Arguments arguments_of(int argc, char** argv) {
    Arguments arguments;
    for (int i = 3; i + 1 < argc; i += 2) {
        if (!std::strcmp(argv[i], "--now")) arguments.now = std::atoll(argv[i + 1]);
        if (!std::strcmp(argv[i], "--die")) arguments.die = std::atoi(argv[i + 1]);
        if (!std::strcmp(argv[i], "--picture")) arguments.picture = argv[i + 1];
    }
    return arguments;
}

Maker maker_of(const Arguments& arguments) {
    Maker maker;
    maker.line = [](uint32_t seed, uint32_t number, int32_t least) -> std::optional<BotLine> {
        if (least >= 0) return std::nullopt;
        return BotLine{"Line " + std::to_string(seed + number) + " is a saying that nobody said.",
                       0};
    };
    maker.picture = [arguments](const std::filesystem::path& file, const std::string&) {
        std::string from = arguments.picture.empty() ? file.string() : arguments.picture;
        return BotPicture{read_file(from), arguments.width, arguments.height};
    };
    return maker;
}

int run(const std::string& folder, const std::string& command, const Arguments& arguments) {
    int steps = 0;
    Host host =
        machine_host([](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); });
    if (arguments.now) host.now = [&] { return arguments.now * 1000000 + steps; };
    host.sleep = [](double seconds) {
        std::fprintf(stderr, "waits %.1f s\n", seconds);
        usleep(useconds_t(seconds * 10000));  // a hundredth
    };
    host.step = [&](const char* name) {
        if (++steps != arguments.die) return;
        std::fprintf(stderr, "ends at step %d, %s\n", steps, name);
        _exit(9);
    };
    Bot bot(read_config(folder), host, maker_of(arguments));
    std::optional<QueueItem> item = command == "due" ? bot.post_due() : bot.post_now();
    std::printf("{\"steps\": %d, \"uri\": \"%s\"}\n", steps, item ? item->uri.c_str() : "");
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(
            stderr,
            "usage: bot_probe FOLDER due|now [--now SECONDS] [--die STEP] [--picture FILE]\n");
        return 2;
    }
    try {
        return run(argv[1], argv[2], arguments_of(argc, argv));
    } catch (const ServiceError& error) {
        std::fprintf(stderr, "bot_probe: %s: %s\n", error.where().c_str(), error.what());
        return error.trouble == Trouble::later ? 3 : error.trouble == Trouble::account ? 4 : 5;
    } catch (const Error& error) {
        std::fprintf(stderr, "bot_probe: %s: %s\n", error.where().c_str(), error.what());
        return 2;
    }
}
