// A picture in color and its PNG, by libpng.
// SPDX-License-Identifier: MIT
#include "device/png.h"

#include <png.h>

#include <algorithm>

#include "base/error.h"

namespace quillet {

std::string png_of(const Picture& picture) {
    bool gray = std::all_of(picture.pixels.begin(), picture.pixels.end(),
                            [](const Color& c) { return c.red == c.green && c.green == c.blue; });
    std::string bytes;
    for (const Color& color : picture.pixels) {
        bytes += static_cast<char>(color.red);
        if (!gray) bytes.append({static_cast<char>(color.green), static_cast<char>(color.blue)});
    }
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(picture.width);
    image.height = static_cast<png_uint_32>(picture.height);
    image.format = gray ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::string png(size, '\0');
    if (!png_image_write_to_memory(&image, png.data(), &size, 0, bytes.data(), 0, nullptr)) {
        throw Error("PNG", image.message);
    }
    png.resize(size);
    return png;
}

}  // namespace quillet
