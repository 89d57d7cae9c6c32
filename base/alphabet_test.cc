// Tokens and characters, and the alphabets that there cannot be.
// SPDX-License-Identifier: MIT
#include "base/alphabet.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace quillet {
namespace {

TEST(Alphabet, TokensAndCharactersAnswerEachOther) {
    Alphabet alphabet(U"b\n\u00e9\U0001F600");
    EXPECT_EQ(alphabet.size(), 4);
    EXPECT_EQ(alphabet.line_token(), 1);
    for (int token = 0; token < alphabet.size(); token++)
        EXPECT_EQ(alphabet.token(alphabet.characters()[static_cast<size_t>(token)]), token);
    EXPECT_EQ(alphabet.token(U'a'), std::nullopt);
    EXPECT_EQ(alphabet.text(2), "\u00e9");
    EXPECT_EQ(alphabet.text(3), "\xF0\x9F\x98\x80");
}

TEST(Alphabet, HoldsAsManyAsATokenCounts) {
    std::u32string characters = U"\n";
    while (characters.size() < 256) characters += static_cast<char32_t>(0x100 + characters.size());
    EXPECT_EQ(Alphabet(characters).token(characters.back()), 255);
    characters += U'x';
    EXPECT_THROW(Alphabet{characters}, Error);
}

TEST(Alphabet, RefusesWhatIsNone) {
    EXPECT_THROW(Alphabet{U""}, Error);
    EXPECT_THROW(Alphabet{U"abc"}, Error) << "no line token";
    EXPECT_THROW(Alphabet{U"a\na"}, Error);
}

}  // namespace
}  // namespace quillet
