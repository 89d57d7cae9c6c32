// Panels and the I2C bridge as their data sheets tell them.
// SPDX-License-Identifier: MIT
#include "device/panel_model.h"

#include <map>
#include <string_view>

namespace quillet {

void PanelModel::set_reset(bool level) {
    if (!level) {
        reset_fell_ = time_us;
        asleep = false;
        powered = false;
        return;
    }
    // A pulse: long enough to be one, and on the boards that take a long low for "power off" not too
    // long.
    const uint64_t low_us = time_us - reset_fell_;
    if (reset_fell_ && (low_us < 100 || low_us > 12000u)) violations.push_back(-1);
    reset_fell_ = 0;
}

void PanelModel::receive(bool data, const uint8_t* bytes, size_t count) {
    if (asleep) return;
    sent_while_busy += is_busy() ? static_cast<int>(count) : 0;
    for (size_t i = 0; i < count; i++) {
        if (data) {
            parameters_.push_back(bytes[i]);
            on_data(bytes[i]);
        } else {
            command_ = bytes[i];
            parameters_.clear();
            on_command(bytes[i]);
        }
    }
}

void PanelModel::refresh(const Bytes& ram, const Bytes& old, bool partial) {
    refreshes++;
    partial_refreshes += partial;
    shown = ram;
    old_at_refresh = old;
    work(partial ? panel_.partial_ms : panel_.refresh_ms);
}

bool PanelModel::ink_at(int x, int y) const {
    const bool on_its_side = panel_.width == panel_.ram_rows;
    const int column = on_its_side ? panel_.height - 1 - y : x, row = on_its_side ? x : y;
    const size_t at = static_cast<size_t>(row * (panel_.ram_columns / 8) + column / 8);
    return at < shown.size() && !(shown[at] >> (7 - column % 8) & 1);
}

namespace {

// SSD1680, SSD1683: a window with counters, two RAMs, update sequences.
class Solomon : public PanelModel {
  public:
    using PanelModel::PanelModel;

    void on_command(uint8_t code) override {
        if (code == 0x12) work(5);
        if ((code == 0x24 || code == 0x26) && (x_ || y_)) violations.push_back(code);
        if (code != 0x20) return;
        if ((sequence_ & 0xC4) == 0xC4) {  // clock, analog, display; bit 3: mode 2
            refresh(rams_[0x24], rams_[0x26], sequence_ & 0x08);
        } else {
            violations.push_back(code);
        }
    }

    void on_data(uint8_t byte) override {
        const Bytes& p = parameters_;
        auto pair = [&](size_t i) { return p[i] | p[i + 1] << 8; };
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
                if (p.size() == 4) first_y_ = pair(0), last_y_ = pair(2);
                break;
            case 0x4E:
                x_ = byte;
                break;
            case 0x4F:
                if (p.size() == 2) y_ = pair(0);
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
        if (x_ >= row || y_ >= panel_.ram_rows) {
            violations.push_back(command_);
            return;
        }
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

// UC8151, UC8176: two transmissions, waveforms, power on and off by command.
class UltraChip : public PanelModel {
  public:
    using PanelModel::PanelModel;

    void on_command(uint8_t code) override {
        switch (code) {
            case 0x02:
                powered = false, work(20);
                break;
            case 0x04:
                powered = true, work(40);
                break;
            case 0x10:
                old_.clear();
                break;
            case 0x13:
                new_.clear();
                break;
            case 0x12:
                if (!powered) violations.push_back(code);
                refresh(new_, old_, registers_own_);
                break;
            default:
                break;
        }
    }

    void on_data(uint8_t byte) override {
        if (command_ == 0x10) old_.push_back(byte);
        if (command_ == 0x13) new_.push_back(byte);
        if (command_ == 0x00) registers_own_ = byte & 0x20;
        if (command_ != 0x07) return;
        if (powered) violations.push_back(command_);
        asleep = byte == 0xA5;
    }

  private:
    Bytes old_, new_;
    bool registers_own_ = false;
};

}  // namespace

std::unique_ptr<PanelModel> panel_model_of(const eink_panel& panel) {
    if (std::string_view(panel.controller).starts_with("SSD"))
        return std::make_unique<Solomon>(panel);
    return std::make_unique<UltraChip>(panel);
}

bool BridgeModel::answers(uint8_t address) {
    if (address != address_) return false;
    if (silent > 0) {
        silent--;
        return false;
    }
    return panel_.time_us >= shifting_until_;
}

int BridgeModel::write(uint8_t address, const uint8_t* bytes, size_t count) {
    enum {
        kSpiOnSs0 = 0x01,
        kConfigureSpi = 0xF0,
        kIdle = 0xF2,
        kWritePins = 0xF4,
        kReadPins,
        kEnablePins,
        kConfigurePins
    };
    panel_.time_us += 25 + count * 23;  // 9 bits a byte at 400 kHz
    if (!answers(address)) return -1;
    idle = bytes[0] == kIdle;
    switch (bytes[0]) {
        case kIdle:
            break;
        case kSpiOnSs0:
            refused += count > 201 || (enabled_ & 1) != 0;  // a pin set as GPIO selects nothing
            panel_.receive(gpio_ & 2, bytes + 1, count - 1);
            shifting_until_ = panel_.time_us + (count - 1) * 5;
            break;
        case kConfigureSpi:
            refused += bytes[1] != 0;
            break;
        case kWritePins:
            refused +=
                (enabled_ & 6) != 6 || (kinds_ & 0x3C) != 0x14;  // D/C and RST: GPIOs, push-pull
            gpio_ = bytes[1];
            panel_.set_reset(gpio_ & 4);
            break;
        case kReadPins:
            refused += !(enabled_ & 8) || kinds_ >> 6 != 2;  // BUSY: a GPIO, input
            buffer_ = static_cast<uint8_t>((gpio_ & 6) | (panel_.busy_pin() ? 8 : 0));
            break;
        case kEnablePins:
            enabled_ = bytes[1];
            break;
        case kConfigurePins:
            kinds_ = bytes[1];
            break;
        default:
            refused++;
            break;
    }
    return 0;
}

int BridgeModel::read(uint8_t address, uint8_t* bytes, size_t count) {
    panel_.time_us += 25 + count * 23;
    if (!answers(address)) return -1;
    for (size_t i = 0; i < count; i++) bytes[i] = buffer_;
    return 0;
}

}  // namespace quillet
