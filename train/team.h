// A training by several ranks: rank 0 decides and has the trainer; the others do as they are told.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "train/ranks.h"
#include "train/trainer.h"

namespace quillet::train {

// Rank 0's side. The others are in work_for() until the team ends.
class Team {
  public:
    explicit Team(Ranks& ranks) : ranks_(ranks) {}
    ~Team();  // the others go home; where a failure came between them, all are aborted
    Team(const Team&) = delete;
    Team& operator=(const Team&) = delete;

    Ranks& ranks() { return ranks_; }

    // False once a failure came between the ranks: the destructor then aborts them all, and what went
    // wrong must be told before.
    bool in_step() const { return in_step_; }

    // Gives all ranks the text, which each then has in memory.
    void share(const Data& data);

    // Tells all ranks what to do. `work` is done together: if it throws, they are no longer in step.
    struct Command;
    void together(const Command& command, const std::string& bytes,
                  const std::function<void()>& work);

  private:
    Ranks& ranks_;
    bool in_step_ = true;
};

// The engine of a training that team.ranks() share: each its range of the streams and a copy of the
// parameters. Sums over the ranks, of gradients and of losses, are made in their order.
std::unique_ptr<Engine> make_team_engine(Team& team, const Recipe& recipe, const Layout& layout,
                                         const std::vector<float>& parameters);

// Recipes tried by all ranks, each by one alone, so that a trial's result is that of one machine.
class TeamTrials {
  public:
    // Tries one; nothing when `keep_going` says no.
    using Try = std::function<std::optional<double>(const Recipe&,
                                                    const std::function<bool()>& keep_going)>;

    // REQUIRES: the team shares the text.
    TeamTrials(Team& team, std::vector<Recipe> recipes, Try by_rank_0);
    ~TeamTrials();  // those that are still tried are given up
    TeamTrials(const TeamTrials&) = delete;
    TeamTrials& operator=(const TeamTrials&) = delete;

    // The result of recipe `i`, waited for; meanwhile rank 0 tries recipes too. Nothing when
    // `keep_going`, asked often, says no. Throws Error where the trial failed.
    std::optional<double> result(size_t i, const std::function<bool()>& keep_going);

  private:
    void hand_out();
    void take_results();

    Team& team_;
    const std::vector<Recipe> recipes_;
    const Try by_rank_0_;
    std::vector<std::optional<double>> results_;
    std::vector<std::optional<size_t>> tried_by_;  // of each rank, what it tries
    size_t next_ = 0;
};

// The work of every rank but the first, until rank 0's Team ends. Throws what goes wrong here alone.
void work_for(Ranks& ranks);

}  // namespace quillet::train
