/* The bare RP2040's table of functions.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_HAL_RP2040_H
#define QUILLET_HAL_RP2040_H

#include "firmware/hal.h"

extern const quillet_hal quillet_hal_rp2040;

#endif
