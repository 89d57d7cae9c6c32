// Tests of reports: their JSON, their page, their numbers.
// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace quillet::report {
namespace {

TEST(Report, IsJsonAndAPage) {
    Report report;
    report.title = "A <title>";
    Section section{.id = "one", .title = "One & all", .text = {"It's so."}};
    Chart chart;
    chart.title = "Up";
    chart.ticks = {"1", ".5"};
    Series model{.name = "model", .color = 0};
    model.add(0, {.1, .05, .2});
    model.add(1, {.3, .2, .4});
    chart.series.push_back(model);
    chart.levels.push_back({"people", .25});
    section.charts.push_back(chart);
    section.dots.push_back({"Dots", "", {{"row", {.5, .4, .6}, 1}}});
    section.tables.push_back({"Table", "", {"a", "b"}, {{"x", "1"}}, 1});
    report.sections.push_back(section);
    const auto json = to_json(report);
    EXPECT_EQ(json["sections"]["one"]["charts"][0]["series"][0]["y"][1]["value"], 0.3);
    EXPECT_EQ(json["sections"]["one"]["charts"][0]["levels"]["people"], 0.25);
    const std::string page = to_html(report);
    EXPECT_NE(page.find("A &lt;title&gt;"), page.npos);
    EXPECT_NE(page.find("One &amp; all"), page.npos);
    EXPECT_EQ(page.find("<title>A <"), page.npos);
    for (const char* outside : {"http://", "https://", "<script", "src=", "url("})
        EXPECT_EQ(page.find(outside), page.npos) << outside;
}

TEST(Report, NumbersAreShort) {
    EXPECT_EQ(figure(3.14159), "3.14");
    EXPECT_EQ(figure(314.159), "314");
    EXPECT_EQ(figure(0.5), "0.5");
    EXPECT_EQ(figure(0), "0");
    EXPECT_EQ(figure(0.00123), "0.0012");
    EXPECT_EQ(per_cent(0.0424), "4.24\u202f%");
}

// Every point of a long line can be pointed at, and none hides the line.
TEST(Report, LongLinesHaveHiddenPoints) {
    Chart chart;
    chart.x_name = "x";
    Series line{.name = "line"};
    for (int i = 0; i < 40; i++) line.add(i, exactly(2 * i));
    chart.series = {line};
    const std::string svg = to_svg(chart);
    size_t points = 0;
    for (size_t at = 0; (at = svg.find("class='dot hidden c0'", at)) != svg.npos; at++) points++;
    EXPECT_EQ(points, 40u);
    EXPECT_NE(svg.find("<title>line: 78 at 39</title>"), svg.npos);
}

}  // namespace
}  // namespace quillet::report
