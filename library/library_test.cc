// The public interface against what the program's verbs do with the same files.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "cells/test_models.h"
#include "integer/integer_model.h"
#include "integer/test_integer_models.h"
#include "library/model_impl.h"
#include "quillet/quantize.h"
#include "quillet/verify.h"

namespace quillet {
namespace {

VerifyConfig of_one(const std::string& runtime) {
    VerifyConfig config;
    config.runtimes = {runtime};
    config.lines = 2;
    return config;
}

void expect_same(const Model& model) {
    for (const char* runtime : {"c", "python"})
        for (const RuntimeVerdict& verdict : verify(model, of_one(runtime))) {
            const bool is_absent = verdict.note.starts_with("no Python with numpy");
            EXPECT_TRUE(verdict.same || is_absent) << verdict.name << ": " << verdict.note;
        }
}

// The graph has the sampler inside, which other runtimes are not asked for.
TEST(Library, VerifiesIntegerWriters) {
    expect_same(
        model_of(to_writer_graph(random_integer_model(Cell::gru, 1, 9, 8, 3)), "writer.onnx"));
}

// States before the token, and in another order than the outputs', as exporters write them.
TEST(Library, VerifiesModelsInAnotherOrder) {
    Graph graph = to_graph(random_model(Cell::lstm, 1, 0, 9, 3));
    std::reverse(graph.inputs.begin(), graph.inputs.end());
    expect_same(model_of(graph, "reversed.onnx"));
}

// As `quillet quantize --score` reads it.
TEST(Library, QuantizeScoresTheLinesOfAText) {
    const Model model = model_of(to_graph(random_model(Cell::gru, 1, 0, 12, 3)), "float.onnx");
    const TemporaryFolder folder;
    QuantizeConfig config;
    config.text = (folder.path() / "text.txt").string();
    write_file(config.text, "abc\ndef\nabba\n");
    const QuantizeResult plain = quantize(model, config);
    EXPECT_NEAR(plain.float_bits, model.score("abc\ndef\nabba\n").bits_per_character(), 1e-9);
    write_file(config.text,
               "\xEF\xBB\xBF"
               "abc\r\ndef\r\n\r\nabba");
    const QuantizeResult same = quantize(model, config);
    EXPECT_EQ(same.float_bits, plain.float_bits);
    EXPECT_EQ(same.integer_bits, plain.integer_bits);
}

// As the verb does: what is not given is what the model was trained for, or 8.
TEST(Library, QuantizeTakesTheBitsOfTheTraining) {
    const Model model = model_of(to_graph(random_model(Cell::gru, 1, 0, 12, 3)), "float.onnx");
    const auto bits_of = [&](const QuantizeConfig& config) {
        const IntegerModel made =
            integer_model_from(quantize(model, config).model.impl().graph, "integer.onnx");
        return std::vector<int>{made.bits, made.table_bits, made.output_bits};
    };
    EXPECT_EQ(bits_of({}), (std::vector<int>{8, 8, 8}));
    EXPECT_EQ(bits_of({4, "", 4}), (std::vector<int>{4, 4, 8}));
    EXPECT_THROW(bits_of({3}), Error);
    EXPECT_THROW(bits_of({8, "", 2}), Error);
    EXPECT_THROW(bits_of({8, "", 8, -4}), Error);
}

}  // namespace
}  // namespace quillet
