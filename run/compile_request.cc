// A request to compile that follows the model's file and metadata.
// SPDX-License-Identifier: MIT
#include "run/compile_request.h"

#include <filesystem>

#include "run/sampling.h"

namespace quillet {

CompileRequest compile_request_of(const Graph& graph, const std::string& file,
                                  const std::string& hash) {
    const std::filesystem::path path = file;
    const SamplingSettings settings = sampling_settings(graph.metadata, file);
    CompileRequest request;
    request.name = path.stem().string();
    request.origin = path.filename().string() + ", SHA-256 " + hash.substr(0, 16);
    request.sampling = settings.integers();
    request.sampling_text = settings.text();
    request.max_length = settings.max_length;
    return request;
}

}  // namespace quillet
