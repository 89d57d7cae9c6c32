// A text on a photograph: in its calm part, as large as fits, with the contrast that reading needs.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "picture/photograph.h"

namespace quillet {

// One post of Bluesky takes images up to 1,000,000 bytes: 976 KB.
constexpr size_t kPictureBytes = 976 * 1024;

struct PictureOptions {
    int longest = 1200;  // pixels of the longer side; a smaller photograph is not made larger
    size_t byte_limit = kPictureBytes;
    std::string theme = "auto";
    std::string font;  // a font file; empty: picture_font()
};

struct ComposedPicture {
    std::string jpeg;
    int width = 0, height = 0, quality = 0;
    std::string theme, font;
    double size = 0;  // of the font, pixels
    int lines = 0;
    double x = 0, y = 0, text_width = 0, text_height = 0;  // the block of text, pixels
    double contrast = 0;  // the least in any letter's neighborhood, before JPEG
};

// The font file that this program was built with. Throws Error where it is gone.
std::string picture_font();

// `text` (UTF-8) on the photograph in `jpeg`, which `where` names in errors. The same input gives
// the same bytes. Throws Error for a photograph, text, font or theme that cannot be used, and for a
// byte limit that cannot be held.
ComposedPicture compose_picture(std::string_view jpeg, const std::string& where,
                                std::string_view text, const PictureOptions& options);

}  // namespace quillet
