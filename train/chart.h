// Line charts as SVG.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace quillet::train {

struct Curve {
    std::string name;
    std::string color;  // a CSS class that sets stroke and fill
    std::vector<std::pair<double, double>> points;
    bool marks_least = false;  // the lowest point is marked and labelled
};

struct Chart {
    std::string x_name, y_name;  // y_name is for those who cannot see it
    std::vector<Curve> curves;
    int height = 320;  // of a width of 900
    bool from_zero = false;
};

// An <svg> element.
std::string svg(const Chart& chart);

// `value` with so many decimals.
std::string number(double value, int decimals);

// `text` with what HTML would take for markup escaped.
std::string escaped(const std::string& text);

}  // namespace quillet::train
