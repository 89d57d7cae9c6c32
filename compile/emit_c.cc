// Prints a plan as C99: the model's header and source, the runtime beside it, a program that writes
// lines.
// SPDX-License-Identifier: MIT
#include "compile/emit_c.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include "compile/runtime_files.h"
#include "compile/single_file.h"
#include "compile/two_cores.h"
#include "compile/weights_file.h"
#include "compile/writer.h"

namespace quillet {
namespace {

constexpr size_t kLongestNameInColumns = 16;
constexpr int64_t kSamplerTableBytes = 2048;
constexpr int64_t kGateTableBytes = 4096;  // integer models read the two tables of gates as well

// A plan being printed, with the words that its templates share.
struct Emission {
    const Plan& plan;
    const EmitOptions& options;
    std::map<std::string, std::string> runtime;  // the files that it needs
    Words words;
    WeightsText apart;  // where the weights lie in a file
};

std::string scratch_name(Type type) {
    return "scratch_" + name_of(type);
}

// `count` elements of `type` and as many more as end at a word: arrays of the state that follow one
// another all begin at one, as the integer kernels want them.
int64_t in_words(int64_t count, Type type) {
    int64_t word = std::max(4 / size_of(type), 1);
    return (count + word - 1) / word * word;
}

// 102 for "0.1.2".
int64_t version_number(const std::string& version) {
    int major = 0, minor = 0, patch = 0;
    std::sscanf(version.c_str(), "%d.%d.%d", &major, &minor, &patch);
    return (major * 100 + minor) * 100 + patch;
}

// What the header says of the weights.
std::string flash_text(const Plan& plan, const EmitOptions& options, const Cost& cost) {
    const std::string code =
        "and at most " + std::to_string(options.target.code_bytes) + " of code.";
    if (!plan.weights_apart)
        return "Flash: " + std::to_string(cost.weights) + " bytes of weights and tables, " + code;
    int64_t weights = 0;
    for (const Buffer& buffer : plan.buffers)
        if (buffer.storage == Storage::weight) weights += buffer.tensor.byte_count();
    return "Flash: " + std::to_string(cost.weights - weights) + " bytes of tables, " + code +
           "\n * Weights: " + std::to_string(weights) + " bytes, in the file " +
           comment_text(options.weights_file) + ".";
}

// Where code and stack were measured; hosts' vectors take more stack than the chip's loops.
std::string measured_text(const Plan& plan, const TargetRow& target) {
    const bool int4 = std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
        return std::string_view(step.kernel->name) == "quillet_product_int4";
    });
    if (target.target != Target::c99 || !int4) return target.measured;
    return target.measured + ";\n *        on x86-64 and 64-bit Arm 5 kB more of stack";
}

// Whether a file of the runtime calls the mathematical library.
bool needs_math(const std::map<std::string, std::string>& runtime) {
    return std::any_of(runtime.begin(), runtime.end(), [](const auto& file) {
        return file.second.find("#include <math.h>") != std::string::npos;
    });
}

std::string initializer_of(const quillet_sampling& sampling) {
    std::string text;
    for (uint32_t number :
         {sampling.inverse_temperature, sampling.min_p_gap, sampling.top_k, sampling.top_p})
        text += (text.empty() ? "" : ", ") + std::to_string(number) + "u";
    return text;
}

Words words_of(const Plan& plan, const EmitOptions& options,
               const std::map<std::string, std::string>& runtime) {
    Cost cost = cost_of(plan);
    auto number = [](int64_t value) { return std::to_string(value); };
    return {{"name", plan.name},
            {"NAME", upper(plan.name)},
            {"command", comment_text(options.command)},
            {"origin", comment_text(options.origin)},
            {"version", options.version},
            {"version_number", number(version_number(options.version))},
            {"vocabulary", number(plan.alphabet.size())},
            {"line_token", number(plan.alphabet.line_token())},
            {"sampling", initializer_of(options.sampling)},
            {"sampling_text", options.sampling_text},
            {"max_length", number(options.max_length)},
            {"flash", flash_text(plan, options, cost)},
            {"state_bytes", number(cost.states)},
            {"scratch_bytes", number(cost.scratch)},
            {"ram_bytes", number(cost.states + cost.scratch + cost.logits)},
            {"logits_bytes", number(cost.logits)},
            {"code_bytes", number(options.target.code_bytes)},
            {"stack_bytes", number(options.target.stack_bytes)},
            {"measured", measured_text(plan, options.target)},
            {"link", needs_math(runtime) ? ", and link with -lm" : ""},
            {"hot", options.hot.empty() ? "" : options.hot + "\n"}};
}

