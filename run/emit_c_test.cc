// Compiled C: no warning from any compiler, the executor's logits and lines bit for bit at every
// level, the cost it states.
// SPDX-License-Identifier: MIT
#include "compile/emit_c.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "compile/lower_integer.h"
#include "compile/runtime_files.h"
#include "run/execute.h"
#include "run/generate.h"
#include "run/test_plans.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStrict =
    " -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wdouble-promotion -Wshadow -Werror "
    "-ffp-contract=off ";

struct CommandResult {
    int status;
    std::string output;
};

CommandResult shell(const std::string& command) {
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string output;
    std::array<char, 4096> block;
    while (size_t n = std::fread(block.data(), 1, block.size(), pipe))
        output.append(block.data(), n);
    return {::pclose(pipe), output};
}

bool has(const std::string& program) {
    return shell("command -v " + program).status == 0;
}

std::vector<std::string> compilers() {
    std::vector<std::string> found;
    for (const char* name : {"gcc", "clang-14", "clang"})
        if (has(name) && (found.empty() || found.back() != "clang-14")) found.push_back(name);
    return found;
}

EmitOptions options_for(const Plan& plan, bool single_file = false) {
    EmitOptions options;
    options.command = "quillet compile " + plan.name + ".onnx";
    options.origin = "a test";
    options.version = "0";
    options.sampling = {528, UINT32_MAX, 0, 0};
    options.sampling_text = "temperature 0.7";
    options.max_length = 200;
    options.single_file = single_file;
    options.target = row_of(Target::c99);
    return options;
}

void write(const Sources& sources, const fs::path& folder) {
    for (const auto& [name, text] : sources) write_file(folder / name, text);
}

std::vector<Plan> plans() {
    std::vector<Plan> plans;
    for (const auto& graphs : {test_graphs(), integer_test_graphs()})
        for (const auto& [name, graph] : graphs) plans.push_back(make_plan(graph, name, name));
    return plans;
}

// Lines of `model`, and every logit on the way to them.
struct Run {
    std::string text;
    std::vector<int32_t> logits;
};

Run run(const quillet_model& model, void* state, int lines) {
    Run result;
    std::vector<int32_t> logits(model.vocabulary);
    SamplingSettings settings;
    settings.min_p = 0.02;
    quillet_random random;
    quillet_random_seed(&random, 7);
    quillet_sampling sampling = settings.integers();
    for (int line = 0; line < lines; line++) {
        model.reset(state);
        uint32_t token = model.line_token;
        for (int length = 0; length < 60; length++) {
            model.step(state, token, logits.data());
            result.logits.insert(result.logits.end(), logits.begin(), logits.end());
            token = quillet_sample(logits.data(), model.vocabulary, &sampling, &random);
            result.text += static_cast<char>(token);
            if (token == model.line_token) break;
        }
    }
    return result;
}

// " gru.c lstm.c"
std::string sources_of(const std::vector<Plan>& plans) {
    std::string files;
    for (const Plan& plan : plans) files += " " + plan.name + ".c";
    return files;
}

// Whether every plan, compiled by `compiler` with `flags`, does as the executor.
void expect_same(const std::vector<Plan>& plans, const fs::path& folder,
                 const std::string& compiler, const std::string& flags,
                 const std::string& strict = kStrict) {
    std::string library = (folder / "models.so").string(), files = sources_of(plans);
    CommandResult built = shell("cd " + folder.string() + " && " + compiler + " " + strict + flags +
                                " -fPIC -shared -o " + library + files + " runtime/*.c");
    ASSERT_EQ(built.status, 0) << compiler << flags << "\n" << built.output;
    void* handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(handle, nullptr) << ::dlerror();
    for (const Plan& plan : plans) {
        auto* model = static_cast<quillet_model*>(::dlsym(handle, (plan.name + "_model").c_str()));
        ASSERT_NE(model, nullptr);
        Cost cost = cost_of(plan);
        std::vector<uint64_t> state(
            static_cast<size_t>(cost.states + cost.scratch) / sizeof(uint64_t) + 1);
        Executor executor(plan);
        Run compiled = run(*model, state.data(), 12), wanted = run(executor.model(), &executor, 12);
        EXPECT_EQ(compiled.text, wanted.text) << plan.name << " " << compiler << flags;
        EXPECT_EQ(compiled.logits, wanted.logits) << plan.name << " " << compiler << flags;
    }
    ::dlclose(handle);
}

