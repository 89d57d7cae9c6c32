// quillet preview: the picture that a panel would show of a quote.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "cli/verbs.h"
#include "device/panel_picture.h"
#include "device/quote_page.h"

namespace quillet {

namespace {

struct Options {
    std::string text, author, panel = "ssd1683-400x300", output = "preview.png";
    bool list = false, frame = false, centre = false, plain = false;
    int scale = 0;
};

void list_panels() {
    for (int i = 0; i < eink_panel_count; i++) {
        const eink_panel& panel = *eink_panels[i];
        std::printf("%-16s  %d x %d, %s; %s\n", panel.name, panel.width, panel.height,
                    panel.controller, panel.description);
    }
}

int preview(const Options& options) {
    if (options.list) {
        list_panels();
        return 0;
    }
    if (options.text.empty())
        throw Error("preview", "no text: give --text \"…\" and perhaps --author \"…\"");
    eink_style style = eink_panel_style(&panel_named(options.panel));
    if (options.centre) style.alignment = EINK_CENTRE;
    style.quotation_marks = !options.plain;
    QuotePage page(style, options.text, options.author);
    int scale = options.scale ? options.scale : options.frame ? 2 : 1;
    Picture picture =
        options.frame ? framed_picture(page.canvas(), scale) : panel_picture(page.canvas(), scale);
    write_file(options.output, png_of(picture));
    std::printf("%s: %d x %d, %s, %d lines\n", options.output.c_str(), picture.width,
                picture.height, page.font_name().c_str(), page.line_count());
    return 0;
}

}  // namespace

Run set_up_preview(CLI::App& command) {
    auto options = std::make_shared<Options>();
    command.add_option("--text", options->text, "The quote");
    command.add_option("--author", options->author, "Who is to have said it");
    command.add_option("--panel", options->panel, "The panel's name (--list)")
        ->capture_default_str();
    command.add_flag("--list", options->list, "List the panels");
    command.add_option("-o,--output", options->output, "The PNG file to write")
        ->capture_default_str();
    command.add_flag("--frame", options->frame, "Draw the panel in a frame");
    command
        .add_option("--scale", options->scale,
                    "Pixels of the picture a pixel of the panel (1; framed 2)")
        ->check(CLI::Range(1, 16));
    command.add_flag("--centre", options->centre, "Centre the lines");
    command.add_flag("--no-marks", options->plain, "Put no quotation marks around the text");
    return [options] { return preview(*options); };
}

}  // namespace quillet