// The first line of a file and where it comes from.
std::string emit_banner(const Emission& emission, const std::string& what) {
    return fill("/* " + what + R"(
 * Written by quillet $version$: $command$
 * From $origin$. */
)",
                emission.words);
}

// `text` out of clang-format's hands.
std::string unformatted(std::string text) {
    const std::string off = "/* clang-format off */\n", on = "/* clang-format on */\n";
    for (const std::string& mark : {off, on})
        for (size_t at; (at = text.find(mark)) != std::string::npos;) text.erase(at, mark.size());
    return off + text;
}

/// NAME.c ///

// The texts of weights that lie in a file.
WeightsText apart_of(const Plan& plan, const EmitOptions& options) {
    if (!plan.weights_apart) return {};
    return weights_text(plan, plan.name + "_state", "state", options.weights_file,
                        "    " + plan.name + "_reset(state);\n");
}

std::string emit_weights(const Emission& emission) {
    if (emission.plan.weights_apart) return unformatted(emission.apart.arrays);
    std::string text;
    for (const Buffer& buffer : emission.plan.buffers) {
        if (buffer.storage != Storage::weight) continue;
        std::string shape;
        for (int64_t dimension : buffer.tensor.shape)
            shape += (shape.empty() ? "" : " x ") + std::to_string(dimension);
        text += fill(
            R"(
$comment$/* clang-format off */
$storage$ $type$ $name$_weights_$identifier$[$count$] = {
$elements$};
/* clang-format on */
)",
            {{"comment", comment_lines(0, buffer.name + ", " + (shape.empty() ? "one" : shape))},
             {"storage",
              buffer.in_ram ? emission.options.target.resident : emission.options.target.weights},
             {"type", c_type(buffer.tensor.type)},
             {"name", emission.plan.name},
             {"identifier", buffer.identifier},
             {"count", std::to_string(buffer.tensor.element_count())},
             {"elements", initializer_lines(buffer.tensor)}});
    }
    return text;
}

std::string emit_alphabet(const Emission& emission) {
    Words words = emission.words;
    for (int token = 0; token < emission.plan.alphabet.size(); token++)
        words["rows"] += "    " + string_literal(emission.plan.alphabet.text(token)) + ",\n";
    return fill(R"(
/* clang-format off */
const char* const $name$_alphabet[$NAME$_VOCABULARY] = {
$rows$};
/* clang-format on */
)",
                words);
}

std::string view_text(const Plan& plan, int index, int64_t offset) {
    const Buffer& buffer = plan.buffer(index);
    std::string base = "state->" + buffer.identifier;
    if (buffer.storage == Storage::weight)
        base = plan.name + "_weights_" + buffer.identifier + (plan.weights_apart ? "(state)" : "");
    if (buffer.storage == Storage::scratch) {
        base = "state->" + scratch_name(buffer.tensor.type);
        offset += buffer.place;
    }
    return base + (offset > 0 ? " + " + std::to_string(offset) : "");
}

std::string argument_text(const Plan& plan, const Argument& argument) {
    if (auto* view = std::get_if<BufferArgument>(&argument))
        return view_text(plan, view->buffer, view->offset);
    if (auto* row = std::get_if<RowArgument>(&argument))
        return view_text(plan, row->buffer, row->offset) + " + " + std::to_string(row->width) +
               " * token";
    if (auto* integer = std::get_if<IntegerArgument>(&argument))
        return std::to_string(integer->value);
    if (std::holds_alternative<TokenArgument>(argument)) return "token";
    const int64_t offset = std::get<LogitsArgument>(argument).offset;
    return offset > 0 ? "logits + " + std::to_string(offset) : "logits";
}

std::string emit_step(const Emission& emission) {
    std::string calls, comment;
    for (const Step& step : emission.plan.steps) {
        std::vector<std::string> arguments;
        for (const Argument& argument : step.arguments)
            arguments.push_back(argument_text(emission.plan, argument));
        if (step.comment != comment) calls += comment_lines(4, step.comment);
        comment = step.comment;
        calls += call_line(4, step.kernel->name, arguments);
    }
    return fill(R"(
$hot$void $name$_step($name$_state* state, uint32_t token, int32_t* logits) {
)",
                emission.words) +
           calls + "}\n";
}

