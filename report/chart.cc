// Charts as SVG: lines with their intervals, points, rows of dots.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "report/report.h"

namespace quillet::report {
namespace {

// Units of the SVG; a phone shows them one to one.
constexpr double kWidth = 460, kHeight = 300, kLeft = 46, kRight = 92, kTop = 12, kBottom = 44;
constexpr double kLabelHeight = 13;

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    std::string result = text;
    if (result.ends_with(".0")) result.resize(result.size() - 2);
    return result;
}

std::string text_at(double x, double y, const std::string& text, const std::string& attributes) {
    return "<text x='" + number(x) + "' y='" + number(y) + "' " + attributes + ">" +
           escaped_html(text) + "</text>";
}

// Round steps that part `range` into about `count`.
double step_of(double range, int count) {
    const double raw = range / count, power = std::pow(10, std::floor(std::log10(raw)));
    for (double step : {1.0, 2.0, 2.5, 5.0, 10.0})
        if (step * power >= raw * 0.999) return step * power;
    return 10 * power;
}

struct Scale {
    double from = 0, to = 1, begin = 0, end = 1;  // values, then places

    double operator()(double value) const {
        return begin + (value - from) / (to - from) * (end - begin);
    }
};

class ChartWriter {
  public:
    explicit ChartWriter(const Chart& chart) : chart_(chart) {
        set_y();
        set_x();
    }

    std::string write() {
        svg_ = "<svg viewBox='0 0 " + number(kWidth) + " " + number(kHeight) +
               "' role='img' aria-label='" + escaped_html(chart_.title) + "'>";
        axes();
        for (const Level& level : chart_.levels) level_line(level);
        int next = 0;
        for (const Series& series : chart_.series)
            draw(series, series.color >= 0 ? series.color : next++);
        labels();
        return svg_ + "</svg>";
    }

  private:
    struct Label {
        double y;
        std::string text;
        std::string color;
    };

    void set_y() {
        double least = chart_.from_zero ? 0 : 1e300, most = -1e300;
        const auto see = [&](double value) {
            least = std::min(least, value);
            most = std::max(most, value);
        };
        for (const Series& series : chart_.series)
            for (const Estimate& y : series.y) {
                see(y.low);
                see(y.high);
            }
        for (const Level& level : chart_.levels) see(level.y);
        if (!(most > least)) most = least + (chart_.percent ? 0.01 : 1);
        if (chart_.percent && most > 0.93) most = 1;
        y_step_ = step_of(most - least, 5);
        const bool whole = chart_.percent && most == 1;
        y_ = {std::floor(least / y_step_ + 1e-9) * y_step_,
              whole ? 1 : std::ceil(most / y_step_ - 1e-9) * y_step_, kHeight - kBottom, kTop};
    }

    void set_x() {
        double least = 1e300, most = -1e300;
        for (const Series& series : chart_.series)
            for (double x : series.x) {
                least = std::min(least, x);
                most = std::max(most, x);
            }
        if (!chart_.ticks.empty()) {
            least = 0;
            most = static_cast<double>(chart_.ticks.size()) - 1;
        }
        if (!(most > least)) most = least + 1;
        const double margin = chart_.ticks.empty() ? 0 : 6;
        x_ = {least, most, kLeft + margin, kWidth - kRight - margin};
    }

    void axes() {
        for (double y = y_.from; y <= y_.to + y_step_ / 2; y += y_step_) {
            svg_ += "<path class='grid' d='M" + number(kLeft) + " " + number(y_(y)) + "H" +
                    number(kWidth - kRight) + "'/>";
            const std::string text =
                chart_.percent ? figure(100 * y) + " %" : figure(std::fabs(y) < 1e-9 ? 0 : y, 4);
            svg_ += text_at(kLeft - 6, y_(y) + 4, text, "text-anchor='end'");
        }
        if (!chart_.ticks.empty()) {
            for (size_t i = 0; i < chart_.ticks.size(); i++)
                tick(static_cast<double>(i), chart_.ticks[i]);
        } else {
            const double step = step_of(x_.to - x_.from, 6);
            for (double x = std::ceil(x_.from / step - 1e-9) * step; x <= x_.to + step / 100;
                 x += step)
                tick(x, figure(std::fabs(x) < 1e-9 ? 0 : x));
        }
        svg_ += text_at((kLeft + kWidth - kRight) / 2, kHeight - 8, chart_.x_name,
                        "text-anchor='middle' class='name'");
    }

    void tick(double x, const std::string& text) {
        svg_ += text_at(x_(x), kHeight - kBottom + 17, text, "text-anchor='middle'");
    }

    void level_line(const Level& level) {
        svg_ += "<path class='level' d='M" + number(kLeft) + " " + number(y_(level.y)) + "H" +
                number(kWidth - kRight) + "'/>";
        labels_.push_back({y_(level.y), level.name, "c8"});
    }

    std::string place(double x, double y) const { return number(x_(x)) + " " + number(y_(y)); }

