// quillet inspect: what is in a model file, in a page of 100 columns or as JSON.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "cells/recurrent_model.h"
#include "cells/summary.h"
#include "cells/token_model.h"
#include "cli/model_option.h"
#include "cli/verbs.h"
#include "compile/plan.h"
#include "corpus/strings.h"
#include "graph/alphabet_metadata.h"
#include "integer/quantize.h"
#include "report/report.h"

namespace quillet {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kColumns = 100, kLabel = 12, kLargest = 6, kLongestWord = 200;
constexpr char kPrefix[] = "quillet.";

// "label       words words …", broken at spaces and indented under themselves.
void print_row(const std::string& label, const std::string& text) {
    std::string line = "  " + label + std::string(kLabel - std::min(kLabel - 1, label.size()), ' ');
    size_t indent = line.size(), begin = 0;
    bool fresh = true;
    while (begin < text.size()) {
        size_t end = std::min(text.find(' ', begin), text.size());
        std::string word = text.substr(begin, end - begin);
        if (!fresh && count_characters(line) + 1 + count_characters(word) > kColumns) {
            std::printf("%s\n", line.c_str());
            line = std::string(indent, ' ');
            fresh = true;
        }
        line += (fresh ? "" : " ") + word;
        fresh = false;
        begin = end + 1;
    }
    std::printf("%s\n", line.c_str());
}

std::string size_text(int64_t bytes) {
    char text[32];
    double kilo = static_cast<double>(bytes) / 1000;
    if (bytes < 1000)
        std::snprintf(text, sizeof text, "%d\u00a0bytes", static_cast<int>(bytes));
    else if (kilo < 1000)
        std::snprintf(text, sizeof text, kilo < 10 ? "%.1f\u00a0kB" : "%.0f\u00a0kB", kilo);
    else
        std::snprintf(text, sizeof text, "%.1f\u00a0MB", kilo / 1000);
    return text;
}

std::string shape_text(const Dimensions& shape) {
    std::string text;
    for (int64_t size : shape)
        text += (text.empty() ? "" : ",") + (size < 0 ? "?" : std::to_string(size));
    return "[" + text + "]";
}

// A metadata value as JSON where it is an object or list, else as the text it is.
Json parsed(const std::string& value) {
    try {
        Json json = parse_json(value, "metadata");
        return json.is_structured() ? json : Json(value);
    } catch (const Error&) {
        return value;
    }
}

// {"a": 1, "b": {"c": 2}} as "a 1, b {c 2}"; characters that would break a line escaped; of encoded data its size.
std::string readable(const Json& value) {
    if (value.is_string()) {
        std::string text;
        const auto& whole = value.get_ref<const std::string&>();
        if (whole.size() > kLongestWord && whole.find(' ') == std::string::npos)
            return "of " + report::grouped(whole.size()) + " characters (--json shows them)";
        for (char c : value.get<std::string>()) {
            bool prints = static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
            text += prints ? std::string(1, c) : c == '\n' ? "; " : "?";
        }
        return text;
    }
    if (value.is_number_float()) {
        char number[32];
        std::snprintf(number, sizeof number, "%.7g", value.get<double>());  // a float's digits
        return number;
    }
    if (!value.is_structured()) return value.dump();
    std::string text;
    for (const auto& [name, item] : value.items()) {
        if (!text.empty()) text += ", ";
        if (value.is_object()) text += name + " ";
        bool nested = item.is_structured();
        text += (nested ? "{" : "") + readable(item) + (nested ? "}" : "");
    }
    return text;
}

// The characters as a person sees them: the newline as ⏎, a space as ␣, control characters by
// number.
void append_visible(std::string& text, char32_t c) {
    if (c == U'\n')
        text += "⏎";
    else if (c == U' ')
        text += "␣";
    else if (c < 0x20 || c == 0x7F)
        text += describe_character(c);
    else
        append_utf8(text, c);
}

std::string alphabet_text(const Alphabet& alphabet) {
    std::string text;
    const size_t count = alphabet.characters().size();
    for (size_t i = 0; i < count; i++) {
        append_visible(text, alphabet.characters()[i]);
        if (i % 16 == 15) text += ' ';
    }
    if (alphabet.merges().empty()) return std::to_string(count) + ": " + text;
    return std::to_string(alphabet.size()) + " tokens, " + std::to_string(count) +
           " of them characters: " + text;
}

// The tokens of several characters.
std::string pieces_text(const Alphabet& alphabet) {
    std::string text;
    for (const std::u32string& piece : alphabet.pieces()) {
        if (piece.size() == 1) continue;
        text += text.empty() ? "" : " ";
        for (char32_t c : piece) append_visible(text, c);
    }
    return text;
}

std::string cell_text(const Summary::Cell& cell, const std::string& input) {
    std::string text = cell.op + " of " + report::grouped(cell.hidden) + " from " +
                       (input.empty() ? std::to_string(cell.inputs) : input);
    if (cell.op == "GRU")
        text += cell.linear_before_reset ? ", reset after the multiplication"
                                         : ", reset before the multiplication";
    return text;
}

std::string values_text(const std::vector<ValueInfo>& values) {
    std::string text;
    for (const ValueInfo& value : values)
        text += (text.empty() ? "" : ", ") + value.name + "\u00a0" + name_of(value.type) +
                (value.has_shape ? shape_text(value.shape) : "");
    return text;
}

void print_sizes(const Summary& summary) {
    if (summary.weights > 0)
        print_row("weights", report::grouped(summary.weights) + " (" +
                                 size_text(4 * summary.weights) + " as float32)");
    std::string types, largest;
    for (const auto& [type, count] : summary.values)
        types += (types.empty() ? "" : ", ") + report::grouped(count) + " " + type;
    print_row("constants",
              types.empty() ? "none" : types + "; " + size_text(summary.constant_bytes));
    for (size_t i = 0; i < std::min(kLargest, summary.largest.size()); i++) {
        const Summary::Constant& constant = summary.largest[i];
        largest += (i ? ", " : "") + constant.name + "\u00a0" + shape_text(constant.what.shape) +
                   "\u00a0" + size_text(constant.bytes);
    }
    if (!largest.empty()) print_row("largest", largest);
    print_row("state", size_text(summary.state_bytes));
}

void print_operators(const Summary& summary) {
    std::string text;
    for (const auto& [op, count] : summary.operators)
        text +=
            (text.empty() ? "" : ", ") + op + (count > 1 ? "\u00a0×" + std::to_string(count) : "");
    print_row("operators", text);
    for (const Summary::Unsupported& node : summary.unsupported)
        print_row("", "UNSUPPORTED: node '" + node.node + "' (" + node.op + ") " + node.reason);
}

/// what the other verbs would say ///

struct Verdict {
    std::string compile, quantize;  // "yes, …" or what is first in the way
    std::vector<std::string> notes;
};

std::string text_of(const Error& error) {
    return "no: " + error.where() + ": " + error.what();
}

// As many characters as there are logits, where the model names none: letters that nobody has.
void give_alphabet(Graph& graph) {
    if (graph.metadata.count(key::kAlphabet) || graph.outputs.empty()) return;
    std::u32string characters = U"\n";
    for (int64_t i = 1; i < count_of(graph.outputs[0].shape); i++)
        characters += static_cast<char32_t>(0xE000 + i);
    graph.metadata[key::kAlphabet] = encode_utf8(characters);
}

// Runs the lowering itself, so that it says what `compile` would.
Verdict verdict_of(const Graph& graph, const std::string& file) {
    Verdict verdict;
    if (is_integer(graph)) {
        try {
            make_plan(graph, "model", file);
            verdict.compile = "yes, as a character model in integers";
        } catch (const Error& error) {
            verdict.compile = text_of(error);
        }
        verdict.quantize = "is an integer model already";
        return verdict;
    }
    std::string no_token_model;
    try {
        TokenModel model = token_model_of(graph, file);
        if (model.graph.inputs.size() > 1 || graph.metadata.count(key::kAlphabet)) {
            verdict.notes = model.notes;
            give_alphabet(model.graph);
            make_plan(model.graph, "model", file);
            verdict.compile = "yes, as a character model";
            if (!graph.metadata.count(key::kAlphabet))
                verdict.compile += ", with --alphabet of " +
                                   std::to_string(count_of(model.graph.outputs[0].shape)) +
                                   " characters";
            try {
                quantize(recurrent_model_from(model.graph, file), 8, file);
                verdict.quantize = "yes";
            } catch (const Error& error) {
                verdict.quantize = text_of(error);
            }
            return verdict;
        }
        no_token_model = "has no state that goes in and comes out";
    } catch (const Error& error) {
        no_token_model = error.what();
        verdict.compile = text_of(error);
    }
    verdict.quantize = "no: it is no character model (" + no_token_model + ")";
    try {
        make_network_plan(graph, "model", file);
        verdict.compile = "yes, as a network (one call from inputs to outputs)";
        if (std::string note = note_on_length(graph, file); !note.empty())
            verdict.notes.push_back(note);
    } catch (const Error& error) {
        verdict.compile = text_of(error);
    }
    return verdict;
}

void print_verdict(const Verdict& verdict) {
    print_row("compile", verdict.compile);
    print_row("quantize", verdict.quantize);
    for (const std::string& note : verdict.notes) print_row("", note);
}

void print_page(const Graph& graph, const Summary& summary, const std::string& file, size_t bytes) {
    auto format = graph.metadata.find(key::kFormat);
    std::printf("%s: %s, %s, opset %d%s%s\n", file.c_str(),
                format == graph.metadata.end() ? "ONNX without Quillet's metadata"
                                               : ("format " + format->second).c_str(),
                size_text(static_cast<int64_t>(bytes)).c_str(), static_cast<int>(graph.opset),
                graph.producer.empty() ? "" : ", made by ", graph.producer.c_str());
    if (graph.metadata.count(key::kAlphabet)) {
        const Alphabet alphabet = alphabet_of(graph.metadata, file);
        print_row("alphabet", alphabet_text(alphabet));
        if (!alphabet.merges().empty()) print_row("pieces", pieces_text(alphabet));
    }
    for (size_t i = 0; i < summary.cells.size(); i++)
        print_row(i == 0 ? "cells" : "", cell_text(summary.cells[i], i == 0 ? summary.input : ""));
    print_sizes(summary);
    print_row("inputs", values_text(graph.inputs));
    print_row("outputs", values_text(graph.outputs));
    print_operators(summary);
    print_verdict(verdict_of(graph, file));
    for (const auto& [name, value] : graph.metadata) {
        if (name == key::kAlphabet || name == key::kMerges || name == key::kFormat) continue;
        bool own = name.starts_with(kPrefix);
        print_row(own ? name.substr(sizeof kPrefix - 1) : name, readable(parsed(value)));
    }
}

Json values_json(const std::vector<ValueInfo>& values) {
    Json list = Json::array();
    for (const ValueInfo& value : values)
        list.push_back(
            {{"name", value.name}, {"type", name_of(value.type)}, {"shape", value.shape}});
    return list;
}

Json to_json(const Graph& graph, const Summary& summary, const std::string& file, size_t bytes) {
    Json cells = Json::array(), unsupported = Json::array(), metadata = Json::object();
    for (const auto& cell : summary.cells)
        cells.push_back({{"name", cell.name},
                         {"cell", cell.op},
                         {"inputs", cell.inputs},
                         {"hidden", cell.hidden},
                         {"linear_before_reset", cell.linear_before_reset}});
    for (const auto& node : summary.unsupported)
        unsupported.push_back(
            {{"node", node.node}, {"operator", node.op}, {"reason", node.reason}});
    for (const auto& [name, value] : graph.metadata) metadata[name] = parsed(value);
    const Verdict verdict = verdict_of(graph, file);
    return {{"file", file},
            {"bytes", bytes},
            {"opset", graph.opset},
            {"producer", graph.producer},
            {"cells", cells},
            {"input", summary.input},
            {"weights", summary.weights},
            {"constants", {{"bytes", summary.constant_bytes}, {"values", summary.values}}},
            {"state_bytes", summary.state_bytes},
            {"inputs", values_json(graph.inputs)},
            {"outputs", values_json(graph.outputs)},
            {"operators", summary.operators},
            {"unsupported", unsupported},
            {"problem", summary.problem.empty() ? Json() : Json(summary.problem)},
            {"compile", verdict.compile},
            {"quantize", verdict.quantize},
            {"metadata", metadata}};
}

struct InspectArguments {
    ModelOption model;
    bool json = false;
};

int run_inspect(const InspectArguments& options) {
    const std::string file = options.model.file(), bytes = read_file(file);
    Graph graph = read_onnx(bytes, file);
    Summary summary = summarize(graph, file);
    if (options.json)
        std::printf("%s\n", json_text(to_json(graph, summary, file, bytes.size()), 2).c_str());
    else
        print_page(graph, summary, file, bytes.size());
    return 0;
}

}  // namespace

Run set_up_inspect(Command& command) {
    auto options = std::make_shared<InspectArguments>();
    command.add_option("model", options->model.path,
                       "ONNX file; the shipped quotes model where left out");
    command.add_flag("--json", options->json, "One JSON object");
    return [options] { return run_inspect(*options); };
}

}  // namespace quillet
