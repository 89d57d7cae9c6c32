// Two generated models in one C program, as separate files and as single files; names that once broke it.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "compile/compile.h"
#include "run/generate.h"
#include "run/test_plans.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

CompiledModel compiled(const Graph& graph, const std::string& name, bool single_file) {
    CompileRequest request;
    request.target = row_of(Target::c99);
    request.name = name;
    request.single_file = single_file;
    request.command = "quillet compile " + name;
    request.origin = name;
    request.sampling = SamplingSettings{}.integers();
    request.max_length = 60;
    return compile_model(graph, "test", request);
}

int shell(const std::string& command) {
    return std::system(command.c_str());
}

constexpr const char* kWrite = R"(
#include <stdio.h>
static void write_line(const quillet_model* model, void* state, const quillet_sampling* sampling,
                       const char* const* alphabet) {
    static int32_t logits[256];
    quillet_writer writer = {.model = model, .state = state, .logits = logits};
    int32_t token;
    writer.sampling = *sampling;
    writer.max_length = 60;
    quillet_random_seed(&writer.random, 3);
    quillet_line_begin(&writer, NULL, 0);
    while ((token = quillet_line_next(&writer)) >= 0) fputs(alphabet[token], stdout);
    putchar('\n');
}
)";

std::string call(const std::string& name) {
    return "    static " + name + "_state " + name + "_memory;\n    write_line(&" + name +
           "_model, &" + name + "_memory, &" + name + "_sampling, " + name + "_alphabet);\n";
}

std::string line_of(const Graph& graph) {
    const Plan plan = make_plan(graph, "m", "m");
    SamplingSettings settings;
    settings.max_length = 60;
    return LineWriter(plan, settings, 3).next() + "\n";
}

class TwoModels : public ::testing::Test {
  protected:
    // Writes and builds `main`, runs it, compares its lines.
    void expect_lines(const std::string& main, const std::string& sources) {
        const fs::path& folder = folder_.path();
        write_file(folder / "both.c", main);
        const std::string in = "cd " + folder.string() + " && ";
        ASSERT_EQ(shell(in + "cc -std=c99 -Wall -Wextra -Werror -ffp-contract=off -I. both.c " +
                        sources + " -o both"),
                  0);
        ASSERT_EQ(shell(in + "./both > lines.txt"), 0);
        EXPECT_EQ(read_file(folder / "lines.txt"), line_of(first_) + line_of(second_));
    }

    TemporaryFolder folder_;
    const Graph first_ = to_graph(random_model(Cell::gru, 1, 0));
    const Graph second_ = to_graph(random_integer_model(Cell::gru, 2, 37, 4, 2));
};

TEST_F(TwoModels, AsSeparateFiles) {
    for (const CompiledModel& model :
         {compiled(first_, "alpha", false), compiled(second_, "beta", false)})
        write_files(folder_.path(), model.sources);
    expect_lines(std::string("#include \"alpha.h\"\n#include \"beta.h\"\n") + kWrite +
                     "int main(void) {\n" + call("alpha") + call("beta") + "    return 0;\n}\n",
                 "alpha.c beta.c runtime/*.c");
}

TEST_F(TwoModels, AsSingleFilesIncludedTogether) {
    for (const CompiledModel& model :
         {compiled(first_, "alpha", true), compiled(second_, "beta", true)})
        write_files(folder_.path(), model.sources);
    expect_lines(
        std::string("#define QUILLET_NO_MAIN\n#include \"alpha.c\"\n#include \"beta.c\"\n") +
            kWrite + "int main(void) {\n" + call("alpha") + call("beta") + "    return 0;\n}\n",
        "");
}

TEST_F(TwoModels, AsSingleFilesLinkedTogether) {
    for (const CompiledModel& model :
         {compiled(first_, "alpha", true), compiled(second_, "beta", true)})
        write_files(folder_.path(), model.sources);
    for (const std::string name : {"alpha", "beta"})
        write_file(folder_.path() / (name + "_part.c"),
                   "#define QUILLET_NO_MAIN\n#include \"" + name + ".c\"\n" + kWrite +
                       "void write_" + name + "(void);\nvoid write_" + name + "(void) {\n" +
                       call(name) + "}\n");
    expect_lines(
        "void write_alpha(void);\nvoid write_beta(void);\nint main(void) {\n"
        "    write_alpha();\n    write_beta();\n    return 0;\n}\n",
        "alpha_part.c beta_part.c");
}

// Each compiles with its own folder on the include path and warnings as errors.
TEST(GeneratedNames, MayBeAnything) {
    Graph graph = to_graph(random_model(Cell::gru, 1, 0));
    for (const std::string name : {"quillet",
                                   "quillet_text",
                                   "string",
                                   "stdint",
                                   "stdio",
                                   "stdlib",
                                   "features",
                                   "int",
                                   "class",
                                   "main",
                                   "test",
                                   "linux",
                                   "3",
                                   "",
                                   "a*/b",
                                   "a\nmessage(FATAL_ERROR x)",
                                   "\"; rm x",
                                   "$(x)",
                                   "/*",
                                   "?"
                                   "?/"}) {
        TemporaryFolder folder;
        const CompiledModel model = compiled(graph, name, false);
        write_files(folder.path(), model.sources);
        EXPECT_EQ(
            shell("cd " + folder.path().string() +
                  " && cc -std=c99 -Wall -Wextra -Werror -ffp-contract=off -I. *.c runtime/*.c "
                  "-o program"),
            0)
            << name;
        const std::string& cmake = model.sources.at("CMakeLists.txt");
        EXPECT_EQ(cmake.find("\nmessage"), std::string::npos) << name;
    }
}

// States and weights called like members and functions of the generated code.
TEST(GeneratedNames, OfTensorsMayBeAnything) {
    for (const std::string state :
         {"scratch_float32", "unused", "int", "step", "a*/b", "/*", "h\nx"}) {
        Graph graph = to_graph(random_model(Cell::gru, 1, 0));
        graph.inputs[1].name = state;
        for (Node& node : graph.nodes)
            for (std::string& input : node.inputs)
                if (input == "h") input = state;
        TemporaryFolder folder;
        write_files(folder.path(), compiled(graph, "x", false).sources);
        EXPECT_EQ(
            shell("cd " + folder.path().string() +
                  " && cc -std=c99 -Wall -Wextra -Werror -ffp-contract=off -I. *.c runtime/*.c "
                  "-o program"),
            0)
            << state;
    }
}

}  // namespace
}  // namespace quillet
