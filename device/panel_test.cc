// Every panel's tables, run against models of the controllers over models of both buses.
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/fnv.h"
#include "device/panel_model.h"
#include "eink/driver.h"

namespace {

using quillet::Bytes;

// The wires, with a panel at their end: directly, or behind a bridge.
struct Machine {
    explicit Machine(const eink_panel& panel)
        : controller(quillet::panel_model_of(panel)), bridge(*controller, 0x2A) {
        wires.context = this;
        wires.delay_us = [](void* at, uint32_t us) {
            self(at).controller->time_us += us;
            self(at).note("delay", us);
        };
        wires.failed = [](void* at, int attempt, int error, uint8_t, uint32_t waited) {
            self(at).failures.push_back({attempt, error, waited});
        };
        wires.spi_write = [](void* at, const uint8_t* bytes, size_t count) {
            EXPECT_EQ(self(at).pins[EINK_PIN_CS], 0);
            for (size_t i = 0; i < count; i++) self(at).note("byte", bytes[i]);
            self(at).controller->receive(self(at).pins[EINK_PIN_DC], bytes, count);
        };
        wires.set_pin = [](void* at, eink_pin pin, int level) {
            self(at).pins[pin] = level;
            self(at).note("pin", static_cast<uint32_t>(pin * 2 + level));
            if (pin == EINK_PIN_RESET) self(at).controller->set_reset(level);
        };
        wires.read_pin = [](void* at, eink_pin) {
            if (self(at).controller->refreshes == self(at).hangs_in_refresh)
                self(at).controller->stuck = true;
            return self(at).controller->busy_pin();
        };
        wires.i2c_write = [](void* at, uint8_t address, const uint8_t* bytes, size_t count) {
            for (size_t i = 0; i < count; i++) self(at).note("byte", bytes[i]);
            return self(at).bridge.write(address, bytes, count);
        };
        wires.i2c_read = [](void* at, uint8_t address, uint8_t* bytes, size_t count) {
            return self(at).bridge.read(address, bytes, count);
        };
    }

    static Machine& self(void* at) { return *static_cast<Machine*>(at); }

    // What happens on the wires, and when, as one hash.
    void note(const char* what, uint32_t value) {
        trace = quillet::fnv1a(quillet::fnv1a(trace, static_cast<uint8_t>(*what)), value);
        trace = quillet::fnv1a(trace, controller->time_us);
    }

    struct Failure {
        int attempt, error;
        uint32_t waited;
    };

    std::unique_ptr<quillet::PanelModel> controller;
    quillet::BridgeModel bridge;
    eink_wires wires{};
    std::map<eink_pin, int> pins;
    std::vector<Failure> failures;
    int hangs_in_refresh = -1;  // the first or second, on SPI: BUSY stays
    uint64_t trace = quillet::kFnvBegin;
};

struct Drawn {
    explicit Drawn(const eink_panel& panel, unsigned seed)
        : bytes(static_cast<size_t>(EINK_CANVAS_BYTES(panel.width, panel.height))) {
        eink_canvas_begin(&canvas, panel.width, panel.height, bytes.data());
        std::mt19937 random(seed);
        for (int y = 0; y < panel.height; y++) {
            for (int x = 0; x < panel.width; x++) eink_set(&canvas, x, y, random() % 3 == 0);
        }
    }
    Bytes bytes;
    eink_canvas canvas;
};

testing::AssertionResult shows(const quillet::PanelModel& model, const eink_canvas& picture) {
    for (int y = 0; y < picture.height; y++) {
        for (int x = 0; x < picture.width; x++) {
            if (model.ink_at(x, y) != eink_ink_at(&picture, x, y))
                return testing::AssertionFailure() << "pixel " << x << ", " << y;
        }
    }
    return testing::AssertionSuccess();
}

struct Case {
    const eink_panel* panel;
    bool bridged;
};

class DriverOn : public testing::TestWithParam<Case> {
  protected:
    const eink_panel& panel = *GetParam().panel;
    Machine machine{panel};
    eink_bridge bridge{&machine.wires, 0x2A, 0, false};
    eink_bus bus = GetParam().bridged ? eink_bridge_bus(&bridge) : eink_spi_bus(&machine.wires);
    Drawn first{panel, 1}, second{panel, 2};
};

std::vector<Case> cases() {
    std::vector<Case> result;
    for (int i = 0; i < eink_panel_count; i++) {
        for (bool bridged : {false, true}) result.push_back({eink_panels[i], bridged});
    }
    return result;
}

}  // namespace

