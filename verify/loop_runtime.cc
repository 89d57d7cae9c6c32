// A runtime in this process: a C text loop over a model, ours or one that was built and loaded.
// SPDX-License-Identifier: MIT
#include "verify/loop_runtime.h"

#include <chrono>

#include "run/execute.h"

namespace quillet {
namespace {

quillet_random started(const Start& start, const LoopFunctions& functions) {
    quillet_random random = generator_at(start);
    if (auto* seed = std::get_if<uint32_t>(&start)) functions.seed(&random, *seed);
    return random;
}

class PlanRuntime : public LoopRuntime {
  public:
    explicit PlanRuntime(const Plan& plan)
        : plan_(plan), executor_(plan), model_(executor_.model()) {}

  private:
    const quillet_model& model() const override { return model_; }
    void* state() override { return &executor_; }
    LoopFunctions functions() const override {
        return {quillet_random_seed, quillet_sample, quillet_line_begin, quillet_line_next};
    }
    std::vector<Tensor> outputs(const std::vector<int32_t>&) const override {
        std::vector<Tensor> all;
        for (size_t i = 0; i < plan_.outputs.size(); i++)
            all.push_back(executor_.output(static_cast<int>(i)));
        return all;
    }

    const Plan& plan_;
    Executor executor_;
    quillet_model model_;
};

}  // namespace

Results LoopRuntime::run(const Jobs& jobs, const CountLines& count_line) {
    Results results;
    for (const TextJob& job : jobs.texts) results.texts.push_back(write(job, count_line));
    for (const TraceJob& job : jobs.traces) results.traces.push_back(trace(job));
    return results;
}

TextResult LoopRuntime::write(const TextJob& job, const CountLines& count_line) {
    LoopFunctions loop = functions();
    std::vector<int32_t> logits(model().vocabulary);
    quillet_writer writer = {};
    writer.model = &model();
    writer.state = state();
    writer.logits = logits.data();
    writer.sampling = job.sampling;
    writer.random = started(job.start, loop);
    writer.max_length = job.max_length;
    TextResult result;
    auto begin = std::chrono::steady_clock::now();
    for (uint32_t n = 0; n < job.count; n++) {
        Line line;
        loop.line_begin(&writer, job.prompt.data(), static_cast<uint32_t>(job.prompt.size()));
        for (int32_t token; (token = loop.line_next(&writer)) != QUILLET_END_OF_LINE;)
            line.tokens.push_back(static_cast<uint8_t>(token));
        line.random = words_of(writer.random);
        result.add(std::move(line), job);
        count_line();
    }
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return result;
}

Trace LoopRuntime::trace(const TraceJob& job) {
    LoopFunctions loop = functions();
    quillet_random random = started(job.start, loop);
    Trace trace{words_of(random), {}};
    std::vector<uint8_t> fed = tokens_fed(job, model().line_token);
    model().reset(state());
    for (size_t i = 0; i < fed.size(); i++) {
        TraceStep step;
        step.logits.resize(model().vocabulary);
        model().step(state(), fed[i], step.logits.data());
        step.outputs = outputs(step.logits);
        std::vector<int32_t> weights = step.logits;
        if (i >= job.prompt.size())
            step.drawn = loop.sample(weights.data(), model().vocabulary, &job.sampling, &random);
        step.random = words_of(random);
        trace.steps.push_back(std::move(step));
    }
    return trace;
}

std::unique_ptr<Runtime> plan_runtime(const Plan& plan) {
    return std::make_unique<PlanRuntime>(plan);
}

}  // namespace quillet
