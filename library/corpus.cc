// The public interface's corpora.
// SPDX-License-Identifier: MIT
#include "quillet/corpus.h"

#include "corpus/build.h"

namespace quillet {

CorpusResult build_corpus(const CorpusConfig& config) {
    CorpusOptions options;
    options.inputs = config.inputs;
    options.output = config.output;
    options.format = config.format;
    options.read.names = config.names;
    options.clean = default_cleaning(config.names);
    if (!config.rules.empty()) options.clean.rules = config.rules;
    options.against = config.against;
    const CorpusReport report = build_corpus(options);
    CorpusResult result;
    for (const InputReport& input : report.inputs) result.read += input.items;
    for (const OutputReport& output : report.outputs) result.kept += output.items;
    if (!report.outputs.empty()) result.sha256 = report.outputs[0].sha256;
    return result;
}

}  // namespace quillet
