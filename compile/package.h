// Compiled models as a package of an ecosystem: a folder that its tools take as one of their own.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "compile/compile.h"

namespace quillet {

// A row: how `--as` names it. Its files are the templates of ecosystems/NAME/, a file `x.in` there
// being the package's file x with each @word@ replaced.
struct Ecosystem {
    const char* name;
    const char* description;
    Target target;  // what its models are compiled for unless told otherwise
};

const std::vector<Ecosystem>& ecosystems();

// The row called `name`; null where there is none.
const Ecosystem* find_ecosystem(std::string_view name);

struct PackagedModel {
    CompiledModel compiled;  // not as a single file; its name begins with kPackagePrefix
    std::string file;        // what it was made from
    std::string licence;     // of its data; may be empty
};

// Before each name of a package: its headers and symbols share the name space of a whole firmware.
inline constexpr const char* kPackagePrefix = "ql_";

// Path below the package's folder -> text. The models lie in src/ and share one runtime; the package
// is named after the first. `command` is what a banner calls the command that made it. Throws Error
// for two models of one name, or templates that cannot be read.
Sources package_of(const Ecosystem& ecosystem, const std::vector<PackagedModel>& models,
                   const std::string& command);

}  // namespace quillet
