// Many lines of many settings at once: a walk through the tree of their beginnings.
// SPDX-License-Identifier: MIT
#include "study/sample.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "run/execute.h"

namespace quillet::study {
namespace {

// Subtrees with so many lines may go to another thread.
constexpr size_t kShared = 2000;

// Lines that begin alike: the state before their last token is fed, that token, and who they are
// (setting * count + line).
struct Branch {
    std::vector<std::byte> state;
    int token;
    uint32_t length;  // tokens so far
    std::vector<uint32_t> members;
};

// What several threads walk: the branches that wait for one.
class Queue {
  public:
    void put(Branch branch) {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(branch));
        pending_++;
        changed_.notify_one();
    }

    // The next branch; false when all are done, or after stop().
    bool take(Branch& branch) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !waiting_.empty() || pending_ == 0; });
        if (waiting_.empty()) return false;
        branch = std::move(waiting_.back());
        waiting_.pop_back();
        return true;
    }

    void done() {
        const std::lock_guard lock(mutex_);
        if (pending_ > 0 && --pending_ == 0) changed_.notify_all();
    }

    void stop() {
        const std::lock_guard lock(mutex_);
        waiting_.clear();
        pending_ = 0;
        changed_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Branch> waiting_;
    size_t pending_ = 0;  // waiting and being walked
};

struct Work {
    const Plan& plan;
    const std::vector<SamplingSettings>& settings;
    std::vector<quillet_sampling> integers;
    uint32_t count;
    std::vector<quillet_random> random;  // of each line
    Sampled& result;
    Queue queue;
};

class Walker {
  public:
    explicit Walker(Work& work)
        : work_(work),
          executor_(work.plan),
          state_(executor_.state_bytes()),
          logits_(static_cast<size_t>(work.plan.alphabet.size())),
          drawn_(logits_.size()),
          bits_(logits_.size()),
          children_(logits_.size()) {
        for (int token = 0; token < work.plan.alphabet.size(); token++)
            pieces_.push_back(work.plan.alphabet.text(token));
    }

    // Walks the branch and all that grows from it, but what it gives to the queue.
    void walk(Branch branch) {
        mine_.push_back(std::move(branch));
        while (!mine_.empty()) {
            Branch next = std::move(mine_.back());
            mine_.pop_back();
            step(next);
        }
    }

    uint64_t steps = 0, tokens = 0;

  private:
    void step(Branch& branch) {
        if (branch.state.empty())
            executor_.reset();
        else
            executor_.put_state(branch.state.data());
        executor_.step(branch.token, logits_.data());
        steps++;
        tokens += branch.members.size();
        weigh();
        used_.clear();
        for (uint32_t member : branch.members) draw(member, branch.length);
        if (used_.empty()) return;
        state_.resize(executor_.state_bytes());
        executor_.get_state(state_.data());
        for (int token : used_) {
            auto& members = children_[static_cast<size_t>(token)];
            Branch child{state_, token, branch.length + 1, std::move(members)};
            members = {};
            if (child.members.size() >= kShared)
                work_.queue.put(std::move(child));
            else
                mine_.push_back(std::move(child));
        }
    }

    // bits_: -log2 of each token's probability at temperature 1.
    void weigh() {
        const int32_t most = *std::max_element(logits_.begin(), logits_.end());
        float sum = 0;
        for (size_t i = 0; i < logits_.size(); i++) {
            bits_[i] = static_cast<float>(most - logits_[i]) * (1.442695041F / 1024);
            sum += std::exp2(-bits_[i]);
        }
        const float all = std::log2(sum);
        for (float& bits : bits_) bits += all;
    }

    void draw(uint32_t member, uint32_t length) {
        const uint32_t setting = member / work_.count;
        std::copy(logits_.begin(), logits_.end(), drawn_.begin());
        const uint32_t token = quillet_sample(drawn_.data(), static_cast<uint32_t>(drawn_.size()),
                                              &work_.integers[setting], &work_.random[member]);
        Sample& sample = work_.result.samples[setting];
        const uint32_t line = member % work_.count;
        sample.bits[line] += bits_[token];
        if (static_cast<int>(token) == work_.plan.alphabet.line_token()) return;
        sample.lines[line] += pieces_[token];
        if (length + 1 >= work_.settings[setting].max_length) return;
        if (children_[token].empty()) used_.push_back(static_cast<int>(token));
        children_[token].push_back(member);
    }

    Work& work_;
    Executor executor_;
    std::vector<std::byte> state_;
    std::vector<int32_t> logits_, drawn_;
    std::vector<float> bits_;
    std::vector<std::vector<uint32_t>> children_;  // by token
    std::vector<int> used_;                        // the tokens that have some
    std::vector<Branch> mine_;
    std::vector<std::string> pieces_;
};

Branch root_of(Work& work) {
    Branch root{{}, work.plan.alphabet.line_token(), 0, {}};
    for (uint32_t setting = 0; setting < work.settings.size(); setting++) {
        if (work.settings[setting].max_length == 0) continue;
        for (uint32_t i = 0; i < work.count; i++) root.members.push_back(setting * work.count + i);
    }
    return root;
}

void walk_all(Work& work, unsigned threads) {
    std::mutex mutex;
    std::exception_ptr failure;
    const auto walk = [&] {
        try {
            Walker walker(work);
            for (Branch branch; work.queue.take(branch); work.queue.done())
                walker.walk(std::move(branch));
            const std::lock_guard lock(mutex);
            work.result.steps += walker.steps;
            work.result.tokens += walker.tokens;
        } catch (...) {
            const std::lock_guard lock(mutex);
            failure = std::current_exception();
            work.queue.stop();
        }
    };
    if (threads == 0) threads = std::max(std::thread::hardware_concurrency(), 1u);
    std::vector<std::thread> others;
    for (unsigned i = 1; i < threads; i++) others.emplace_back(walk);
    walk();
    for (std::thread& other : others) other.join();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

Sampled sample_lines(const Plan& plan, const std::vector<SamplingSettings>& settings,
                     uint32_t count, uint32_t seed, unsigned threads) {
    Sampled result;
    result.samples.resize(settings.size());
    for (Sample& sample : result.samples) {
        sample.lines.resize(count);
        sample.bits.resize(count);
    }
    Work work{plan, settings, {}, count, {}, result, {}};
    for (const SamplingSettings& setting : settings) work.integers.push_back(setting.integers());
    work.random.resize(settings.size() * count);
    for (size_t i = 0; i < work.random.size(); i++)
        quillet_random_seed(&work.random[i], seed + static_cast<uint32_t>(i % count));
    work.queue.put(root_of(work));
    walk_all(work, threads);
    return result;
}

}  // namespace quillet::study
