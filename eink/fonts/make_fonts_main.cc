// Makes eink/font.h's families from two outline fonts: make_fonts ROMAN.ttf ITALIC.ttf OUT.c
// SPDX-License-Identifier: MIT
//
// Glyphs are rendered by FreeType with monochrome hinting. Kerning is measured on the shapes
// (kerning.h), since some of the best book faces carry none.
#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <stdexcept>

#include "eink/fonts/emit_font.h"
#include "eink/fonts/kerning.h"

namespace {

using quillet::OwnedFont;

const std::vector<int> kRomanSizes = {12, 13, 14, 15, 16, 17, 18, 20, 22, 24,
                                      26, 28, 31, 34, 38, 42, 47, 53, 60};
const std::vector<int> kItalicSizes = {13, 14, 15, 16, 18, 20, 22, 24, 27};

// ASCII, Latin-1, Latin Extended-A, Romanian's commas below, and what typography adds.
std::vector<uint16_t> wanted_codes() {
    std::vector<uint16_t> codes;
    for (int code = 0x20; code < 0x180; code++) {
        if (code != 0xAD && (code < 0x7F || code >= 0xA0))
            codes.push_back(static_cast<uint16_t>(code));
    }
    for (int code : {0x218, 0x219, 0x21A, 0x21B, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C,
                     0x201D, 0x201E, 0x2022, 0x2026, 0x2039, 0x203A, 0x20AC, 0x2212}) {
        codes.push_back(static_cast<uint16_t>(code));
    }
    return codes;
}

void check(FT_Error error, const std::string& what) {
    if (error) throw std::runtime_error(what + ": FreeType error " + std::to_string(error));
}

// Rows of the slot's bitmap, appended bit by bit to `bits`, padded to a byte at the end.
void append_bits(const FT_Bitmap& bitmap, std::vector<uint8_t>& bits) {
    unsigned count = 0;
    for (unsigned row = 0; row < bitmap.rows; row++) {
        for (unsigned column = 0; column < bitmap.width; column++, count++) {
            if (count % 8 == 0) bits.push_back(0);
            unsigned byte = bitmap.buffer[row * static_cast<unsigned>(bitmap.pitch) + column / 8];
            if (byte >> (7 - column % 8) & 1)
                bits.back() = static_cast<uint8_t>(bits.back() | 0x80 >> count % 8);
        }
    }
}

void add_glyph(FT_Face face, uint16_t code, FT_Int32 flags, OwnedFont& owned) {
    FT_UInt index = FT_Get_Char_Index(face, code);
    if (!index) return;
    check(FT_Load_Glyph(face, index, flags), "glyph " + std::to_string(code));
    check(FT_Render_Glyph(face->glyph, FT_RENDER_MODE_MONO), "glyph " + std::to_string(code));
    const FT_GlyphSlot slot = face->glyph;
    eink_glyph glyph{};
    glyph.code = code;
    glyph.width = static_cast<uint8_t>(slot->bitmap.width);
    glyph.height = static_cast<uint8_t>(slot->bitmap.rows);
    glyph.left = static_cast<int8_t>(slot->bitmap_left);
    glyph.top = static_cast<int8_t>(slot->bitmap_top);
    glyph.advance = static_cast<uint8_t>(slot->advance.x >> 6);
    glyph.offset = static_cast<uint32_t>(owned.bits.size());
    append_bits(slot->bitmap, owned.bits);
    owned.glyphs.push_back(glyph);
}

// The most common run of ink in the rows of l between its serifs.
int stem_of(const OwnedFont& owned) {
    const eink_glyph& l = *eink_glyph_of(&owned.font, 'l');
    std::vector<int> runs(static_cast<size_t>(l.width) + 1);
    for (int row = l.height / 4; row < l.height * 3 / 4; row++) {
        int run = 0;
        for (int column = 0; column < l.width; column++)
            run += eink_glyph_ink(&owned.font, &l, row, column);
        runs[static_cast<size_t>(run)]++;
    }
    return static_cast<int>(std::max_element(runs.begin() + 1, runs.end()) - runs.begin());
}

// Hinting makes a dash of one row beside stems of three columns: it gets as many rows as they have.
void thicken_dashes(OwnedFont& owned) {
    const int stem = stem_of(owned);
    for (eink_glyph& glyph : owned.glyphs) {
        if ((glyph.code != 0x2013 && glyph.code != 0x2014) || glyph.height >= stem) continue;
        glyph.top = static_cast<int8_t>(glyph.top + (stem - glyph.height) / 2);
        glyph.height = static_cast<uint8_t>(stem);
        glyph.offset = static_cast<uint32_t>(owned.bits.size());
        owned.bits.resize(owned.bits.size() + static_cast<size_t>(glyph.width * stem + 7) / 8,
                          0xFF);
    }
    owned.finish();
}

// Whether a row of white parts the dot of an i from its stem.
bool has_dotted_i(const OwnedFont& owned) {
    const eink_glyph& i = *eink_glyph_of(&owned.font, 'i');
    for (int row = 1; row < i.height; row++) {
        bool ink = false;
        for (int column = 0; column < i.width; column++)
            ink = ink || eink_glyph_ink(&owned.font, &i, row, column);
        if (!ink) return true;
    }
    return false;
}

OwnedFont render(FT_Face face, int size, FT_Int32 flags) {
    OwnedFont owned;
    check(FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(size)), "size " + std::to_string(size));
    for (uint16_t code : wanted_codes()) add_glyph(face, code, flags, owned);
    owned.name =
        std::string(face->family_name) + " " + face->style_name + " " + std::to_string(size);
    owned.finish();
    auto top = [&](char letter) {
        return eink_glyph_of(&owned.font, static_cast<uint16_t>(letter))->top;
    };
    const eink_glyph* p = eink_glyph_of(&owned.font, 'p');
    owned.font.size = static_cast<uint8_t>(size);
    owned.font.ascent = static_cast<uint8_t>(std::max(top('b'), top('d')));
    owned.font.descent = static_cast<uint8_t>(p->height - p->top);
    owned.font.x_height = static_cast<uint8_t>(top('x'));
    // A book's leading: ascender, descender and a fifth of an em of air.
    owned.font.line_height =
        static_cast<uint8_t>(owned.font.ascent + owned.font.descent + (size + 3) / 5);
    return owned;
}

