// quillet score: bits a character of a model over a text.
// SPDX-License-Identifier: MIT
#include <memory>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/utf8.h"
#include "cli/model_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "compile/score.h"
#include "train/text.h"

namespace quillet {
namespace {

struct Options {
    ModelOption model;
    std::string text;
    bool json = false;
};

// "3 of 'é', 1 of U+0009".
std::string listed(const std::map<char32_t, int64_t>& unknown) {
    std::string text;
    int left = 8;
    for (auto [character, count] : unknown) {
        if (left-- == 0) return text + ", …";
        text += (text.empty() ? "" : ", ") + std::to_string(count) + " of " +
                describe_character(character);
    }
    return text;
}

int run(const Options& options) {
    Plan plan = options.model.plan();
    Score result = score(plan, train::read_lines(read_file(options.text), options.text).characters);
    if (options.json) {
        nlohmann::ordered_json json = {{"bpc", result.bits_per_character()},
                                       {"characters", result.characters},
                                       {"unknown", result.unknown_count()}};
        print(json.dump() + "\n");
        return 0;
    }
    char line[96];
    std::snprintf(line, sizeof line, "%.4f bits a character over %lld characters\n",
                  result.bits_per_character(), static_cast<long long>(result.characters));
    print(line);
    if (!result.unknown.empty())
        std::fprintf(stderr, "skipped, outside the alphabet: %s\n", listed(result.unknown).c_str());
    return 0;
}

}  // namespace

Run set_up_score(CLI::App& command) {
    auto options = std::make_shared<Options>();
    command.add_option("MODEL", options->model.path, "An ONNX file")->required();
    command.add_option("TEXT", options->text, "A UTF-8 text, one item a line")->required();
    command.add_option("--alphabet", options->model.alphabet,
                       "The characters in token order, for a model whose metadata lacks them");
    command.add_flag("--json", options->json, "One JSON object: bpc, characters, unknown");
    return [options] { return run(*options); };
}

}  // namespace quillet
