// The paper that goes with a corpus: what it was made of, by which rules, under which licence.
// SPDX-License-Identifier: MIT
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json.h"
#include "base/resources.h"
#include "corpus/build.h"

namespace quillet {
namespace {

using Json = nlohmann::ordered_json;

Json input_json(const InputReport& input) {
    Json json = {{"file", std::filesystem::path(input.name).filename().string()},
                 {"format", input.format},
                 {"bytes", input.bytes},
                 {"sha256", input.sha256},
                 {"source", input.facts.source},
                 {"licence", input.facts.licence},
                 {"items", input.items},
                 {"kept", input.kept}};
    if (!input.damage.empty()) json["damage"] = input.damage;
    if (!input.facts.warning.empty()) json["warning"] = input.facts.warning;
    return json;
}

// The different values of one fact, joined: what holds for the whole.
std::string joined(const CorpusReport& report, std::string InputFacts::*fact) {
    std::string all;
    std::set<std::string> seen;
    for (const InputReport& input : report.inputs) {
        const std::string& value = input.facts.*fact;
        if (value.empty() || !seen.insert(value).second) continue;
        all += (all.empty() ? "" : "; ") + value;
    }
    return all.empty() ? "unknown" : all;
}

Json rules_json(const CorpusReport& report) {
    Json rules = Json::array();
    for (size_t i = 0; i < report.rules.size(); i++)
        rules.push_back({{"rule", report.rules[i]->name},
                         {"changed", report.counts[i].changed},
                         {"rejected", report.counts[i].rejected}});
    return rules;
}

}  // namespace

std::string provenance_json(const CorpusOptions& options, const CorpusReport& report,
                            const OutputReport& output) {
    Json json = {{"quillet_provenance", 1}, {"tool", "quillet " + version()}};
    json["text"] = {{"file", std::filesystem::path(output.path).filename().string()},
                    {"part", output.part},
                    {"sha256", output.sha256},
                    {"items", output.items},
                    {"bytes", output.bytes},
                    {"characters", output.characters}};
    json["source"] = options.source.empty() ? joined(report, &InputFacts::source) : options.source;
    json["licence"] =
        options.licence.empty() ? joined(report, &InputFacts::licence) : options.licence;
    json["inputs"] = Json::array();
    for (const InputReport& input : report.inputs) json["inputs"].push_back(input_json(input));
    json["names"] = options.read.names;
    json["alphabet"] = options.clean.alphabet;
    json["length"] = {options.clean.shortest, options.clean.longest};
    json["language"] = options.clean.language;
    json["rules"] = rules_json(report);
    json["against"] = {{"files", options.against.size()}, {"rejected", report.against}};
    json["left_out"] = Json::object();
    for (const auto& [what, note] : report.notes.all()) json["left_out"][what] = note.count;
    if (output.part != "text") json["split"] = {{"shares", options.split}, {"seed", options.seed}};
    return json_text(json, 2) + "\n";
}

}  // namespace quillet
