// The letters of a page: EB Garamond, cut down to what the page can show.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>

namespace quillet {

// File name -> bytes of an OpenType font: "roman.otf" and "italic.otf" with the letters `codes`
// (Unicode), their ligatures and kerning. Empty where the build found no HarfBuzz subsetter or font,
// or the fonts are gone since.
std::map<std::string, std::string> web_fonts(const std::set<char32_t>& codes);

}  // namespace quillet
