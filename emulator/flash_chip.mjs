// A W25Q16 behind the RP2040's flash interface: commands by hand while the cache has let go, power cuts in the middle.
// SPDX-License-Identifier: MIT
//
// Replaces rp2040js's SSI, the QSPI pins' select override and the cache's flush register. Reads of flash through the
// cache while the interface is in another state than the second stage left it in are errors, the fetching of code too.
import { Registers } from './machine_parts.mjs';

const READING = { CTRLR0: 0x001f0300, SPI_CTRLR0: 0x03000218 };
const PAGE = 256, SECTOR = 4096;

const BYTES = 0x00070000, EDGE = 0x40, POLARITY = 0x80; // control register 0 while bytes are sent by hand
// Words of 32 bits on four wires by command 6Bh, which firmware/rp2040_bare/flash_stream.c streams weights by.
const STREAMING = { CTRLR0: 0x005f0300, SPI_CTRLR0: 0x4218, COMMAND: 0x6b, DREQ: 39 };

export class PowerCut extends Error {}

// Registers by what reads and what writes them.
class Block extends Registers {
  constructor(readUint32, writeUint32) {
    super();
    Object.assign(this, { readUint32, writeUint32 });
  }
}

export class FlashChip {
  // now: () => nanoseconds
  constructor(chip, now = () => chip.clock.nanos) {
    this.chip = chip;
    this.now = now;
    this.registers = { ctrlr0: 0, ctrlr1: 0, ssienr: 0, baudr: 0, spi: 0, dma: 0, level: 0, delay: 0 };
    this.fourWires = true; // status 2, as W25Q16JV-IQ come
    this.stream = undefined; // {command, address}
    this.streamEnd = chip.clock.createAlarm(() => this.#deliver());
    this.selected = false;
    this.bytes = []; // of the command that is being sent
    this.received = [];
    this.writeEnabled = false;
    this.operations = []; // {kind: 'erase' | 'write', address}
    this.cut = undefined; // {operation: index, share: 0 .. 1}: lose power there
    chip.peripherals[0x18000] = new Block((at) => this.#readSsi(at), (at, value) => this.#writeSsi(at, value));
    chip.peripherals[0x40018] = new Block(() => this.override << 8, (at, value) => at === 0x0c
      && this.#select(value >>> 8 & 3));
    chip.peripherals[0x14000] = new Block(() => 1, () => {});
    this.override = 0;
  }

  get isReading() {
    const { ctrlr0, ssienr, spi } = this.registers;
    return ssienr === 1 && ctrlr0 === READING.CTRLR0 && spi === READING.SPI_CTRLR0 && this.override === 0;
  }

  // While the interface is taken, reads of flash are errors; the guard stands only then, since reads are many.
  #guard() {
    const { chip } = this, names = ['readUint32', 'readUint16', 'readUint8'];
    this.reads ??= names.map((name) => chip[name]);
    names.forEach((name, i) => {
      chip[name] = this.isReading ? this.reads[i] : (address) => {
        if (address >>> 24 === 0x10) throw new Error(
          `flash was read at ${address.toString(16)} while its interface was taken, at ${chip.core.PC.toString(16)}`);
        return this.reads[i].call(chip, address);
      };
    });
  }

  #readSsi(at) {
    const { registers } = this;
    switch (at) {
      case 0x00: return registers.ctrlr0;
      case 0x04: return registers.ctrlr1;
      case 0x08: return registers.ssienr;
      case 0x14: return registers.baudr;
      case 0x20: return 0; // all sent
      case 0x24: return this.received.length;
      case 0x48: return 0; // clears interrupts
      case 0x28: return 0x06 | (this.received.length ? 0x08 : 0) | (this.stream ? 1 : 0);
      case 0x60: return this.received.shift() ?? 0;
      case 0xf4: return registers.spi;
    }
    throw new Error(`SSI register ${at.toString(16)} read`);
  }

  #writeSsi(at, value) {
    const { registers } = this;
    const locked = { 0x00: 'ctrlr0', 0x04: 'ctrlr1', 0x14: 'baudr', 0x4c: 'dma', 0x54: 'level', 0xf0: 'delay',
      0xf4: 'spi' }[at];
    const unlocked = at === 0x4c || at === 0x54;
    if (at === 0x08) {
      registers.ssienr = value;
      this.received = [];
      this.#guard();
    } else if (at === 0x10) return; // which chip is selected: there is one
    else if (at === 0x60 && registers.ctrlr0 === STREAMING.CTRLR0) this.#begin(value);
    else if (at === 0x60) this.#exchange(value & 0xff);
    else if (!locked) throw new Error(`SSI register ${at.toString(16)} written`);
    else if (registers.ssienr && !unlocked) throw new Error(`SSI register ${at.toString(16)} written while it is on`);
    else registers[locked] = value;
  }

