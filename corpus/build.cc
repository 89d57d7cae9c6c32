// From inputs to a corpus: reads, cleans, drops duplicates, splits, writes text and provenance.
// SPDX-License-Identifier: MIT
#include "corpus/build.h"

#include <algorithm>
#include <deque>
#include <filesystem>
#include <memory>
#include <numeric>

#include "base/error.h"
#include "base/file.h"
#include "base/fnv.h"
#include "corpus/duplicates.h"
#include "corpus/fold.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

// Cleans items and stores what is left.
class Collector : public Consumer {
  public:
    Collector(const CorpusOptions& options, Cleaner& cleaner, LineStore& lines,
              CorpusReport& report)
        : names_(options.read.names), cleaner_(cleaner), lines_(lines), report_(report) {}

  protected:
    void take(Item&& item) override {
        if (names_ && item.author.empty()) return;
        if (names_) item.text = item.author;
        InputReport& input = report_.inputs.back();
        input.items++;
        if (!cleaner_.clean(item)) return;
        input.kept++;
        lines_.add(item.text);
    }

  private:
    bool names_;
    Cleaner& cleaner_;
    LineStore& lines_;
    CorpusReport& report_;
};

// How many items the rule "cut-short" has rejected.
uint64_t cut_short(Cleaner& cleaner) {
    for (size_t i = 0; i < cleaner.rules().size(); i++)
        if (std::string_view(cleaner.rules()[i]->name) == "cut-short")
            return cleaner.counts()[i].rejected;
    return 0;
}

