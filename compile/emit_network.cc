// Prints the plan of a network as C99: one function from inputs to outputs, every byte the caller's.
// SPDX-License-Identifier: MIT
#include "compile/emit_network.h"

#include <algorithm>
#include <set>

#include "compile/runtime_files.h"
#include "compile/single_file.h"
#include "compile/weights_file.h"
#include "compile/writer.h"
#include "graph/value.h"

namespace quillet {
namespace {

std::string place_text(const Plan& plan, int index, int64_t offset) {
    const Buffer& buffer = plan.buffer(index);
    std::string base =
        plan.name + "_weights_" + buffer.identifier + (plan.weights_apart ? "(memory)" : "");
    if (buffer.storage == Storage::input) base = "input_" + buffer.identifier;
    if (buffer.storage == Storage::output) base = "output_" + buffer.identifier;
    if (buffer.storage == Storage::scratch) {
        base = "memory->of_" + name_of(buffer.tensor.type);
        offset += buffer.place;
    }
    return base + (offset > 0 ? " + " + std::to_string(offset) : "");
}

std::string value_text(const Plan& plan, const Argument& argument) {
    if (auto* integer = std::get_if<IntegerArgument>(&argument))
        return std::to_string(integer->value);
    const BufferArgument& view = std::get<BufferArgument>(argument);
    return place_text(plan, view.buffer, view.offset);
}

// "float32 [1, 3]".
std::string shape_text(const Tensor& tensor) {
    return name_of(tensor.type) + " [" + text_of(tensor.shape).substr(1);
}

// The parameters of NAME_run: inputs, then outputs.
std::string parameters_of(const Plan& plan) {
    std::string text = plan.name + "_memory* memory";
    for (int input : plan.inputs)
        text += ",\n    const " + c_type(plan.buffer(input).tensor.type) + "* input_" +
                plan.buffer(input).identifier;
    for (const PlanOutput& output : plan.outputs)
        text += ",\n    " + c_type(plan.buffer(output.buffer).tensor.type) + "* output_" +
                plan.buffer(output.buffer).identifier;
    return "void " + plan.name + "_run(" + text + ")";
}

// The texts of weights that lie in a file.
WeightsText weights_apart_of(const Plan& plan, const EmitOptions& options) {
    if (!plan.weights_apart) return {};
    return weights_text(plan, plan.name + "_memory", "memory", options.weights_file, "");
}

std::string emit_weights(const Plan& plan, const WeightsText& apart) {
    if (plan.weights_apart) return apart.arrays + apart.init;
    std::string text;
    for (const Buffer& buffer : plan.buffers) {
        if (buffer.storage != Storage::weight) continue;
        const bool empty = buffer.tensor.element_count() == 0;
        text += "\n" + comment_lines(0, buffer.name + ", " + shape_text(buffer.tensor)) +
                "static const " + c_type(buffer.tensor.type) + " " + plan.name + "_weights_" +
                buffer.identifier + "[" +
                std::to_string(std::max<int64_t>(buffer.tensor.element_count(), 1)) + "] = {\n" +
                (empty ? "    0\n" : initializer_lines(buffer.tensor)) + "};\n";
    }
    return text;
}

std::string emit_run(const Plan& plan) {
    std::string calls, comment;
    std::set<std::string> used;
    for (const Step& step : plan.steps) {
        std::vector<std::string> arguments;
        for (const Argument& argument : step.arguments)
            arguments.push_back(value_text(plan, argument));
        if (step.comment != comment) calls += comment_lines(4, step.comment);
        comment = step.comment;
        calls += call_line(4, step.kernel->name, arguments);
        for (const Argument& argument : step.arguments)
            if (auto* view = std::get_if<BufferArgument>(&argument)) {
                const Storage storage = plan.buffer(view->buffer).storage;
                const bool memory = storage == Storage::scratch ||
                                    (storage == Storage::weight && plan.weights_apart);
                used.insert(memory ? "memory" : place_text(plan, view->buffer, 0));
            }
    }
    std::string ignored;
    if (!used.count("memory")) ignored += "    (void)memory;\n";
    for (int input : plan.inputs)
        if (!used.count(place_text(plan, input, 0)))
            ignored += "    (void)" + place_text(plan, input, 0) + ";\n";
    for (const PlanOutput& output : plan.outputs)
        if (!used.count(place_text(plan, output.buffer, 0)))
            ignored += "    (void)" + place_text(plan, output.buffer, 0) + ";\n";
    return "\n" + parameters_of(plan) + " {\n" + ignored + calls + "}\n";
}

std::string emit_banner(const Plan& plan, const EmitOptions& options, const std::string& what) {
    return fill(
        "/* " + what + "\n * Written by quillet $version$: $command$\n * From $origin$. */\n",
        {{"name", plan.name},
         {"version", options.version},
         {"command", comment_text(options.command)},
         {"origin", comment_text(options.origin)}});
}

// What the header says of the weights.
std::string flash_text(const Plan& plan, const EmitOptions& options, const NetworkCost& cost) {
    const std::string bytes = std::to_string(cost.weights) + " bytes",
                      code = "the code of the kernels that " + plan.name + "_run calls.";
    if (!plan.weights_apart) return "Flash: " + bytes + " of weights and tables, and " + code;
    return "Flash: " + code + "\n * Weights and tables: " + bytes + ", in the file " +
           comment_text(options.weights_file) + ".";
}

std::string emit_header(const Plan& plan, const EmitOptions& options, const WeightsText& apart) {
    const NetworkCost cost = network_cost_of(plan);
    std::string fields, arrays;
    if (plan.weights_apart) fields = "    const unsigned char* weights_file;\n";
    for (Type type : kScratchTypes)
        if (int64_t count = scratch_count(plan, type))
            fields += "    " + c_type(type) + " of_" + name_of(type) + "[" + std::to_string(count) +
                      "];\n";
    auto array = [&](const char* kind, int index) {
        const Buffer& buffer = plan.buffer(index);
        arrays += comment_lines(0, std::string(kind) + "_" + buffer.identifier + ": '" +
                                       buffer.name + "', " + shape_text(buffer.tensor));
        arrays += "#define " + upper(plan.name) + "_" +
                  upper(std::string(kind) + "_" + buffer.identifier) + " " +
                  std::to_string(buffer.tensor.element_count()) + "\n";
    };
    for (int input : plan.inputs) array("input", input);
    for (const PlanOutput& output : plan.outputs) array("output", output.buffer);
    const Words words = {{"name", plan.name},
                         {"NAME", upper(plan.name)},
                         {"flash", flash_text(plan, options, cost)},
                         {"apart", apart.declaration},
                         {"keeps", plan.weights_apart ? "; nothing but the weights' place is held"
                                                      : "; holds nothing"},
                         {"memory", std::to_string(cost.memory)},
                         {"inputs", std::to_string(cost.inputs)},
                         {"outputs", std::to_string(cost.outputs)},
                         {"fields", fields.empty() ? "    uint32_t unused;\n" : fields},
                         {"arrays", arrays},
                         {"run", parameters_of(plan)}};
    return emit_banner(
               plan, options,
               fill(R"(The network $name$ in C99: no malloc, no stdio, every byte the caller's.
 *
 * $flash$
 * RAM:   $memory$ bytes of $name$_memory, $inputs$ of inputs and $outputs$ of outputs.
 * Compile with -ffp-contract=off, and link with -lm: the results are then the same on every machine of one libm.
 *)",
                    words)) +
           fill(R"(/* clang-format off */
#ifndef QUILLET_NETWORK_$NAME$_H
#define QUILLET_NETWORK_$NAME$_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Room to compute$keeps$ between two runs. */
typedef struct $name$_memory {
$fields$} $name$_memory;

/* Elements of each array, row-major. */
$arrays$
$apart$/* Computes the outputs from the inputs, which are not changed. No two arrays may overlap. */
$run$;

#ifdef __cplusplus
}
#endif

#endif
)",
                words);
}

