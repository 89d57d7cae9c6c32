// Several ranks train what one machine trains: ranks that are threads of the test.
// SPDX-License-Identifier: MIT
#include "train/team.h"

#include <gtest/gtest.h>

#include <barrier>
#include <deque>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "train/search.h"

namespace quillet::train {
namespace {

// What the ranks have in common.
struct Hub {
    explicit Hub(int size)
        : meet(size), given(static_cast<size_t>(size)), boxes(static_cast<size_t>(size)) {}

    std::barrier<> meet;
    std::vector<std::string> given;
    std::vector<std::deque<Ranks::Message>> boxes;
    std::mutex mutex;
};

class ThreadRanks : public Ranks {
  public:
    ThreadRanks(Hub& hub, int rank, float error = 0) : hub_(hub), rank_(rank), error_(error) {}

    int rank() const override { return rank_; }
    int size() const override { return static_cast<int>(hub_.given.size()); }
    int neighbors() const override { return size(); }

    void broadcast(void* bytes, size_t size) override {
        if (rank_ == 0) hub_.given[0].assign(static_cast<const char*>(bytes), size);
        hub_.meet.arrive_and_wait();
        ASSERT_EQ(hub_.given[0].size(), size);
        std::copy_n(hub_.given[0].data(), size, static_cast<char*>(bytes));
        hub_.meet.arrive_and_wait();
    }

    std::vector<std::string> gather(std::string_view bytes) override {
        std::vector<std::string> all = everyones(bytes);
        if (rank_ > 0) all.clear();
        return all;
    }

    std::vector<double> gather(double number) override {
        std::vector<double> all;
        for (const std::string& bytes :
             gather(std::string_view(reinterpret_cast<const char*>(&number), sizeof number)))
            all.push_back(*reinterpret_cast<const double*>(bytes.data()));
        return all;
    }

    void send(int to, std::string_view bytes) override {
        std::lock_guard lock(hub_.mutex);
        hub_.boxes[static_cast<size_t>(to)].push_back({rank_, std::string(bytes)});
    }

    std::optional<Message> poll() override {
        std::lock_guard lock(hub_.mutex);
        std::deque<Message>& box = hub_.boxes[static_cast<size_t>(rank_)];
        if (box.empty()) return std::nullopt;
        Message first = box.front();
        box.pop_front();
        return first;
    }

    void begin(float* values, int64_t count) override {
        std::lock_guard lock(mutex_);
        blocks_.push_back({values, values + count});
    }

    void finish() override {
        for (const auto& [begin, end] : blocks_) {
            const auto count = static_cast<size_t>(end - begin);
            const std::vector<std::string> all = everyones(
                std::string_view(reinterpret_cast<const char*>(begin), count * sizeof(float)));
            for (size_t i = 0; i < count; i++) {
                begin[i] = reinterpret_cast<const float*>(all[0].data())[i];
                for (size_t r = 1; r < all.size(); r++)
                    begin[i] += reinterpret_cast<const float*>(all[r].data())[i];
            }
            begin[0] += error_;
        }
        blocks_.clear();
    }

    [[noreturn]] void abort(int) override { std::abort(); }

  private:
    std::vector<std::string> everyones(std::string_view bytes) {
        hub_.given[static_cast<size_t>(rank_)] = bytes;
        hub_.meet.arrive_and_wait();
        std::vector<std::string> all = hub_.given;
        hub_.meet.arrive_and_wait();
        return all;
    }

