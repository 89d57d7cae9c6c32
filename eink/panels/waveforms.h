/* Waveforms of our own for the partial refresh of UltraChip controllers, whose memory has none.
 * SPDX-License-Identifier: MIT
 *
 * By the data sheets of UC8176, UC8151 and UC8179: a phase group is a byte of four levels (00 ground, 01
 * VDH, which blackens, 10 VDL, which whitens), four lengths in frames (10 ms each at 100 Hz) and a
 * repeat count; the rest of the registers is zero. A pixel that changes is driven away first and
 * then home for as long, so that no charge stays; one that does not is left at ground. */
#ifndef EINK_WAVEFORMS_H
#define EINK_WAVEFORMS_H

#include <stdint.h>

/* Known drivers drive a pixel for 25 to 32 frames; fewer leave it grey. */
enum { EINK_PARTIAL_FRAMES = 28 };

static const uint8_t eink_wave_still_44[44] = {0x00, EINK_PARTIAL_FRAMES, EINK_PARTIAL_FRAMES, 1, 0,
                                               1};
static const uint8_t eink_wave_still_42[42] = {0x00, EINK_PARTIAL_FRAMES, EINK_PARTIAL_FRAMES, 1, 0,
                                               1};
static const uint8_t eink_wave_to_white[42] = {0x60, EINK_PARTIAL_FRAMES, EINK_PARTIAL_FRAMES, 1, 0,
                                               1};
static const uint8_t eink_wave_to_black[42] = {0x90, EINK_PARTIAL_FRAMES, EINK_PARTIAL_FRAMES, 1, 0,
                                               1};

/* Registers 20h VCOM, 21h white to white, 22h black to white, 23h white to black, 24h black to
 * black. */
#define EINK_PARTIAL_WAVEFORM                                                                   \
    EINK_COMMAND_TABLE(0x20, eink_wave_still_44), EINK_COMMAND_TABLE(0x21, eink_wave_still_42), \
        EINK_COMMAND_TABLE(0x22, eink_wave_to_white),                                           \
        EINK_COMMAND_TABLE(0x23, eink_wave_to_black), EINK_COMMAND_TABLE(0x24, eink_wave_still_42)

#endif
