// Steps of one plan from many states at once: a weight that was read serves all of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <vector>

#include "compile/plan.h"
#include "run/batch_product.h"
#include "run/execute.h"

namespace quillet {

// What the steps of a plan have in common: integer matrices, packed for products with many vectors.
// Several threads may use one. REQUIRES: the plan outlives it.
class BatchPlan {
  public:
    explicit BatchPlan(const Plan& plan, quillet_batch_form form = quillet_batch_fastest());

    // How many products all states share; the other kernels are called for each state.
    size_t shared_products() const;

  private:
    friend class BatchExecutor;
    // What becomes of a step of the plan.
    struct Action {
        enum class Kind {
            each,
            shared,
            skipped
        } kind = Kind::each;  // each: the plan's kernel, a state at a time
        // Shared: a product; its vectors are argument `x_argument` of step `x_step`.
        size_t x_step = 0, x_argument = 0;
        int rows = 0, columns = 0;
        std::vector<uint8_t> weights;
    };
    void share(size_t step);

    const Plan& plan_;
    quillet_batch_form form_;
    std::vector<Action> actions_;
    int most_columns_ = 0;
};

// Memory for `width` states, the lanes. A step gives exactly the integers and floats of
// Executor::step. REQUIRES: the batch plan outlives it.
class BatchExecutor {
  public:
    BatchExecutor(const BatchPlan& plan, size_t width);

    size_t width() const { return lanes_.size(); }
    Executor& lane(size_t i) { return lanes_[i]; }  // to set and read its state

    // Feeds tokens[i] to lane i, for each of `tokens`, at most width().
    void step(std::span<const int> tokens);
    // The logits of lane i's last step, Q10.
    std::span<const int32_t> logits(size_t i) const;

  private:
    void multiply(size_t step, size_t count);

    const BatchPlan& batch_;
    std::deque<Executor> lanes_;  // which do not move
    std::vector<int32_t> logits_, scratch_;
    std::vector<int32_t*> acc_;
    std::vector<const int8_t*> x_;
};

}  // namespace quillet
