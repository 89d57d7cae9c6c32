// A training as one HTML page that needs nothing else: figures, curves, samples over time.
// SPDX-License-Identifier: MIT
#include "train/report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "train/chart.h"

namespace quillet::train {
namespace {

constexpr const char* kStyle = R"(<style>
:root { --ink: #1c1c1a; --faint: #6d6b66; --paper: #fbfaf7; --rule: #e2dfd8; --one: #b4431f; --two: #57708a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --faint: #9b988f; --paper: #191917; --rule: #34322e; --one: #f08a5d; --two: #8fb0cf; }
}
body { margin: 2.5rem auto; padding: 0 1.25rem; max-width: 60rem; background: var(--paper); color: var(--ink);
       font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 1.2rem; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .9rem 1.5rem; margin: 0; }
dt { color: var(--faint); font-size: .85rem; } dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
svg { width: 100%; height: auto; display: block; }
.grid { stroke: var(--rule); } .tick, .name { fill: var(--faint); font-size: 13px; }
.label { fill: var(--one); font-size: 14px; font-weight: 600; stroke: var(--paper); stroke-width: 4px; paint-order: stroke; }
polyline { fill: none; stroke-width: 2; stroke-linejoin: round; } .dot { opacity: 0; } .dot:hover { opacity: 1; }
polyline.one { stroke: var(--one); } circle.one { fill: var(--one); }
polyline.two { stroke: var(--two); } circle.two { fill: var(--two); }
.key { color: var(--faint); font-size: .9rem; margin: 0 0 .3rem; }
.key b { font-weight: 600; } .key .one { color: var(--one); } .key .two { color: var(--two); }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; vertical-align: top;
  padding: .3rem .9rem .3rem 0; border-top: 1px solid var(--rule); font-variant-numeric: tabular-nums; }
th { color: var(--faint); font-weight: 400; font-size: .85rem; } td.line { width: 100%; overflow-wrap: anywhere; }
tr.more td { border-top: 0; } code { font-size: .85rem; overflow-wrap: anywhere; }
</style>
)";

std::string figures(const Report& report) {
    std::string out = "<dl>\n";
    for (const auto& [name, value] : report.figures)
        out += "<div><dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd></div>\n";
    return out + "</dl>\n";
}

std::string curves(const Report& report) {
    Curve training{"training", "two", {}}, validation{"validation", "one", {}, true};
    Curve rate{"learning rate", "two", {}};
    for (const Point& point : report.history) {
        training.points.emplace_back(point.epoch, point.training_bpc);
        rate.points.emplace_back(point.epoch, point.learning_rate);
        if (point.validation_bpc)
            validation.points.emplace_back(point.epoch, *point.validation_bpc);
    }
    std::string out = "<h2>Bits a character</h2>\n<p class=\"key\">";
    if (!validation.points.empty()) out += "<b class=\"one\">validation</b>, the best marked; ";
    out += "<b class=\"two\">training</b>, with its dropout</p>\n";
    out += svg({"epochs", "bits a character", {training, validation}});
    return out + "<h2>Learning rate</h2>\n" + svg({"epochs", "learning rate", {rate}, 170, true});
}

std::string samples(const Report& report) {
    if (report.samples.empty()) return "";
    std::string out =
        "<h2>What it "
        "wrote</h2>\n<table>\n<tr><th>epoch</th><th>bpc</th><th>T</th><th>line</th></tr>\n";
    for (const SamplesAt& at : report.samples) {
        bool first = true;
        for (const Sample& sample : at.samples) {
            std::string bpc = at.validation_bpc > 0 ? number(at.validation_bpc, 3) : "";
            out += first ? "<tr><td>" + number(at.epoch, 1) + "</td><td>" + bpc + "</td>"
                         : "<tr class=\"more\"><td></td><td></td>";
            out += "<td>" + number(sample.temperature, 1) + "</td><td class=\"line\">" +
                   escaped(sample.line) + "</td></tr>\n";
            first = false;
        }
    }
    return out + "</table>\n";
}

}  // namespace

std::string html(const Report& report) {
    std::string title = escaped(report.title);
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           title + "</title>\n" + kStyle + "</head>\n<body>\n<h1>" + title + "</h1>\n" +
           figures(report) + curves(report) + samples(report) + "<h2>Recipe</h2>\n<p><code>" +
           escaped(to_json(report.recipe).dump()) + "</code></p>\n</body>\n</html>\n";
}

}  // namespace quillet::train
