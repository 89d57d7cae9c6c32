// Every panel's tables, run against models of the two families of controllers over models of both
// buses. SPDX-License-Identifier: MIT
#include "eink/driver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "eink/bus.h"

namespace {

using Bytes = std::vector<uint8_t>;

// A controller as its data sheet tells it, as far as these tables go: RAM, refresh, BUSY, sleep.
// Time is counted in microseconds.
class Controller {
  public:
    explicit Controller(const eink_panel& panel) : panel_(panel) {}
    virtual ~Controller() = default;

    void reset(bool level) {
        if (!level) {
            asleep = false;
            powered = false;
        }
    }

    void receive(bool data, const uint8_t* bytes, size_t count) {
        if (asleep) return;
        sent_while_busy += is_busy();
        for (size_t i = 0; i < count; i++) {
            if (!data) {
                command_ = bytes[i];
                parameters_.clear();
                ram_.clear();
                on_command(bytes[i]);
            } else {
                parameters_.push_back(bytes[i]);
                on_data(bytes[i]);
            }
        }
    }

    bool is_busy() const { return stuck || time < busy_until; }
    int busy_pin() const { return is_busy() == (panel_.busy_level == 1); }

    uint64_t time = 0;
    bool asleep = false, powered = false, stuck = false;
    int sent_while_busy = 0, refreshes = 0, partial_refreshes = 0;
    Bytes shown, old_at_refresh;  // the RAM's rows at the last refresh

  protected:
    virtual void on_command(uint8_t code) = 0;
    virtual void on_data(uint8_t byte) = 0;
    void work(int ms) { busy_until = time + static_cast<uint64_t>(ms) * 1000; }

    const eink_panel& panel_;
    uint8_t command_ = 0;
    Bytes parameters_, ram_;
    uint64_t busy_until = 0;
};

// SSD1680, SSD1683: window, counters, two RAMs, update sequences.
class Solomon : public Controller {
  public:
    using Controller::Controller;

    void on_command(uint8_t code) override {
        if (code == 0x12) work(5);
        if (code != 0x20) return;
        EXPECT_TRUE(sequence_ == 0xF7 || sequence_ == 0xFF) << int(sequence_);
        refreshes++;
        partial_refreshes += sequence_ == 0xFF;
        shown = rams_[0x24];
        old_at_refresh = rams_[0x26];
        work(sequence_ == 0xFF ? panel_.partial_ms : panel_.refresh_ms);
    }

    void on_data(uint8_t byte) override {
        const Bytes& p = parameters_;
        switch (command_) {
            case 0x10:
                asleep = byte == 1;
                break;
            case 0x22:
                sequence_ = byte;
                break;
            case 0x44:
                if (p.size() == 2) first_x_ = p[0], last_x_ = p[1];
                break;
            case 0x45:
                if (p.size() == 4) first_y_ = p[0] | p[1] << 8, last_y_ = p[2] | p[3] << 8;
                break;
            case 0x4E:
                x_ = byte;
                break;
            case 0x4F:
                if (p.size() == 2) y_ = p[0] | p[1] << 8;
                break;
            case 0x24:
            case 0x26:
                store(byte);
                break;
            default:
                break;
        }
    }

  private:
    void store(uint8_t byte) {
        Bytes& ram = rams_[command_];
        const int row = panel_.ram_columns / 8;
        ram.resize(static_cast<size_t>(row * panel_.ram_rows));
        ASSERT_LT(x_, row);
        ASSERT_LT(y_, panel_.ram_rows);
        ram[static_cast<size_t>(y_ * row + x_)] = byte;
        if (x_++ == last_x_) {
            x_ = first_x_;
            if (y_++ == last_y_) y_ = first_y_;
        }
    }

    std::map<uint8_t, Bytes> rams_;
    uint8_t sequence_ = 0;
    int x_ = 0, y_ = 0, first_x_ = 0, last_x_ = 0, first_y_ = 0, last_y_ = 0;
};

// UC8151, UC8176: two transmissions, power on and off by command.
class UltraChip : public Controller {
  public:
    using Controller::Controller;

