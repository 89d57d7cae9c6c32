// quillet device: simulates the device on this machine and writes what its panel shows.
// SPDX-License-Identifier: MIT
#include <cstdio>
#include <filesystem>
#include <memory>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "cli/device_option.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "device/host_text_model.h"
#include "device/panel_picture.h"
#include "device/quote_page.h"
#include "device/simulation.h"
#include "run/word_filter.h"

namespace quillet {

namespace {

struct DeviceArguments : DeviceOption {
    std::string output = "pictures";
    uint32_t quotes_count = 3, salt = 0;
    bool six_hours = false, frame = false;
};

// What the panel's glass shows.
Picture picture_of(const PanelModel& panel, bool frame) {
    const int width = panel.panel().width, height = panel.panel().height;
    Bytes bytes(static_cast<size_t>(EINK_CANVAS_BYTES(width, height)));
    eink_canvas canvas;
    eink_canvas_begin(&canvas, width, height, bytes.data());
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) eink_set(&canvas, x, y, panel.ink_at(x, y));
    }
    return frame ? framed_picture(canvas, 2) : panel_picture(canvas, 1);
}

void live(const DeviceArguments& options, Simulation& simulation, bool is_clock) {
    for (uint32_t i = 1; i <= options.quotes_count; i++) {
        const int shown = simulation.panel().refreshes;
        std::printf("--- day %.2f\n",
                    static_cast<double>(simulation.seconds()) / static_cast<double>(QUILLET_DAY_S));
        const uint32_t seconds = simulation.turn(i == 1 ? QUILLET_WAKE_POWER : QUILLET_WAKE_ALARM);
        std::printf("asleep, s %u\n", seconds);
        if (simulation.panel().refreshes == shown) continue;
        const std::string name = (is_clock ? "minute-" : "quote-") + std::to_string(i) + ".png";
        const std::string file = (std::filesystem::path(options.output) / name).string();
        require_output(file, options.inputs());
        write_file(file, png_of(picture_of(simulation.panel(), options.frame)));
        std::printf("%s\n", file.c_str());
    }
}

int device(const DeviceArguments& options) {
    SimulationSettings settings;
    settings.panel = &panel_named(options.panel);
    const eink_style style = options.style();
    settings.german_marks = options.german_marks();
    const std::unique_ptr<Collection> texts = options.collection(style);
    settings.collection = texts ? &texts->collection() : nullptr;
    settings.candidates = options.candidates;
    settings.bridged = options.bridged();
    settings.six_hours = options.six_hours;
    settings.salt = options.salt ? options.salt : std::random_device{}();
    Plan quotes, names;
    std::optional<WordFilter> filter;
    quillet_word_filter words{};
    std::unique_ptr<HostTextModel> quotes_voice, names_voice;
    if (options.has_models()) {
        quotes = options.quotes.plan(), names = options.names.plan();
        options.require_lines(quotes, names, style);
        const std::string quotes_file = options.quotes.file(), names_file = options.names.file();
        quotes_voice = std::make_unique<HostTextModel>(quotes, quotes_file);
        if ((filter = word_filter_of(quotes.metadata, quotes_file))) {
            words = filter->view();
            settings.words = &words;
        }
        names_voice = std::make_unique<HostTextModel>(names, names_file);
        settings.quotes = &quotes_voice->voice();
        settings.names = &names_voice->voice();
    }
    Simulation simulation(settings);
    simulation.on_log = [](const char* text) { std::fputs(text, stdout); };
    live(options, simulation, texts && texts->collection().is_clock);
    return 0;
}

}  // namespace

Run set_up_device(Command& command) {
    auto options = std::make_shared<DeviceArguments>();
    options->add_to(command);
    options->add_bus_to(command);
    // Old command lines have it: simulating is all that the verb does.
    command.add_ignored_flag("--simulate");
    command.add_option("-n,--count", options->quotes_count, "Quotes to simulate")
        ->check(whole_between(1, 1000000))
        ->shows_default();
    command.add_option("-o,--output", options->output, "The folder for the PNG files")
        ->shows_default();
    command.add_option("--salt", options->salt,
                       "What the hardware's randomness gives at the first start; 0: a new one");
    command.add_flag("--six-hours", options->six_hours, "Four quotes a day");
    command.add_flag("--frame", options->frame, "Draw the panel in a frame");
    return [options] { return device(*options); };
}

}  // namespace quillet
