/* What the tables of Solomon Systech's SSD1680 and SSD1683 have in common, by their data sheets.
 * SPDX-License-Identifier: MIT
 *
 * RAM 24h holds the picture, RAM 26h the old one; 1 is white. BUSY is high while busy. */
#ifndef EINK_SSD16_H
#define EINK_SSD16_H

#define EINK_SSD16_BEGIN(rows)                                                                  \
    EINK_RESET(10), EINK_WAIT(1, 500), EINK_COMMAND(0x12),                                      \
        EINK_WAIT(10, 500),                                                /* software reset */ \
        EINK_COMMAND_WITH(0x01, ((rows)-1) & 0xFF, ((rows)-1) >> 8, 0x00), /* so many gates */  \
        EINK_COMMAND_WITH(0x18, 0x80) /* the controller's own thermometer */

#define EINK_SSD16_WINDOW(columns, rows)                                               \
    EINK_COMMAND_WITH(0x11, 0x03),                        /* x then y, both growing */ \
        EINK_COMMAND_WITH(0x44, 0x00, (columns) / 8 - 1), /* x: bytes */               \
        EINK_COMMAND_WITH(0x45, 0x00, 0x00, ((rows)-1) & 0xFF, ((rows)-1) >> 8) /* y: rows */

#define EINK_SSD16_PICTURE(ram, frame) \
    EINK_COMMAND_WITH(0x4E, 0x00), EINK_COMMAND_WITH(0x4F, 0x00, 0x00), EINK_FRAME(ram, frame)

#define EINK_SSD16_BORDER_WHITE EINK_COMMAND_WITH(0x3C, 0x05) /* it follows white */
#define EINK_SSD16_BORDER_STAYS EINK_COMMAND_WITH(0x3C, 0x80)

/* Power on, thermometer, waveform, mode 1, power off. */
#define EINK_SSD16_REFRESH EINK_COMMAND_WITH(0x22, 0xF7), EINK_REFRESH(0x20, 20000), EINK_END

/* The old picture, the new one, and a refresh by `update`. */
#define EINK_SSD16_REFRESH_IN_PART(update)                                              \
    EINK_SSD16_PICTURE(0x26, EINK_FRAME_OLD), EINK_SSD16_PICTURE(0x24, EINK_FRAME_NEW), \
        EINK_COMMAND_WITH(0x22, update), EINK_REFRESH(0x20, 10000), EINK_END
enum {
    EINK_SSD16_BY_MEMORY = 0xFF, /* as a full one in mode 2: only pixels that change */
    EINK_SSD16_BY_HOST = 0xCF    /* power on, mode 2 with the waveform that was sent, power off */
};

/* Deep sleep mode 1. BUSY stays high in it. */
#define EINK_SSD16_SLEEP EINK_COMMAND_WITH(0x10, 0x01), EINK_DELAY(10), EINK_END

/* Of the SSD1680, whose RAM is 128 wide. */
#define EINK_SSD1680_SET_UP(rows)                                                         \
    EINK_SSD16_BEGIN(rows), EINK_COMMAND_WITH(0x21, 0x00, 0x80), /* sources S8 to S167 */ \
        EINK_SSD16_WINDOW(128, rows)
#define EINK_SSD1680_FULL(rows)                                                                   \
    EINK_SSD1680_SET_UP(rows), EINK_SSD16_BORDER_WHITE, EINK_SSD16_PICTURE(0x24, EINK_FRAME_NEW), \
        EINK_SSD16_PICTURE(0x26, EINK_FRAME_NEW), EINK_SSD16_REFRESH

#endif
