// Where the program finds what came with it: models, runtime sources, ports.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace quillet {

// The folder that holds models/, runtime/ and ports/: $QUILLET_HOME, else one that
// add_resource_folder() named, else share/quillet in a folder above the program (beside bin/ where it
// is installed, in the build folder where it was built). Throws Error when none of them has `wanted`
// (say "models/quotes.onnx").
std::filesystem::path find_resource(const std::string& wanted);

// The running program's file; empty where the system does not tell.
std::filesystem::path program_path();

// For programs of others: the last named is looked in first.
void add_resource_folder(const std::filesystem::path& folder);

// This program's version, "0.1.0".
std::string version();

}  // namespace quillet
