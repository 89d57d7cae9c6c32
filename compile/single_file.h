// A model's sources and its runtime as one C file.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "compile/emit_c.h"

namespace quillet {

// Header, runtime, source and program of `name` in one text, each include before its first use.
std::string join_sources(const std::string& name, const Sources& sources,
                         const std::map<std::string, std::string>& runtime);

}  // namespace quillet
