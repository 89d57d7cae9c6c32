// Sets a text in one pinned font file by Pango, Cairo and a Fontconfig configuration of that file alone.
// SPDX-License-Identifier: MIT
#include "picture/setting.h"

#include <pango/pangocairo.h>
#include <pango/pangofc-fontmap.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "base/utf8.h"
#include "eink/prose.h"

namespace quillet {
namespace {

constexpr int kMostCharacters = 600;
constexpr double kMeasuredSize = 256;  // pixels an em at which words are measured
constexpr double kLeading = 1.22;      // line height, ems
constexpr double kOneLineMore = 0.02;  // what a line more than needed costs

template <typename Object>
struct Unref {
    void operator()(Object* object) const { g_object_unref(object); }
};
template <typename Object>
using Held = std::unique_ptr<Object, Unref<Object>>;

bool opens(char32_t character) {
    return character == U'\u201C' || character == U'\u2018' || character == U'(';
}
bool is_point(char32_t character) {
    return std::u32string_view(U".,;:!?\u2026\u2019\u201D\u2013\u2014-").find(character) !=
           std::u32string_view::npos;
}
// Points and marks narrow enough to stand outside a line's edge.
bool hangs(char32_t character) {
    return std::u32string_view(U".,\u2019\u201D-").find(character) != std::u32string_view::npos;
}
bool is_dash(char32_t character) {
    return character == U'-' || character == U'\u2013' || character == U'\u2014';
}

std::u32string prose(std::string_view text) {
    std::vector<uint16_t> codes(kMostCharacters + 2);
    int count = eink_prose(text.data(), text.size(), false, codes.data(), int(codes.size()));
    if (count == EINK_EMPTY) throw Error("--text", "is empty; expected a sentence");
    if (count == EINK_TOO_LONG)
        throw Error("--text", "is longer than " + std::to_string(kMostCharacters) + " characters");
    if (count < 0) throw Error("--text", "is not UTF-8; expected text");
    return std::u32string(codes.begin(), codes.begin() + count);
}

}  // namespace

struct Setter::Fonts {
    Held<PangoFontMap> map;
    Held<PangoContext> context;
    PangoFontDescription* description = nullptr;
    FcConfig* config = nullptr;
    FcCharSet* characters = nullptr;  // belongs to the configuration

    explicit Fonts(const std::string& file);
    ~Fonts() {
        context.reset();
        map.reset();
        if (description) pango_font_description_free(description);
        if (config) FcConfigDestroy(config);
    }

    Held<PangoLayout> layout(const std::string& text, double size) const {
        Held<PangoLayout> result(pango_layout_new(context.get()));
        pango_font_description_set_absolute_size(description, size * PANGO_SCALE);
        pango_layout_set_font_description(result.get(), description);
        pango_layout_set_text(result.get(), text.data(), static_cast<int>(text.size()));
        return result;
    }
    // The advance of `text`, ems.
    double width(std::u32string_view text) const {
        if (text.empty()) return 0;
        int units = 0;
        pango_layout_get_size(layout(encode_utf8(text), kMeasuredSize).get(), &units, nullptr);
        return units / (PANGO_SCALE * kMeasuredSize);
    }
};

Setter::Fonts::Fonts(const std::string& file) {
    std::error_code none;
    if (!std::filesystem::is_regular_file(file, none))
        throw Error(file, "is missing; expected a font, a TrueType or OpenType file");
    config = FcConfigCreate();
    if (!FcConfigAppFontAddFile(config, reinterpret_cast<const FcChar8*>(file.c_str())))
        throw Error(file, "is not a font; expected a TrueType or OpenType file");
    FcFontSet* set = FcConfigGetFonts(config, FcSetApplication);
    if (!set || set->nfont < 1 ||
        FcPatternGetCharSet(set->fonts[0], FC_CHARSET, 0, &characters) != FcResultMatch)
        throw Error(file, "is not a font with characters; expected a TrueType or OpenType file");
    description = pango_fc_font_description_from_pattern(set->fonts[0], FALSE);
    map.reset(pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT));
    if (!map) throw Error("Pango", "has no FreeType fonts; expected Cairo with FreeType");
    pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(map.get()), config);
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map.get()), 72);
    context.reset(pango_font_map_create_context(map.get()));
    cairo_font_options_t* options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context.get(), options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context.get(), FALSE);
    pango_context_set_language(context.get(), pango_language_from_string("en"));
}

