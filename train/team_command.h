// What rank 0 tells the others.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "train/team.h"

namespace quillet::train {

enum class Order : int32_t {
    share,   // bytes: the text
    begin,   // bytes: a recipe's JSON, a newline, parameters; makes an engine
    reset,   // Engine's functions
    epoch,   // shuffle
    window,  // window, rates
    validate,
    states,
    set_state,  // bytes: the whole training's EngineState
    trials,     // recipes follow as messages
    end
};

// Sent as its bytes: ranks run one program on one kind of machine.
struct Team::Command {
    Order order = Order::end;
    int32_t window = 0;
    uint64_t shuffle = 0;
    WindowRates rates = {};
    uint64_t bytes = 0;  // that follow
};

}  // namespace quillet::train
