// The firmware's program over days of simulated time: quotes, seeds, failures, battery.
// SPDX-License-Identifier: MIT
#include "device/simulation.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <set>
#include <string>

#include "device/collection.h"
#include "device/quote_page.h"
#include "eink/fonts_test.h"
#include "run/word_filter.h"

namespace {

// A model that needs no training: common words, one after another, chosen by the sampler's draws.
struct ToyModel {
    static constexpr const char* kWords[] = {"the ", "river ", "waits ",  "for ",
                                             "no ",  "one ",   "but ",    "you ",
                                             "and ", "me ",    "late.\n", "still.\n"};
    static constexpr int kCount = 12;
    const char* rest = nullptr;  // of the word that is being written

    static void reset(void* state) { static_cast<ToyModel*>(state)->rest = nullptr; }

    // Inside a word its next letter is certain; after one the first letters of all words are
    // likely.
    static void step(void* state, uint32_t token, int32_t* logits) {
        ToyModel& self = *static_cast<ToyModel*>(state);
        for (int i = 0; i < 128; i++) logits[i] = -40000;
        if (token == '\n' || token == ' ') {
            self.rest = nullptr;
            for (int i = 0; i < kCount; i++)
                logits[static_cast<int>(*kWords[i])] = i < kCount - 2 ? 1000 : 1500;
            return;
        }
        for (int i = 0; i < kCount && !self.rest; i++) {
            if (kWords[i][0] == static_cast<char>(token)) self.rest = kWords[i] + 1;
        }
        logits[static_cast<int>(*self.rest++)] = 1000;
    }
};

struct ToyVoice {
    ToyModel model;
    std::vector<std::string> texts;
    std::vector<const char*> pieces;
    quillet_model model_of = {ToyModel::reset, ToyModel::step, 128, '\n'};
    quillet_sampling sampling = {369, UINT32_MAX, 0, 0};
    quillet_text_model voice{};

    explicit ToyVoice(uint32_t max_length) {
        for (int i = 0; i < 128; i++) texts.emplace_back(1, static_cast<char>(i));
        for (const std::string& text : texts) pieces.push_back(text.c_str());
        voice = {&model_of, &model, pieces.data(), &sampling, max_length, nullptr, nullptr};
    }
};

struct Fixture {
    ToyVoice quotes{300}, names{80};
    quillet::SimulationSettings settings;
    std::string log;

    explicit Fixture(const char* panel = "ssd1683-400x300") {
        settings.panel = eink_panel_named(panel);
        settings.quotes = &quotes.voice;
        settings.names = &names.voice;
    }
    std::unique_ptr<quillet::Simulation> start() {
        auto simulation = std::make_unique<quillet::Simulation>(settings);
        simulation->on_log = [this](const char* text) { log += text; };
        return simulation;
    }
};

bool shows_page(quillet::Simulation& simulation) {
    const quillet_device& device = simulation.device();
    quillet::QuotePage page(device.style, {device.quote.text, device.quote.text_length},
                            {device.quote.author, device.quote.author_length});
    for (int y = 0; y < page.canvas().height; y++) {
        for (int x = 0; x < page.canvas().width; x++) {
            if (eink_ink_at(&page.canvas(), x, y) != simulation.panel().ink_at(x, y)) return false;
        }
    }
    return true;
}

size_t count(const std::string& text, const std::string& what) {
    size_t found = 0;
    for (size_t at = 0; (at = text.find(what, at)) != text.npos; at++) found++;
    return found;
}

}  // namespace

TEST(Simulation, ShowsAQuoteADayAndSleeps) {
    for (int i = 0; i < eink_panel_count; i++) {
        for (bool bridged : {false, true}) {
            Fixture fixture(eink_panels[i]->name);
            fixture.settings.bridged = bridged;
            auto simulation = fixture.start();
            for (int day = 0; day < 5; day++) {
                simulation->turn(day ? QUILLET_WAKE_ALARM : QUILLET_WAKE_POWER);
                // The next turn is due a whole number of days after the first, however long one takes.
                EXPECT_EQ(simulation->seconds() / 10, (day + 1) * 8640u);
                EXPECT_TRUE(shows_page(*simulation)) << eink_panels[i]->name << fixture.log;
                EXPECT_TRUE(simulation->panel().asleep);
            }
            EXPECT_EQ(simulation->panel().refreshes, 5);
            EXPECT_EQ(simulation->panel().sent_while_busy, 0);
            EXPECT_EQ(simulation->bridge().refused, 0);
            EXPECT_EQ(count(fixture.log, "shown\n"), 5u) << fixture.log;
        }
    }
}

