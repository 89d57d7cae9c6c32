// Bias by setting: who is named, which words come, beside the training text.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/parallel.h"
#include "base/tokenizer.h"
#include "base/utf8.h"
#include "run/execute.h"
#include "study/clauses.h"
#include "study/material.h"

namespace quillet::study {
namespace {

// What the author of the first device measured: per cent Johns of his names model.
constexpr double kJohnTemperatures[] = {1, .9, .8, .7, .6, .5, .4, .3, .2, .1};
constexpr double kJohnByTemperature[] = {3.8, 5, 6.5, 9, 12, 18, 26.5, 41, 65.5, 93.5};
constexpr double kJohnTopPs[] = {1, .95, .9, .8, .7, .6, .5};
constexpr double kJohnByTopP[] = {3.8, 4.3, 5, 6.7, 9.4, 13.6, 22.4};
constexpr double kJohnInHisText = 3.4;

Counts first_words(const std::vector<std::string>& lines) {
    std::map<std::string, uint64_t> counts;
    for (const std::string& line : lines) counts[first_word(line)]++;
    counts.erase("");
    return counts;
}

// The keys with the highest counts.
std::vector<std::string> commonest(const Counts& counts, size_t n) {
    std::vector<std::pair<uint64_t, std::string>> all;
    for (const auto& [word, count] : counts) all.emplace_back(count, word);
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> words;
    for (size_t i = 0; i < std::min(n, all.size()); i++) words.push_back(all[i].second);
    return words;
}

uint64_t count_of(const Counts& counts, const std::string& word) {
    const auto found = counts.find(word);
    return found == counts.end() ? 0 : found->second;
}

// What each sample and the training text begin with.
struct FirstWords {
    std::vector<Counts> samples;
    Counts text;
    uint64_t lines = 0, text_lines = 0;

