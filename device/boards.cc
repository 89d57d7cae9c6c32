// Boards as a person names them, with single pins moved.
// SPDX-License-Identifier: MIT
#include "device/boards.h"

#include <charconv>
#include <map>
#include <set>

#include "base/error.h"

namespace quillet {

namespace {

constexpr int kGpios = 30;

int pin_named(const std::string& name) {
    std::string names;
    for (int i = 0; i < QUILLET_PIN_COUNT; i++) {
        if (name == quillet_pin_names[i]) return i;
        names += (i ? ", " : "") + std::string(quillet_pin_names[i]);
    }
    throw Error("--pins", "no pin '" + name + "'; there are " + names);
}

// What a GPIO must be by its number (RP2040 data sheet 1.4.3, RP2350 data sheet 1.2.3): "" where it
// will do.
std::string unfit(int pin, int gpio) {
    switch (pin) {
        case QUILLET_PIN_SCK:
            return gpio % 4 == 2 ? "" : "an SPI clock: GPIO 2, 6, 10, 14, 18, 22 or 26";
        case QUILLET_PIN_MOSI:
            return gpio % 4 == 3 ? "" : "an SPI output: GPIO 3, 7, 11, 15, 19, 23 or 27";
        case QUILLET_PIN_SDA:
            return gpio % 2 == 0 ? "" : "an I2C data pin: an even GPIO";
        case QUILLET_PIN_SCL:
            return gpio % 2 == 1 ? "" : "an I2C clock pin: an odd GPIO";
        case QUILLET_PIN_LOG:
            return gpio % 4 == 0 ? "" : "a UART output: GPIO 0, 4, 8, 12, 16, 20, 24 or 28";
        case QUILLET_PIN_SUPPLY:
        case QUILLET_PIN_REFERENCE:
            return gpio >= 26 ? "" : "an ADC input: GPIO 26 to 29";
        default:
            return "";
    }
}

void check_instances(const quillet_board& board) {
    const auto& pins = board.pins;
    if (pins[QUILLET_PIN_SCK] >= 0 &&
        (pins[QUILLET_PIN_SCK] >> 3 & 1) != (pins[QUILLET_PIN_MOSI] >> 3 & 1)) {
        throw Error("--pins",
                    "sck and mosi are of two SPI ports: expected both of GPIO 0 to 7 and "
                    "16 to 23, or both of the others");
    }
    if (pins[QUILLET_PIN_SDA] >= 0 &&
        (pins[QUILLET_PIN_SDA] >> 1 & 1) != (pins[QUILLET_PIN_SCL] >> 1 & 1))
        throw Error("--pins", "sda and scl are of two I2C ports; expected neighbors such as 4, 5");
}

void check_uses(const quillet_board& board) {
    std::map<int, int> users;
    for (int pin = 0; pin < QUILLET_PIN_COUNT; pin++) {
        const int gpio = board.pins[pin];
        if (gpio < 0) continue;
        if (auto [at, is_new] = users.emplace(gpio, pin); !is_new) {
            throw Error("--pins", "GPIO " + std::to_string(gpio) + " is both " +
                                      quillet_pin_names[at->second] + " and " +
                                      quillet_pin_names[pin] + "; move one of them, or name=none");
        }
    }
}

void move_pin(quillet_board& board, const std::string& word) {
    const size_t sign = word.find('=');
    if (sign == word.npos)
        throw Error("--pins", "'" + word + "' is no NAME=GPIO; expected for example busy=22");
    const int pin = pin_named(word.substr(0, sign));
    const std::string value = word.substr(sign + 1);
    int gpio = QUILLET_NO_PIN;
    if (value != "none") {
        const char* end = value.data() + value.size();
        const auto [at, error] = std::from_chars(value.data(), end, gpio);
        if (error != std::errc() || at != end || gpio < 0 || gpio >= kGpios)
            throw Error("--pins", "'" + word + "': expected a GPIO from 0 to 29, or none");
        if (const std::string what = unfit(pin, gpio); !what.empty())
            throw Error("--pins", "'" + word + "': " + quillet_pin_names[pin] + " must be " + what);
        if (board.pins[pin] != gpio && (board.inside >> gpio & 1))
            throw Error("--pins", "'" + word + "': GPIO " + value + " is not led out of a " +
                                      board.name + "; expected another");
    } else if (pin <= QUILLET_PIN_BUSY) {
        throw Error("--pins", "'" + word + "': the panel needs it");
    }
    board.pins[pin] = static_cast<int8_t>(gpio);
}

// Leaves out the pins of the bus that the panel is not on.
void keep_bus(quillet_board& board, bool bridged) {
    for (quillet_pin pin : {QUILLET_PIN_CS, QUILLET_PIN_DC, QUILLET_PIN_RESET, QUILLET_PIN_BUSY,
                            QUILLET_PIN_SCK, QUILLET_PIN_MOSI}) {
        if (bridged) board.pins[pin] = QUILLET_NO_PIN;
    }
    for (quillet_pin pin : {QUILLET_PIN_SDA, QUILLET_PIN_SCL}) {
        if (!bridged) board.pins[pin] = QUILLET_NO_PIN;
    }
}

}  // namespace

quillet_board board_named(const std::string& name) {
    std::string names;
    for (int i = 0; i < quillet_board_count; i++) {
        if (name == quillet_boards[i].name) return quillet_boards[i];
        names += (i ? ", " : "") + std::string(quillet_boards[i].name);
    }
    throw Error("--board", "no board '" + name + "'; there are " + names);
}

void move_pins(quillet_board& board, const std::string& pins, bool bridged) {
    std::set<std::string> moved;
    for (size_t at = 0; at < pins.size();) {
        const size_t end = std::min(pins.find(',', at), pins.size());
        const std::string word = pins.substr(at, end - at), name = word.substr(0, word.find('='));
        move_pin(board, word);
        if (!moved.insert(name).second)
            throw Error("--pins", "'" + word + "': " + name + " is given twice; give it once");
        at = end + 1;
    }
    keep_bus(board, bridged);
    check_instances(board);
    check_uses(board);
}

std::string board_text(const quillet_board& board) {
    std::string pins;
    for (int8_t gpio : board.pins) pins += (pins.empty() ? "" : ", ") + std::to_string(gpio);
    return "static const quillet_board board = {\n    .name = \"" + std::string(board.name) +
           "\",\n    .chip = " +
           (board.chip == QUILLET_RP2350 ? "QUILLET_RP2350" : "QUILLET_RP2040") +
           ",\n    .pins = {" + pins +
           "}, /* by quillet_pin */\n    .button_level = " + std::to_string(board.button_level) +
           ",\n    .reference_mv = " + std::to_string(board.reference_mv) +
           ",\n    .supply_divisor = " + std::to_string(board.supply_divisor) +
           ",\n};\nconst quillet_board* const quillet_this_board = &board;\n\n";
}

std::string board_list() {
    std::string text;
    for (int i = 0; i < quillet_board_count; i++) {
        const quillet_board& board = quillet_boards[i];
        text += std::string(board.name) + ": " + board.description + "\n   ";
        for (int pin = 0; pin < QUILLET_PIN_COUNT; pin++) {
            if (board.pins[pin] >= 0)
                text += std::string(" ") + quillet_pin_names[pin] + "=" +
                        std::to_string(board.pins[pin]);
        }
        text += "\n";
    }
    return text;
}

}  // namespace quillet