TEST(Simulation, WritesEverySixHoursWithTheJumper) {
    Fixture fixture;
    fixture.settings.six_hours = true;
    auto simulation = fixture.start();
    simulation->turn(QUILLET_WAKE_POWER);
    EXPECT_EQ(simulation->seconds(), 21600u);
}

TEST(Simulation, RefreshesInPartForTheButtonAFewTimes) {
    Fixture fixture;
    auto simulation = fixture.start();
    simulation->turn(QUILLET_WAKE_POWER);
    for (int i = 0; i < QUILLET_PARTIAL_MAX + 2; i++) {
        simulation->turn(QUILLET_WAKE_BUTTON);
        EXPECT_TRUE(shows_page(*simulation));
        EXPECT_EQ(simulation->panel().partial_refreshes, i < QUILLET_PARTIAL_MAX ? i + 1 : i);
    }
    EXPECT_EQ(simulation->panel().refreshes, QUILLET_PARTIAL_MAX + 3);
}

TEST(Simulation, ClicksWithEachCharacterIfAsked) {
    Fixture fixture;
    auto simulation = fixture.start();
    simulation->turn(QUILLET_WAKE_POWER);
    EXPECT_EQ(simulation->clicks, 0);
    simulation->clicking = true;
    simulation->turn(QUILLET_WAKE_BUTTON);
    EXPECT_GT(simulation->clicks, 20);
}

TEST(Simulation, NeverRepeatsASeedOverPowerCuts) {
    Fixture fixture;
    std::set<std::string> seeds;
    auto simulation = fixture.start();
    for (int i = 0; i < 20; i++) {
        fixture.log.clear();
        simulation->power_up();
        simulation->turn(QUILLET_WAKE_POWER);
        size_t at = fixture.log.find("seed ");
        ASSERT_NE(at, fixture.log.npos);
        EXPECT_TRUE(seeds.insert(fixture.log.substr(at, fixture.log.find('\n', at) - at)).second);
    }
}

TEST(Simulation, MarksALowBatteryAndSparesAnEmptyOne) {
    Fixture fixture;
    auto simulation = fixture.start();
    simulation->set_battery(3 * QUILLET_CELL_LOW_MV - 1);
    simulation->turn(QUILLET_WAKE_POWER);
    EXPECT_TRUE(simulation->panel().ink_at(3, 300 - 3 - 8));
    EXPECT_FALSE(shows_page(*simulation));
    simulation->set_battery(3 * QUILLET_CELL_EMPTY_MV - 1);
    simulation->turn(QUILLET_WAKE_ALARM);
    EXPECT_EQ(simulation->panel().refreshes, 1);
    EXPECT_EQ(count(fixture.log, "battery empty\n"), 1u);
}

TEST(Simulation, CountsCellsAndDrawsWhereTheReadingIsUnknown) {
    Fixture fixture;
    fixture.settings.cells = 2;
    auto simulation = fixture.start();
    simulation->set_battery(2 * QUILLET_CELL_LOW_MV);
    simulation->turn(QUILLET_WAKE_POWER);
    EXPECT_TRUE(shows_page(*simulation));
    for (uint32_t millivolts : {0u, 40u, QUILLET_SUPPLY_MIN_MV - 1u}) {
        fixture.log.clear();
        simulation->set_battery(millivolts);
        simulation->turn(QUILLET_WAKE_ALARM);
        EXPECT_EQ(count(fixture.log, "battery unknown\n"), 1u);
        EXPECT_EQ(count(fixture.log, "shown\n"), 1u) << fixture.log;
        EXPECT_TRUE(shows_page(*simulation));
    }
}

