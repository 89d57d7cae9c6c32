/* Waveforms of our own for the partial refresh of UltraChip controllers, whose memory has none, and
 * what their tables have in common.
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

/* The tables of UC8151 and UC8176, in black and white with the full waveform from memory: `power` and
 * `size` are rows, `setting` is PSR's byte, `vcom` VDCS's. */
#define EINK_UC81_FULL(power, setting, size)                                          \
    EINK_RESET(10), EINK_WAIT(1, 500), power, EINK_COMMAND_WITH(0x00, setting), size, \
        EINK_COMMAND_WITH(0x50, 0x97), /* CDI: white border, ten lines of VCOM */     \
        EINK_FRAME(0x10, EINK_FRAME_OLD), EINK_FRAME(0x13, EINK_FRAME_NEW),           \
        EINK_REFRESH(0x12, 20000), /* DRF */                                          \
        EINK_END
#define EINK_UC81_PARTIAL(power, setting, size, vcom)                                              \
    EINK_RESET(10), EINK_WAIT(1, 500), power, EINK_COMMAND_WITH(0x00, setting), size,              \
        EINK_COMMAND_WITH(0x30, 0x3A),                                /* PLL: 100 Hz */            \
        EINK_COMMAND_WITH(0x82, vcom), EINK_COMMAND_WITH(0x50, 0xD7), /* CDI: border floats */     \
        EINK_PARTIAL_WAVEFORM, EINK_FRAME(0x10, EINK_FRAME_OLD), EINK_FRAME(0x13, EINK_FRAME_NEW), \
        EINK_REFRESH(0x12, 10000), /* DRF */                                                       \
        EINK_END
#define EINK_UC81_SLEEP                                                                 \
    EINK_COMMAND_WITH(0x50, 0xF7),                         /* CDI: the border floats */ \
        EINK_COMMAND(0x02),                                /* POF */                    \
        EINK_WAIT(1, 2000), EINK_COMMAND_WITH(0x07, 0xA5), /* DSLP */                   \
        EINK_END

#endif
