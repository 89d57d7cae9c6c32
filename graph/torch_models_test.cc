// PyTorch's own exports: the reader takes them and the slow evaluator gives PyTorch's numbers,
// folded or not.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "graph/shapes.h"
#include "graph/test_one_node.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

// The committed models, or all of tools/make_torch_models.py --all.
fs::path folder() {
    const char* other = std::getenv("QUILLET_TORCH_MODELS");
    return other ? fs::path(other) : fs::path(QUILLET_SOURCE_DIR) / "tests/models";
}

// A JSON record {"shape", "values"} as a tensor of `type`.
Tensor tensor_from(const nlohmann::json& record, Type type) {
    auto shape = record.at("shape").get<std::vector<int64_t>>();
    if (type == Type::int64)
        return Tensor::of(type, shape, record.at("values").get<std::vector<int64_t>>());
    return Tensor::of(type, shape, record.at("values").get<std::vector<float>>());
}

// PyTorch computes in float32: a few of its rounding errors, of values of about 1.
constexpr double kTolerance = 2e-6;

void expect_outputs(const Graph& graph, const nlohmann::json& run, const std::string& what) {
    std::map<std::string, Tensor> inputs;
    for (const ValueInfo& info : graph.inputs)
        inputs[info.name] = tensor_from(run.at("inputs").at(info.name), info.type);
    std::map<std::string, Tensor> outputs = evaluate(graph, inputs);
    for (const auto& [name, expected] : run.at("outputs").items()) {
        Tensor wanted = tensor_from(expected, Type::float32), got = outputs.at(name);
        ASSERT_EQ(got.shape, wanted.shape) << what << " " << name;
        std::vector<double> values = got.values<double>();
        std::vector<float> torch = wanted.values<float>();
        for (size_t i = 0; i < values.size(); i++)
            ASSERT_NEAR(values[i], static_cast<double>(torch[i]), kTolerance)
                << what << " " << name << " " << i;
    }
}

void expect_model(const std::string& file, const nlohmann::json& record) {
    Graph graph = read_onnx(read_file(file), file);
    EXPECT_EQ(graph.opset, record.at("opset").get<int64_t>());
    for (const auto& run : record.at("runs")) expect_outputs(graph, run, "as read");
    // What a device runs: one character, everything known beforehand folded away.
    Graph folded = fold_constants(with_static_inputs(graph, 1, file), file);
    expect_outputs(folded, record.at("runs").at(0), "folded");
    for (const Node& node : folded.nodes) {
        EXPECT_NE(node.op, "Shape");
        EXPECT_NE(node.op, "ConstantOfShape");
        EXPECT_NE(node.op, "Constant");
    }
}

TEST(TorchModels, GivePyTorchsNumbers) {
    int models = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder())) {
        if (entry.path().extension() != ".json") continue;
        std::string file = fs::path(entry.path()).replace_extension(".onnx").string();
        SCOPED_TRACE(file);
        models++;
        try {
            expect_model(file, nlohmann::json::parse(read_file(entry.path())));
        } catch (const Error& error) {
            ADD_FAILURE() << error.where() << ": " << error.what();
        }
    }
    EXPECT_GE(models, 6);
}

}  // namespace
}  // namespace quillet
