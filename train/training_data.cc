// What a training starts from: its text as tokens, and what the model file will say of it.
// SPDX-License-Identifier: MIT
#include "train/training_data.h"

#include <filesystem>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "train/pieces.h"

namespace quillet::train {
namespace {

namespace fs = std::filesystem;

void tell_rare(const std::vector<RareCharacter>& rare, const Tell& tell) {
    constexpr size_t kShown = 12;
    std::string told;
    for (size_t i = 0; i < rare.size() && i < kShown; i++) {
        const RareCharacter& each = rare[i];
        told += (i ? ", " : "") + describe_character(each.character) + " (" +
                std::to_string(each.count) + ") ";
        told += each.folded_to.empty() ? "dropped" : "-> '" + encode_utf8(each.folded_to) + "'";
    }
    if (rare.size() > kShown) told += ", and " + std::to_string(rare.size() - kShown) + " more";
    if (!rare.empty() && tell) tell("rare characters, see --min-count: " + told);
}

// From the provenance file beside the text.
void take_provenance(const std::string& text, TrainingData& result) {
    fs::path path = text + ".provenance.json";
    if (!fs::exists(path)) return;
    auto provenance = parse_json(read_file(path), path.string());
    if (!provenance.is_object())
        throw Error(path.string(), "is not a JSON object; mend or remove it");
    for (const char* name : {"licence", "license"})
        if (provenance.contains(name) && provenance[name].is_string())
            result.licence = provenance[name];
    result.corpus["provenance"] = provenance;
}

void add_pieces(const Lines& lines, int size, Alphabet& alphabet) {
    if (!alphabet.merges().empty())
        throw Error("--pieces", "is for new models; this one's tokens stay as they are");
    if (size < alphabet.size())
        throw Error("--pieces", "is " + std::to_string(size) + "; the text has " +
                                    std::to_string(alphabet.size()) +
                                    " different characters already, see --min-count");
    alphabet = learn_pieces(lines, alphabet, size);
}

bool is_number(const std::string& text) {
    return text.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace

RecurrentModel TrainingData::stamped(RecurrentModel model) const {
    model.metadata[key::kCorpus] = json_text(corpus);
    if (!licence.empty()) model.metadata[key::kLicence] = licence;
    return model;
}

TrainingData read_training_data(const TextOptions& options, const Alphabet& known,
                                const Tell& tell) {
    TrainingData result;
    std::string bytes = read_file(options.text);
    Lines lines = read_lines(bytes, options.text), validation;
    result.corpus = {{"name", fs::path(options.text).filename().string()},
                     {"sha256", sha256_hex(bytes)},
                     {"items", lines.count()},
                     {"characters", lines.characters.size()},
                     {"validation", options.valid}};
    std::vector<RareCharacter> rare;
    Data& data = result.data;
    data.alphabet = choose_alphabet(lines, known, options.min_count, options.text, rare);
    tell_rare(rare, tell);
    if (std::optional<Split> split = split_from(options.valid, "--valid")) {
        if (split->fraction > 0) validation = split_off(lines, *split);
    } else if (is_number(options.valid) && !fs::exists(options.valid)) {
        throw Error("--valid", "is " + options.valid +
                                   "; expected a file, or a share of the lines: " + options.valid +
                                   "%");
    } else {
        std::string valid_bytes = read_file(options.valid);
        if (valid_bytes == bytes && tell)
            tell(options.valid +
                 ": is the text to learn from; its validation says nothing of "
                 "other lines");
        validation = read_lines(valid_bytes, options.valid);
        result.corpus["validation"] = fs::path(options.valid).filename().string();
        result.corpus["validation_sha256"] = sha256_hex(valid_bytes);
    }
    if (options.pieces > 0) add_pieces(lines, options.pieces, data.alphabet);
    data.training = encode(lines, data.alphabet);
    data.validation = encode(validation, data.alphabet);
    if (data.validation.unknown > 0 && tell)
        tell(std::to_string(data.validation.unknown) + " characters of " + options.valid +
             " are not in the alphabet and left out");
    result.held_out = std::move(validation);
    take_provenance(options.text, result);
    return result;
}

}  // namespace quillet::train