    Estimate here(size_t sample, const std::string& word) const {
        return share(count_of(samples[sample], word), lines);
    }
    Estimate there(const std::string& word) const {
        return share(count_of(text, word), text_lines);
    }
};

Series series_of(const std::string& word, const FirstWords& words, const Sweep& sweep, int color) {
    Series series{.name = word, .color = color};
    series.add(0, words.there(word));
    for (size_t i = 0; i < sweep.values.size(); i++)
        series.add(static_cast<double>(i) + 1, words.here(sweep.samples[i], word));
    return series;
}

// A chart without series of shares by a sweep's values, the training text first.
Chart shares_by(const Sweep& sweep) {
    Chart chart;
    chart.x_name = sweep.name;
    chart.percent = true;
    chart.ticks = ticks_after_text(sweep);
    return chart;
}

Chart first_word_chart(const std::vector<std::string>& shown, const FirstWords& words,
                       const Sweep& sweep) {
    Chart chart = shares_by(sweep);
    chart.title = "Lines that begin with …, by " + sweep.name;
    chart.caption = "The first value is the training text; then " + sweep.name +
                    " from off to its strongest value.";
    if (sweep.name == "temperature")
        chart.caption =
            "The first value is the training text; temperatures follow from high to low.";
    for (size_t i = 0; i < shown.size(); i++)
        chart.series.push_back(series_of(shown[i], words, sweep, static_cast<int>(i)));
    return chart;
}

// The shares that the words would have if temperature acted on whole words: p^(1/T), normalized.
Series as_whole_words(const std::string& word, const FirstWords& words, const Sweep& sweep) {
    const Counts& counts = words.samples[sweep.samples[0]];  // of the highest temperature
    Series series{.name = "whole words", .look = Series::Look::dashed, .color = 8};
    const auto n = static_cast<double>(words.lines);
    if (counts.empty()) return series;
    for (size_t i = 0; i < sweep.values.size(); i++) {
        if (sweep.values[i] <= 0) continue;
        const double power = sweep.values[0] / sweep.values[i];
        double sum = 0;
        for (const auto& [other, count] : counts)
            sum += std::pow(static_cast<double>(count) / n, power);
        const double own = static_cast<double>(count_of(counts, word)) / n;
        series.add(static_cast<double>(i) + 1, exactly(std::pow(own, power) / sum));
    }
    return series;
}

Series authors(const Sweep& sweep, const double* values, const double* per_cents, size_t count) {
    Series series{.name = "first device", .look = Series::Look::points, .color = 1};
    series.add(0, exactly(kJohnInHisText / 100));
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < sweep.values.size(); j++)
            if (std::fabs(sweep.values[j] - values[i]) < 1e-9)
                series.add(static_cast<double>(j) + 1, exactly(per_cents[i] / 100));
    return series;
}

Chart johns_chart(const FirstWords& words, const Sweep& sweep, const std::string& winner,
                  const Series& his) {
    Chart chart = shares_by(sweep);
    chart.title = "John, compared with the first device's model, by " + sweep.name;
    chart.caption =
        "Rings: the share of Johns in the lines of the first device's model. Lines: this model's. "
        "Its favorite is " +
        winner + (winner == "John" ? " too." : ".") +
        " Dashed: what the favorite would have if the setting acted on whole words.";
    chart.series.push_back(his);
    chart.series.push_back(series_of("John", words, sweep, 0));
    if (winner != "John") chart.series.push_back(series_of(winner, words, sweep, 2));
    if (sweep.name == "temperature")
        chart.series.push_back(as_whole_words(winner, words, sweep));
    else
        chart.caption.resize(chart.caption.find(" Dashed"));
    return chart;
}

std::string visible(const std::string& piece) {
    if (piece == "\n") return "line end";
    std::string text;
    for (char c : piece) text += c == ' ' ? std::string("\u2423") : std::string(1, c);
    return text;
}

// How the winner wins, token by token, by the model itself.
Table path_table(const Plan& plan, const std::string& winner) {
    Table table;
    table.title = "The path to \u201c" + winner + "\u201d";
    table.caption =
        "The probability of each token at temperature 1, and that of the most probable other "
        "token. A setting acts on each of these choices, not on words. A word gains where its "
        "tokens are the most probable or nearly so, and most where the other tokens have small "
        "shares each.";
    table.columns = {"so far", "next", "probability", "rival", "its probability"};
    table.text_columns = 2;
    std::vector<uint8_t> tokens;
    std::map<char32_t, int64_t> unknown;
    Tokenizer(plan.alphabet).encode(decode_utf8(winner, "a line"), tokens, unknown);
    Executor executor(plan);
    std::vector<int32_t> logits(static_cast<size_t>(plan.alphabet.size()));
    int before = plan.alphabet.line_token();
    std::string so_far;
    for (uint8_t token : tokens) {
        executor.step(before, logits.data());
        double sum = 0;
        int rival = token == 0 ? 1 : 0;
        for (int i = 0; i < plan.alphabet.size(); i++) {
            const int32_t logit = logits[static_cast<size_t>(i)];
            sum += std::exp((logit - logits[token]) / 1024.0);
            if (i != token && logit > logits[static_cast<size_t>(rival)]) rival = i;
        }
        const double own = 1 / sum,
                     other = own * std::exp((logits[static_cast<size_t>(rival)] - logits[token]) /
                                            1024.0);
        const std::string piece = plan.alphabet.text(token);
        table.rows.push_back({visible(so_far), visible(piece), per_cent(own),
                              visible(plan.alphabet.text(rival)), per_cent(other)});
        so_far += piece;
        before = token;
    }
    return table;
}

Counts all_words(const std::vector<std::string>& lines) {
    Counts counts;
    for (const std::string& line : lines)
        for (const Word& word : clauses_of(line).words) counts[word.text]++;
    return counts;
}

Table difference_table(const std::string& title, std::vector<WordDifference> words, uint64_t here,
                       uint64_t there, uint32_t seed) {
    Table table;
    table.title = title;
    table.caption =
        "Occurrences in ten thousand words; the log-odds ratio against the training text with an "
        "informative Dirichlet prior, its bootstrap interval and z score.";
    table.columns = {"word", "model", "text", "log-odds", "interval", "z"};
    const auto rate = [](uint64_t count, uint64_t total) {
        return figure(1e4 * static_cast<double>(count) / static_cast<double>(total));
    };
    for (WordDifference& word : words) {
        add_interval(word, here, there, seed++);
        table.rows.push_back({word.word, rate(word.here, here), rate(word.there, there),
                              figure(word.log_odds), figure(word.low) + " … " + figure(word.high),
                              figure(word.z)});
    }
    return table;
}

// The temperature nearest to one half: low enough to show, high enough to be used.
size_t cool(const Sweep& sweep) {
    size_t best = 0;
    for (size_t i = 0; i < sweep.values.size(); i++)
        if (std::fabs(sweep.values[i] - 0.5) < std::fabs(sweep.values[best] - 0.5)) best = i;
    return best;
}

void add_differences(const Material& material, Section& section) {
    constexpr size_t kShown = 12;
    const Sweep& sweep = material.temperatures();
    const size_t at = cool(sweep);
    const Counts here = all_words(material.sampled.samples[sweep.samples[at]].lines),
                 there = all_words(material.subject.train);
    if (here.empty() || there.empty()) return;  // nothing to compare
    std::vector<WordDifference> all = word_differences(here, there);
    const size_t count = std::min(kShown, all.size());
    const std::string setting = "temperature " + sweep.ticks[at];
    section.tables.push_back(difference_table(
        "More often at " + setting, {all.begin(), all.begin() + static_cast<ptrdiff_t>(count)},
        total_of(here), total_of(there), material.settings.seed));
    std::vector<WordDifference> least(all.rbegin(), all.rbegin() + static_cast<ptrdiff_t>(count));
    section.tables.push_back(difference_table("Less often at " + setting, least, total_of(here),
                                              total_of(there), material.settings.seed + 100));
}

// Words followed anywhere in a line.
std::vector<std::string> watched(const Material& material) {
    if (!material.settings.watch.empty()) return material.settings.watch;
    if (material.words_a_line < 4) return {};
    Counts content = all_words(material.subject.train);
    std::erase_if(content, [](const auto& entry) { return is_function_word(entry.first); });
    return commonest(content, 6);
}

std::vector<Estimate> shares_with(const std::vector<std::string>& lines,
                                  const std::vector<std::string>& words) {
    std::vector<uint64_t> hits(words.size());
    for (const std::string& line : lines) {
        std::set<std::string> there;
        for (const Word& word : clauses_of(line).words) there.insert(word.text);
        for (size_t i = 0; i < words.size(); i++) hits[i] += there.contains(words[i]);
    }
    std::vector<Estimate> result;
    for (uint64_t count : hits) result.push_back(share(count, lines.size()));
    return result;
}

// Words, or hits of word lists, over temperature, the training text first.
Chart followed(
    const Material& material, const std::vector<std::string>& names,
    const std::function<std::vector<Estimate>(const std::vector<std::string>&)>& shares) {
    const Sweep& sweep = material.temperatures();
    Chart chart = shares_by(sweep);
    std::vector<std::vector<Estimate>> columns(sweep.values.size() + 1);
    in_parallel(columns.size(), material.settings.threads, [&](size_t i) {
        columns[i] = i == 0 ? shares(material.some_training(20000))
                            : shares(material.detail(sweep.samples[i - 1]));
    });
    for (size_t k = 0; k < names.size(); k++) {
        Series series{.name = names[k], .color = static_cast<int>(k)};
        for (size_t i = 0; i < columns.size(); i++)
            series.add(static_cast<double>(i), columns[i][k]);
        chart.series.push_back(std::move(series));
    }
    return chart;
}

void add_followed(const Material& material, Section& section) {
    if (const std::vector<std::string> words = watched(material); !words.empty()) {
        Chart chart = followed(material, words, [&](const std::vector<std::string>& lines) {
            return shares_with(lines, words);
        });
        chart.title = "Lines that have the word … anywhere";
        chart.caption = "With the 95 percent interval of each.";
        section.charts.push_back(std::move(chart));
    }
    const auto& lists = material.subject.lists;
    if (lists.empty()) return;
    std::vector<std::string> names;
    for (const auto& [name, list] : lists) names.push_back(name);
    Chart chart = followed(material, names, [&](const std::vector<std::string>& lines) {
        std::vector<Estimate> result;
        for (const auto& [name, list] : lists) {
            uint64_t hits = 0;
            for (const std::string& line : lines) hits += !list.find(line).empty();
            result.push_back(share(hits, lines.size()));
        }
        return result;
    });
    chart.title = "Lines with a word of the list";
    chart.caption = "Whole words and phrases, case and accents aside.";
    section.charts.push_back(std::move(chart));
}

std::string told(const FirstWords& words, const Sweep& sweep, const std::string& winner) {
    const size_t hot = sweep.samples.front(), cold = sweep.samples.back();
    const std::string and_cold = hot == cold ? ""
                                             : " and " + per_cent(words.here(cold, winner).value) +
                                                   " at " + sweep.ticks.back();
    return "Temperature and how lines begin: \u201c" + winner + "\u201d begins " +
           per_cent(words.there(winner).value) + " of the training lines, " +
           per_cent(words.here(hot, winner).value) + " of the model's at temperature " +
           sweep.ticks.front() + and_cold + ".";
}

FirstWords count_first_words(const Material& material) {
    FirstWords words;
    words.samples.resize(material.sampled.samples.size());
    in_parallel(words.samples.size(), material.settings.threads, [&](size_t i) {
        words.samples[i] = first_words(material.sampled.samples[i].lines);
    });
    words.text = first_words(material.subject.train);
    words.lines = material.settings.lines;
    words.text_lines = material.subject.train.size();
    return words;
}

}  // namespace