void read_input(const std::string& path, const CorpusOptions& options, Cleaner& cleaner,
                Consumer& consumer, CorpusReport& report) {
    uint64_t cut_before = cut_short(cleaner);
    report.inputs.emplace_back();
    InputReport& about = report.inputs.back();
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

// Which part each group of items goes to: groups in the order of a hash of their text, so that the
// parts are the same whatever the order of the inputs, and get their shares to within a group.
class Splitter {
  public:
    explicit Splitter(const CorpusOptions& options) : options_(options) {
        if (splits()) weights_.resize(kSteps);
    }
    static bool splits(const CorpusOptions& options) {
        return options.split[0] + options.split[1] + options.split[2] > 0;
    }
    bool splits() const { return splits(options_); }

    void weigh(std::string_view first_line, uint32_t items = 1) {
        weights_[step(first_line)] += items;
        total_ += items;
    }

    void settle() {
        double sum = std::accumulate(options_.split.begin(), options_.split.end(), 0.0), share = 0,
               so_far = 0;
        size_t at = 0;
        for (size_t part = 0; part < 2; part++) {
            share += options_.split[part] / sum;
            while (at < kSteps && so_far + weights_[at] / 2.0 < share * static_cast<double>(total_))
                so_far += weights_[at++];
            ends_[part] = at;
        }
    }

    size_t part(std::string_view first_line) const {
        size_t at = step(first_line);
        return at < ends_[0] ? 0 : at < ends_[1] ? 1 : 2;
    }

  private:
    static constexpr size_t kSteps = size_t{1} << 20;
    size_t step(std::string_view line) const {
        uint64_t hash = kFnvBegin ^ options_.seed * 0x9E3779B97F4A7C15u;  // then mixed
        for (char c : normalize(line)) hash = fnv1a(hash, static_cast<unsigned char>(c));
        hash ^= hash >> 32;
        hash *= 0xD6E8FEB86659FD93u;
        return static_cast<size_t>(hash >> 44);
    }

    const CorpusOptions& options_;
    std::vector<uint32_t> weights_;
    uint64_t total_ = 0;
    size_t ends_[2] = {};
};

constexpr const char* kParts[] = {"train", "valid", "test"};

class Outputs {
  public:
    explicit Outputs(const CorpusOptions& options) {
        std::vector<std::string> paths = output_paths(options);
        for (size_t i = 0; i < paths.size(); i++)
            add(paths[i], paths.size() == 1 ? "text" : kParts[i]);
    }

    void write(size_t part, std::string_view line) {
        Out& out = outs_[part];
        out.block += line;
        out.block += '\n';
        if (out.block.size() >= kBlock) flush(out);
        out.about.items++;
        out.about.bytes += line.size() + 1;
        out.about.characters += count_characters(line);
    }

    // All texts and provenance files, once everything else is done: first all are written whole,
    // then they get their names. None when all texts are empty.
    void commit(const CorpusOptions& options, CorpusReport& report) {
        uint64_t items = 0;
        for (Out& out : outs_) {
            flush(out);
            out.about.sha256 = out.hash.hex();
            items += out.about.items;
            report.outputs.push_back(out.about);
        }
        if (items == 0) return;
        std::vector<std::unique_ptr<OutputFile>> provenance;
        for (Out& out : outs_) {
            out.file->finish();
            const std::string path = provenance_path(out.about.path);
            if (path.empty()) continue;
            provenance.push_back(std::make_unique<OutputFile>(path));
            provenance.back()->write(provenance_json(options, report, out.about));
            provenance.back()->finish();
        }
        for (Out& out : outs_) out.file->commit();
        for (auto& file : provenance) file->commit();
    }

  private:
    struct Out {
        OutputReport about;
        std::unique_ptr<OutputFile> file;
        Sha256 hash;
        std::string block;  // not written yet
    };
    static constexpr size_t kBlock = size_t{1} << 16;

    static void flush(Out& out) {
        out.file->write(out.block);
        out.hash.update(out.block);
        out.block.clear();
    }
    void add(const fs::path& path, const char* part) {
        Out& out = outs_.emplace_back();
        out.about.path = path.string();
        out.about.part = part;
        out.file = std::make_unique<OutputFile>(path);
    }
    std::deque<Out> outs_;
};

// What becomes of each item once all are known.
class Selection {
  public:
    // The first `known` lines are those of options.against.
    Selection(const CorpusOptions& options, const Cleaner& cleaner, const LineStore& lines,
              uint32_t known)
        : known_(known),
          drop_exact_(cleaner.has("duplicates")),
          drop_near_(cleaner.has("near-duplicates")),
          exact_(join_exact(lines)),
          near_(drop_near_ || Splitter::splits(options) ? join_near(lines, exact_) : exact_) {}

    // The item whose place in a split `item` shares.
    uint32_t group(uint32_t item) { return near_.first(item); }

    // The rule that drops `item`, and the item it is like; nullptr when it stays.
    const char* dropped_by(uint32_t item, uint32_t& like) {
        uint32_t exact = exact_.first(item), near = near_.first(item);
        like = exact != item ? exact : near;
        if (exact < known_ || (drop_near_ && near < known_)) return "against";
        if (drop_exact_ && exact != item) return "duplicates";
        if (drop_near_ && near != item) return "near-duplicates";
        return nullptr;
    }

  private:
    uint32_t known_;
    bool drop_exact_, drop_near_;
    UnionFind exact_, near_;
};

void note_dropped(std::string_view rule, std::string_view line, std::string_view like,
                  CorpusReport& report) {
    if (rule == "against") report.against++;
    for (size_t i = 0; i < report.rules.size(); i++)
        if (rule == report.rules[i]->name) {
            RuleCount& count = report.counts[i];
            count.rejected++;
            if (count.examples.size() < kExamples)
                count.examples.push_back(example_of(line) + " (like: " + example_of(like) + ")");
        }
}

void write_outputs(const CorpusOptions& options, const Cleaner& cleaner, const LineStore& lines,
                   uint32_t known, CorpusReport& report) {
    Selection selection(options, cleaner, lines, known);
    Splitter splitter(options);
    Outputs outputs(options);
    std::vector<uint32_t> kept;
    for (uint32_t item = known; item < lines.size(); item++) {
        uint32_t like = 0;
        if (const char* rule = selection.dropped_by(item, like))
            note_dropped(rule, lines[item], lines[like], report);
        else
            kept.push_back(item);
    }
    if (splitter.splits()) {
        for (uint32_t item : kept) splitter.weigh(lines[selection.group(item)]);
        splitter.settle();
    }
    for (uint32_t item : kept)
        outputs.write(splitter.splits() ? splitter.part(lines[selection.group(item)]) : 0,
                      lines[item]);
    outputs.commit(options, report);
}

}  // namespace

std::vector<std::string> output_paths(const CorpusOptions& options) {
    if (!Splitter::splits(options)) return {options.output};
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
    LineStore lines;
    for (const std::string& path : options.against)
        for (const std::string& line : read_text_lines(path)) lines.add(line);
    uint32_t known = lines.size();
    Collector collector(options, cleaner, lines, report);
    for (const std::string& path : options.inputs)
        read_input(path, options, cleaner, collector, report);
    require_used(options, report);
    report.notes = std::move(collector.notes);
    report.counts = std::move(cleaner.counts());
    write_outputs(options, cleaner, lines, known, report);
    return report;
}

}  // namespace quillet
