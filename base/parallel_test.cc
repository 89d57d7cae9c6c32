// Tests of one function for many numbers, on several threads.
// SPDX-License-Identifier: MIT
#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "base/error.h"

namespace quillet {
namespace {

TEST(Parallel, CallsEachNumberOnce) {
    for (unsigned threads : {0u, 1u, 3u, 64u}) {
        std::vector<std::atomic<int>> calls(40);
        in_parallel(calls.size(), threads, [&](size_t i) { calls[i]++; });
        for (const std::atomic<int>& each : calls) EXPECT_EQ(each, 1) << threads;
    }
    in_parallel(0, 4, [](size_t) { FAIL(); });
}

TEST(Parallel, ThrowsWhatACallThrew) {
    for (unsigned threads : {1u, 4u}) {
        std::atomic<int> calls = 0;
        try {
            in_parallel(1000000, threads, [&](size_t i) {
                calls++;
                if (i == 5) throw Error("place", "is wrong");
            });
            FAIL() << "expected an Error";
        } catch (const Error& error) {
            EXPECT_EQ(error.where(), "place");
        }
        EXPECT_LT(calls, 1000000);
    }
}

TEST(Parallel, ZeroThreadsAreTheMachines) {
    EXPECT_GE(threads_of(0), 1u);
    EXPECT_EQ(threads_of(7), 7u);
}

}  // namespace
}  // namespace quillet