// A call of a shared step, by both cores or by one.
std::string shared_call(const Plan& plan, const Step& step, const SharedStep& shared) {
    const auto& [mine, other] = shared.arguments;
    if (!mine || !other) {
        std::vector<std::string> arguments;
        for (const Argument& argument : mine ? *mine : *other)
            arguments.push_back(argument_text(plan, argument));
        return std::string(mine ? "    if (!core) {\n" : "    if (core) {\n") +
               call_line(8, step.kernel->name, arguments) + "    }\n";
    }
    std::vector<std::string> arguments;
    for (size_t i = 0; i < mine->size(); i++) {
        std::string a = argument_text(plan, (*mine)[i]), b = argument_text(plan, (*other)[i]);
        arguments.push_back(a == b ? a : "core ? " + b + " : " + a);
    }
    return call_line(4, step.kernel->name, arguments);
}

std::string emit_step_part(const Emission& emission) {
    const Plan& plan = emission.plan;
    const std::vector<SharedStep> shared = share_steps(plan);
    std::string calls, comment;
    for (size_t i = 0; i < shared.size(); i++) {
        if (shared[i].meet) calls += "    meet(core);\n";
        if (plan.steps[i].comment != comment) calls += comment_lines(4, plan.steps[i].comment);
        comment = plan.steps[i].comment;
        calls += shared_call(plan, plan.steps[i], shared[i]);
    }
    return fill(R"(
/* clang-format off */
$hot$void $name$_step_part($name$_state* state, uint32_t token, int32_t* logits, int core,
    void (*meet)(int core)) {
)",
                emission.words) +
           calls + "}\n/* clang-format on */\n";
}

std::string emit_reset(const Emission& emission) {
    std::string lines;
    for (const Buffer& buffer : emission.plan.buffers)
        if (buffer.storage == Storage::state)
            lines += fill("    memset(state->$field$, 0, sizeof state->$field$);\n",
                          {{"field", buffer.identifier}});
    if (lines.empty()) lines = "    (void)state;\n";
    return fill("\nvoid $name$_reset($name$_state* state) {\n" + lines + "}\n", emission.words);
}

std::string emit_model(const Emission& emission) {
    return fill(R"(
static void $name$_reset_any(void* state) {
    $name$_reset(state);
}

static void $name$_step_any(void* state, uint32_t token, int32_t* logits) {
    $name$_step(state, token, logits);
}

/* clang-format off */
const quillet_model $name$_model = {
    $name$_reset_any, $name$_step_any, $NAME$_VOCABULARY, $line_token$};
/* clang-format on */

/* $sampling_text$ */
const quillet_sampling $name$_sampling = {$sampling$};
)",
                emission.words);
}

std::string emit_source(const Emission& emission) {
    return emit_banner(emission, "The model $name$: weights, alphabet and one step.") +
           fill("#include \"$name$.h\"\n\n#include <string.h>\n\n", emission.words) +
           includes_of(emission.plan) + emit_weights(emission) + emit_alphabet(emission) +
           emit_reset(emission) + emission.apart.init + emit_step(emission) +
           (emission.options.cores == 2 ? emit_step_part(emission) : "") + emit_model(emission);
}

/// NAME.h ///

// The fields of NAME_state.
std::string emit_state(const Emission& emission) {
    std::string fields;
    for (const Buffer& buffer : emission.plan.buffers)
        if (buffer.storage == Storage::state)
            fields += "    " + c_type(buffer.tensor.type) + " " + buffer.identifier + "[" +
                      std::to_string(in_words(buffer.tensor.element_count(), buffer.tensor.type)) +
                      "];\n";
    for (Type type : kScratchTypes)
        if (int64_t count = scratch_count(emission.plan, type))
            fields += "    " + c_type(type) + " " + scratch_name(type) + "[" +
                      std::to_string(in_words(count, type)) + "];\n";
    if (emission.plan.weights_apart) fields = "    const unsigned char* weights_file;\n" + fields;
    return fields.empty() ? "    uint32_t unused;\n" : fields;
}

