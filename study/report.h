// What a study found: sections of charts and tables, as JSON and as one page of HTML.
// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "study/statistics.h"

namespace quillet::study {

struct Series {
    enum class Look { line, dashed, points };
    std::string name;
    Look look = Look::line;
    std::vector<double> x;
    std::vector<Estimate> y;
    int color = -1;                   // 0 .. 7; -1: the next in the chart; 8: gray
    std::vector<std::string> labels;  // of single points, shown beside them; may be empty
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
    std::vector<std::string> text;  // paragraphs
    std::vector<Chart> charts;
    std::vector<Dots> dots;
    std::vector<Table> tables;
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

}  // namespace quillet::study
