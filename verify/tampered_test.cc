// Runtimes with one thing wrong are found out, at the right place.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "verify/loop_runtime.h"
#include "verify/test_runtimes.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

// The ways to run a file that is not the plan's.
std::unique_ptr<Runtime> by_node(const fs::path& model, const TestSubject& tiny,
                                 const fs::path& port = QUILLET_SOURCE_DIR "/ports/js") {
    return external_runtime({"node", (port / "jobs.js").string()}, model, tiny.folder.path(), 600);
}

std::unique_ptr<Runtime> by_python(const fs::path& model, const TestSubject& tiny) {
    return external_runtime(python_with("numpy"), model, tiny.folder.path(), 600);
}

bool has_node() {
    return fs::exists(QUILLET_SOURCE_DIR "/ports/js/node_modules/onnxruntime-node");
}

fs::path written(const RecurrentModel& model, const TestSubject& tiny) {
    fs::path path = tiny.folder.path() / "tampered.onnx";
    write_file(path, write_onnx(to_graph(model)));
    return path;
}

// A copy of a port in which `from`, which `file` must have, is replaced by `to`.
fs::path tampered_port(const std::string& port, const std::string& file, const std::string& from,
                       const std::string& to, const TestSubject& tiny) {
    fs::path source = fs::path(QUILLET_SOURCE_DIR) / "ports" / port,
             copy = tiny.folder.path() / port;
    fs::create_directories(copy);
    for (const auto& entry : fs::recursive_directory_iterator(source)) {
        fs::path relative = fs::relative(entry.path(), source);
        std::string type = entry.path().extension().string();
        if (*relative.begin() == "node_modules" ||
            (type != ".py" && type != ".js" && type != ".json"))
            continue;
        write_file(copy / relative, read_file(entry.path()));
    }
    if (fs::exists(source / "node_modules"))
        fs::create_directory_symlink(source / "node_modules", copy / "node_modules");
    std::string text = read_file(copy / file);
    size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << file << " has no " << from;
    if (at != std::string::npos) write_file(copy / file, text.replace(at, from.size(), to));
    return copy;
}

std::unique_ptr<Runtime> by_python_port(const fs::path& port, const TestSubject& tiny) {
    std::vector<std::string> command = python_with("numpy");
    for (std::string& word : command)
        if (word.rfind("PYTHONPATH=", 0) == 0) word = "PYTHONPATH=" + port.string();
    return external_runtime(command, tiny.path, tiny.folder.path(), 600);
}

void expect_place(const RuntimeReport& row, uint32_t line, uint32_t character,
                  const std::string& tensor, int64_t index) {
    ASSERT_TRUE(row.difference) << row.failure;
    EXPECT_FALSE(row.same());
    EXPECT_EQ(row.difference->line, line);
    EXPECT_EQ(row.difference->character, character);
    EXPECT_EQ(row.difference->tensor, tensor);
    EXPECT_EQ(row.difference->index, index);
    EXPECT_NE(row.difference->expected, row.difference->found);
}

class Tampered : public testing::Test {
  protected:
    void SetUp() override { ASSERT_FALSE(python_with("numpy").empty()) << "needs numpy"; }

    RecurrentModel model_ = calm_model(Cell::gru, 1);
    TestSubject tiny_{model_};
};

// The recurrent matrix has no say in a line's first step, whose state is zero; the second is the
// prompt's.
TEST_F(Tampered, OneRecurrentWeight) {
    model_.layers[0].R.values[static_cast<size_t>(5 * 12 + 2)] += 0.3f;  // gate z, unit 5
    fs::path file = written(model_, tiny_);
    VerifyOptions options = one_setting("temperature=1,prompt=a");
    RuntimeReport row = report_of(tiny_, by_python(file, tiny_), options);
    expect_place(row, 1, 1, "h_next", 5);
    EXPECT_EQ(row.difference->step, 1u);
    if (!has_node()) return;
    row = report_of(tiny_, by_node(file, tiny_), options);
    expect_place(row, 1, 1, "h_next", 5);
}

TEST_F(Tampered, OneOutputWeight) {
    model_.output.values[static_cast<size_t>(7 * 12 + 1)] += 0.3f;  // of token 7
    RuntimeReport row =
        report_of(tiny_, by_python(written(model_, tiny_), tiny_), one_setting("temperature=1"));
    expect_place(row, 1, 1, "logits", 7);
}

TEST_F(Tampered, OneWeightOfTheSecondLayer) {
    RecurrentModel model = calm_model(Cell::lstm, 2, 5);
    TestSubject tiny(model);
    model.layers[1].W.values[static_cast<size_t>((3 * 12 + 4) * 12 + 6)] -= 0.5f;  // gate c, unit 4
    RuntimeReport row =
        report_of(tiny, by_python(written(model, tiny), tiny), one_setting("temperature=1"));
    expect_place(row, 1, 1, "h1_next", 4);
}

// z and r taken for one another, as where PyTorch's order is written into ONNX.
TEST_F(Tampered, GateOrder) {
    RecurrentLayer& layer = model_.layers[0];
    auto swap_gates = [&](std::vector<float>& values, size_t width) {
        auto second = values.begin() + static_cast<std::ptrdiff_t>(12 * width);
        std::swap_ranges(values.begin(), second, second);
    };
    swap_gates(layer.W.values, static_cast<size_t>(layer.W.columns));
    swap_gates(layer.R.values, 12);
    swap_gates(layer.Wb, 1);
    swap_gates(layer.Rb, 1);
    RuntimeReport row =
        report_of(tiny_, by_python(written(model_, tiny_), tiny_), one_setting("temperature=0.7"));
    expect_place(row, 1, 1, "h_next", 0);
}

