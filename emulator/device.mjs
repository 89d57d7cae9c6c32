// A whole device on the desk: an emulated Pico with flash, panel, buttons and battery, booted as the boot ROM does it.
// SPDX-License-Identifier: MIT
import { RP2040 } from 'rp2040js';
import { BOARDS, adcValue } from './boards.mjs';
import { FlashCache, attach } from './flash_cache.mjs';
import { FlashChip } from './flash_chip.mjs';
import { RealTimeClock, Regulator, RingOscillator, SleepState } from './machine_parts.mjs';
import { Bridge } from './bridge.mjs';
import { PANELS } from './panels.mjs';
import { Translator } from './translate.mjs';
import { secondStageIsSealed } from './uf2.mjs';

const FLASH = 0x10000000, RAM = 0x20000000, SECOND_STAGE = 0x20041f00, PAINT = 0x57a11e55, HARD_FAULT = 3;
// What a miss of the flash cache costs behind our second stage: 64 clocks of the flash, command, address and a word on
// one wire, at a quarter of the system's, and the bus around them. Reckoned, not measured on a chip.
export const FLASH_MISS_CYCLES = 64 * 4 + 10;
const NO_STREAM = { interrupt: () => 0 };
const SPI_BYTE_NANOS = 8 / 8.3125e6 * 1e9, I2C_BYTE_NANOS = 9 / 400e3 * 1e9;
const LONGEST_BLOCK_CYCLES = 60000; // all its loads and fetches missing the flash cache
const WATCHDOG_RESETS = 0x1fffc; // all of the chip but its oscillators

export class Device {
  // flash: bytes that stay; panel: a name of PANELS; bus: 'spi' or 'i2c'; board: a name of BOARDS; usb: power that no
  // latch cuts; done: the GPIO that a timer which cuts the power listens to. translated: many times faster, but reads
  // of flash while its interface is taken are not noticed. bootrom: words of a boot ROM to start from, instead of what
  // it does. stretch: instructions that are interpreted at a time.
  constructor({ flash, panel, bus = 'spi', board = 'pico', missCycles = 0, seed = 1, millivolts = 4500,
    translated = false, usb = false, done, bootrom, stretch = 2048 }) {
    Object.assign(this, { flash, bus, missCycles, seed, translated, usb, done, bootrom, millivolts, stretch });
    this.board = BOARDS[board];
    this.text = '';
    this.clicks = 0;
    this.lit = 0; // nanoseconds of the LED
    this.sleeps = []; // {from, to, deep}, nanoseconds
    this.restarts = []; // {at, reason}
    this.complaints = [];
    this.before = 0; // nanoseconds of the chips before this one
    this.clock = () => this.before + this.chip.clock.nanos;
    this.set = { button: false, sixHours: false, clicks: false };
    this.panel = PANELS[panel](this.clock);
    this.powerUp();
  }

  // Power comes, with the button held or not: SRAM is lost.
  powerUp(pressed = false) {
    this.#makeChip((sram) => sram.fill(0xcd));
    this.isOff = false;
    this.set.button = pressed;
    this.#setInputs();
    if (pressed) this.#after(300e6, () => ((this.set.button = false), this.#setInputs()));
  }