  // A read of ctrlr1 + 1 words: command and address on one wire, eight clocks, eight clocks a word. All words are
  // handed to the DMA when the last has come, since nobody looks before.
  #begin(value) {
    const { registers, stream } = this;
    if (registers.spi !== STREAMING.SPI_CTRLR0 || !registers.ssienr || this.override)
      throw new Error('a stream from a flash that is not set up for it');
    if (!stream) {
      if (value !== STREAMING.COMMAND || !this.fourWires) throw new Error(`flash command ${value} on four wires`);
      this.stream = {};
      return;
    }
    if (stream.address !== undefined) throw new Error('a second stream while one runs');
    stream.address = value & 0xffffff;
    const clocks = 8 + 24 + 8 + 8 * (registers.ctrlr1 + 1);
    this.streamEnd.schedule((clocks * registers.baudr * 1e9) / this.chip.clkSys);
  }

  #deliver() {
    const { chip, stream, registers } = this;
    const channel = chip.dma.channels.find((each) => each.active && each.treq === STREAMING.DREQ);
    if (!channel || registers.dma !== 1) throw new Error('a stream that no DMA takes');
    this.streamEnd.scheduled = false;
    for (let i = 0; i <= registers.ctrlr1; i++) {
      if (!channel.active) throw new Error('a stream longer than its DMA');
      this.received = [chip.flashView.getUint32(stream.address + 4 * i, false)];
      channel.transfer();
    }
    this.stream = undefined;
  }

  #select(override) {
    this.override = override;
    this.#guard();
    const selected = override === 2;
    if (this.selected && !selected) this.#finish();
    if (selected) this.bytes = [];
    this.selected = selected;
  }

  #exchange(byte) {
    // The boot ROM also clocks a flash that is not selected, out of whatever mode it was left in; and where the second
    // stage does not check it reads again with the other edges of the clock, which a flash of modes 0 and 3 does not
    // answer to.
    if (this.chip.core.PC < 0x4000 && (!this.selected || [EDGE, POLARITY].includes(this.registers.ctrlr0 - BYTES)))
      return this.received.push(0);
    if (!this.selected || ![BYTES, BYTES + EDGE + POLARITY].includes(this.registers.ctrlr0))
      throw new Error('a byte was sent to a flash that is not selected');
    this.bytes.push(byte);
    this.chip.core.cycles += 8 * this.registers.baudr;
    this.received.push(this.bytes[0] === 0x05 ? this.#status() : this.bytes[0] === 0x35 && this.fourWires ? 2
      : this.bytes[0] === 0x03 ? this.#read() : 0);
  }

  // A byte of command 03h, which the boot ROM reads the second stage with.
  #read() {
    const [, a, b, c] = this.bytes, at = this.bytes.length - 5;
    return at < 0 ? 0 : this.chip.flash[((a << 16) | (b << 8) | c) + at];
  }

  #status() {
    return this.now() < this.busyUntil ? 1 : 0;
  }

  // The select line rose: the command is done.
  #finish() {
    const [code, a, b, c] = this.bytes;
    if (code === undefined || code === 0x05 || code === 0x03 || code === 0x35) return;
    if (this.now() < this.busyUntil) throw new Error('a command to a flash that is at work');
    if (code === 0x06) this.writeEnabled = true;
    else if (code === 0x50) this.volatileEnabled = true;
    else if (code === 0x31) {
      if (!this.volatileEnabled) throw new Error('a status written without leave');
      this.volatileEnabled = false;
      this.fourWires = (a & 2) !== 0;
    }
    else if (code === 0x20 || code === 0x02) {
      if (!this.writeEnabled) throw new Error('flash changed without write enable');
      this.writeEnabled = false;
      const address = (a << 16) | (b << 8) | c;
      if (code === 0x20) this.#erase(address & ~(SECTOR - 1));
      else this.#write(address, this.bytes.slice(4));
    } else if (code !== 0x00 && code !== 0xff) // those are the boot ROM's ways out of other modes
      throw new Error(`flash command ${code}`);
  }

  // Does `step(i)` for i below count, or a share of them and then loses power.
  #work(kind, address, count, milliseconds, step) {
    const index = this.operations.push({ kind, address }) - 1;
    const isCut = this.cut && this.cut.operation === index;
    const end = isCut ? Math.floor(count * this.cut.share) : count;
    for (let i = 0; i < end; i++) step(i);
    if (isCut) throw new PowerCut(`power cut in ${kind} ${index}`);
    this.busyUntil = this.now() + milliseconds * 1e6;
  }

  #erase(address) {
    this.#work('erase', address, SECTOR, 45, (i) => (this.chip.flash[address + i] = 0xff));
  }

  #write(address, bytes) {
    if (bytes.length > PAGE) throw new Error('more than a page written');
    const at = (i) => (address & ~(PAGE - 1)) | ((address + i) & (PAGE - 1));
    this.#work('write', address, bytes.length * 8, 0.7, (i) => {
      if (!(bytes[i >> 3] & (1 << (i & 7)))) this.chip.flash[at(i >> 3)] &= ~(1 << (i & 7));
    });
  }
}
