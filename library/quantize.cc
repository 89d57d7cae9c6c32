// The public interface's quantizing.
// SPDX-License-Identifier: MIT
#include "quillet/quantize.h"

#include "base/file.h"
#include "integer/quantize.h"
#include "library/model_impl.h"
#include "run/score.h"
#include "train/text.h"

namespace quillet {

QuantizeResult quantize(const Model& model, const QuantizeConfig& config) {
    const ModelImpl& impl = model.impl();
    if (config.bits != 8 && config.bits != 4 && config.bits != 2)
        throw Error("bits", "are " + std::to_string(config.bits) + "; expected 8, 4 or 2");
    const Quantized quantized =
        quantize(recurrent_model_from(impl.graph, impl.file), config.bits, impl.file);
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
