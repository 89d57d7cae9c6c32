// A whole device on the desk: an emulated Pico with flash, panel, buttons and battery, booted as the boot ROM does it.
// SPDX-License-Identifier: MIT
import { RP2040 } from 'rp2040js';
import { FlashCache, attach } from './flash_cache.mjs';
import { FlashChip } from './flash_chip.mjs';
import { RealTimeClock, RingOscillator, SleepState } from './machine_parts.mjs';
import { Bridge } from './bridge.mjs';
import { PANELS } from './panels.mjs';
import { Translator } from './translate.mjs';
import { secondStageIsSealed } from './uf2.mjs';

export const PIN = { button: 12, sixHours: 13, clicks: 14, piezo: 15, cs: 17, dc: 20, reset: 21, busy: 26 };
const FLASH = 0x10000000, RAM = 0x20000000, SECOND_STAGE = 0x20041f00, PAINT = 0x57a11e55;
// What a miss of the flash cache costs behind our second stage: 64 clocks of the flash, command, address and a word on one
// wire, at a quarter of the system's, and the bus around them. Reckoned, not measured on a chip.
export const FLASH_MISS_CYCLES = 64 * 4 + 10;
const NO_STREAM = { interrupt: () => 0 };
const SPI_BYTE_NANOS = 8 / 8.3125e6 * 1e9, I2C_BYTE_NANOS = 9 / 400e3 * 1e9;

export class Device {
  // flash: 2 MB that stay; panel: a name of PANELS; bus: 'spi' or 'i2c'. translated: many times faster, but reads of flash
  // while its interface is taken are not noticed.
  constructor({ flash, panel, bus = 'spi', missCycles = 0, seed = 1, millivolts = 4500, translated = false }) {
    const chip = new RP2040();
    this.chip = chip;
    this.text = '';
    this.clicks = 0;
    this.sleeps = []; // {from, to, deep}, nanoseconds
    chip.flash = flash;
    chip.flash16 = new Uint16Array(flash.buffer);
    chip.flashView = new DataView(flash.buffer);
    const complain = (name, message) => { throw new Error(`${name}: ${message}`); };
    chip.logger = { debug() {}, info() {}, warn: complain, error: complain };
    chip.onBreak = (code) => { throw new Error(`breakpoint ${code} at ${chip.core.PC.toString(16)}`); };
    this.clock = () => chip.clock.nanos;
    this.flashChip = new FlashChip(chip);
    if (missCycles) attach((this.cache = new FlashCache(missCycles)), chip, NO_STREAM);
    this.rtc = new RealTimeClock(chip);
    this.sleepState = new SleepState(chip);
    new RingOscillator(chip, seed);
    const decoder = new TextDecoder();
    chip.uart[0].onByte = (byte) => (this.text += decoder.decode(Uint8Array.of(byte), { stream: true }));
    chip.adc.channelValues[3] = Math.round((millivolts / 3 / 3300) * 4096);
    this.panel = PANELS[panel](this.clock);
    for (const pin of [PIN.button, PIN.sixHours, PIN.clicks]) chip.gpio[pin].setInputValue(true);
    chip.gpio[PIN.piezo].addListener((state) => (this.clicks += state === 1));
    if (bus === 'spi') this.#wireSpi();
    else this.#wireBridge();
    this.#bootRom();
    this.translator = translated && new Translator(chip, this.cache, NO_STREAM);
  }