  // The watchdog's restart: SRAM and scratch words stay.
  #restart(reason) {
    const { sram } = this.chip, [old] = [this.chip.peripherals[0x40058]];
    this.restarts.push({ at: this.clock(), reason });
    if (this.chip.peripherals[0x40010].wdsel !== WATCHDOG_RESETS)
      this.complaints.push('the watchdog does not reset all of the chip');
    const watchdog = this.#makeChip((fresh) => fresh.set(sram)).peripherals[0x40058];
    watchdog.scratchData.set(old.scratchData);
    watchdog.reason = reason;
    this.#setInputs();
  }

  // A chip with the SRAM that `prepare` leaves.
  #makeChip(prepare) {
    this.before = this.chip ? this.clock() : 0;
    const chip = new RP2040(), { flash, board } = this;
    this.chip = chip;
    prepare(chip.sram);
    this.litSince = undefined;
    chip.flash = flash;
    chip.flash16 = new Uint16Array(flash.buffer);
    chip.flashView = new DataView(flash.buffer);
    // A boot ROM touches more of the chip than is modelled.
    const complain = (name, message) => { if (chip.core.PC >= FLASH) throw new Error(`${name}: ${message}`); };
    chip.logger = { debug() {}, info() {}, warn: complain, error: complain };
    chip.onBreak = (code) => this.#onBreak(code);
    const cut = this.flashChip?.cut;
    this.flashChip = new FlashChip(chip, () => this.clock());
    this.flashChip.cut = cut;
    if (this.missCycles) attach((this.cache = new FlashCache(this.missCycles)), chip, NO_STREAM);
    this.rtc = new RealTimeClock(chip);
    this.sleepState = new SleepState(chip);
    this.oscillator = new RingOscillator(chip, this.seed);
    this.regulator = new Regulator(chip);
    this.swd = debugPads(chip);
    for (const i2c of chip.i2c) this.#keepHold(i2c);
    const decoder = new TextDecoder();
    chip.uart[0].onByte = (byte) => (this.text += decoder.decode(Uint8Array.of(byte), { stream: true }));
    this.restarting = undefined;
    const watchdog = chip.peripherals[0x40058];
    watchdog.onWatchdogTrigger = () => {
      this.restarting = watchdog.reason;
      watchdog.alarm.enable = false; // rp2040js would ring at zero again, without end
    };
    const { adc } = chip;
    adc.onADCRead = (channel) => this.#after(2e3,
      () => adc.completeADCRead(adcValue(board, channel, this.millivolts, (pin) => this.#level(pin)), false));
    this.#wireBoard();
    if (this.bus === 'spi') this.#wireSpi();
    else this.#wireBridge();
    this.#boot();
    this.translator = this.translated && new Translator(chip, this.cache, NO_STREAM);
    return chip;
  }

  // What a pin is driven to by the program, if it is.
  #level(pin) {
    const { sio } = this.chip;
    return ((sio.gpioOutputEnable & sio.gpioValue) >>> pin) & 1;
  }

  #wireBoard() {
    const { chip, board } = this;
    const on = (pin, listener) => pin !== undefined && chip.gpio[pin].addListener(listener);
    on(board.piezo, (state) => (this.clicks += state === 1));
    on(board.led, (state) => {
      if (state === 1) this.litSince = this.clock();
      else if (this.litSince !== undefined) this.lit += this.clock() - this.litSince;
      if (state !== 1) this.litSince = undefined;
    });
    let held = false;
    on(board.hold, (state) => {
      if (state === 0 && held && !this.usb) this.isOff = true;
      held = state === 1;
    });
    on(this.done, (state) => state === 1 && (this.isOff = true));
    for (const pin of board.drives ?? [])
      on(pin, (state) => state < 2 && this.complaints.push(`GP${pin}, which the board drives, is an output`));
    for (const pin of board.off ?? []) on(pin, (state) => state === 1 && this.complaints.push(`GP${pin} is high`));
  }

  #setInputs() {
    const { chip, board, set } = this;
    const { button, jumpers } = board;
    chip.gpio[button.pin].setInputValue(set.button === button.pressed);
    for (const [name, pin] of Object.entries(jumpers)) chip.gpio[pin].setInputValue(!set[name]);
  }

  #wireSpi() {
    const { chip, panel, board } = this, pins = board.panel, spi = chip.spi[pins.spi];
    const level = (pin) => (chip.sio.gpioValue >> pin) & 1;
    spi.onTransmit = (byte) => {
      if (spi.control0 !== 0x0707 || !spi.enabled) throw new Error(`SPI control ${spi.control0.toString(16)}`);
      if (chip.gpio[pins.sck].functionSelect !== 1 || chip.gpio[pins.mosi].functionSelect !== 1)
        throw new Error('the panel is not on these pins');
      if (!level(pins.cs)) panel.byte(byte, level(pins.dc) === 1);
      if (!this.hangs) this.#after(SPI_BYTE_NANOS, () => spi.completeTransmit(0));
    };
    this.#skipHang(spi);
    chip.gpio[pins.reset].addListener((state) => panel.reset(state !== 0));
    const { readUint32 } = chip.sio;
    chip.sio.readUint32 = (offset) => {
      if (offset === 0x04) chip.gpio[pins.busy].rawInputValue = panel.busyLevel === 1;
      return readUint32.call(chip.sio, offset);
    };
  }

  // Who polls the status of an SPI that hangs reads the same for the watchdog's eight seconds: on to the next alarm.
  #skipHang(spi) {
    const STATUS = 0x0c, SAME = 16, { clock } = this.chip, read = spi.readUint32.bind(spi);
    let last, same = 0;
    spi.readUint32 = (offset) => {
      const value = read(offset);
      if (!this.hangs || offset !== STATUS) return value;
      same = value === last ? same + 1 : 0;
      last = value;
      if (same > SAME && clock.nextAlarm) clock.tick(clock.nanosToNextAlarm);
      return value;
    };
  }

  #wireBridge() {
    const { chip, panel } = this, [i2c] = chip.i2c;
    let dc = 0;
    this.bridge ??= new Bridge(this.clock, 0x28, {
      spi: (bytes) => bytes.forEach((byte) => panel.byte(byte, dc === 1)),
      write: (pin, level) => (pin === 1 ? (dc = level) : pin === 2 && panel.reset(level === 1)),
      read: (pin) => (pin === 3 ? panel.busyLevel === 1 : false),
    });
    const { bridge } = this;
    i2c.onStart = () => this.#after(I2C_BYTE_NANOS / 9, () => i2c.completeStart());
    i2c.onConnect = (address, mode) =>
      this.#after(I2C_BYTE_NANOS, () => i2c.completeConnect(bridge.start(address, mode === 1)));
    i2c.onWriteByte = (byte) => this.#after(I2C_BYTE_NANOS, () => i2c.completeWrite(bridge.take(byte)));
    i2c.onReadByte = () => this.#after(I2C_BYTE_NANOS, () => i2c.completeRead(bridge.give()));
    i2c.onStop = () => this.#after(I2C_BYTE_NANOS / 9, () => {
      bridge.stop();
      i2c.completeStop();
    });
  }

  // The data hold register, which rp2040js leaves out: slaves may ask for 300 ns.
  #keepHold(i2c) {
    const write = i2c.writeUint32.bind(i2c), HOLD = 0x7c, CLOCK_MHZ = 133;
    i2c.writeUint32 = (offset, value) => {
      if (offset !== HOLD) return write(offset, value);
      if (value / CLOCK_MHZ < 0.3) this.complaints.push(`I2C data is held for ${value} cycles only`);
    };
  }

  #after(nanos, callback) {
    this.chip.clock.createAlarm(callback).schedule(nanos);
  }

  // Data sheet 2.8.1: the first 256 bytes go to the end of SRAM and run if their checksum is right. Or a boot ROM does
  // it.
  #boot() {
    const { chip } = this, stage = chip.flash.subarray(0, 256);
    if (this.bootrom) {
      chip.bootrom.set(this.bootrom);
      // the flash's select, low: BOOTSEL is pressed
      for (const pin of chip.qspi) (pin.padValue |= 0x40), pin.setInputValue(true);
      chip.core.reset();
      return;
    }
    if (!secondStageIsSealed(chip.flash)) throw new Error('the second stage has a wrong checksum');
    chip.sram.set(stage, SECOND_STAGE - RAM);
    chip.core.SP = SECOND_STAGE;
    chip.core.LR = 0;
    chip.core.PC = SECOND_STAGE;
  }

  // An undefined instruction, which is planted in tests, is a hard fault; a breakpoint ends the run.
  #onBreak(code) {
    const { core } = this.chip, at = core.PC - core.breakRewind;
    if ((this.chip.readUint16(at) & 0xff00) !== 0xde00) throw new Error(`breakpoint ${code} at ${at.toString(16)}`);
    core.PC = at;
    core.exceptionEntry(HARD_FAULT);
  }

  get seconds() {
    return this.clock() / 1e9;
  }

  // The button, now or in some seconds.
  press(seconds = 0) {
    if (seconds) return this.#after(seconds * 1e9, () => this.press());
    this.set.button = true;
    this.#setInputs();
    return this.#after(50e6, () => ((this.set.button = false), this.#setInputs()));
  }

  setJumper(name, set) {
    this.set[name] = set;
    this.#setInputs();
  }

  // What costs current in the sleep that the chip is in: its registers, read out.
  get sleepRegisters() {
    const { chip } = this, pads = Array.from({ length: 30 }, (_, pin) => chip.gpio[pin].padValue);
    return {
      coreMillivolts: this.regulator.millivolts, detectsBrownOut: this.regulator.detects,
        ringOscillator: this.oscillator.on,
      plls: [chip.pllSys, chip.pllUsb].filter((pll) => !(pll.readUint32(4) & 1)).length,
      inputs: pads.filter((pad) => pad & 0x40).length,
      pulls: pads.filter((pad) => pad & 0x0c).length,
      debugger: [0x7c, 0x80].some((at) => this.swd[at] & 0x40), clocks: this.sleepState.clocks,
    };
  }

  // Runs until `until(device)` says so after a step, looked at every few instructions and in every sleep, or until the
  // power is cut; or throws after `limit` simulated seconds.
  run(until, limit = 1e9) {
    const end = this.clock() + limit * 1e9;
    for (;;) {
      const { chip } = this, { core, clock } = chip;
      // The clock follows by some tens of cycles: peripherals are slower than that.
      let before = core.cycles;
      // The second stage and the boot ROM are not translated.
      const translator = core.PC >= FLASH && core.PC < SECOND_STAGE && this.translator;
      for (let i = 0; i < (translator ? 4 : this.stretch) && !core.waiting && this.restarting === undefined; i++) {
        if (translator) translator.run(Math.max(0,
          (clock.nextAlarm ? clock.nanosToNextAlarm * chip.clkSys / 1e9 : Infinity) - LONGEST_BLOCK_CYCLES));
        else if (this.translator) this.translator.interpret(); // keeps the flags, which the translator has of its own
        else core.executeInstruction();
        if (core.cycles - before < 50) continue;
        clock.tick(((core.cycles - before) * 1e9) / chip.clkSys);
        before = core.cycles;
      }
      clock.tick(((core.cycles - before) * 1e9) / chip.clkSys);
      // A branch to itself: only an event ends that, or the watchdog.
      if (chip.readUint16(core.PC & ~1) === 0xe7fe && clock.nextAlarm) clock.tick(clock.nanosToNextAlarm);
      if (this.restarting !== undefined) this.#restart(this.restarting);
      if (this.isOff || until(this)) return;
      if (this.chip === chip && core.waiting) this.#sleep();
      if (this.clock() > end) throw new Error(
        `no end within ${limit} s, at ${this.chip.core.PC.toString(16)}:\n${this.text}`);
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
    const from = this.clock(), { isDeep } = this.sleepState;
    // In the sleep state only what is clocked can wake the core.
    if (isDeep && (this.sleepState.clocks[0] & 0x600100) !== 0x600100)
      throw new Error('asleep without a clock to wake by');
    clock.tick(clock.nanosToNextAlarm);
    const last = this.sleeps.at(-1), to = this.clock();
    if (last && last.to === from && last.deep === isDeep) last.to = to;
    else this.sleeps.push({ from, to, deep: isDeep });
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

// The pads of the debugger's two wires, which rp2040js leaves out: their registers, by offset.
function debugPads(chip) {
  const values = { 0x7c: 0x4a, 0x80: 0x5a }, pads = chip.peripherals[0x4001c];
  const read = pads.readUint32.bind(pads), write = pads.writeUint32.bind(pads);
  pads.readUint32 = (offset) => values[offset] ?? read(offset);
  pads.writeUint32 = (offset, value) => (offset in values ? (values[offset] = value) : write(offset, value));
  return values;
}

// 16 MB of flash, as large as there are, with an image at its start.
export function flashWith(image) {
  const flash = new Uint8Array(16 << 20).fill(0xff);
  flash.set(image);
  return flash;
}