    void draw(const Series& series, int color) {
        if (series.x.empty()) return;
        const std::string of = "c" + std::to_string(color % 9);
        if (series.look != Series::Look::dashed) band(series, of);
        if (series.look != Series::Look::points) {
            std::string path;
            for (size_t i = 0; i < series.x.size(); i++)
                path += (i ? "L" : "M") + place(series.x[i], series.y[i].value);
            svg_ += "<path class='line " + of +
                    (series.look == Series::Look::dashed ? " dashed" : "") + "' d='" + path + "'/>";
        }
        for (size_t i = 0; i < series.x.size(); i++) point(series, i, of);
        const bool named = series.look != Series::Look::points || series.labels.empty();
        if (!named || series.name.empty()) return;
        // At the right end, wherever that is.
        const size_t last = series.x.front() < series.x.back() ? series.x.size() - 1 : 0;
        labels_.push_back({y_(series.y[last].value), series.name, of});
    }

    void band(const Series& series, const std::string& color) {
        std::string there, back;
        bool any = false;
        for (size_t i = 0; i < series.x.size(); i++) {
            there += (i ? "L" : "M") + place(series.x[i], series.y[i].high);
            back = "L" + place(series.x[i], series.y[i].low) + back;
            any |= series.y[i].high > series.y[i].low;
        }
        if (any && series.look == Series::Look::line)
            svg_ += "<path class='band " + color + "' d='" + there + back + "Z'/>";
    }

    void point(const Series& series, size_t i, const std::string& color) {
        const double x = x_(series.x[i]), y = y_(series.y[i].value);
        if (series.look == Series::Look::dashed) return;
        const bool alone = series.look == Series::Look::points;
        // Many points would hide their line: theirs are seen where one points at them.
        const char* shape = alone ? "ring " : series.x.size() <= 16 ? "dot " : "dot hidden ";
        const std::string tip =
            series.name + ": " +
            (chart_.percent ? per_cent(series.y[i].value) : figure(series.y[i].value, 4)) +
            (chart_.ticks.empty() ? " at " + figure(series.x[i]) : "");
        svg_ += "<circle class='" + (shape + color) + "' cx='" + number(x) + "' cy='" + number(y) +
                "' r='" + (alone ? "4" : "2.6") + "'><title>" + escaped_html(tip) +
                "</title></circle>";
        if (i >= series.labels.size() || series.labels[i].empty()) return;
        // A lone point's stands above it, out of the way of those beside a line's points.
        svg_ += alone ? text_at(std::max(x, kLeft + 24), y - 9, series.labels[i],
                                "text-anchor='middle' class='small'")
                      : text_at(x + 7, y + 4, series.labels[i], "class='small'");
    }

    // Names at the right, moved apart where they would overlap.
    void labels() {
        std::stable_sort(labels_.begin(), labels_.end(),
                         [](const Label& a, const Label& b) { return a.y < b.y; });
        std::vector<double> places;
        for (const Label& label : labels_)
            places.push_back(std::max(label.y, places.empty() ? 0 : places.back() + kLabelHeight));
        double below = kHeight - kBottom + 4;
        for (size_t i = places.size(); i-- > 0; below -= kLabelHeight)
            below = places[i] = std::min(places[i], below);
        for (size_t i = 0; i < labels_.size(); i++)
            svg_ += text_at(kWidth - kRight + 6, places[i] + 4, labels_[i].text,
                            "class='label t" + labels_[i].color.substr(1) + "'");
    }

    const Chart& chart_;
    Scale x_, y_;
    double y_step_ = 1;
    std::string svg_;
    std::vector<Label> labels_;
};

}  // namespace

std::string to_svg(const Chart& chart) {
    return ChartWriter(chart).write();
}

std::string to_svg(const Dots& dots) {
    constexpr double kRow = 21, kNames = 150, kValues = 52;
    const double height = kRow * static_cast<double>(dots.rows.size()) + 10;
    double most = 0;
    for (const Dots::Row& row : dots.rows) most = std::max(most, row.value.high);
    const Scale x{0, most > 0 ? most : 1, kNames, kWidth - kValues};
    std::string svg = "<svg viewBox='0 0 " + number(kWidth) + " " + number(height) +
                      "' role='img' aria-label='" + escaped_html(dots.title) + "'>";
    double y = 16;
    for (const Dots::Row& row : dots.rows) {
        const std::string color = "c" + std::to_string(row.color % 9);
        svg += text_at(kNames - 10, y + 4, row.name, "text-anchor='end'");
        svg += "<path class='grid' d='M" + number(kNames) + " " + number(y) + "H" +
               number(kWidth - kValues) + "'/>";
        svg += "<path class='span " + color + "' d='M" + number(x(row.value.low)) + " " +
               number(y) + "H" + number(x(row.value.high)) + "'/>";
        svg += "<circle class='dot " + color + "' cx='" + number(x(row.value.value)) + "' cy='" +
               number(y) + "' r='4.5'/>";
        svg += text_at(kWidth, y + 4, per_cent(row.value.value), "text-anchor='end'");
        y += kRow;
    }
    return svg + "</svg>";
}

}  // namespace quillet::report