TEST(Simulation, KeepsTheDailyHourWhateverTheButtonDoes) {
    Fixture fixture;
    auto simulation = fixture.start();
    simulation->turn(QUILLET_WAKE_POWER);
    // A press at the fifth hour of the day: the next turn is due where it was.
    simulation->panel().time_us -= 19 * 3600 * uint64_t{1000000};
    simulation->turn(QUILLET_WAKE_BUTTON);
    EXPECT_EQ(simulation->seconds() / 10, 8640u);
}

// The patience is one of characters, whatever bytes they have.
TEST(Simulation, CountsCharacters) {
    uint32_t written[2];
    for (bool accented : {false, true}) {
        Fixture fixture;
        if (accented) {
            fixture.quotes.texts['e'] = "\u00E9";
            fixture.quotes.pieces['e'] = fixture.quotes.texts['e'].c_str();
        }
        auto simulation = fixture.start();
        simulation->turn(QUILLET_WAKE_POWER);
        written[accented] = simulation->device().quote.written;
    }
    EXPECT_GT(written[0], 0u);
    EXPECT_EQ(written[1], written[0]);
}

TEST(Simulation, TellsTheTimeByAClockForDays) {
    std::string text;  // some minutes have no line, some have three
    for (int minute = 0; minute < 1440; minute++) {
        for (int i = 0; i < (minute % 7 == 3 ? 0 : minute % 11 == 5 ? 3 : 1); i++) {
            char line[80];
            std::snprintf(line, sizeof line, "%02d:%02d|It was %02d:%02d, said voice %d.|A Clock\n",
                          minute / 60, minute % 60, minute / 60, minute % 60, i);
            text += line;
        }
    }
    const eink_panel& panel = *eink_panel_named("ssd1680-250x122");
    const quillet::Collection clock(text, "clock.txt", eink_panel_style(&panel), "23:57");
    Fixture fixture(panel.name);
    fixture.settings.quotes = fixture.settings.names = nullptr;
    fixture.settings.collection = &clock.collection();
    auto simulation = fixture.start();
    int turns = 0;
    for (uint32_t minute = 23 * 60 + 57; simulation->seconds() < 4 * 86400; turns++) {
        simulation->turn(turns ? QUILLET_WAKE_ALARM : QUILLET_WAKE_POWER);
        const uint32_t shown = minute % 1440;
        ASSERT_NE(shown % 7, 3u);
        char wanted[40];
        std::snprintf(wanted, sizeof wanted, "It was %02u:%02u, said voice %u.", shown / 60,
                      shown % 60, shown % 11 == 5 ? minute / 1440 % 3 : 0);
        const quillet::QuotePage page(simulation->device().style, wanted, "A Clock");
        // An eighth of the columns, others each time: all of them would take a minute.
        for (int x = turns % 8; x < panel.width; x += 8) {
            for (int y = 0; y < panel.height; y++)
                ASSERT_EQ(eink_ink_at(&page.canvas(), x, y), simulation->panel().ink_at(x, y))
                    << wanted;
        }
        do minute++;
        while (minute % 1440 % 7 == 3);
        ASSERT_EQ(simulation->seconds(), (minute - 23 * 60 - 57) * 60);
    }
    EXPECT_GT(turns, 4900);
    EXPECT_GT(simulation->panel().partial_refreshes, turns * 9 / 10);
    EXPECT_LT(simulation->panel().partial_refreshes, turns * 39 / 40);
}

TEST(Simulation, SetsAClockByItsButton) {
    const eink_panel& panel = *eink_panel_named("ssd1680-250x122");
    const quillet::Collection clock("00:00|Midnight.|A\n12:00|Noon.|B\n12:01|Past noon.|C\n",
                                    "clock", eink_panel_style(&panel));
    Fixture fixture(panel.name);
    fixture.settings.quotes = fixture.settings.names = nullptr;
    fixture.settings.collection = &clock.collection();
    auto simulation = fixture.start();
    EXPECT_NEAR(simulation->turn(QUILLET_WAKE_POWER), 60u, 5);
    EXPECT_GT(simulation->turn(QUILLET_WAKE_ALARM), 43000u);
    EXPECT_EQ(count(fixture.log, "minute 721\n"), 1u) << fixture.log;
    EXPECT_NEAR(simulation->turn(QUILLET_WAKE_BUTTON), 60u, 5);
    EXPECT_EQ(count(fixture.log, "minute 720\n"), 2u) << fixture.log;
}

