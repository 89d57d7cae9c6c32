// From inputs to a corpus: reads, cleans, drops duplicates, splits, writes text and provenance.
// SPDX-License-Identifier: MIT
#include "corpus/build.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/fnv.h"
#include "corpus/character_set.h"
#include "corpus/duplicates.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kParts[] = {"train", "valid", "test"};

bool splits(const CorpusOptions& options) {
    return options.split[0] + options.split[1] + options.split[2] > 0;
}

// How many items the rule "cut-short" has rejected.
uint64_t cut_short(Cleaner& cleaner) {
    const RuleCount* count = cleaner.count_of("cut-short");
    return count ? count->rejected : 0;
}

void read_input(const std::string& path, const CorpusOptions& options, Cleaner& cleaner,
                Consumer& consumer, InputReport& about) {
    uint64_t cut_before = cut_short(cleaner);
    Input input(path);
    const Format& format = find_format(options.format, input);
    about.name = input.name();
    about.format = format.name;
    try {
        format.read(input, options.read, consumer, about.facts);
    } catch (const Error& error) {
        if (!options.keep_damaged) throw;
        about.damage = error.where() + ": " + error.what();
        input.skip_rest();
    }
    if (about.format == "plain" && 3 * (cut_short(cleaner) - cut_before) > about.items &&
        about.items > 2)
        about.facts.warning =
            "more than a third of the lines begin or end in the middle of a sentence; if these are "
            "a book's wrapped lines, --format gutenberg reads its paragraphs";
    about.bytes = input.file_bytes();
    about.sha256 = input.sha256();
}

// Reads and cleans all inputs; what is left of their items is added to `lines`.
void read_inputs(const CorpusOptions& options, Cleaner& cleaner, std::vector<std::string>& lines,
                 CorpusReport& report) {
    Consumer consumer{[&](Item&& item) {
        if (options.read.names && item.author.empty()) return;
        if (options.read.names) item.text = item.author;
        InputReport& input = report.inputs.back();
        input.items++;
        if (!cleaner.clean(item)) return;
        input.kept++;
        lines.push_back(std::move(item.text));
    }};
    for (const std::string& path : options.inputs)
        read_input(path, options, cleaner, consumer, report.inputs.emplace_back());
    report.notes = std::move(consumer.notes);
}

// Throws Error where no input has a format that uses an option which is given.
void require_used(const CorpusOptions& options, const CorpusReport& report) {
    for (const std::string& given : given_options(options.read)) {
        std::string formats;
        bool is_used = false;
        for (const Format& format : all_formats()) {
            if (!word_set(format.options, ',').contains(given)) continue;
            formats += (formats.empty() ? "" : ", ") + std::string(format.name);
            for (const InputReport& input : report.inputs) is_used |= input.format == format.name;
        }
        if (!is_used)
            throw Error(given, "no input has a format with this option (" + formats +
                                   "); --format says what the inputs are");
    }
}

// Where in the order of the split a line stands: by a hash of its text, so that the parts are the same
// whatever the order of the inputs.
uint64_t place_of(std::string_view line, uint64_t seed) {
    uint64_t hash = kFnvBegin ^ seed * 0x9E3779B97F4A7C15u;  // then mixed
    for (char c : normalize(line)) hash = fnv1a(hash, static_cast<unsigned char>(c));
    hash ^= hash >> 32;
    hash *= 0xD6E8FEB86659FD93u;
    return hash >> 44;
}

// The part of each item, whose group begins with the line `firsts` has for it. Groups stay together;
// the parts get their shares to within a group.
std::vector<size_t> parts_of(const std::vector<std::string_view>& firsts,
                             const CorpusOptions& options) {
    if (!splits(options)) return std::vector<size_t>(firsts.size(), 0);
    std::vector<uint64_t> places;
    std::map<uint64_t, size_t> items, part_at;
    for (std::string_view first : firsts) places.push_back(place_of(first, options.seed));
    for (uint64_t place : places) items[place]++;
    const double sum = std::accumulate(options.split.begin(), options.split.end(), 0.0),
                 all = static_cast<double>(firsts.size());
    double share = options.split[0] / sum, so_far = 0;
    size_t part = 0;
    for (const auto& [place, count] : items) {
        const double here = static_cast<double>(count);
        while (part < 2 && so_far + here / 2 >= share * all) share += options.split[++part] / sum;
        so_far += here;
        part_at[place] = part;
    }
    std::vector<size_t> parts;
    for (uint64_t place : places) parts.push_back(part_at[place]);
    return parts;
}

