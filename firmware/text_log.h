/* Lines for the log, put together without stdio.
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_TEXT_LOG_H
#define QUILLET_TEXT_LOG_H

#include "hal.h"

#ifdef __cplusplus
extern "C" {
#endif

void quillet_log_text(const quillet_hal* hal, const char* text);
void quillet_log_number(const quillet_hal* hal, int32_t number);
void quillet_log_unsigned(const quillet_hal* hal, uint32_t number);

/* "NAME NUMBER\n". */
void quillet_log_value(const quillet_hal* hal, const char* name, uint32_t number);

#ifdef __cplusplus
}
#endif

#endif