TEST_P(DriverOn, ShowsAPictureAndSleeps) {
    EXPECT_EQ(eink_show(&panel, &bus, &first.canvas, nullptr), 0);
    EXPECT_TRUE(shows(*machine.controller, first.canvas));
    EXPECT_TRUE(machine.controller->asleep);
    EXPECT_FALSE(machine.controller->powered);
    EXPECT_EQ(machine.controller->refreshes, 1);
    EXPECT_EQ(machine.controller->partial_refreshes, 0);
    EXPECT_TRUE(machine.failures.empty());
    EXPECT_EQ(machine.controller->sent_while_busy, 0);
    EXPECT_TRUE(machine.controller->violations.empty());
    EXPECT_EQ(machine.bridge.refused, 0);
    EXPECT_EQ(machine.bridge.idle, GetParam().bridged);
}

TEST_P(DriverOn, RefreshesInPartWithTheOldPicture) {
    EXPECT_EQ(eink_show(&panel, &bus, &first.canvas, nullptr), 0);
    EXPECT_EQ(eink_show(&panel, &bus, &second.canvas, &first.canvas), 0);
    EXPECT_TRUE(shows(*machine.controller, second.canvas));
    std::swap(machine.controller->shown, machine.controller->old_at_refresh);
    EXPECT_TRUE(shows(*machine.controller, first.canvas));
    EXPECT_EQ(machine.controller->partial_refreshes, 1);
    EXPECT_TRUE(machine.controller->asleep);
    EXPECT_TRUE(machine.controller->violations.empty());
}

TEST_P(DriverOn, GivesUpOnABusyThatStaysAfterThreeAttempts) {
    machine.controller->stuck = true;
    EXPECT_EQ(eink_show(&panel, &bus, &first.canvas, nullptr), EINK_BUSY_STUCK);
    ASSERT_EQ(machine.failures.size(), 3u);
    for (int i = 0; i < 3; i++) {
        EXPECT_EQ(machine.failures[static_cast<size_t>(i)].attempt, i + 1);
        EXPECT_EQ(machine.failures[static_cast<size_t>(i)].error, EINK_BUSY_STUCK);
        EXPECT_GE(machine.failures[static_cast<size_t>(i)].waited, 500u);
    }
    EXPECT_TRUE(machine.controller->asleep);
    EXPECT_LT(machine.controller->time_us, 100'000'000u);
}

TEST_P(DriverOn, NeverSleepsDuringARefreshHoweverLateBusyComes) {
    for (uint64_t late : {0, 5, 10, 50, 200, 900}) {
        machine.controller->late_us = late;
        EXPECT_EQ(eink_show(&panel, &bus, &first.canvas, nullptr), 0) << late;
        EXPECT_EQ(eink_show(&panel, &bus, &second.canvas, &first.canvas), 0) << late;
        EXPECT_TRUE(shows(*machine.controller, second.canvas));
        EXPECT_EQ(machine.controller->sent_while_busy, 0) << late;
        EXPECT_TRUE(machine.controller->violations.empty()) << late;
    }
}

TEST_P(DriverOn, ReportsARefreshWhoseBusyNeverCame) {
    machine.controller->dead = true;
    EXPECT_EQ(eink_show(&panel, &bus, &first.canvas, nullptr), EINK_BUSY_NEVER);
    ASSERT_GE(machine.failures.size(), 3u);
    for (size_t i = 0; i < 3; i++) EXPECT_EQ(machine.failures[i].error, EINK_BUSY_NEVER);
}

