// Holds every runtime to the plan: texts first, then what lies behind the first line that parts.
// SPDX-License-Identifier: MIT
#include "verify/verify.h"

#include <algorithm>
#include <tuple>

#include "base/error.h"
#include "cells/token_model.h"
#include "integer/integer_model.h"
#include "verify/divergence.h"

namespace quillet {
namespace {

constexpr size_t kSampledLines = 4;        // whose tensors are compared though the texts agree
constexpr size_t kSampledCharacters = 40;  // of each at most

// A line of the grid.
struct Place {
    size_t job;
    uint32_t line;
};

// The plan's lines, which the others are compared with.
struct ReferenceLines {
    std::vector<GridJob> jobs;
    std::vector<TextResult> texts;
    std::vector<Place> sampled;  // lines whose tensors are compared though the texts agree
    std::vector<TraceJob> samples;
    std::vector<Trace> sample_traces;

    const Line& line(Place p) const { return texts[p.job].lines[p.line]; }

    // Where the generator stood before a line.
    Start start_of(Place p) const {
        if (p.line == 0) return jobs[p.job].job.start;
        return texts[p.job].lines[p.line - 1].random;
    }

    // The job from line `p.line` on.
    TextJob from(Place p) const {
        TextJob job = jobs[p.job].job;
        job.start = start_of(p);
        job.count -= p.line;
        return job;
    }

    TraceJob trace_of(Place p, std::vector<uint8_t> tokens) const {
        const TextJob& job = jobs[p.job].job;
        return {start_of(p), job.sampling, job.prompt, std::move(tokens)};
    }
};

// Chooses the first lines of some jobs over the whole grid.
void choose_samples(ReferenceLines& reference) {
    size_t jobs = reference.jobs.size(), count = std::min(kSampledLines, jobs);
    for (size_t i = 0; i < count; i++) {
        Place place{(2 * i + 1) * jobs / (2 * count), 0};
        std::vector<uint8_t> tokens = reference.line(place).tokens;
        if (tokens.size() > kSampledCharacters) tokens.resize(kSampledCharacters);
        reference.sampled.push_back(place);
        reference.samples.push_back(reference.trace_of(place, std::move(tokens)));
    }
}

// One runtime's way through the grid.
class Comparison {
  public:
    Comparison(const ReferenceLines& reference, Runtime& plan, Candidate& candidate, Judge judge,
               const VerifyOptions& options, RuntimeReport& report, CountLines count_line)
        : reference_(reference),
          plan_(plan),
          candidate_(candidate),
          runtime_(*candidate.runtime),
          judge_(judge),
          options_(options),
          report_(report),
          count_line_(std::move(count_line)) {}

    void run() {
        std::vector<Place> from;
        const std::vector<uint32_t> lines = lines_of_jobs();
        for (size_t job = 0; job < lines.size(); job++)
            if (lines[job] > 0) from.push_back({job, 0});
        for (bool first = true; !from.empty() && !report_.difference; first = false) {
            Jobs jobs;
            for (Place p : from) {
                jobs.texts.push_back(reference_.from(p));
                jobs.texts.back().count = lines[p.job] - p.line;
            }
            if (first && !candidate_.texts_only) jobs.traces = reference_.samples;
            Results results = runtime_.run(jobs, count_line_);
            add_speed(results.texts);
            std::vector<Divergence> parted = compare_texts(from, results.texts);
            if (first && !candidate_.texts_only) judge_samples(results.traces);
            from = candidate_.texts_only ? report_text(parted) : judge_lines(parted);
        }
        report_.largest_difference = judge_.largest;
        if (seconds_ > 0) report_.chars_per_s = static_cast<double>(steps_) / seconds_;
    }

  private:
    struct Divergence {
        Place place;
        Line found;
    };

    void add_speed(const std::vector<TextResult>& texts) {
        for (const TextResult& text : texts) {
            steps_ += text.steps;
            seconds_ += text.seconds;
        }
    }

