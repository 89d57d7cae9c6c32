/* Seeds that never repeat, though the power may go at any moment: a journal in flash.
 * SPDX-License-Identifier: MIT
 *
 * The journal is a ring of sectors of 256 records of 16 bytes. A number is used only after a record
 * of it was written and read back; a record that the power cut in two does not have its checksum,
 * is left as it is and costs a number. A sector is erased only when the record with the highest
 * number lies in another one. Each record wears one of 1024 places: at four quotes a day a sector
 * is erased every 256 days. */
#ifndef QUILLET_JOURNAL_H
#define QUILLET_JOURNAL_H

#include "hal.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What the journal says: how many seeds were taken, the device's own salt, and the place of the
 * next record. */
typedef struct quillet_journal {
    uint32_t number; /* of the last seed taken; 0: none */
    uint32_t salt;   /* drawn from the hardware at the first start */
    uint32_t next;   /* record to write, 0 .. records - 1 */
} quillet_journal;

/* Reads the journal. An empty or wholly spoilt one begins anew with a salt from hal->entropy. */
void quillet_journal_open(quillet_journal* journal, const quillet_hal* hal);

/* Takes the next seed: writes its record, reads it back, tries the following places where that
 * fails. Returns false, with *seed drawn from the hardware, when no place of a whole sector takes a
 * record. Seeds of a journal differ from one another: each is a permutation of its number. */
bool quillet_journal_take(quillet_journal* journal, const quillet_hal* hal, uint32_t* seed);

#ifdef __cplusplus
}
#endif

#endif
