// Lines of text from a plan, by the contract's text loop.
// SPDX-License-Identifier: MIT
#include "run/generate.h"

#include "base/error.h"
#include "base/utf8.h"

namespace quillet {

std::vector<uint8_t> tokens_of(const Alphabet& alphabet, const std::string& text,
                               const std::string& where) {
    std::vector<uint8_t> tokens;
    for (char32_t character : decode_utf8(text, where)) {
        auto token = alphabet.token(character);
        if (!token)
            throw Error(where, "has " + describe_character(character) +
                                   ", which the model's alphabet lacks");
        if (character == U'\n')
            throw Error(where, "has a line end; expected the beginning of one line");
        tokens.push_back(*token);
    }
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

}  // namespace quillet
