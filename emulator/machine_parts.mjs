// What rp2040js leaves out of the RP2040 and the device needs: real-time clock with alarm, ring oscillator's random
// bit.
// SPDX-License-Identifier: MIT

// A block of registers as rp2040js calls them, with the aliases that set and clear bits.
export class Registers {
  writeUint32Atomic(offset, value, kind) {
    const old = kind ? this.readUint32(offset) : 0;
    this.writeUint32(offset, [value, old ^ value, old | value, old & ~value][kind] >>> 0);
  }
}

// RTC (data sheet 4.8): counts only with a divider that makes a second of clk_rtc; an alarm on day, hour, minute and
// second.
export class RealTimeClock extends Registers {
  static IRQ = 25;

  constructor(chip) {
    super();
    this.chip = chip;
    this.registers = new Uint32Array(12);
    this.startNanos = 0;
    this.running = false;
    this.raised = false;
    this.alarm = chip.clock.createAlarm(() => this.#raise());
    chip.peripherals[0x4005c] = this;
  }

  readUint32(offset) {
    if (offset === 0x0c) return this.running ? 3 : 0;
    if (offset === 0x10) return this.registers[4] | (this.registers[4] & 0x10000000 ? 0x20000000 : 0);
    if (offset === 0x18 || offset === 0x1c) return this.#now(offset === 0x18);
    return this.registers[offset >> 2];
  }

  // Date, or time of day.
  #now(wantsDate) {
    const date = new Date((this.startSeconds + this.#elapsed()) * 1000);
    if (wantsDate) return (date.getUTCFullYear() << 12) | ((date.getUTCMonth() + 1) << 8) | date.getUTCDate();
    return (date.getUTCDay() << 24) | (date.getUTCHours() << 16) | (date.getUTCMinutes() << 8) | date.getUTCSeconds();
  }

  #elapsed() {
    return this.running ? (this.chip.clock.nanos - this.startNanos) / 1e9 : 0;
  }

  writeUint32(offset, value) {
    if (offset === 0x0c) this.#control(value);
    else this.registers[offset >> 2] = offset === 0x10 ? value & ~0x20000000 : value; // that bit says what is
    this.#schedule();
  }

  #control(value) {
    if (value & 0x10) this.startSeconds = secondsOf(this.registers[1], this.registers[2]);
    if (value & 1 && !this.running) this.startNanos = this.chip.clock.nanos;
    this.running = !!(value & 1);
  }

  // The alarm is a level while it matches, as long as MATCH_ENA and the interrupt are on.
  #schedule() {
    const [divider, , , , alarm0, alarm1, , , , enabled] = this.registers;
    this.alarm.cancel();
    const armed = this.running && alarm0 & 0x10000000 && enabled & 1;
    if (!armed) {
      if (this.raised) this.chip.setInterrupt(RealTimeClock.IRQ, false);
      this.raised = false;
      return;
    }
    if (this.raised) return;
    if (divider !== 46874) throw new Error(`the real-time clock divides by ${divider + 1}: that is no second`);
    if (!(alarm0 & 0x01000000) || alarm1 >>> 28 !== 7)
      throw new Error('the alarm does not match day, hour, minute and second');
    // The next date with that day of the month, hour, minute and second.
    const now = this.startSeconds + this.#elapsed(), date = new Date(now * 1000);
    const at = (months) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, alarm0 & 0x1f,
      (alarm1 >> 16) & 0x1f, (alarm1 >> 8) & 0x3f, alarm1 & 0x3f) / 1000;
    const seconds = (at(0) >= Math.floor(now) ? at(0) : at(1)) - now;
    this.alarm.schedule(Math.max(0, seconds * 1e9));
  }

  #raise() {
    this.raised = true;
    this.chip.setInterrupt(RealTimeClock.IRQ, true);
  }
}

