// quillet score: bits per character of a model over a text, and of an n-gram baseline.
// SPDX-License-Identifier: MIT
#include <memory>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "corpus/ngram.h"
#include "run/score.h"
#include "train/text.h"

namespace quillet {
namespace {

struct ScoreArguments {
    ModelOption model;
    std::string text;
    std::string train;     // what the n-gram is counted on
    std::string held_out;  // the share of `text` that is scored, as of train --valid; empty: all
    int ngram = -1;        // characters of context; -1: no n-gram
    bool json = false;
};

// "3 of 'é', 1 of U+0009".
std::string listed(const std::map<char32_t, int64_t>& unknown) {
    std::string text;
    int left = 8;
    for (auto [character, count] : unknown) {
        if (left-- == 0) return text + ", …";
        text += (text.empty() ? "" : ", ") + std::to_string(count) + " of " +
                describe_character(character);
    }
    return text;
}

// "1.9876 bits a character over 70530 characters".
std::string told(double bits_per_character, int64_t characters) {
    char line[96];
    std::snprintf(line, sizeof line, "%.4f bits a character over %lld characters",
                  bits_per_character, static_cast<long long>(characters));
    return line;
}

struct Texts {
    train::Lines scored, counted;  // counted: by the n-gram; may be empty without one
};

Texts read_texts(const ScoreArguments& options) {
    Texts texts;
    texts.scored = train::read_lines(read_file(options.text), options.text);
    if (!options.train.empty())
        texts.counted = train::read_lines(read_file(options.train), options.train);
    if (options.held_out.empty()) return texts;
    auto split = train::split_from(options.held_out, "--held-out");
    if (!split) throw Error("--held-out", "is " + options.held_out + "; expected 5% or tail:5%");
    train::Lines held_out = train::split_off(texts.scored, *split);
    if (held_out.count() == 0)
        throw Error(options.text, "has no lines to hold out of " +
                                      std::to_string(texts.scored.count()) + " at " +
                                      options.held_out);
    if (options.train.empty()) texts.counted = std::move(texts.scored);
    texts.scored = std::move(held_out);
    return texts;
}

void score_model(const ScoreArguments& options, const Texts& texts, nlohmann::ordered_json& json) {
    Plan plan = options.model.plan();
    Score result = score(plan, texts.scored.characters);
    json["bpc"] = result.bits_per_character();
    json["characters"] = result.characters;
    json["unknown"] = result.unknown_count();
    if (options.json) return;
    print(told(result.bits_per_character(), result.characters) + "\n");
    if (!result.unknown.empty())
        std::fprintf(stderr, "skipped, outside the alphabet: %s\n", listed(result.unknown).c_str());
}

void score_baseline(const ScoreArguments& options, const Texts& texts,
                    nlohmann::ordered_json& json) {
    NgramModel::Score result =
        score_ngram(options.ngram, texts.counted.characters, texts.scored.characters);
    auto characters = static_cast<int64_t>(result.characters);
    json["ngram_context"] = options.ngram;
    json["ngram_bpc"] = result.bits_per_character();
    json["ngram_characters"] = characters;
    if (options.json) return;
    print(told(result.bits_per_character(), characters) + ": interpolated Witten-Bell n-gram, " +
          "context of " + std::to_string(options.ngram) + "\n");
}

int run(ScoreArguments options) {
    const bool baseline = options.ngram >= 0;
    // With the n-gram alone the one file named is the text.
    if (baseline && options.text.empty()) options.text.swap(options.model.path);
    if (options.text.empty())
        throw Error("score",
                    "has no text to score; name one behind the model: quillet score MODEL TEXT");
    if (baseline && options.train.empty() && options.held_out.empty())
        throw Error("--ngram", "needs --train TEXT, the text to count on, or --held-out 5%");
    Texts texts = read_texts(options);
    nlohmann::ordered_json json;
    if (!options.model.path.empty()) score_model(options, texts, json);
    if (baseline) score_baseline(options, texts, json);
    if (options.json) print(json_text(json) + "\n");
    return 0;
}

}  // namespace

Run set_up_score(Command& command) {
    auto options = std::make_shared<ScoreArguments>();
    command.add_option("MODEL", options->model.path, "An ONNX file; may be left out with --ngram");
    command.add_option("TEXT", options->text, "A UTF-8 text, one item a line");
    command.add_option("--alphabet", options->model.alphabet,
                       "The characters in token order, for a model whose metadata lacks them");
    Option* ngram =
        command
            .add_option(
                "--ngram", options->ngram,
                "Baseline: also score a character n-gram with this many characters of context")
            ->check(whole_between(0, 32));
    command.add_option("--train", options->train, "The text the n-gram is counted on")
        ->needs(ngram);
    command.add_option("--held-out", options->held_out,
                       "Score only the lines that train --valid holds out, 5% or tail:5%, and "
                       "count the n-gram on the others");
    command.add_flag("--json", options->json,
                     "One JSON object: bpc, characters, unknown; of the n-gram ngram_bpc, "
                     "ngram_characters, ngram_context");
    return [options] { return run(*options); };
}

}  // namespace quillet
