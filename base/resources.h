// Where the program finds what came with it: models, runtime sources, ports.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace quillet {

// The folder that holds models/, runtime/ and ports/: $QUILLET_HOME, else share/quillet beside the program's
// bin/, else the source tree it was built from. Throws Error when none of them has `wanted` (say "models/quotes.onnx").
std::filesystem::path find_resource(const std::string& wanted);

// This program's version, "0.1.0".
std::string version();

}  // namespace quillet