TEST_F(Tampered, GeneratorSeededByAWrongConstant) {
    fs::path port = tampered_port("python", "quillet/random.py", "0x21F0AAAD", "0x21F0AAAF", tiny_);
    RuntimeReport row = report_of(tiny_, by_python_port(port, tiny_), one_setting("temperature=1"));
    expect_place(row, 1, 1, "generator", 0);
}

TEST_F(Tampered, GeneratorSteppedByAWrongConstant) {
    if (!has_node()) GTEST_SKIP() << "onnxruntime-node is not installed";
    fs::path port = tampered_port("js", "random.js", "s[1] << 9", "s[1] << 10", tiny_);
    RuntimeReport row =
        report_of(tiny_, by_node(tiny_.path, tiny_, port), one_setting("temperature=1"));
    expect_place(row, 1, 1, "generator", 2);
}

TEST_F(Tampered, SamplerWithoutItsLastToken) {
    fs::path port = tampered_port("python", "quillet/sampler.py", "bisect_right(sums,",
                                  "bisect_right(sums[:-2],", tiny_);
    RuntimeReport row =
        report_of(tiny_, by_python_port(port, tiny_), one_setting("temperature=1.5"));
    ASSERT_TRUE(row.difference);
    EXPECT_EQ(row.difference->tensor, "draw");
    EXPECT_EQ(row.difference->expected.substr(0, 3), "11 ");
    EXPECT_EQ(row.difference->found.substr(0, 3), "10 ");
}

TEST_F(Tampered, LineLimitCountsAsOneMore) {
    fs::path port = tampered_port("python", "quillet/text.py", "range(len(prompt), max_length)",
                                  "range(len(prompt), max_length + 1)", tiny_);
    VerifyOptions options = one_setting("temperature=1.5,top_k=3");
    options.max_length = 4;
    RuntimeReport row = report_of(tiny_, by_python_port(port, tiny_), options);
    ASSERT_TRUE(row.difference);
    EXPECT_EQ(row.difference->tensor, "text");
    EXPECT_EQ(row.difference->character, 5u);
}

TEST_F(Tampered, StatesCarriedOverLines) {
    fs::path port = tampered_port("python", "quillet/text.py", "    model.reset()\n", "", tiny_);
    RuntimeReport row = report_of(tiny_, by_python_port(port, tiny_), one_setting("temperature=1"));
    ASSERT_TRUE(row.difference);
    EXPECT_EQ(row.difference->tensor, "text");
    EXPECT_GE(row.difference->line, 2u);
    EXPECT_LE(row.difference->line, 4u);
}

// The plan with noise on its logits, in the same direction everywhere or not.
class NoisyRuntime : public LoopRuntime {
  public:
    NoisyRuntime(const Plan& plan, float noise) : plan_(plan), executor_(plan), noise_(noise) {
        model_ = executor_.model();
        model_.reset = [](void* self) { static_cast<NoisyRuntime*>(self)->executor_.reset(); };
        model_.step = [](void* self, uint32_t token, int32_t* logits) {
            static_cast<NoisyRuntime*>(self)->step(static_cast<int>(token), logits);
        };
    }

  private:
    void step(int token, int32_t* logits) {
        executor_.step(token, logits);
        logits_ = executor_.output(0);
        std::vector<float> values = logits_.values<float>();
        for (size_t i = 0; i < values.size(); i++) {
            values[i] += i % 2 == 0 ? noise_ : -noise_;
            logits[i] = static_cast<int32_t>(std::round(static_cast<double>(values[i]) * 1024));
        }
        logits_ = Tensor::of(logits_.type, logits_.shape, values);
    }
    const quillet_model& model() const override { return model_; }
    void* state() override { return this; }
    LoopFunctions functions() const override {
        return {quillet_random_seed, quillet_sample, quillet_line_begin, quillet_line_next};
    }
    std::vector<Tensor> outputs(const std::vector<int32_t>&) const override {
        std::vector<Tensor> all = {logits_};
        for (size_t i = 1; i < plan_.outputs.size(); i++)
            all.push_back(executor_.output(static_cast<int>(i)));
        return all;
    }

    const Plan& plan_;
    Executor executor_;
    float noise_;
    quillet_model model_;
    Tensor logits_;
};

TEST_F(Tampered, NoiseBelowTheToleranceIsRounding) {
    RuntimeReport row = report_of(tiny_, std::make_unique<NoisyRuntime>(tiny_.plan, 6e-5f),
                                  one_setting("temperature=1.5", 3000));
    EXPECT_TRUE(row.same());
    EXPECT_GT(row.rounding, 0u);
    EXPECT_LT(row.rounding, 100u);
    EXPECT_EQ(row.lines, 3000u);
    EXPECT_GT(row.largest_difference, 1e-5);
}

TEST_F(Tampered, NoiseAboveTheToleranceIsADifference) {
    RuntimeReport row = report_of(tiny_, std::make_unique<NoisyRuntime>(tiny_.plan, 1e-2f),
                                  one_setting("temperature=1.5"));
    expect_place(row, 1, 1, "logits", 0);
}

TEST_F(Tampered, NoNoiseIsAllowedWhereEveryBitCounts) {
    RuntimeReport row = report_of(tiny_, std::make_unique<NoisyRuntime>(tiny_.plan, 1e-6f),
                                  one_setting("temperature=1.5"), true);
    expect_place(row, 1, 1, "logits", 0);
}

}  // namespace
}  // namespace quillet
