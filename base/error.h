// The one error of the C++ floors: where it happened and what was expected, for cli/ to print as one line.
// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>

namespace quillet {

// Thrown for what stops the job; an expected absence is a std::optional instead. `where` names a file and place
// ("poems.txt:12", "model.onnx: node 'gru0'"), `what` says what was found, what was expected and what to do.
class Error : public std::runtime_error {
  public:
    Error(std::string where, const std::string& what)
        : std::runtime_error(what), where_(std::move(where)) {}

    const std::string& where() const { return where_; }

  private:
    std::string where_;
};

}  // namespace quillet
