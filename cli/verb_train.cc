// quillet train: from a text to a model.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/instructions.h"
#include "cli/output.h"
#include "cli/train_display.h"
#include "cli/verbs.h"
#include "run/generate.h"
#include "train/session.h"
#include "train/team.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr int kInterruptedStatus = 130, kErrorStatus = 2;

// Raised by the first Ctrl-C; the second ends the program as usual.
volatile std::sig_atomic_t interrupted = 0;

void on_interrupt(int) {
    interrupted = 1;
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

// A line of at most 200 characters at each of some temperatures, for the curves' page and the terminal;
// the same model and seed give the same lines.
std::vector<train::Sample> samples_of(const RecurrentModel& model, uint32_t seed) {
    const Plan plan = make_plan(to_graph(model), "sample", "the model in training");
    std::vector<train::Sample> samples;
    for (double temperature : {0.4, 0.7, 1.0}) {
        SamplingSettings settings;
        settings.temperature = temperature;
        settings.max_length = 200;
        samples.push_back({temperature, LineWriter(plan, settings, seed).next()});
    }
    return samples;
}

// Shows a session on the terminal.
class Observer : public TrainDisplay {
  public:
    using TrainDisplay::TrainDisplay;

    bool keep_going() override { return !interrupted; }
    void tell(const std::string& message) override {
        std::fprintf(stderr, "%s\n", message.c_str());
    }
    void trial(const train::Trial& trial) override {
        if (quiet()) return;
        std::fprintf(stderr,
                     "search, round %d, %g epochs: hidden %d, learning rate %.4f, dropout %.2f: "
                     "%.4f\n",
                     trial.round, trial.recipe.epochs, trial.recipe.hidden,
                     trial.recipe.learning_rate, static_cast<double>(trial.recipe.dropout),
                     trial.bpc);
    }
    std::vector<train::Sample> sample(const RecurrentModel& model, uint32_t seed) override {
        return samples_of(model, seed);
    }
};

struct TrainArguments : train::SessionOptions {
    bool quiet = false;
    train::Distributed distributed = train::Distributed::automatic;
};

// What can be known to fail at the end fails before the training.
void check_outputs(const TrainArguments& options) {
    std::vector<std::string> outputs = {train::checkpoint_path(options.output)};
    if (options.search > 0) outputs.push_back(train::search_table_path(options.output));
    if (!options.report.empty()) outputs.push_back(options.report);
    // The model to start from may be the one to replace.
    for (const std::string& output : outputs) require_output(output, {options.from});
    outputs.push_back(options.output);
    require_outputs(
        outputs, {options.text.text, options.text.text + ".provenance.json", options.text.valid});
}

// Every rank but the first: what goes wrong here alone ends all of them, and is told before.
int run_other_rank(train::Ranks& ranks) {
    // Rank 0 has the signal too and decides; mpirun and srun kill those who stay too long.
    std::signal(SIGINT, SIG_IGN);
    std::signal(SIGTERM, SIG_IGN);
    try {
        train::work_for(ranks);
        return 0;
    } catch (const Error& error) {
        std::fprintf(stderr, "quillet: rank %d: %s: %s\n", ranks.rank(), error.where().c_str(),
                     error.what());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "quillet: rank %d: %s\n", ranks.rank(), error.what());
    }
    ranks.abort(kErrorStatus);
    return kErrorStatus;
}

int run(TrainArguments& options) {
    const std::unique_ptr<train::Ranks> ranks = train::join_ranks(options.distributed);
    if (ranks && ranks->rank() > 0) return run_other_rank(*ranks);
    std::optional<train::Team> team;
    if (ranks) options.team = &team.emplace(*ranks);
    check_outputs(options);
    std::signal(SIGINT, on_interrupt);
    std::signal(SIGTERM, on_interrupt);
    Observer observer(options.quiet);
    try {
        const train::SessionEnd end = train::run_session(options, observer);
        return end == train::SessionEnd::stopped ? kInterruptedStatus : 0;
    } catch (const Error& error) {
        // The team's end aborts the program before anybody else could tell.
        if (team && !team->in_step())
            std::fprintf(stderr, "quillet: %s: %s\n", error.where().c_str(), error.what());
        throw;
    }
}

// A recipe's zero stands for what is not given, so nobody may give one.
Check above_zero(int most) {
    return {"", [=](const std::string& text) -> std::string {
                const bool good = between(0, most).complaint(text).empty();
                if (good && std::strtod(text.c_str(), nullptr) > 0) return "";
                return "is '" + text + "'; expected a number above 0, at most " +
                       std::to_string(most);
            }};
}

// Options that a training to resume must have begun with, by their names in SessionOptions::given:
// --min-count is min_count.
class GivenOptions {
  public:
    explicit GivenOptions(Command& command) : command_(command) {}

    template <class T>
    Option* add(const std::string& name, T& value, const std::string& help) {
        return keep(name, command_.add_option(flag_of(name), value, help));
    }
    Option* add_flag(const std::string& name, bool& value, const std::string& help) {
        return keep(name, command_.add_flag(flag_of(name), value, help));
    }
    // Those that the command line had.
    std::vector<std::string> given() const {
        std::vector<std::string> names;
        for (const auto& [name, option] : options_)
            if (option->count() > 0) names.push_back(name);
        return names;
    }

  private:
    static std::string flag_of(std::string name) {
        std::replace(name.begin(), name.end(), '_', '-');
        return "--" + name;
    }
    Option* keep(const std::string& name, Option* option) {
        options_.emplace_back(name, option);
        return option;
    }

    Command& command_;
    std::vector<std::pair<std::string, Option*>> options_;
};

