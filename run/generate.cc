// Lines of text from a plan, by the contract's text loop.
// SPDX-License-Identifier: MIT
#include "run/generate.h"

#include <limits>

#include "base/error.h"
#include "base/tokenizer.h"
#include "base/utf8.h"

namespace quillet {

std::vector<uint8_t> tokens_of(const Alphabet& alphabet, const std::string& text,
                               const std::string& where) {
    std::u32string line = decode_utf8(text, where);
    if (line.find(U'\n') != std::u32string::npos)
        throw Error(where, "has a line end; expected the beginning of one line");
    std::vector<uint8_t> tokens;
    std::map<char32_t, int64_t> unknown;
    Tokenizer(alphabet).encode(line, tokens, unknown);
    for (char32_t character : line)
        if (unknown.count(character))
            throw Error(where, "has " + describe_character(character) +
                                   ", which the model's alphabet lacks");
    return tokens;
}

LineWriter::LineWriter(const Plan& plan, const SamplingSettings& settings, uint32_t seed)
    : plan_(plan),
      executor_(plan),
      model_(executor_.model()),
      logits_(static_cast<size_t>(plan.alphabet.size())),
      writer_{} {
    writer_.model = &model_;
    writer_.state = &executor_;
    writer_.logits = logits_.data();
    writer_.sampling = settings.integers();
    writer_.max_length = settings.max_length;
    quillet_random_seed(&writer_.random, seed);
}

std::string LineWriter::next(const std::vector<uint8_t>& prompt) {
    std::string line;
    for (uint8_t token : prompt) line += plan_.alphabet.text(token);
    quillet_line_begin(&writer_, prompt.data(), static_cast<uint32_t>(prompt.size()));
    for (int32_t token; (token = quillet_line_next(&writer_)) != QUILLET_END_OF_LINE;)
        line += plan_.alphabet.text(token);
    return line;
}

RankedWriter::RankedWriter(const Plan& plan, const SamplingSettings& settings,
                           std::optional<WordFilter> collection)
    : plan_(plan),
      collection_(std::move(collection)),
      executor_(plan),
      model_(executor_.model()),
      heard_{},
      logits_(static_cast<size_t>(plan.alphabet.size())),
      before_(logits_.size()),
      hearing_{},
      writer_{} {
    hearing_.model = &model_;
    hearing_.state = &executor_;
    hearing_.before = before_.data();
    heard_ = quillet_heard_model(&hearing_);
    writer_.model = &heard_;
    writer_.state = &hearing_;
    writer_.logits = logits_.data();
    writer_.sampling = settings.integers();
    writer_.max_length = settings.max_length;
}

std::optional<RankedLine> RankedWriter::above(int32_t least, uint32_t seed,
                                              const std::vector<uint8_t>& prompt) {
    RankedLine line{};
    for (uint8_t token : prompt) line.text += plan_.alphabet.text(token);
    quillet_random_seed(&writer_.random, seed);
    quillet_line_begin(&writer_, prompt.data(), static_cast<uint32_t>(prompt.size()));
    for (int32_t token; (token = quillet_line_next(&writer_)) != QUILLET_END_OF_LINE;) {
        line.text += plan_.alphabet.text(token);
        if (quillet_is_beaten(&hearing_, least)) return std::nullopt;
    }
    const quillet_word_filter words = collection_ ? collection_->view() : quillet_word_filter{};
    line.marks = quillet_marks_of(line.text.data(), static_cast<uint32_t>(line.text.size()),
                                  &hearing_, collection_ ? &words : nullptr);
    line.score = quillet_line_score(&line.marks);
    if (line.score <= least) return std::nullopt;
    return line;
}

RankedLine RankedWriter::best(uint32_t count, uint32_t seed, uint32_t first,
                              const std::vector<uint8_t>& prompt) {
    RankedLine best =
        *above(std::numeric_limits<int32_t>::min(), quillet_candidate_seed(seed, first), prompt);
    for (uint32_t i = 1; i < count; i++)
        if (auto line = above(best.score, quillet_candidate_seed(seed, first + i), prompt))
            best = std::move(*line);
    return best;
}

}  // namespace quillet
