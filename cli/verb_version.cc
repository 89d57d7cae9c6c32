// quillet version: prints the version.
// SPDX-License-Identifier: MIT
#include <cstdio>

#include "base/resources.h"
#include "cli/verbs.h"

namespace quillet {

Run set_up_version(Command&) {
    return [] {
        std::printf("quillet %s\n", version().c_str());
        return 0;
    };
}

}  // namespace quillet
