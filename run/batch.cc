// Steps of one plan from many states at once: a weight that was read serves all of them.
// SPDX-License-Identifier: MIT
#include "run/batch.h"

#include <algorithm>
#include <string_view>

#include "compile/pack.h"

namespace quillet {
namespace {

const BufferArgument* buffer_of(const Step& step, size_t argument) {
    return std::get_if<BufferArgument>(&step.arguments[argument]);
}

bool prepares(const Step& step, const BufferArgument& input) {
    const std::string_view name = step.kernel->name;
    if (name != "quillet_spread" && name != "quillet_tables") return false;
    const BufferArgument* written = buffer_of(step, 0);
    return written && written->buffer == input.buffer && written->offset == input.offset;
}

}  // namespace

BatchPlan::BatchPlan(const Plan& plan, quillet_batch_form form)
    : plan_(plan), form_(form), actions_(plan.steps.size()) {
    for (size_t step = 0; step < plan.steps.size(); step++)
        if (std::string_view(plan.steps[step].kernel->name).starts_with("quillet_product_"))
            share(step);
}

size_t BatchPlan::shared_products() const {
    return static_cast<size_t>(
        std::count_if(actions_.begin(), actions_.end(),
                      [](const Action& action) { return action.kind == Action::Kind::shared; }));
}

// Arguments of a product: acc, weights, its input, rows, columns. The lowering puts what prepares an
// input right before the one product that reads it; here the input is what was to be prepared.
void BatchPlan::share(size_t step) {
    const Step& product = plan_.steps[step];
    if (product.kernel->parameters.size() != 5) return;
    const BufferArgument *weights = buffer_of(product, 1), *input = buffer_of(product, 2);
    const auto *rows = std::get_if<IntegerArgument>(&product.arguments[3]),
               *columns = std::get_if<IntegerArgument>(&product.arguments[4]);
    if (!weights || weights->offset != 0 || !input || !rows || !columns) return;
    const bool prepared = step > 0 && prepares(plan_.steps[step - 1], *input);
    if (!prepared && std::string_view(product.kernel->name) != "quillet_product_int8") return;
    Action action;
    action.kind = Action::Kind::shared;
    action.x_step = prepared ? step - 1 : step;
    action.x_argument = prepared ? 1 : 2;
    action.rows = static_cast<int>(rows->value);
    action.columns = static_cast<int>(columns->value);
    const std::vector<int8_t> values = unpack(
        product.kernel->name, plan_.buffer(weights->buffer).tensor, action.rows, action.columns);
    if (values.empty()) return;
    action.weights.resize(quillet_batch_packed_bytes(form_, action.rows, action.columns));
    quillet_batch_pack(form_, action.weights.data(), values.data(), action.rows, action.columns);
    most_columns_ = std::max(most_columns_, action.columns);
    if (prepared) actions_[step - 1].kind = Action::Kind::skipped;
    actions_[step] = std::move(action);
}

BatchExecutor::BatchExecutor(const BatchPlan& plan, size_t width)
    : batch_(plan),
      logits_(width * static_cast<size_t>(plan.plan_.alphabet.size())),
      acc_(width),
      x_(width) {
    for (size_t i = 0; i < width; i++) lanes_.emplace_back(plan.plan_);
    scratch_.resize(
        quillet_batch_scratch_bytes(plan.form_, plan.most_columns_, static_cast<int32_t>(width)) /
        sizeof(int32_t));
}

void BatchExecutor::step(std::span<const int> tokens) {
    const auto vocabulary = static_cast<size_t>(batch_.plan_.alphabet.size());
    for (size_t i = 0; i < tokens.size(); i++)
        lanes_[i].begin(tokens[i], logits_.data() + i * vocabulary);
    for (size_t step = 0; step < batch_.actions_.size(); step++) {
        switch (batch_.actions_[step].kind) {
            case BatchPlan::Action::Kind::skipped:
                break;
            case BatchPlan::Action::Kind::shared:
                multiply(step, tokens.size());
                break;
            case BatchPlan::Action::Kind::each:
                for (size_t i = 0; i < tokens.size(); i++) lanes_[i].call(step);
        }
    }
}

void BatchExecutor::multiply(size_t step, size_t count) {
    const BatchPlan::Action& action = batch_.actions_[step];
    for (size_t i = 0; i < count; i++) {
        acc_[i] = static_cast<int32_t*>(lanes_[i].slot(step, 0).pointer);
        x_[i] =
            static_cast<const int8_t*>(lanes_[i].slot(action.x_step, action.x_argument).pointer);
    }
    quillet_batch_product(batch_.form_, acc_.data(), action.weights.data(), x_.data(),
                          static_cast<int32_t>(count), action.rows, action.columns,
                          scratch_.data());
}

std::span<const int32_t> BatchExecutor::logits(size_t i) const {
    const auto vocabulary = static_cast<size_t>(batch_.plan_.alphabet.size());
    return {logits_.data() + i * vocabulary, vocabulary};
}

}  // namespace quillet
