// A plan's weights as a file beside its C, and what the C says to be given it.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "compile/plan.h"

namespace quillet {

// The file's bytes as runtime/quillet_weights.h describes them, and where each buffer of the plan lies
// in it (0 for buffers that are no weights). The same weights give the same bytes. Throws Error for
// more than the format holds, 4 GB.
struct WeightsFile {
    std::string bytes;
    std::vector<int64_t> places;
};
WeightsFile weights_file_of(const Plan& plan);

// Bytes of code that NAME_init and its check add at most, compiled as TargetRow::measured says.
constexpr int kWeightsInitBytes = 192;

// Parts of the C of `plan`, whose room (NAME_state, NAME_memory) is the struct `room` and a function's
// parameter `parameter`. The room has the field weights_file.
struct WeightsText {
    std::string arrays;  // for NAME.c: the head, and for each weight the function that finds it
    std::string init;    // for NAME.c: NAME_init; `reset` is a statement that it ends with
    std::string declaration;  // for NAME.h
    std::string
        load;  // for main.c: statements that read the file argv[1] and call NAME_init, or end
};
WeightsText weights_text(const Plan& plan, const std::string& room, const std::string& parameter,
                         const std::string& file, const std::string& reset);

}  // namespace quillet
