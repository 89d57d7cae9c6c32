/* Shows a picture on a panel: runs its tables over a bus, waits for BUSY, tries again on failure.
 * SPDX-License-Identifier: MIT */
#ifndef EINK_DRIVER_H
#define EINK_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "canvas.h"
#include "panel.h"

#ifdef __cplusplus
extern "C" {
#endif

enum eink_bus_error {
    EINK_BUS_NO_ANSWER = -10, /* the bus's other end does not acknowledge */
    EINK_BUSY_STUCK = -11,    /* BUSY did not become idle in time */
    EINK_BUSY_NEVER = -12     /* a refresh whose BUSY never came: no panel, or it took no command */
};

/* The wires to a panel. Each function that returns one returns 0 or more, or an eink_bus_error. */
typedef struct eink_bus {
    void* context;
    int (*command)(void* context, uint8_t code);                    /* one byte with D/C low */
    int (*data)(void* context, const uint8_t* bytes, size_t count); /* with D/C high */
    int (*set_reset)(void* context, int level);
    int (*busy)(void* context); /* the level of BUSY, 0 or 1 */
    void (*delay_ms)(void* context, uint32_t ms);
    /* Told of every failure, for the log: which attempt (from 1), the error, the last command sent,
     * the limit that passed. */
    void (*failed)(void* context, int attempt, int error, uint8_t command, uint32_t waited_ms);
    void (*rest)(void* context); /* the panel sleeps: what is between may as well */
} eink_bus;

enum { EINK_ATTEMPTS = 3 };

/* Shows `picture` (panel->width x height). With `old`, what the panel shows now, the refresh is a
 * partial one, without flashing; with NULL a full one. Then the panel is put to deep sleep, also
 * after a failure. Failed attempts begin again with a reset, the later ones with a full refresh.
 * Returns 0 or the last attempt's error. */
int eink_show(const eink_panel* panel, const eink_bus* bus, const eink_canvas* picture,
              const eink_canvas* old);

/* Writes RAM row `row` of `picture` as the panel wants it (ram_columns / 8 bytes, 1 being white) to
 * `bytes`. */
void eink_ram_row(const eink_panel* panel, const eink_canvas* picture, int row, uint8_t* bytes);

#ifdef __cplusplus
}
#endif

#endif
