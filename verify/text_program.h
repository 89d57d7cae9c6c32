// A program in C that answers text jobs with lines of numbers, for machines that read no files.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "compile/plan.h"
#include "verify/jobs.h"

namespace quillet {

// main.c for the C of `plan`, the jobs within it. It prints a line for each line of text: its tokens and
// the generator's four words. `board` is C that declares quillet_put, quillet_put_number and the macros
// QUILLET_MEASURE_BEGIN and QUILLET_MEASURE_END, which stand around each line of text; it may define
// QUILLET_PROGRAM_BEGIN and QUILLET_PROGRAM_END, which stand around all of it.
std::string text_program(const Plan& plan, const std::vector<TextJob>& texts,
                         const std::string& board);

// The line that such a program printed. Throws Error, `where` named, for anything else.
Line printed_line(const std::string& text, const std::string& where);

}  // namespace quillet
