// An alphabet in a model's metadata: its characters as they are, or its pieces and merges as JSON.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "base/alphabet.h"

namespace quillet {

// The alphabet of `metadata`. Throws Error(where, …) where there is none or where it is not one.
Alphabet alphabet_of(const std::map<std::string, std::string>& metadata, const std::string& where);

// Writes `alphabet` into `metadata`, in place of what stood there.
void put_alphabet(std::map<std::string, std::string>& metadata, const Alphabet& alphabet);

}  // namespace quillet