std::string make_family(FT_Library library, const char* path, const std::string& symbol,
                        const std::vector<int>& sizes) {
    FT_Face face;
    check(FT_New_Face(library, path, 0, &face), path);
    std::unique_ptr<FT_FaceRec, decltype(&FT_Done_Face)> owner(face, FT_Done_Face);
    quillet::Kerning kerning(face, wanted_codes());
    std::vector<OwnedFont> fonts;
    for (int size : sizes) {
        // The type designer's own hints, unless they close a small size's letters.
        fonts.push_back(render(face, size, FT_LOAD_TARGET_MONO));
        if (!has_dotted_i(fonts.back()))
            fonts.back() = render(face, size, FT_LOAD_TARGET_MONO | FT_LOAD_FORCE_AUTOHINT);
        thicken_dashes(fonts.back());
        fonts.back().kerns = kerning.at(fonts.back().font);
    }
    for (OwnedFont& font : fonts) font.finish();
    return quillet::emit_family(symbol, std::string(face->family_name) + " " + face->style_name,
                                fonts);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: make_fonts ROMAN.ttf ITALIC.ttf OUT.c\n");
        return 2;
    }
    try {
        FT_Library library;
        check(FT_Init_FreeType(&library), "FreeType");
        std::unique_ptr<FT_LibraryRec_, decltype(&FT_Done_FreeType)> owner(library,
                                                                           FT_Done_FreeType);
        std::ofstream out(argv[3], std::ios::binary);
        out << "/* Fonts of one bit a pixel, made from outlines by eink/fonts/make_fonts_main.cc. "
               "*/\n#include \"eink/font.h\"\n";
        out << make_family(library, argv[1], "eink_roman", kRomanSizes);
        out << make_family(library, argv[2], "eink_italic", kItalicSizes);
        if (!out.flush()) throw std::runtime_error(std::string(argv[3]) + ": could not write");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "make_fonts: %s\n", error.what());
        return 2;
    }
    return 0;
}