    Hub& hub_;
    const int rank_;
    const float error_;  // that this rank's sums have
    std::mutex mutex_;
    std::vector<std::pair<float*, float*>> blocks_;
};

// Calls `lead` with a team of `size` whose last rank's sums are wrong by `error`.
template <class F>
void with_team(int size, F lead, float error = 0) {
    Hub hub(size);
    std::vector<std::thread> others;
    for (int rank = 1; rank < size; rank++)
        others.emplace_back([&hub, rank, size, error] {
            ThreadRanks ranks(hub, rank, rank == size - 1 ? error : 0);
            work_for(ranks);
        });
    {
        ThreadRanks ranks(hub, 0);
        Team team(ranks);
        lead(team);
    }
    for (std::thread& other : others) other.join();
}

Data team_data() {
    std::string text;
    for (int i = 0; i < 150; i++)
        text += std::to_string(i * 7919 % 1000) + " and " + std::to_string(i) + "\n";
    Lines lines = read_lines(text, "text");
    std::vector<RareCharacter> rare;
    Data data;
    data.alphabet = choose_alphabet(lines, Alphabet(), 1, "text", rare);
    Lines validation = split_off(lines, {0.2, true});
    data.training = encode(lines, data.alphabet);
    data.validation = encode(validation, data.alphabet);
    return data;
}

// A matrix of 128 x 128 is sent in parts.
Recipe small_recipe(Cell cell, int ranks, int threads) {
    Recipe recipe;
    recipe.cell = cell;
    recipe.hidden = cell == Cell::gru ? 128 : 24;
    recipe.layers = cell == Cell::gru ? 1 : 2;
    recipe.embedding = cell == Cell::gru ? 0 : 6;
    recipe.epochs = 1;
    recipe.batch = 9;
    recipe.sequence = 16;
    recipe.dropout = 0.1f;
    recipe.recurrent_dropout = 0.2f;
    recipe.averaging = 0.9;
    recipe.ranks = ranks;
    recipe.threads = threads;
    return completed(recipe, 1500);
}

struct Result {
    std::vector<float> best, latest;
    std::vector<Point> history;
};

Result result_of(Trainer& trainer) {
    while (!trainer.done()) trainer.step();
    return {parameters_of(trainer.best()), parameters_of(trainer.latest()), trainer.history()};
}

Result trained_by(int ranks, const Recipe& recipe, const Data& data) {
    Result result;
    with_team(ranks, [&](Team& team) {
        team.share(data);
        Trainer trainer(recipe, data, nullptr, &team);
        result = result_of(trainer);
    });
    return result;
}

TEST(Team, OneThreadEachIsAMachineOfAsManyThreads) {
    const Data data = team_data();
    for (Cell cell : {Cell::gru, Cell::lstm})
        for (int size : {1, 2, 3, 4}) {
            Trainer alone(small_recipe(cell, 1, size), data, nullptr);
            const Result expected = result_of(alone),
                         result = trained_by(size, small_recipe(cell, size, 1), data);
            EXPECT_EQ(result.latest, expected.latest) << name_of(cell) << size;
            EXPECT_EQ(result.best, expected.best);
            ASSERT_EQ(result.history.size(), expected.history.size());
            EXPECT_EQ(result.history.back().training_bpc, expected.history.back().training_bpc);
            EXPECT_EQ(result.history.back().validation_bpc, expected.history.back().validation_bpc);
        }
}

TEST(Team, SeveralThreadsEachRoundOtherwiseButTheSameEachTime) {
    const Data data = team_data();
    Trainer alone(small_recipe(Cell::gru, 1, 1), data, nullptr);
    const Result expected = result_of(alone),
                 first = trained_by(2, small_recipe(Cell::gru, 2, 2), data),
                 second = trained_by(2, small_recipe(Cell::gru, 2, 2), data);
    EXPECT_EQ(first.latest, second.latest);
    EXPECT_NE(first.latest, expected.latest);
    EXPECT_NEAR(*first.history.back().validation_bpc, *expected.history.back().validation_bpc,
                1e-4);
}

TEST(Team, GoesOnWithAnotherNumberOfRanks) {
    const Data data = team_data();
    for (Cell cell : {Cell::gru, Cell::lstm}) {
        Trainer whole(small_recipe(cell, 1, 3), data, nullptr);
        const Result expected = result_of(whole);
        std::string checkpoint;
        with_team(3, [&](Team& team) {
            team.share(data);
            Trainer trainer(small_recipe(cell, 3, 1), data, nullptr, &team);
            for (int i = 0; i < 5; i++) trainer.step();
            checkpoint = trainer.checkpoint();
        });
        // To the same number of threads as there were ranks the numbers are the same, too.
        Trainer alone(small_recipe(cell, 1, 3), data, nullptr);
        alone.restore_checkpoint(checkpoint, "checkpoint");
        EXPECT_EQ(result_of(alone).latest, expected.latest);
        for (int size : {2, 3})
            with_team(size, [&](Team& team) {
                team.share(data);
                Trainer fewer(small_recipe(cell, size, 1), data, nullptr, &team);
                fewer.restore_checkpoint(checkpoint, "checkpoint");
                const Result result = result_of(fewer);
                EXPECT_EQ(result.latest == expected.latest, size == 3);
                EXPECT_NEAR(*result.history.back().validation_bpc,
                            *expected.history.back().validation_bpc, 1e-4);
            });
    }
}

TEST(Team, TellsWhereTheRanksHaveParted) {
    const Data data = team_data();
    with_team(
        3,
        [&](Team& team) {
            team.share(data);
            Trainer trainer(small_recipe(Cell::gru, 3, 1), data, nullptr, &team);
            try {
                result_of(trainer);
                FAIL() << "no word of it";
            } catch (const Error& error) {
                EXPECT_NE(std::string(error.what()).find("rank 2 rounds otherwise"),
                          std::string::npos)
                    << error.what();
            }
        },
        1e-3f);
}

TEST(Team, EndsWhereTheTrainingDiverges) {
    const Data data = team_data();
    with_team(
        2,
        [&](Team& team) {
            team.share(data);
            Trainer trainer(small_recipe(Cell::gru, 2, 1), data, nullptr, &team);
            EXPECT_THROW(result_of(trainer), Error);
        },
        std::numeric_limits<float>::infinity());
}

TEST(Team, TriesTheSameRecipesSideBySide) {
    const Data data = team_data();
    Recipe recipe = small_recipe(Cell::gru, 1, 1);
    recipe.hidden = 16;
    SearchOptions options;
    options.candidates = 5;
    const auto all = [](const Trial&) { return true; };
    const std::vector<Trial> alone = search(recipe, data, options, all);
    for (int size : {1, 2, 4})
        with_team(size, [&](Team& team) {
            team.share(data);
            std::vector<Trial> told;
            const auto listen = [&](const Trial& trial) {
                told.push_back(trial);
                return told.size() < 4;
            };
            EXPECT_EQ(table_of(search(recipe, data, options, all, {}, nullptr, &team)),
                      table_of(alone));
            search(recipe, data, options, listen, {}, nullptr, &team);
            EXPECT_EQ(table_of(told), table_of({alone.begin(), alone.begin() + 4}));
            EXPECT_EQ(table_of(search(recipe, data, options, all, told, nullptr, &team)),
                      table_of(alone));
            int asked = 0;
            const auto few = [&] { return ++asked < 20; };
            EXPECT_LT(search(recipe, data, options, all, {}, few, &team).size(), alone.size());
            recipe.ranks = 1;
        });
}

TEST(Team, TellsWhatWentWrongInATrial) {
    const Data data = team_data();
    with_team(2, [&](Team& team) {
        team.share(data);
        Recipe impossible = small_recipe(Cell::gru, 1, 1);
        impossible.device = Device::cuda;
        impossible.bits = 4;  // not on a GPU
        TeamTrials trials(team, {impossible},
                          [](const Recipe&, const std::function<bool()>&) { return 0.0; });
        EXPECT_THROW(trials.result(0, nullptr), Error);
    });
}

TEST(Team, ARecipeHasAStreamForEachRank) {
    Recipe recipe;
    recipe.ranks = 100;
    recipe.batch = 99;
    EXPECT_THROW(completed(recipe, 1000), Error);
    recipe.batch = 0;
    EXPECT_EQ(completed(recipe, 1000).batch, 100);
    EXPECT_EQ(completed(recipe, 1000).threads, 1);
    recipe = completed(recipe, 1000);
    EXPECT_EQ(recipe_from(to_json(recipe)), recipe);
    recipe.threads = 1;
    recipe.ranks = 3;
    const std::vector<StreamRange> parts = parts_of(recipe);
    EXPECT_EQ(parts, (std::vector<StreamRange>{{0, 33}, {33, 33}, {66, 34}}));
}

}  // namespace
}  // namespace quillet::train
