// What the verbs of the device share: its two models, its panel and the panel's bus.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/model_option.h"
#include "device/collection.h"
#include "run/sampling.h"

namespace quillet {

struct DeviceOption {
    ModelOption quotes, names = {.shipped = "models/names.onnx"};
    std::string panel = "ssd1683-400x300", bus = "spi";
    std::string texts, time = "12:00";  // --quotes FILE, --time
    std::string marks = "english";
    uint32_t candidates = 48;

    // QUOTES, NAMES, --panel and --candidates of a command line.
    void add_to(Command& command);
    // --bus, where the device is driven.
    void add_bus_to(Command& command);

    bool german_marks() const { return marks == "german"; }
    // How quotes are set on the panel, with the marks that were asked for. Throws Error for a panel
    // that there is not.
    eink_style style() const;
    bool bridged() const { return bus == "i2c"; }
    // The files that are read, none of which an output may replace; some may be empty.
    std::vector<std::string> inputs() const { return {quotes.path, names.path, texts}; }
    // Whether there are models: unless --quotes stands alone.
    bool has_models() const { return texts.empty() || !quotes.path.empty(); }
    // The file of --quotes, NULL without one. Throws Error as Collection does, and for a clock beside
    // models.
    std::unique_ptr<Collection> collection(const eink_style& style) const;
    // Throws Error where lines of the models' plans cannot be shown on a panel; warns on stderr where
    // some cannot.
    void require_lines(const Plan& quotes_plan, const Plan& names_plan,
                       const eink_style& style) const;
};

}  // namespace quillet
