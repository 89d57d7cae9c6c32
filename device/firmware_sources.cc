// The sources of a device's program: what is written for its models and panel, and what came with
// the tool.
// SPDX-License-Identifier: MIT
#include "device/firmware_sources.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "compile/emit_c.h"
#include "compile/placement.h"
#include "compile/stream_weights.h"
#include "compile/writer.h"
#include "device/host_text_model.h"
#include "eink/fonts/emit_font.h"

namespace quillet {

namespace {

namespace fs = std::filesystem;

// Files of a folder of ours, by their path in the tree; not what only the host needs, nor the unit tests,
// which stand beside the C.
void add_folder(std::map<std::string, std::string>& sources, const std::string& folder) {
    for (const auto& entry : fs::directory_iterator(find_resource(folder) / folder)) {
        const std::string name = entry.path().filename().string(),
                          kind = entry.path().extension().string();
        if (name.find("_test.") != name.npos) continue;
        if (kind == ".h" || kind == ".c" || kind == ".S" || kind == ".ld" ||
            name == "CMakeLists.txt") {
            sources[folder + "/" + name] = read_file(entry.path());
        }
    }
}

// A file of the runtime, which a model's own sources bring with them.
void add_runtime(std::map<std::string, std::string>& sources, const std::string& file) {
    const std::string path = "runtime/" + file;
    if (const fs::path root = find_resource(path); fs::exists(root / path))
        sources[path] = read_file(root / path);
}

const TargetRow& target_row(const FirmwareOptions& options) {
    return row_of(target_of(options.board.chip));
}

// NAME.c, NAME.h and the runtime of a model that is called `name` on the device.
void add_model(std::map<std::string, std::string>& sources, const FirmwareModel& model,
               const std::string& name, const FirmwareOptions& options) {
    Plan plan = model.plan;
    plan.name = name;
    if (options.weights_ram > 0 && (name == "quotes" || !options.for_sdk)) {
        const TargetRow& target = target_row(options);
        place_weights(plan, target, options.weights_ram + fixed_ram(plan, target));
    }
    if (!options.for_sdk) stream_weights(plan);
    const std::string file = fs::path(model.file).filename().string();
    EmitOptions emit;
    emit.command = "quillet firmware " + file;
    emit.origin = file + ", SHA-256 " + model.hash.substr(0, 16);
    emit.version = options.version;
    emit.sampling = model.sampling.integers();
    emit.sampling_text = model.sampling.text();
    emit.max_length = model.sampling.max_length;
    emit.target = target_row(options);
    emit.hot = "__attribute__((section(\".time_critical.step\")))";
    // The official SDK copies one section at start; our own start-up lets the models take turns.
    const std::string section = options.for_sdk ? ".time_critical.weights" : ".weights." + name;
    emit.target.resident = "static const __attribute__((section(\"" + section + "\"), aligned(4)))";
    for (auto& [path, text] : emit_c(plan, emit)) {
        if (path != "main.c" && path != "CMakeLists.txt") sources[path] = text;
    }
}

// What the typesetter writes that no model does.
bool is_typographers(uint16_t code) {
    switch (code) {
        case ' ':
        case EINK_CODE_LOW_OPEN:
        case EINK_CODE_LOW_OPEN_INNER:
        case EINK_CODE_OPEN:
        case EINK_CODE_CLOSE:
        case EINK_CODE_OPEN_INNER:
        case EINK_CODE_CLOSE_INNER:
        case EINK_CODE_EN_DASH:
        case EINK_CODE_EM_DASH:
        case EINK_CODE_ELLIPSIS:
            return true;
        default:
            return false;
    }
}

// A family with the letters of `codes` in the sizes that the panel's style can use.
std::string emit_letters(const std::string& symbol, const eink_family& family, int largest,
                         const std::vector<uint16_t>& codes) {
    return emit_subset(symbol, family, largest, [&](uint16_t code) {
        // x, b and p are what line heights are read from.
        return is_typographers(code) || code == 'X' || code == '-' ||
               std::find(codes.begin(), codes.end(), code) != codes.end();
    });
}

// The panel's symbol: its name with '_' for '-'.
std::string symbol_of(const eink_panel& panel) {
    std::string symbol = std::string("eink_") + panel.name;
    std::replace(symbol.begin(), symbol.end(), '-', '_');
    return symbol;
}

// The filter that a model brings along, where it tells training lines.
std::optional<WordFilter> known_by(const FirmwareModel& model) {
    std::optional<WordFilter> known = word_filter_of(model.plan.metadata, model.file);
    if (known && !(known->holds & QUILLET_HOLDS_EDGES)) known.reset();
    return known;
}

constexpr std::string_view kVoice =
    R"(static $name$_state $name$_memory;
static const quillet_text_model $name$_voice = {&$name$_model, &$name$_memory, $name$_alphabet, &$name$_sampling, $length$, $fetch$, $known$};

)";

std::string voice_text(const std::string& name, const FirmwareModel& model,
                       const FirmwareOptions& options) {
    return fill(kVoice, {{"name", name},
                         {"length", std::to_string(model.sampling.max_length)},
                         {"fetch", options.for_sdk ? "NULL" : "quillet_fetch_" + name},
                         {"known", known_by(model) ? "&" + name + "_known" : "NULL"}});
}

constexpr std::string_view kParts =
    R"(/* What this device is made of. Written by quillet $version$: quillet firmware. */
#include "firmware/board.h"
#include "firmware/device.h"
#include "firmware/rp2040_bare/weights.h"
$includes$
extern const eink_panel $panel$;

$board$$texts$static uint8_t picture[$bytes$];
$old_picture$
extern const quillet_device_parts quillet_parts;
const quillet_device_parts quillet_parts = {
    .hal = &quillet_hal_board,
    .panel = &$panel$,
$sources$    .cells = $cells$,
    .turn_a_boots = $boots$,
$words$    .candidates = $candidates$,
    .german_marks = $german$,
    .bridged = $bridged$,
    .bridge_address = EINK_BRIDGE_ADDRESS,
    .pictures = {picture, $second$},
};
)";

