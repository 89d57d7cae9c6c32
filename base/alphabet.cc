// The tokens a model knows: pieces of text of one or more characters, and the merges that make the longer ones.
// SPDX-License-Identifier: MIT
#include "base/alphabet.h"

#include "base/error.h"
#include "base/utf8.h"

namespace quillet {
namespace {

std::vector<std::u32string> single(const std::u32string& characters) {
    std::vector<std::u32string> pieces;
    for (char32_t character : characters) pieces.emplace_back(1, character);
    return pieces;
}

}  // namespace

std::string describe_piece(const std::u32string& piece) {
    return piece.size() == 1 ? describe_character(piece[0]) : "'" + encode_utf8(piece) + "'";
}

Alphabet::Alphabet(std::u32string characters) {
    take_pieces(single(characters));
}

Alphabet::Alphabet(std::vector<std::u32string> pieces, std::vector<Merge> merges) {
    take_pieces(std::move(pieces));
    take_merges(std::move(merges));
}

void Alphabet::take_pieces(std::vector<std::u32string> pieces) {
    if (pieces.empty() || pieces.size() > kMaxVocabulary)
        throw Error("alphabet",
                    "has " + std::to_string(pieces.size()) + " tokens; expected 1 to 256");
    for (size_t i = 0; i < pieces.size(); i++) {
        const std::u32string& piece = pieces[i];
        if (piece.empty() || piece.size() > kMaxPieceLength)
            throw Error("alphabet",
                        "has a token " + std::to_string(i) + " of " + std::to_string(piece.size()) +
                            " characters; expected 1 to " + std::to_string(kMaxPieceLength));
        if (piece.size() > 1 && piece.find(U'\n') != std::u32string::npos)
            throw Error("alphabet", "has a newline inside token " + std::to_string(i) +
                                        "; it begins and ends a line");
        if (!tokens_.emplace(piece, static_cast<uint8_t>(i)).second)
            throw Error("alphabet", "has " + describe_piece(piece) + " twice; each has one token");
        if (piece.size() == 1) characters_ += piece;
    }
    pieces_ = std::move(pieces);
    auto line = token(U'\n');
    if (!line) throw Error("alphabet", "lacks the newline, which begins and ends a line");
    line_token_ = *line;
}

void Alphabet::take_merges(std::vector<Merge> merges) {
    std::vector<bool> made;
    for (const std::u32string& piece : pieces_) made.push_back(piece.size() == 1);
    made[static_cast<size_t>(line_token_)] = false;  // no merge joins it
    for (size_t i = 0; i < merges.size(); i++) {
        const Merge& merge = merges[i];
        auto refuse = [&](const std::string& what) {
            throw Error("alphabet", "merge " + std::to_string(i) + " " + what);
        };
        for (uint8_t part : {merge.left, merge.right})
            if (part >= pieces_.size() || !made[part])
                refuse("joins token " + std::to_string(part) +
                       "; expected characters of a line or pieces that earlier merges make");
        auto whole = token(pieces_[merge.left] + pieces_[merge.right]);
        if (!whole) refuse("makes a piece that is no token");
        if (made[*whole]) refuse("makes " + describe_piece(pieces_[*whole]) + " a second time");
        made[*whole] = true;
    }
    for (size_t i = 0; i < pieces_.size(); i++)
        if (pieces_[i].size() > 1 && !made[i])
            throw Error("alphabet", "has " + describe_piece(pieces_[i]) + ", which no merge makes");
    merges_ = std::move(merges);
}

std::optional<uint8_t> Alphabet::token(char32_t character) const {
    return token(std::u32string(1, character));
}

std::optional<uint8_t> Alphabet::token(const std::u32string& text) const {
    auto found = tokens_.find(text);
    return found == tokens_.end() ? std::nullopt : std::optional(found->second);
}

std::string Alphabet::text(int token) const {
    return encode_utf8(pieces_.at(static_cast<size_t>(token)));
}

Alphabet Alphabet::with(const std::u32string& characters) const {
    std::vector<std::u32string> pieces = pieces_;
    for (std::u32string& piece : single(characters)) pieces.push_back(std::move(piece));
    return {std::move(pieces), merges_};
}

}  // namespace quillet
