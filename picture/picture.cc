// A text on a photograph: reads, places, veils, sets and writes.
// SPDX-License-Identifier: MIT
#include "picture/picture.h"

#include <filesystem>

#include "base/error.h"
#include "picture/calm.h"
#include "picture/overlay.h"

namespace quillet {

std::string picture_font() {
    if (!std::filesystem::exists(QUILLET_PICTURE_FONT))
        throw Error(QUILLET_PICTURE_FONT,
                    "is gone, the font that this program was built with; "
                    "install it again or name another by --font");
    return QUILLET_PICTURE_FONT;
}

ComposedPicture compose_picture(std::string_view jpeg, const std::string& where,
                                std::string_view text, const PictureOptions& options) {
    check_theme(options.theme, "--theme");
    Setter setter(text, options.font.empty() ? picture_font() : options.font);
    Photograph photograph = read_photograph(jpeg, where, options.longest);
    Place place = calmest_place(photograph, setter, options.theme == "card" ? kCardAround : 0);
    const Theme& theme = theme_named(options.theme, place);
    TextMask mask = setter.draw(place.text, place.alignment, place.x, place.y, photograph.width,
                                photograph.height);
    ComposedPicture result;
    result.contrast = lay_overlay(photograph, theme, place, neighborhood_of(mask, place.text.size));
    if (result.contrast < kLeastContrast)
        throw Error(where, "leaves the text a contrast of " + std::to_string(result.contrast) +
                               "; expected at least 4.5");
    lay_ink(photograph, mask, theme.ink);
    EncodedPhotograph encoded = jpeg_within(photograph, options.byte_limit);
    result.jpeg = std::move(encoded.jpeg);
    result.quality = encoded.quality;
    result.width = photograph.width;
    result.height = photograph.height;
    result.theme = theme.name;
    result.font = setter.font_name();
    result.size = place.text.size;
    result.lines = static_cast<int>(place.text.lines.size());
    result.x = place.x;
    result.y = place.y;
    result.text_width = place.text.width;
    result.text_height = place.text.height;
    return result;
}

}  // namespace quillet
