// A quote set on a panel's canvas, with errors that a person can mend.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "eink/panel.h"

namespace quillet {

// The panel of that name. Throws Error that lists the names there are.
const eink_panel& panel_named(const std::string& name);

// What an eink_error says to a person: "even the smallest letters do not fit".
// `most`: characters that are not too many.
std::string describe_typesetting_error(int error, const eink_page& page,
                                       int most = EINK_TEXT_MAX - 2);

class QuotePage {
  public:
    // Sets and draws `text` and `author`. Throws Error when they cannot be set.
    QuotePage(const eink_style& style, std::string_view text, std::string_view author);

    const eink_canvas& canvas() const { return canvas_; }
    const eink_page& page() const { return *page_; }
    std::string font_name() const { return page_->text_font->name; }
    int line_count() const { return page_->line_count; }

  private:
    std::unique_ptr<eink_page> page_;
    std::vector<uint8_t> bytes_;
    eink_canvas canvas_{};
};

}  // namespace quillet