Setter::Setter(std::string_view text, const std::string& font)
    : fonts_(std::make_unique<Fonts>(font)) {
    font_name_ = pango_font_description_get_family(fonts_->description);
    for (char32_t character : decode_utf8(text, "--text"))
        if (character > 0x20 && character != 0xAD &&
            !FcCharSetHasChar(fonts_->characters, character)) {
            char code[20];
            std::snprintf(code, sizeof code, " (U+%04X)", static_cast<unsigned>(character));
            std::string name = describe_character(character);
            if (name.starts_with("'")) name += code;  // else it is the code already
            throw Error("--text", "has " + name + ", which the font " + font_name_ + " lacks");
        }
    std::u32string codes = prose(text);
    for (size_t begin = 0; begin < codes.size();) {
        bool space = codes[begin] == U' ';
        size_t at = begin + space, end = at + 1;
        auto breaks_here = [&] {
            return is_dash(codes[end - 1]) && end - 1 > at && codes[end] != U' ' &&
                   !is_point(codes[end]);
        };
        while (end < codes.size() && codes[end] != U' ' && !breaks_here()) end++;
        std::u32string_view word(codes.data() + at, end - at);
        size_t left = 0, right = 0;
        while (left < word.size() && opens(word[left])) left++;
        while (right + left < word.size() && hangs(word[word.size() - 1 - right])) right++;
        Word measured;
        measured.width = fonts_->width(word);
        measured.hang_left = fonts_->width(word.substr(0, left));
        measured.hang_right = fonts_->width(word.substr(word.size() - right));
        measured.space_before = space;
        measured.ends_in_point = is_point(word.back());
        measured.short_word = word.size() <= 3;
        words_.push_back(measured);
        texts_.push_back(encode_utf8(word));
        begin = end;
    }
    space_ = fonts_->width(U"n n") - fonts_->width(U"nn");
    // The heights of letters, not of the font's box: capitals above, tails below.
    Held<PangoLayout> letters = fonts_->layout("Hgpy", kMeasuredSize);
    PangoRectangle ink;
    pango_layout_get_extents(letters.get(), &ink, nullptr);
    int baseline = pango_layout_get_baseline(letters.get());
    ascent_ = (baseline - ink.y) / (PANGO_SCALE * kMeasuredSize);
    descent_ = (ink.y + ink.height - baseline) / (PANGO_SCALE * kMeasuredSize);
    line_height_ = std::max(kLeading, ascent_ + descent_ + 0.1);
    if (pango_layout_get_unknown_glyphs_count(fonts_->layout(encode_utf8(codes), 32).get()) > 0)
        throw Error("--text", "has characters that the font " + font_name_ + " lacks");
}

Setter::~Setter() = default;

SetText Setter::set(double size, const BrokenLines& broken) const {
    SetText result;
    result.size = size;
    result.cost = broken.cost;
    size_t first = 0;
    for (size_t end : broken.ends) {
        SetText::Line line;
        for (size_t i = first; i < end; i++)
            line.text += (i > first && words_[i].space_before ? " " : "") + texts_[i];
        line.width = line_width(words_, space_, first, end) * size;
        line.x = -words_[first].hang_left * size;
        line.baseline = (ascent_ + static_cast<double>(result.lines.size()) * line_height_) * size;
        result.width = std::max(result.width, line.width);
        result.lines.push_back(line);
        first = end;
    }
    result.height = result.lines.back().baseline + descent_ * size;
    return result;
}

SetText Setter::fit(double width, double height, double least, double most) const {
    SetText best;
    double best_score = 0;
    for (size_t lines = 1; lines <= words_.size() && lines <= 14; lines++) {
        double tall = ascent_ + descent_ + static_cast<double>(lines - 1) * line_height_;
        double size = std::min(most, height / tall);
        if (size < least) break;
        // The largest size at which there is a way to break: a break's widest line is what counts,
        // and there are few breaks, so that halving finds it.
        BrokenLines broken = break_into(words_, space_, lines, width / size);
        if (broken.ends.empty()) {
            double low = least, high = size;
            if (break_into(words_, space_, lines, width / low).ends.empty()) continue;
            for (int i = 0; i < 12; i++) {
                double middle = (low + high) / 2;
                (break_into(words_, space_, lines, width / middle).ends.empty() ? high : low) =
                    middle;
            }
            size = low;
            broken = break_into(words_, space_, lines, width / size);
        }
        // Even lines are worth a little of the size.
        double score = std::log(size) - broken.cost - kOneLineMore * static_cast<double>(lines);
        if (!best.lines.empty() && score <= best_score) continue;
        best = set(size, broken);
        best_score = score;
    }
    return best;
}

TextMask Setter::draw(const SetText& text, Alignment alignment, double x, double y,
                      int picture_width, int picture_height) const {
    TextMask mask{picture_width, picture_height, {}};
    std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface(
        cairo_image_surface_create(CAIRO_FORMAT_A8, picture_width, picture_height),
        cairo_surface_destroy);
    std::unique_ptr<cairo_t, void (*)(cairo_t*)> cairo(cairo_create(surface.get()), cairo_destroy);
    for (const SetText::Line& line : text.lines) {
        double indent = alignment == Alignment::center ? (text.width - line.width) / 2 : 0;
        Held<PangoLayout> layout = fonts_->layout(line.text, text.size);
        cairo_move_to(cairo.get(), x + line.x + indent, y + line.baseline);
        pango_cairo_show_layout_line(cairo.get(), pango_layout_get_line_readonly(layout.get(), 0));
    }
    cairo_surface_flush(surface.get());
    if (cairo_status(cairo.get()) != CAIRO_STATUS_SUCCESS)
        throw Error("picture", cairo_status_to_string(cairo_status(cairo.get())));
    const uint8_t* rows = cairo_image_surface_get_data(surface.get());
    int stride = cairo_image_surface_get_stride(surface.get());
    for (int row = 0; row < picture_height; row++)
        mask.coverage.insert(mask.coverage.end(), rows + row * stride,
                             rows + row * stride + picture_width);
    return mask;
}

}  // namespace quillet