    void on_command(uint8_t code) override {
        if (code == 0x04) powered = true, work(40);
        if (code == 0x02) powered = false, work(20);
        if (code == 0x10) old_.clear();
        if (code == 0x13) new_.clear();
        if (code != 0x12) return;
        EXPECT_TRUE(powered);
        refreshes++;
        partial_refreshes += registers_;
        if (registers_) {
            for (uint8_t table = 0x20; table <= 0x24; table++)
                EXPECT_EQ(waveforms_[table], table == 0x20 ? 44 : 42);
        }
        shown = new_;
        old_at_refresh = old_;
        work(registers_ ? panel_.partial_ms : panel_.refresh_ms);
    }

    void on_data(uint8_t byte) override {
        if (command_ == 0x00) registers_ = byte & 0x20;
        if (command_ == 0x10) old_.push_back(byte);
        if (command_ == 0x13) new_.push_back(byte);
        if (command_ >= 0x20 && command_ <= 0x24) waveforms_[command_]++;
        if (command_ == 0x07) {
            EXPECT_FALSE(powered) << "deep sleep with the power on";
            asleep = byte == 0xA5;
        }
    }

  private:
    Bytes old_, new_;
    std::map<uint8_t, int> waveforms_;
    bool registers_ = false;
};

std::unique_ptr<Controller> controller_of(const eink_panel& panel) {
    if (std::string(panel.controller).rfind("SSD", 0) == 0) return std::make_unique<Solomon>(panel);
    return std::make_unique<UltraChip>(panel);
}

// The wires, with a controller at their end: directly, or behind a bridge.
struct Machine {
    explicit Machine(const eink_panel& panel) : controller(controller_of(panel)) {
        wires.context = this;
        wires.delay_us = [](void* at, uint32_t us) { self(at).controller->time += us; };
        wires.failed = [](void* at, int attempt, int error, uint8_t, uint32_t waited) {
            self(at).failures.push_back({attempt, error, waited});
        };
        wires.spi_write = [](void* at, const uint8_t* bytes, size_t count) {
            EXPECT_EQ(self(at).pins[EINK_PIN_CS], 0);
            self(at).controller->receive(self(at).pins[EINK_PIN_DC], bytes, count);
        };
        wires.set_pin = [](void* at, eink_pin pin, int level) {
            self(at).pins[pin] = level;
            if (pin == EINK_PIN_RESET) self(at).controller->reset(level);
        };
        wires.read_pin = [](void* at, eink_pin) { return self(at).controller->busy_pin(); };
        wires.i2c_write = [](void* at, uint8_t address, const uint8_t* bytes, size_t count) {
            return self(at).bridge_write(address, bytes, count);
        };
        wires.i2c_read = [](void* at, uint8_t address, uint8_t* bytes, size_t count) {
            return self(at).bridge_read(address, bytes, count);
        };
    }

    static Machine& self(void* at) { return *static_cast<Machine*>(at); }

    // SC18IS602B: does not answer while it shifts out, nor for the next `silent` messages.
    bool answers(uint8_t address) {
        if (address != 0x2A) return false;
        if (silent > 0) return silent--, false;
        return controller->time >= shifting_until;
    }

    int bridge_write(uint8_t address, const uint8_t* bytes, size_t count) {
        controller->time += 25 + count * 23;  // 400 kHz
        if (!answers(address)) return -1;
        EXPECT_LE(count, 201u);
        if (bytes[0] == 0x01) {
            EXPECT_EQ(enabled & 1, 0) << "SS0 is a GPIO";
            controller->receive(gpio & 2, bytes + 1, count - 1);
            shifting_until = controller->time + (count - 1) * 5;
        } else if (bytes[0] == 0xF4) {
            gpio = bytes[1];
            EXPECT_EQ(kinds, 0x95);
            controller->reset(gpio & 4);
        } else if (bytes[0] == 0xF5) {
            buffer = static_cast<uint8_t>((gpio & 6) | (controller->busy_pin() ? 8 : 0));
        } else if (bytes[0] == 0xF6) {
            enabled = bytes[1];
        } else if (bytes[0] == 0xF7) {
            kinds = bytes[1];
        } else {
            EXPECT_EQ(bytes[0], 0xF0);
        }
        return 0;
    }

