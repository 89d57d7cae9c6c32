/* Plain text made ready for print: UTF-8 to codes, a typewriter's marks to a typographer's.
 * SPDX-License-Identifier: MIT */
#ifndef EINK_PROSE_H
#define EINK_PROSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum eink_error {
    EINK_EMPTY = -1,    /* no letters in it */
    EINK_BAD_UTF8 = -2, /* not UTF-8, or a character beyond U+FFFF */
    EINK_TOO_LONG = -3, /* more codes, words or lines than there is room for */
    EINK_NO_GLYPH = -4, /* a character that the font lacks */
    EINK_NO_FIT = -5    /* even the smallest size does not fit */
};

/* The marks that a quote stands in. */
enum eink_marks { EINK_MARKS_NONE, EINK_MARKS_ENGLISH, EINK_MARKS_GERMAN };

enum {
    EINK_CODE_OPEN = 0x201C,
    EINK_CODE_CLOSE = 0x201D,
    EINK_CODE_OPEN_INNER = 0x2018,
    EINK_CODE_CLOSE_INNER = 0x2019,
    EINK_CODE_EN_DASH = 0x2013,
    EINK_CODE_EM_DASH = 0x2014,
    EINK_CODE_ELLIPSIS = 0x2026,
    EINK_CODE_LOW_OPEN = 0x201E, /* German: what is EINK_CODE_OPEN elsewhere closes there */
    EINK_CODE_LOW_OPEN_INNER = 0x201A,
    EINK_CODE_SOFT_HYPHEN = 0xAD
};

/* Writes the codes of `text` (`length` bytes of UTF-8) to `codes`, at most `room` of them, and
 * returns how many, or an eink_error. Runs of white space become one space, none at the ends; "..."
 * an ellipsis; "--" an em dash, " - " an en dash; straight quotation marks and apostrophes curly
 * ones, by what stands around them: "rock 'n' roll", "'tis", "o' an' a'", "the '90s" have apostrophes.
 * With `marks` (eink_marks) the whole stands in double curly marks (its own outer ones are dropped,
 * its inner double ones become single); a text with a low German mark in it gets German ones. Soft
 * hyphens stay. */
int eink_prose(const char* text, size_t length, int marks, uint16_t* codes, int room);

#ifdef __cplusplus
}
#endif

#endif