TEST(EmitC, CompiledCIsTheExecutorBitForBit) {
    TemporaryFolder folder;
    std::vector<Plan> all = plans();
    for (const Plan& plan : all) write(emit_c(plan, options_for(plan)), folder.path());
    ASSERT_FALSE(compilers().empty());
    for (const std::string& compiler : compilers())
        for (const char* flags : {"-O0", "-O2", "-O3 -march=native"})
            expect_same(all, folder.path(), compiler, flags);
}

// GNU C fuses products unless told not to; the kernels tell it.
TEST(EmitC, NoFlagIsNeededForTheSameBits) {
    TemporaryFolder folder;
    std::vector<Plan> all = plans();
    for (const Plan& plan : all) write(emit_c(plan, options_for(plan)), folder.path());
    for (const std::string& compiler : compilers())
        expect_same(all, folder.path(), compiler, "-std=gnu99 -O3 -march=native", "");
}

// The layouts of a Cortex-M0+, run by the portable forms of its kernels.
TEST(EmitC, CompiledCForAnotherTarget) {
    TemporaryFolder folder;
    std::vector<Plan> all;
    for (int bits : {8, 4, 2}) {
        for (int hidden : {61, 137}) {
            const std::string name = "m" + std::to_string(bits) + "_" + std::to_string(hidden);
            const IntegerModel model = random_integer_model(Cell::gru, 2, hidden, bits, 5);
            all.push_back(lower_integer(model, Target::rp2040, name, name));
            write(emit_c(all.back(), options_for(all.back())), folder.path());
        }
    }
    expect_same(all, folder.path(), "gcc", "-O2");
}

// Golden files hold the shape of what is printed; QUILLET_UPDATE=1 writes them anew.
TEST(EmitC, WritesWhatItWrote) {
    fs::path folder = QUILLET_SOURCE_DIR "/tests/compiled";
    for (const Plan& plan : plans()) {
        if (plan.name != "gru" && plan.name != "joined_lstm") continue;
        Sources sources = emit_c(plan, options_for(plan));
        for (const std::string& name : {plan.name + ".c", plan.name + ".h"}) {
            if (std::getenv("QUILLET_UPDATE")) write_file(folder / name, sources.at(name));
            EXPECT_EQ(sources.at(name), read_file(folder / name)) << name;
        }
    }
}

void expect_whole_program(const Plan& plan) {
    TemporaryFolder folder;
    Sources sources = emit_c(plan, options_for(plan, true));
    ASSERT_EQ(sources.size(), 1u);
    write(sources, folder.path());
    SamplingSettings settings;
    settings.max_length = 200;
    LineWriter writer(plan, settings, 5);
    std::string wanted;
    for (int line = 0; line < 4; line++) wanted += writer.next() + "\n";
    for (const std::string& compiler : compilers()) {
        std::string program = (folder.path() / "program").string(),
                    source = (folder.path() / (plan.name + ".c")).string();
        CommandResult built = shell(compiler + kStrict + "-O2 " + source + " -o " + program);
        ASSERT_EQ(built.status, 0) << built.output;
        EXPECT_EQ(shell(program + " 5 4").output, wanted);
        built = shell(compiler + kStrict + "-O2 -DQUILLET_NO_MAIN -c " + source + " -o " + program +
                      ".o");
        EXPECT_EQ(built.status, 0) << built.output;
    }
}

TEST(EmitC, ASingleFileIsAWholeProgram) {
    for (const Plan& plan : plans())
        if (plan.name == "gru" || plan.name == "gru2_int4") expect_whole_program(plan);
}

TEST(EmitC, HeadersOfTheRuntimeGoTogether) {
    const fs::path runtime = fs::path(QUILLET_SOURCE_DIR) / "runtime";
    std::string source;
    for (const auto& entry : fs::directory_iterator(runtime))
        if (entry.path().extension() == ".h")
            source += "#include \"" + entry.path().filename().string() + "\"\n";
    TemporaryFolder folder;
    write_file(folder.path() / "all.c", source + "int main(void) { return 0; }\n");
    for (const std::string& compiler : compilers()) {
        const CommandResult made =
            shell(compiler + kStrict + "-fsyntax-only -I" + runtime.string() + " " +
                  (folder.path() / "all.c").string());
        EXPECT_EQ(made.status, 0) << compiler << ": " << made.output;
    }
}

