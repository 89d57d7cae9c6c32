// The public interface's models: loading, generating, scoring.
// SPDX-License-Identifier: MIT
#include "quillet/model.h"

#include <filesystem>

#include "base/file.h"
#include "base/resources.h"
#include "base/utf8.h"
#include "cells/recurrent_model.h"
#include "compile/emit_c.h"
#include "library/model_impl.h"
#include "run/lines.h"
#include "run/score.h"

namespace quillet {
namespace {

SamplingSettings settings_of(const Sampling& sampling) {
    SamplingSettings settings;
    settings.temperature = sampling.temperature;
    settings.min_p = sampling.min_p;
    settings.top_k = sampling.top_k;
    settings.top_p = sampling.top_p;
    settings.max_length = sampling.max_length;
    settings.require_in_range("Sampling");
    return settings;
}

LineRequest request_of(const Model& model, const Generation& generation) {
    if (generation.best_of < 1)
        throw Error("Generation.best_of", "is 0; expected 1 or more candidates a line");
    LineRequest request;
    request.settings = generation.sampling
                           ? settings_of(*generation.sampling)
                           : sampling_settings(model.impl().plan.metadata, model.impl().file);
    request.seed = generation.seed;
    request.count = generation.count;
    request.prompt = generation.prompt;
    request.best_of = generation.best_of;
    request.judge = generation.judge;
    return request;
}

}  // namespace

Model model_of(Graph graph, const std::string& file) {
    auto impl = std::make_shared<ModelImpl>();
    impl->file = file;
    impl->name = std::filesystem::path(file).stem().string();
    impl->sha256 = sha256_hex(write_onnx(graph));
    impl->plan = make_plan(graph, impl->name, file);
    impl->graph = std::move(graph);
    return Model(std::move(impl));
}

Model Model::load(const std::string& file, const std::string& alphabet) {
    Graph graph = read_onnx(read_file(file), file);
    if (!alphabet.empty()) {
        graph.metadata[key::kAlphabet] = alphabet;
        graph.metadata.erase(key::kMerges);
    }
    return model_of(std::move(graph), file);
}

void Model::save(const std::string& file) const {
    write_file(file, write_onnx(impl_->graph));
}

std::vector<std::string> Model::generate(const Generation& generation) const {
    return generate_lines(impl_->plan, request_of(*this, generation));
}

std::vector<std::vector<std::string>> Model::generate_all(
    const Generation& generation, const std::vector<uint32_t>& seeds) const {
    return generate_batch(impl_->plan, request_of(*this, generation), seeds);
}

TextScore Model::score(const std::string& text) const {
    const Score result = quillet::score(impl_->plan, decode_utf8(text, "the text to score"));
    return {result.bits, result.characters, result.unknown_count()};
}

bool Model::is_integer() const {
    return quillet::is_integer(impl_->graph);
}

std::string Model::name() const {
    return impl_->name;
}

std::string Model::alphabet() const {
    std::string text;
    for (int token = 0; token < impl_->plan.alphabet.size(); token++)
        text += impl_->plan.alphabet.text(token);
    return text;
}

Sampling Model::sampling() const {
    const SamplingSettings settings = sampling_settings(impl_->plan.metadata, impl_->file);
    return {settings.temperature, settings.min_p, settings.top_k, settings.top_p,
            settings.max_length};
}

int64_t Model::weight_bytes() const {
    return cost_of(impl_->plan).weights;
}

void set_home(const std::string& folder) {
    add_resource_folder(folder);
}

}  // namespace quillet
