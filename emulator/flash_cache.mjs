// What a read through the RP2040's flash cache costs: 16 kB, two ways, lines of 8 bytes filled in halves of 4.
// SPDX-License-Identifier: MIT
//
// A model, not the chip: 16 kB, two ways and the line's size are the data sheet's; a miss is taken to cost `cycles` (40
// by default: 8 clocks of command and address, 8 of data at half the system's clock, and the bus around them).

const FLASH = 0x10000000, UNCACHED = 0x11000000, END = 0x14000000;

export class FlashCache {
  constructor(cycles) {
    this.cycles = cycles;
    this.misses = 0;
    this.tag = new Int32Array(2048).fill(-1);
    this.halves = new Uint8Array(2048);
    this.older = new Uint8Array(1024); // the way of a set that is replaced next
  }

  // Cycles beyond the core's own of a read at `address`.
  read(address) {
    if (address < FLASH || address >= END) return 0;
    if (address >= UNCACHED) return this.#miss();
    const set = (address >> 3) & 1023, tag = (address & 0xffffff) >> 13, half = 1 << ((address >> 2) & 1);
    let line = 2 * set;
    if (this.tag[line] !== tag) line++;
    if (this.tag[line] === tag) {
      this.older[set] = (line & 1) ^ 1;
      if (this.halves[line] & half) return 0;
      this.halves[line] |= half;
    } else {
      line = 2 * set + this.older[set];
      this.older[set] ^= 1;
      this.tag[line] = tag;
      this.halves[line] = half;
    }
    return this.#miss();
  }

  #miss() {
    this.misses++;
    return this.cycles;
  }
}

// Charges the reads of `chip` (a rp2040js RP2040) to whichever core is running; misses disturb `stream` and it them.
export function attach(cache, chip, stream) {
  let nested = false; // a narrow read may be done by a wider one
  for (const name of ['readUint32', 'readUint16', 'readUint8']) {
    const read = chip[name].bind(chip);
    chip[name] = (address) => {
      if (nested || address >>> 28 !== 1) return read(address);
      nested = true;
      const cycles = cache.read(address >>> 0);
      if (cycles) chip.core.cycles += cycles + stream.interrupt(cycles);
      const value = read(address);
      nested = false;
      return value;
    };
  }
}
