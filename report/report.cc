// A report as JSON; numbers as people read them.
// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace quillet::report {
namespace {

using Json = nlohmann::ordered_json;

// Six digits are more than any figure has.
double rounded(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return std::strtod(text, nullptr);
}

Json to_json(const Estimate& estimate) {
    return {{"value", rounded(estimate.value)},
            {"low", rounded(estimate.low)},
            {"high", rounded(estimate.high)}};
}

Json to_json(const Chart& chart) {
    Json json{{"title", chart.title}, {"x", chart.x_name}};
    if (!chart.ticks.empty()) json["ticks"] = chart.ticks;
    for (const Series& series : chart.series) {
        Json of{{"name", series.name}};
        for (double x : series.x) of["x"].push_back(rounded(x));
        for (const Estimate& y : series.y) of["y"].push_back(to_json(y));
        if (!series.labels.empty()) of["labels"] = series.labels;
        json["series"].push_back(std::move(of));
    }
    for (const Level& level : chart.levels) json["levels"][level.name] = rounded(level.y);
    return json;
}

Json to_json(const Dots& dots) {
    Json json{{"title", dots.title}};
    for (const Dots::Row& row : dots.rows) json["rows"][row.name] = to_json(row.value);
    return json;
}

Json to_json(const Table& table) {
    return {{"title", table.title}, {"columns", table.columns}, {"rows", table.rows}};
}

}  // namespace

Json to_json(const Report& report) {
    Json json{{"title", report.title}, {"subtitle", report.subtitle}};
    for (const auto& [name, value] : report.facts) json["facts"][name] = value;
    json["findings"] = report.findings;
    for (const Section& section : report.sections) {
        Json of{{"title", section.title}, {"text", section.text}};
        for (const Chart& chart : section.charts) of["charts"].push_back(to_json(chart));
        for (const Dots& dots : section.dots) of["dots"].push_back(to_json(dots));
        for (const Table& table : section.tables) of["tables"].push_back(to_json(table));
        json["sections"][section.id] = std::move(of);
    }
    return json;
}

std::string figure(double value, int digits) {
    char text[32];
    const double size = std::fabs(value);
    int decimals = digits - 1 - (size >= 1 ? static_cast<int>(std::log10(size)) : 0);
    if (size < 0.01 && size > 0) decimals = digits + 1;
    std::snprintf(text, sizeof text, "%.*f", std::max(decimals, 0), value);
    std::string result = text;
    if (result.find('.') != std::string::npos) {
        while (result.back() == '0') result.pop_back();
        if (result.back() == '.') result.pop_back();
    }
    return result == "-0" ? "0" : result;
}

std::string per_cent(double share) {
    return figure(100 * share) + "\u202f%";
}

std::string fixed(double value, int decimals) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

std::string grouped(uint64_t number) {
    std::string digits = std::to_string(number);
    for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
    return digits;
}

}  // namespace quillet::report
