// The RP2040's streaming reads of flash, which rp2040js leaves out: XIP_CTRL's STREAM registers, the FIFO and its DREQ.
// SPDX-License-Identifier: MIT
//
// A model (data sheet 2.6.3.1): while words are due, one arrives every WORD_CYCLES cycles as long as the FIFO of two
// has room; the flash is read in one continuous transfer, 8 clocks of 4 bits at half the system's clock a word. A miss
// of the cache takes the flash away: the stream waits for it and then pays for a new command and address,
// RESTART_CYCLES; the miss itself waits for the word in flight.
const STATUS = 0x08, ADDRESS = 0x14, COUNT = 0x18, FIFO = 0x1c;
const EMPTY = 1, FULL = 2, DEPTH = 2, DREQ_XIP_STREAM = 37;
const WORD_CYCLES = 16, RESTART_CYCLES = 24, NANOSECONDS_A_CYCLE = 8;

export class XipStream {
  constructor(chip) {
    this.chip = chip;
    this.address = 0;
    this.count = 0;
    this.fifo = [];
    this.delay = 0; // cycles that the word on its way is late
    this.alarm = chip.clock.createAlarm(() => this.#arrive());
    const control = { readUint32: (offset) => this.#read(offset), writeUint32Atomic: (offset, value) =>
      this.#write(offset, value) };
    chip.peripherals[0x14000] = control;
    chip.peripherals[0x50400] = { readUint32: () => this.#pop(), writeUint32Atomic() {} }; // XIP_AUX: the FIFO for DMA
  }

  // A miss that takes `cycles`; returns how much longer it takes for the stream.
  interrupt(cycles) {
    if (!this.alarm.scheduled || !this.count) return 0;
    this.delay += cycles + RESTART_CYCLES;
    return WORD_CYCLES / 2;
  }

  #schedule(cycles) {
    this.alarm.schedule(cycles * NANOSECONDS_A_CYCLE);
  }

  #arrive() {
    this.alarm.scheduled = false;
    if (this.delay) {
      this.#schedule(this.delay);
      this.delay = 0;
      return;
    }
    if (!this.count || this.fifo.length >= DEPTH) return;
    this.fifo.push(this.chip.flashView.getUint32(this.address & 0xffffff, true));
    this.address += 4;
    this.count--;
    if (this.count && this.fifo.length < DEPTH) this.#schedule(WORD_CYCLES);
    this.chip.dma.setDREQ(DREQ_XIP_STREAM);
  }

  #pop() {
    const word = this.fifo.shift() ?? 0;
    if (!this.fifo.length) this.chip.dma.clearDREQ(DREQ_XIP_STREAM);
    if (this.count && !this.alarm.scheduled) this.#schedule(WORD_CYCLES);
    return word;
  }

  #read(offset) {
    if (offset === STATUS) return (this.fifo.length ? 0 : EMPTY) | (this.fifo.length < DEPTH ? 0 : FULL);
    if (offset === ADDRESS) return this.address;
    if (offset === COUNT) return this.count;
    if (offset === FIFO) return this.#pop();
    return 0;
  }

  #write(offset, value) {
    if (offset === ADDRESS) this.address = value & ~3;
    if (offset !== COUNT) return;
    this.count = value & 0x3fffff;
    this.delay = 0;
    if (this.count) this.#schedule(WORD_CYCLES + RESTART_CYCLES);
  }
}
