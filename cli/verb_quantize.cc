// quillet quantize: a float model to an integer one, with the proof and the cost in bits a
// character.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>
#include <optional>

#include "base/file.h"
#include "base/json.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/train_display.h"
#include "cli/verbs.h"
#include "compile/emit_c.h"
#include "integer/quantize.h"
#include "report/report.h"
#include "run/score.h"
#include "run/word_filter.h"
#include "train/trainer.h"
#include "train/training_data.h"

namespace quillet {
namespace {

struct QuantizeArguments {
    ModelOption model;
    std::string output, tune, score;
    std::vector<std::string> collection;
    int bits = 0, table_bits = 0, output_bits = 0;  // 0: as the model was trained, or 8
    double epochs = 2, learning_rate = 0;
    int threads = 0, collection_bytes = 256 << 10;
    bool with_sampler = false, json = false, quiet = false;
};

// A line of the table: a model's bits a character over the text to score, and its bytes on a
// device.
struct Row {
    std::string name;
    int64_t weight_bytes;
    double bpc = std::numeric_limits<double>::quiet_NaN();
};

std::string kind_of(int bits) {
    return bits == 2 ? "ternary" : "int" + std::to_string(bits);
}

// "gru of 96 units, 3 layers"; "gru of 96 units, relu of 64 units" where they differ.
std::string layers_text(const IntegerModel& model) {
    std::string text;
    for (size_t i = 0, same = 1; i < model.layers.size(); i += same, same = 1) {
        const IntegerLayer& layer = model.layers[i];
        const auto is_same = [&](const IntegerLayer& other) {
            return other.cell == layer.cell && other.b.size() == layer.b.size() &&
                   other.keeps_state() == layer.keeps_state();
        };
        while (i + same < model.layers.size() && is_same(model.layers[i + same])) same++;
        text += (i == 0 ? "" : ", ") + layer_name(layer.cell, layer.keeps_state(), 0, 1) + " of " +
                std::to_string(layer.hidden()) + " units";
        if (same > 1 || same == model.layers.size())
            text += ", " + std::to_string(same) + (same == 1 ? " layer" : " layers");
    }
    return text;
}

// "scaled: 12 rows of R, each multiplied by at least 0.985, so that nothing leaves 32 bits".
std::string scaled_text(const std::vector<ScaledRow>& rows) {
    double least = 1;
    for (const ScaledRow& row : rows) least = std::min(least, row.scale);
    return "scaled: " + std::to_string(rows.size()) + (rows.size() == 1 ? " row" : " rows") +
           " of R, " + (rows.size() == 1 ? "multiplied by " : "each multiplied by at least ") +
           report::fixed(least, 3) + ", so that nothing leaves 32 bits\n";
}

RecurrentModel read_model(const QuantizeArguments& options) {
    const std::string file = options.model.file();
    const Graph graph = options.model.graph();
    if (is_integer(graph)) throw Error(file, "is an integer model already; give the float one");
    return recurrent_model_from(graph, file);
}

// A few passes over the text through the rounding; the text's held-out lines choose the best.
RecurrentModel tuned(const RecurrentModel& model, const Widths& widths,
                     const QuantizeArguments& options, std::u32string& held_out) {
    train::TextOptions text;
    text.text = options.tune;
    text.min_count = std::numeric_limits<int64_t>::max();  // the model's own characters alone
    train::TrainingData read = train::read_training_data(text, model.alphabet, {});
    held_out = std::move(read.held_out.characters);
    train::Data& data = read.data;
    train::Recipe recipe = train::tuning_recipe(model, widths.recurrent);
    recipe.table_bits = widths.table;
    recipe.output_bits = widths.output;
    recipe.epochs = options.epochs;
    recipe.threads = options.threads;
    if (options.learning_rate > 0) recipe.learning_rate = options.learning_rate;
    recipe = train::completed(recipe, static_cast<int64_t>(data.training.values.size()));
    train::Trainer trainer(recipe, std::move(data), &model);
    TrainDisplay display(options.quiet || options.json);
    display.begin(trainer);
    while (!trainer.done()) {
        bool validated = trainer.step();
        display.step(trainer);
        if (validated) display.point(trainer);
    }
    display.end(trainer);
    RecurrentModel result = trainer.best();
    result.metadata.insert(model.metadata.begin(), model.metadata.end());
    return result;
}

class Quantizing {
  public:
    explicit Quantizing(const QuantizeArguments& options)
        : options_(options), file_(options.model.file()) {}

