// The characters a model knows, in token order; the line token begins and ends a line.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

namespace quillet {

constexpr int kMaxVocabulary = 256;

class Alphabet {
  public:
    Alphabet() = default;

    // `characters` in token order: 1 to 256 different ones, of which one is '\n', the line token. Throws Error("alphabet", …).
    explicit Alphabet(std::u32string characters);

    int size() const { return static_cast<int>(characters_.size()); }
    int line_token() const { return line_token_; }
    const std::u32string& characters() const { return characters_; }

    // The token of `character`; nullopt when the alphabet lacks it.
    std::optional<uint8_t> token(char32_t character) const;

    // The character of `token` (0 .. size() - 1) as UTF-8.
    std::string text(int token) const;

    friend bool operator==(const Alphabet& a, const Alphabet& b) {
        return a.characters_ == b.characters_;
    }

  private:
    std::u32string characters_;
    std::unordered_map<char32_t, uint8_t> tokens_;
    int line_token_ = 0;
};

}  // namespace quillet
