/* The serial flash interface's registers as C and assembly use them (RP2040 data sheet 4.10).
 * SPDX-License-Identifier: MIT */
#ifndef QUILLET_FLASH_INTERFACE_H
#define QUILLET_FLASH_INTERFACE_H

#define SSI_BASE 0x18000000
#define SSI_CONTROL_0 0x00
#define SSI_CONTROL_1 0x04
#define SSI_ENABLE 0x08
#define SSI_BAUD 0x14
#define SSI_STATUS 0x28
#define SSI_DATA 0x60
#define SSI_READ_COMMAND 0xF4

#define SSI_CLOCK_DIVISOR 4            /* 33 MHz at 133; 03h is good for 50 */
#define SSI_CONTROL_0_READ 0x001F0300  /* 32 bits a frame; send command and address, then receive */
#define SSI_READ_COMMAND_03 0x03000218 /* command 03h of 8 bits, address of 24, all on one wire */
#define SSI_CONTROL_0_BYTES 0x00070000 /* 8 bits a frame, sent and received at once */

#define VECTORS 0x10000100 /* the program's: right behind the second stage */
#define VECTOR_TABLE_OFFSET 0xE000ED08

#endif
