// What the verbs of the device share: its two models, its panel and the panel's bus.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "cli/model_option.h"

namespace quillet {

struct DeviceOption {
    ModelOption quotes, names = {"", "models/names.onnx", ""};
    std::string panel = "ssd1683-400x300", bus = "spi";
    uint32_t candidates = 4;

    // QUOTES, NAMES, --panel and --candidates of a command line.
    void add_to(CLI::App& command);
    // --bus, where the device is driven.
    void add_bus_to(CLI::App& command);

    bool bridged() const { return bus == "i2c"; }
};

}  // namespace quillet
