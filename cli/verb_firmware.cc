// quillet firmware: the program of a Pico with an e-ink panel, with two models, as a UF2 file.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "base/home.h"
#include "cli/model_option.h"
#include "cli/verbs.h"
#include "device/firmware_image.h"
#include "device/image.h"
#include "device/quote_page.h"

namespace quillet {

namespace {

namespace fs = std::filesystem;

struct Options {
    ModelOption quotes, names;
    std::string output = "device.uf2", panel = "ssd1683-400x300", bus = "spi", board = "pico",
                lexicon, sources;
    uint32_t candidates = 3;
};

FirmwareModel model_of(const ModelOption& option, const Plan& plan) {
    const std::string file = option.file();
    return {plan, sampling_settings(plan.metadata, file), file, sha256_hex(read_file(file))};
}

// A folder of our own that goes when we do.
struct TemporaryFolder {
    fs::path path =
        fs::temp_directory_path() / ("quillet-firmware-" + std::to_string(std::random_device{}()));
    ~TemporaryFolder() {
        std::error_code code;
        fs::remove_all(path, code);
    }
};

// The richest way that fits the chip: weights in SRAM before a second picture, which refreshes
// without flashing need.
std::string build(const FirmwareModel& quotes, const FirmwareModel& names, FirmwareOptions& options,
                  const fs::path& folder) {
    for (bool resident : {true, false}) {
        for (bool two_pictures : {true, false}) {
            options.resident = resident;
            options.two_pictures = two_pictures;
            try {
                return build_firmware(firmware_sources(quotes, names, options), folder);
            } catch (const Error& error) {
                const std::string what = error.what();
                const bool full =
                    what.find("SRAM:") != what.npos || what.find("`RAM'") != what.npos;
                if (!full || (!resident && !two_pictures)) throw;
            }
        }
    }
    return {};
}

int firmware(const Options& options) {
    Plan quotes_plan = options.quotes.plan(), names_plan = options.names.plan();
    FirmwareModel quotes = model_of(options.quotes, quotes_plan),
                  names = model_of(options.names, names_plan);
    FirmwareOptions parts;
    parts.panel = &panel_named(options.panel);
    parts.bridged = options.bus == "i2c";
    parts.candidates = options.candidates;
    parts.version = version();
    if (!options.lexicon.empty()) parts.lexicon_text = read_file(options.lexicon);
    if (!options.sources.empty()) {
        for (const auto& [path, text] : firmware_sources(quotes, names, parts))
            write_file(fs::path(options.sources) / path, text);
        std::printf("%s: the sources\n", options.sources.c_str());
        return 0;
    }
    TemporaryFolder folder;
    const std::string elf = build(quotes, names, parts, folder.path);
    write_file(options.output, uf2_of(flash_image(elf, "device.elf")));
    if (fs::path(options.output).extension() == ".uf2")
        write_file(fs::path(options.output).replace_extension(".elf"), elf);
    const FirmwareBill bill = bill_of(elf, "device.elf");
    std::printf(
        "%s: %s on %s; flash %lld bytes, SRAM %lld, left for the stack %lld; weights in %s\n",
        options.output.c_str(), options.panel.c_str(), options.bus.c_str(),
        static_cast<long long>(bill.image), static_cast<long long>(bill.sram),
        static_cast<long long>(bill.stack), parts.resident ? "SRAM" : "flash");
    return 0;
}

}  // namespace

Run set_up_firmware(CLI::App& command) {
    auto options = std::make_shared<Options>();
    options->names.shipped = "models/names.onnx";
    command.add_option("QUOTES", options->quotes.path, "The quotes' model (the shipped one)");
    command.add_option("NAMES", options->names.path, "The authors' model (the shipped one)");
    command
        .add_option("-o,--output", options->output,
                    "The UF2 file to write; the ELF file goes beside it")
        ->capture_default_str();
    command.add_option("--panel", options->panel, "The panel's name (quillet preview --list)")
        ->capture_default_str();
    command.add_option("--bus", options->bus, "spi, or i2c through an SC18IS602B")
        ->check(CLI::IsMember({"spi", "i2c"}))
        ->capture_default_str();
    command.add_option("--board", options->board, "The board")
        ->check(CLI::IsMember({"pico"}))
        ->capture_default_str();
    command.add_option("--candidates", options->candidates, "Quotes to choose the best from")
        ->check(CLI::Range(1, 24))
        ->capture_default_str();
    command.add_option("--lexicon", options->lexicon,
                       "Words, one a line: quotes of unknown words score less");
    command.add_option("--sources", options->sources,
                       "Write the C sources to this folder instead (for the pico-sdk)");
    return [options] { return firmware(*options); };
}

}  // namespace quillet
