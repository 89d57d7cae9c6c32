// Templates, wrapped calls and literals of generated C.
// SPDX-License-Identifier: MIT
#include "compile/writer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "base/error.h"
#include "compile/plan.h"

namespace quillet {
namespace {

TEST(Writer, FillsTemplates) {
    EXPECT_EQ(fill("int $name$[$n$];", {{"name", "h"}, {"n", "3"}}), "int h[3];");
    EXPECT_EQ(fill("$a$$a$", {{"a", "$"}}), "$$");  // words are not filled again
    EXPECT_THROW(fill("$b$", {{"a", ""}}), Error);
    EXPECT_THROW(fill("a $", {{"a", ""}}), Error);
}

TEST(Writer, BreaksCallsAtTheLastColumn) {
    EXPECT_EQ(call_line(4, "f", {"a", "b"}), "    f(a, b);\n");
    std::string long_one(60, 'x'), longer(80, 'y');
    EXPECT_EQ(call_line(4, "name", {long_one, long_one, "c"}),
              "    name(" + long_one + ",\n         " + long_one + ", c);\n");
    EXPECT_EQ(call_line(0, std::string(30, 'f'), {longer, "b"}),
              std::string(30, 'f') + "(\n    " + longer + ", b);\n");
}

TEST(Writer, WritesFloatsThatReadBackExactly) {
    EXPECT_EQ(hex_float(0.0f), "0x0p+0f");
    EXPECT_EQ(hex_float(-0.0f), "-0x0p+0f");
    EXPECT_EQ(hex_float(1.0f), "0x1p+0f");
    EXPECT_EQ(hex_float(-0.1875f), "-0x1.8p-3f");
    for (float value :
         {3.14159274f, 1e-30f, -65504.0f, 0.1f, std::numeric_limits<float>::max(),
          std::numeric_limits<float>::min(), std::numeric_limits<float>::denorm_min()})
        EXPECT_EQ(std::strtof(hex_float(value).c_str(), nullptr), value);
    // A network may hold them (masks do); the names are math.h's.
    EXPECT_EQ(hex_float(std::numeric_limits<float>::infinity()), "INFINITY");
    EXPECT_EQ(hex_float(-std::numeric_limits<float>::infinity()), "-INFINITY");
    EXPECT_EQ(hex_float(std::numeric_limits<float>::quiet_NaN()), "NAN");
}

TEST(Writer, WritesStringsOfAnyBytes) {
    EXPECT_EQ(string_literal("a\"\\\n"), "\"a\\\"\\\\\\n\"");
    EXPECT_EQ(string_literal("\xC3\xA9"), "\"\\303\\251\"");
    EXPECT_EQ(string_literal("\t"), "\"\\011\"");
}

TEST(Writer, CommentsHoldAnyName) {
    EXPECT_EQ(comment_lines(4, "GRU gru0"), "    /* GRU gru0 */\n");
    EXPECT_EQ(comment_lines(0, "a*/b\nc"), "/* a* b c */\n");
    for (size_t at = 0, end; at < 300; at = end + 1) {
        std::string text = comment_lines(
            4, std::string(40, 'a') + " " + std::string(50, 'b') + " " + std::string(90, 'c'));
        end = text.find('\n', at);
        if (end == std::string::npos) break;
        EXPECT_LE(end - at, 100u);
    }
}

TEST(Writer, WritesIntegersOfEveryType) {
    EXPECT_EQ(initializer_lines(Tensor::of(Type::int8, {3}, std::vector<int8_t>{-128, 0, 127})),
              "    -128, 0, 127,\n");
    EXPECT_EQ(initializer_lines(Tensor::of(Type::uint32, {1}, std::vector<uint32_t>{4294967295u})),
              "    4294967295u,\n");
    EXPECT_EQ(initializer_lines(Tensor::of(Type::int32, {1}, std::vector<int32_t>{INT32_MIN})),
              "    -2147483647 - 1,\n");
    std::string lines = initializer_lines(Tensor::of(Type::uint8, {17}, std::vector<uint8_t>(17)));
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
}

TEST(Writer, IdentifiersAreC) {
    EXPECT_EQ(identifier_of("/rnn/GRU_output_0"), "rnn_gru_output_0");
    EXPECT_EQ(identifier_of("3"), "m_3");
    EXPECT_EQ(identifier_of("for"), "m_for");
    EXPECT_EQ(identifier_of("é.x"), "x");
    EXPECT_EQ(identifier_of(""), "m_");
}

}  // namespace
}  // namespace quillet
