// The public interface's compiling.
// SPDX-License-Identifier: MIT
#include "quillet/compile.h"

#include <filesystem>

#include "base/file.h"
#include "compile/compile.h"
#include "library/model_impl.h"
#include "run/sampling.h"

namespace quillet {

CompileResult compile(const Model& model, const CompileConfig& config) {
    const ModelImpl& impl = model.impl();
    const TargetRow* target = find_target(config.target);
    if (!target) throw Error("target", "'" + config.target + "' is none of those there are");
    CompileRequest request;
    request.target = *target;
    request.name = config.name.empty() ? impl.name : config.name;
    request.single_file = config.single_file;
    request.ram_bytes = config.ram_bytes;
    request.command = "quillet::compile";
    request.origin = std::filesystem::path(impl.file).filename().string() + ", SHA-256 " +
                     impl.sha256.substr(0, 16);
    const SamplingSettings settings = sampling_settings(impl.plan.metadata, impl.file);
    request.sampling = settings.integers();
    request.sampling_text = settings.text();
    request.max_length = settings.max_length;
    const CompiledModel compiled = compile_model(impl.graph, impl.file, request);
    CompileResult result;
    result.files = compiled.sources;
    result.cost = to_text(compiled.cost, *target);
    result.flash_bytes = compiled.cost.flash_bytes;
    result.ram_bytes = compiled.cost.ram_bytes;
    result.stack_bytes = compiled.cost.stack_bytes;
    result.characters_per_second = compiled.cost.characters_per_second(*target);
    return result;
}

void CompileResult::write(const std::string& folder) const {
    write_files(folder, files);
}

std::vector<std::string> target_names() {
    std::vector<std::string> names;
    for (const TargetRow& row : targets()) names.push_back(row.name);
    return names;
}

}  // namespace quillet