std::string emit_source(const Plan& plan, const EmitOptions& options, const WeightsText& apart) {
    const std::string weights = emit_weights(plan, apart);
    const bool infinite =
        weights.find("INFINITY") != std::string::npos || weights.find("NAN") != std::string::npos;
    return emit_banner(plan, options, "The network $name$: weights and one run.") +
           "/* clang-format off */\n" + fill("#include \"$name$.h\"\n\n", {{"name", plan.name}}) +
           (infinite ? "#include <math.h>\n\n" : "") + includes_of(plan) + weights + emit_run(plan);
}

std::string emit_main(const Plan& plan, const EmitOptions& options, const WeightsText& apart) {
    std::string arrays, reads, names, writes;
    auto array = [&](const char* kind, int index) {
        const Buffer& buffer = plan.buffer(index);
        std::string name = std::string(kind) + "_" + buffer.identifier;
        arrays += "    static " + c_type(buffer.tensor.type) + " " + name + "[" +
                  std::to_string(std::max<int64_t>(buffer.tensor.element_count(), 1)) + "];\n";
        names += ", " + name;
        return name + ", " + std::to_string(size_of(buffer.tensor.type)) + ", " +
               std::to_string(buffer.tensor.element_count());
    };
    for (int input : plan.inputs) {
        std::string what = array("input", input);
        reads += "    if (fread(" + what +
                 ", stdin) != " + std::to_string(plan.buffer(input).tensor.element_count()) +
                 ") return 1;\n";
    }
    for (const PlanOutput& output : plan.outputs)
        writes += "    fwrite(" + array("output", output.buffer) + ", stdout);\n";
    return emit_banner(plan, options,
                       std::string(plan.weights_apart ? "Runs $name$ WEIGHTS" : "Runs $name$") +
                           ": raw inputs from standard input, one after another, raw "
                           "outputs to standard output.") +
           fill(R"(/* clang-format off */
#include <stdio.h>

#include "$name$.h"

int main($arguments$) {
    static $name$_memory memory;
$arrays$$load$$reads$    $name$_run(&memory$names$);
$writes$    return 0;
}
)",
                {{"name", plan.name},
                 {"arguments", plan.weights_apart ? "int argc, char** argv" : "void"},
                 {"load", apart.load},
                 {"arrays", arrays},
                 {"reads", reads},
                 {"names", names},
                 {"writes", writes}});
}