TEST(Simulation, ShowsEveryTextOfAFileBeforeAnyAgain) {
    const eink_panel& panel = *eink_panel_named("ssd1680-250x122");
    std::string text = "# quotes of mine\n\n";
    for (int i = 0; i < 12; i++) text += "Text number " + std::to_string(i) + "|An Author\n";
    const quillet::Collection texts(text, "texts.txt", eink_panel_style(&panel));
    Fixture fixture(panel.name);
    fixture.settings.quotes = fixture.settings.names = nullptr;
    fixture.settings.collection = &texts.collection();
    auto simulation = fixture.start();
    std::vector<std::string> lines;
    for (int day = 0; day < 36; day++) {
        fixture.log.clear();
        if (day % 5 == 4) simulation->power_up();
        simulation->turn(day ? QUILLET_WAKE_ALARM : QUILLET_WAKE_POWER);
        const size_t at = fixture.log.find("line ");
        ASSERT_NE(at, fixture.log.npos);
        lines.push_back(fixture.log.substr(at, fixture.log.find('\n', at) - at));
    }
    for (size_t round = 0; round < 36; round += 12)
        EXPECT_EQ(std::set(lines.begin() + static_cast<long>(round),
                           lines.begin() + static_cast<long>(round) + 12)
                      .size(),
                  12u);
    EXPECT_FALSE(std::equal(lines.begin(), lines.begin() + 12, lines.begin() + 12));
    // Beside models every second turn is the file's.
    Fixture both(panel.name);
    both.settings.collection = &texts.collection();
    simulation = both.start();
    for (int day = 0; day < 6; day++) simulation->turn(QUILLET_WAKE_ALARM);
    EXPECT_EQ(count(both.log, "\nline "), 3u);
    EXPECT_EQ(count(both.log, "\nchosen "), 3u);
}

TEST(Simulation, LogsAStuckPanelAndGoesOnTheNextDay) {
    Fixture fixture;
    auto simulation = fixture.start();
    simulation->panel().stuck = true;
    simulation->turn(QUILLET_WAKE_POWER);
    EXPECT_EQ(count(fixture.log, "panel: BUSY stuck for "), 3u) << fixture.log;
    EXPECT_EQ(count(fixture.log, "panel: given up\n"), 1u);
    simulation->panel().stuck = false;
    simulation->turn(QUILLET_WAKE_ALARM);
    EXPECT_TRUE(shows_page(*simulation));
}

TEST(Simulation, GivesUpWhenNoLineFits) {
    Fixture fixture;
    fixture.quotes.voice.max_length = 5;  // every line is cut short
    auto simulation = fixture.start();
    simulation->turn(QUILLET_WAKE_POWER);
    EXPECT_EQ(count(fixture.log, "no quote fits\n"), 1u) << fixture.log;
    EXPECT_EQ(count(fixture.log, "quote " + std::to_string(QUILLET_TRIES_MAX) + ", "), 1u);
    EXPECT_EQ(count(fixture.log, "quote " + std::to_string(QUILLET_TRIES_MAX + 1) + ", "), 0u);
    EXPECT_EQ(simulation->panel().refreshes, 0);
}

TEST(Simulation, RunsTurnsAndSleepsBetweenThem) {
    Fixture fixture;
    auto simulation = fixture.start();
    const std::vector<uint32_t> slept =
        simulation->run(QUILLET_WAKE_POWER, {}, {QUILLET_WAKE_ALARM, QUILLET_WAKE_BUTTON});
    ASSERT_EQ(slept.size(), 3u);
    for (uint32_t seconds : {slept[0], slept[1]}) {
        EXPECT_LE(seconds, QUILLET_DAY_S);
        EXPECT_GT(seconds, QUILLET_DAY_S - 120);
    }
    EXPECT_EQ(simulation->panel().refreshes, 3);
    EXPECT_EQ(simulation->power_cuts, 3);
    EXPECT_EQ(count(fixture.log, "asleep, s "), 3u);
    EXPECT_EQ(count(fixture.log, "restart"), 0u);
}