// The items that stay once all are known: `exact` and `near` have the first line that each is like,
// and the first `known` lines are those of options.against.
std::vector<uint32_t> select(const std::vector<std::string>& lines, uint32_t known,
                             const std::vector<uint32_t>& exact, const std::vector<uint32_t>& near,
                             Cleaner& cleaner, CorpusReport& report) {
    RuleCount against, *drop_exact = cleaner.count_of("duplicates"),
                       *drop_near = cleaner.count_of("near-duplicates");
    std::vector<uint32_t> kept;
    for (uint32_t item = known; item < lines.size(); item++) {
        RuleCount* rule = nullptr;
        if (exact[item] < known || (drop_near && near[item] < known))
            rule = &against;
        else if (drop_exact && exact[item] != item)
            rule = drop_exact;
        else if (drop_near && near[item] != item)
            rule = drop_near;
        if (rule == nullptr) {
            kept.push_back(item);
            continue;
        }
        rule->rejected++;
        const uint32_t like = exact[item] != item ? exact[item] : near[item];
        add_example(rule->examples, lines[item], " (like: ", lines[like], ")");
    }
    report.against = against.rejected;
    report.counts = cleaner.counts();
    return kept;
}

// Writes all texts and provenance files, or none when all texts are empty.
void write_outputs(const CorpusOptions& options, std::vector<std::string>& texts,
                   CorpusReport& report) {
    const std::vector<std::string> paths = output_paths(options);
    bool any = false;
    for (size_t part = 0; part < paths.size(); part++) {
        const std::string& text = texts[part];
        OutputReport& about = report.outputs.emplace_back();
        about.path = paths[part];
        about.part = paths.size() == 1 ? "text" : kParts[part];
        about.sha256 = sha256_hex(text);
        about.items = static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
        about.bytes = text.size();
        about.characters = count_characters(text) - about.items;
        any = any || !text.empty();
    }
    if (!any) return;
    std::map<std::string, std::string> files;
    for (size_t part = 0; part < paths.size(); part++) {
        if (const std::string beside = provenance_path(paths[part]); !beside.empty())
            files[beside] = provenance_json(options, report, report.outputs[part]);
        files[paths[part]] = std::move(texts[part]);
    }
    write_files("", files);
}

}  // namespace

std::vector<std::string> output_paths(const CorpusOptions& options) {
    if (!splits(options)) return {options.output};
    std::vector<std::string> paths;
    fs::path path(options.output);
    for (const char* part : kParts) {
        fs::path name = path.stem();
        name += std::string(".") + part + path.extension().string();
        paths.push_back((path.parent_path() / name).string());
    }
    return paths;
}

std::string provenance_path(const std::string& path) {
    std::error_code code;
    const bool stream = path.starts_with("/dev/") || path.starts_with("/proc/") ||
                        (fs::exists(path, code) && !fs::is_regular_file(path, code));
    return stream ? "" : path + ".provenance.json";
}

CorpusReport build_corpus(const CorpusOptions& options) {
    for (const std::string& path : output_paths(options))
        for (const std::string& written : {path, provenance_path(path)})
            for (const auto* inputs : {&options.inputs, &options.against})
                require_not_among(written, *inputs);
    CorpusReport report;
    Cleaner cleaner(options.clean);
    report.rules = cleaner.rules();
    std::vector<std::string> lines;
    for (const std::string& path : options.against)
        for (std::string& line : read_text_lines(path)) lines.push_back(std::move(line));
    const uint32_t known = static_cast<uint32_t>(lines.size());
    read_inputs(options, cleaner, lines, report);
    require_used(options, report);
    const std::vector<uint32_t> exact = join_exact(lines);
    const bool near_matters = cleaner.count_of("near-duplicates") || splits(options);
    const std::vector<uint32_t> near = near_matters ? join_near(lines, exact) : exact;
    const std::vector<uint32_t> kept = select(lines, known, exact, near, cleaner, report);
    std::vector<std::string_view> firsts;
    for (uint32_t item : kept) firsts.push_back(lines[near[item]]);
    const std::vector<size_t> parts = parts_of(firsts, options);
    std::vector<std::string> texts(std::size(kParts));
    for (size_t i = 0; i < kept.size(); i++) texts[parts[i]] += lines[kept[i]] + '\n';
    write_outputs(options, texts, report);
    return report;
}

}  // namespace quillet
