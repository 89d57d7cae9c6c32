// The device on the host: the firmware's own program with simulated time, flash, battery and panel.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "device/panel_model.h"
#include "firmware/device.h"

namespace quillet {

// The device's parts and what is around it. Leave hal, bridge_address and pictures out: the simulation
// sets them.
struct SimulationSettings : quillet_device_parts {
    SimulationSettings() : quillet_device_parts{} {
        cells = 3;
        candidates = 48;
    }
    bool six_hours = false;
    uint32_t battery_mv = 4500;  // 0: the reading is unknown
    uint32_t salt = 0;           // what the hardware's entropy gives
};

class Simulation {
  public:
    // REQUIRES: the voices outlive it.
    explicit Simulation(const SimulationSettings& settings);
    Simulation(const Simulation&) = delete;

    // As if the power came back: SRAM is lost, flash and panel stay.
    void power_up();

    // One turn and the sleep after it. Returns the seconds slept.
    uint32_t turn(quillet_wake wake);

    // Runs the firmware's main loop as after a start for the reasons `wake` and `restart`. Its sleeps end as
    // `wakes` say, one each; the sleep after the last of them ends the call. Returns the seconds of each sleep.
    std::vector<uint32_t> run(quillet_wake wake, const quillet_restart& restart,
                              const std::vector<quillet_wake>& wakes);

    PanelModel& panel() { return *panel_; }
    BridgeModel& bridge() { return bridge_; }
    Bytes& flash() { return flash_; }
    void set_battery(uint32_t millivolts) { settings_.battery_mv = millivolts; }
    uint64_t seconds() const { return panel_->time_us / 1000000; }
    const quillet_device& device() const { return *device_; }
    int clicks = 0;
    int power_cuts = 0;
    bool clicking = false;

    // Called with every piece of the log.
    std::function<void(const char*)> on_log = [](const char*) {};

  private:
    static Simulation& self(void* at) { return *static_cast<Simulation*>(at); }
    int read_pin(quillet_pin pin) const;

    quillet_wake sleep(uint32_t until);

    SimulationSettings settings_;
    std::unique_ptr<PanelModel> panel_;
    BridgeModel bridge_;
    Bytes flash_, picture_, old_picture_;
    quillet_wake wake_ = QUILLET_WAKE_POWER;  // of `run`, as are the next three
    quillet_restart restart_{};
    std::vector<quillet_wake> wakes_;
    std::vector<uint32_t> slept_;
    int levels_[QUILLET_PIN_COUNT] = {};
    quillet_hal hal_{};
    quillet_device_parts parts_{};
    std::unique_ptr<quillet_device> device_;
};

}  // namespace quillet
