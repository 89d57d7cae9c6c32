// Panels and the I2C bridge as their data sheets tell them, for the simulated device and for tests.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "eink/canvas.h"
#include "eink/panel.h"

namespace quillet {

using Bytes = std::vector<uint8_t>;

// A controller and its glass, as far as our tables go: RAM, refresh, BUSY, power, deep sleep.
class PanelModel {
  public:
    explicit PanelModel(const eink_panel& panel) : panel_(panel) {}
    virtual ~PanelModel() = default;

    void set_reset(bool level);
    void receive(bool data, const uint8_t* bytes, size_t count);
    bool is_busy() const { return stuck || time_us < busy_until_; }
    // The level of BUSY, which says so `late_us` after work began.
    int busy_pin() const {
        const bool seen =
            stuck || (time_us < busy_until_ && time_us >= busy_from_ + late_us && !dead);
        return seen == (panel_.busy_level == 1);
    }

    // Whether there is ink at (x, y) as people see the panel, after the last refresh.
    bool ink_at(int x, int y) const;
    const eink_panel& panel() const { return panel_; }

    uint64_t time_us = 0;  // moved by whoever owns the clock
    bool stuck = false;    // BUSY never ends
    bool dead = false;     // BUSY never comes
    uint64_t late_us = 0;  // how long after a command BUSY comes
    bool asleep = false, powered = false;
    int refreshes = 0, partial_refreshes = 0;
    int sent_while_busy = 0;      // bytes that a real controller would lose
    std::vector<int> violations;  // commands that came in a state that forbids them
    Bytes shown, old_at_refresh;  // the RAMs' rows at the last refresh

  protected:
    virtual void on_command(uint8_t code) = 0;
    virtual void on_data(uint8_t byte) = 0;
    void work(int ms) {
        busy_from_ = time_us;
        busy_until_ = time_us + static_cast<uint64_t>(ms) * 1000;
    }
    void refresh(const Bytes& ram, const Bytes& old, bool partial);

    const eink_panel& panel_;
    uint8_t command_ = 0;
    Bytes parameters_;
    uint64_t busy_from_ = 0, busy_until_ = 0, reset_fell_ = 0;
};

std::unique_ptr<PanelModel> panel_model_of(const eink_panel& panel);

// NXP SC18IS602B with a panel at its pins. It does not answer while it shifts bytes out, nor for
// the next `silent` messages.
class BridgeModel {
  public:
    BridgeModel(PanelModel& panel, uint8_t address) : panel_(panel), address_(address) {}

    int write(uint8_t address, const uint8_t* bytes, size_t count);  // 0, or -1: no acknowledgement
    int read(uint8_t address, uint8_t* bytes, size_t count);

    bool idle = false;  // told to save power, until the next message
    int silent = 0;
    int refused =
        0;  // messages with an unknown function, too long, or for pins that are not set up for it

  private:
    bool answers(uint8_t address);

    PanelModel& panel_;
    uint8_t address_, gpio_ = 0, enabled_ = 0, kinds_ = 0, buffer_ = 0;
    uint64_t shifting_until_ = 0;
};

}  // namespace quillet
