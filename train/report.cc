// A training as a report: its curves, sample lines, figures and recipe.
// SPDX-License-Identifier: MIT
#include "train/report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace quillet::train {
namespace {

using report::Chart, report::exactly, report::fixed, report::Series;

// The point with the best validation; null where nothing validated.
const Point* best_of(const std::vector<Point>& history) {
    const Point* best = nullptr;
    for (const Point& point : history)
        if (point.validation_bpc && (!best || *point.validation_bpc < *best->validation_bpc))
            best = &point;
    return best;
}

Chart bits_chart(const std::vector<Point>& history) {
    Chart chart;
    chart.title = "Bits a character";
    chart.caption = "Training: of the text as it is learned, with dropout.";
    chart.x_name = "epochs";
    chart.from_zero = false;
    Series training{.name = "training", .color = 0}, validation{.name = "validation", .color = 1};
    for (const Point& point : history) {
        training.add(point.epoch, exactly(point.training_bpc));
        if (point.validation_bpc) validation.add(point.epoch, exactly(*point.validation_bpc));
    }
    chart.series = {training, validation};
    if (const Point* best = best_of(history)) {
        const double bits = *best->validation_bpc;
        chart.caption +=
            " Validation: of the lines held out; the ring and the dotted line: the best.";
        Series ring{.name = "best validation",
                    .look = Series::Look::points,
                    .color = 1,
                    .labels = {""}};  // the level has it
        ring.add(best->epoch, exactly(bits));
        chart.series.push_back(ring);
        chart.levels.push_back({"best " + fixed(bits, 3), bits});
    }
    return chart;
}

Chart rate_chart(const std::vector<Point>& history) {
    Chart chart;
    chart.title = "Learning rate, in thousandths";
    chart.x_name = "epochs";
    Series rate{.name = "rate", .color = 2};
    for (const Point& point : history) rate.add(point.epoch, exactly(1000 * point.learning_rate));
    chart.series = {rate};
    return chart;
}

report::Table samples_table(const std::vector<SamplesAt>& samples) {
    report::Table table;
    table.title = "Lines while it was trained";
    table.columns = {"epoch", "bits a character", "temperature", "line"};
    table.text_columns = table.columns.size();
    for (const SamplesAt& at : samples)
        for (size_t i = 0; i < at.samples.size(); i++) {
            const bool told = i == 0 && at.validation_bpc > 0;
            table.rows.push_back({i == 0 ? fixed(at.epoch, 1) : "",
                                  told ? fixed(at.validation_bpc, 3) : "",
                                  fixed(at.samples[i].temperature, 1), at.samples[i].line});
        }
    return table;
}

}  // namespace

report::Report report_of(const std::string& model, const std::string& text,
                         std::vector<std::pair<std::string, std::string>> figures,
                         const std::vector<Point>& history, const std::vector<SamplesAt>& samples,
                         const Recipe& recipe) {
    report::Report report;
    report.title = "The training of " + model;
    report.subtitle = "From " + text;
    if (const Point* best = best_of(history))
        report.findings.push_back("The best validation is " + fixed(*best->validation_bpc, 4) +
                                  " bits a character, at epoch " + fixed(best->epoch, 1) + " of " +
                                  fixed(history.back().epoch, 1) + ".");
    if (!history.empty())
        report.sections.push_back({.id = "curves",
                                   .title = "Curves",
                                   .charts = {bits_chart(history), rate_chart(history)}});
    if (!samples.empty())
        report.sections.push_back(
            {.id = "samples", .title = "What it wrote", .tables = {samples_table(samples)}});
    report.facts = std::move(figures);
    report.facts.emplace_back("recipe", to_json(recipe).dump());
    report.facts.emplace_back("made by", "quillet train");
    return report;
}

}  // namespace quillet::train
