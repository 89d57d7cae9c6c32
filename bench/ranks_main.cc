// A training step by several ranks measured: how long it takes, and how much of that is waiting for
// the others' gradients and orders.
// SPDX-License-Identifier: MIT
//
// [mpirun -n N] bench_ranks HIDDEN VOCABULARY BATCH SEQUENCE THREADS SECONDS    one line of JSON
// BATCH is the whole, all ranks' streams together.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "base/error.h"
#include "train/random.h"
#include "train/team.h"

namespace {

using namespace quillet;
using namespace quillet::train;

double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

// Ranks whose waits are timed.
class TimedRanks : public Ranks {
  public:
    explicit TimedRanks(std::unique_ptr<Ranks> of) : of_(std::move(of)) {}

    int rank() const override { return of_->rank(); }
    int size() const override { return of_->size(); }
    int neighbors() const override { return of_->neighbors(); }
    void broadcast(void* bytes, size_t size) override {
        timed(orders, [&] { of_->broadcast(bytes, size); });
    }
    std::vector<std::string> gather(std::string_view bytes) override { return of_->gather(bytes); }
    std::vector<double> gather(double number) override {
        std::vector<double> all;
        timed(orders, [&] { all = of_->gather(number); });
        return all;
    }
    void send(int to, std::string_view bytes) override { of_->send(to, bytes); }
    std::optional<Message> poll() override { return of_->poll(); }
    void begin(float* values, int64_t count) override {
        messages++;
        of_->begin(values, count);
    }
    void finish() override {
        timed(sums, [&] { of_->finish(); });
    }
    [[noreturn]] void abort(int status) override {
        of_->abort(status);
        std::abort();
    }

    double orders = 0, sums = 0;  // seconds
    int messages = 0;

  private:
    template <class F>
    void timed(double& to, F wait) {
        const double begin = now();
        wait();
        to += now() - begin;
    }

    std::unique_ptr<Ranks> of_;
};

// Lines of a hundred random tokens, for some windows of the recipe.
Data random_data(int vocabulary, const Recipe& recipe) {
    Data data;
    std::u32string characters = U"\n";
    for (int i = 1; i < vocabulary; i++) characters += static_cast<char32_t>(0x100 + i);
    data.alphabet = Alphabet(characters);
    Random random(1, 1);
    const int64_t count = int64_t{4} * recipe.batch * recipe.sequence;
    for (int64_t i = 0; i < count; i++) {
        if (i % 100 == 0) data.training.starts.push_back(i);
        const bool ends = i % 100 == 99 || i + 1 == count;
        data.training.values.push_back(
            ends ? 0
                 : static_cast<uint8_t>(1 + random.below(static_cast<uint64_t>(vocabulary) - 1)));
    }
    data.training.starts.push_back(count);
    data.validation.starts = {0};
    return data;
}

double middle(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void measure(TimedRanks& ranks, char** argv) {
    Recipe recipe;
    recipe.hidden = std::atoi(argv[1]);
    recipe.batch = std::atoi(argv[3]);
    recipe.sequence = std::atoi(argv[4]);
    recipe.threads = std::atoi(argv[5]);
    recipe.ranks = ranks.size();
    recipe = completed(recipe, 1000);
    const Data data = random_data(std::atoi(argv[2]), recipe);
    const Layout layout(Shape{recipe.cell, data.alphabet.size(), recipe.hidden, 1, 0});
    const Streams text(data.training, data.alphabet.line_token(), recipe.batch, recipe.sequence, 1);
    Team team(ranks);
    team.share(data);
    const std::unique_ptr<Engine> engine =
        make_team_engine(team, recipe, layout, initial_parameters(layout, 1));
    engine->begin_epoch(text);
    WindowRates rates;
    rates.learning_rate = 1e-4;
    rates.gradient_scale = 1.f / static_cast<float>(recipe.batch * text.steps());
    std::vector<double> steps, sums, orders;
    int messages = 0;
    for (const double begin = now(); now() - begin < std::atof(argv[6]) || steps.size() < 8;) {
        ranks.orders = ranks.sums = ranks.messages = 0;
        const double start = now();
        engine->train_window(text, static_cast<int>(steps.size()) % text.windows(), rates);
        steps.push_back(now() - start);
        sums.push_back(ranks.sums);
        orders.push_back(ranks.orders);
        messages = ranks.messages;
        rates.step++;
    }
    const double step = middle(steps);
    std::printf(
        "{\"ranks\": %d, \"threads\": %d, \"hidden\": %d, \"batch\": %d, \"sequence\": %d, "
        "\"gradient_bytes\": %lld, \"messages\": %d, \"steps\": %zu, \"step_ms\": %.3f, "
        "\"least_step_ms\": %.3f, \"sum_wait_ms\": %.3f, \"orders_ms\": %.3f, "
        "\"characters_per_s\": %.0f}\n",
        ranks.size(), recipe.threads, recipe.hidden, recipe.batch, text.steps(),
        static_cast<long long>(layout.size) * 4, messages, steps.size(), 1e3 * step,
        1e3 * *std::min_element(steps.begin(), steps.end()), 1e3 * middle(sums),
        1e3 * middle(orders), recipe.batch * text.steps() / step);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 7)
        return std::fprintf(stderr, "bench_ranks: expected six numbers, as its source says\n"), 2;
    try {
        TimedRanks ranks(join_ranks(Distributed::mpi));
        if (ranks.rank() > 0)
            work_for(ranks);
        else
            measure(ranks, argv);
        return 0;
    } catch (const Error& error) {
        return std::fprintf(stderr, "%s: %s\n", error.where().c_str(), error.what()), 1;
    }
}
