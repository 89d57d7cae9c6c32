// Boards as a person names them, with single pins moved.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "firmware/board.h"

namespace quillet {

// The board of that name. Throws Error that lists the names there are.
quillet_board board_named(const std::string& name);

// Moves pins: "busy=22,done=2,piezo=none", by quillet_pin_names. The pins of the bus that the panel is
// not on are left out: they cost current, and others may take them. Throws Error("--pins", …) for a
// name or a number that is none, two uses of one pin, and what a pin of that number cannot do: the
// serial ports and the ADC have pins of their own, and some are not led out of the board.
void move_pins(quillet_board& board, const std::string& pins, bool bridged);

// "static const quillet_board board = {…};" and the pointer to it that the program looks for.
std::string board_text(const quillet_board& board);

// The boards' table for a person: name, chip, and what GPIO each pin is.
std::string board_list();

}  // namespace quillet
