// A plan as text, its sizes and its names.
// SPDX-License-Identifier: MIT
#include "compile/plan.h"

#include <algorithm>
#include <set>

#include "base/file.h"

namespace quillet {
namespace {

std::string shape_text(const std::vector<int64_t>& shape) {
    std::string text = "[";
    for (size_t i = 0; i < shape.size(); i++) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

std::string dump_buffer(const Buffer& buffer) {
    static constexpr const char* kStorage[] = {"weight ", "state  ", "scratch"};
    std::string line = kStorage[static_cast<int>(buffer.storage)];
    line += " " + buffer.identifier + " " + name_of(buffer.tensor.type) +
            shape_text(buffer.tensor.shape);
    if (buffer.storage == Storage::weight)
        line += " " + sha256_hex(buffer.tensor.bytes).substr(0, 8);
    if (buffer.storage == Storage::scratch) line += " at " + std::to_string(buffer.place);
    return line + "  \"" + buffer.name + "\"\n";
}

std::string dump_argument(const Plan& plan, const Argument& argument) {
    auto name = [&](int buffer) { return plan.buffers[static_cast<size_t>(buffer)].identifier; };
    if (auto* view = std::get_if<BufferArgument>(&argument))
        return name(view->buffer) + "[" + std::to_string(view->offset) + " +" +
               std::to_string(view->count) + "]";
    if (auto* row = std::get_if<RowArgument>(&argument))
        return name(row->buffer) + "[token * " + std::to_string(row->width) + " + " +
               std::to_string(row->offset) + " +" + std::to_string(row->count) + "]";
    if (auto* integer = std::get_if<IntegerArgument>(&argument))
        return std::to_string(integer->value);
    return std::holds_alternative<TokenArgument>(argument) ? "token" : "logits";
}

std::string dump_step(const Plan& plan, const Step& step) {
    std::string line = "step " + std::string(step.kernel->name);
    for (const Argument& argument : step.arguments) line += " " + dump_argument(plan, argument);
    return line + "  \"" + step.comment + "\"\n";
}

bool is_keyword(const std::string& word) {
    static const std::set<std::string> keywords = {
        "auto",     "break",   "case",   "char",     "const",  "continue", "default",
        "do",       "double",  "else",   "enum",     "extern", "float",    "for",
        "goto",     "if",      "inline", "int",      "long",   "main",     "register",
        "restrict", "return",  "short",  "signed",   "sizeof", "static",   "struct",
        "switch",   "typedef", "union",  "unsigned", "void",   "volatile", "while"};
    return keywords.count(word) > 0;
}

}  // namespace

int64_t scratch_count(const Plan& plan, Type type) {
    int64_t count = 0;
    for (const Buffer& buffer : plan.buffers)
        if (buffer.storage == Storage::scratch && buffer.tensor.type == type)
            count = std::max(count, buffer.place + buffer.tensor.element_count());
    return count;
}

std::string dump(const Plan& plan) {
    std::string text = "plan " + plan.name + " alphabet " + std::to_string(plan.alphabet.size()) +
                       " line_token " + std::to_string(plan.alphabet.line_token()) + "\n";
    for (const Buffer& buffer : plan.buffers) text += dump_buffer(buffer);
    for (const Step& step : plan.steps) text += dump_step(plan, step);
    for (const PlanOutput& output : plan.outputs) {
        bool logits = output.buffer == kLogitsBuffer;
        text += "output \"" + output.name + "\" = " +
                (logits ? "logits" : plan.buffers[static_cast<size_t>(output.buffer)].identifier) +
                "\n";
    }
    return text;
}

std::string identifier_of(const std::string& text) {
    std::string result;
    for (char c : text) {
        bool upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
        bool plain = upper || digit || (c >= 'a' && c <= 'z');
        if (plain) result += upper ? static_cast<char>(c - 'A' + 'a') : c;
        // Other characters part words; no two '_' together and none at the ends.
        if (!plain && !result.empty() && result.back() != '_') result += '_';
    }
    while (!result.empty() && result.back() == '_') result.pop_back();
    if (result.empty() || (result[0] >= '0' && result[0] <= '9') || is_keyword(result))
        result = "m_" + result;
    return result;
}

}  // namespace quillet
