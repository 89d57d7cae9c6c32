// The characters a model knows, in token order; the line token begins and ends a line.
// SPDX-License-Identifier: MIT
#include "base/alphabet.h"

#include "base/error.h"
#include "base/utf8.h"

namespace quillet {

Alphabet::Alphabet(std::u32string characters) : characters_(std::move(characters)) {
    if (characters_.empty() || characters_.size() > kMaxVocabulary)
        throw Error("alphabet",
                    "has " + std::to_string(characters_.size()) + " characters; expected 1 to 256");
    for (size_t i = 0; i < characters_.size(); i++) {
        if (!tokens_.emplace(characters_[i], static_cast<uint8_t>(i)).second)
            throw Error("alphabet", "has " + describe_character(characters_[i]) +
                                        " twice; each character has one token");
    }
    auto line = token(U'\n');
    if (!line) throw Error("alphabet", "lacks the newline, which begins and ends a line");
    line_token_ = *line;
}

std::optional<uint8_t> Alphabet::token(char32_t character) const {
    auto found = tokens_.find(character);
    return found == tokens_.end() ? std::nullopt : std::optional(found->second);
}

std::string Alphabet::text(int token) const {
    return encode_utf8({&characters_.at(static_cast<size_t>(token)), 1});
}

}  // namespace quillet
