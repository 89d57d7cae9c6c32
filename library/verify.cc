// The public interface's verification.
// SPDX-License-Identifier: MIT
#include "verify/verify.h"

#include "base/file.h"
#include "base/temporary_folder.h"
#include "library/model_impl.h"
#include "quillet/verify.h"

namespace quillet {

std::vector<RuntimeVerdict> verify(const Model& model, const VerifyConfig& config) {
    const ModelImpl& impl = model.impl();
    TemporaryFolder folder;
    // Other runtimes read the model from a file.
    const std::filesystem::path file = folder.path() / "model.onnx";
    Graph graph = impl.graph;
    make_comparable(graph, impl.file);
    write_file(file, write_onnx(graph));
    const ModelUnderTest subject{graph, impl.plan, file, folder.path()};
    VerifyOptions options;
    options.lines = config.lines;
    options.seed = config.seed;
    const VerifyReport report =
        verify(subject, open_runtimes(config.runtimes, subject, "VerifyConfig.runtimes"), options,
               [](const std::string&, uint64_t, uint64_t) {});
    std::vector<RuntimeVerdict> verdicts;
    for (const RuntimeReport& row : report.runtimes) {
        RuntimeVerdict verdict{row.name, row.absent.empty() && row.same(), row.absent + row.failure,
                               row.lines};
        if (row.difference)
            verdict.note = row.difference->setting + ", line " +
                           std::to_string(row.difference->line) + ": " + row.difference->tensor +
                           " is " + row.difference->found + "; expected " +
                           row.difference->expected;
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

}  // namespace quillet
