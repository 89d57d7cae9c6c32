// Nested JSON is refused at the limit, not beyond the stack.
//
// SPDX-License-Identifier: MIT
#include "base/json.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace quillet {
namespace {

std::string nested(int depth, char open, char close, const std::string& inside = "") {
    return std::string(static_cast<size_t>(depth), open) + inside +
           std::string(static_cast<size_t>(depth), close);
}

TEST(Json, nests_to_the_limit_and_no_further) {
    EXPECT_TRUE(parse_json(nested(kJsonDepth, '[', ']'), "x").is_array());
    EXPECT_TRUE(parse_json(nested(kJsonDepth, '[', ']', "1"), "x").is_array());
    EXPECT_TRUE(parse_json(nested(kJsonDepth - 1, '[', ']', "{\"a\": 1}"), "x").is_array());
    EXPECT_THROW(parse_json(nested(kJsonDepth, '[', ']', "{}"), "x"), Error);
    EXPECT_THROW(parse_json(nested(kJsonDepth + 1, '[', ']'), "x"), Error);
    EXPECT_THROW(parse_json(std::string(200000, '['), "x"), Error);
    EXPECT_THROW(parse_json("{\"a\": " + nested(kJsonDepth, '[', ']') + "}", "x"), Error);
    // Brackets in strings do not nest.
    EXPECT_EQ(parse_json("\"" + std::string(500, '[') + "\"", "x").get<std::string>().size(), 500u);
    EXPECT_EQ(parse_json("[\"\\\"[[\", 2]", "x").size(), 2u);
    EXPECT_EQ(parse_json("[\"\\\\\", [1]]", "x").size(), 2u);
}

TEST(Json, says_where_it_is_none) {
    try {
        parse_json("{\"a\": ", "model.onnx: metadata");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.where(), "model.onnx: metadata");
    }
}

}  // namespace
}  // namespace quillet