    int bridge_read(uint8_t address, uint8_t* bytes, size_t count) {
        controller->time += 50;
        if (!answers(address)) return -1;
        for (size_t i = 0; i < count; i++) bytes[i] = buffer;
        return 0;
    }

    struct Failure {
        int attempt, error;
        uint32_t waited;
    };

    std::unique_ptr<Controller> controller;
    eink_wires wires{};
    std::map<eink_pin, int> pins;
    std::vector<Failure> failures;
    uint8_t gpio = 0, enabled = 0, kinds = 0, buffer = 0;
    uint64_t shifting_until = 0;
    int silent = 0;
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

// Whether the RAM shows `picture`: upright, or with its first column along the lower edge.
testing::AssertionResult shows(const Bytes& ram, const eink_panel& panel,
                               const eink_canvas& picture) {
    const int row = panel.ram_columns / 8;
    if (ram.size() != static_cast<size_t>(row * panel.ram_rows))
        return testing::AssertionFailure() << ram.size() << " bytes";
    for (int y = 0; y < panel.height; y++) {
        for (int x = 0; x < panel.width; x++) {
            int column = panel.width == panel.ram_rows ? panel.height - 1 - y : x,
                line = panel.width == panel.ram_rows ? x : y;
            bool white = ram[static_cast<size_t>(line * row + column / 8)] >> (7 - column % 8) & 1;
            if (white == eink_ink_at(&picture, x, y))
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
    EXPECT_TRUE(shows(machine.controller->shown, panel, first.canvas));
    EXPECT_TRUE(machine.controller->asleep);
    EXPECT_FALSE(machine.controller->powered);
    EXPECT_EQ(machine.controller->refreshes, 1);
    EXPECT_EQ(machine.controller->partial_refreshes, 0);
    EXPECT_TRUE(machine.failures.empty());
    EXPECT_EQ(machine.controller->sent_while_busy, 0);
}

TEST_P(DriverOn, RefreshesInPartWithTheOldPicture) {
    EXPECT_EQ(eink_show(&panel, &bus, &first.canvas, nullptr), 0);
    EXPECT_EQ(eink_show(&panel, &bus, &second.canvas, &first.canvas), 0);
    EXPECT_TRUE(shows(machine.controller->shown, panel, second.canvas));
    EXPECT_TRUE(shows(machine.controller->old_at_refresh, panel, first.canvas));
    EXPECT_EQ(machine.controller->partial_refreshes, 1);
    EXPECT_TRUE(machine.controller->asleep);
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
    EXPECT_LT(machine.controller->time, 100'000'000u);
}

TEST_P(DriverOn, WaitsOutABridgeThatDoesNotAnswerForAWhile) {
    if (!GetParam().bridged) GTEST_SKIP() << "SPI has no one to answer";
    machine.silent = 50;
    EXPECT_EQ(eink_show(&panel, &bus, &first.canvas, nullptr), 0);
    EXPECT_TRUE(shows(machine.controller->shown, panel, first.canvas));
    EXPECT_TRUE(machine.failures.empty());
    machine.silent =
        150;  // more than one message is tried: the attempt fails, the next one is whole
    EXPECT_EQ(eink_show(&panel, &bus, &second.canvas, nullptr), 0);
    EXPECT_TRUE(shows(machine.controller->shown, panel, second.canvas));
    ASSERT_EQ(machine.failures.size(), 1u);
    EXPECT_EQ(machine.failures[0].error, EINK_BUS_NO_ANSWER);
    machine.silent = 1 << 30;
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
