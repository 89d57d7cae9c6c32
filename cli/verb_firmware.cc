// quillet firmware: the program of a Pico with an e-ink panel, with two models, as a UF2 file.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "base/resources.h"
#include "base/temporary_folder.h"
#include "cli/device_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "device/firmware_sources.h"
#include "device/image.h"
#include "device/model_check.h"
#include "device/quote_page.h"
#include "device/toolchain.h"
#include "run/word_filter.h"
#include "train/text.h"

namespace quillet {

namespace {

namespace fs = std::filesystem;

struct FirmwareArguments : DeviceOption {
    std::string output = "device.uf2", board = "pico", pins, lexicon, sources, elf;
    int cells = 3, boots = 0;
    bool boards = false;
};

FirmwareModel model_of(const std::string& file, const Plan& plan, const std::string& hash) {
    return {plan, sampling_settings(plan.metadata, file), file, hash};
}

// The board with its pins moved, and what goes with it. Throws Error where options do not fit it.
quillet_board board_of(const FirmwareArguments& options) {
    quillet_board board = board_named(options.board);
    move_pins(board, options.pins, options.bridged());
    if (board.panel && options.panel != board.panel)
        throw Error("--panel", "a " + options.board + " has its own panel; give --panel " +
                                   std::string(board.panel));
    if (board.panel && options.bridged())
        throw Error("--bus", "a " + options.board + " has its panel on SPI; leave --bus i2c out");
    if (options.boots > 0 && board.pins[QUILLET_PIN_DONE] < 0)
        throw Error("--boots", "needs the pin that tells the timer; give --pins done=GPIO");
    return board;
}

FirmwareOptions parts_of(const FirmwareArguments& options) {
    FirmwareOptions parts;
    parts.panel = &panel_named(options.panel);
    parts.board = board_of(options);
    parts.cells = options.cells;
    parts.turn_a_boots = options.boots ? options.boots : parts.board.pins[QUILLET_PIN_DONE] >= 0;
    parts.bridged = options.bridged();
    parts.candidates = options.candidates;
    parts.version = version();
    if (!options.lexicon.empty()) {
        const std::string words = read_file(options.lexicon);
        train::read_lines(words, options.lexicon);  // throws where it is no text
        // Twice, for a word that stands once in all texts is taken for a mistake.
        parts.words = collect({words, words}, QUILLET_HOLDS_WORDS, 1 << 20);
    }
    return parts;
}

void report(const FirmwareArguments& options, const FirmwareProgram& program) {
    FILE* const to = report_stream({options.output});
    std::fprintf(to, "%s: %s on %s, %s; flash %lld bytes, SRAM %lld, left for the stack %lld\n",
                 options.output.c_str(), options.panel.c_str(), options.bus.c_str(),
                 options.board.c_str(), static_cast<long long>(program.bill.image),
                 static_cast<long long>(program.bill.sram),
                 static_cast<long long>(program.bill.stack));
    if (program.weights_in_flash > 0) {
        std::fprintf(to, "%lld bytes of weights stay in flash and are streamed from there\n",
                     static_cast<long long>(program.weights_in_flash));
    }
    if (!program.two_pictures)
        std::fprintf(to, "no room to remember the panel's picture: every refresh flashes\n");
}

std::vector<std::string> inputs_of(const FirmwareArguments& options) {
    std::vector<std::string> inputs = options.inputs();
    inputs.insert(inputs.end(), {options.lexicon, options.elf});
    return inputs;
}

// Writes the sources, or the UF2 and ELF files.
void build(const FirmwareArguments& options, FirmwareOptions parts, const FirmwareModel* quotes,
           const FirmwareModel* names) {
    if (!options.sources.empty()) {
        parts.for_sdk = true;
        parts.weights_ram = 184 << 10;
        const auto sources = firmware_sources(quotes, names, parts);
        std::vector<std::string> outputs;
        for (const auto& [name, text] : sources)
            outputs.push_back((fs::path(options.sources) / name).string());
        require_outputs(outputs, inputs_of(options));
        write_files(options.sources, sources);
        std::printf("%s: the sources\n", options.sources.c_str());
        return;
    }
    TemporaryFolder folder;
    const FirmwareProgram program = build_device(quotes, names, parts, folder.path());
    if (!program.warnings.empty())
        std::fprintf(stderr, "the compiler warned:\n%s", program.warnings.c_str());
    write_file(options.output,
               uf2_of(flash_image(program.elf, parts.board.chip, "device.elf"), parts.board.chip));
    if (fs::path(options.output).extension() == ".uf2")
        write_file(fs::path(options.output).replace_extension(".elf"), program.elf);
    report(options, program);
}

int firmware(const FirmwareArguments& options) {
    if (options.boards) {
        std::fputs(board_list().c_str(), stdout);
        return 0;
    }
    if (options.sources.empty()) {
        if (fs::path(options.output).extension() == ".elf")
            throw Error(options.output,
                        "would be a UF2 file; name it .uf2, the ELF file goes beside it");
        std::vector<std::string> outputs = {options.output};
        if (options.elf.empty() && fs::path(options.output).extension() == ".uf2")
            outputs.push_back(fs::path(options.output).replace_extension(".elf").string());
        require_outputs(outputs, inputs_of(options));
    }
    if (!options.elf.empty()) {
        const quillet_chip chip = board_named(options.board).chip;
        write_file(options.output,
                   uf2_of(flash_image(read_file(options.elf), chip, options.elf), chip));
        std::fprintf(report_stream({options.output}), "%s: %s for %s\n", options.output.c_str(),
                     options.elf.c_str(), options.board.c_str());
        return 0;
    }
    FirmwareOptions parts = parts_of(options);
    if (parts.board.chip == QUILLET_RP2350 && options.sources.empty())
        throw Error(
            options.board,
            "is built with the official SDK: give --sources FOLDER, then see docs/device.md");
    const eink_style style = options.style();
    parts.german_marks = options.german_marks();
    const std::unique_ptr<Collection> texts = options.collection(style);
    parts.collection = texts.get();
    if (texts && texts->collection().is_clock && parts.turn_a_boots > 0)
        throw Error(options.texts,
                    "is a clock, which must keep its power to know the time; leave done=GPIO out");
    if (!options.has_models()) {
        build(options, parts, nullptr, nullptr);
        return 0;
    }
    const Target target = target_of(parts.board.chip);
    std::string quotes_hash, names_hash;
    const Plan quotes_plan = options.quotes.plan(&quotes_hash, target),
               names_plan = options.names.plan(&names_hash, target);
    options.require_lines(quotes_plan, names_plan, style);
    const FirmwareModel quotes = model_of(options.quotes.file(), quotes_plan, quotes_hash),
                        names = model_of(options.names.file(), names_plan, names_hash);
    for (const FirmwareModel* model : {&quotes, &names}) {
        const std::string warning = slowness_of(model->plan, row_of(target), model->file);
        if (!warning.empty()) std::fprintf(stderr, "%s\n", warning.c_str());
    }
    if (!parts.words) parts.words = word_filter_of(quotes_plan.metadata, quotes.file);
    build(options, parts, &quotes, &names);
    return 0;
}

}  // namespace

Run set_up_firmware(Command& command) {
    auto options = std::make_shared<FirmwareArguments>();
    options->add_to(command);
    options->add_bus_to(command);
    command
        .add_option(
            "-o,--output", options->output,
            "The UF2 file to write; the ELF file goes beside it where the name ends in .uf2")
        ->shows_default();
    command.add_option("--board", options->board, "The board")->shows_default();
    command.add_option(
        "--elf", options->elf,
        "Only turn this program, built with the pico-sdk for --board, into a UF2 file");
    command.add_flag("--list-boards", options->boards, "List the boards and their pins");
    command.add_option("--pins", options->pins,
                       "Pins to move: NAME=GPIO or NAME=none, with commas between them; "
                       "--list-boards has the names");
    command.add_option("--cells", options->cells, "Alkaline cells of the battery")
        ->check(one_of({2, 3}))
        ->shows_default();
    command
        .add_option("--boots", options->boots,
                    "With --pins done=GPIO and a timer that cuts the power: a quote each that "
                    "many boots")
        ->check(whole_between(1, 10000));
    command.add_option(
        "--lexicon", options->lexicon,
        "Words, one a line, by which quotes are ranked instead of by the model's own filter");
    command.add_option("--sources", options->sources,
                       "Write the C sources to this folder instead (for the pico-sdk)");
    return [options] { return firmware(*options); };
}

}  // namespace quillet
