// Work on many threads whose results come back in the order it was handed in.
// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace quillet {

// In -> Out by `work` (called from any thread). One thread submits and takes. With one thread all
// is done in submit(). An exception of `work` comes out of take() in its turn.
template <typename In, typename Out>
class OrderedPool {
  public:
    OrderedPool(int threads, std::function<Out(In&&)> work) : work_(std::move(work)) {
        for (int i = 0; threads > 1 && i < threads; i++) threads_.emplace_back([this] { run(); });
    }
    OrderedPool(const OrderedPool&) = delete;
    OrderedPool& operator=(const OrderedPool&) = delete;
    ~OrderedPool() {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }

    // True when so much is under way that the next call should be take().
    bool full() const { return jobs_.size() >= (threads_.empty() ? 1 : threads_.size() * 2); }
    bool empty() const { return jobs_.empty(); }

    void submit(In&& in) {
        auto job = std::make_shared<Job>(std::move(in));
        jobs_.push_back(job);
        if (threads_.empty()) return do_job(*job);
        {
            std::lock_guard lock(mutex_);
            waiting_.push_back(job);
        }
        wake_.notify_one();
    }

    // The oldest result. REQUIRES !empty().
    Out take() {
        std::shared_ptr<Job> job = jobs_.front();
        jobs_.pop_front();
        std::unique_lock lock(mutex_);
        done_.wait(lock, [&] { return job->done; });
        if (job->failure) std::rethrow_exception(job->failure);
        return std::move(*job->out);
    }

  private:
    struct Job {
        explicit Job(In&& given) : in(std::move(given)) {}
        In in;
        std::optional<Out> out;
        std::exception_ptr failure;
        bool done = false;
    };

    void do_job(Job& job) {
        try {
            job.out.emplace(work_(std::move(job.in)));
        } catch (...) {
            job.failure = std::current_exception();
        }
        std::lock_guard lock(mutex_);
        job.done = true;
        done_.notify_one();
    }

    void run() {
        for (;;) {
            std::shared_ptr<Job> job;
            {
                std::unique_lock lock(mutex_);
                wake_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
                if (stopping_) return;
                job = waiting_.front();
                waiting_.pop_front();
            }
            do_job(*job);
        }
    }

    std::function<Out(In&&)> work_;
    std::deque<std::shared_ptr<Job>> jobs_;  // handed in and not taken; the submitting thread's own
    std::deque<std::shared_ptr<Job>> waiting_;  // not begun
    std::mutex mutex_;
    std::condition_variable wake_, done_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace quillet
