// The RP2040's second core, which rp2040js leaves out: SIO's CPUID and FIFOs, the launch protocol, WFE and SEV.
// SPDX-License-Identifier: MIT
//
// Both cores share memory and take turns by their cycle counts, so that neither runs ahead by more than an instruction.
// Waiting for a bank of SRAM that the other core is using is banks.mjs.
const CPUID = 0x00, FIFO_STATUS = 0x50, FIFO_WRITE = 0x54, FIFO_READ = 0x58;
const DEPTH = 8, VALID = 1, READY = 2;

export class Cores {
  constructor(chip) {
    this.chip = chip;
    this.all = [chip.core, new chip.core.constructor(chip)];
    this.fifo = [[], []]; // fifo[i] is read by core i
    this.launched = false;
    this.launch = []; // words of the boot ROM's protocol seen so far: 0, 0, 1, vector table, stack, entry
    const { sio } = chip;
    const read = sio.readUint32.bind(sio), write = sio.writeUint32.bind(sio);
    sio.readUint32 = (offset) => (this.#owns(offset) ? this.#read(offset) : read(offset));
    sio.writeUint32 = (offset, value) => (this.#owns(offset) ? this.#write(offset, value) : write(offset, value));
  }

  // The core that runs next.
  next() {
    const [a, b] = this.all;
    const core = this.launched && !b.waiting && (a.waiting || b.cycles < a.cycles) ? b : a;
    this.chip.core = core;
    return core;
  }

  // SEV, by the running core: an event for both.
  sendEvent() {
    for (const core of this.all) this.#wake(core);
  }

  #wake(core) {
    core.eventRegistered = true;
    if (!core.waiting) return;
    core.waiting = false;
    core.eventRegistered = false;
    core.cycles = Math.max(core.cycles, this.chip.core.cycles);
  }

  #owns(offset) {
    return offset === CPUID || (offset >= FIFO_STATUS && offset <= FIFO_READ);
  }

  #self() {
    return this.all.indexOf(this.chip.core);
  }

  #read(offset) {
    const self = this.#self();
    if (offset === CPUID) return self;
    if (offset === FIFO_READ) return this.fifo[self].shift() ?? 0;
    return (this.fifo[self].length ? VALID : 0) | (this.fifo[1 - self].length < DEPTH ? READY : 0);
  }

  #write(offset, value) {
    const self = this.#self();
    if (offset !== FIFO_WRITE) return;
    if (self === 0 && !this.launched) this.#bootRom(value >>> 0);
    else if (this.fifo[1 - self].length < DEPTH) this.fifo[1 - self].push(value >>> 0);
  }

  // What core 1 does before it is launched (data sheet 2.8.2): echoes each word, starts over at an unexpected one.
  #bootRom(word) {
    const at = this.launch.length;
    this.fifo[0].push(word);
    if (at < 3 && word !== [0, 0, 1][at]) this.launch = [];
    else this.launch.push(word);
    if (this.launch.length < 6) return;
    const [, , , vectors, stack, entry] = this.launch, core = this.all[1];
    core.VTOR = vectors;
    core.SP = stack;
    core.PC = entry & ~1;
    core.cycles = this.chip.core.cycles;
    this.launched = true;
  }
}
