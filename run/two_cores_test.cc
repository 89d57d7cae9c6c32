// The step that two cores share: one core's bits whichever core is ahead, for every cell, layout
// and size; where they meet; what cannot be shared.
// SPDX-License-Identifier: MIT
#include "compile/two_cores.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "base/temporary_folder.h"
#include "compile/emit_c.h"
#include "compile/lower_integer.h"
#include "compile/placement.h"
#include "run/execute.h"
#include "run/test_plans.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

/// two cores ///

enum class Ahead { nobody, core0, core1 };

// Two threads that meet. With one ahead they take turns, from one meeting to the next: whatever the
// other should have written first is then surely not there.
class TwoThreads {
  public:
    explicit TwoThreads(Ahead ahead) : ahead_(ahead), turn_(ahead == Ahead::core1 ? 1 : 0) {}

    template <class Part>
    void run(Part part) {
        std::thread other([&] { run_one(part, 1); });
        run_one(part, 0);
        other.join();
        meetings[0] = met_[0], meetings[1] = met_[1];
    }

    void meet(int core) {
        std::unique_lock lock(mutex_);
        met_[core]++;
        pass(core);
        changed_.wait(lock, [&] {
            return ahead_ == Ahead::nobody ? met_[1 - core] >= met_[core] : turn_ == core;
        });
    }

    int meetings[2] = {0, 0};

  private:
    template <class Part>
    void run_one(Part part, int core) {
        if (ahead_ != Ahead::nobody) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [&] { return turn_ == core; });
        }
        part(core);
        std::unique_lock lock(mutex_);
        pass(core);
    }

    void pass(int core) {
        turn_ = 1 - core;
        changed_.notify_all();
    }

    const Ahead ahead_;
    int turn_, met_[2] = {0, 0};
    std::mutex mutex_;
    std::condition_variable changed_;
};

TwoThreads* threads;  // those of the step that runs

void meet(int core) {
    threads->meet(core);
}

/// compiled models ///

EmitOptions two_core_options(int cores = 2) {
    EmitOptions options;
    options.cores = cores;
    options.target = row_of(Target::c99);
    return options;
}

// GRU and LSTM, one layer and two, each kind of weights, for hosts and Cortex-M0+; sizes that pad
// rows and columns; and one whose weights are cut between RAM and flash.
std::vector<Plan> integer_plans() {
    std::vector<Plan> plans;
    for (Target target : {Target::c99, Target::rp2040}) {
        for (Cell cell : {Cell::gru, Cell::lstm}) {
            for (int layers : {1, 2}) {
                for (int bits : {8, 4, 2}) {
                    const int hidden = 3 + 17 * layers + 2 * bits;
                    const std::string name = "m" + std::to_string(plans.size());
                    const IntegerModel model = random_integer_model(cell, layers, hidden, bits, 31);
                    plans.push_back(lower_integer(model, target, name, name));
                }
            }
        }
    }
    auto add = [&](Cell cell, int layers, int hidden, int bits) {
        const std::string name = "m" + std::to_string(plans.size());
        const IntegerModel model = random_integer_model(cell, layers, hidden, bits, 32);
        plans.push_back(lower_integer(model, Target::rp2040, name, name));
    };
    add(Cell::gru, 2, 137, 2);  // by sixes
    add(Cell::rnn, 2, 61, 4);
    add(Cell::rnn_relu, 1, 61, 8);
    plans.push_back(
        lower_integer(random_mixed_integer_model(4, 33), Target::rp2040, "mixed", "mixed"));
    add(Cell::gru, 1, 1, 4);  // too small to be shared
    add(Cell::gru, 2, 61, 4);
    const TargetRow& rp2040 = row_of(Target::rp2040);
    place_weights(plans.back(), rp2040, fixed_ram(plans.back(), rp2040) + 12000);
    for (Buffer& buffer : plans.back().buffers) buffer.in_ram = false;  // a host has no sections
    return plans;
}

