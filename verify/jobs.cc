// What a runtime is asked and what it answers, as the JSON of docs/FORMATS.md.
// SPDX-License-Identifier: MIT
#include "verify/jobs.h"

#include <algorithm>

#include "base/base64.h"
#include "base/error.h"
#include "base/json.h"

namespace quillet {
namespace {

using nlohmann::json;

json sampling_json(const quillet_sampling& s) {
    return {s.inverse_temperature, s.min_p_gap, s.top_k, s.top_p};
}

void add_start(json& job, const Start& start) {
    if (const uint32_t* seed = std::get_if<uint32_t>(&start))
        job["seed"] = *seed;
    else
        job["random"] = std::get<RandomWords>(start);
}

json job_of(const TextJob& text) {
    json job = {{"kind", "text"},
                {"count", text.count},
                {"sampling", sampling_json(text.sampling)},
                {"max_length", text.max_length},
                {"prompt", text.prompt}};
    add_start(job, text.start);
    return job;
}

json job_of(const TraceJob& trace) {
    json job = {{"kind", "trace"},
                {"sampling", sampling_json(trace.sampling)},
                {"prompt", trace.prompt},
                {"tokens", trace.tokens}};
    add_start(job, trace.start);
    return job;
}

// The bytes of `text` in base64. Throws std::invalid_argument for anything else.
std::string bytes_of(const std::string& text) {
    auto bytes = from_base64(text);
    if (!bytes) throw std::invalid_argument("not base64");
    return *bytes;
}

Tensor tensor_of(const json& record) {
    Tensor tensor;
    tensor.type = static_cast<Type>(record.at("type").get<int>());
    tensor.shape = record.at("shape").get<std::vector<int64_t>>();
    tensor.bytes = bytes_of(record.at("data").get<std::string>());
    if (static_cast<int64_t>(tensor.bytes.size()) != tensor.byte_count())
        throw std::invalid_argument("a tensor's bytes do not fill its shape");
    return tensor;
}

void take_text(const json& record, TextResult& result) {
    if (record.contains("line")) {
        result.lines.push_back({record.at("tokens"), record.at("random")});
    } else {
        result.steps = record.at("steps");
        result.seconds = record.at("seconds");
    }
}

void take_trace(const json& record, Trace& trace) {
    RandomWords random = record.at("random");
    if (!record.contains("step")) {
        trace.start = random;
        return;
    }
    TraceStep step;
    for (const json& output : record.at("outputs")) step.outputs.push_back(tensor_of(output));
    step.logits = record.at("logits").get<std::vector<int32_t>>();
    if (!record.at("drawn").is_null()) step.drawn = record.at("drawn").get<uint32_t>();
    step.random = random;
    trace.steps.push_back(std::move(step));
}

}  // namespace

void TextResult::add(Line line, const TextJob& job) {
    const uint64_t length = job.prompt.size() + line.tokens.size();
    const bool ended_by_token = length < job.max_length;
    steps += length + ended_by_token;
    lines.push_back(std::move(line));
}

quillet_random generator_at(const Start& start) {
    quillet_random random;
    if (const RandomWords* words = std::get_if<RandomWords>(&start))
        std::copy(words->begin(), words->end(), random.s);
    else
        quillet_random_seed(&random, std::get<uint32_t>(start));
    return random;
}

RandomWords words_of(const quillet_random& random) {
    return {random.s[0], random.s[1], random.s[2], random.s[3]};
}

std::vector<uint8_t> tokens_fed(const TraceJob& job, uint32_t line_token) {
    std::vector<uint8_t> fed;
    fed.reserve(1 + job.prompt.size() + job.tokens.size());
    fed.push_back(static_cast<uint8_t>(line_token));
    for (uint8_t token : job.prompt) fed.push_back(token);
    for (uint8_t token : job.tokens) fed.push_back(token);
    return fed;
}

std::string job_file(const Jobs& jobs) {
    json all = json::array();
    for (const TextJob& text : jobs.texts) all.push_back(job_of(text));
    for (const TraceJob& trace : jobs.traces) all.push_back(job_of(trace));
    return json{{"jobs", all}}.dump() + "\n";
}

Answers::Answers(const Jobs& jobs, std::string where) : jobs_(jobs), where_(std::move(where)) {
    results_.texts.resize(jobs.texts.size());
    results_.traces.resize(jobs.traces.size());
}

void Answers::take(std::string_view line) {
    try {
        const json record = parse_json(line, where_);
        size_t job = record.at("job");
        if (job < results_.texts.size())
            take_text(record, results_.texts[job]);
        else
            take_trace(record, results_.traces.at(job - results_.texts.size()));
    } catch (const std::exception& error) {
        throw Error(where_, "answered \"" + std::string(line.substr(0, 80)) +
                                "\", which is no record of docs/FORMATS.md: " + error.what());
    }
}

Results Answers::finish() {
    for (size_t i = 0; i < jobs_.texts.size(); i++)
        if (results_.texts[i].lines.size() != jobs_.texts[i].count)
            throw Error(where_, "answered " + std::to_string(results_.texts[i].lines.size()) +
                                    " of " + std::to_string(jobs_.texts[i].count) + " lines");
    for (size_t i = 0; i < jobs_.traces.size(); i++) {
        size_t expected = 1 + jobs_.traces[i].prompt.size() + jobs_.traces[i].tokens.size();
        if (results_.traces[i].steps.size() != expected)
            throw Error(where_, "answered " + std::to_string(results_.traces[i].steps.size()) +
                                    " of " + std::to_string(expected) + " steps");
    }
    return std::move(results_);
}

}  // namespace quillet
