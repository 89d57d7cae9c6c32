// Diversity against quality: how varied the lines are, and how likely to another judge.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <memory>

#include "base/parallel.h"
#include "base/utf8.h"
#include "corpus/ngram.h"
#include "study/clauses.h"
#include "study/diversity.h"
#include "study/invented.h"
#include "study/material.h"

namespace quillet::study {
namespace {

constexpr size_t kMatched = 1000;  // lines a text, of the same lengths
constexpr size_t kBytes = 20000;   // compressed
// Lines that a setting must have to be compared: two, and one in so many of those that it could have.
constexpr size_t kFewest = 2, kFewestShare = 20;
constexpr double kAbout = 0.1;  // of people's variety: what is about as much

// Bits a character of lines, by another model or by counting.
class Judge {
  public:
    explicit Judge(const Material& material) : plan_(material.subject.second) {
        if (plan_) return;
        ngram_ = std::make_unique<NgramModel>(material.settings.ngram_context);
        for (const std::string& line : material.subject.train)
            ngram_->add(decode_utf8(line, "n-gram"));
    }

    std::vector<double> bits(const std::vector<std::string>& lines) const {
        std::vector<double> result;
        std::unique_ptr<LineReader> reader;
        if (plan_) reader = std::make_unique<LineReader>(*plan_);
        for (const std::string& line : lines) {
            if (reader) {
                result.push_back(reader->bits_per_character(line));
                continue;
            }
            NgramModel::Score score;
            ngram_->score(decode_utf8(line, "n-gram"), score);
            result.push_back(score.bits_per_character());
        }
        return result;
    }

