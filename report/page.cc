// A report as one page of HTML.
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "report/report.h"

namespace quillet::report {
namespace {

constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1d1f24;--soft:#646a76;--rule:#e4e2dc;
--c0:#2463c7;--c1:#d4561f;--c2:#14805a;--c3:#7a45c4;--c4:#bd2f6b;--c5:#8d6c00;--c6:#0b7f93;--c7:#5b4a3f;--c8:#7b818c}
@media (prefers-color-scheme:dark){:root{--paper:#15171b;--card:#1d2026;--ink:#e8e6e1;--soft:#a2a8b3;--rule:#343841;
--c0:#78a9ff;--c1:#ff9566;--c2:#5bd0a0;--c3:#bd9bff;--c4:#ff8ab6;--c5:#e0bb4a;--c6:#5fd0e2;--c7:#c9b3a3;--c8:#959ba7}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 ui-sans-serif,system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
main{max-width:1160px;margin:0 auto;padding:28px 18px 60px}
h1{font:600 clamp(1.6rem,4.5vw,2.5rem)/1.15 Georgia,"EB Garamond",Charis,serif;margin:.2em 0 .1em;overflow-wrap:anywhere}
h2{font:600 1.45rem/1.25 Georgia,"EB Garamond",Charis,serif;margin:2.6em 0 .3em;padding-top:.7em;border-top:1px solid var(--rule)}
h3{font-size:1rem;margin:0 0 .15em}
p{margin:.5em 0;max-width:72ch}.soft,figcaption,.caption{color:var(--soft)}
figcaption,.caption{font-size:.86rem;line-height:1.45;margin:.2em 0 .5em}
.findings{list-style:none;padding:0;margin:1.4em 0;display:grid;gap:12px;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr))}
.findings li{background:var(--card);border:1px solid var(--rule);border-left:4px solid var(--c0);border-radius:8px;padding:11px 15px}
.grid2{display:grid;gap:18px;grid-template-columns:repeat(auto-fit,minmax(min(100%,430px),1fr));margin:1em 0;align-items:start}
figure,.table{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:14px 16px 10px;min-width:0}
svg{display:block;width:100%;height:auto;overflow:visible;font:11.5px ui-sans-serif,system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
svg text{fill:var(--soft)}svg .label{font-weight:600}svg .small{font-size:10px}svg .name{fill:var(--soft)}
.grid{stroke:var(--rule);fill:none}.level{stroke:var(--c8);stroke-width:1.5;stroke-dasharray:2 4;fill:none}
.line{fill:none;stroke-width:2.2;stroke-linejoin:round;stroke-linecap:round}.dashed{stroke-dasharray:5 5;stroke-width:1.6}
.band{stroke:none!important;opacity:.17}.span{stroke-width:3;stroke-linecap:round;opacity:.5}.ring{fill:var(--card)!important;stroke-width:2}
.c0{stroke:var(--c0)}.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}.c4{stroke:var(--c4)}.c5{stroke:var(--c5)}.c6{stroke:var(--c6)}.c7{stroke:var(--c7)}.c8{stroke:var(--c8)}
.hidden{opacity:0}.hidden:hover{opacity:1}
.dot,.band{stroke:none}.dot.c0,.band.c0{fill:var(--c0)}.dot.c1,.band.c1{fill:var(--c1)}.dot.c2,.band.c2{fill:var(--c2)}.dot.c3,.band.c3{fill:var(--c3)}
.dot.c4,.band.c4{fill:var(--c4)}.dot.c5,.band.c5{fill:var(--c5)}.dot.c6,.band.c6{fill:var(--c6)}.dot.c7,.band.c7{fill:var(--c7)}.dot.c8,.band.c8{fill:var(--c8)}
svg .t0{fill:var(--c0)}svg .t1{fill:var(--c1)}svg .t2{fill:var(--c2)}svg .t3{fill:var(--c3)}svg .t4{fill:var(--c4)}svg .t5{fill:var(--c5)}svg .t6{fill:var(--c6)}svg .t7{fill:var(--c7)}svg .t8{fill:var(--c8)}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{padding:.28em .7em .28em 0;text-align:right;border-bottom:1px solid var(--rule);vertical-align:top}
td:not(.l){white-space:nowrap}
th{color:var(--soft);font-weight:600}.l{text-align:left}tr:last-child td{border-bottom:0}
.wide{grid-column:1/-1}.wide .l{padding-right:1.2em}dl{display:grid;grid-template-columns:max-content 1fr;gap:.2em 1em;font-size:.88rem;color:var(--soft)}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
nav{font-size:.92rem;display:flex;flex-wrap:wrap;gap:.3em 1.1em}a{color:var(--c0)}
@media (max-width:500px){svg{font-size:13.5px}svg .small{font-size:12px}main{padding:16px 10px 40px}figure,.table{padding:11px 10px 8px}table{font-size:.8rem}th,td{padding-right:.4em}.wide .l{padding-right:.9em}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5em}}
@media print{body{background:#fff}figure,.table{break-inside:avoid}}
)css";

std::string html_of(const Table& table) {
    std::string html =
        "<div class='table" +
        std::string(table.columns.size() > 6 || table.text_columns > 2 ? " wide" : "") + "'><h3>" +
        escaped_html(table.title) + "</h3>";
    if (!table.caption.empty())
        html += "<p class='caption'>" + escaped_html(table.caption) + "</p>";
    html += "<div class='scroll'><table><thead><tr>";
    const auto cell = [&](const char* tag, size_t i, const std::string& text) {
        html += "<" + std::string(tag) + (i < table.text_columns ? " class='l'>" : ">") +
                escaped_html(text) + "</" + tag + ">";
    };
    for (size_t i = 0; i < table.columns.size(); i++) cell("th", i, table.columns[i]);
    html += "</tr></thead><tbody>";
    for (const auto& row : table.rows) {
        html += "<tr>";
        for (size_t i = 0; i < row.size(); i++) cell("td", i, row[i]);
        html += "</tr>";
    }
    return html + "</tbody></table></div></div>\n";
}

template <class Picture>
std::string figure_of(const Picture& picture) {
    return "<figure><h3>" + escaped_html(picture.title) + "</h3><figcaption>" +
           escaped_html(picture.caption) + "</figcaption>" + to_svg(picture) + "</figure>\n";
}

std::string html_of(const Section& section) {
    std::string html =
        "<section><h2 id='" + section.id + "'>" + escaped_html(section.title) + "</h2>\n";
    for (const std::string& text : section.text) html += "<p>" + escaped_html(text) + "</p>\n";
    html += "<div class='grid2'>\n";
    for (const Chart& chart : section.charts) html += figure_of(chart);
    for (const Dots& dots : section.dots) html += figure_of(dots);
    for (const Table& table : section.tables) html += html_of(table);
    return html + "</div></section>\n";
}

}  // namespace

std::string escaped_html(const std::string& text) {
    std::string result;
    for (char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            case '\'':
                result += "&#39;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string to_html(const Report& report) {
    std::string html =
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'><title>" +
        escaped_html(report.title) + "</title><style>" + kStyle +
        "</style></head><body><main>\n<h1>" + escaped_html(report.title) +
        "</h1>\n<p class='soft'>" + escaped_html(report.subtitle) + "</p>\n<nav>";
    for (const Section& section : report.sections)
        html += "<a href='#" + section.id + "'>" + escaped_html(section.title) + "</a>";
    html += "</nav>\n<ul class='findings'>";
    for (const std::string& finding : report.findings)
        html += "<li>" + escaped_html(finding) + "</li>";
    html += "</ul>\n";
    for (const Section& section : report.sections) html += html_of(section);
    html += "<section><h2 id='made'>How it was made</h2><dl>";
    for (const auto& [name, value] : report.facts)
        html += "<dt>" + escaped_html(name) + "</dt><dd>" + escaped_html(value) + "</dd>";
    return html + "</dl></section></main></body></html>\n";
}

}  // namespace quillet::report
