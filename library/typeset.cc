// The public interface's typesetting.
// SPDX-License-Identifier: MIT
#include "quillet/typeset.h"

#include "device/panel_picture.h"
#include "device/quote_page.h"

namespace quillet {

std::string typeset(const std::string& text, const std::string& author, const PageConfig& config) {
    if (config.scale < 1 || config.scale > 16)
        throw Error("scale", "is " + std::to_string(config.scale) + "; expected 1 to 16");
    eink_style style = eink_panel_style(&panel_named(config.panel));
    if (config.center) style.alignment = EINK_CENTER;
    style.quotation_marks = config.quotation_marks;
    const QuotePage page(style, text, author);
    return png_of(panel_picture(page.canvas(), config.scale));
}

std::vector<std::string> panel_names() {
    std::vector<std::string> names;
    for (int i = 0; i < eink_panel_count; i++) names.push_back(eink_panels[i]->name);
    return names;
}

}  // namespace quillet