  private:
    const Plan* plan_;
    std::unique_ptr<NgramModel> ngram_;
};

struct Measured {
    std::string name;
    size_t place = 0;  // among the temperatures
    std::vector<std::string> lines;
    double distinct[3] = {}, bleu = 0, ratio = 0;
    Estimate bits = {};
};

// What is compared: `texts` are temperatures, then the human lines. `left_out`: temperatures with too
// few lines of the human lines' lengths. All runs and bytes are cut to the text that has the fewest, so
// that one of them would void every figure.
struct Compared {
    std::vector<Measured> texts;
    std::vector<std::string> left_out;
};

void measure(const Judge& judge, size_t order, size_t runs, size_t bytes, uint32_t seed,
             Measured& text) {
    for (size_t n = 1; n <= 3; n++) text.distinct[n - 1] = distinct(text.lines, n, runs);
    text.bleu = self_bleu(text.lines, order);
    text.ratio = compression_ratio(text.lines, bytes);
    text.bits = mean(judge.bits(text.lines), seed);
}

// The temperatures that have lines enough, then the human lines, cut to the same number of lines of
// each length.
Compared matched_texts(const Material& material) {
    const Sweep& sweep = material.temperatures();
    const bool held_out = material.subject.held_out.size() >= 200;
    const std::vector<std::string> human =
        held_out ? material.subject.held_out : material.some_training(5000);
    const std::vector<double> weights = strata_of(human);
    const size_t wanted = std::min(kMatched, human.size());
    Compared compared;
    for (size_t i = 0; i < sweep.values.size(); i++) {
        const std::vector<std::string> all = material.detail(sweep.samples[i]);
        Measured text{sweep.ticks[i], i, matched(all, weights, wanted)};
        if (text.lines.size() < std::max(kFewest, std::min(wanted, all.size()) / kFewestShare))
            compared.left_out.push_back(text.name);
        else
            compared.texts.push_back(std::move(text));
    }
    compared.texts.push_back({held_out ? "held out" : "text", 0, matched(human, weights, wanted)});
    return compared;
}

void measure_all(const Material& material, size_t order, std::vector<Measured>& texts) {
    size_t runs = 1000000, bytes = kBytes;
    for (const Measured& text : texts) {
        size_t words = 0, size = 0;
        for (const std::string& line : text.lines) {
            words += clauses_of(line).words.size();
            size += line.size() + 1;
        }
        runs = std::min(runs, words / 2);
        bytes = std::min(bytes, size);
    }
    const Judge judge(material);
    in_parallel(texts.size(), material.settings.threads, [&](size_t i) {
        measure(judge, order, runs, bytes, material.settings.seed + static_cast<uint32_t>(i),
                texts[i]);
    });
}

Chart chart_over(const Material& material, const std::string& title, const std::string& caption) {
    Chart chart = over_temperature(material, title);
    chart.caption = caption;
    return chart;
}

Series curve(const std::vector<Measured>& texts, const std::string& name,
             const std::function<Estimate(const Measured&)>& of) {
    Series series{.name = name};
    for (size_t i = 0; i + 1 < texts.size(); i++)
        series.add(static_cast<double>(texts[i].place), of(texts[i]));
    return series;
}

// Variety against the judge's bits: a curve through the temperatures, and where people are.
Chart path_chart(const std::vector<Measured>& texts, const std::string& title,
                 const std::string& caption, const std::string& judge,
                 const std::function<double(const Measured&)>& variety) {
    Chart chart;
    chart.title = title;
    chart.caption = caption;
    chart.x_name = "bits per character by " + judge + ": likely … unlikely";
    Series path{.name = "", .color = 0},
        people{.name = "people", .look = Series::Look::points, .color = 1, .labels = {"people"}};
    for (size_t i = 0; i + 1 < texts.size(); i++) {
        path.add(texts[i].bits.value, exactly(variety(texts[i])));
        path.labels.push_back("T " + texts[i].name);
    }
    people.add(texts.back().bits.value, exactly(variety(texts.back())));
    chart.series = {std::move(path), std::move(people)};
    return chart;
}

void add_charts(const Material& material, const std::vector<Measured>& texts, size_t order,
                const std::string& judge, Section& section) {
    const Measured& human = texts.back();
    Chart distinct_chart = chart_over(material, "Distinct n-grams of words",
                                      "Different n-grams divided by all n-grams, over the same "
                                      "number of n-grams for each text. Dotted: people.");
    for (size_t n = 1; n <= 3; n++) {
        if (human.distinct[n - 1] == 0) continue;  // lines of fewer words have no such runs
        distinct_chart.series.push_back(
            curve(texts, "distinct-" + std::to_string(n),
                  [n](const Measured& text) { return exactly(text.distinct[n - 1]); }));
        distinct_chart.levels.push_back({"people " + std::to_string(n), human.distinct[n - 1]});
    }
    section.charts.push_back(std::move(distinct_chart));
    Chart bleu = chart_over(
        material, "Self-BLEU",
        "How much a line consists of n-grams (up to " + std::to_string(order) +
            " words) of the other lines; 1 means that all lines are the same. Dotted: people.");
    bleu.series.push_back(
        curve(texts, "model", [](const Measured& text) { return exactly(text.bleu); }));
    bleu.levels.push_back({"people", human.bleu});
    section.charts.push_back(std::move(bleu));
    Chart ratio = chart_over(material, "Compression",
                             "Size divided by the size compressed with bzip2, for texts of equal "
                             "length: higher means more repetitive. Dotted: people.");
    ratio.series.push_back(
        curve(texts, "model", [](const Measured& text) { return exactly(text.ratio); }));
    ratio.levels.push_back({"people", human.ratio});
    section.charts.push_back(std::move(ratio));
    Chart bits = chart_over(
        material, "Bits per character by " + judge,
        "Lower means more probable; the mean over lines, with its interval. Dotted: people.");
    bits.series.push_back(curve(texts, "model", [](const Measured& text) { return text.bits; }));
    bits.levels.push_back({"people", human.bits.value});
    section.charts.push_back(std::move(bits));
}

// Which temperature is about as varied as people, if any is.
std::string told(const std::vector<Measured>& texts, const std::string& variety_name,
                 const std::function<double(const Measured&)>& variety, const std::string& judge,
                 bool with_bits_of_people) {
    const Measured& human = texts.back();
    const auto distance = [&](const Measured& text) {
        return std::abs(variety(text) - variety(human));
    };
    const Measured& nearest = *std::min_element(
        texts.begin(), texts.end() - 1,
        [&](const Measured& a, const Measured& b) { return distance(a) < distance(b); });
    const bool near = distance(nearest) <= kAbout * variety(human);
    std::string finding =
        near ? "At temperature " + nearest.name + " the lines are about as diverse as people's ("
             : "At no temperature are the lines about as diverse as people's; at " + nearest.name +
                   " they are nearest (";
    finding += variety_name + " " + figure(variety(nearest)) + ", people's " +
               figure(variety(human)) + ") and have " + figure(nearest.bits.value) +
               " bits per character by " + judge;
    if (with_bits_of_people) finding += ", people's " + figure(human.bits.value);
    return finding + ".";
}

}  // namespace

Section diversity_section(const Material& material, Findings& findings) {
    Section section{.id = "diversity", .title = "Diversity against quality"};
    const size_t order = material.words_a_line < 4 ? 2 : 4;
    Compared compared = matched_texts(material);
    std::vector<Measured>& texts = compared.texts;
    const bool of_training = texts.back().name == "text";
    section.text.push_back(
        "All texts are cut to the same number of lines of each length in words, as far as a "
        "setting writes such lines. “People” are the " +
        std::string(of_training ? "training" : "held-out") + " lines.");
    if (!compared.left_out.empty()) {
        std::string names;
        for (const std::string& name : compared.left_out)
            names += (names.empty() ? "" : ", ") + name;
        section.text.push_back(
            "Left out, because it writes too few lines of the usual lengths: temperature " + names +
            ".");
    }
    if (texts.size() == 1) {
        section.text.push_back("No temperature is left to compare with people's lines.");
        return section;
    }
    measure_all(material, order, texts);
    const std::string judge =
        material.subject.second ? material.subject.second_name : "a character n-gram";
    // Of names even pairs are nearly all distinct.
    const size_t runs = order == 2 ? 1 : 2;
    const auto variety = [runs](const Measured& text) { return text.distinct[runs - 1]; };
    const std::string variety_name = "distinct-" + std::to_string(runs);
    section.charts.push_back(path_chart(texts, "Diversity against probability",
                                        "Each point is a temperature: further right is less "
                                        "probable for the judge, further up is more diverse (" +
                                            variety_name + "). The ring marks people's lines.",
                                        judge, variety));
    add_charts(material, texts, order, judge, section);
    // Without words there are no runs; the lines that an n-gram was counted on are no comparison.
    if (variety(texts.back()) > 0)
        findings.push_back(told(texts, variety_name, variety, judge,
                                !of_training || material.subject.second != nullptr));
    return section;
}

}  // namespace quillet::study
