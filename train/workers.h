// A few threads that do the same function's parts and wait for each other.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace quillet::train {

class Workers {
  public:
    explicit Workers(int count);  // count - 1 threads besides the caller's
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    int count() const { return static_cast<int>(threads_.size()) + 1; }

    // Calls part(0) … part(count() - 1), each in its own thread, and returns when all have; throws
    // what the first of them threw.
    void run(const std::function<void(int)>& part);

    // Calls part(i) for each i below n, which worker count() divides between itself: worker w takes
    // i = w, w + count(), …
    void share(int n, const std::function<void(int)>& part);

  private:
    void work(int worker);
    void stop();

    std::mutex mutex_;
    std::condition_variable start_, done_;
    const std::function<void(int)>* part_ = nullptr;
    std::vector<std::exception_ptr> failures_;
    long round_ = 0;
    int busy_ = 0;
    bool stop_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace quillet::train
