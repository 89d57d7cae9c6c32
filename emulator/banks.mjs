// What two cores lose by wanting the same bank of SRAM in the same cycle (RP2040 data sheet 2.6.2).
// SPDX-License-Identifier: MIT
//
// 0x20000000 .. 0x20040000 is four banks, words in turn; then come two banks of 4 kB. A model: an instruction's
// accesses are taken to happen one a cycle from its beginning, its own fetch first (a word holds two instructions, so
// only every other one fetches), and the core that is second waits a cycle. Without it cores never wait.
export function attach(chip, cores) {
  // by core: when it last read or wrote a bank
  const last = [new Float64Array(6).fill(-1), new Float64Array(6).fill(-1)];
  let instruction = -1, offset = 0, self = 0, nested = false;
  const access = (address) => {
    const { core } = chip;
    if (core.cycles !== instruction || self !== cores.all.indexOf(core)) {
      instruction = core.cycles;
      offset = 0;
      self = cores.all.indexOf(core);
    }
    const bank = address < 0x20040000 ? (address >> 2) & 3 : 4 + ((address >> 12) & 1);
    const time = instruction + offset;
    offset++;
    if (last[1 - self][bank] === time) {
      core.cycles++;
      instruction++;
    }
    last[self][bank] = time;
  };
  for (const name of ['readUint32', 'readUint16', 'readUint8', 'writeUint32', 'writeUint16', 'writeUint8']) {
    const original = chip[name].bind(chip);
    chip[name] = (address, value) => {
      const outer = !nested && cores.launched && address >>> 20 === 0x200;
      if (!outer) return original(address, value);
      const fetch = name === 'readUint16' && (address & ~1) === (chip.core.PC & ~1) && address & 2;
      if (!fetch) access(address);
      nested = true;
      const result = original(address, value);
      nested = false;
      return result;
    };
  }
}
