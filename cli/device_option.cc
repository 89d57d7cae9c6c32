// What the verbs of the device share: its two models, its panel and the panel's bus.
// SPDX-License-Identifier: MIT
#include "cli/device_option.h"

#include <cstdio>

#include "base/error.h"
#include "base/file.h"
#include "device/collection.h"
#include "device/model_check.h"
#include "device/quote_page.h"
#include "firmware/quote.h"

namespace quillet {

void DeviceOption::add_to(Command& command) {
    command.add_option("QUOTES", quotes.path, "The quotes' model (the shipped one)");
    command.add_option("NAMES", names.path, "The authors' model (the shipped one)");
    command.add_option("--alphabet", quotes.alphabet,
                       "The characters of QUOTES in token order, where it has no metadata");
    command.add_option("--names-alphabet", names.alphabet, "Those of NAMES");
    command.add_option(
        "--quotes", texts,
        "A file of texts to show, a line each: TEXT|AUTHOR, or HH:MM|TEXT|AUTHOR for "
        "a literary clock; instead of the models, or beside them where QUOTES is "
        "given");
    command.add_option("--time", time, "HH:MM that a clock shows when power comes, or at a press")
        ->check({"HH:MM",
                 [](const std::string& text) -> std::string {
                     try {
                         minute_of(text, "");
                         return "";
                     } catch (const Error& error) {
                         return error.what();
                     }
                 }})
        ->shows_default();
    command.add_option("--marks", marks, "Quotation marks around quotes: english or german")
        ->check(one_of({"english", "german"}))
        ->shows_default();
    command.add_option("--panel", panel, "The panel's name (quillet preview --list)")
        ->shows_default();
    command.add_option("--candidates", candidates, "Quotes to choose the best from, at most")
        ->check(whole_between(1, QUILLET_TRIES_MAX))
        ->shows_default();
}

void DeviceOption::add_bus_to(Command& command) {
    command.add_option("--bus", bus, "spi, or i2c through an SC18IS602B")
        ->check(one_of({"spi", "i2c"}))
        ->shows_default();
}

eink_style DeviceOption::style() const {
    eink_style style = eink_panel_style(&panel_named(panel));
    if (german_marks()) style.quotation_marks = EINK_MARKS_GERMAN;
    return style;
}

std::unique_ptr<Collection> DeviceOption::collection(const eink_style& style) const {
    if (texts.empty()) return nullptr;
    auto collection = std::make_unique<Collection>(read_file(texts), texts, style, time);
    if (collection->collection().is_clock && has_models())
        throw Error(texts,
                    "is a clock, which shows its own lines alone; leave QUOTES and NAMES out");
    return collection;
}

void DeviceOption::require_lines(const Plan& quotes_plan, const Plan& names_plan,
                                 const eink_style& style) const {
    const auto warn = [](const std::string& warning) {
        if (!warning.empty()) std::fprintf(stderr, "%s\n", warning.c_str());
    };
    warn(check_lines(quotes_plan, style, LineUse::quote, quotes.file()));
    warn(check_lines(names_plan, style, LineUse::author, names.file()));
}

}  // namespace quillet
