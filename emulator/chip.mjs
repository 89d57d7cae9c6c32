// An emulated RP2040 with a bare image in its flash: runs it and gives text, cycles and memory.
// SPDX-License-Identifier: MIT
//
// No boot ROM and no second stage: the stack and the first address are the image's first two words. Breakpoints talk:
// `bkpt #1` and `bkpt #2` bracket what is measured, `bkpt #0` ends well, any other number ends badly.
import { RP2040 } from 'rp2040js';
import { readElf } from './elf.mjs';
import { FlashCache, attach } from './flash_cache.mjs';
import { attach as attachBanks } from './banks.mjs';
import { Cores } from './second_core.mjs';
import { Translator } from './translate.mjs';
import { XipStream } from './xip_stream.mjs';

const LONGEST_BLOCK_CYCLES = 20000; // all its loads and fetches missing the flash cache
const FLASH = 0x10000000, NANOSECONDS_A_CYCLE = 8; // rp2040js's clock counts at 125 MHz

export class Chip {
  // missCycles: what a miss of the flash cache costs; banks: cores wait for each other's banks of SRAM. Both are
  // models, left out unless asked for. translated: run by translated blocks while one core runs, else by rp2040js's
  // interpreter.
  constructor(path, { missCycles = 0, banks = false, translated = true } = {}) {
    const chip = new RP2040();
    const { segments, ram } = readElf(path);
    for (const { address, bytes } of segments) chip.flash.set(bytes, address - FLASH);
    this.chip = chip;
    this.ram = ram; // bytes of SRAM that the image takes, its stack apart
    this.flash = segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.text = '';
    this.intervals = []; // cycles between bkpt #1 and bkpt #2
    this.cores = new Cores(chip);
    if (banks) attachBanks(chip, this.cores);
    this.stream = new XipStream(chip);
    this.cache = missCycles ? new FlashCache(missCycles) : undefined;
    if (this.cache) attach(this.cache, chip, this.stream);
    this.translator = translated && new Translator(chip, this.cache, this.stream);
    const decoder = new TextDecoder();
    chip.uart[0].onByte = (byte) => (this.text += decoder.decode(Uint8Array.of(byte), { stream: true }));
    chip.onBreak = (code) => this.#onBreak(code);
    const complain = (name, message) => { throw new Error(`${name}: ${message}`); };
    const listen = (name, message) => { if (message === 'SEV') this.cores.sendEvent(); };
    chip.logger = { debug() {}, info: listen, warn: complain, error: complain };
    const vectors = new DataView(chip.flash.buffer);
    chip.core.SP = vectors.getUint32(0, true);
    chip.core.PC = vectors.getUint32(4, true) & ~1;
    chip.core.VTOR = FLASH;
  }

  get cycles() {
    return this.cores.all[0].cycles;
  }

  get misses() {
    return this.cache ? this.cache.misses : 0;
  }

  // Runs to the end and returns the breakpoint's number. Throws when `limit` cycles have passed.
  run(limit = Infinity) {
    const { chip, cores } = this, { clock } = chip;
    let now = this.cycles;
    this.code = undefined;
    while (this.code === undefined) {
      const core = cores.next();
      if (core.waiting) throw new Error(`core waits for ever at ${core.PC.toString(16)}`);
      if (core.cycles > limit) throw new Error(`no end within ${limit} cycles, at ${core.PC.toString(16)}`);
      if (clock.nextAlarm && core.cycles > now) clock.tick((core.cycles - now) * NANOSECONDS_A_CYCLE);
      now = core.cycles; // of the core that is behind, so that time never runs back
      if (this.translator && !cores.launched) this.#runTranslated();
      else core.executeInstruction();
    }
    return this.code;
  }

  // As far as no alarm goes off within a block.
  #runTranslated() {
    const { clock } = this.chip;
    const cycles = clock.nextAlarm ? clock.nanosToNextAlarm / NANOSECONDS_A_CYCLE - LONGEST_BLOCK_CYCLES : Infinity;
    if (cycles > 0) this.translator.run(cycles);
    else this.translator.interpret();
  }

  #onBreak(code) {
    const { cycles } = this.chip.core;
    if (code === 1) this.start = cycles;
    else if (code === 2) this.intervals.push(cycles - this.start - 1); // less the breakpoint itself
    else this.code = code;
  }
}
