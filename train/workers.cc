// A few threads that do the same function's parts and wait for each other.
// SPDX-License-Identifier: MIT
#include "train/workers.h"

#include <string>
#include <system_error>

#include "base/error.h"

namespace quillet::train {

Workers::Workers(int count) : failures_(static_cast<size_t>(count)) {
    try {
        for (int worker = 1; worker < count; worker++)
            threads_.emplace_back([this, worker] { work(worker); });
    } catch (const std::system_error& error) {
        const std::string started = std::to_string(threads_.size() + 1);
        stop();
        throw Error("--threads", "the system starts no more than " + started + " of " +
                                     std::to_string(count) + " threads (" + error.what() +
                                     "); give a lower number");
    }
}

Workers::~Workers() {
    stop();
}

void Workers::stop() {
    {
        std::lock_guard lock(mutex_);
        stop_ = true;
    }
    start_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void Workers::run(const std::function<void(int)>& part) {
    {
        std::lock_guard lock(mutex_);
        part_ = &part;
        busy_ = count() - 1;
        round_++;
    }
    start_.notify_all();
    std::exception_ptr own;
    try {
        part(0);
    } catch (...) {
        own = std::current_exception();
    }
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return busy_ == 0; });
    failures_[0] = own;
    for (std::exception_ptr& failure : failures_) {
        if (!failure) continue;
        std::exception_ptr thrown = failure;
        for (std::exception_ptr& each : failures_) each = nullptr;
        std::rethrow_exception(thrown);
    }
}

void Workers::share(int n, const std::function<void(int)>& part) {
    run([&](int worker) {
        for (int i = worker; i < n; i += count()) part(i);
    });
}

void Workers::work(int worker) {
    for (long seen = 0;;) {
        const std::function<void(int)>* part;
        {
            std::unique_lock lock(mutex_);
            start_.wait(lock, [&] { return stop_ || round_ != seen; });
            if (stop_) return;
            seen = round_;
            part = part_;
        }
        std::exception_ptr failure;
        try {
            (*part)(worker);
        } catch (...) {
            failure = std::current_exception();
        }
        std::lock_guard lock(mutex_);
        failures_[static_cast<size_t>(worker)] = failure;
        if (--busy_ == 0) done_.notify_one();
    }
}

}  // namespace quillet::train
