// One function for many numbers, on several threads.
// SPDX-License-Identifier: MIT
#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace quillet {

unsigned threads_of(unsigned threads) {
    return threads > 0 ? threads : std::max(std::thread::hardware_concurrency(), 1u);
}

void in_parallel(size_t count, unsigned threads, const std::function<void(size_t)>& f) {
    std::atomic<size_t> next = 0;
    std::exception_ptr failure;
    std::mutex failing;
    const auto work = [&] {
        for (size_t i; (i = next++) < count;) {
            try {
                f(i);
            } catch (...) {
                const std::lock_guard lock(failing);
                if (!failure) failure = std::current_exception();
                next = count;
            }
        }
    };
    const size_t wanted = std::min<size_t>(threads_of(threads), count);
    std::vector<std::thread> others;
    others.reserve(wanted);  // else an exception of its growing would destroy threads that run
    try {
        while (others.size() + 1 < wanted) others.emplace_back(work);
    } catch (const std::system_error&) {
        // The system starts no more; the threads that there are do the rest.
    }
    work();
    for (std::thread& other : others) other.join();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace quillet
