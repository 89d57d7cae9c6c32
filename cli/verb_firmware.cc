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
#include "device/firmware_image.h"
#include "device/image.h"
#include "device/quote_page.h"
#include "train/text.h"

namespace quillet {

namespace {

namespace fs = std::filesystem;

struct Options : DeviceOption {
    std::string output = "device.uf2", board = "pico", lexicon, sources;
};

FirmwareModel model_of(const ModelOption& option, const Plan& plan) {
    const std::string file = option.file();
    return {plan, sampling_settings(plan.metadata, file), file, sha256_hex(read_file(file))};
}

int firmware(const Options& options) {
    if (options.sources.empty()) {
        if (fs::path(options.output).extension() == ".elf")
            throw Error(options.output,
                        "would be a UF2 file; name it .uf2, the ELF file goes beside it");
        std::vector<std::string> outputs = {options.output};
        if (fs::path(options.output).extension() == ".uf2")
            outputs.push_back(fs::path(options.output).replace_extension(".elf").string());
        require_outputs(outputs, {options.quotes.path, options.names.path, options.lexicon});
    }
    Plan quotes_plan = options.quotes.plan(nullptr, Target::cortex_m0plus),
         names_plan = options.names.plan(nullptr, Target::cortex_m0plus);
    FirmwareModel quotes = model_of(options.quotes, quotes_plan),
                  names = model_of(options.names, names_plan);
    FirmwareOptions parts;
    parts.panel = &panel_named(options.panel);
    parts.bridged = options.bridged();
    parts.candidates = options.candidates;
    parts.version = version();
    if (!options.lexicon.empty()) {
        parts.lexicon_text = read_file(options.lexicon);
        train::read_lines(parts.lexicon_text, options.lexicon);  // throws where it is no text
    }
    if (!options.sources.empty()) {
        parts.for_sdk = true;
        parts.weights_ram = 184 << 10;
        const auto sources = firmware_sources(quotes, names, parts);
        std::vector<std::string> outputs;
        for (const auto& [name, text] : sources)
            outputs.push_back((fs::path(options.sources) / name).string());
        require_outputs(outputs, {options.quotes.path, options.names.path, options.lexicon});
        write_files(options.sources, sources);
        std::printf("%s: the sources\n", options.sources.c_str());
        return 0;
    }
    TemporaryFolder folder;
    const FirmwareProgram program = build_device(quotes, names, parts, folder.path());
    if (!program.warnings.empty())
        std::fprintf(stderr, "the compiler warned:\n%s", program.warnings.c_str());
    write_file(options.output, uf2_of(flash_image(program.elf, "device.elf")));
    if (fs::path(options.output).extension() == ".uf2")
        write_file(fs::path(options.output).replace_extension(".elf"), program.elf);
    std::printf("%s: %s on %s; flash %lld bytes, SRAM %lld, left for the stack %lld\n",
                options.output.c_str(), options.panel.c_str(), options.bus.c_str(),
                static_cast<long long>(program.bill.image),
                static_cast<long long>(program.bill.sram),
                static_cast<long long>(program.bill.stack));
    if (program.weights_in_flash > 0) {
        std::printf(
            "%lld bytes of weights stay in flash, where reading them takes long; quillet quantize "
            "makes models smaller\n",
            static_cast<long long>(program.weights_in_flash));
    }
    if (!program.two_pictures)
        std::printf("no room to remember the panel's picture: every refresh flashes\n");
    return 0;
}

}  // namespace

Run set_up_firmware(CLI::App& command) {
    auto options = std::make_shared<Options>();
    options->add_to(command);
    options->add_bus_to(command);
    command
        .add_option("-o,--output", options->output,
                    "The UF2 file to write; the ELF file goes beside it")
        ->capture_default_str();
    command.add_option("--board", options->board, "The board")
        ->check(CLI::IsMember({"pico"}))
        ->capture_default_str();
    command.add_option("--lexicon", options->lexicon,
                       "Words, one a line: quotes of unknown words score less");
    command.add_option("--sources", options->sources,
                       "Write the C sources to this folder instead (for the pico-sdk)");
    return [options] { return firmware(*options); };
}

}  // namespace quillet
