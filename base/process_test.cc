// Programs that are run: what they print, their ends, and those that have none.
// SPDX-License-Identifier: MIT
#include "base/process.h"

#include <gtest/gtest.h>

#include <future>

#include "base/error.h"

namespace quillet {
namespace {

TEST(Process, GivesLinesStatusAndLastMessage) {
    std::vector<std::string> lines;
    ProcessEnd end =
        run_process({"sh", "-c", "echo one; echo two; printf three; echo why >&2; exit 4"},
                    [&](std::string_view line) { lines.emplace_back(line); });
    EXPECT_EQ(lines, (std::vector<std::string>{"one", "two", "three"}));
    EXPECT_EQ(end.status, 4);
    EXPECT_EQ(end.message, "why");
}

TEST(Process, SaysThatThereIsNone) {
    EXPECT_EQ(run_process({"no-such-program-anywhere"}, [](std::string_view) {}).status, 127);
}

TEST(Process, AsksWhetherThereIsAProgram) {
    EXPECT_EQ(status_of({"sh", "-c", "exit 3"}), 3);
    EXPECT_EQ(status_of({"no-such-program-anywhere"}), kNotFound);
    EXPECT_EQ(status_of({"sh", "-c", "exec sleep 600"}, 0.2), kHangs);
}

TEST(Process, EndsWhatNobodyListensTo) {
    auto refuse = [](std::string_view) { throw Error("listener", "had enough"); };
    EXPECT_THROW(run_process({"sh", "-c", "echo one; exec sleep 600"}, refuse), Error);
    // What hangs is ended, even if it does not listen.
    auto ignore = [](std::string_view) {};
    EXPECT_THROW(run_process({"sh", "-c", "echo one; exec sleep 600"}, ignore, 0.2), Error);
    EXPECT_THROW(run_process({"sh", "-c", "trap '' TERM; while :; do sleep 1; done"}, ignore, 0.2),
                 Error);
}

TEST(Process, RunsForSeveralThreadsAtOnce) {
    std::vector<std::future<int>> runs;
    for (int thread = 0; thread < 4; thread++) {
        runs.push_back(std::async(std::launch::async, [thread] {
            int right = 0;
            for (int i = 0; i < 10; i++) {
                const std::string number = std::to_string(10 * thread + i);
                run_process({"echo", number},
                            [&](std::string_view line) { right += line == number; });
            }
            return right;
        }));
    }
    for (std::future<int>& run : runs) EXPECT_EQ(run.get(), 10);
}

}  // namespace
}  // namespace quillet