TEST(EmitC, TheSameModelGivesTheSameBytes) {
    Plan first = std::move(plans()[1]), second = std::move(plans()[1]);
    EXPECT_EQ(emit_c(first, options_for(first)), emit_c(second, options_for(second)));
}

TEST(EmitC, ClangFormatLeavesItAlone) {
    std::string format = has("clang-format-14") ? "clang-format-14" : "clang-format";
    if (!has(format)) GTEST_SKIP() << "no clang-format";
    TemporaryFolder folder;
    fs::copy_file(QUILLET_SOURCE_DIR "/.clang-format", folder.path() / ".clang-format");
    std::vector<Plan> all = plans();
    for (size_t length : {16u, 17u, 50u}) {
        all.push_back(plans()[1]);
        all.back().name = std::string(length, 'n');
    }
    for (const Plan& plan : all) write(emit_c(plan, options_for(plan)), folder.path());
    CommandResult result = shell("find " + folder.path().string() + " -name '*.[ch]' | xargs " +
                                 format + " --dry-run -Werror");
    EXPECT_EQ(result.status, 0) << result.output;
}

/// cost ///

// Sizes of the sections .text and .rodata… that `objects` have together, by arm's size -A.
int64_t section_bytes(const std::string& objects, const std::string& section) {
    std::istringstream lines(shell("arm-none-eabi-size -A " + objects).output);
    int64_t bytes = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string name;
        int64_t size = 0;
        if (words >> name >> size && name.rfind(section, 0) == 0) bytes += size;
    }
    return bytes;
}

// What a plan's C and the files of the runtime that came with it are called, without endings.
std::vector<std::string> parts_of(const Plan& plan) {
    std::vector<std::string> parts{plan.name};
    for (const std::string& name : translation_units(runtime_files(plan)))
        parts.push_back(fs::path(name).stem().string());
    return parts;
}

// The largest frames that -fstack-usage reports of `parts`, by function.
std::map<std::string, int> frames(const fs::path& folder, const std::vector<std::string>& parts) {
    std::map<std::string, int> largest;
    for (const std::string& part : parts) {
        std::ifstream file(folder / (part + ".su"));
        for (std::string line; std::getline(file, line);) {
            std::istringstream fields(line);
            std::string place, bytes;
            std::getline(fields, place, '\t');
            std::getline(fields, bytes, '\t');
            std::string function = place.substr(place.rfind(':') + 1);
            largest[function] = std::max(largest[function], std::stoi(bytes));
        }
    }
    return largest;
}

// The deepest way from quillet_line_next: to the sampler, or to a kernel of the step.
int deepest(const std::map<std::string, int>& frames, const Plan& plan) {
    auto of = [&](const std::string& name) {
        auto found = frames.find(name);
        return found == frames.end() ? 0 : found->second;
    };
    int gates = of("quillet_exp_parts") + of("quillet_exp_f32") +
                std::max(of("quillet_sigmoid_f32"), of("quillet_tanh_f32"));
    int helper = std::max({of("strip"), gates, of("add_column") + of("add_pair"),
                           of("make_table") + of("add_level")});
    // libgcc's float routines, or all of an assembly kernel: -fstack-usage sees neither.
    int kernel = 0, float_routines = 64;
    for (const Step& step : plan.steps) kernel = std::max(kernel, of(step.kernel->name) + helper);
    kernel += float_routines;
    int sampler = of("quillet_random_below") + of("quillet_random_next");
    for (const char* name : {"weigh", "keep_top_k", "keep_top_p"})
        sampler = std::max(sampler, of(name) + of("next_key"));
    return of("quillet_line_next") +
           std::max(of("quillet_sample") + sampler, of("step") + of(plan.name + "_step") + kernel);
}

