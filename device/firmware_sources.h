// The sources of a device's program with two models, or texts of a person's own, for a panel.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compile/plan.h"
#include "device/boards.h"
#include "device/collection.h"
#include "eink/panel.h"
#include "run/sampling.h"
#include "run/word_filter.h"

namespace quillet {

// A model for the device.
struct FirmwareModel {
    const Plan& plan;
    SamplingSettings sampling;
    std::string file;  // what it was read from, for messages and banners
    std::string hash;  // SHA-256 of that file
};

struct FirmwareOptions {
    const eink_panel* panel = nullptr;
    quillet_board board{};                   // with the pins that were moved
    const Collection* collection = nullptr;  // texts beside or instead of the models
    int cells = 3;                           // of the battery
    int turn_a_boots = 0;                    // with a timer that cuts the power
    bool german_marks = false;               // around quotes, instead of English ones
    bool bridged = false;                    // I2C through an SC18IS602B instead of SPI
    uint32_t candidates = 48;                // quotes to choose from
    std::optional<WordFilter> words;         // by which quotes are ranked
    int64_t weights_ram = 0;                 // SRAM that the models' weights may take, in turns
    bool for_sdk = false;      // the quotes' weights in the SDK's section, the names' in flash
    bool two_pictures = true;  // remember what the panel shows, for refreshes without flashing
    std::string version;       // of the tool
};

// Source files of the parts that differ from device to device: NAME -> text. "quotes.c", "names.c"
// and their headers, "fonts.c" with the letters that the models can write, "device_parts.c".
// No models: NULL both.
std::map<std::string, std::string> firmware_sources(const FirmwareModel* quotes,
                                                    const FirmwareModel* names,
                                                    const FirmwareOptions& options);

// What the kernels of a chip's cores are.
Target target_of(quillet_chip chip);

}  // namespace quillet