Section bias_section(const Material& material, Findings& findings) {
    Section section{.id = "bias", .title = "Bias by setting"};
    const FirstWords words = count_first_words(material);
    const Sweep& sweep = material.temperatures();
    // Of the coolest setting whose lines begin with words.
    std::vector<std::string> winners;
    for (size_t i = sweep.samples.size(); i-- > 0 && winners.empty();)
        winners = commonest(words.samples[sweep.samples[i]], 1);
    if (winners.empty()) {
        section.text.push_back("No line of any temperature begins with a word.");
        return section;
    }
    const std::string& winner = winners[0];
    std::vector<std::string> shown = commonest(words.text, 5);
    if (std::find(shown.begin(), shown.end(), winner) == shown.end()) shown.push_back(winner);
    const bool johns = words.there("John").value > 0.005;
    if (johns) {
        if (std::find(shown.begin(), shown.end(), "John") == shown.end()) shown.push_back("John");
        section.charts.push_back(johns_chart(
            words, sweep, winner,
            authors(sweep, kJohnTemperatures, kJohnByTemperature, std::size(kJohnByTemperature))));
        section.charts.push_back(johns_chart(
            words, material.sweeps[1], winner,
            authors(material.sweeps[1], kJohnTopPs, kJohnByTopP, std::size(kJohnByTopP))));
    }
    for (const Sweep& each : material.sweeps)
        if (each.values.size() > 1) section.charts.push_back(first_word_chart(shown, words, each));
    add_followed(material, section);
    section.tables.push_back(path_table(material.subject.plan, winner));
    add_differences(material, section);
    findings.push_back(told(words, sweep, winner));
    section.text.push_back(
        "A setting acts on each token, not on words or lines. Below temperature 1 each token's "
        "distribution is sharper. The line in which every token is the most probable one then "
        "becomes the most frequent, and it need not be the most frequent line of the text.");
    return section;
}

}  // namespace quillet::study
