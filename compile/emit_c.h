// Prints a plan as C99: the model's header and source, the runtime beside it, a program that writes
// lines.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/resources.h"
#include "compile/plan.h"
#include "compile/target.h"
#include "runtime/quillet_sampler.h"

namespace quillet {

struct EmitOptions {
    std::string command;  // for the banner: "quillet compile quotes.onnx"
    std::string origin;   // for the banner: what the model was made from, with its hash
    std::string version = quillet::version();
    quillet_sampling sampling{};
    std::string sampling_text;  // the same as people write it
    uint32_t max_length = 1000;
    bool single_file = false;
    std::string weights_file;  // its name where Plan::weights_apart
    int cores = 1;  // 2: beside the step one that two cores share (two_cores.h); integer models
    TargetRow target;
    std::string hot;  // what stands before the step's definition: a section attribute, or nothing
};

// Bytes that the model takes on the device, besides code and stack.
struct Cost {
    int64_t weights = 0;  // in flash, with the sampler's tables
    int64_t states = 0;   // in NAME_state
    int64_t scratch = 0;  // in NAME_state
    int64_t logits = 0;   // the caller's array
};
Cost cost_of(const Plan& plan);

// File name -> text. NAME.h, NAME.c, runtime/…, main.c and CMakeLists.txt, or NAME.c alone as a
// single file. The same plan and options give the same bytes. Throws Error where the runtime is not found.
using Sources = std::map<std::string, std::string>;
Sources emit_c(const Plan& plan, const EmitOptions& options);

// Of runtime files by name, those that a build compiles: no header, and nothing that another includes.
std::vector<std::string> translation_units(const std::map<std::string, std::string>& runtime);

}  // namespace quillet
