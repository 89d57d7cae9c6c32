// Plans against the slow evaluator, step by step, and what a plan that cannot be made says.
// SPDX-License-Identifier: MIT
#include "compile/plan.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "compile/finish.h"
#include "graph/evaluate.h"
#include "graph/shapes.h"
#include "run/execute.h"
#include "run/test_plans.h"

namespace quillet {
namespace {

// The largest difference of any output between plan and evaluator over `steps` tokens, each with
// its own states.
double largest_difference(const Graph& graph, int steps) {
    Graph fixed = with_static_inputs(graph, 1, "test");
    Evaluator evaluator(fixed, "test");
    Plan plan = make_plan(graph, "test", "test");
    check(plan);
    Executor executor(plan);
    std::map<std::string, Tensor> values;
    for (const ValueInfo& input : fixed.inputs) {
        Tensor zero{input.type, input.shape, ""};
        zero.bytes.resize(static_cast<size_t>(zero.element_count() * size_of(zero.type)));
        values[input.name] = zero;
    }
    std::string token_name;
    std::vector<std::string> states;
    for (const ValueInfo& input : fixed.inputs)
        if (input.type == Type::float32)
            states.push_back(input.name);
        else
            token_name = input.name;
    std::vector<int32_t> logits(static_cast<size_t>(plan.alphabet.size()));
    std::mt19937 random(3);
    double largest = 0;
    for (int step = 0; step < steps; step++) {
        int token = static_cast<int>(random() % static_cast<unsigned>(plan.alphabet.size()));
        Tensor& fed = values[token_name];
        fed = fed.type == Type::int64
                  ? Tensor::of(fed.type, fed.shape, std::vector<int64_t>{token})
                  : Tensor::of(fed.type, fed.shape, std::vector<int32_t>{token});
        executor.step(token, logits.data());
        std::map<std::string, Value> wanted = evaluator.run(values);
        for (size_t i = 0; i < fixed.outputs.size(); i++) {
            const Value& right = wanted.at(fixed.outputs[i].name);
            std::vector<float> found = executor.output(static_cast<int>(i)).values<float>();
            EXPECT_EQ(found.size(), right.numbers.size());
            for (size_t e = 0; e < found.size(); e++)
                largest =
                    std::max(largest, std::fabs(static_cast<double>(found[e]) - right.numbers[e]));
            if (i > 0)
                values[states[i - 1]] = {Type::float32, values[states[i - 1]].shape,
                                         tensor_of(right).bytes};
        }
        const std::vector<double>& right = wanted.at(fixed.outputs[0].name).numbers;
        for (size_t e = 0; e < logits.size(); e++)
            largest = std::max(largest, (std::fabs(logits[e] / 1024.0 - right[e]) - 0.5 / 1024));
    }
    return largest;
}

TEST(Plan, OurModelsEqualTheEvaluator) {
    for (Cell cell : {Cell::gru, Cell::lstm})
        for (int layers : {1, 2, 3})
            for (int embedding : {0, 5})
                EXPECT_LT(
                    largest_difference(to_graph(random_model(cell, layers, embedding, 9)), 40),
                    3e-6)
                    << name_of(cell) << layers << embedding;
}

TEST(Plan, EveryLoweringEqualsTheEvaluator) {
    for (const auto& [name, graph] : test_graphs())
        EXPECT_LT(largest_difference(graph, 40), 3e-6) << name;
}

// The alphabet that fits `graph`'s logits.
std::string any_alphabet(const Graph& graph, const std::string& where) {
    Graph fixed = with_static_inputs(graph, 1, where);
    std::u32string characters = U"\n";
    while (static_cast<int64_t>(characters.size()) < fixed.outputs[0].shape.back())
        characters += static_cast<char32_t>(0x4E00 + characters.size());
    return encode_utf8(characters);
}

// The text of the Error that making a plan of `graph` throws, where and what.
std::string refusal(const Graph& graph) {
    try {
        make_plan(graph, "m", "m.onnx");
    } catch (const Error& error) {
        return error.where() + ": " + error.what();
    }
    return "";
}

TEST(Plan, PyTorchsExportsEqualTheEvaluator) {
    int seen = 0, refused = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(QUILLET_SOURCE_DIR "/tests/models")) {
        if (entry.path().extension() != ".onnx") continue;
        Graph graph = read_onnx(read_file(entry.path()), entry.path().string());
        graph.metadata[key::kAlphabet] = any_alphabet(graph, entry.path().string());
        if (entry.path().filename().string().find("-zero-") != std::string::npos) {
            // A state that is zero at every token remembers nothing: such a model writes noise.
            EXPECT_NE(refusal(graph).find("export forward(token, h)"), std::string::npos)
                << entry.path() << ": " << refusal(graph);
            refused++;
            continue;
        }
        EXPECT_LT(largest_difference(graph, 40), 3e-6) << entry.path();
        seen++;
    }
    EXPECT_GE(seen, 4);
    EXPECT_EQ(refused, 2);
}
TEST(Plan, SaysWhatItCannotDo) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 0));
    graph.nodes.back().op = "Einsum";
    EXPECT_NE(refusal(graph).find("logits"), std::string::npos) << refusal(graph);
    EXPECT_NE(refusal(graph).find("Einsum"), std::string::npos) << refusal(graph);
    EXPECT_NE(refusal(graph).find("opset 17"), std::string::npos) << refusal(graph);

    graph = to_graph(random_model(Cell::gru, 1, 0));
    graph.metadata.erase(key::kAlphabet);
    EXPECT_NE(refusal(graph).find("quillet.alphabet"), std::string::npos);
    graph.metadata[key::kAlphabet] = "\nab";
    EXPECT_NE(refusal(graph).find("12 logits"), std::string::npos) << refusal(graph);

    graph = to_graph(random_model(Cell::lstm, 1, 0));
    std::swap(graph.outputs[1], graph.outputs[0]);
    EXPECT_NE(refusal(graph).find("output 'logits': does not fit state 'h'"), std::string::npos)
        << refusal(graph);
    std::swap(graph.outputs[1], graph.outputs[0]);
    for (Node& node : graph.nodes)
        if (node.op == "LSTM") node.attributes["clip"] = -3.0f;
    EXPECT_NE(refusal(graph).find("LSTM"), std::string::npos) << refusal(graph);

    graph = to_graph(random_model(Cell::gru, 1, 0));
    graph.inputs[0].type = Type::float32;
    EXPECT_NE(refusal(graph), "");
    graph.inputs.clear();
    EXPECT_NE(refusal(graph), "");
}