std::string emit_cmake(const Plan& plan, const EmitOptions& options,
                       const std::map<std::string, std::string>& runtime) {
    std::string files;
    for (const auto& [file, text] : runtime)
        if (file.ends_with(".c")) files += " runtime/" + file;
    return fill(
        R"(# The network $name$ as a library, and a program that runs it once. Written by quillet $version$: $command$
cmake_minimum_required(VERSION 3.13)
project($name$ LANGUAGES C)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library($name$_network STATIC $name$.c$files$)
target_include_directories($name$_network PUBLIC .)
set_target_properties($name$_network PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)
# Without contraction each product rounds, and the results are the same on every machine.
target_compile_options($name$_network PRIVATE -ffp-contract=off)
target_link_libraries($name$_network PUBLIC m)

add_executable($name$ main.c)
set_target_properties($name$ PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)
target_link_libraries($name$ PRIVATE $name$_network)
)",
        {{"name", plan.name},
         {"version", options.version},
         {"command", comment_text(options.command)},
         {"files", files}});
}

}  // namespace

NetworkCost network_cost_of(const Plan& plan) {
    NetworkCost cost;
    for (const Buffer& buffer : plan.buffers)
        if (buffer.storage == Storage::weight) cost.weights += buffer.tensor.byte_count();
    for (Type type : kScratchTypes) cost.memory += scratch_count(plan, type) * size_of(type);
    for (int input : plan.inputs) cost.inputs += plan.buffer(input).tensor.byte_count();
    for (const PlanOutput& output : plan.outputs)
        cost.outputs += plan.buffer(output.buffer).tensor.byte_count();
    return cost;
}

Sources emit_network(const Plan& plan, const EmitOptions& options) {
    const auto runtime = runtime_files(plan);
    const WeightsText apart = weights_apart_of(plan, options);
    Sources sources;
    sources[plan.name + ".h"] = emit_header(plan, options, apart);
    sources[plan.name + ".c"] = emit_source(plan, options, apart);
    sources["main.c"] = emit_main(plan, options, apart);
    if (options.single_file) return {{plan.name + ".c", join_sources(plan.name, sources, runtime)}};
    sources["CMakeLists.txt"] = emit_cmake(plan, options, runtime);
    for (const auto& [name, text] : runtime) sources["runtime/" + name] = text;
    return sources;
}

}  // namespace quillet
