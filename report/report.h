// Sections of charts and tables, as JSON and as one page of HTML.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace quillet::report {

// A figure and the ends of its interval: of those that are estimated from samples, the 2.5 and 97.5 per
// cent quantiles.
struct Estimate {
    double value = 0, low = 0, high = 0;
};

// One that is known exactly.
inline Estimate exactly(double value) {
    return {value, value, value};
}

struct Series {
    enum class Look { line, dashed, points };
    std::string name;
    Look look = Look::line;
    int color = -1;  // 0 .. 7; -1: the next in the chart; 8: gray
    std::vector<double> x = {};
    std::vector<Estimate> y = {};
    std::vector<std::string> labels = {};  // of single points, shown beside them; may be empty

    void add(double place, const Estimate& estimate) {
        x.push_back(place);
        y.push_back(estimate);
    }
};

// A level to compare with, drawn across the chart.
struct Level {
    std::string name;
    double y = 0;
};

struct Chart {
    std::string title, caption;
    std::string x_name;
    bool percent = false;  // y are shares
    bool from_zero = true;
    std::vector<std::string> ticks;  // of x; where given, x are 0, 1, 2, …
    std::vector<Series> series;
    std::vector<Level> levels;
};

// Rows with a share and its interval each, side by side for comparison.
struct Dots {
    std::string title, caption;
    struct Row {
        std::string name;
        Estimate value;
        int color = 8;
    };
    std::vector<Row> rows;
};

struct Table {
    std::string title, caption;
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
    size_t text_columns = 1;  // so many are text, set from the left; the others are numbers
};

struct Section {
    std::string id, title;
    std::vector<std::string> text = {};  // paragraphs
    std::vector<Chart> charts = {};
    std::vector<Dots> dots = {};
    std::vector<Table> tables = {};
};

struct Report {
    std::string title, subtitle;
    std::vector<std::pair<std::string, std::string>> facts;  // name and value
    std::vector<std::string> findings;                       // one sentence each
    std::vector<Section> sections;
};

nlohmann::ordered_json to_json(const Report& report);

// One file without anything outside it: SVG, light and dark, for screens of 360 pixels and more.
std::string to_html(const Report& report);

// A chart as an SVG element.
std::string to_svg(const Chart& chart);
std::string to_svg(const Dots& dots);

// `text` with what HTML would take for a sign replaced.
std::string escaped_html(const std::string& text);

// A number with so many significant digits at most, "12.3"; a share as "12.3 %".
std::string figure(double value, int digits = 3);
std::string per_cent(double share);
// A number with so many decimals, "12.30".
std::string fixed(double value, int decimals);
// "1,234,567".
std::string grouped(uint64_t number);

}  // namespace quillet::report
