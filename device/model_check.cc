// Whether a model's lines can be shown at all.
// SPDX-License-Identifier: MIT
#include "device/model_check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>

#include "base/error.h"
#include "base/utf8.h"
#include "compile/cost_report.h"
#include "device/quote_page.h"
#include "run/generate.h"
#include "run/sampling.h"
#include "run/word_filter.h"

namespace quillet {

namespace {

// A device gives up after QUILLET_TRIES_MAX lines of which none can be shown. A model is refused where
// fewer than one in four of kLines can. One of which a share of 5 in 100 can is let through 10 times in
// 10,000 (binomial, 6 or more of 24), and then finds none of 96 on 0.7 days in 100; with a share of 10,
// 277 times, and 4 days in 100,000. One of which half can is refused 33 times in 10,000.
constexpr int kLines = 24;
constexpr const char* kCopies = "they are lines of its training text, or nearly";
constexpr size_t kNamed = 8;  // letters that a message names

bool is_white(uint16_t code) {
    return code == ' ' || (code >= '\t' && code <= '\r') || code == EINK_CODE_SOFT_HYPHEN;
}

// The characters of the alphabet that the family's fonts lack.
std::vector<uint16_t> missing_letters(const std::vector<uint16_t>& codes,
                                      const eink_family& family) {
    std::vector<uint16_t> missing;
    for (uint16_t code : codes) {
        if (code >= ' ' && !is_white(code) && !eink_glyph_of(family.fonts[0], code))
            missing.push_back(code);
    }
    return missing;
}

std::string names_of(const std::vector<uint16_t>& codes) {
    std::string text;
    for (size_t i = 0; i < std::min(codes.size(), kNamed); i++)
        text += (i ? ", " : "") + describe_character(codes[i]);
    if (codes.size() > kNamed) text += " and " + std::to_string(codes.size() - kNamed) + " more";
    return text;
}

}  // namespace

std::string check_lines(const Plan& plan, const eink_style& style, LineUse use,
                        const std::string& where) {
    const std::vector<uint16_t> codes = codes_of(plan.alphabet, where);
    const std::vector<uint16_t> missing =
        missing_letters(codes, use == LineUse::quote ? *style.text_family : *style.author_family);
    const std::optional<WordFilter> known = word_filter_of(plan.metadata, where);
    const quillet_word_filter copies = known ? known->view() : quillet_word_filter{};
    LineWriter writer(plan, sampling_settings(plan.metadata, where), 1);
    auto page = std::make_unique<eink_page>();
    std::map<std::string, int> reasons;
    int fitting = 0;
    for (int i = 0; i < kLines; i++) {
        const std::string line = writer.next();
        const std::string text = use == LineUse::quote ? line : "X",
                          author = use == LineUse::quote ? "X" : line;
        int error = eink_typeset(text.data(), text.size(), author.data(), author.size(), &style,
                                 page.get());
        if (!error && !page->author_length) error = EINK_EMPTY;
        if (error)
            reasons[describe_typesetting_error(error, *page)]++;
        else if (known && quillet_is_copy(line.data(), line.size(), &copies))
            reasons[kCopies]++;
        else
            fitting++;
    }
    const std::string letters =
        missing.empty()
            ? ""
            : "its alphabet has letters that the panel's fonts lack: " + names_of(missing);
    if (fitting * 4 >= kLines)
        return letters.empty() ? "" : where + ": " + letters + "; lines with them are left out";
    const auto common =
        std::max_element(reasons.begin(), reasons.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    throw Error(where,
                std::to_string(kLines - fitting) + " of " + std::to_string(kLines) +
                    " lines that it wrote cannot be shown (" + common->first + ")" +
                    (letters.empty() ? "" : "; " + letters) +
                    (common->first == kCopies
                         ? "; expected a model that writes lines of its own: train it on more "
                           "text, or for a shorter time"
                         : "; expected a model of a text in Latin letters, its accents composed "
                           "(NFC)"));
}

std::string slowness_of(const Plan& plan, const TargetRow& target, const std::string& where) {
    const bool is_float_model =
        std::any_of(plan.buffers.begin(), plan.buffers.end(), [](const Buffer& buffer) {
            return buffer.storage == Storage::weight && buffer.tensor.type == Type::float32;
        });
    if (!is_float_model) return "";
    const double pace = cost_report_of(plan, target).characters_per_second(target);
    if (pace == 0) return "";
    const double minutes = std::ceil(static_cast<int>(QUILLET_PATIENCE) / pace / 60);
    char text[200];
    std::snprintf(
        text, sizeof text,
        ": is a float model, of which this chip writes about %.1f characters a second, up "
        "to %.0f minute%s for a turn; quillet quantize makes it integer and many times as "
        "fast",
        pace, minutes, minutes == 1 ? "" : "s");
    return where + text;
}

}  // namespace quillet