// A timer gives power three times for a turn; its count is the journal's.
TEST(Simulation, CountsATimersBoots) {
    Fixture fixture;
    fixture.settings.turn_a_boots = 3;
    auto simulation = fixture.start();
    for (int boot = 1; boot <= 7; boot++) {
        const std::vector<uint32_t> slept = simulation->run(QUILLET_WAKE_POWER, {}, {});
        EXPECT_EQ(simulation->panel().refreshes, (boot + 2) / 3);
        EXPECT_EQ(simulation->power_cuts, boot);
        EXPECT_EQ(slept.size(), 1u);
        const bool idle = boot % 3 != 1;
        EXPECT_EQ(slept[0] == QUILLET_DAY_S, idle);
        EXPECT_EQ(count(fixture.log, "boot " + std::to_string(boot) + "\n"), idle);
    }
    // Whoever presses the button does not wait for the timer.
    simulation->run(QUILLET_WAKE_BUTTON, {}, {});
    EXPECT_EQ(count(fixture.log, "shown\n"), 4u);
}

TEST(Simulation, CountsNoBootOfOneAndEverySecondOfTwo) {
    for (int boots : {0, 1, 2}) {
        Fixture fixture;
        fixture.settings.turn_a_boots = static_cast<uint16_t>(boots);
        auto simulation = fixture.start();
        for (int boot = 0; boot < 4; boot++) simulation->run(QUILLET_WAKE_POWER, {}, {});
        EXPECT_EQ(simulation->panel().refreshes, boots == 2 ? 2 : 4) << boots;
    }
}

TEST(Simulation, TellsWhyItRestartedAndRestsAfterTooMany) {
    Fixture fixture;
    auto simulation = fixture.start();
    simulation->run(QUILLET_WAKE_RESTART, {1, QUILLET_STAGE_PANEL, 0x1000, 0}, {});
    EXPECT_EQ(count(fixture.log, "restarted after a fault, stage 3\nat 4096\nrestarts 1\n"), 1u)
        << fixture.log;
    EXPECT_EQ(count(fixture.log, "shown\n"), 1u);
    fixture.log.clear();
    simulation->run(QUILLET_WAKE_RESTART, {QUILLET_RESTARTS_MAX, QUILLET_STAGE_IDLE, 0, 0}, {});
    EXPECT_EQ(count(fixture.log, "restarted after a hang, stage 0\nrestarts "), 1u);
    EXPECT_EQ(count(fixture.log, "shown\n"), 1u);
    fixture.log.clear();
    const std::vector<uint32_t> slept = simulation->run(
        QUILLET_WAKE_RESTART, {QUILLET_RESTARTS_MAX + 1, QUILLET_STAGE_WRITING, 0, 0},
        {QUILLET_WAKE_ALARM});
    EXPECT_EQ(slept[0], QUILLET_DAY_S);
    EXPECT_EQ(count(fixture.log, "restarted too often: no turn\n"), 1u) << fixture.log;
    EXPECT_EQ(count(fixture.log, "shown\n"), 1u) << "the next day there is a turn again";
}

// Which candidates, scores, sizes and moments: where one changes on purpose, read the log and put
// the new hash here.
TEST(Simulation, LogsWhatItDid) {
    if (fonts_hash() != kFontsOfHashes) GTEST_SKIP() << "other fonts, hash " << fonts_hash();
    Fixture fixture;
    fixture.settings.candidates = 6;
    auto simulation = fixture.start();
    simulation->run(QUILLET_WAKE_POWER, {},
                    {QUILLET_WAKE_ALARM, QUILLET_WAKE_BUTTON, QUILLET_WAKE_ALARM});
    EXPECT_EQ(
        hash(kHashBegin, reinterpret_cast<const uint8_t*>(fixture.log.data()), fixture.log.size()),
        8499594505540514703u)
        << fixture.log;
}

