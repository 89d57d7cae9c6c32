// Writes a web page that runs models: their compiled C as WebAssembly, ONNX Runtime Web beside it.
// SPDX-License-Identifier: MIT
#include "page/page.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <climits>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/resources.h"
#include "compile/compile.h"
#include "compile/emit_c.h"
#include "eink/fonts/emit_font.h"
#include "eink/panel.h"
#include "graph/alphabet_metadata.h"
#include "page/wasm.h"
#include "page/web_font.h"
#include "run/sampling.h"
#include "run/word_filter.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using Files = std::map<std::string, std::string>;

constexpr uint32_t kLongestLine = 1000;  // page/wasm/model.c: LENGTH_MAX

/// files that came with the program ///

std::string resource(const std::string& path) {
    return read_file(find_resource(path) / path);
}

// The files of `folder` whose names end in one of `kinds`, by their path from `root`; not the unit tests,
// which stand beside the C.
void add_folder(Files& files, const std::string& folder, const std::string& root,
                const std::set<std::string>& kinds) {
    const fs::path base = find_resource(folder) / root;
    const fs::path from = find_resource(folder) / folder;
    for (const auto& entry : fs::directory_iterator(from)) {
        if (!kinds.count(entry.path().extension().string())) continue;
        if (entry.path().filename().string().find("_test.") != std::string::npos) continue;
        files[fs::relative(entry.path(), base).generic_string()] = read_file(entry.path());
    }
}

void add_c_library(Files& sources) {
    sources["libc.c"] = resource("page/wasm/libc.c");
    for (const char* header : {"string.h", "math.h"})
        sources[std::string("libc/") + header] = resource(std::string("page/wasm/libc/") + header);
}

// What JavaScript shares with the port: the sampler's weights, the tokens, ONNX models.
void add_port(Files& files) {
    for (const char* name :
         {"model.js", "onnx.js", "random.js", "sampler.js", "tables.js", "text.js", "tokenizer.js"})
        files[std::string("quillet/") + name] = resource(std::string("ports/js/") + name);
}

/// models ///

std::string stem_of(const PageModel& model) {
    return fs::path(model.file).stem().string();
}

// Where the page has a model's files, without their ends. Letters that an address would read otherwise
// are escaped: a file's name may have any.
std::string place_of(const PageModel& model) {
    std::string place = "models/";
    for (const char c : stem_of(model)) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = byte < 0x80 && (std::isalnum(byte) || c == '.' || c == '_' || c == '-');
        char escaped[4];
        std::snprintf(escaped, sizeof escaped, "~%02x", byte);
        place += plain ? std::string(1, c) : escaped;
    }
    return place;
}

std::string words_source(const std::optional<WordFilter>& words) {
    std::string text = "#include \"runtime/quillet_rank.h\"\n\n";
    const std::string declaration = "extern const quillet_word_filter* const page_words;\n";
    if (!words) return text + declaration + "const quillet_word_filter* const page_words = 0;\n";
    return text + words->c_source("words") + declaration +
           "const quillet_word_filter* const page_words = &words;\n";
}

SamplingSettings settings_of(const PageModel& model) {
    SamplingSettings settings = sampling_settings(model.graph.metadata, model.file);
    settings.max_length = std::min(settings.max_length, kLongestLine);
    return settings;
}

std::string model_module(const PageModel& model, const WasmTools& tools) {
    CompileRequest request;
    request.target = row_of(Target::c99);
    request.name = "page_model";
    request.command = "quillet page";
    request.origin = fs::path(model.file).filename().string();
    request.sampling = settings_of(model).integers();
    request.max_length = settings_of(model).max_length;
    Files sources = compile_model(model.graph, model.file, request).sources;
    sources.erase("main.c");
    for (const char* name : {"runtime/quillet_rank.c", "runtime/quillet_rank.h"})
        sources[name] = resource(name);
    sources["page_words.c"] = words_source(word_filter_of(model.graph.metadata, model.file));
    sources["model.c"] = resource("page/wasm/model.c");
    add_c_library(sources);
    return tools.build(sources, model.file);
}

// Multiplied or looked up: the elements of the larger constants.
int64_t weight_count(const Graph& graph) {
    int64_t count = 0;
    for (const auto& [name, tensor] : graph.initializers) {
        if (tensor.type == Type::int8 || tensor.type == Type::float32)
            count += tensor.element_count();
    }
    return count;
}