std::string command_output(const std::string& command, int& status) {
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string output;
    for (int c; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
    status = ::pclose(pipe);
    return output;
}

using StepPart = void (*)(void* state, uint32_t token, int32_t* logits, int core,
                          void (*meet)(int core));

struct Library {
    TemporaryFolder folder;
    void* handle = nullptr;

    explicit Library(const std::vector<Plan>& plans) {
        std::string files;
        for (const Plan& plan : plans) {
            files += " " + plan.name + ".c";
            for (const auto& [name, text] : emit_c(plan, two_core_options()))
                write_file(folder.path() / name, text);
        }
        int status = 0;
        const std::string said =
            command_output("cd " + folder.path().string() +
                               " && cc -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow "
                               "-Werror -O1 -fPIC -shared -o two.so" +
                               files + " runtime/*.c",
                           status);
        EXPECT_EQ(status, 0) << said;
        if (status == 0)
            handle = ::dlopen((folder.path() / "two.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    }
    ~Library() {
        if (handle) ::dlclose(handle);
    }
};

// `steps` random tokens on two threads, beside the executor.
void expect_same(const Plan& plan, StepPart part, Ahead ahead, int steps) {
    const Cost cost = cost_of(plan);
    std::vector<uint64_t> state(static_cast<size_t>(cost.states + cost.scratch) / 8 + 1);
    std::vector<int32_t> logits(static_cast<size_t>(plan.alphabet.size())), wanted(logits);
    Executor executor(plan);
    std::mt19937 random(3);
    for (int i = 0; i < steps; i++) {
        const uint32_t token = random() % static_cast<uint32_t>(plan.alphabet.size());
        TwoThreads both(ahead);
        threads = &both;
        both.run([&](int core) { part(state.data(), token, logits.data(), core, meet); });
        ASSERT_EQ(both.meetings[0], both.meetings[1]);
        executor.step(static_cast<int>(token), wanted.data());
        ASSERT_EQ(logits, wanted) << plan.name << ", step " << i << ", ahead "
                                  << static_cast<int>(ahead);
    }
}

TEST(TwoCores, CompiledCGivesOneCoresBits) {
    const std::vector<Plan> all = integer_plans();
    Library library(all);
    ASSERT_NE(library.handle, nullptr);
    for (const Plan& plan : all) {
        auto part =
            reinterpret_cast<StepPart>(::dlsym(library.handle, (plan.name + "_step_part").c_str()));
        ASSERT_NE(part, nullptr) << plan.name;
        for (Ahead ahead : {Ahead::nobody, Ahead::core0, Ahead::core1})
            expect_same(plan, part, ahead, 25);
    }
}

/// sharing ///

int meetings_of(const Plan& plan) {
    int meetings = 0;
    for (const SharedStep& step : share_steps(plan)) meetings += step.meet;
    return meetings;
}

// After x is prepared, after the product, after the gates, after the new state is spread; int8 rows
// need no preparing.
TEST(TwoCores, MeetAsOftenAsTheBenchmarksProgram) {
    for (int bits : {8, 4, 2}) {
        const IntegerModel model = random_integer_model(Cell::gru, 1, 320, bits, 1);
        EXPECT_EQ(meetings_of(lower_integer(model, Target::rp2040, "m", "m")), 4) << bits;
    }
    const IntegerModel rows = random_integer_model(Cell::gru, 1, 320, 8, 1);
    EXPECT_EQ(meetings_of(lower_integer(rows, Target::c99, "m", "m")), 2);
}

// Of every product each core has half of the rows, give or take a strip.
TEST(TwoCores, ShareTheProductsEvenly) {
    for (const Plan& plan : integer_plans()) {
        const std::vector<SharedStep> shared = share_steps(plan);
        for (size_t i = 0; i < shared.size(); i++) {
            const std::string kernel = plan.steps[i].kernel->name;
            if (kernel.rfind("quillet_product_", 0) != 0) continue;
            int64_t rows[2] = {0, 0};
            for (size_t core : {0u, 1u})
                if (shared[i].arguments[core])
                    rows[core] = std::get<IntegerArgument>((*shared[i].arguments[core])[3]).value;
            EXPECT_EQ(rows[0] + rows[1],
                      std::get<IntegerArgument>(plan.steps[i].arguments[3]).value);
            EXPECT_LE(std::abs(rows[0] - rows[1]), 15) << plan.name << " " << kernel;
        }
    }
}

TEST(TwoCores, FloatModelsAreRefused) {
    const auto [name, graph] = test_graphs().front();
    const Plan plan = make_plan(graph, name, name);
    try {
        share_steps(plan);
        FAIL();
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("cannot be shared by two cores"),
                  std::string::npos)
            << error.what();
    }
}

// Without being asked for, nothing of it is printed.
TEST(TwoCores, OneCoresCodeSaysNothingOfThem) {
    const Plan plan = integer_plans().front();
    for (const auto& [name, text] : emit_c(plan, two_core_options(1)))
        EXPECT_EQ(text.find("step_part"), std::string::npos) << name;
}

/// cost ///

// Bytes of `symbol` in an object, by arm's nm; -1 where it has none.
int size_of_symbol(const fs::path& object, const std::string& symbol) {
    int status = 0;
    const std::string lines = command_output("arm-none-eabi-nm -S " + object.string(), status);
    const size_t at = lines.find(" T " + symbol + "\n");
    return at == std::string::npos ? -1 : std::stoi(lines.substr(at - 8, 8), nullptr, 16);
}

TEST(TwoCores, TheStepsCodeIsNoLargerThanSaid) {
    int status = 0;
    command_output("command -v arm-none-eabi-gcc", status);
    if (status != 0) GTEST_SKIP() << "no arm-none-eabi-gcc";
    const std::vector<Plan> all = integer_plans();
    Library library(all);
    for (const Plan& plan : all) {
        if (plan.steps.size() < 12) continue;  // the larger ones
        const fs::path source = library.folder.path() / (plan.name + ".c"),
                       object = library.folder.path() / (plan.name + ".o");
        const std::string said = command_output(
            "cd " + library.folder.path().string() +
                " && arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -Os -std=c99 -c " +
                source.string() + " -o " + object.string(),
            status);
        ASSERT_EQ(status, 0) << said;
        const int bytes = size_of_symbol(object, plan.name + "_step_part");
        EXPECT_GT(bytes, 0) << plan.name;
        EXPECT_LE(bytes, step_part_bytes(plan)) << plan.name;
    }
}

}  // namespace
}  // namespace quillet
