// What a training starts from: its text as tokens, and what the model file will say of it.
// SPDX-License-Identifier: MIT
#include "cli/training_data.h"

#include <cstdio>
#include <filesystem>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

void tell_rare(const std::vector<train::RareCharacter>& rare) {
    constexpr size_t kShown = 12;
    std::string told;
    for (size_t i = 0; i < rare.size() && i < kShown; i++) {
        const train::RareCharacter& each = rare[i];
        told += (i ? ", " : "") + describe_character(each.character) + " (" +
                std::to_string(each.count) + ") ";
        told += each.folded_to.empty() ? "dropped" : "-> '" + encode_utf8(each.folded_to) + "'";
    }
    if (rare.size() > kShown) told += ", and " + std::to_string(rare.size() - kShown) + " more";
    if (!rare.empty()) std::fprintf(stderr, "rare characters, see --min-count: %s\n", told.c_str());
}

// From the provenance file beside the text.
void take_provenance(const std::string& text, TrainingData& material) {
    fs::path path = text + ".provenance.json";
    if (!fs::exists(path)) return;
    auto provenance = parse_json(read_file(path), path.string());
    if (!provenance.is_object())
        throw Error(path.string(), "is not a JSON object; mend or remove it");
    for (const char* name : {"licence", "license"})
        if (provenance.contains(name) && provenance[name].is_string())
            material.licence = provenance[name];
    material.corpus["provenance"] = provenance;
}

}  // namespace

RecurrentModel TrainingData::stamped(RecurrentModel model) const {
    model.metadata[key::kCorpus] = corpus.dump();
    if (!licence.empty()) model.metadata[key::kLicence] = licence;
    return model;
}

TrainingData read_material(const MaterialOptions& options, const Alphabet& known) {
    TrainingData material;
    std::string bytes = read_file(options.text);
    train::Lines lines = train::read_lines(bytes, options.text), validation;
    material.corpus = {{"name", fs::path(options.text).filename().string()},
                       {"sha256", sha256_hex(bytes)},
                       {"items", lines.count()},
                       {"characters", lines.characters.size()},
                       {"validation", options.valid}};
    std::vector<train::RareCharacter> rare;
    train::Data& data = material.data;
    data.alphabet = train::choose_alphabet(lines, known, options.min_count, options.text, rare);
    tell_rare(rare);
    if (std::optional<train::Split> split = train::split_from(options.valid, "--valid")) {
        if (split->fraction > 0) validation = train::split_off(lines, *split);
    } else {
        std::string valid_bytes = read_file(options.valid);
        validation = train::read_lines(valid_bytes, options.valid);
        material.corpus["validation"] = fs::path(options.valid).filename().string();
        material.corpus["validation_sha256"] = sha256_hex(valid_bytes);
    }
    data.training = train::encode(lines, data.alphabet);
    data.validation = train::encode(validation, data.alphabet);
    if (data.validation.unknown > 0)
        std::fprintf(stderr, "%lld characters of %s are not in the alphabet and left out\n",
                     static_cast<long long>(data.validation.unknown), options.valid.c_str());
    take_provenance(options.text, material);
    return material;
}

}  // namespace quillet
