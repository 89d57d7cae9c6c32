// quillet manual: the manual page, or completion for a shell.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>

#include "cli/manual.h"
#include "cli/output.h"
#include "cli/verbs.h"

namespace quillet {

Run set_up_manual(Command& command) {
    auto form = std::make_shared<std::string>("man");
    std::vector<std::string> names;
    std::string what;
    for (const ManualForm& row : manual_forms()) {
        names.push_back(row.name);
        what += (what.empty() ? "" : "; ") + std::string(row.name) + ": " + row.description;
    }
    command.add_option("--as", *form, "What is printed: " + what)
        ->check(one_of(names))
        ->shows_default();
    const Command* program = &command.program();
    return [=] {
        for (const ManualForm& row : manual_forms())
            if (row.name == *form) print(row.of(*program));
        return 0;
    };
}

}  // namespace quillet