// The declaration of the step that two cores share.
std::string emit_part_declaration(const Emission& emission) {
    if (emission.options.cores != 2) return "";
    Words words = emission.words;
    const std::vector<SharedStep> shared = share_steps(emission.plan);
    words["meetings"] = std::to_string(
        std::count_if(shared.begin(), shared.end(), [](const auto& step) { return step.meet; }));
    return fill(R"(
/* clang-format off */
/* One core's part of $name$_step; the bits are the same. Two cores (or threads), each on a
 * stack of its own, call it with the same state, token and logits, one with core 0, one with
 * core 1, and the same `meet`. That each calls $meetings$ times with its `core`; it returns once both have
 * called it, and what either wrote before is then seen by both: quillet_barrier_wait of runtime/quillet_cores.h,
 * or a barrier. Until both parts have returned neither the logits nor the state may be touched,
 * and no other part begun: quillet_run_on_both of runtime/quillet_cores.h sees to that. Both functions are
 * yours to give; firmware/rp2040_bare/cores.c of quillet has them for a bare RP2040. */
void $name$_step_part($name$_state* state, uint32_t token, int32_t* logits, int core,
                      void (*meet)(int core));
/* clang-format on */
)",
                words);
}

std::string emit_header(const Emission& emission) {
    return emit_banner(emission,
                       R"(The model $name$ in C99: no malloc, no stdio, every byte the caller's.
 *
 * $flash$
 * RAM:   $ram_bytes$ bytes; $name$_state has $state_bytes$ of states and $scratch_bytes$ of scratch, the logits take
 *        $logits_bytes$.
 * Stack: at most $stack_bytes$ bytes below quillet_line_next. Code and stack measured
 *        $measured$.
 * Compile with -ffp-contract=off$link$: the text is then the same on every machine.
 *)") + fill(R"(#ifndef QUILLET_MODEL_$NAME$_H
#define QUILLET_MODEL_$NAME$_H

#include <stdint.h>

#include "runtime/quillet_text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of the Quillet that wrote this file: 10000 * major + 100 * minor + patch. */
#define $NAME$_VERSION "$version$"
#define $NAME$_VERSION_NUMBER $version_number$

#define $NAME$_VOCABULARY $vocabulary$
#define $NAME$_MAX_LENGTH $max_length$ /* tokens a line that suit this model */

/* What the model remembers from token to token, and room to compute. */
typedef struct $name$_state {
)" + emit_state(emission) +
                 R"(} $name$_state;

/* For a quillet_writer, whose state is then a $name$_state. */
extern const quillet_model $name$_model;

/* $sampling_text$ */
extern const quillet_sampling $name$_sampling;

/* Each token's text in UTF-8. */
extern const char* const $name$_alphabet[$NAME$_VOCABULARY];

/* All states zero, as a line begins. */
void $name$_reset($name$_state* state);

/* Feeds `token`, below $NAME$_VOCABULARY, and writes the logits of the next, Q10. */
void $name$_step($name$_state* state, uint32_t token, int32_t* logits);
)" + emission.apart.declaration +
                 emit_part_declaration(emission) +
                 R"(
#ifdef __cplusplus
}
#endif

#endif
)",
             emission.words);
}

/// the program ///

std::string emit_main(const Emission& emission) {
    const bool apart = emission.plan.weights_apart;
    Words words = emission.words;
    words["load"] = emission.apart.load;
    words["seed"] = apart ? "2" : "1";
    words["count"] = apart ? "3" : "2";
    return emit_banner(emission, apart ? "Writes lines of text: $name$ WEIGHTS [SEED [COUNT]]."
                                       : "Writes lines of text: $name$ [SEED [COUNT]].") +
           fill(R"(#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "$name$.h"

/* The number that an argument writes; another text ends the program. */
static uint32_t number_of(const char* text, const char* what) {
    char* end;
    errno = 0;
    const unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno || number > 0xFFFFFFFFu) {
        fprintf(stderr, "$name$: %s: is '%s'; expected a whole number, 0 .. 4294967295\n", what, text);
        exit(1);
    }
    return (uint32_t)number;
}

int main(int argc, char** argv) {
    static $name$_state state;
    static int32_t logits[$NAME$_VOCABULARY];
$load$    quillet_writer writer = {.model = &$name$_model, .state = &state, .logits = logits};
    writer.sampling = $name$_sampling;
    writer.max_length = $NAME$_MAX_LENGTH;
    quillet_random_seed(&writer.random, argc > $seed$ ? number_of(argv[$seed$], "SEED") : 1);
    for (uint32_t lines = argc > $count$ ? number_of(argv[$count$], "COUNT") : 5; lines > 0; lines--) {
        int32_t token;
        quillet_line_begin(&writer, NULL, 0);
        while ((token = quillet_line_next(&writer)) >= 0) {
            fputs($name$_alphabet[token], stdout);
        }
        putchar('\n');
    }
    return 0;
}
)",
                words);
}