// A model's row in what the page reads.
Json describe(const PageModel& model, bool with_onnx) {
    const auto& metadata = model.graph.metadata;
    const SamplingSettings settings = settings_of(model);
    Json tokens = Json::object();
    for (const char* name : {key::kAlphabet, key::kMerges})
        if (const auto found = metadata.find(name); found != metadata.end())
            tokens[name] = found->second;
    const std::string place = place_of(model);
    const std::optional<WordFilter> words = word_filter_of(metadata, model.file);
    Json row = {{"name", stem_of(model)},
                {"file", model.is_shipped ? "" : fs::path(model.file).filename().string()},
                {"wasm", place + ".wasm"},
                {"onnx", with_onnx ? Json(place + ".onnx") : Json()},
                {"weights", weight_count(model.graph)},
                {"guarded", words && words->holds & QUILLET_HOLDS_EDGES},
                {"tokens", tokens},
                {"settings",
                 {{"temperature", settings.temperature},
                  {"min_p", settings.min_p},
                  {"top_k", settings.top_k},
                  {"top_p", settings.top_p},
                  {"max_length", settings.max_length}}}};
    if (const auto found = metadata.find(key::kLicence); found != metadata.end())
        row["licence"] = found->second;
    return row;
}

/// letters ///

constexpr char32_t kTypographers[] = {0xA0,   0xB7,   0x2013, 0x2014, 0x2018, 0x2019,
                                      0x201A, 0x201C, 0x201D, 0x201E, 0x2026};

// The characters that texts and the page itself can have.
std::set<char32_t> letters_of(const PageRequest& request) {
    std::set<char32_t> codes(std::begin(kTypographers), std::end(kTypographers));
    for (char32_t code = ' '; code < 0x7F; code++) codes.insert(code);
    const auto add = [&](const PageModel& model) {
        const Alphabet alphabet = alphabet_of(model.graph.metadata, model.file);
        for (char32_t code : alphabet.characters())
            if (code != '\n') codes.insert(code);
    };
    for (const PageModel& model : request.models) add(model);
    if (request.names) add(*request.names);
    return codes;
}

std::string panel_module(const std::set<char32_t>& codes, const WasmTools& tools) {
    Files sources;
    add_folder(sources, "eink", "", {".c", ".h"});
    add_folder(sources, "eink/panels", "", {".c", ".h"});
    for (const char* unused : {"eink/bus_bridge.c", "eink/bus_spi.c", "eink/driver.c"})
        sources.erase(unused);
    sources["panel.c"] = resource("page/wasm/panel.c");
    const auto wanted = [&](uint16_t code) { return codes.count(code) > 0; };
    sources["fonts.c"] = "#include \"eink/font.h\"\n" +
                         emit_subset("eink_roman", eink_roman, INT_MAX, wanted) +
                         emit_subset("eink_italic", eink_italic, INT_MAX, wanted);
    add_c_library(sources);
    return tools.build(sources, "page/wasm/panel.c");
}

Json describe_panels() {
    Json rows = Json::array();
    for (int i = 0; i < eink_panel_count; i++) {
        const eink_panel& panel = *eink_panels[i];
        rows.push_back({{"index", i},
                        {"name", panel.name},
                        {"controller", panel.controller},
                        {"width", panel.width},
                        {"height", panel.height},
                        {"dots_per_inch", panel.dots_per_inch}});
    }
    return rows;
}

/// ONNX Runtime Web ///

// Copies the package's files; returns its version.
std::string add_onnxruntime(Files& files, fs::path package) {
    if (fs::exists(package / "onnxruntime-web")) package /= "onnxruntime-web";
    if (!fs::exists(package / "package.json"))
        throw Error(package.string(),
                    "is not the npm package onnxruntime-web, nor a node_modules that has it; npm "
                    "install onnxruntime-web");
    const Json about =
        parse_json(read_file(package / "package.json"), (package / "package.json").string());
    for (const char* name :
         {"ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"})
        files[std::string("onnxruntime/") + name] = read_file(package / "dist" / name);
    return about.value("version", "");
}

/// sizes ///

size_t gzip_size(const std::string& bytes) {
    constexpr int kGzip = 15 + 16, kMemory = 9;
    z_stream stream{};
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        throw Error("page", "zlib does not begin to compress");
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    const size_t size = stream.total_out;
    deflateEnd(&stream);
    return size;
}

// `later`: the models that wait until they are chosen.
std::vector<PageFile> sizes_of(const Files& files, const std::set<std::string>& later) {
    std::vector<PageFile> sizes;
    for (const auto& [path, bytes] : files) {
        const bool is_first = !path.starts_with("onnxruntime/") && !path.ends_with(".onnx") &&
                              path != "comparison.js" && !later.count(path);
        sizes.push_back({path, bytes.size(), gzip_size(bytes), is_first});
    }
    return sizes;
}