void add_recipe(GivenOptions& options, train::Recipe& recipe) {
    auto add = [&](const std::string& name, auto& value, const char* help) {
        Option* option = options.add(name, value, help)->last_counts();
        if (value != 0) option->shows_default();
        return option;
    };
    add("hidden", recipe.hidden, "Hidden size");
    add("layers", recipe.layers, "Layers");
    add("embedding", recipe.embedding, "Embedding size; one-hot if not given");
    add("epochs", recipe.epochs, "Passes over the text; 30 if neither this nor --minutes is given")
        ->check(above_zero(1000000000));
    add("minutes", recipe.minutes, "Time limit")->check(above_zero(1000000000));
    add("learning_rate", recipe.learning_rate,
        "Peak learning rate; chosen by the hidden size if not given")
        ->check(above_zero(1));
    add("batch", recipe.batch, "Parallel streams; chosen by the text's length if not given")
        ->check(above_zero(1000000000));
    add("sequence", recipe.sequence, "Characters that gradients go back (truncated BPTT)");
    add("dropout", recipe.dropout, "Dropout on each layer's output");
    add("recurrent_dropout", recipe.recurrent_dropout,
        "Dropout on the recurrent weights (DropConnect; Keras drops states instead)");
    add("averaging", recipe.averaging,
        "Write the exponential moving average of the weights; this is its decay, such as 0.998");
    add("weight_decay", recipe.weight_decay, "AdamW's decay of matrices");
    add("seed", recipe.seed, "Same seed, text, threads and instructions: same model");
    add("threads", recipe.threads, "Threads; the machine's cores, at most 8");
    add("patience", recipe.patience,
        "Stop after so many validations without a better one; 0: never");
    Option* bits = add("bits", recipe.bits,
                       "Quantization-aware: train for weights of 8, 4 or 2 bits (2: ternary)")
                       ->check(one_of({8, 4, 2}));
    add("table_bits", recipe.table_bits, "With --bits, of the input table: 8 or 4")
        ->check(one_of({8, 4}))
        ->needs(bits);
    add("output_bits", recipe.output_bits, "With --bits, of the output matrix: 8 or 4")
        ->check(one_of({8, 4}))
        ->needs(bits);
}

}  // namespace

Run set_up_train(Command& command) {
    auto options = std::make_shared<TrainArguments>();
    auto cell = std::make_shared<std::string>(name_of(options->recipe.cell));
    train::TextOptions& text = options->text;
    command.add_option("text", text.text, "UTF-8 text, one item a line")->required();
    command.add_option("-o,--output", options->output, "The model to write, MODEL.onnx")
        ->required();
    GivenOptions given(command);
    given.add("cell", *cell, "The recurrent cell")->check(one_of(cell_names()))->shows_default();
    add_recipe(given, options->recipe);
    given
        .add("valid", text.valid,
             "Validation: 5% of the lines, spread; tail:5%, the last; or a file")
        ->shows_default();
    given
        .add("min_count", text.min_count,
             "Rarer characters are folded or dropped; 1 in 100,000 if not given")
        ->check(whole_between(1, 1000000000000000));
    Option* from = given.add("from", options->from,
                             "Fine-tune this model; changes the defaults of learning rate, "
                             "dropouts, averaging, weight decay and patience");
    given
        .add("pieces", text.pieces,
             "So many tokens, frequent runs of characters among them; a token a character if not "
             "given")
        ->check(whole_between(2, kMaxVocabulary))
        ->excludes(from);
    auto device = std::make_shared<std::string>("cpu");
    given.add("device", *device, "Where to train: cpu, or cuda, an NVIDIA GPU")
        ->check(one_of({"cpu", "cuda"}))
        ->shows_default();
    given.add_flag("full_precision", options->recipe.full_precision,
                   "On a GPU: products in float32, not in TF32");
    auto instructions = std::make_shared<std::string>("best");
    given
        .add("instructions", *instructions,
             "Of the CPU: avx512, avx2, neon, plain, or the best it has")
        ->shows_default();
    Option* search =
        given
            .add("search", options->search,
                 "First try so many recipes of other sizes, learning rates and dropouts by "
                 "successive halving; the table goes to MODEL.onnx.search.md")
            ->check(whole_between(2, 256));
    given
        .add("search_epochs", options->search_epochs,
             "Of the search's first round; each later one doubles them")
        ->check(between(0.01, 1000))
        ->needs(search)
        ->shows_default();
    given
        .add("search_bytes", options->search_bytes,
             "Only recipes whose weights fit in so many bytes, 4 a weight or by --bits")
        ->check(whole_between(1, 1000000000000))
        ->needs(search);
    auto distributed = std::make_shared<std::string>("auto");
    command
        .add_option("--distributed", *distributed,
                    "Train with other processes: auto, where mpirun or srun started several; mpi; "
                    "none")
        ->check(one_of({"auto", "mpi", "none"}))
        ->shows_default();
    command.add_flag("--resume", options->resume, "Go on from MODEL.onnx.checkpoint");
    command
        .add_option("--checkpoint-seconds", options->checkpoint_seconds, "Time between checkpoints")
        ->check(between(0, 1e9))
        ->shows_default();
    command.add_option("--report", options->report, "Curves and samples as an HTML page");
    command.add_flag("--quiet", options->quiet, "No progress");
    return [options, cell, device, instructions, distributed, given] {
        options->recipe.cell = find_cell(*cell)->cell;
        if (*device == "cuda") options->recipe.device = train::Device::cuda;
        options->recipe.instructions = instructions_named(*instructions, "--instructions");
        if (*distributed == "mpi") options->distributed = train::Distributed::mpi;
        if (*distributed == "none") options->distributed = train::Distributed::none;
        options->given = given.given();
        return run(*options);
    };
}

}  // namespace quillet
