// A runtime as verify sees it: something that writes lines and traces, and the table of those we
// know.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

#include "compile/plan.h"
#include "graph/graph.h"
#include "verify/instruction_sets.h"
#include "verify/jobs.h"

namespace quillet {

using CountLines = std::function<void()>;  // called as each line arrives

// Thrown by a runtime that turns out not to be there, or to have no counterpart of the model: no
// finding about it.
class Unavailable : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class Runtime {
  public:
    virtual ~Runtime() = default;

    // Throws Error when the runtime fails at what was asked, Unavailable when it cannot be asked.
    virtual Results run(const Jobs& jobs, const CountLines& count_line) = 0;
};

// What a runtime is to run.
struct ModelUnderTest {
    const Graph& graph;
    const Plan& plan;
    std::filesystem::path path;    // the ONNX file
    std::filesystem::path folder;  // for files of the runtime's own
    double silence = 600;          // seconds without output after which a program is ended
};

// A runtime that could be had, or why not.
struct Candidate {
    std::string name;
    bool exact = false;  // runs our kernels in our order: every bit must agree
    std::unique_ptr<Runtime> runtime;
    std::string absent;       // why there is no runtime, and how to get it
    bool texts_only = false;  // answers no traces
    bool slow = false;        // runs VerifyOptions.slow_lines lines over the whole grid
};

struct RuntimeRow {
    std::string name;
    std::string description;
    std::function<Candidate(const ModelUnderTest& subject)> open;
    const InstructionSet* set = nullptr;  // of an emulated one, which runs only where it is named
};

// All that we know of, the plan first: it is what the others are held to.
std::span<const RuntimeRow> runtimes();

// "plan, c, node, ..."
std::string names_of_runtimes();

// Those of these `names`; all where it is {"all"}, all but the emulated instruction sets where it is
// empty. Throws Error(where, ...) for a name that there is not.
std::vector<Candidate> open_runtimes(const std::vector<std::string>& names,
                                     const ModelUnderTest& subject, const std::string& where);

// The plan, run in this process. REQUIRES: the plan outlives it.
std::unique_ptr<Runtime> plan_runtime(const Plan& plan);

// A program that takes `command`, the model and a job file as arguments and answers as
// docs/FORMATS.md says; the job file is written into `folder`; ended after `silence` seconds without
// output.
std::unique_ptr<Runtime> external_runtime(std::vector<std::string> command,
                                          std::filesystem::path model, std::filesystem::path folder,
                                          double silence);

// The plan printed as C into subject.folder, built and loaded. Throws Error when it does not build.
std::unique_ptr<Runtime> compiled_runtime(const ModelUnderTest& subject,
                                          const std::string& compiler);

// The plan for an RP2040, built by arm-none-eabi-gcc and run by the emulator, `emulator` being its
// run.mjs; texts only. Throws Error when it does not build, Unavailable when it does not fit.
std::unique_ptr<Runtime> emulated_runtime(const ModelUnderTest& subject,
                                          std::filesystem::path emulator);

// The plan printed as C into subject.folder, built for `set` and emulated; texts only. REQUIRES: plan
// and set outlive it. Throws Error when it does not build, Unavailable when it does not fit the chip.
std::unique_ptr<Runtime> foreign_runtime(const ModelUnderTest& subject, const InstructionSet& set);

// The command of a Python that has `package` (numpy, torch), with the port on its path; empty when
// there is none.
std::vector<std::string> python_with(const std::string& package);

}  // namespace quillet
