// What rp2040js leaves out of the RP2040 and the device needs: real-time clock with alarm, ring oscillator's random bit.
// SPDX-License-Identifier: MIT

// RTC (data sheet 4.8): counts only with a divider that makes a second of clk_rtc; an alarm on day, hour, minute and second.
export class RealTimeClock {
  static IRQ = 25;

  constructor(chip) {
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
    return this.registers[offset >> 2];
  }

  writeUint32Atomic(offset, value, kind) {
    const old = this.registers[offset >> 2];
    this.writeUint32(offset, [value, old ^ value, old | value, old & ~value][kind] >>> 0);
  }

  writeUint32(offset, value) {
    if (offset === 0x0c) this.#control(value);
    else this.registers[offset >> 2] = value;
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
    if (!(alarm0 & 0x01000000) || alarm1 >>> 28 !== 7) throw new Error('the alarm does not match day, hour, minute and second');
    const seconds = secondsOf(alarm0 & 0x1f, alarm1 & 0x1f3f3f) - this.startSeconds;
    this.alarm.schedule(Math.max(0, this.startNanos + seconds * 1e9 - this.chip.clock.nanos));
  }

  #raise() {
    this.raised = true;
    this.chip.setInterrupt(RealTimeClock.IRQ, true);
  }
}

// Of a month: day in the first register, hour, minute, second in the other.
function secondsOf(date, time) {
  const day = date & 0x1f, hour = (time >>> 16) & 0x1f, minute = (time >>> 8) & 0x3f, second = time & 0x3f;
  return ((day * 24 + hour) * 60 + minute) * 60 + second;
}

// ROSC: only its random bit, from a generator that is seeded so that runs can be repeated.
export class RingOscillator {
  constructor(chip, seed) {
    let state = seed >>> 0 || 1;
    chip.peripherals[0x40060] = {
      readUint32(offset) {
        if (offset !== 0x1c) throw new Error(`ring oscillator register ${offset.toString(16)} read`);
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        return (state >>> 7) & 1;
      },
      writeUint32Atomic(offset) {
        throw new Error(`ring oscillator register ${offset.toString(16)} written`);
      },
    };
  }
}

// The sleep state (data sheet 2.11.2): which clocks run in it, and the core's bit that asks for it.
export class SleepState {
  static ENABLE_0 = 0xa8;
  static ENABLE_1 = 0xac;
  static SYSTEM_CONTROL = 0xd10;

  constructor(chip) {
    this.registers = { [SleepState.ENABLE_0]: 0xffffffff, [SleepState.ENABLE_1]: 0x7fff, [SleepState.SYSTEM_CONTROL]: 0 };
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
