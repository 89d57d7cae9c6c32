/* Writes the flash that the program lies in: from SRAM, without the boot ROM (data sheet 4.10;
 * command set of W25Q16JV).
 * SPDX-License-Identifier: MIT
 *
 * Nothing here may be fetched from flash between leave() and enter(): no calls out of this file, no
 * library functions that the compiler puts in, no constants out of .rodata. The emulator's flash
 * stops the run when that happens. */
#include "board.h"
#include "flash_interface.h"
#include "registers.h"

#define IN_SRAM                                               \
    __attribute__((section(".time_critical.flash"), noinline, \
                   optimize("no-tree-loop-distribute-patterns,no-jump-tables")))

enum {
    WRITE_ENABLE = 0x06,
    READ_STATUS = 0x05,
    ERASE_SECTOR = 0x20,
    WRITE_PAGE = 0x02,
    WORKING = 1
};
enum { SELECT_LOW = 2 << 8, SELECT_HIGH = 3 << 8, RECEIVED = 1 << 3, PAGE = 256 };

/* Takes the interface from the cache: bytes by hand from here. */
IN_SRAM static void leave(void) {
    *quillet_at(SSI_BASE + SSI_ENABLE) = 0;
    *quillet_at(SSI_BASE + SSI_CONTROL_0) = SSI_CONTROL_0_BYTES;
    *quillet_at(SSI_BASE + SSI_CONTROL_1) = 0;
    *quillet_at(SSI_BASE + SSI_ENABLE) = 1;
}

/* Gives it back, as boot2.S set it up, and empties the cache. */
IN_SRAM static void enter(void) {
    *quillet_at(IO_QSPI_SELECT) = 0;
    *quillet_at(SSI_BASE + SSI_ENABLE) = 0;
    *quillet_at(SSI_BASE + SSI_BAUD) = SSI_CLOCK_DIVISOR;
    *quillet_at(SSI_BASE + SSI_CONTROL_0) = SSI_CONTROL_0_READ;
    *quillet_at(SSI_BASE + SSI_CONTROL_1) = 0;
    *quillet_at(SSI_BASE + SSI_READ_COMMAND) = SSI_READ_COMMAND_03;
    *quillet_at(SSI_BASE + SSI_ENABLE) = 1;
    *quillet_at(XIP_FLUSH) = 1;
    (void)*quillet_at(XIP_FLUSH); /* waits until it is empty */
}

IN_SRAM static uint32_t exchange(uint32_t byte) {
    *quillet_at(SSI_BASE + SSI_DATA) = byte;
    while (!(*quillet_at(SSI_BASE + SSI_STATUS) & RECEIVED)) {
    }
    return *quillet_at(SSI_BASE + SSI_DATA);
}

/* Reads the level back, which waits until it is written. */
IN_SRAM static void select_chip(uint32_t level) {
    *quillet_at(IO_QSPI_SELECT) = level;
    (void)*quillet_at(IO_QSPI_SELECT);
}

/* One command, with an address of three bytes if it is not negative, and `count` bytes behind. */
IN_SRAM static void command(uint32_t code, int32_t address, const volatile uint8_t* bytes,
                            uint32_t count) {
    select_chip(SELECT_LOW);
    exchange(code);
    if (address >= 0) {
        exchange((uint32_t)address >> 16 & 0xFFu);
        exchange((uint32_t)address >> 8 & 0xFFu);
        exchange((uint32_t)address & 0xFFu);
    }
    for (uint32_t i = 0; i < count; i++) exchange(bytes[i]);
    select_chip(SELECT_HIGH);
}

/* Enables writing, gives the command and waits until the flash has done it. */
IN_SRAM static void change(uint32_t code, uint32_t address, const volatile uint8_t* bytes,
                           uint32_t count) {
    uint32_t status;
    __asm volatile("cpsid i" ::: "memory");
    leave();
    command(WRITE_ENABLE, -1, 0, 0);
    command(code, (int32_t)address, bytes, count);
    do {
        select_chip(SELECT_LOW);
        exchange(READ_STATUS);
        status = exchange(0);
        select_chip(SELECT_HIGH);
    } while (status & WORKING);
    enter();
    __asm volatile("cpsie i" ::: "memory");
}

void board_flash_erase(uint32_t address) {
    change(ERASE_SECTOR, address, 0, 0);
}

void board_flash_write(uint32_t address, const uint8_t* bytes) {
    volatile uint8_t page[PAGE]; /* in SRAM, wherever `bytes` lie */
    for (int i = 0; i < PAGE; i++) page[i] = bytes[i];
    change(WRITE_PAGE, address, page, PAGE);
}
