/* Lines for the log, put together without stdio.
 * SPDX-License-Identifier: MIT */
#include "text_log.h"

void quillet_log_text(const quillet_hal* hal, const char* text) {
    hal->log(hal->context, text);
}

void quillet_log_unsigned(const quillet_hal* hal, uint32_t number) {
    char digits[11];
    char* digit = digits + sizeof digits - 1;
    *digit = 0;
    do {
        *--digit = (char)('0' + number % 10u);
        number /= 10u;
    } while (number);
    hal->log(hal->context, digit);
}

void quillet_log_number(const quillet_hal* hal, int32_t number) {
    if (number < 0) hal->log(hal->context, "-");
    quillet_log_unsigned(hal, number < 0 ? 0u - (uint32_t)number : (uint32_t)number);
}

void quillet_log_value(const quillet_hal* hal, const char* name, uint32_t number) {
    hal->log(hal->context, name);
    hal->log(hal->context, " ");
    quillet_log_unsigned(hal, number);
    hal->log(hal->context, "\n");
}
