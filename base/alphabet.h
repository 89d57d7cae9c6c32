// The tokens a model knows: pieces of text of one or more characters, and the merges that make the longer ones.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace quillet {

constexpr int kMaxVocabulary = 256;
constexpr size_t kMaxPieceLength = 16;  // characters

// Two neighboring tokens that encoding replaces by the token of their joined text.
struct Merge {
    uint8_t left, right;
    friend bool operator==(const Merge&, const Merge&) = default;
};

// A token as people read it: a character's name, or 'text' of several.
std::string describe_piece(const std::u32string& piece);

class Alphabet {
  public:
    Alphabet() = default;

    // A token a character: 1 to 256 different ones, of which one is '\n', the line token. Throws
    // Error("alphabet", …).
    explicit Alphabet(std::u32string characters);

    // `pieces` in token order, 1 to 256 different texts of 1 to kMaxPieceLength characters; one is
    // the newline, which no other holds. `merges` in order of priority: each makes the piece that
    // is its two joined, from characters and pieces of earlier merges, and each piece of several
    // characters has one merge. Throws Error("alphabet", …) for anything else.
    Alphabet(std::vector<std::u32string> pieces, std::vector<Merge> merges);

    int size() const { return static_cast<int>(pieces_.size()); }
    int line_token() const { return line_token_; }
    const std::vector<std::u32string>& pieces() const { return pieces_; }
    const std::vector<Merge>& merges() const { return merges_; }

    // The tokens' single characters, in token order: all of them where there are no merges.
    const std::u32string& characters() const { return characters_; }

    // The token that is `character` alone; nullopt when there is none.
    std::optional<uint8_t> token(char32_t character) const;

    // The token whose piece is `text`; nullopt when there is none.
    std::optional<uint8_t> token(const std::u32string& text) const;

    // The piece of `token` (0 .. size() - 1) as UTF-8.
    std::string text(int token) const;

    // This alphabet with a token more for each of `characters`, behind those it has.
    Alphabet with(const std::u32string& characters) const;

    friend bool operator==(const Alphabet& a, const Alphabet& b) {
        return a.pieces_ == b.pieces_ && a.merges_ == b.merges_;
    }

  private:
    void take_pieces(std::vector<std::u32string> pieces);
    void take_merges(std::vector<Merge> merges);

    std::vector<std::u32string> pieces_;
    std::vector<Merge> merges_;
    std::u32string characters_;
    std::unordered_map<std::u32string, uint8_t> tokens_;
    int line_token_ = 0;
};

}  // namespace quillet
