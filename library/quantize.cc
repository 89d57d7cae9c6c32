// The public interface's quantizing.
// SPDX-License-Identifier: MIT
#include "quillet/quantize.h"

#include <algorithm>

#include "base/file.h"
#include "integer/quantize.h"
#include "library/model_impl.h"
#include "run/score.h"
#include "train/recipe.h"
#include "train/text.h"

namespace quillet {
namespace {

void require_bits(const char* name, int bits, std::initializer_list<int> known) {
    if (bits == 0 || std::find(known.begin(), known.end(), bits) != known.end()) return;
    std::string expected;
    for (int one : known) expected += std::to_string(one) + ", ";
    throw Error(name, "are " + std::to_string(bits) + "; expected " + expected + "or 0");
}

}  // namespace

QuantizeResult quantize(const Model& model, const QuantizeConfig& config) {
    const ModelImpl& impl = model.impl();
    require_bits("bits", config.bits, {8, 4, 2});
    require_bits("table_bits", config.table_bits, {8, 4});
    require_bits("output_bits", config.output_bits, {8, 4});
    const RecurrentModel floats = recurrent_model_from(impl.graph, impl.file);
    const Widths widths =
        train::completed_widths({config.bits, config.table_bits, config.output_bits}, floats);
    const Quantized quantized = quantize(floats, widths, impl.file);
    QuantizeResult result{model_of(to_graph(quantized.model), impl.file), 0, 0, {}};
    const Bound& tightest = quantized.tightest;
    result.tightest = tightest.what + ", row " + std::to_string(tightest.row) + ": " +
                      std::to_string(static_cast<double>(tightest.value) / 2147483648.0) +
                      " of 2^31";
    result.scaled_rows = static_cast<int>(quantized.scaled.size());
    if (!config.text.empty()) {
        const std::u32string text =
            train::read_lines(read_file(config.text), config.text).characters;
        result.float_bits = score(impl.plan, text).bits_per_character();
        result.integer_bits = score(result.model.impl().plan, text).bits_per_character();
    }
    return result;
}

}  // namespace quillet
