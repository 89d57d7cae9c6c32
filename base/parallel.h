// One function for many numbers, on several threads.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>

namespace quillet {

// `threads`, or the machine's where that is 0.
unsigned threads_of(unsigned threads);

// Calls f(0) … f(count - 1), each once, on up to `threads` threads (0: the machine's), the caller's among
// them. Once f has thrown, no other call begins; the first exception is thrown again when all have ended.
// Where the system starts fewer threads, those it started do all of the work.
void in_parallel(size_t count, unsigned threads, const std::function<void(size_t)>& f);

}  // namespace quillet
