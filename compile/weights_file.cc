// A plan's weights as a file beside its C, and what the C says to be given it.
// SPDX-License-Identifier: MIT
#include "compile/weights_file.h"

#include <cstring>

#include "base/error.h"
#include "base/file.h"
#include "compile/writer.h"
#include "runtime/quillet_weights.h"

namespace quillet {
namespace {

constexpr size_t kHeadBytes = 4 * QUILLET_WEIGHTS_HEAD;

void add_word(std::string& bytes, uint32_t word) {
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(word >> shift & 0xFF);
}

uint32_t word_at(const std::string& bytes, size_t at) {
    uint32_t word = 0;
    for (size_t i = 4; i-- > 0;) word = word << 8 | static_cast<unsigned char>(bytes[at + i]);
    return word;
}

std::string head_of(const std::string& arrays) {
    std::string head = "QUILWGHT";
    add_word(head, 1);
    add_word(head, static_cast<uint32_t>(kHeadBytes + arrays.size()));
    const std::string hash = sha256_hex(arrays);
    for (size_t i = 0; i < 8; i++)
        head += static_cast<char>(std::stoi(hash.substr(2 * i, 2), nullptr, 16));
    uint32_t check = 2166136261u;
    for (size_t at = 0; at < arrays.size(); at += 4)
        check = (check ^ word_at(arrays, at)) * 16777619u;
    add_word(head, check);
    add_word(head, 0);
    return head;
}

// The function that finds one weight.
std::string finder(const Plan& plan, const Buffer& buffer, int64_t place, const Words& words) {
    Words own = words;
    own["comment"] = comment_lines(0, buffer.name);
    own["type"] = c_type(buffer.tensor.type);
    own["function"] = plan.name + "_weights_" + buffer.identifier;
    own["place"] = std::to_string(place);
    return fill(R"(
$comment$static const $type$* $function$(const $room$* $parameter$) {
    return (const $type$*)(const void*)($parameter$->weights_file + $place$);
}
)",
                own);
}

std::string head_literal(const std::string& bytes) {
    std::string text;
    for (size_t i = 0; i < QUILLET_WEIGHTS_HEAD; i++)
        text += (i ? ", " : "") + std::to_string(word_at(bytes, 4 * i)) + "u";
    return text;
}

}  // namespace

WeightsFile weights_file_of(const Plan& plan) {
    WeightsFile file;
    std::string arrays;
    for (const Buffer& buffer : plan.buffers) {
        file.places.push_back(0);
        if (buffer.storage != Storage::weight) continue;
        file.places.back() = static_cast<int64_t>(kHeadBytes + arrays.size());
        arrays += buffer.tensor.bytes;
        arrays.resize((arrays.size() + QUILLET_WEIGHTS_ALIGNMENT - 1) / QUILLET_WEIGHTS_ALIGNMENT *
                      QUILLET_WEIGHTS_ALIGNMENT);
        if (arrays.size() > UINT32_MAX - kHeadBytes)
            throw Error("--weights",
                        "the weights are more than the 4 GB that a file of them holds");
    }
    file.bytes = head_of(arrays) + arrays;
    return file;
}

WeightsText weights_text(const Plan& plan, const std::string& room, const std::string& parameter,
                         const std::string& file, const std::string& reset) {
    const WeightsFile weights = weights_file_of(plan);
    const Words words = {{"name", plan.name},
                         {"NAME", upper(plan.name)},
                         {"room", room},
                         {"parameter", parameter},
                         {"reset", reset},
                         {"file", comment_text(file)},
                         {"file_literal", string_literal(file)},
                         {"bytes", std::to_string(weights.bytes.size())},
                         {"head", head_literal(weights.bytes)}};
    WeightsText text;
    text.arrays = fill(R"(
/* How the file of weights begins. */
static const uint32_t $name$_head_of_weights[QUILLET_WEIGHTS_HEAD] = {
    $head$};
)",
                       words);
    for (size_t i = 0; i < plan.buffers.size(); i++)
        if (plan.buffers[i].storage == Storage::weight)
            text.arrays += finder(plan, plan.buffers[i], weights.places[i], words);
    text.init = fill(R"(
int $name$_init($room$* $parameter$, const void* weights, uint32_t bytes) {
    if (!quillet_weights_fit(weights, bytes, $name$_head_of_weights)) return -1;
    $parameter$->weights_file = weights;
$reset$    return 0;
}
)",
                     words);
    text.declaration = fill(R"(
/* Bytes of the file of weights, $file$, which is little-endian. */
#define $NAME$_WEIGHTS_BYTES $bytes$

/* Before all else: the $NAME$_WEIGHTS_BYTES bytes of that file at a multiple of 8 bytes. They stay
 * where they are for as long as `$parameter$` is used. Returns 0; -1 where they are not those that were
 * written with this C: cut off, damaged, misaligned, another model's, or the machine is big-endian.
 * Nothing else may then be called. */
int $name$_init($room$* $parameter$, const void* weights, uint32_t bytes);
)",
                            words);
    text.load = fill(R"(    static uint64_t weights[$NAME$_WEIGHTS_BYTES / 8 + 1];
    FILE* file = argc > 1 ? fopen(argv[1], "rb") : NULL;
    const size_t bytes = file ? fread(weights, 1, sizeof weights, file) : 0;
    if (file) fclose(file);
    if ($name$_init(&$parameter$, weights, (uint32_t)bytes)) {
        fputs("$name$: the first argument must be its file of weights: ", stderr);
        fputs($file_literal$ "\n", stderr);
        return 1;
    }
)",
                     words);
    return text;
}

}  // namespace quillet
