// The seeds' journal under power cuts: at every write and erasure, after every byte of it.
// SPDX-License-Identifier: MIT
#include "firmware/journal.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace {

struct PowerCut {};

// Flash that can lose its power in the middle of a write or an erasure.
struct Flash {
    Flash() {
        hal.context = this;
        hal.entropy = [](void* at) { return 0x1234567u + ++self(at).boots; };
        hal.journal = [](void* at) { return static_cast<const uint8_t*>(self(at).bytes.data()); };
        hal.erase_sector = [](void* at, uint32_t sector) { self(at).erase(sector); };
        hal.write_page = [](void* at, uint32_t page, const uint8_t* data) {
            self(at).write(page, data);
        };
    }
    static Flash& self(void* at) { return *static_cast<Flash*>(at); }

    // Spends `steps` of what is left before the cut; throws after doing that many, each by
    // `step(i)`.
    template <class Step>
    void spend(size_t steps, Step step) {
        for (size_t i = 0; i < steps; i++) {
            if (until_cut == 0) throw PowerCut{};
            until_cut--;
            step(i);
        }
    }

    void erase(uint32_t sector) {
        erasures.push_back(sector);
        spend(64, [&](size_t i) {
            std::fill_n(bytes.begin() + sector * QUILLET_SECTOR_BYTES + i * 64, 64, 0xFF);
        });
    }

    void write(uint32_t page, const uint8_t* data) {
        spend(QUILLET_PAGE_BYTES, [&](size_t i) {
            if (data[i] == 0xFF) return;
            uint8_t& byte = bytes[page * QUILLET_PAGE_BYTES + i];
            // A bit at a time, from the lowest.
            spend(8, [&](size_t bit) {
                byte = static_cast<uint8_t>(byte & (data[i] | 0xFF << (bit + 1)));
            });
        });
    }

    quillet_hal hal{};
    std::vector<uint8_t> bytes =
        std::vector<uint8_t>(QUILLET_JOURNAL_SECTORS * QUILLET_SECTOR_BYTES, 0xFF);
    std::vector<uint32_t> erasures;
    uint32_t boots = 0;
    size_t until_cut = SIZE_MAX;
};

// Boots and takes a seed.
uint32_t take(Flash& flash) {
    quillet_journal journal;
    quillet_journal_open(&journal, &flash.hal);
    uint32_t seed = 0;
    EXPECT_TRUE(quillet_journal_take(&journal, &flash.hal, &seed));
    return seed;
}

}  // namespace

TEST(Journal, NeverRepeatsRoundTheRing) {
    Flash flash;
    std::set<uint32_t> seeds;
    for (int i = 0; i < 5000; i++) EXPECT_TRUE(seeds.insert(take(flash)).second) << i;
    EXPECT_EQ(flash.boots, 1u);  // the salt was drawn once
    EXPECT_EQ(flash.erasures.size(), 20u);
    for (size_t i = 0; i < flash.erasures.size(); i++)
        EXPECT_EQ(flash.erasures[i], i % QUILLET_JOURNAL_SECTORS);
}

// What firmware before this one wrote is read by this one.
TEST(Journal, RecordsAndSeedsAreThoseOfEveryVersion) {
    Flash flash;
    EXPECT_EQ(take(flash), 0x505A3A07u);
    EXPECT_EQ(take(flash), 0xB8F92312u);
    const std::vector<uint8_t> records = {
        1, 0, 0, 0, 0x68, 0x45, 0x23, 1, 0xFE, 0xFF, 0xFF, 0xFF, 0x1C, 0x42, 0x35, 0x45,
        2, 0, 0, 0, 0x68, 0x45, 0x23, 1, 0xFD, 0xFF, 0xFF, 0xFF, 0x8C, 0x27, 0xB0, 0x9F};
    EXPECT_EQ(std::vector<uint8_t>(flash.bytes.begin(), flash.bytes.begin() + 32), records);
    EXPECT_EQ(std::count(flash.bytes.begin() + 32, flash.bytes.end(), 0xFF),
              QUILLET_JOURNAL_SECTORS * QUILLET_SECTOR_BYTES - 32);
    // A record that was cut short may have been number 3.
    flash.bytes[33] = 0;
    EXPECT_EQ(take(flash), 0x90F46ECAu);
    EXPECT_EQ(flash.bytes[48], 4);
}

TEST(Journal, SurvivesAPowerCutAtEveryMoment) {
    // Starts that make the cut fall in a sector's middle, at its end and into the erasure of the
    // next, also round the ring.
    for (int before : {0, 1, 100, 255, 256, 1023, 1024}) {
        Flash start;
        std::set<uint32_t> used;
        for (int i = 0; i < before; i++) used.insert(take(start));
        for (size_t cut = 0;; cut++) {
            Flash flash;
            flash.bytes = start.bytes;
            flash.boots = start.boots;
            std::set<uint32_t> seeds = used;
            flash.until_cut = cut;
            bool was_cut = false;
            try {
                seeds.insert(take(flash));
            } catch (const PowerCut&) {
                was_cut = true;
            }
            flash.until_cut = SIZE_MAX;
            for (int i = 0; i < 3; i++)
                EXPECT_TRUE(seeds.insert(take(flash)).second)
                    << "cut after " << cut << " of " << before;
            if (!was_cut) break;
        }
    }
}

TEST(Journal, GoesOnWhenItIsCutAgainAndAgain) {
    Flash flash;
    std::set<uint32_t> seeds;
    uint32_t random = 1;
    for (int i = 0; i < 3000; i++) {
        random = random * 1664525u + 1013904223u;
        flash.until_cut = random >> 20;  // 0 .. 4095 steps: some erasures and many writes are cut
        try {
            EXPECT_TRUE(seeds.insert(take(flash)).second);
        } catch (const PowerCut&) {
        }
    }
    EXPECT_GT(seeds.size(), 1000u);
}

TEST(Journal, StartsAnewFromGarbage) {
    Flash flash;
    std::fill(flash.bytes.begin(), flash.bytes.end(), 0x5A);
    std::set<uint32_t> seeds;
    for (int i = 0; i < 300; i++) EXPECT_TRUE(seeds.insert(take(flash)).second);
    EXPECT_EQ(flash.boots, 1u);
}

TEST(Journal, DrawsFromTheHardwareWhenFlashIsDead) {
    Flash flash;
    flash.hal.write_page = [](void*, uint32_t, const uint8_t*) {};
    quillet_journal journal;
    quillet_journal_open(&journal, &flash.hal);
    uint32_t first = 0, second = 0;
    EXPECT_FALSE(quillet_journal_take(&journal, &flash.hal, &first));
    EXPECT_FALSE(quillet_journal_take(&journal, &flash.hal, &second));
    EXPECT_NE(first, second);
}
