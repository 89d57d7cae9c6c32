// The public interface's compiling.
// SPDX-License-Identifier: MIT
#include "quillet/compile.h"

#include "base/file.h"
#include "compile/compile.h"
#include "library/model_impl.h"
#include "run/compile_request.h"

namespace quillet {

CompileResult compile(const Model& model, const CompileConfig& config) {
    const ModelImpl& impl = model.impl();
    const TargetRow* target = find_target(config.target);
    if (!target) throw Error("target", "'" + config.target + "' is none of those there are");
    CompileRequest request = compile_request_of(impl.graph, impl.file, impl.sha256);
    request.target = *target;
    if (!config.name.empty()) request.name = config.name;
    request.single_file = config.single_file;
    request.ram_bytes = config.ram_bytes;
    request.command = "quillet::compile";
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
