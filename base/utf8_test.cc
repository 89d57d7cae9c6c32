// UTF-8 as RFC 3629 has it, and nothing else.
// SPDX-License-Identifier: MIT
#include "base/utf8.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace quillet {
namespace {

TEST(Utf8, EveryScalarValueGoesThereAndBack) {
    for (char32_t c = 0; c <= 0x10FFFF; c++) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        std::string text;
        append_utf8(text, c);
        std::string_view rest = text;
        ASSERT_EQ(take_utf8(rest), c);
        ASSERT_TRUE(rest.empty());
    }
}

TEST(Utf8, SurrogatesAreNoCharacters) {
    for (const char* half : {"\xED\xA0\x80", "\xED\xBF\xBF"}) {
        std::string_view text = half;
        EXPECT_FALSE(take_utf8(text)) << half;
    }
    for (const char* beside : {"\xED\x9F\xBF", "\xEE\x80\x80"}) {
        std::string_view text = beside;
        EXPECT_TRUE(take_utf8(text)) << beside;
    }
}

TEST(Utf8, FormsAreTheShortest) {
    EXPECT_EQ(encode_utf8(U"a\u00e9\u20ac\U0001F600"), "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
}

TEST(Utf8, BadBytesAreTakenOneByOne) {
    for (std::string bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80",
                            "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
                            "\xC3", "\xE2\x82", "\xC3(", "\xE2(\x82"}) {
        std::string_view rest = bad;
        EXPECT_FALSE(take_utf8(rest)) << testing::PrintToString(bad);
        EXPECT_EQ(rest.size(), bad.size() - 1);
    }
}

TEST(Utf8, ErrorsNameLineAndColumn) {
    EXPECT_EQ(decode_utf8("ab\n\xC3\xA9", "x.txt"), U"ab\n\u00e9");
    EXPECT_EQ(decode_utf8("", "x.txt"), U"");
    try {
        decode_utf8("ab\nc\xC3\xA9\xFF", "x.txt");
        FAIL() << "0xFF was taken for UTF-8";
    } catch (const Error& error) {
        EXPECT_EQ(error.where(), "x.txt:2:3");
        EXPECT_NE(std::string(error.what()).find("0xFF"), std::string::npos);
    }
}

TEST(Utf8, DescribesWhatDoesNotPrint) {
    EXPECT_EQ(describe_character(U'a'), "'a'");
    EXPECT_EQ(describe_character(U'\u00e9'), "'\u00e9'");
    EXPECT_EQ(describe_character(U'\n'), "U+000A");
    EXPECT_EQ(describe_character(U' '), "U+0020");
}

}  // namespace
}  // namespace quillet
