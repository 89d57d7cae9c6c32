// Alphabets in metadata and their tokens against tests/vectors/contract.json, as in every port.
// SPDX-License-Identifier: MIT
#include "graph/alphabet_metadata.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/tokenizer.h"
#include "base/utf8.h"
#include "graph/graph.h"

namespace quillet {
namespace {

using nlohmann::json;
using Metadata = std::map<std::string, std::string>;

Metadata metadata_of(const json& vector) {
    Metadata metadata{{key::kAlphabet, vector["alphabet"]}};
    if (vector["merges"].is_string()) metadata[key::kMerges] = vector["merges"];
    return metadata;
}

void check_texts(const json& vector) {
    const Alphabet alphabet = alphabet_of(metadata_of(vector), "m");
    ASSERT_EQ(alphabet.size(), static_cast<int>(vector["pieces"].size()));
    for (int token = 0; token < alphabet.size(); token++)
        EXPECT_EQ(alphabet.text(token), vector["pieces"][static_cast<size_t>(token)]);
    for (const json& text : vector["texts"]) {
        std::vector<uint8_t> tokens;
        std::map<char32_t, int64_t> unknown, expected;
        Tokenizer(alphabet).encode(decode_utf8(text["text"].get<std::string>(), "text"), tokens,
                                   unknown);
        EXPECT_EQ(tokens, text["tokens"].get<std::vector<uint8_t>>()) << text;
        for (char32_t c : decode_utf8(text["unknown"].get<std::string>(), "text")) expected[c]++;
        EXPECT_EQ(unknown, expected) << text;
    }
    Metadata again{{key::kMerges, "stale"}};
    put_alphabet(again, alphabet);
    EXPECT_EQ(alphabet_of(again, "m"), alphabet);
}

TEST(AlphabetMetadata, GivesTheTokensOfTheContract) {
    const json vectors =
        json::parse(std::ifstream(QUILLET_SOURCE_DIR "/tests/vectors/contract.json"))["tokens"];
    size_t refused = 0;
    for (const json& vector : vectors) {
        if (vector["pieces"].is_array()) {
            check_texts(vector);
            continue;
        }
        refused++;
        EXPECT_THROW(alphabet_of(metadata_of(vector), "m"), Error) << vector;
    }
    EXPECT_GE(refused, 20u);
    EXPECT_GE(vectors.size() - refused, 8u);
}

TEST(AlphabetMetadata, NamesTheFileAndTheKey) {
    auto message = [](const Metadata& metadata) -> std::string {
        try {
            alphabet_of(metadata, "m.onnx");
        } catch (const Error& error) {
            return error.where() + ": " + error.what();
        }
        return "";
    };
    EXPECT_EQ(message({}).find("m.onnx: has no metadata quillet.alphabet"), 0u);
    EXPECT_EQ(message({{key::kAlphabet, "abc"}}),
              "m.onnx: metadata quillet.alphabet: lacks the newline, which begins and ends a line");
    EXPECT_EQ(message({{key::kAlphabet, R"(["\n","a","b","ab"])"}, {key::kMerges, "[[1,9]]"}}),
              "m.onnx: metadata quillet.alphabet: merge 0 joins token 9; expected characters of a "
              "line or pieces that earlier merges make");
    EXPECT_EQ(message({{key::kAlphabet, R"(["\n","a"])"}, {key::kMerges, "[[1,256]]"}}),
              "m.onnx: metadata quillet.merges: is not a JSON list of at most 256 pairs of tokens, "
              "[left, right]");
}

}  // namespace
}  // namespace quillet