std::string emit_cmake(const Emission& emission) {
    std::string files, languages = "C";
    for (const std::string& file : translation_units(emission.runtime)) {
        files += " runtime/" + file;
        if (file.ends_with(".S")) languages = "C ASM";
    }
    return fill(
        R"(# The model $name$ as the library $name$_model; where this is the project and the machine the host, also a
# program that writes its lines. Written by quillet $version$: $command$
cmake_minimum_required(VERSION 3.13)
project($name$ LANGUAGES )" +
            languages +
            R"()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_library($name$_model STATIC $name$.c)" +
            files + R"()
target_include_directories($name$_model PUBLIC .)
set_target_properties($name$_model PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)
# Without contraction each product rounds, and the text is the same on every machine.
target_compile_options($name$_model PRIVATE -ffp-contract=off)
)" +
            std::string(needs_math(emission.runtime)
                            ? "target_link_libraries($name$_model PUBLIC m)\n"
                            : "") +
            R"(
if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR AND NOT CMAKE_CROSSCOMPILING)
  add_executable($name$ main.c)
  set_target_properties($name$ PROPERTIES C_STANDARD 99 C_EXTENSIONS OFF)
  target_link_libraries($name$ PRIVATE $name$_model)
endif()
)",
        emission.words);
}

// `text` as it is, or unformatted where a long name takes the templates' lines past the last
// column.
std::string in_columns(const Emission& emission, std::string text) {
    if (emission.plan.name.size() <= kLongestNameInColumns) return text;
    return unformatted(std::move(text));
}

}  // namespace

std::vector<std::string> translation_units(const std::map<std::string, std::string>& runtime) {
    std::set<std::string> included;
    for (const auto& [file, text] : runtime)
        for (const std::string& name : included_files(text)) included.insert(name);
    std::vector<std::string> files;
    for (const auto& [file, text] : runtime)
        if (!file.ends_with(".h") && !included.count(file)) files.push_back(file);
    return files;
}

Cost cost_of(const Plan& plan) {
    Cost cost;
    cost.weights = kSamplerTableBytes;
    for (const Buffer& buffer : plan.buffers) {
        if (buffer.storage == Storage::weight) cost.weights += buffer.tensor.byte_count();
        const Type type = buffer.tensor.type;
        if (buffer.storage == Storage::state)
            cost.states += in_words(buffer.tensor.element_count(), type) * size_of(type);
    }
    bool gates = std::any_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
        return std::string_view(step.kernel->source) == "quillet_integer";
    });
    if (gates) cost.weights += kGateTableBytes;
    for (Type type : kScratchTypes)
        cost.scratch += in_words(scratch_count(plan, type), type) * size_of(type);
    cost.logits = 4 * plan.alphabet.size();
    return cost;
}

Sources emit_c(const Plan& plan, const EmitOptions& options) {
    const auto runtime = runtime_files(plan, options.cores);
    const Emission emission{plan, options, runtime, words_of(plan, options, runtime),
                            apart_of(plan, options)};
    Sources sources;
    sources[plan.name + ".h"] = emit_header(emission);
    sources[plan.name + ".c"] = emit_source(emission);
    sources["main.c"] = emit_main(emission);
    if (options.single_file)
        return {
            {plan.name + ".c",
             unformatted(
                 emit_banner(
                     emission,
                     "The model $name$, its runtime and a program that writes lines, in one file.\n"
                     " * With QUILLET_NO_MAIN defined it is the model alone; #include it then, "
                     "beside others "
                     "of the kind.") +
                 join_sources(plan.name, sources, runtime))}};
    for (auto& [name, text] : sources) text = in_columns(emission, text);
    sources["CMakeLists.txt"] = emit_cmake(emission);
    for (const auto& [name, text] : runtime) sources["runtime/" + name] = text;
    return sources;
}

}  // namespace quillet