// Seconds since 1970 of the clock's two setup registers: year, month and day; hour, minute and second.
function secondsOf(date, time) {
  return Date.UTC(date >>> 12 & 0xfff, (date >>> 8 & 0xf) - 1, date & 0x1f, (time >>> 16) & 0x1f, (time >>> 8) & 0x3f,
    time & 0x3f) / 1000;
}

// ROSC: on or off, and its random bit, from a generator that is seeded so that runs can be repeated.
export class RingOscillator extends Registers {
  constructor(chip, seed) {
    super();
    this.state = seed >>> 0 || 1;
    this.on = true;
    chip.peripherals[0x40060] = this;
  }

  readUint32(offset) {
    if (offset === 0x18) return this.on ? 0x80001000 : 0;
    if (offset !== 0x1c) throw new Error(`ring oscillator register ${offset.toString(16)} read`);
    if (!this.on) throw new Error('a random bit of a ring oscillator that is off');
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 7) & 1;
  }

  writeUint32(offset, value) {
    if (offset !== 0) throw new Error(`ring oscillator register ${offset.toString(16)} written`);
    const enable = value >>> 12;
    if (enable !== 0xfab && enable !== 0xd1e) throw new Error(`ring oscillator control ${value.toString(16)}`);
    this.on = enable === 0xfab;
  }
}

// VREG_AND_CHIP_RESET (2.10.6): the core's voltage and its brown-out detector.
export class Regulator extends Registers {
  constructor(chip) {
    super();
    this.chip = chip;
    this.vreg = 0xb1;
    this.bod = 0x91;
    chip.peripherals[0x40064] = this;
  }

  get millivolts() {
    const select = (this.vreg >> 4) & 15;
    return select < 6 ? 800 : 850 + 50 * (select - 6);
  }

  get detects() {
    return (this.bod & 1) === 1;
  }

  readUint32(offset) {
    return offset === 0 ? this.vreg | 0x1000 : offset === 4 ? this.bod : 0;
  }

  writeUint32(offset, value) {
    if (offset === 0) this.vreg = value & 0xf3;
    else if (offset === 4) this.bod = value & 0xf1;
    const threshold = 473 + 43 * ((this.bod >> 4) & 15);
    if (this.detects && this.millivolts < threshold)
      throw new Error(`a core of ${this.millivolts} mV below the brown-out detector's ${threshold}`);
    if (this.millivolts < 1050 && !(this.chip.pllSys.readUint32(4) & 1))
      throw new Error(`a core of ${this.millivolts} mV with the PLL on`);
  }
}

// The sleep state (data sheet 2.11.2): which clocks run in it, and the core's bit that asks for it.
export class SleepState {
  static ENABLE_0 = 0xa8;
  static ENABLE_1 = 0xac;
  static SYSTEM_CONTROL = 0xd10;

  constructor(chip) {
    this.registers = { [SleepState.ENABLE_0]: 0xffffffff, [SleepState.ENABLE_1]: 0x7fff,
      [SleepState.SYSTEM_CONTROL]: 0 };
    for (const block of [chip.clocks, chip.ppb]) {
      const read = block.readUint32.bind(block), write = block.writeUint32.bind(block);
      const offsets = block === chip.ppb ? [SleepState.SYSTEM_CONTROL] : [SleepState.ENABLE_0, SleepState.ENABLE_1];
      block.readUint32 = (offset) => (offsets.includes(offset) ? this.registers[offset] : read(offset));
      block.writeUint32 = (offset, value) => {
        if (offsets.includes(offset)) this.registers[offset] = value;
        else write(offset, value);
      };
    }
  }

  get isDeep() {
    return (this.registers[SleepState.SYSTEM_CONTROL] & 4) !== 0;
  }

  // Clocks that run in it; the real-time clock needs bits 21 and 22 of the first register, the pins bit 8.
  get clocks() {
    return [this.registers[SleepState.ENABLE_0] >>> 0, this.registers[SleepState.ENABLE_1] >>> 0];
  }
}
