// A quote set on a panel's canvas.
// SPDX-License-Identifier: MIT
#include "device/quote_page.h"

#include "base/error.h"
#include "base/utf8.h"

namespace quillet {

const eink_panel& panel_named(const std::string& name) {
    if (const eink_panel* panel = eink_panel_named(name.c_str())) return *panel;
    std::string names;
    for (int i = 0; i < eink_panel_count; i++)
        names += (i ? ", " : "") + std::string(eink_panels[i]->name);
    throw Error("--panel", "no panel '" + name + "'; there are " + names);
}

std::string describe_typesetting_error(int error, const eink_page& page, int most) {
    switch (error) {
        case EINK_EMPTY:
            return "there is no text";
        case EINK_BAD_UTF8:
            return "not UTF-8, or a character that no font here has (beyond U+FFFF)";
        case EINK_TOO_LONG:
            return "too long: at most " + std::to_string(most) + " characters";
        case EINK_NO_GLYPH:
            return "the font lacks " + describe_character(page.missing);
        default:
            return "too long for the panel even in the smallest letters";
    }
}

QuotePage::QuotePage(const eink_style& style, std::string_view text, std::string_view author)
    : page_(std::make_unique<eink_page>()),
      bytes_(static_cast<size_t>(EINK_CANVAS_BYTES(style.width, style.height))) {
    if (int error = eink_typeset(text.data(), text.size(), author.data(), author.size(), &style,
                                 page_.get())) {
        // Is it the author's fault?
        bool text_alone = !author.empty() && eink_typeset(text.data(), text.size(), "", 0, &style,
                                                          std::make_unique<eink_page>().get()) == 0;
        throw Error(text_alone ? "the author" : "the text",
                    describe_typesetting_error(
                        error, *page_, text_alone ? EINK_AUTHOR_MAX - 3 : EINK_TEXT_MAX - 2));
    }
    eink_canvas_begin(&canvas_, style.width, style.height, bytes_.data());
    eink_draw_page(&canvas_, page_.get());
}

}  // namespace quillet
