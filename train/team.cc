// A training by several ranks: rank 0 decides and has the trainer; the others do as they are told.
// SPDX-License-Identifier: MIT
#include "train/team.h"

#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <thread>

#include "base/error.h"
#include "base/fnv.h"
#include "base/json.h"
#include "graph/alphabet_metadata.h"
#include "train/search.h"

namespace quillet::train {

// What rank 0 tells the others.
enum class Order : int32_t {
    share,   // bytes: the text
    begin,   // bytes: a recipe's JSON, a newline, parameters; makes an engine
    epoch,   // shuffle; from here on Engine's functions
    window,  // window, rates
    validate,
    states,
    set_state,  // bytes: the whole training's EngineState
    trials,     // recipes follow as messages
    end
};

// Sent as its bytes: ranks run one program on one kind of machine.
struct Team::Command {
    Order order = Order::end;
    int32_t window = 0;
    uint64_t shuffle = 0;
    WindowRates rates = {};
    uint64_t bytes = 0;  // that follow
};

namespace {

constexpr std::chrono::milliseconds kBetweenQuestions{1};
constexpr const char* kGiveUp = "give up";
constexpr const char* kNoMore = "no more";
constexpr int kAbortStatus = 2;
constexpr double kFailed = std::numeric_limits<double>::quiet_NaN();

// A text as bytes: a line of JSON, the tokens, the lines' starts.
std::string bytes_of(const Data& data) {
    std::map<std::string, std::string> metadata;
    put_alphabet(metadata, data.alphabet);
    nlohmann::ordered_json head{{"alphabet", metadata}};
    for (const Tokens* tokens : {&data.training, &data.validation})
        head["sizes"].push_back({tokens->values.size(), tokens->starts.size()});
    std::string bytes = head.dump() + "\n";
    for (const Tokens* tokens : {&data.training, &data.validation}) {
        bytes.append(tokens->values.begin(), tokens->values.end());
        bytes.append(reinterpret_cast<const char*>(tokens->starts.data()),
                     tokens->starts.size() * sizeof(int64_t));
    }
    return bytes;
}

Data data_of(const std::string& bytes) {
    const size_t line = bytes.find('\n');
    const nlohmann::ordered_json head = parse_json(std::string_view(bytes).substr(0, line), "text");
    Data data;
    data.alphabet = alphabet_of(head.at("alphabet"), "text");
    const char* from = bytes.data() + line + 1;
    size_t i = 0;
    for (Tokens* tokens : {&data.training, &data.validation}) {
        tokens->values.resize(head.at("sizes").at(i).at(0));
        tokens->starts.resize(head.at("sizes").at(i++).at(1));
        std::memcpy(tokens->values.data(), from, tokens->values.size());
        from += tokens->values.size();
        std::memcpy(tokens->starts.data(), from, tokens->starts.size() * sizeof(int64_t));
        from += tokens->starts.size() * sizeof(int64_t);
    }
    return data;
}

void append(std::string& bytes, const std::vector<float>& values) {
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

std::vector<float> floats_of(std::string_view bytes) {
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
    return values;
}

// All of a state as one vector, and back: `sizes` those of an engine's own.
std::string bytes_of(const EngineState& state) {
    std::string bytes;
    for (const auto* part :
         {&state.parameters, &state.averaged, &state.mean, &state.square, &state.states})
        append(bytes, *part);
    return bytes;
}

// The part of a whole training's state that rank `rank` goes on from.
EngineState state_for(int rank, const Recipe& recipe, const std::vector<float>& all,
                      EngineState own) {
    auto from = all.begin();
    for (auto* part : {&own.parameters, &own.averaged, &own.mean, &own.square}) {
        std::copy_n(from, part->size(), part->begin());
        from += static_cast<int64_t>(part->size());
    }
    const auto per_stream = (all.end() - from) / recipe.batch;
    std::copy_n(from + per_stream * range_of(recipe, rank).first, own.states.size(),
                own.states.begin());
    return own;
}

// FNV-1a of the parameters: equal on all ranks, or their processors round differently.
double hash_of(const std::vector<float>& values) {
    uint64_t hash = kFnvBegin;
    for (float value : values) {
        uint32_t word;
        std::memcpy(&word, &value, sizeof word);
        hash = fnv1a(hash, word);
    }
    return static_cast<double>(hash >> 11);
}

double sum_of(const std::vector<double>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

class TeamEngine : public Engine {
  public:
    TeamEngine(Team& team, const Recipe& recipe, const Layout& layout,
               const std::vector<float>& parameters)
        : Engine(range_of(recipe, 0)), team_(team), recipe_(recipe) {
        std::string bytes = to_json(recipe).dump() + "\n";
        append(bytes, parameters);
        team.together({Order::begin}, bytes, [&] {
            own_ = make_engine(recipe, layout, parameters, 0);
            own_->sum = &team.ranks();
        });
    }

    void begin_epoch(const Streams& text) override {
        Team::Command command{Order::epoch};
        command.shuffle = text.shuffle();
        team_.together(command, "", [&] { own_->begin_epoch(text); });
    }

    double train_window(const Streams& text, int window, const WindowRates& rates) override {
        Team::Command command{Order::window};
        command.window = window;
        command.rates = rates;
        std::optional<Error> failure;
        std::vector<double> losses;
        team_.together(command, "", [&] {
            double loss = kFailed;
            try {
                loss = own_->train_window(text, window, rates);
            } catch (const Diverged& error) {
                // Divergence strikes all ranks alike, after the sum. What strikes one alone leaves the
                // others waiting in the sum: only the end of all helps.
                failure = error;
            }
            losses = team_.ranks().gather(loss);
        });
        if (failure) throw *failure;
        for (size_t rank = 0; rank < losses.size(); rank++)
            if (std::isnan(losses[rank]))
                throw Error("training", "rank " + std::to_string(rank) + " failed");
        return sum_of(losses);
    }

    double loss_of(const Streams& text) override {
        std::vector<double> losses, hashes;
        team_.together({Order::validate}, "", [&] {
            losses = team_.ranks().gather(own_->loss_of(text));
            hashes = team_.ranks().gather(hash_of(own_->model()));
        });
        for (size_t rank = 0; rank < hashes.size(); rank++)
            if (hashes[rank] != hashes[0])
                throw Error("training", "rank " + std::to_string(rank) +
                                            " rounds otherwise than rank 0, and their weights have "
                                            "parted; give machines of one kind of processor");
        return sum_of(losses);
    }

    EngineState state() const override {
        EngineState all = own_->state();
        team_.together({Order::states}, "", [&] {
            std::string own;
            append(own, all.states);
            all.states.clear();
            for (const std::string& part : team_.ranks().gather(own)) {
                const std::vector<float> states = floats_of(part);
                all.states.insert(all.states.end(), states.begin(), states.end());
            }
        });
        return all;
    }

    void set_state(const EngineState& state) override {
        const std::string bytes = bytes_of(state);
        team_.together({Order::set_state}, bytes, [&] {
            own_->set_state(state_for(0, recipe_, floats_of(bytes), own_->state()));
        });
    }

    std::vector<float> model() const override { return own_->model(); }

  private:
    Team& team_;
    const Recipe recipe_;
    std::unique_ptr<Engine> own_;
};

// A rank that is not the first.
class Worker {
  public:
    explicit Worker(Ranks& ranks) : ranks_(ranks) {}

    void work() {
        for (;;) {
            Team::Command command;
            ranks_.broadcast(&command, sizeof command);
            std::string bytes(command.bytes, '\0');
            ranks_.broadcast(bytes.data(), bytes.size());
            if (command.order == Order::end) return;
            obey(command, bytes);
        }
    }

  private:
    void obey(const Team::Command& command, const std::string& bytes) {
        switch (command.order) {
            case Order::share:
                data_ = data_of(bytes);
                break;
            case Order::begin:
                begin(bytes);
                break;
            case Order::epoch:
                streams_.emplace(data_.training, data_.alphabet.line_token(), recipe_.batch,
                                 recipe_.sequence, command.shuffle);
                engine_->begin_epoch(*streams_);
                break;
            case Order::window:
                ranks_.gather(loss_of(command));
                break;
            case Order::validate:
                ranks_.gather(engine_->loss_of(*validation_));
                ranks_.gather(hash_of(engine_->model()));
                break;
            case Order::states: {
                std::string own;
                append(own, engine_->state().states);
                ranks_.gather(std::string_view(own));
                break;
            }
            case Order::set_state:
                engine_->set_state(
                    state_for(ranks_.rank(), recipe_, floats_of(bytes), engine_->state()));
                break;
            case Order::trials:
                try_recipes();
                break;
            case Order::end:
                break;
        }
    }

    void begin(const std::string& bytes) {
        const size_t line = bytes.find('\n');
        recipe_ = recipe_from(parse_json(std::string_view(bytes).substr(0, line), "recipe"));
        layout_.emplace(Shape{recipe_.cell, data_.alphabet.size(), recipe_.hidden, recipe_.layers,
                              recipe_.embedding});
        engine_ = make_engine(recipe_, *layout_,
                              floats_of(std::string_view(bytes).substr(line + 1)), ranks_.rank());
        engine_->sum = &ranks_;
        if (data_.validation.lines() > 0)
            validation_.emplace(data_.validation, data_.alphabet.line_token(), recipe_.batch,
                                recipe_.sequence);
    }

    // What goes wrong in a window rank 0 tells.
    double loss_of(const Team::Command& command) {
        try {
            return engine_->train_window(*streams_, command.window, command.rates);
        } catch (const Diverged&) {
            return kFailed;
        }
    }

    // Recipes come one at a time; each is answered by its result, or by what went wrong.
    void try_recipes() {
        for (;;) {
            const std::optional<Ranks::Message> message = ranks_.poll();
            if (!message) {
                std::this_thread::sleep_for(kBetweenQuestions);
                continue;
            }
            if (message->bytes == kNoMore) return;
            if (message->bytes != kGiveUp) ranks_.send(0, answer(message->bytes).dump());
        }
    }

    nlohmann::ordered_json answer(const std::string& recipe) {
        bool given_up = false;
        auto keep_going = [&] {
            if (const auto message = ranks_.poll()) given_up = message->bytes == kGiveUp;
            return !given_up;
        };
        try {
            const std::optional<double> bpc =
                validated(recipe_from(parse_json(recipe, "recipe")), data_, keep_going);
            return bpc ? nlohmann::ordered_json{{"bpc", *bpc}} : nlohmann::ordered_json::object();
        } catch (const Error& error) {
            return {{"where", error.where()}, {"what", error.what()}};
        }
    }

    Ranks& ranks_;
    Data data_;
    Recipe recipe_;
    std::optional<Layout> layout_;
    std::unique_ptr<Engine> engine_;
    std::optional<Streams> streams_, validation_;
};

}  // namespace

Team::~Team() {
    if (!in_step_) ranks_.abort(kAbortStatus);
    together({Order::end}, "", [] {});
}

void Team::share(const Data& data) {
    together({Order::share}, bytes_of(data), [] {});
}

void Team::together(const Command& command, const std::string& bytes,
                    const std::function<void()>& work) {
    in_step_ = false;
    Command sent = command;
    sent.bytes = bytes.size();
    ranks_.broadcast(&sent, sizeof sent);
    ranks_.broadcast(const_cast<char*>(bytes.data()), bytes.size());
    work();
    in_step_ = true;
}

std::unique_ptr<Engine> make_team_engine(Team& team, const Recipe& recipe, const Layout& layout,
                                         const std::vector<float>& parameters) {
    return std::make_unique<TeamEngine>(team, recipe, layout, parameters);
}

TeamTrials::TeamTrials(Team& team, std::vector<Recipe> recipes, Try by_rank_0)
    : team_(team),
      recipes_(std::move(recipes)),
      by_rank_0_(std::move(by_rank_0)),
      results_(recipes_.size()),
      tried_by_(static_cast<size_t>(team.ranks().size())) {
    team_.together({Order::trials}, "", [] {});
    hand_out();
}

TeamTrials::~TeamTrials() {
    next_ = recipes_.size();
    for (size_t rank = 1; rank < tried_by_.size(); rank++)
        if (tried_by_[rank]) team_.ranks().send(static_cast<int>(rank), kGiveUp);
    for (size_t rank = 1; rank < tried_by_.size(); rank++)
        while (tried_by_[rank]) {
            if (const auto message = team_.ranks().poll())
                tried_by_[static_cast<size_t>(message->from)].reset();
            else
                std::this_thread::sleep_for(kBetweenQuestions);
        }
    for (size_t rank = 1; rank < tried_by_.size(); rank++)
        team_.ranks().send(static_cast<int>(rank), kNoMore);
}

void TeamTrials::hand_out() {
    for (size_t rank = 1; rank < tried_by_.size() && next_ < recipes_.size(); rank++) {
        if (tried_by_[rank]) continue;
        tried_by_[rank] = next_;
        team_.ranks().send(static_cast<int>(rank), to_json(recipes_[next_++]).dump());
    }
}

void TeamTrials::take_results() {
    while (const auto message = team_.ranks().poll()) {
        std::optional<size_t>& tried = tried_by_[static_cast<size_t>(message->from)];
        const nlohmann::ordered_json answer = parse_json(message->bytes, "trial");
        const size_t i = tried.value();
        tried.reset();
        if (answer.contains("what")) throw Error(answer.at("where"), answer.at("what"));
        results_[i] = answer.at("bpc").get<double>();
    }
}

std::optional<double> TeamTrials::result(size_t i, const std::function<bool()>& keep_going) {
    auto look_after_others = [&] {
        take_results();
        hand_out();
        return !keep_going || keep_going();
    };
    while (look_after_others()) {
        if (results_[i]) return results_[i];
        if (next_ < recipes_.size()) {
            const size_t own = next_++;
            results_[own] = by_rank_0_(recipes_[own], look_after_others);
        } else {
            std::this_thread::sleep_for(kBetweenQuestions);
        }
    }
    return std::nullopt;
}

void work_for(Ranks& ranks) {
    Worker(ranks).work();
}

}  // namespace quillet::train