// `text` with `value` for its only `place`.
std::string filled(std::string text, std::string_view place, const std::string& value) {
    const size_t at = text.find(place);
    if (at == std::string::npos)
        throw Error("page/web/index.html", "has no " + std::string(place) + " to fill");
    return text.replace(at, place.size(), value);
}

// The page itself, with what it is to know in it: JSON in a script element, "<" escaped.
std::string index_page(const Json& about, bool has_fonts) {
    std::string json = json_text(about);
    for (size_t at = 0; (at = json.find('<', at)) != std::string::npos;)
        json.replace(at, 1, "\\u003c");
    const std::string fonts = has_fonts ? resource("page/web/fonts.html") : "";
    return filled(filled(resource("page/web/index.html"), "@fonts@", fonts), "@page@", json);
}

void add_model(Page& page, const PageModel& model, const WasmTools& tools, bool with_onnx) {
    const std::string path = place_of(model);
    page.files[path + ".wasm"] = model_module(model, tools);
    if (with_onnx) page.files[path + ".onnx"] = model.bytes;
}

// The model that writes authors may be one that the reader can choose as well.
bool is_among(const PageModel& model, const std::vector<PageModel>& models) {
    return std::any_of(models.begin(), models.end(), [&](const PageModel& other) {
        return stem_of(other) == stem_of(model) && other.bytes == model.bytes;
    });
}

void require_different_names(const PageRequest& request) {
    std::set<std::string> names;
    const auto require_new = [&](const PageModel& model) {
        if (!names.insert(stem_of(model)).second)
            throw Error(model.file, "is the second model of its name; give one of them another");
    };
    for (const PageModel& model : request.models) require_new(model);
    if (request.names && !is_among(*request.names, request.models)) require_new(*request.names);
}

constexpr std::string_view kSign = "<!-- A page that runs a Quillet model.",
                           kAbout = "id=\"about\">", kAboutEnd = "</script>";

}  // namespace

std::map<std::string, size_t> files_of_page(const fs::path& folder) {
    std::map<std::string, size_t> files;
    std::error_code code;
    const fs::path index = folder / "index.html";
    if (!fs::is_regular_file(index, code)) return files;
    const std::string text = read_file(index);
    const size_t at = text.find(kAbout), begin = at + kAbout.size();
    if (text.find(kSign) == std::string::npos || at == std::string::npos) return files;
    const size_t end = text.find(kAboutEnd, begin);
    const Json about = Json::parse(text.substr(begin, end - begin), nullptr, false);
    if (!about.is_object() || !about.contains("sizes") || !about["sizes"].is_object()) return files;
    for (const auto& [path, sizes] : about["sizes"].items())
        if (sizes.is_array() && !sizes.empty() && sizes[0].is_number_unsigned())
            files[path] = sizes[0].get<size_t>();
    files["index.html"] = text.size();
    return files;
}

Page make_page(const PageRequest& request) {
    require_different_names(request);
    Page page;
    const bool compares = !request.onnxruntime.empty();
    Json about = {{"version", version()},
                  {"models", Json::array()},
                  {"names", nullptr},
                  {"panels", describe_panels()},
                  {"onnxruntime", nullptr}};
    if (compares) about["onnxruntime"] = add_onnxruntime(page.files, request.onnxruntime);
    const WasmTools tools;
    for (const PageModel& model : request.models) {
        add_model(page, model, tools, compares);
        about["models"].push_back(describe(model, compares));
    }
    std::set<std::string> later;
    for (size_t i = 1; i < request.models.size(); i++)
        later.insert(place_of(request.models[i]) + ".wasm");
    if (request.names) {
        later.erase(place_of(*request.names) + ".wasm");
        if (!is_among(*request.names, request.models))
            add_model(page, *request.names, tools, false);
        about["names"] = describe(*request.names, false);
    }
    const std::set<char32_t> codes = letters_of(request);
    page.files["panels.wasm"] = panel_module(codes, tools);
    for (auto& [name, bytes] : web_fonts(codes)) page.files["fonts/" + name] = std::move(bytes);
    const bool has_fonts = page.files.count("fonts/roman.otf") > 0;
    add_folder(page.files, "page/web", "page/web", {".js", ".css"});
    add_port(page.files);
    about["sizes"] = Json::object();
    page.sizes = sizes_of(page.files, later);
    for (const PageFile& file : page.sizes) about["sizes"][file.path] = {file.bytes, file.gzip};
    Files index{{"index.html", index_page(about, has_fonts)}};
    const auto place = std::find_if(page.sizes.begin(), page.sizes.end(),
                                    [](const PageFile& file) { return file.path > "index.html"; });
    page.sizes.insert(place, sizes_of(index, later).front());
    page.files.merge(index);
    return page;
}

}  // namespace quillet