// Every byte, level and delay of a full refresh, one in part, one whose BUSY stays and one whose BUSY
// never comes, and how long a refresh that hangs is waited for. Where a table or the driver changes
// on purpose, put the new hash here; emulator/panels.mjs says what drivers known to work send.
TEST_P(DriverOn, SendsAndWaitsAsItDid) {
    eink_show(&panel, &bus, &first.canvas, nullptr);
    eink_show(&panel, &bus, &second.canvas, &first.canvas);
    machine.controller->stuck = true;
    eink_show(&panel, &bus, &second.canvas, &first.canvas);
    machine.controller->stuck = false;
    machine.controller->dead = true;
    eink_show(&panel, &bus, &second.canvas, &first.canvas);
    if (!GetParam().bridged)
        for (int refresh : {1, 2}) {
            Machine other(panel);
            other.hangs_in_refresh = refresh;
            const eink_bus wires = eink_spi_bus(&other.wires);
            const int full = eink_show(&panel, &wires, &first.canvas, nullptr);
            if (full == 0) eink_show(&panel, &wires, &second.canvas, &first.canvas);
            EXPECT_FALSE(other.failures.empty());
            machine.trace = quillet::fnv1a(machine.trace, other.trace);
        }
    const std::map<std::string, std::pair<uint64_t, uint64_t>> expected = {
        {"ssd1683-400x300", {15439767796190042161u, 7271122929653640095u}},
        {"uc8176-400x300", {5488195247655223358u, 5368487552408451714u}},
        {"ssd1680-296x128", {14569721173278053235u, 12669597240502308008u}},
        {"uc8151-296x128", {391114667240196666u, 18201872457829552150u}},
        {"ssd1680-250x122", {18037010788517137410u, 5469519509502678689u}},
        {"uc8179-800x480", {9411834618742650117u, 9221295088162968479u}}};
    const auto found = expected.find(panel.name);
    ASSERT_NE(found, expected.end()) << panel.name << ", " << machine.trace;
    EXPECT_EQ(machine.trace, GetParam().bridged ? found->second.second : found->second.first);
}

TEST_P(DriverOn, WaitsOutABridgeThatDoesNotAnswerForAWhile) {
    if (!GetParam().bridged) GTEST_SKIP() << "SPI has no one to answer";
    machine.bridge.silent = 50;
    EXPECT_EQ(eink_show(&panel, &bus, &first.canvas, nullptr), 0);
    EXPECT_TRUE(shows(*machine.controller, first.canvas));
    EXPECT_TRUE(machine.failures.empty());
    machine.bridge.silent =
        150;  // more than one message is tried: the attempt fails, the next one is whole
    EXPECT_EQ(eink_show(&panel, &bus, &second.canvas, nullptr), 0);
    EXPECT_TRUE(shows(*machine.controller, second.canvas));
    ASSERT_EQ(machine.failures.size(), 1u);
    EXPECT_EQ(machine.failures[0].error, EINK_BUS_NO_ANSWER);
    machine.bridge.silent = 1 << 30;
    EXPECT_EQ(eink_show(&panel, &bus, &first.canvas, nullptr), EINK_BUS_NO_ANSWER);
    EXPECT_EQ(machine.failures.size(), 4u);
}

INSTANTIATE_TEST_SUITE_P(Panels, DriverOn, testing::ValuesIn(cases()), [](const auto& test) {
    std::string name = test.param.panel->name;
    std::replace(name.begin(), name.end(), '-', '_');
    return name + (test.param.bridged ? "_bridge" : "_spi");
});

TEST(Panels, HaveNamesOfTheirOwn) {
    for (int i = 0; i < eink_panel_count; i++)
        EXPECT_EQ(eink_panel_named(eink_panels[i]->name), eink_panels[i]);
    EXPECT_EQ(eink_panel_named("none"), nullptr);
}

TEST(Panels, SendWholeBytesOfRowsThatHoldTheGlass) {
    for (int i = 0; i < eink_panel_count; i++) {
        const eink_panel& panel = *eink_panels[i];
        const bool quarter = panel.rotation == EINK_QUARTER;
        EXPECT_EQ(panel.ram_columns, ((quarter ? panel.height : panel.width) + 7) / 8 * 8)
            << panel.name;
        EXPECT_EQ(panel.ram_rows, quarter ? panel.width : panel.height) << panel.name;
    }
}
