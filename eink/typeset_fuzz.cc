// Any bytes as quote and author on any panel: an error or a page, never more.
// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "eink/panel.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const eink_panel* panel = eink_panels[data[0] % static_cast<unsigned>(eink_panel_count)];
    eink_style style = eink_panel_style(panel);
    style.alignment = data[0] & 0x80 ? EINK_CENTER : EINK_LEFT;
    style.quotation_marks = !(data[0] & 0x40);
    const char* text = reinterpret_cast<const char*>(data + 2);
    size_t author = data[1] < size - 2 ? data[1] : size - 2;
    auto page = std::make_unique<eink_page>();
    if (eink_typeset(text + author, size - 2 - author, text, author, &style, page.get())) return 0;
    std::vector<uint8_t> bytes(static_cast<size_t>(EINK_CANVAS_BYTES(panel->width, panel->height)));
    eink_canvas canvas;
    eink_canvas_begin(&canvas, panel->width, panel->height, bytes.data());
    eink_draw_page(&canvas, page.get());
    if (page->line_count == 0 || page->line_count > EINK_LINES_MAX) abort();
    return 0;
}