    int run() {
        std::vector<std::string> inputs = {file_, options_.tune, options_.score};
        inputs.insert(inputs.end(), options_.collection.begin(), options_.collection.end());
        require_output(options_.output, inputs);
        const RecurrentModel model = read_model(options_);
        const Widths widths = train::completed_widths(
            {options_.bits, options_.table_bits, options_.output_bits}, model);
        std::optional<RecurrentModel> better;
        if (!options_.score.empty())
            text_ = train::read_lines(read_file(options_.score), options_.score).characters;
        std::u32string held_out;
        if (!options_.tune.empty()) better = tuned(model, widths, options_, held_out);
        if (options_.score.empty()) text_ = held_out;
        add_row("float", to_graph(model));
        Quantized quantized = quantize(model, widths, file_);
        add_row(kind_of(widths.recurrent), to_graph(quantized.model));
        if (better) {
            quantized = quantize(*better, widths, file_);
            add_row(kind_of(widths.recurrent) + ", tuned", to_graph(quantized.model));
        }
        if (!options_.collection.empty()) put_word_filter(quantized.model.metadata, collected());
        write_file(options_.output,
                   write_onnx(options_.with_sampler ? to_writer_graph(quantized.model)
                                                    : to_graph(quantized.model)));
        if (options_.json) {
            print_json(quantized);
        } else {
            print_table(quantized);
        }
        return 0;
    }

  private:
    WordFilter collected() const {
        std::vector<std::string> texts;
        for (const std::string& file : options_.collection) {
            texts.push_back(read_file(file));
            train::read_lines(texts.back(), file);  // throws where it is no text
        }
        return collect(texts, QUILLET_HOLDS_WORDS | QUILLET_HOLDS_EDGES,
                       static_cast<size_t>(options_.collection_bytes));
    }

    void add_row(const std::string& name, const Graph& graph) {
        const Plan plan = make_plan(graph, "model", file_);
        Row row{name, cost_of(plan).weights};
        if (!text_.empty()) {
            const Score result = score(plan, text_);
            row.bpc = result.bits_per_character();
            characters_ = result.characters;
        }
        rows_.push_back(row);
    }

    static double share_of(const Bound& bound) {
        return static_cast<double>(bound.value) / 2147483648.0;
    }

    void print_table(const Quantized& quantized) const {
        const IntegerModel& model = quantized.model;
        char line[256];
        std::snprintf(line, sizeof line, "%s: %s, %d tokens; recurrent %s, table %s, output %s\n",
                      options_.output.c_str(), layers_text(model).c_str(), model.alphabet.size(),
                      kind_of(model.bits).c_str(), kind_of(model.table_bits).c_str(),
                      kind_of(model.output_bits).c_str());
        print(line, report_);
        std::snprintf(line, sizeof line,
                      "proven: nothing leaves 32 bits; nearest is %s in row %d, %.3f of 2^31\n",
                      quantized.tightest.what.c_str(), quantized.tightest.row,
                      share_of(quantized.tightest));
        print(line, report_);
        if (!quantized.scaled.empty()) print(scaled_text(quantized.scaled), report_);
        for (const Row& row : rows_) {
            int at = std::snprintf(line, sizeof line, "%-16s %9lld bytes of weights",
                                   row.name.c_str(), static_cast<long long>(row.weight_bytes));
            if (characters_ > 0) {
                std::snprintf(line + at, sizeof line - static_cast<size_t>(at),
                              "  %.4f bits a character  %+.4f", row.bpc, row.bpc - rows_[0].bpc);
            }
            print(std::string(line) + "\n", report_);
        }
    }

