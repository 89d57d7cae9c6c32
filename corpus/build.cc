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
#include "base/temporary_folder.h"
#include "corpus/duplicates.h"
#include "corpus/sixteen_bytes.h"
#include "corpus/spool.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

// Cleans batches and puts what is left on the spool.
class Collector : public Consumer {
  public:
    Collector(const Cleaner& cleaner, bool names, Spool& spool, CorpusReport& report)
        : cleaner_(cleaner), names_(names), spool_(spool), report_(report) {}

    void work(Batch& batch) const override {
        if (names_) {
            std::erase_if(batch.items, [](const Item& item) { return item.author.empty(); });
            for (Item& item : batch.items) item.text = item.author;
        }
        cleaner_.clean(batch);
    }

    void take(Batch&& batch) override {
        if (taking_) return;  // the spool has failed, and what is left comes in vain
        InputReport& input = report_.inputs.back();
        input.items += batch.read;
        input.kept += batch.items.size();
        report_.notes.merge(batch.notes);
        for (size_t i = 0; i < batch.rules.size(); i++) {
            RuleCount& total = report_.counts[i];
            total.changed += batch.rules[i].changed;
            total.rejected += batch.rules[i].rejected;
            for (std::string& example : batch.rules[i].examples)
                if (total.examples.size() < kExamples) total.examples.push_back(std::move(example));
        }
        taking_ = true;  // stays so when the spool fails
        for (const Item& item : batch.items) spool_.add(item.text);
        taking_ = false;
    }

    // True after an Error that was not the input's: the disk is full.
    bool failed() const { return taking_; }

  private:
    const Cleaner& cleaner_;
    bool names_;
    Spool& spool_;
    CorpusReport& report_;
    bool taking_ = false;
};

void read_input(const std::string& path, const CorpusOptions& options, Collector& collector,
                CorpusReport& report) {
    report.inputs.emplace_back();
    InputReport& about = report.inputs.back();
    try {
        Input input(path, options.read.threads);
        const Format& format = find_format(options.format, input);
        about.name = input.name();
        about.format = format.name;
        format.read(input, options.read, collector, about.facts);
        about.bytes = input.file_bytes();
        about.sha256 = input.sha256();
    } catch (const Error& error) {
        if (!options.keep_damaged || about.format.empty() || collector.failed()) throw;
        about.damage = error.where() + ": " + error.what();
    }
}

// The lines of the files an item must not be like, before all others on the spool.
void read_against(const CorpusOptions& options, Spool& spool) {
    for (const std::string& path : options.against) {
        Input input(path, 1);
        LineReader lines(input);
        for (std::string_view line; lines.next(line);)
            if (!line.empty()) spool.add(line);
    }
}

// Where the temporary files go: beside the output, so that one disk has to have room.
fs::path folder_of(const std::string& output) {
    std::error_code code;
    fs::path folder = fs::path(output).parent_path();
    if (output.empty() || output == "/dev/stdout" ||
        (fs::exists(output, code) && !fs::is_regular_file(output, code)))
        return temporary_parent();
    if (folder.empty()) return ".";
    fs::create_directories(folder, code);
    return folder;
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
        std::string bare;
        bare_form(line, bare);
        uint64_t hash =
            0xCBF29CE484222325u ^ options_.seed * 0x9E3779B97F4A7C15u;  // FNV-1a, then mixed
        for (char c : bare) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
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
        std::vector<std::unique_ptr<OutputFile>> papers;
        for (Out& out : outs_) {
            out.file->finish();
            std::error_code code;
            if (fs::exists(out.about.path, code) && !fs::is_regular_file(out.about.path, code))
                continue;
            papers.push_back(std::make_unique<OutputFile>(out.about.path + ".provenance.json"));
            papers.back()->write(provenance_json(options, report, out.about));
            papers.back()->finish();
        }
        for (Out& out : outs_) out.file->commit();
        for (auto& paper : papers) paper->commit();
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

// What becomes of each item of the spool once all are known.
class Selection {
  public:
    Selection(const CorpusOptions& options, const Cleaner& cleaner, Spool& spool, uint32_t known,
              CorpusReport& report)
        : spool_(spool), known_(known), report_(report) {
        fs::path folder = folder_of(options.output);
        bool split = Splitter::splits(options);
        drop_exact_ = cleaner.has("duplicates");
        drop_near_ = cleaner.has("near-duplicates");
        if (drop_near_ || split)
            join_near(spool, exact_, near_, folder);
        else if (drop_exact_ || known > 0)
            join_exact(spool, exact_, folder);
    }

    // The group of `item` if it stays, and nothing if it goes; then it is counted.
    std::optional<uint32_t> group(uint32_t item, std::string_view line, bool count) {
        if (item < known_) return std::nullopt;
        uint32_t exact = exact_.first(item), near = near_.first(item);
        const char* rule = nullptr;
        if (exact < known_ || (drop_near_ && near < known_))
            rule = "against";
        else if (drop_exact_ && exact != item)
            rule = "duplicates";
        else if (drop_near_ && near != item)
            rule = "near-duplicates";
        if (rule == nullptr) return near;
        if (count) note(rule, exact != item ? exact : near, line);
        return std::nullopt;
    }

  private:
    void note(std::string_view rule, uint32_t first, std::string_view line) {
        if (rule == "against") {
            report_.against++;
            return;
        }
        for (size_t i = 0; i < report_.rules.size(); i++) {
            if (rule != report_.rules[i]->name) continue;
            RuleCount& total = report_.counts[i];
            total.rejected++;
            if (total.examples.size() >= kExamples) return;
            std::string kept;
            spool_.get(first, kept);
            total.examples.push_back(example_of(line) + " (like: " + example_of(kept) + ")");
        }
    }

    Groups exact_, near_;
    Spool& spool_;
    uint32_t known_;
    CorpusReport& report_;
    bool drop_exact_ = false, drop_near_ = false;
};

void write_outputs(const CorpusOptions& options, const Cleaner& cleaner, Spool& spool,
                   uint32_t known, CorpusReport& report) {
    Selection selection(options, cleaner, spool, known, report);
    Splitter splitter(options);
    Outputs outputs(options);
    std::string first_line;
    auto first_of = [&](uint32_t group, uint32_t item, std::string_view line) -> std::string_view {
        if (group == item) return line;
        spool.get(group, first_line);
        return first_line;
    };
    if (splitter.splits()) {
        spool.for_each([&](uint32_t item, std::string_view line) {
            if (auto group = selection.group(item, line, false))
                splitter.weigh(first_of(*group, item, line));
        });
        splitter.settle();
    }
    spool.for_each([&](uint32_t item, std::string_view line) {
        auto group = selection.group(item, line, true);
        if (!group) return;
        outputs.write(splitter.splits() ? splitter.part(first_of(*group, item, line)) : 0, line);
    });
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

CorpusReport build_corpus(const CorpusOptions& options) {
    CorpusReport report;
    Cleaner cleaner(options.clean);
    report.rules = cleaner.rules();
    report.counts.resize(report.rules.size());
    Spool spool(folder_of(options.output));
    read_against(options, spool);
    uint32_t known = spool.size();
    Collector collector(cleaner, options.read.names, spool, report);
    for (const std::string& path : options.inputs) read_input(path, options, collector, report);
    write_outputs(options, cleaner, spool, known, report);
    return report;
}

}  // namespace quillet
