// How well a model foretells a text: bits a character.
// SPDX-License-Identifier: MIT
#include "run/score.h"

#include <algorithm>
#include <cmath>

#include "base/tokenizer.h"
#include "run/execute.h"

namespace quillet {
namespace {

// A model that reads a text and tells the bits of each character.
class Reader {
  public:
    explicit Reader(const Plan& plan)
        : executor_(plan),
          floats_(plan.outputs[0].buffer != kLogitsBuffer &&
                  plan.buffer(plan.outputs[0].buffer).tensor.type == Type::float32),
          logits_(static_cast<size_t>(plan.alphabet.size())),
          values_(logits_.size()) {}

    void begin_line() { executor_.reset(); }

    // Feeds `token`; the bits of `next` after it.
    double bits(int token, int next) {
        executor_.step(token, logits_.data());
        if (floats_) {
            std::vector<float> given = executor_.output(0).values<float>();
            std::copy(given.begin(), given.end(), values_.begin());
        } else {
            std::transform(logits_.begin(), logits_.end(), values_.begin(),
                           [](int32_t logit) { return logit / 1024.0; });
        }
        double most = *std::max_element(values_.begin(), values_.end()), sum = 0;
        for (double value : values_) sum += std::exp(value - most);
        return (std::log(sum) + most - values_[static_cast<size_t>(next)]) / std::log(2.0);
    }

  private:
    Executor executor_;
    bool floats_;
    std::vector<int32_t> logits_;
    std::vector<double> values_;
};

}  // namespace

int64_t Score::unknown_count() const {
    int64_t count = 0;
    for (auto [character, times] : unknown) count += times;
    return count;
}

Score score(const Plan& plan, const std::u32string& text) {
    Score result;
    Reader reader(plan);
    int line_token = plan.alphabet.line_token(), token = line_token;
    auto feed = [&](int next) {
        if (token == line_token) reader.begin_line();
        result.bits += reader.bits(token, next);
        result.characters +=
            static_cast<int64_t>(plan.alphabet.pieces()[static_cast<size_t>(next)].size());
        token = next;
    };
    std::vector<uint8_t> tokens;
    Tokenizer(plan.alphabet).encode(text, tokens, result.unknown);
    for (uint8_t next : tokens) feed(next);
    if (!text.empty() && text.back() != U'\n') feed(line_token);
    return result;
}

}  // namespace quillet
