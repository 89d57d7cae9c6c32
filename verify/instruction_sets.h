// The instruction sets that a model's C is built for and emulated: one table, of `verify` and of tests/isa.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace quillet {

// A row. Its programs have main() in a file that includes verify/machines/machine.h.
struct InstructionSet {
    std::string name, about;
    std::string compiler;
    std::vector<std::string> flags;          // behind the sources
    std::vector<std::string> emulator;       // the program is appended
    std::string packages;                    // of Debian, that bring both
    bool slow = false;                       // takes minutes for what the others do in seconds
    int64_t ram_bytes = 0, flash_bytes = 0;  // of a chip that models may not fit; 0: they do
    // The chip's serial port is shown by simavr: lines of at most 256 bytes, colored, '.' for their end.
    bool serial_port = false;
};

const std::vector<InstructionSet>& instruction_sets();

// The compiler, and the flags that stand before the sources: optimization, and where machine.h is. Throws
// Error when verify/machines, which comes with the program, is not found.
std::vector<std::string> compile_command(const InstructionSet& set);

// Why a program with so many bytes in RAM and flash does not fit the chip; empty where it does.
std::string why_no_room(const InstructionSet& set, int64_t ram_bytes, int64_t flash_bytes);

}  // namespace quillet
