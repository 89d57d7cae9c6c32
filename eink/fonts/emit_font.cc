// Prints a font as C.
// SPDX-License-Identifier: MIT
#include "eink/fonts/emit_font.h"

namespace quillet {

void OwnedFont::finish() {
    font.name = name.c_str();
    font.glyphs = glyphs.data();
    font.glyph_count = static_cast<uint16_t>(glyphs.size());
    font.kerns = kerns.data();
    font.kern_count = static_cast<uint16_t>(kerns.size());
    font.bits = bits.data();
}

OwnedFont subset(const eink_font& font, const std::function<bool(uint16_t)>& keep) {
    OwnedFont result;
    result.font = font;
    result.name = font.name;
    for (int i = 0; i < font.glyph_count; i++) {
        eink_glyph glyph = font.glyphs[i];
        if (!keep(glyph.code)) continue;
        const uint8_t* begin = font.bits + glyph.offset;
        glyph.offset = static_cast<uint32_t>(result.bits.size());
        result.bits.insert(result.bits.end(), begin, begin + (glyph.width * glyph.height + 7) / 8);
        result.glyphs.push_back(glyph);
    }
    for (int i = 0; i < font.kern_count; i++) {
        const eink_kern& kern = font.kerns[i];
        if (keep(kern.left) && keep(kern.right)) result.kerns.push_back(kern);
    }
    result.finish();
    return result;
}

namespace {

// `items` separated by commas, wrapped at 100 columns.
template <class Item, class Print>
std::string wrapped(const std::vector<Item>& items, Print print) {
    std::string text, line = "   ";
    for (const Item& item : items) {
        std::string piece = " " + print(item) + ",";
        if (line.size() + piece.size() > 100) {
            text += line + "\n";
            line = "   ";
        }
        line += piece;
    }
    return text + line + "\n";
}

std::string braced(std::initializer_list<long> numbers) {
    std::string text;
    for (long number : numbers) text += (text.empty() ? "{" : ", ") + std::to_string(number);
    return text + "}";
}

// An array may not be empty in C.
template <class Item, class Print>
std::string array(const std::string& type, const std::string& name, const std::vector<Item>& items,
                  Print print) {
    return "static const " + type + " " + name + "[] = {\n" +
           (items.empty() ? "    {0, 0, 0}\n" : wrapped(items, print)) + "};\n";
}

std::string emit_font(const std::string& prefix, const OwnedFont& owned) {
    const eink_font& font = owned.font;
    std::string text = array("uint8_t", prefix + "_bits", owned.bits,
                             [](uint8_t byte) { return std::to_string(byte); });
    text += array("eink_glyph", prefix + "_glyphs", owned.glyphs, [](const eink_glyph& g) {
        return braced(
            {g.code, g.width, g.height, g.left, g.top, g.advance, static_cast<long>(g.offset)});
    });
    text += array("eink_kern", prefix + "_kerns", owned.kerns, [](const eink_kern& k) {
        return braced({k.left, k.right, k.move});
    });
    text += "static const eink_font " + prefix + " = {\n    \"" + owned.name + "\"";
    for (int number : {static_cast<int>(font.size), static_cast<int>(font.ascent),
                       static_cast<int>(font.descent), static_cast<int>(font.x_height),
                       static_cast<int>(font.line_height), static_cast<int>(font.glyph_count),
                       static_cast<int>(font.kern_count)}) {
        text += ", " + std::to_string(number);
    }
    return text + ",\n    " + prefix + "_glyphs, " + prefix + "_kerns, " + prefix + "_bits};\n";
}

}  // namespace

std::string emit_family(const std::string& symbol, const std::string& name,
                        const std::vector<OwnedFont>& fonts) {
    std::string text, list;
    for (const OwnedFont& font : fonts) {
        std::string prefix = symbol + "_" + std::to_string(font.font.size);
        text += emit_font(prefix, font);
        list += (list.empty() ? "" : ", ") + ("&" + prefix);
    }
    text += "static const eink_font* const " + symbol + "_fonts[] = {" + list + "};\n";
    return text + "const eink_family " + symbol + " = {\"" + name + "\", " +
           std::to_string(fonts.size()) + ", " + symbol + "_fonts};\n";
}

std::string emit_subset(const std::string& symbol, const eink_family& family, int largest,
                        const std::function<bool(uint16_t)>& keep) {
    std::vector<OwnedFont> fonts;
    for (int i = 0; i < family.count && (i == 0 || family.fonts[i]->size <= largest); i++)
        fonts.push_back(subset(*family.fonts[i], keep));
    return emit_family(symbol, family.name, fonts);
}

}  // namespace quillet