  #wireSpi() {
    const { chip, panel } = this, [spi] = chip.spi;
    const level = (pin) => (chip.sio.gpioValue >> pin) & 1;
    spi.onTransmit = (byte) => {
      if (spi.control0 !== 0x0707 || !spi.enabled) throw new Error(`SPI control ${spi.control0.toString(16)}`);
      if (!level(PIN.cs)) panel.byte(byte, level(PIN.dc) === 1);
      this.#after(SPI_BYTE_NANOS, () => spi.completeTransmit(0));
    };
    chip.gpio[PIN.reset].addListener((state) => panel.reset(state !== 0));
    const { readUint32 } = chip.sio;
    chip.sio.readUint32 = (offset) => {
      if (offset === 0x04) chip.gpio[PIN.busy].rawInputValue = panel.busyLevel === 1;
      return readUint32.call(chip.sio, offset);
    };
  }

  #wireBridge() {
    const { chip, panel } = this, [i2c] = chip.i2c;
    let dc = 0;
    this.bridge = new Bridge(this.clock, 0x28, {
      spi: (bytes) => bytes.forEach((byte) => panel.byte(byte, dc === 1)),
      write: (pin, level) => (pin === 1 ? (dc = level) : pin === 2 && panel.reset(level === 1)),
      read: (pin) => (pin === 3 ? panel.busyLevel === 1 : false),
    });
    const { bridge } = this;
    i2c.onStart = () => this.#after(I2C_BYTE_NANOS / 9, () => i2c.completeStart());
    i2c.onConnect = (address, mode) => this.#after(I2C_BYTE_NANOS, () => i2c.completeConnect(bridge.start(address, mode === 1)));
    i2c.onWriteByte = (byte) => this.#after(I2C_BYTE_NANOS, () => i2c.completeWrite(bridge.take(byte)));
    i2c.onReadByte = () => this.#after(I2C_BYTE_NANOS, () => i2c.completeRead(bridge.give()));
    i2c.onStop = () => this.#after(I2C_BYTE_NANOS / 9, () => {
      bridge.stop();
      i2c.completeStop();
    });
  }

  #after(nanos, callback) {
    this.chip.clock.createAlarm(callback).schedule(nanos);
  }

  // Data sheet 2.8.1: the first 256 bytes go to the end of SRAM and run if their checksum is right.
  #bootRom() {
    const { chip } = this, stage = chip.flash.subarray(0, 256);
    if (!secondStageIsSealed(chip.flash)) throw new Error('the second stage has a wrong checksum');
    chip.sram.fill(0xcd);
    chip.sram.set(stage, SECOND_STAGE - RAM);
    chip.core.SP = SECOND_STAGE;
    chip.core.LR = 0;
    chip.core.PC = SECOND_STAGE;
  }

  get seconds() {
    return this.clock() / 1e9;
  }

  press() {
    const pin = this.chip.gpio[PIN.button];
    pin.setInputValue(false);
    this.#after(50e6, () => pin.setInputValue(true));
  }

  setJumper(name, set) {
    this.chip.gpio[PIN[name]].setInputValue(!set);
  }

  // Runs until `until(device)` says so after a step, looked at every few instructions and in every sleep; or throws
  // after `limit` simulated seconds.
  run(until, limit = 1e9) {
    const { chip } = this, { core, clock } = chip, end = clock.nanos + limit * 1e9;
    for (;;) {
      // The clock follows by some tens of cycles: peripherals are slower than that.
      let before = core.cycles;
      // The second stage, in SRAM for once, is not translated.
      const translator = core.PC < SECOND_STAGE && this.translator;
      for (let i = 0; i < (translator ? 4 : 2048) && !core.waiting; i++) {
        if (translator) translator.run();
        else core.executeInstruction();
        if (core.cycles - before < 50) continue;
        clock.tick(((core.cycles - before) * 1e9) / chip.clkSys);
        before = core.cycles;
      }
      clock.tick(((core.cycles - before) * 1e9) / chip.clkSys);
      if (until(this)) return;
      if (core.waiting) this.#sleep();
      if (clock.nanos > end) throw new Error(`no end within ${limit} s, at ${core.PC.toString(16)}:\n${this.text}`);
    }
  }

  // Until the next event of a peripheral. With interrupts masked WFI ends where one is pending.
  #sleep() {
    const { chip } = this, { core, clock } = chip;
    if (core.pendingInterrupts & core.enabledInterrupts) {
      core.waiting = false;
      core.interruptsUpdated = true;
      return;
    }
    if (!clock.nextAlarm) throw new Error(`asleep for ever at ${core.PC.toString(16)}`);
    const from = clock.nanos, { isDeep } = this.sleepState;
    // In the sleep state only what is clocked can wake the core.
    if (isDeep && (this.sleepState.clocks[0] & 0x600100) !== 0x600100) throw new Error('asleep without a clock to wake by');
    clock.tick(clock.nanosToNextAlarm);
    const last = this.sleeps.at(-1);
    if (last && last.to === from && last.deep === isDeep) last.to = clock.nanos;
    else this.sleeps.push({ from, to: clock.nanos, deep: isDeep });
  }

  get isAsleepForLong() {
    return this.chip.core.waiting && this.sleepState.isDeep;
  }

  // Bytes of stack that were used, of those that the start-up painted from address `bottom` on.
  stackUsed(bottom) {
    const { sramView } = this.chip;
    let at = bottom - RAM;
    while (sramView.getUint32(at, true) === PAINT) at += 4;
    return RAM + 264 * 1024 - (RAM + at);
  }
}

// 2 MB of flash with an image at its start.
export function flashWith(image) {
  const flash = new Uint8Array(16 << 20).fill(0xff);
  flash.set(image);
  return flash;
}