TEST(Plan, ScratchIsSharedAndStatesAreUpdatedInPlace) {
    Plan plan = make_plan(to_graph(random_model(Cell::gru, 2, 4)), "m", "m");
    int64_t together = 0;
    for (const Buffer& buffer : plan.buffers)
        if (buffer.storage == Storage::scratch) together += buffer.tensor.element_count();
    EXPECT_LT(scratch_count(plan, Type::float32), together);
    for (const Step& step : plan.steps) EXPECT_STRNE(step.kernel->name, "quillet_copy_f32");
    plan = make_plan(joined_states(Cell::lstm), "m", "m");
    for (const Step& step : plan.steps) EXPECT_STRNE(step.kernel->name, "quillet_copy_f32");
}

TEST(Plan, SameModelSameDump) {
    Graph graph = to_graph(random_model(Cell::lstm, 2, 4));
    EXPECT_EQ(dump(make_plan(graph, "m", "m")), dump(make_plan(graph, "m", "m")));
}

// Golden dumps hold the shape of plans; QUILLET_UPDATE=1 writes them anew.
TEST(Plan, DumpsAreAsTheyWere) {
    std::filesystem::path folder = QUILLET_SOURCE_DIR "/tests/plans";
    for (const auto& graphs : {test_graphs(), integer_test_graphs()})
        for (const auto& [name, graph] : graphs) {
            std::string text = dump(make_plan(graph, name, name));
            if (std::getenv("QUILLET_UPDATE")) write_file(folder / (name + ".txt"), text);
            EXPECT_EQ(text, read_file(folder / (name + ".txt"))) << name;
        }
}

}  // namespace
}  // namespace quillet