TEST(EmitC, ItsCostIsWhatTheHeaderSays) {
    TemporaryFolder folder;
    const fs::path& place = folder.path();
    const std::string cd = "cd " + place.string() + " && ";
    const std::vector<Plan> all = plans();
    for (const Plan& plan : all) write(emit_c(plan, options_for(plan)), place);
    CommandResult host = shell(cd + "gcc" + kStrict + "-O3 -march=native -fstack-usage -c" +
                               sources_of(all) + " runtime/*.c");
    ASSERT_EQ(host.status, 0) << host.output;
    for (const Plan& plan : all) {
        EmitOptions options = options_for(plan);
        Cost cost = cost_of(plan);
        std::string header = read_file(place / (plan.name + ".h"));
        EXPECT_NE(header.find(" " + std::to_string(cost.weights) + " bytes of weights"),
                  std::string::npos)
            << header;
        EXPECT_LE(deepest(frames(place, parts_of(plan)), plan), options.target.stack_bytes)
            << plan.name;
        write_file(place / "size.c",
                   "#include \"" + plan.name + ".h\"\nchar exact[sizeof(" + plan.name +
                       "_state) == " + std::to_string(cost.states + cost.scratch) +
                       " ? 1 : -1];\n");
        EXPECT_EQ(shell(cd + "gcc -std=c99 -c size.c").status, 0) << "the state's size";
    }
}

// A row of the table of targets and the processor that its code and stack are measured for.
struct Measured {
    const char *target, *cpu;
};

// The test plans for a target, and two with ternary rows by sixes.
std::vector<Plan> plans_for(Target target) {
    std::vector<Plan> plans;
    for (const auto& graphs : {test_graphs(), integer_test_graphs()})
        for (const auto& [name, graph] : graphs)
            plans.push_back(make_plan(graph, name, name, target));
    for (Cell cell : {Cell::gru, Cell::lstm}) {
        const std::string name = cell == Cell::gru ? "large_gru" : "large_lstm";
        const IntegerModel model = random_integer_model(cell, 2, 137, 2, 6);
        plans.push_back(lower_integer(model, target, name, name));
    }
    return plans;
}

// What a program that writes lines with `plan` links of `objects` in `folder`, libraries apart.
std::string linked(const fs::path& folder, const Plan& plan, const std::string& objects) {
    const std::string program = (folder / (plan.name + ".linked")).string();
    CommandResult built = shell(
        "arm-none-eabi-ld -r --gc-sections -e quillet_line_next -u quillet_line_begin "
        "-u quillet_random_seed -u " +
        plan.name + "_model " + objects + " -o " + program);
    EXPECT_EQ(built.status, 0) << built.output;
    return program;
}

TEST(EmitC, CodeAndStackAreNoMoreThanTheTargetSays) {
    if (!has("arm-none-eabi-gcc")) GTEST_SKIP() << "no arm-none-eabi-gcc";
    TemporaryFolder folder;
    for (const Measured& measured : {Measured{"c99", "cortex-m0plus"},
                                     {"rp2040", "cortex-m0plus"},
                                     {"cortex-m33", "cortex-m33"}}) {
        const TargetRow& row = *find_target(measured.target);
        const fs::path place = folder.path() / row.name;
        const std::vector<Plan> all = plans_for(row.target);
        auto options_of = [&](const Plan& plan) {
            EmitOptions options = options_for(plan);
            options.target = row;
            return options;
        };
        for (const Plan& plan : all) write(emit_c(plan, options_of(plan)), place);
        CommandResult built =
            shell("cd " + place.string() + " && arm-none-eabi-gcc -mthumb -mcpu=" + measured.cpu +
                  " -Os -fstack-usage" + kStrict + "-c" + sources_of(all) + " runtime/*.[cS]");
        ASSERT_EQ(built.status, 0) << built.output;
        for (const Plan& plan : all) {
            SCOPED_TRACE(row.name + " " + plan.name);
            const std::vector<std::string> parts = parts_of(plan);
            std::string objects;
            for (const std::string& part : parts) objects += (place / (part + ".o")).string() + " ";
            const std::string program = linked(place, plan, objects);
            const int64_t resident = section_bytes(program, ".time_critical"),
                          text = section_bytes(program, ".text") + resident;
            EXPECT_GT(text, 500);
            EXPECT_LE(text, row.code_bytes);
            if (row.resident_code_bytes > 0) {
                EXPECT_LE(resident, row.resident_code_bytes);
            }
            EXPECT_LE(deepest(frames(place, parts), plan), row.stack_bytes);
            // The tables of integer gates are in tables.c, but a linker drops them where no kernel
            // reads them.
            const int64_t unread = 4096, text_of_alphabet = 4 * plan.alphabet.size() + 256;
            const int64_t data = section_bytes(objects, ".rodata") - unread;
            EXPECT_LE(data, cost_of(plan).weights + text_of_alphabet);
        }
    }
}

}  // namespace
}  // namespace quillet