std::string parts_text(const FirmwareModel* quotes, const FirmwareModel* names,
                       const FirmwareOptions& options) {
    const std::string bytes = "EINK_CANVAS_BYTES(" + std::to_string(options.panel->width) + ", " +
                              std::to_string(options.panel->height) + ")";
    const auto when = [](bool holds, const std::string& text) { return holds ? text : ""; };
    std::string texts, words;  // words: by which quotes are ranked; mostly the quotes' own
    if (options.words) words = "words";
    for (const auto& [name, model] : {std::pair{"quotes", quotes}, {"names", names}}) {
        if (!model) continue;
        const std::optional<WordFilter> known = known_by(*model);
        if (known) texts += known->c_source(std::string(name) + "_known");
        if (known && known == options.words) words = std::string(name) + "_known";
        texts += voice_text(name, *model, options);
    }
    if (options.collection) texts += options.collection->source();
    if (words == "words") texts += options.words->c_source(words);
    return fill(
        kParts,
        {{"version", options.version},
         {"includes", when(quotes, "#include \"names.h\"\n#include \"quotes.h\"\n")},
         {"panel", symbol_of(*options.panel)},
         {"board", board_text(options.board)},
         {"texts", texts},
         {"bytes", bytes},
         {"old_picture",
          when(options.two_pictures, "static uint8_t old_picture[" + bytes + "];\n")},
         {"sources", when(quotes, "    .quotes = &quotes_voice,\n    .names = &names_voice,\n") +
                         when(options.collection, "    .collection = &collection,\n")},
         {"cells", std::to_string(options.cells)},
         {"boots", std::to_string(options.turn_a_boots)},
         {"words", when(!words.empty(), "    .words = &" + words + ",\n")},
         {"candidates", std::to_string(options.candidates)},
         {"german", options.german_marks ? "true" : "false"},
         {"bridged", options.bridged ? "true" : "false"},
         {"second", options.two_pictures ? "old_picture" : "NULL"}});
}

// Codes that the program's texts can have, of the models and of the collection.
std::vector<uint16_t> letters_of(const FirmwareModel* quotes, const FirmwareModel* names,
                                 const FirmwareOptions& options) {
    std::vector<uint16_t> codes;
    for (const FirmwareModel* model : {quotes, names}) {
        if (!model) continue;
        for (uint16_t code : codes_of(model->plan.alphabet, model->file)) codes.push_back(code);
    }
    if (options.collection) {
        for (uint16_t code : options.collection->codes()) codes.push_back(code);
    }
    return codes;
}

}  // namespace

Target target_of(quillet_chip chip) {
    return chip == QUILLET_RP2350 ? Target::cortex_m33 : Target::rp2040;
}

std::map<std::string, std::string> firmware_sources(const FirmwareModel* quotes,
                                                    const FirmwareModel* names,
                                                    const FirmwareOptions& options) {
    std::map<std::string, std::string> sources;
    for (const char* folder :
         {"eink", "eink/panels", "firmware", "firmware/rp2040_bare", "firmware/rp2040_sdk"})
        add_folder(sources, folder);
    // What benchmarks start and measure kernels with.
    for (const char* file : {"cores.c", "cores.h", "start.c", "start.h", "stream.c"})
        sources.erase(std::string("firmware/rp2040_bare/") + file);
    for (const char* file : {"eink/CMakeLists.txt", "firmware/CMakeLists.txt"}) sources.erase(file);
    if (quotes) {
        add_model(sources, *quotes, "quotes", options);
        add_model(sources, *names, "names", options);
    } else {
        for (const char* file :
             {"quillet_random.h", "quillet_random.c", "quillet_sampler.h", "quillet_sampler.c",
              "quillet_text.h", "quillet_text.c", "quillet_tables.h", "quillet_tables.c"})
            add_runtime(sources, file);
        sources.erase("firmware/rp2040_bare/weights.c");
    }
    for (const char* file : {"quillet_rank.h", "quillet_rank.c", "quillet_stream.h"})
        add_runtime(sources, file);
    const std::vector<uint16_t> codes = letters_of(quotes, names, options);
    const eink_style style = eink_panel_style(options.panel);
    sources["fonts.c"] =
        "/* The letters that the texts can have, in the panel's sizes. Written by quillet " +
        options.version + ": quillet firmware. */\n#include \"eink/font.h\"\n" +
        emit_letters("eink_roman", *style.text_family, style.largest, codes) +
        emit_letters("eink_italic", *style.author_family, style.largest, codes);
    sources["device_parts.c"] = parts_text(quotes, names, options);
    return sources;
}

}  // namespace quillet