    // The first line of each job that is not the plan's.
    std::vector<Divergence> compare_texts(const std::vector<Place>& from,
                                          const std::vector<TextResult>& texts) {
        std::vector<Divergence> parted;
        for (size_t i = 0; i < from.size(); i++) {
            Place place = from[i];
            for (const Line& line : texts.at(i).lines) {
                report_.lines++;
                report_.characters += line.tokens.size();
                if (line != reference_.line(place)) {
                    parted.push_back({place, line});
                    break;
                }
                place.line++;
            }
        }
        return parted;
    }

    // How many lines of each job to run: all, or of a slow runtime its share of each setting.
    std::vector<uint32_t> lines_of_jobs() const {
        const uint64_t settings = options_.settings.size(), slow = options_.slow_lines;
        std::vector<uint32_t> left(settings, UINT32_MAX), lines;
        for (uint64_t i = 0; i < settings && candidate_.slow; i++)
            left[i] = static_cast<uint32_t>((i + 1) * slow / settings - i * slow / settings);
        for (const GridJob& job : reference_.jobs) {
            lines.push_back(std::min(job.job.count, left[job.setting]));
            left[job.setting] -= lines.back();
        }
        return lines;
    }

    // Reports the first line that parted, by its text alone.
    std::vector<Place> report_text(const std::vector<Divergence>& parted) {
        if (parted.empty()) return {};
        const Divergence& first = parted.front();
        const Line& expected = reference_.line(first.place);
        TraceJob trace = reference_.trace_of(first.place, common_beginning(expected, first.found));
        const size_t common = trace.tokens.size();
        report(text_discrepancy(trace.prompt.size() + common, expected, first.found, common),
               first.place, trace);
        return {};
    }

    Discrepancy text_discrepancy(size_t step, const Line& expected, const Line& found,
                                 size_t common) const {
        auto next = [&](const Line& line) {
            return common < line.tokens.size() ? std::to_string(line.tokens[common]) : "its end";
        };
        if (next(expected) != next(found)) return {step, "text", 0, next(expected), next(found)};
        return words_differ(expected.random, found.random, step)
            .value_or(Discrepancy{step, "text", 0, "", ""});
    }

    // Judges lines that parted; returns where to go on after those that part by rounding.
    std::vector<Place> judge_lines(const std::vector<Divergence>& parted) {
        if (parted.empty()) return {};
        Jobs jobs;
        for (const Divergence& p : parted)
            jobs.traces.push_back(
                reference_.trace_of(p.place, common_beginning(reference_.line(p.place), p.found)));
        Results plan = plan_.run(jobs, [] {}), found = runtime_.run(jobs, [] {});
        std::vector<Place> next;
        for (size_t i = 0; i < parted.size(); i++) {
            Place place = parted[i].place;
            TracePair pair{jobs.traces[i], plan.traces.at(i), checked(found.traces.at(i))};
            if (auto wrong =
                    why_lines_part(pair, reference_.line(place), parted[i].found, judge_)) {
                report(*wrong, place, jobs.traces[i]);
                return {};
            }
            report_.rounding++;
            if (++place.line < reference_.jobs[place.job].job.count) next.push_back(place);
        }
        return next;
    }

    void judge_samples(const std::vector<Trace>& traces) {
        for (size_t i = 0; i < traces.size(); i++) {
            TracePair pair{reference_.samples[i], reference_.sample_traces[i], checked(traces[i])};
            if (auto wrong = first_wrong_value(pair, judge_)) {
                report(*wrong, reference_.sampled[i], reference_.samples[i]);
                return;
            }
        }
    }

    const Trace& checked(const Trace& trace) const {
        size_t outputs = judge_.witness.output_count();
        for (const TraceStep& step : trace.steps)
            if (step.outputs.size() != outputs || step.logits.empty())
                throw Error(report_.name, "traces " + std::to_string(step.outputs.size()) +
                                              " outputs a step; expected " +
                                              std::to_string(outputs));
        return trace;
    }

