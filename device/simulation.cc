// The device on the host.
// SPDX-License-Identifier: MIT
#include "device/simulation.h"

#include <algorithm>

namespace quillet {
namespace {

// Ends a main loop that has no end: thrown through the firmware's C, as a reset would end it.
struct LastSleep {};

}  // namespace

Simulation::Simulation(const SimulationSettings& settings)
    : settings_(settings),
      panel_(panel_model_of(*settings.panel)),
      bridge_(*panel_, EINK_BRIDGE_ADDRESS),
      flash_(QUILLET_JOURNAL_SECTORS * QUILLET_SECTOR_BYTES, 0xFF),
      picture_(
          static_cast<size_t>(EINK_CANVAS_BYTES(settings.panel->width, settings.panel->height))),
      old_picture_(picture_),
      device_(std::make_unique<quillet_device>()) {
    hal_.context = this;
    hal_.delay_us = [](void* at, uint32_t us) { self(at).panel_->time_us += us; };
    hal_.log = [](void* at, const char* text) { self(at).on_log(text); };
    hal_.entropy = [](void* at) { return self(at).settings_.salt++; };
    hal_.set_pin = [](void* at, quillet_pin pin, int level) {
        self(at).levels_[pin] = level;
        if (pin == QUILLET_PIN_PIEZO) self(at).clicks += level;
        if (pin == QUILLET_PIN_RESET) self(at).panel_->set_reset(level);
    };
    hal_.read_pin = [](void* at, quillet_pin pin) { return self(at).read_pin(pin); };
    hal_.spi_write = [](void* at, const uint8_t* bytes, size_t count) {
        self(at).panel_->receive(self(at).levels_[QUILLET_PIN_DC], bytes, count);
    };
    hal_.i2c_write = [](void* at, uint8_t address, const uint8_t* bytes, size_t count) {
        return self(at).bridge_.write(address, bytes, count);
    };
    hal_.i2c_read = [](void* at, uint8_t address, uint8_t* bytes, size_t count) {
        return self(at).bridge_.read(address, bytes, count);
    };
    hal_.journal = [](void* at) { return static_cast<const uint8_t*>(self(at).flash_.data()); };
    hal_.erase_sector = [](void* at, uint32_t sector) {
        std::fill_n(self(at).flash_.begin() + sector * QUILLET_SECTOR_BYTES, QUILLET_SECTOR_BYTES,
                    0xFF);
    };
    hal_.write_page = [](void* at, uint32_t page, const uint8_t* bytes) {
        for (int i = 0; i < QUILLET_PAGE_BYTES; i++)
            self(at).flash_[page * QUILLET_PAGE_BYTES + static_cast<uint32_t>(i)] &= bytes[i];
    };
    hal_.battery_mv = [](void* at) { return self(at).settings_.battery_mv; };
    hal_.seconds = [](void* at) {
        return static_cast<uint32_t>(self(at).panel_->time_us / 1000000);
    };
    hal_.cut_power = [](void* at) { self(at).power_cuts++; };
    hal_.started = [](void* at, quillet_restart* restart) {
        *restart = self(at).restart_;
        return self(at).wake_;
    };
    hal_.sleep = [](void* at, uint32_t until) { return self(at).sleep(until); };
    hal_.alive = [](void*, quillet_stage) {};
    hal_.keep = [](void*, uint32_t) {};
    parts_ = settings;
    parts_.hal = &hal_;
    parts_.bridge_address = EINK_BRIDGE_ADDRESS;
    parts_.pictures[0] = picture_.data();
    parts_.pictures[1] = old_picture_.data();
    power_up();
}

int Simulation::read_pin(quillet_pin pin) const {
    switch (pin) {
        case QUILLET_PIN_BUSY:
            return panel_->busy_pin();
        case QUILLET_PIN_SIX_HOURS:
            return !settings_.six_hours;
        case QUILLET_PIN_CLICKS:
            return !clicking;
        default:
            return levels_[pin];
    }
}

void Simulation::power_up() {
    std::fill(picture_.begin(), picture_.end(),
              0xAA);  // what SRAM holds after power came is anybody's guess
    std::fill(old_picture_.begin(), old_picture_.end(), 0x55);
    quillet_device_begin(device_.get(), &parts_);
}

uint32_t Simulation::turn(quillet_wake wake) {
    uint32_t seconds = quillet_device_turn(device_.get(), wake);
    panel_->time_us += static_cast<uint64_t>(seconds) * 1000000;
    return seconds;
}

std::vector<uint32_t> Simulation::run(quillet_wake wake, const quillet_restart& restart,
                                      const std::vector<quillet_wake>& wakes) {
    wake_ = wake;
    restart_ = restart;
    wakes_ = wakes;
    slept_.clear();
    try {
        quillet_device_run(device_.get(), &parts_);
    } catch (const LastSleep&) {
    }
    return slept_;
}

quillet_wake Simulation::sleep(uint32_t until) {
    slept_.push_back(until - static_cast<uint32_t>(seconds()));
    if (slept_.size() > wakes_.size()) throw LastSleep{};
    panel_->time_us += static_cast<uint64_t>(slept_.back()) * 1000000;
    return wakes_[slept_.size() - 1];
}

}  // namespace quillet
