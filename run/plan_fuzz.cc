// Fuzzes plans: any graph that the reader lets through becomes a plan that runs, or an Error.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>

#include "base/error.h"
#include "base/utf8.h"
#include "compile/finish.h"
#include "graph/shapes.h"
#include "run/execute.h"

namespace {

constexpr int64_t kMostElements = 1 << 16;  // larger plans are right to run, but slow here
constexpr size_t kMostSteps = 2000;

// An alphabet that fits the graph's logits, where it brings none.
void give_alphabet(quillet::Graph& graph) {
    quillet::Graph fixed = quillet::with_static_inputs(graph, 1, "fuzz");
    int64_t size = fixed.outputs.empty() ? 1 : quillet::count_of(fixed.outputs[0].shape);
    std::u32string characters = U"\n";
    while (static_cast<int64_t>(characters.size()) < std::min<int64_t>(size, 256))
        characters += static_cast<char32_t>(0x4E00 + characters.size());
    graph.metadata.emplace(quillet::key::kAlphabet, quillet::encode_utf8(characters));
}

void run(const quillet::Plan& plan) {
    quillet::check(plan);
    for (const quillet::Buffer& buffer : plan.buffers)
        if (buffer.tensor.element_count() > kMostElements) return;
    quillet::Executor executor(plan);
    std::vector<int32_t> logits(static_cast<size_t>(plan.alphabet.size()));
    for (int token = 0; token < std::min(plan.alphabet.size(), 3); token++)
        executor.step(token, logits.data());
    for (size_t i = 0; i < plan.outputs.size(); i++) executor.output(static_cast<int>(i));
}

// The graph as one call from inputs to outputs, whatever it is.
void run_network(const quillet::Graph& graph) {
    const quillet::Plan plan = quillet::make_network_plan(graph, "fuzz", "fuzz");
    if (plan.steps.size() > kMostSteps) return;
    for (const quillet::Buffer& buffer : plan.buffers)
        if (buffer.tensor.element_count() > kMostElements) return;
    quillet::Executor executor(plan);
    executor.run();
    for (size_t i = 0; i < plan.outputs.size(); i++) executor.output(static_cast<int>(i));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    try {
        quillet::Graph graph =
            quillet::read_onnx({reinterpret_cast<const char*>(data), size}, "fuzz");
        try {
            run_network(graph);
        } catch (const quillet::Error&) {  // as good an end as any
        }
        give_alphabet(graph);
        run(quillet::make_plan(graph, "fuzz", "fuzz"));
    } catch (const quillet::Error&) {
    }
    return 0;
}
