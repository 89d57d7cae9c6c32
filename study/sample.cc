// Many lines of many settings at once: a walk through the tree of their beginnings.
// SPDX-License-Identifier: MIT
#include "study/sample.h"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <iterator>
#include <memory>
#include <mutex>
#include <span>

#include "base/parallel.h"
#include "run/batch.h"

namespace quillet::study {
namespace {

// Subtrees with so many lines may go to another thread.
constexpr size_t kShared = 2000;

// States that take a step together.
constexpr size_t kWidth = 48;

// Lines that begin alike: the state before their last token is fed, that token, and who they are
// (setting * count + line). Branches of one parent have its state; at the root there is none.
struct Branch {
    std::shared_ptr<const std::vector<std::byte>> state;
    int token;
    uint32_t length;  // tokens so far
    std::vector<uint32_t> members;
};

// What several threads walk: the branches that wait for one.
class Queue {
  public:
    void put(Branch branch) {
        const std::lock_guard lock(mutex_);
        if (stopped_) return;
        waiting_.push_back(std::move(branch));
        pending_++;
        changed_.notify_one();
    }

    // Appends the next branch, waiting for one; false when all are done, or after stop().
    bool take(std::vector<Branch>& branches) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !waiting_.empty() || pending_ == 0; });
        return give(branches);
    }

    // The same without waiting: false where there is none now.
    bool take_waiting(std::vector<Branch>& branches) {
        const std::lock_guard lock(mutex_);
        return give(branches);
    }

    // So many branches and all that grew from them were walked.
    void done(size_t count) {
        const std::lock_guard lock(mutex_);
        pending_ -= std::min(pending_, count);
        if (pending_ == 0) changed_.notify_all();
    }

    void stop() {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        waiting_.clear();
        pending_ = 0;
        changed_.notify_all();
    }

  private:
    bool give(std::vector<Branch>& branches) {
        if (waiting_.empty()) return false;
        branches.push_back(std::move(waiting_.back()));
        waiting_.pop_back();
        return true;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Branch> waiting_;
    bool stopped_ = false;
    size_t pending_ = 0;  // waiting and being walked
};

struct Work {
    const Plan& plan;
    const BatchPlan batch;
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
          executor_(work.batch, kWidth),
          drawn_(static_cast<size_t>(work.plan.alphabet.size())),
          bits_(drawn_.size()),
          children_(drawn_.size()) {
        for (int token = 0; token < work.plan.alphabet.size(); token++)
            pieces_.push_back(work.plan.alphabet.text(token));
    }

    // Walks branches of the queue and all that grows from them, but what it gives back to it, until none
    // is left.
    void walk() {
        while (work_.queue.take(mine_)) {
            size_t taken = 1;
            while (!mine_.empty()) {
                while (mine_.size() < kWidth && work_.queue.take_waiting(mine_)) taken++;
                step();
            }
            work_.queue.done(taken);
        }
    }

    uint64_t steps = 0, tokens = 0;

  private:
    // The latest branches: a walk to the depth keeps few states.
    void step() {
        const size_t count = std::min(mine_.size(), kWidth);
        now_.assign(std::make_move_iterator(mine_.end() - static_cast<ptrdiff_t>(count)),
                    std::make_move_iterator(mine_.end()));
        mine_.resize(mine_.size() - count);
        tokens_.clear();
        for (size_t i = 0; i < count; i++) {
            if (now_[i].state)
                executor_.lane(i).put_state(now_[i].state->data());
            else
                executor_.lane(i).reset();
            tokens_.push_back(now_[i].token);
        }
        executor_.step(tokens_);
        steps += count;
        for (size_t i = 0; i < count; i++) grow(now_[i], i);
    }

    // The branch's children, `lane` being where its step was taken.
    void grow(const Branch& branch, size_t lane) {
        tokens += branch.members.size();
        logits_ = executor_.logits(lane);
        weigh();
        used_.clear();
        for (uint32_t member : branch.members) draw(member, branch.length);
        if (used_.empty()) return;
        std::vector<std::byte> state(executor_.lane(lane).state_bytes());
        executor_.lane(lane).get_state(state.data());
        const auto shared = std::make_shared<const std::vector<std::byte>>(std::move(state));
        for (int token : used_) {
            auto& members = children_[static_cast<size_t>(token)];
            Branch child{shared, token, branch.length + 1, std::move(members)};
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
    BatchExecutor executor_;
    std::span<const int32_t> logits_;
    std::vector<int32_t> drawn_;
    std::vector<float> bits_;
    std::vector<std::vector<uint32_t>> children_;  // by token
    std::vector<int> used_;                        // the tokens that have some
    std::vector<Branch> mine_, now_;
    std::vector<int> tokens_;
    std::vector<std::string> pieces_;
};

Branch root_of(Work& work) {
    Branch root{nullptr, work.plan.alphabet.line_token(), 0, {}};
    for (uint32_t setting = 0; setting < work.settings.size(); setting++) {
        if (work.settings[setting].max_length == 0) continue;
        for (uint32_t i = 0; i < work.count; i++) root.members.push_back(setting * work.count + i);
    }
    return root;
}

void walk_all(Work& work, unsigned threads) {
    std::mutex mutex;
    threads = threads_of(threads);
    // A walker for each thread. Where fewer threads start, the later walkers find nothing left to do.
    in_parallel(threads, threads, [&](size_t) {
        try {
            Walker walker(work);
            walker.walk();
            const std::lock_guard lock(mutex);
            work.result.steps += walker.steps;
            work.result.tokens += walker.tokens;
        } catch (...) {
            work.queue.stop();  // for which others may wait
            throw;
        }
    });
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
    Work work{plan, BatchPlan(plan), settings, {}, count, {}, result, {}};
    for (const SamplingSettings& setting : settings) work.integers.push_back(setting.integers());
    work.random.resize(settings.size() * count);
    for (size_t i = 0; i < work.random.size(); i++)
        quillet_random_seed(&work.random[i], seed + static_cast<uint32_t>(i % count));
    work.queue.put(root_of(work));
    walk_all(work, threads);
    return result;
}

}  // namespace quillet::study