    void print_json(const Quantized& quantized) const {
        nlohmann::ordered_json json = {{"bits", quantized.model.bits},
                                       {"table_bits", quantized.model.table_bits},
                                       {"output_bits", quantized.model.output_bits},
                                       {"tightest",
                                        {{"what", quantized.tightest.what},
                                         {"row", quantized.tightest.row},
                                         {"value", quantized.tightest.value}}},
                                       {"characters", characters_}};
        json["scaled"] = nlohmann::ordered_json::array();
        for (const ScaledRow& row : quantized.scaled)
            json["scaled"].push_back(
                {{"layer", row.layer}, {"row", row.row}, {"scale", row.scale}});
        for (const Row& row : rows_) {
            nlohmann::ordered_json entry = {{"model", row.name},
                                            {"weight_bytes", row.weight_bytes}};
            if (characters_ > 0) entry["bpc"] = row.bpc;
            json["rows"].push_back(entry);
        }
        print(json_text(json) + "\n", report_);
    }

    const QuantizeArguments& options_;
    std::string file_;
    FILE* report_ = report_stream({options_.output});
    std::u32string text_;  // to score; empty: nothing is
    int64_t characters_ = 0;
    std::vector<Row> rows_;
};

}  // namespace

Run set_up_quantize(Command& command) {
    auto options = std::make_shared<QuantizeArguments>();
    options->model.add_to(command);
    // The models that ship are integer ones.
    command.option("MODEL")->required()->description("A float ONNX file");
    command.add_option("-o,--output", options->output, "The integer model to write")->required();
    command
        .add_option(
            "--bits", options->bits,
            "Of the recurrent weights: 8, 4 or 2 (ternary); if not given, those that the model "
            "was trained for, or 8")
        ->check(one_of({8, 4, 2}));
    command
        .add_option("--table-bits", options->table_bits,
                    "Of the input table: 8 or 4; if not given, those of the training, or 8")
        ->check(one_of({8, 4}));
    command
        .add_option("--output-bits", options->output_bits,
                    "Of the output matrix: 8 or 4; if not given, those of the training, or 8")
        ->check(one_of({8, 4}));
    Option* tune =
        command.add_option("--tune", options->tune, "Fine-tune through the rounding on this text")
            ->check(existing_file());
    command.add_option("--epochs", options->epochs, "Passes over the text of --tune")
        ->check(between(0.001, 1e6))
        ->needs(tune)
        ->shows_default();
    command
        .add_option("--learning-rate", options->learning_rate,
                    "Peak learning rate of --tune; chosen by the hidden size if not given")
        ->check(between(0, 1))
        ->needs(tune);
    command
        .add_option("--threads", options->threads,
                    "Of --tune; the machine's cores, at most 8, if not given")
        ->check(whole_between(0, 256))
        ->needs(tune);
    command
        .add_option(
            "--score", options->score,
            "Score this text before and after; with --tune, its held-out lines if not given")
        ->check(existing_file());
    Option* collection =
        command
            .add_option("--collection", options->collection,
                        "Texts whose words and lines the model is to remember, as a "
                        "filter by which its lines are ranked; as a rule what it was trained on")
            ->check(existing_file());
    command.add_option("--collection-bytes", options->collection_bytes, "Of that filter, at most")
        ->check(whole_between(1024, 1 << 22))
        ->needs(collection)
        ->shows_default();
    command.add_flag("--with-sampler", options->with_sampler,
                     "Write the form with sampler and generator inside: one run is one character");
    command.add_flag("--json", options->json, "One JSON object");
    command.add_flag("--quiet", options->quiet, "No progress");
    return [options] { return Quantizing(*options).run(); };
}

}  // namespace quillet
