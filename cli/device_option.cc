// What the verbs of the device share: its two models, its panel and the panel's bus.
// SPDX-License-Identifier: MIT
#include "cli/device_option.h"

#include "firmware/quote.h"

namespace quillet {

void DeviceOption::add_to(CLI::App& command) {
    command.add_option("QUOTES", quotes.path, "The quotes' model (the shipped one)");
    command.add_option("NAMES", names.path, "The authors' model (the shipped one)");
    command.add_option("--panel", panel, "The panel's name (quillet preview --list)")
        ->capture_default_str();
    command.add_option("--candidates", candidates, "Quotes to choose the best from, at most")
        ->check(CLI::Range(1, QUILLET_TRIES_MAX + 0))
        ->capture_default_str();
}

void DeviceOption::add_bus_to(CLI::App& command) {
    command.add_option("--bus", bus, "spi, or i2c through an SC18IS602B")
        ->check(CLI::IsMember({"spi", "i2c"}))
        ->capture_default_str();
}

}  // namespace quillet
