// A quote and its author set on a panel's page, as a picture. In packages built with fonts.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "quillet/error.h"

namespace quillet {

struct PageConfig {
    std::string panel = "ssd1683-400x300";  // a name of panel_names()
    bool center = false;
    bool quotation_marks = true;
    int scale = 1;  // pixels of the picture a pixel of the panel
};

// The page as a PNG file's bytes. Throws Error where the text does not fit.
std::string typeset(const std::string& text, const std::string& author,
                    const PageConfig& config = {});

std::vector<std::string> panel_names();

}  // namespace quillet
