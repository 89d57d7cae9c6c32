// A model: read from an ONNX file or made by train_model() and quantize(); writes lines and scores text.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "quillet/error.h"

namespace quillet {

struct Sampling {
    double temperature = 0.7;    // 0 to 1000; 0: always the most likely token
    double min_p = 0;            // 0 to 1; 0: off
    uint32_t top_k = 0;          // at most 65536; 0: off
    double top_p = 0;            // 0 to 1; 0 and 1: off
    uint32_t max_length = 1000;  // tokens of a line, the prompt included; 1 to 1e9
};

struct Generation {
    uint32_t seed = 1;  // seed, count, prompt and sampling determine the lines, in every runtime
    uint32_t count = 1;
    std::string prompt = {};                // how every line begins, UTF-8
    std::optional<Sampling> sampling = {};  // the model's own unless given
    // Each line is the best of so many: of the same candidates and by the same score as `quillet generate
    // --best`, the device and the bot have; with a judge, of so many lines that follow one another.
    uint32_t best_of = 1;
    // What `best_of` ranks by instead, higher is better.
    std::function<double(const std::string& line)> judge = {};
};

struct TextScore {
    double bits = 0;         // -log2 of the text's probability
    int64_t characters = 0;  // scored, line ends included
    int64_t unknown = 0;     // characters that the model cannot write, left out
    double bits_per_character() const { return bits / static_cast<double>(characters); }
};

struct ModelImpl;

// A value; copies share what they hold, which never changes. Safe to use from several threads.
class Model {
  public:
    // Reads an ONNX file: Quillet's own, float or integer, or a foreign one of supported operators.
    // `alphabet` is for a file whose metadata lack it: its characters in token order, UTF-8.
    // Throws Error naming file, place and what was expected.
    static Model load(const std::string& file, const std::string& alphabet = "");

    // Writes the ONNX file, whole or not at all.
    void save(const std::string& file) const;

    // Lines without their ends, UTF-8. Throws Error for a setting out of its range and for a prompt
    // with characters that the model lacks.
    std::vector<std::string> generate(const Generation& generation = {}) const;

    // One result a seed, by all cores: what generate() gives for `generation` with that seed.
    std::vector<std::vector<std::string>> generate_all(const Generation& generation,
                                                       const std::vector<uint32_t>& seeds) const;

    // `text` is lines that each end in '\n', the last perhaps at the text's end.
    TextScore score(const std::string& text) const;

    bool is_integer() const;
    std::string name() const;      // the file's, without its extension
    std::string alphabet() const;  // the tokens' texts one after another
    Sampling sampling() const;     // the defaults in the file
    int64_t weight_bytes() const;  // on a device

    explicit Model(std::shared_ptr<const ModelImpl> impl) : impl_(std::move(impl)) {}
    const ModelImpl& impl() const { return *impl_; }

  private:
    std::shared_ptr<const ModelImpl> impl_;
};

// The folder with runtime/, models/ and corpus/, where it is not found: beside the program (in
// ../share/quillet of it), by $QUILLET_HOME, or where the package was installed.
void set_home(const std::string& folder);

#ifdef QUILLET_PACKAGE_HOME
// Where find_package() or add_subdirectory() found this package.
inline const bool package_home_is_set = (set_home(QUILLET_PACKAGE_HOME), true);
#endif

}  // namespace quillet
