// Writes integer models in both ONNX forms, and what the int64 reference makes of random tokens and
// settings: integer_vectors FOLDER.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "integer/integer_bounds.h"
#include "integer/test_integer_models.h"
#include "integer/test_reference.h"
#include "runtime/quillet_sampler.h"

namespace {

using namespace quillet;
using nlohmann::json;

constexpr int kSteps = 40, kLines = 12, kLineLength = 10;

json states_of(const IntegerReference& reference) {
    return json(reference.states());
}

// Logits and states after each of random tokens.
json trace_of(const IntegerModel& model, std::mt19937& random) {
    IntegerReference reference(model);
    json steps = json::array();
    for (int i = 0; i < kSteps; i++) {
        const int token = static_cast<int>(random() % static_cast<unsigned>(model.alphabet.size()));
        json logits = reference.step(token);
        steps.push_back({{"token", token}, {"logits", logits}, {"states", states_of(reference)}});
    }
    return steps;
}

uint32_t inverse_of(uint32_t odd) {
    uint32_t x = 1;
    for (int i = 0; i < 5; i++) x *= 2 - odd * x;  // Newton: the right bits double
    return x;
}

// A generator whose next number is 2^32 - 1, which is in the last partial range of nearly every
// draw.
quillet_random drawn_again(uint32_t seed) {
    quillet_random random;
    quillet_random_seed(&random, seed);
    const uint32_t rotated = inverse_of(9) * UINT32_MAX;
    random.s[1] = inverse_of(5) * (rotated >> 7 | rotated << 25);
    return random;
}

quillet_sampling random_sampling(int i, std::mt19937& random) {
    const auto below = [&](uint32_t end) { return static_cast<uint32_t>(random()) % end; };
    quillet_sampling sampling = {20 + below(700), UINT32_MAX, 0, 0};
    if (i % 6 == 5) sampling.inverse_temperature = 0;
    if (i % 2 == 1) sampling.min_p_gap = below(6000);
    if (i % 3 != 0) sampling.top_k = below(16);
    if (i % 4 > 1) sampling.top_p = below(258);
    return sampling;
}

json words_of(const quillet_random& random) {
    return {random.s[0], random.s[1], random.s[2], random.s[3]};
}

// Lines by the C sampler and generator over the reference's logits: the tokens and the generator's
// words at the end.
json lines_of(const IntegerModel& model, std::mt19937& random) {
    json lines = json::array();
    for (int i = 0; i < kLines; i++) {
        const quillet_sampling s = random_sampling(i, random);
        quillet_random generator = drawn_again(static_cast<uint32_t>(random()));
        json line = {{"sampling", {s.inverse_temperature, s.min_p_gap, s.top_k, s.top_p}},
                     {"random", words_of(generator)}};
        IntegerReference reference(model);
        std::vector<int> tokens;
        int token = model.alphabet.line_token();
        for (int j = 0; j < kLineLength; j++) {
            std::vector<int32_t> logits = reference.step(token);
            token = static_cast<int>(quillet_sample(
                logits.data(), static_cast<uint32_t>(logits.size()), &s, &generator));
            tokens.push_back(token);
        }
        line["tokens"] = tokens;
        line["random_next"] = words_of(generator);
        lines.push_back(line);
    }
    return lines;
}

// As far as the format goes: all weights at their limits, states at the ends of their ranges.
IntegerModel extreme(IntegerModel model) {
    std::mt19937 random(3);
    for (IntegerLayer& layer : model.layers) {
        for (IntegerMatrix* matrix : {&layer.input, &layer.recurrent}) {
            for (int32_t& k : matrix->k) k += 3;
            for (int8_t& q : matrix->q) q = static_cast<int8_t>(random() % 8 == 0 ? -127 : 127);
        }
    }
    for (int8_t& q : model.output.q) q = static_cast<int8_t>(q < 0 ? -127 : 127);
    std::fill(model.table.k.begin(), model.table.k.end(), 0);
    prove_bounds(model, "extreme model");
    return model;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const std::string folder = argv[1];
    std::mt19937 random(1);
    const std::pair<const char*, IntegerModel> models[] = {
        {"gru_8", random_integer_model(Cell::gru, 1, 33, 8, 1)},
        {"gru_4", random_integer_model(Cell::gru, 2, 17, 4, 2)},
        {"gru_2", random_integer_model(Cell::gru, 3, 8, 2, 3)},
        {"lstm_8", random_integer_model(Cell::lstm, 2, 16, 8, 4)},
        {"gru_4_all", narrowed(random_integer_model(Cell::gru, 1, 19, 4, 6), 4, 4)},
        {"rnn_8", random_integer_model(Cell::rnn, 2, 21, 8, 9)},
        {"rnn_relu_4", random_integer_model(Cell::rnn_relu, 1, 17, 4, 10)},
        {"mixed_8", random_mixed_integer_model(8, 11)},
        {"mixed_2", random_mixed_integer_model(2, 12)},
        {"lstm_4", random_integer_model(Cell::lstm, 1, 31, 4, 5)},
        {"gru_extreme", extreme(random_integer_model(Cell::gru, 2, 130, 8, 6))},
        {"lstm_extreme", extreme(random_integer_model(Cell::lstm, 1, 96, 8, 7))},
    };
    for (const auto& [name, model] : models) {
        write_file(folder + "/" + name + ".onnx", write_onnx(to_graph(model)));
        write_file(folder + "/" + name + ".writer.onnx", write_onnx(to_writer_graph(model)));
        json sizes;
        for (const StateOf& state : states_of(model)) sizes[state.name] = state.size;
        const json vectors = {{"states", state_names(model)},
                              {"sizes", sizes},
                              {"line_token", model.alphabet.line_token()},
                              {"steps", trace_of(model, random)},
                              {"lines", lines_of(model, random)}};
        write_file(folder + "/" + name + ".json", vectors.dump());
    }
    return 0;
}