// As LogsWhatItDid, over panels, buses, batteries, timers, texts of one's own, restarts, panels that do not
// answer and flash that was hit.
TEST(Simulation, LogsWhatItDidInManySettings) {
    if (fonts_hash() != kFontsOfHashes) GTEST_SKIP() << "other fonts, hash " << fonts_hash();
    uint64_t value = kHashBegin;
    const auto add = [&](const void* bytes, size_t count) {
        value = hash(value, static_cast<const uint8_t*>(bytes), count);
    };
    for (uint32_t number = 0; number < 60; number++) {
        const uint32_t batteries[] = {0, 4500, 3900, 3300, 3000, 2600, 5000};
        Fixture fixture(eink_panels[number % static_cast<uint32_t>(eink_panel_count)]->name);
        const eink_style style = eink_panel_style(fixture.settings.panel);
        const quillet::Collection quotes(
            "A lamp is a lamp.\tAnn Other\nRain.\n\"No,\" he said.\tBen\n", "f", style);
        const quillet::Collection clock(
            "00:00|Midnight.|Ann\n07:05|Five past seven.|Ben\n12:00|Noon.|\n", "f", style, "07:00");
        fixture.settings.bridged = number % 2;
        fixture.settings.six_hours = number % 5 == 0;
        fixture.settings.german_marks = number % 4 == 1;
        fixture.settings.candidates = 1 + number % 7;
        fixture.settings.battery_mv = batteries[number % 7];
        fixture.settings.cells = static_cast<uint8_t>(1 + number % 4);
        fixture.settings.turn_a_boots = static_cast<uint16_t>(number % 3);
        fixture.settings.salt = number;
        if (number % 6 == 4) fixture.settings.collection = &quotes.collection();
        if (number % 6 == 5) fixture.settings.collection = &clock.collection();
        auto simulation = fixture.start();
        const auto run = [&](quillet_wake wake, const quillet_restart& restart, size_t wakes) {
            std::vector<quillet_wake> all;
            for (size_t i = 0; i < wakes; i++)
                all.push_back((i + number) % 3 ? QUILLET_WAKE_BUTTON : QUILLET_WAKE_ALARM);
            const std::vector<uint32_t> slept = simulation->run(wake, restart, all);
            for (uint32_t seconds : slept) add(&seconds, sizeof seconds);
            const uint32_t written = simulation->device().quote.written;
            add(&written, sizeof written);
        };
        run(QUILLET_WAKE_POWER, {}, 8);
        run(QUILLET_WAKE_RESTART,
            {1 + number % (QUILLET_RESTARTS_MAX + 2), number % 4, number * 4, 0}, 1);
        simulation->panel().stuck = number % 8 == 1;
        simulation->panel().dead = number % 8 == 2;
        run(QUILLET_WAKE_BUTTON, {}, 1);
        simulation->panel().stuck = simulation->panel().dead = false;
        for (size_t at = number; at < simulation->flash().size(); at += 1021)
            simulation->flash()[at] = static_cast<uint8_t>(simulation->flash()[at] & number);
        simulation->power_up();
        run(QUILLET_WAKE_POWER, {}, 2);
        add(fixture.log.data(), fixture.log.size());
    }
    EXPECT_EQ(value, 4121983647744257901u);
}

// What the device would have shown, put into the filter, is never shown again.
TEST(Simulation, ShowsNoTrainingLine) {
    std::string quote, author;
    for (bool guarded : {false, true}) {
        Fixture fixture;
        const quillet::WordFilter known =
            quillet::collect({quote + "\n" + author + "\n"}, QUILLET_HOLDS_EDGES, 1024);
        const quillet_word_filter view = known.view();
        if (guarded) fixture.quotes.voice.known = fixture.names.voice.known = &view;
        auto simulation = fixture.start();
        simulation->turn(QUILLET_WAKE_POWER);
        EXPECT_TRUE(shows_page(*simulation));
        const quillet_quote& shown = simulation->device().quote;
        if (guarded) {
            EXPECT_NE(shown.text, quote);
            EXPECT_NE(shown.author, author);
            EXPECT_GE(count(fixture.log, ", error -21: "), 2u) << fixture.log;
        }
        quote = shown.text;
        author = shown.author;
    }
}
