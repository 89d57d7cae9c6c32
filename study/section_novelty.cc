// Novelty: what of the lines stood in the training text, beside human lines that it lacks.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/parallel.h"
#include "base/utf8.h"
#include "study/clauses.h"
#include "study/invented.h"
#include "study/material.h"

namespace quillet::study {
namespace {

constexpr size_t kNearest = 400;    // lines a text whose nearest training line is looked for
constexpr size_t kInvented = 2000;  // lines a text whose words are looked up

// A text that is looked at: a sample, or the held-out lines.
struct Looked {
    std::string name;
    std::vector<std::string> lines;
    Novelty novelty;
    std::vector<NewWord> words;
    uint64_t word_count = 0;  // different words that `words` were picked from
};

void look(const Material& material, Looked& text) {
    text.novelty = novelty_of(text.lines, material.training, kNearest);
    LineReader reader(material.subject.plan);
    const size_t count = std::min(text.lines.size(), kInvented);
    const std::vector<std::string> lines(text.lines.begin(),
                                         text.lines.begin() + static_cast<ptrdiff_t>(count));
    std::unordered_set<std::string> different;
    for (const std::string& line : lines)
        for (const Word& word : clauses_of(line).words) different.insert(word.text);
    text.word_count = different.size();
    text.words = new_words(lines, reader, [&](const std::string& word) {
        const auto known = [&](const std::string& form) {
            return material.subject.lexicon.has(
                form, [&](const std::string& base) { return material.training.has_word(base); });
        };
        if (known(word)) return true;
        if (word.find('-') == std::string::npos) return false;
        for (size_t begin = 0; begin <= word.size();) {  // a compound of known words
            const size_t end = std::min(word.find('-', begin), word.size());
            if (!known(word.substr(begin, end - begin))) return false;
            begin = end + 1;
        }
        return true;
    });
}

// All temperatures, then the model's own setting, then the held-out lines if there are any.
std::vector<Looked> look_at_all(const Material& material) {
    std::vector<Looked> texts;
    const Sweep& sweep = material.temperatures();
    for (size_t i = 0; i < sweep.values.size(); i++)
        texts.push_back({"T " + sweep.ticks[i], material.detail(sweep.samples[i]), {}, {}, 0});
    texts.push_back({"own setting", material.detail(material.own), {}, {}, 0});
    if (!material.subject.held_out.empty())
        texts.push_back({"held out", material.subject.held_out, {}, {}, 0});
    in_parallel(texts.size(), material.settings.threads,
                [&](size_t i) { look(material, texts[i]); });
    return texts;
}

const Looked* human_of(const std::vector<Looked>& texts) {
    return texts.back().name == "held out" ? &texts.back() : nullptr;
}

Chart runs_chart(const std::vector<Looked>& texts, bool words) {
    Chart chart;
    chart.title = words ? "New n-grams of words" : "New n-grams of characters";
    chart.caption =
        "The share of n-grams that are not in the training text. Where the model is above the "
        "held-out lines, it copies less than people do.";
    chart.x_name = words ? "n words" : "n characters";
    chart.percent = true;
    // The hottest, the middle one, the coldest, the own setting, the human lines.
    const size_t temperatures = texts.size() - (human_of(texts) ? 2 : 1);
    const std::set<size_t> shown = {0, temperatures / 2, temperatures - 1, temperatures,
                                    temperatures + 1};
    for (size_t i : shown) {
        if (i >= texts.size()) continue;
        const bool human = i == temperatures + 1;
        Series series{.name = texts[i].name,
                      .look = human ? Series::Look::dashed : Series::Look::line,
                      .color = human ? 8 : -1};
        const auto& shares = words ? texts[i].novelty.words : texts[i].novelty.characters;
        for (size_t n = 0; n < shares.size(); n++)
            series.add(static_cast<double>(n) + 1, exactly(shares[n]));
        if (!series.x.empty()) chart.series.push_back(std::move(series));
    }
    return chart;
}

// Of all lines, not only of those looked at closely.
Chart verbatim_chart(const Material& material) {
    Chart chart = over_temperature(material, "Lines that are training lines, word for word");
    chart.caption = "The share of all lines; dotted: of the held-out lines.";
    chart.percent = true;
    Series series{.name = "model", .color = 0};
    const auto verbatim = [&](const std::vector<std::string>& lines) {
        return static_cast<uint64_t>(std::count_if(
            lines.begin(), lines.end(),
            [&](const std::string& line) { return material.training.has_line(line); }));
    };
    const Sweep& sweep = material.temperatures();
    for (size_t i = 0; i < sweep.values.size(); i++) {
        const auto& lines = material.sampled.samples[sweep.samples[i]].lines;
        series.add(static_cast<double>(i), share(verbatim(lines), lines.size()));
    }
    chart.series.push_back(std::move(series));
    const auto& held_out = material.subject.held_out;
    if (!held_out.empty())
        chart.levels.push_back({"held out", share(verbatim(held_out), held_out.size()).value});
    return chart;
}

// A median of the lines over temperature, with the human one as a level.
Chart median_chart(const Material& material, const std::vector<Looked>& texts,
                   const std::string& title, std::vector<double> Novelty::*values) {
    Chart chart = over_temperature(material, title);
    Series median{.name = "median", .color = 0}, high{.name = "highest 5 %", .color = 1};
    for (size_t i = 0; i < material.temperatures().values.size(); i++) {
        std::vector<double> of = texts[i].novelty.*values;
        if (of.empty()) continue;  // empty lines have no spans
        median.add(static_cast<double>(i), exactly(quantile(of, 0.5)));
        high.add(static_cast<double>(i), exactly(quantile(of, 0.95)));
    }
    chart.series = {std::move(median), std::move(high)};
    if (const Looked* human = human_of(texts)) {
        std::vector<double> of = human->novelty.*values;
        chart.levels.push_back({"held out", quantile(of, 0.5)});
    }
    return chart;
}

// Bits a character below which a new word counts as well-formed: 95 of 100 new words of human
// lines are.
double well_formed_limit(const Material& material, const std::vector<Looked>& texts) {
    std::vector<double> bits;
    if (const Looked* human = human_of(texts))
        for (const NewWord& word : human->words) bits.push_back(word.bits);
    if (bits.size() < 20) {
        LineReader reader(material.subject.plan);
        for (const NewWord& word : new_words(material.some_training(500), reader,
                                             [](const std::string&) { return false; }))
            bits.push_back(word.bits);
    }
    return quantile(bits, 0.95);
}

struct Invented {
    Estimate well, ill;
};

Invented invented_of(const Looked& text, double limit) {
    uint64_t well = 0;
    for (const NewWord& word : text.words) well += word.bits <= limit;
    return {share(well, text.word_count), share(text.words.size() - well, text.word_count)};
}

Chart invented_chart(const Material& material, const std::vector<Looked>& texts, double limit) {
    Chart chart = over_temperature(material, "Invented words");
    chart.caption =
        "The share of different words that are neither in the training text nor in the lexicon, "
        "nor inflected forms of such words. Well-formed: at most " +
        figure(limit) +
        " bits per character under the model itself; 95 of 100 new words of human lines have no "
        "more.";
    chart.percent = true;
    Series well{.name = "well-formed", .color = 2}, ill{.name = "ill-formed", .color = 1};
    for (size_t i = 0; i < material.temperatures().values.size(); i++) {
        if (texts[i].word_count == 0) continue;
        const Invented of = invented_of(texts[i], limit);
        well.add(static_cast<double>(i), of.well);
        ill.add(static_cast<double>(i), of.ill);
    }
    chart.series = {std::move(well), std::move(ill)};
    if (const Looked* human = human_of(texts); human && human->word_count > 0)
        chart.levels.push_back({"held out", share(human->words.size(), human->word_count).value});
    return chart;
}

Table invented_table(const Looked& text, double limit) {
    Table table;
    table.title = "Words that the model invented at " + text.name;
    table.caption = "With the model's bits per character: the most and the least probable ones.";
    table.columns = {"well-formed", "bits", "ill-formed", "bits"};
    std::vector<NewWord> words = text.words;
    std::stable_sort(words.begin(), words.end(),
                     [](const NewWord& a, const NewWord& b) { return a.bits < b.bits; });
    std::vector<NewWord> well, ill;
    for (const NewWord& word : words) (word.bits <= limit ? well : ill).push_back(word);
    std::reverse(ill.begin(), ill.end());
    for (size_t i = 0; i < 10 && (i < well.size() || i < ill.size()); i++) {
        std::vector<std::string> row;
        for (const auto* list : {&well, &ill}) {
            row.push_back(i < list->size() ? (*list)[i].word : "");
            row.push_back(i < list->size() ? figure((*list)[i].bits) : "");
        }
        table.rows.push_back(std::move(row));
    }
    return table;
}

// The longest span of each text that is no whole training line.
Table copies_table(const std::vector<Looked>& texts) {
    Table table;
    table.title = "The longest copies that are not a whole line";
    table.caption = "The copied part is between bars; its length is in characters.";
    table.columns = {"text", "line", "training line", "length"};
    table.text_columns = 3;
    for (const Looked& text : texts) {
        const Novelty& novelty = text.novelty;
        if (novelty.copied_length == 0) continue;
        std::u32string line = decode_utf8(novelty.copied_line, "a line");
        line.insert(novelty.copied_begin + novelty.copied_length, U"|");
        line.insert(novelty.copied_begin, U"|");
        table.rows.push_back({text.name, encode_utf8(line), novelty.copied_from,
                              std::to_string(novelty.copied_length)});
    }
    return table;
}

std::string told(const Material& material, const std::vector<Looked>& texts) {
    const auto& all = material.sampled.samples[material.own].lines;
    const auto copies =
        static_cast<uint64_t>(std::count_if(all.begin(), all.end(), [&](const std::string& line) {
            return material.training.has_line(line);
        }));
    const Looked& own = texts[material.temperatures().values.size()];
    std::string text = "At the model's own setting " + per_cent(share(copies, all.size()).value) +
                       " of its lines are training lines, word for word";
    const Looked* human = human_of(texts);
    if (!human || own.novelty.words.size() < 2 || human->novelty.words.size() < 2)
        return text + ".";
    // The longest n-grams of which people still repeat some.
    size_t n = 1;
    while (n < std::min(own.novelty.words.size(), human->novelty.words.size()) &&
           human->novelty.words[n] < 0.98)
        n++;
    return text + ". " + per_cent(own.novelty.words[n - 1]) + " of its " + std::to_string(n) +
           "-grams of words are new; of human lines, " + per_cent(human->novelty.words[n - 1]) +
           ".";
}

}  // namespace

Section novelty_section(const Material& material, Findings& findings) {
    Section section{.id = "novelty", .title = "Novelty"};
    const std::vector<Looked> texts = look_at_all(material);
    section.charts.push_back(runs_chart(texts, false));
    section.charts.push_back(runs_chart(texts, true));
    section.charts.push_back(verbatim_chart(material));
    Chart longest =
        median_chart(material, texts, "The longest part in common with the training text",
                     &Novelty::longest_share);
    longest.caption =
        "In percent of the line's length; 100 % means that the whole line is part of a training "
        "line. Dotted: the median of held-out lines.";
    longest.percent = true;
    section.charts.push_back(std::move(longest));
    Chart nearest = median_chart(material, texts, "Similarity to the nearest training line",
                                 &Novelty::similarity);
    nearest.caption =
        "Jaccard index of 5-grams of letters; 1 means the same. Dotted: the median of held-out "
        "lines.";
    section.charts.push_back(std::move(nearest));
    const double limit = well_formed_limit(material, texts);
    section.charts.push_back(invented_chart(material, texts, limit));
    section.tables.push_back(copies_table(texts));
    const Looked& own = texts[material.temperatures().values.size()];
    section.tables.push_back(invented_table(own, limit));
    section.tables.push_back(invented_table(texts[0], limit));
    findings.push_back(told(material, texts));
    if (own.word_count == 0) return section;  // no words, no claim about them
    const Invented made = invented_of(own, limit);
    findings.push_back("Of the different words at the model's own setting " +
                       per_cent(made.well.value + made.ill.value) + " are invented; " +
                       per_cent(made.ill.value) + " are invented and ill-formed.");
    return section;
}

}  // namespace quillet::study
