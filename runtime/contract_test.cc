// The runtime against tests/vectors/contract.json, which every port is tested against as well.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "runtime/quillet_random.h"
#include "runtime/quillet_sampler.h"
#include "runtime/quillet_text.h"

namespace {

using nlohmann::json;
using Words = std::vector<uint32_t>;

const json& contract() {
    static const json vectors =
        json::parse(std::ifstream(QUILLET_SOURCE_DIR "/tests/vectors/contract.json"));
    return vectors;
}

quillet_random generator_of(const json& seed) {
    quillet_random random;
    quillet_random_seed(&random, seed);
    return random;
}

Words words_of(const quillet_random& random) {
    return {random.s, random.s + 4};
}

quillet_sampling sampling_of(const json& four) {
    return {four[0], four[1], four[2], four[3]};
}

TEST(Contract, Generator) {
    ASSERT_GE(contract()["generator"].size(), 9u);
    for (const json& vector : contract()["generator"]) {
        quillet_random random = generator_of(vector["seed"]);
        EXPECT_EQ(words_of(random), vector["start"].get<Words>());
        for (uint32_t expected : vector["outputs"])
            EXPECT_EQ(quillet_random_next(&random), expected);
        EXPECT_EQ(words_of(random), vector["end"].get<Words>()) << "seed " << vector["seed"];
    }
}

TEST(Contract, BoundedDraws) {
    ASSERT_GE(contract()["bounded"].size(), 16u);
    for (const json& vector : contract()["bounded"]) {
        quillet_random random = generator_of(vector["seed"]);
        for (uint32_t expected : vector["outputs"])
            EXPECT_EQ(quillet_random_below(&random, vector["bound"]), expected) << vector["bound"];
        EXPECT_EQ(words_of(random), vector["end"].get<Words>()) << "bound " << vector["bound"];
    }
}

TEST(Contract, ASeedWritesItsGeneratorAlone) {
    quillet_random of_one[3] = {{{7, 7, 7, 7}}, {}, {{7, 7, 7, 7}}};
    quillet_random_seed(&of_one[1], 1);
    EXPECT_EQ(words_of(of_one[0]), Words(4, 7));
    EXPECT_EQ(words_of(of_one[2]), Words(4, 7));
}

TEST(Contract, Sampler) {
    ASSERT_GE(contract()["sampler"].size(), 400u);
    for (const json& vector : contract()["sampler"]) {
        quillet_random random = generator_of(vector["seed"]);
        quillet_sampling sampling = sampling_of(vector["sampling"]);
        for (uint32_t expected : vector["tokens"]) {
            std::vector<int32_t> logits = vector["logits"];
            uint32_t vocabulary = static_cast<uint32_t>(logits.size());
            EXPECT_EQ(quillet_sample(logits.data(), vocabulary, &sampling, &random), expected)
                << vector;
        }
        EXPECT_EQ(words_of(random), vector["end"].get<Words>()) << vector;
    }
}

// A model whose logits are a table, by step (repeating) and token.
struct TableModel {
    std::vector<std::vector<std::vector<int32_t>>> logits;
    size_t step_number = 0;

    static void reset(void* self) { static_cast<TableModel*>(self)->step_number = 0; }
    static void step(void* self, uint32_t token, int32_t* result) {
        auto& model = *static_cast<TableModel*>(self);
        const auto& row = model.logits[model.step_number++ % model.logits.size()].at(token);
        std::copy(row.begin(), row.end(), result);
    }
};

void check_lines(const json& vector, const json& run) {
    TableModel table;
    table.logits = vector["logits"].get<decltype(table.logits)>();
    quillet_model model = {TableModel::reset, TableModel::step, vector["vocabulary"],
                           vector["line_token"]};
    std::vector<int32_t> logits(model.vocabulary);
    quillet_writer writer = {};
    writer.model = &model;
    writer.state = &table;
    writer.logits = logits.data();
    writer.sampling = sampling_of(run["sampling"]);
    writer.random = generator_of(run["seed"]);
    writer.max_length = run["max_length"];
    std::vector<uint8_t> prompt = run["prompt"];
    std::vector<std::vector<int32_t>> lines(run["count"].get<size_t>());
    for (std::vector<int32_t>& line : lines) {
        quillet_line_begin(&writer, prompt.data(), static_cast<uint32_t>(prompt.size()));
        for (int32_t t; (t = quillet_line_next(&writer)) != QUILLET_END_OF_LINE;) line.push_back(t);
    }
    EXPECT_EQ(lines, run["lines"].get<decltype(lines)>()) << run;
    EXPECT_EQ(words_of(writer.random), run["end"].get<Words>()) << run;
}

TEST(Contract, TextLoop) {
    ASSERT_GE(contract()["text"].size(), 4u);
    for (const json& vector : contract()["text"]) {
        ASSERT_GE(vector["runs"].size(), 8u);
        for (const json& run : vector["runs"]) check_lines(vector["model"], run);
    }
}

}  // namespace
