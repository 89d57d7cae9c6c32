/* Seeds that never repeat: a journal in flash with wear levelling.
 * SPDX-License-Identifier: MIT */
#include "journal.h"

#include <string.h>

#include "runtime/quillet_random.h"

enum {
    RECORD_BYTES = 16,
    RECORDS_A_SECTOR = QUILLET_SECTOR_BYTES / RECORD_BYTES,
    RECORDS_A_PAGE = QUILLET_PAGE_BYTES / RECORD_BYTES,
    RECORDS = RECORDS_A_SECTOR * QUILLET_JOURNAL_SECTORS
};

/* As in flash, little-endian words. */
typedef struct record {
    uint32_t number, salt;
    uint32_t inverse; /* ~number: a half-written record has neither right */
    uint32_t check;   /* mixed from the other three */
} record;

static uint32_t check_of(const record* r) {
    return quillet_mix(quillet_mix(quillet_mix(r->number ^ 0x51756C6Cu) ^ r->salt) ^ r->inverse);
}

static bool is_valid(const record* r) {
    return r->number && r->inverse == ~r->number && r->check == check_of(r);
}

static record read_record(const quillet_hal* hal, uint32_t place) {
    record r;
    memcpy(&r, hal->journal(hal->context) + place * RECORD_BYTES, sizeof r);
    return r;
}

static bool is_blank(const quillet_hal* hal, uint32_t first, uint32_t records) {
    const uint8_t* bytes = hal->journal(hal->context) + first * RECORD_BYTES;
    for (uint32_t i = 0; i < records * RECORD_BYTES; i++) {
        if (bytes[i] != 0xFF) return false;
    }
    return true;
}

void quillet_journal_open(quillet_journal* journal, const quillet_hal* hal) {
    uint32_t last = 0;
    journal->number = 0;
    for (uint32_t place = 0; place < RECORDS; place++) {
        record r = read_record(hal, place);
        if (!is_valid(&r) || r.number <= journal->number) continue;
        journal->number = r.number;
        journal->salt = r.salt;
        last = place;
    }
    if (journal->number == 0) {
        journal->salt = hal->entropy(hal->context);
        journal->next = 0;
        return;
    }
    /* A place that is neither blank nor valid may have held a number that was taken: it counts as
     * one. */
    journal->next = (last + 1) % RECORDS;
    while (journal->next % RECORDS_A_SECTOR && !is_blank(hal, journal->next, 1)) {
        journal->next = (journal->next + 1) % RECORDS;
        journal->number++;
    }
}

static void write_record(const quillet_hal* hal, uint32_t place, const record* r) {
    uint8_t page[QUILLET_PAGE_BYTES];
    memset(page, 0xFF, sizeof page);
    memcpy(page + place % RECORDS_A_PAGE * RECORD_BYTES, r, sizeof *r);
    hal->write_page(hal->context, place / RECORDS_A_PAGE, page);
}

bool quillet_journal_take(quillet_journal* journal, const quillet_hal* hal, uint32_t* seed) {
    for (uint32_t tries = 0; tries <= RECORDS_A_SECTOR; tries++) {
        uint32_t place = journal->next, sector = place / RECORDS_A_SECTOR;
        /* A sector's first place is written only just after it was erased: whether an earlier
         * erasure was cut short cannot be read. */
        if (place % RECORDS_A_SECTOR == 0) hal->erase_sector(hal->context, sector);
        journal->next = (place + 1) % RECORDS;
        record r = {journal->number + 1, journal->salt, 0, 0};
        r.inverse = ~r.number;
        r.check = check_of(&r);
        write_record(hal, place, &r);
        record back = read_record(hal, place);
        journal->number =
            r.number; /* also after a failure: what was written may yet be read as valid */
        if (memcmp(&back, &r, sizeof r) == 0) {
            *seed = quillet_mix(r.number + r.salt);
            return true;
        }
    }
    *seed = hal->entropy(hal->context);
    return false;
}
