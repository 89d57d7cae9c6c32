// Line charts as SVG.
// SPDX-License-Identifier: MIT
#include "train/chart.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace quillet::train {
namespace {

constexpr double kWidth = 900, kLeft = 56, kRight = 64, kTop = 12, kBottom = 40;

// 1, 2 or 5 times a power of ten, about a sixth of `range`.
double tick_step(double range) {
    double raw = range / 6, power = std::pow(10, std::floor(std::log10(raw)));
    for (double factor : {1.0, 2.0, 5.0})
        if (factor * power >= raw) return factor * power;
    return 10 * power;
}

int decimals_of(double step) {
    return std::max(0, -static_cast<int>(std::floor(std::log10(step) + 1e-9)));
}

struct Range {
    double least = 1e300, most = -1e300;

    void take(double value) {
        least = std::min(least, value);
        most = std::max(most, value);
    }
    void widen() {
        if (least > most) least = 0, most = 1;
        if (most - least < 1e-9) most = least + std::max(1e-6, std::abs(least) * 0.1);
    }
};

struct Axes {
    Range x, y;
    double height;

    double place_x(double value) const {
        return kLeft + (value - x.least) / (x.most - x.least) * (kWidth - kLeft - kRight);
    }
    double place_y(double value) const {
        return height - kBottom -
               (value - y.least) / (y.most - y.least) * (height - kTop - kBottom);
    }
};

Axes axes_of(const Chart& chart) {
    Axes axes{{}, {}, static_cast<double>(chart.height)};
    axes.x.take(0);
    if (chart.from_zero) axes.y.take(0);
    for (const Curve& curve : chart.curves)
        for (auto [x, y] : curve.points) {
            axes.x.take(x);
            axes.y.take(y);
        }
    axes.x.widen();
    axes.y.widen();
    // Room above and below, to whole ticks.
    double step = tick_step(axes.y.most - axes.y.least);
    axes.y.least = std::floor(axes.y.least / step) * step;
    axes.y.most = std::ceil(axes.y.most / step) * step;
    return axes;
}

std::string text_at(double x, double y, const char* anchor, const std::string& text,
                    const std::string& name = "tick") {
    return "<text class=\"" + name + "\" x=\"" + number(x, 1) + "\" y=\"" + number(y, 1) +
           "\" text-anchor=\"" + anchor + "\">" + escaped(text) + "</text>\n";
}

std::string line(double x1, double y1, double x2, double y2) {
    return "<line class=\"grid\" x1=\"" + number(x1, 1) + "\" y1=\"" + number(y1, 1) + "\" x2=\"" +
           number(x2, 1) + "\" y2=\"" + number(y2, 1) + "\"/>\n";
}

std::string grid(const Chart& chart, const Axes& axes) {
    std::string out;
    double right = kWidth - kRight, bottom = axes.height - kBottom;
    double step = tick_step(axes.y.most - axes.y.least);
    for (double y = axes.y.least; y < axes.y.most + step / 2; y += step) {
        out += line(kLeft, axes.place_y(y), right, axes.place_y(y));
        out += text_at(kLeft - 8, axes.place_y(y) + 4, "end", number(y, decimals_of(step)));
    }
    step = tick_step(axes.x.most - axes.x.least);
    for (double x = 0; x < axes.x.most + step * 1e-6; x += step)
        out += text_at(axes.place_x(x), bottom + 18, "middle", number(x, decimals_of(step)));
    return out + text_at(right, bottom + 34, "end", chart.x_name, "name");
}

std::string drawn(const Curve& curve, const Axes& axes) {
    if (curve.points.empty()) return "";
    std::string places;
    for (auto [x, y] : curve.points)
        places += number(axes.place_x(x), 1) + "," + number(axes.place_y(y), 1) + " ";
    std::string out = "<polyline class=\"" + curve.color + "\" points=\"" + places + "\"/>\n";
    for (auto [x, y] : curve.points)
        out += "<circle class=\"" + curve.color + " dot\" r=\"2\" cx=\"" +
               number(axes.place_x(x), 1) + "\" cy=\"" + number(axes.place_y(y), 1) + "\"><title>" +
               escaped(curve.name) + " " + number(y, 4) + " at " + number(x, 2) +
               "</title></circle>\n";
    auto by_y = [](const auto& a, const auto& b) { return a.second < b.second; };
    auto [x, y] = *std::min_element(curve.points.begin(), curve.points.end(), by_y);
    if (curve.marks_least) {
        out += "<circle class=\"" + curve.color + " least\" r=\"5\" cx=\"" +
               number(axes.place_x(x), 1) + "\" cy=\"" + number(axes.place_y(y), 1) + "\"/>\n";
        bool at_the_end = axes.place_x(x) > kWidth - 2 * kRight;
        out += text_at(axes.place_x(x), axes.place_y(y) + 20, at_the_end ? "end" : "middle",
                       number(y, 3), "label");
    }
    return out;
}

}  // namespace

std::string number(double value, int decimals) {
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

std::string svg(const Chart& chart) {
    Axes axes = axes_of(chart);
    std::string out = "<svg viewBox=\"0 0 " + number(kWidth, 0) + " " + number(axes.height, 0) +
                      "\" role=\"img\" aria-label=\"" + escaped(chart.y_name) + "\">\n";
    out += grid(chart, axes);
    for (const Curve& curve : chart.curves) out += drawn(curve, axes);
    return out + "</svg>\n";
}

std::string escaped(const std::string& text) {
    std::string out;
    for (char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace quillet::train