    // Keeps the earliest line's.
    void report(const Discrepancy& wrong, Place place, const TraceJob& trace) {
        if (report_.difference &&
            std::tie(place_.job, place_.line) <= std::tie(place.job, place.line))
            return;
        place_ = place;
        const GridJob& job = reference_.jobs[place.job];
        Difference& d = report_.difference.emplace();
        static_cast<Discrepancy&>(d) = wrong;
        d.setting = text_of(options_.settings[job.setting]);
        d.seed = std::get<uint32_t>(job.job.start);
        d.line = place.line + 1;
        size_t prompt = trace.prompt.size();
        d.character = static_cast<uint32_t>(wrong.step < prompt ? 0 : wrong.step - prompt + 1);
    }

    const ReferenceLines& reference_;
    Runtime& plan_;
    const Candidate& candidate_;
    Runtime& runtime_;
    Judge judge_;
    const VerifyOptions& options_;
    RuntimeReport& report_;
    CountLines count_line_;
    Place place_ = {};  // of report_.difference
    uint64_t steps_ = 0;
    double seconds_ = 0;
};

// The plan's lines over the grid, and traces of some of them.
ReferenceLines reference_of(Runtime& plan, const Alphabet& alphabet, const VerifyOptions& options) {
    ReferenceLines reference;
    reference.jobs =
        jobs_of(options.settings, alphabet, options.lines, options.seed, options.max_length);
    Jobs jobs;
    for (const GridJob& job : reference.jobs) jobs.texts.push_back(job.job);
    reference.texts = plan.run(jobs, [] {}).texts;
    choose_samples(reference);
    reference.sample_traces = plan.run({{}, reference.samples}, [] {}).traces;
    return reference;
}

}  // namespace

bool make_comparable(Graph& graph, const std::string& file) {
    const bool has_sampler = is_integer(graph) && graph.metadata[key::kFormat] == kWriterFormat;
    if (has_sampler) graph = to_graph(integer_model_from(graph, file));
    TokenModel ordered = token_model_of(graph, file, false);
    if (ordered.graph.inputs == graph.inputs && ordered.graph.outputs == graph.outputs &&
        ordered.notes.empty())
        return has_sampler;
    graph = std::move(ordered.graph);
    return true;
}

bool VerifyReport::same() const {
    return std::all_of(runtimes.begin(), runtimes.end(), [](const auto& r) { return r.same(); });
}

VerifyReport verify(const ModelUnderTest& subject, std::vector<Candidate> candidates,
                    const VerifyOptions& options, const VerifyProgress& progress,
                    const VerifyEnded& ended) {
    Reference reference_model(subject.graph, subject.path.string());
    const Alphabet& alphabet = subject.plan.alphabet;
    std::unique_ptr<Runtime> plan = plan_runtime(subject.plan);
    const ReferenceLines lines = reference_of(*plan, alphabet, options);
    VerifyReport report;
    for (const GridJob& job : lines.jobs) report.lines += job.job.count;
    for (Candidate& candidate : candidates) {
        RuntimeReport& row = report.runtimes.emplace_back();
        row.name = candidate.name;
        // Integer models: every runtime, every bit; the plan itself is held to the witness.
        row.exact = candidate.exact || (is_integer(subject.graph) && candidate.name != "plan");
        row.absent = candidate.absent;
        if (!candidate.runtime) continue;
        uint64_t line = 0;
        auto count_line = [&] { progress(row.name, ++line, report.lines); };
        try {
            Comparison(lines, *plan, candidate, Judge{reference_model, alphabet, row.exact},
                       options, row, count_line)
                .run();
        } catch (const Unavailable& why) {
            row.absent = why.what();
        } catch (const Error& error) {
            row.failure = error.where() + ": " + error.what();
        }
        if (ended) ended(row);
    }
    return report;
}

}  // namespace quillet
