// quillet preview: the picture that a panel would show of a quote, given or invented.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "cli/device_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "device/collection.h"
#include "device/host_text_model.h"
#include "device/panel_picture.h"
#include "device/quote_page.h"
#include "run/word_filter.h"

namespace quillet {

namespace {

struct PreviewArguments : DeviceOption {
    std::string text, author, output = "preview.png", at;
    std::optional<uint32_t> seed;
    uint32_t line = 1;
    bool own_text = false, list = false, frame = false, center = false, plain = false,
         portrait = false;
    int scale = 0;
};

void list_panels() {
    for (int i = 0; i < eink_panel_count; i++) {
        const eink_panel& panel = *eink_panels[i];
        std::printf("%-16s  %d x %d, %s; %s\n", panel.name, panel.width, panel.height,
                    panel.controller, panel.description);
    }
}

void print_quote(const PreviewArguments& options) {
    const std::string author = options.author.empty() ? "" : "    - " + options.author + "\n";
    print(options.text + "\n" + author, report_stream({options.output}));
}

// Text and author as the device would choose them with the same models and seed.
void invent(PreviewArguments& options, const eink_style& style) {
    Plan quotes = options.quotes.plan(), names = options.names.plan();
    const std::string quotes_file = options.quotes.file(), names_file = options.names.file();
    const HostTextModel quotes_voice(quotes, quotes_file), names_voice(names, names_file);
    options.require_lines(quotes, names, style);
    auto quote = std::make_unique<quillet_quote>();
    auto page = std::make_unique<eink_page>();
    if (!options.seed) options.seed = std::random_device{}();
    std::fprintf(stderr, "seed %u\n", *options.seed);
    const std::optional<WordFilter> collection = word_filter_of(quotes.metadata, quotes_file);
    const quillet_word_filter words = collection ? collection->view() : quillet_word_filter{};
    if (quillet_invent(quote.get(), page.get(), &quotes_voice.voice(), &names_voice.voice(), &style,
                       *options.seed, options.candidates, collection ? &words : nullptr, nullptr)) {
        throw Error("preview", "none of the models' lines fits the panel; try another --seed");
    }
    options.text = quote->text;
    options.author = quote->author;
    print_quote(options);
}

// The quote --line of the texts, counted as their file has them, or a clock's for --at.
void look_up(PreviewArguments& options, const Collection& texts) {
    const quillet_collection& all = texts.collection();
    if (options.line > all.count)
        throw Error("--line", options.texts + " has " + std::to_string(all.count) + " quotes");
    size_t which = texts.of_file(options.line - 1);
    if (!options.at.empty()) {
        if (!all.is_clock) throw Error("--at", options.texts + " is no clock; give --line");
        which = quillet_collection_minute(&all, minute_of(options.at, "--at"), 0);
    }
    options.text = texts.text(which);
    options.author = texts.author(which);
    print_quote(options);
}

int preview(PreviewArguments options) {
    if (options.list) {
        list_panels();
        return 0;
    }
    require_ending(options.output, "PNG", {".png"});
    require_output(options.output, options.inputs());
    eink_style style = options.style();
    if (options.center) style.alignment = EINK_CENTER;
    if (options.plain) style.quotation_marks = EINK_MARKS_NONE;
    if (options.portrait) std::swap(style.width, style.height);
    if (const auto texts = options.collection(style); texts && !options.own_text)
        look_up(options, *texts);
    else if (!options.own_text)
        invent(options, style);
    if (options.text.find_first_not_of(" \t\r\n") == std::string::npos)
        throw Error("--text", "is empty; expected a quote");
    QuotePage page(style, options.text, options.author);
    const int scale = options.scale ? options.scale : options.frame ? 2 : 1;
    const Picture picture =
        options.frame ? framed_picture(page.canvas(), scale) : panel_picture(page.canvas(), scale);
    write_file(options.output, png_of(picture));
    std::fprintf(report_stream({options.output}), "%s: %d x %d, %s, %d %s\n",
                 options.output.c_str(), picture.width, picture.height, page.font_name().c_str(),
                 page.line_count(), page.line_count() == 1 ? "line" : "lines");
    return 0;
}

}  // namespace

Run set_up_preview(Command& command) {
    auto options = std::make_shared<PreviewArguments>();
    options->add_to(command);
    Option* quotes = command.option("--quotes");
    Option* text =
        command.add_option("--text", options->text, "A quote of your own instead of the models'")
            ->excludes(command.option("QUOTES"))
            ->excludes(quotes);
    command
        .add_option("--seed", options->seed,
                    "Of the quote: the device shows the same for the same seed")
        ->excludes(text)
        ->excludes(quotes);
    command.add_option("--author", options->author, "Who is to have said it, with --text")
        ->needs(text);
    Option* line =
        command.add_option("--line", options->line, "Which quote of --quotes, in the file's order")
            ->check(whole_between(1, 1000000))
            ->needs(quotes);
    command.add_option("--at", options->at, "HH:MM of a clock of --quotes")
        ->needs(quotes)
        ->excludes(line);
    command.add_flag("--list", options->list, "List the panels");
    command.add_option("-o,--output", options->output, "The PNG file to write")->shows_default();
    command.add_flag("--frame", options->frame, "Draw the panel in a frame");
    command
        .add_option("--scale", options->scale,
                    "Pixels of the picture a pixel of the panel (1; framed 2)")
        ->check(whole_between(1, 16));
    command.add_flag("--center,--centre", options->center, "Center the lines");
    command.add_flag("--portrait", options->portrait, "As if the panel hung upright");
    command.add_flag("--no-marks", options->plain, "Put no quotation marks around the text")
        ->excludes(command.option("--marks"));
    command.option("--candidates")->excludes(text);
    command.option("--time")->needs(quotes);
    return [options, text] {
        options->own_text = text->count() > 0;
        return preview(*options);
    };
}

}  // namespace quillet
