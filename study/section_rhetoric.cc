// Rhetoric: did the model learn figures of speech, and at which temperature do they go?
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "study/clauses.h"
#include "study/diversity.h"
#include "study/material.h"
#include "study/ngram_text.h"
#include "study/rhetoric.h"

namespace quillet::study {
namespace {

struct FigureRow {
    const char *name, *caption;
    double (*value)(const Figures&);
};

constexpr FigureRow kFigures[] = {
    {"Repetition", "The share of characters that are in content words which occur twice or more.",
     [](const Figures& f) { return f.repetition; }},
    {"Anaphora", "Adjacent clauses begin with the same words.",
     [](const Figures& f) { return f.anaphora ? 1.0 : 0; }},
    {"Epiphora", "Adjacent clauses end with the same words.",
     [](const Figures& f) { return f.epiphora ? 1.0 : 0; }},
    {"Chiasmus", "Words are repeated in reverse order.",
     [](const Figures& f) { return f.chiasmus ? 1.0 : 0; }},
    {"Antithesis", "Antonyms by WordNet; not X but Y; better X than Y; X is Y, Z is W.",
     [](const Figures& f) { return f.antithesis ? 1.0 : 0; }},
    {"Isocolon", "Adjacent clauses have the same length and structure.",
     [](const Figures& f) { return f.isocolon ? 1.0 : 0; }},
};
constexpr size_t kFigureCount = std::size(kFigures);

// The figures of a text, by the lengths of its lines.
struct Read {
    std::string name;
    std::vector<std::string> lines;
    std::vector<Strata> values;                             // one a figure
    std::vector<std::pair<double, std::string>> crossings;  // score and line
    std::vector<Estimate> estimates;
    bool comparable = false;  // has lines of the training text's lengths
};

void read(const Material& material, const std::vector<double>& weights, uint32_t seed, Read& text) {
    text.values.assign(kFigureCount, Strata(kStrata));
    for (const std::string& line : text.lines) {
        const Figures figures = figures_of(line, material.subject.antonyms);
        const size_t stratum = stratum_of(clauses_of(line).words.size());
        text.comparable = text.comparable || weights[stratum] > 0;
        for (size_t i = 0; i < kFigureCount; i++)
            text.values[i][stratum].push_back(kFigures[i].value(figures));
        if (figures.chiasmus) text.crossings.emplace_back(figures.crossing.score, line);
    }
    for (const Strata& values : text.values)
        text.estimates.push_back(standardized(values, weights, seed));
    std::stable_sort(text.crossings.begin(), text.crossings.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
}

// Lines of the texts that the model is compared with, at least: they cost nothing beside its own, and
// rare figures need many.
constexpr uint32_t kCompared = 4000;

// The temperatures, the model's own setting, then the texts that they are compared with.
std::vector<Read> read_all(const Material& material, const std::vector<double>& weights) {
    const StudySettings& settings = material.settings;
    const Sweep& sweep = material.temperatures();
    std::vector<Read> texts;
    for (size_t i = 0; i < sweep.values.size(); i++)
        texts.push_back({"T " + sweep.ticks[i], material.detail(sweep.samples[i]), {}, {}, {}});
    texts.push_back({"own setting", material.detail(material.own), {}, {}, {}});
    const uint32_t compared = std::max<uint32_t>(settings.detail, kCompared);
    const std::vector<std::string> training = material.some_training(compared);
    size_t longest = 40;
    for (const std::string& line : training) longest = std::max(longest, line.size());
    texts.push_back({"training text", training, {}, {}, {}});
    if (!material.subject.held_out.empty())
        texts.push_back({"held-out lines", material.subject.held_out, {}, {}, {}});
    Draws draws(settings.seed);
    texts.push_back({"shuffled words", shuffled(training, draws), {}, {}, {}});
    texts.push_back(
        {"character n-gram",
         ngram_lines(material.training, settings.ngram_context, compared, longest, settings.seed),
         {},
         {},
         {}});
    in_parallel(texts.size(), settings.threads, [&](size_t i) {
        read(material, weights, settings.seed + static_cast<uint32_t>(i), texts[i]);
    });
    return texts;
}

const Read& named(const std::vector<Read>& texts, const std::string& name) {
    return *std::find_if(texts.begin(), texts.end(),
                         [&](const Read& text) { return text.name == name; });
}

// The model at three temperatures and its own setting, beside people, shuffled words and counting.
Dots dots_of(const Material& material, const std::vector<Read>& texts, size_t figure) {
    Dots dots;
    dots.title = kFigures[figure].name;
    dots.caption = kFigures[figure].caption;
    const size_t temperatures = material.temperatures().values.size();
    for (size_t i = 0; i < texts.size(); i++) {
        const bool model = i <= temperatures;
        if (i < temperatures && i != 0 && i != temperatures / 2 && i != temperatures - 1) continue;
        const std::string& name = texts[i].name;
        if (!texts[i].comparable) continue;
        const int color = model                                                    ? 0
                          : name == "shuffled words" || name == "character n-gram" ? 8
                                                                                   : 1;
        dots.rows.push_back({model ? "model, " + name : name, texts[i].estimates[figure], color});
    }
    return dots;
}

Chart curve_of(const Material& material, const std::vector<Read>& texts, size_t figure) {
    Chart chart =
        over_temperature(material, std::string(kFigures[figure].name) + ", by temperature");
    chart.caption = "Dotted: the training text, its words shuffled, and a character n-gram.";
    chart.percent = true;
    Series model{.name = "model", .color = 0};
    for (size_t i = 0; i < material.temperatures().values.size(); i++)
        if (texts[i].comparable) model.add(static_cast<double>(i), texts[i].estimates[figure]);
    chart.series.push_back(std::move(model));
    chart.levels = {{"text", named(texts, "training text").estimates[figure].value},
                    {"shuffled", named(texts, "shuffled words").estimates[figure].value},
                    {"n-gram", named(texts, "character n-gram").estimates[figure].value}};
    return chart;
}

Table crossings_table(const std::vector<const Read*>& texts) {
    Table table;
    table.title = "The best chiasmus candidates";
    table.caption = "By the features of Dubremetz and Nivre: the four highest of each text.";
    table.columns = {"text", "line", "score"};
    table.text_columns = 2;
    for (const Read* text : texts)
        for (size_t i = 0; i < std::min<size_t>(text->crossings.size(), 4); i++)
            table.rows.push_back(
                {text->name, text->crossings[i].second, figure(text->crossings[i].first)});
    return table;
}

bool apart(const Estimate& a, const Estimate& b) {
    return a.low > b.high || b.low > a.high;
}

// At which temperatures the figure is rarer than half of what the text has: at all, or from one down
// where it is not so above; else empty.
std::string where_it_goes(const Material& material, const std::vector<Read>& texts, size_t figure) {
    const Estimate& text = named(texts, "training text").estimates[figure];
    const Sweep& sweep = material.temperatures();
    std::vector<size_t> places;  // of the temperatures that can be compared
    for (size_t i = 0; i < sweep.values.size(); i++)
        if (texts[i].comparable) places.push_back(i);
    const auto is_rare = [&](size_t i) {
        return texts[places[i]].estimates[figure].value < text.value / 2;
    };
    size_t gone = places.size();
    while (gone > 0 && is_rare(gone - 1) && apart(texts[places[gone - 1]].estimates[figure], text))
        gone--;
    if (gone == places.size()) return "";
    if (gone == 0)
        return places.size() > 1 ? "at every temperature"
                                 : "at temperature " + sweep.ticks[places[0]];
    for (size_t i = 0; i < gone; i++)
        if (is_rare(i)) return "";
    return "from temperature " + sweep.ticks[places[gone]] + " down";
}

std::string verdict(const Material& material, const std::vector<Read>& texts, size_t figure) {
    const Estimate &model = named(texts, "own setting").estimates[figure],
                   &text = named(texts, "training text").estimates[figure],
                   &words = named(texts, "shuffled words").estimates[figure],
                   &ngram = named(texts, "character n-gram").estimates[figure];
    if (!named(texts, "own setting").comparable)
        return std::string(kFigures[figure].name) +
               ": the model's own setting has no line of the training text's lengths.";
    const Estimate& chance = words.value > ngram.value ? words : ngram;
    std::string result = std::string(kFigures[figure].name) + ": ";
    if (!apart(text, chance))
        result += "with so few lines not even the training text can be distinguished from chance";
    else if (model.value > chance.value && apart(model, chance))
        result += apart(model, text)
                      ? model.value > text.value ? "learned, and more frequent than in the text"
                                                 : "learned in part"
                      : "learned, and as frequent as in the text, within the intervals";
    else if (model.value > chance.value)
        result += "cannot be distinguished from chance with so few lines";
    else
        result += apart(model, text) ? "not learned" : "too rare to decide with so few lines";
    result += " (model " + per_cent(model.value) + ", interval " + study::figure(100 * model.low) +
              " \u2026 " + study::figure(100 * model.high) + "; text " + per_cent(text.value) +
              ", shuffled words " + per_cent(words.value) + ", n-gram " + per_cent(ngram.value) +
              ")";
    if (const std::string gone = where_it_goes(material, texts, figure); !gone.empty())
        result += "; less than half of the text's share " + gone;
    return result + ".";
}

}  // namespace

Section rhetoric_section(const Material& material, Findings& findings) {
    Section section{.id = "rhetoric", .title = "Rhetoric"};
    if (material.words_a_line < 4) {
        section.text.push_back("The lines have " + figure(material.words_a_line, 2) +
                               " words on average: too few for figures of speech.");
        return section;
    }
    const std::vector<double> weights = strata_of(material.subject.train);
    const std::vector<Read> texts = read_all(material, weights);
    section.text.push_back(
        "Each share is standardized to the lengths of the training text's lines, so that lines are "
        "compared with lines of equal length. “Shuffled words” has the words of the training text, "
        "shuffled among its lines. The character n-gram was counted on the training text. "
        "“Learned” means that the model at its own setting has more than both of these, and the 95 "
        "percent intervals do not overlap.");
    for (const Read& text : texts)
        if (!text.comparable)
            section.text.push_back(
                "Left out, because it has too few lines of the training text's lengths: " +
                text.name + ".");
    for (size_t i = 0; i < kFigureCount; i++) section.text.push_back(verdict(material, texts, i));
    for (size_t i = 0; i < kFigureCount; i++) section.dots.push_back(dots_of(material, texts, i));
    for (size_t i = 0; i < kFigureCount; i++)
        section.charts.push_back(curve_of(material, texts, i));
    section.tables.push_back(
        crossings_table({&named(texts, "training text"), &named(texts, "own setting"), &texts[0]}));
    if (!named(texts, "own setting").comparable) return section;
    for (size_t i : {size_t{0}, size_t{4}}) findings.push_back(verdict(material, texts, i));
    return section;
}

}  // namespace quillet::study
