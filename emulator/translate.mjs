// Runs a core of rp2040js by translating its code to JavaScript, block by block: the same cycles, some twenty times
// faster.
// SPDX-License-Identifier: MIT
//
// A block is a run of instructions up to a branch. It becomes one function on the core's own registers; flags that a
// later instruction of the block overwrites unseen are not computed. What a block has no translation for (breakpoints,
// special registers, exceptions) is left to rp2040js's interpreter, one instruction at a time, and so is every load or
// store beyond SRAM and flash, before which a block ends: so nothing happens inside of a block that another part of the
// chip could see. Code in SRAM is translated when it is first run; a write to where translated code lies throws all of
// it away.
const LONGEST_BLOCK = 200;
const ROM = 0x10000000, ROM_END = 0x11000000, RAM = 0x20000000, RAM_SIZE = 264 * 1024;
const UNTRANSLATED = () => {};
const NZ = 1, C = 2, V = 4, ALL = NZ | C | V;

const inRam = (address) => address >= RAM && address < RAM + RAM_SIZE, inRom = (address) => address >= ROM
  && address < ROM_END;
const hex = (number) => '0x' + (number >>> 0).toString(16);

// Conditions of branches, in the encoding's order.
const CONDITIONS = ['nz === 0', 'nz !== 0', 'c', '!c', 'nz < 0', 'nz >= 0', 'v', '!v', 'c && nz !== 0',
  '!c || nz === 0',
  'nz < 0 === v', 'nz < 0 !== v', 'nz !== 0 && nz < 0 === v', 'nz === 0 || nz < 0 !== v'];
const CONDITION_FLAGS = [NZ, NZ, C, C, NZ, NZ, V, V, C | NZ, C | NZ, NZ | V, NZ | V, NZ | V, NZ | V];

// The parts of an instruction's translation: code, the flags it sets (each as code that runs where the flag is wanted)
// and uses, its cycles, the address that it reads (from) or writes (to), and whether the block ends.
const plain = (code, cycles = 1) => ({ code, cycles, sets: {}, uses: 0 });
const flagged = (code, sets, uses = 0) => ({ code, cycles: 1, sets, uses });
const ends = (code, cycles, uses = 0) => ({ code, cycles, sets: {}, uses, end: true });

const SUM = { nz: 'nz = t', c: 'c = (t >>> 0) < (a >>> 0)', v: 'v = ((a ^ t) & (b ^ t)) < 0' };
const DIFFERENCE = { nz: 'nz = t', c: 'c = (a >>> 0) >= (b >>> 0)', v: 'v = ((a ^ b) & (a ^ t)) < 0' };
const RESULT = { nz: 'nz = t' };

const add = (d, a, b) => flagged(`a = ${a}; b = ${b}; t = (a + b) | 0; ${d}`, SUM);
const subtract = (d, a, b) => flagged(`a = ${a}; b = ${b}; t = (a - b) | 0; ${d}`, DIFFERENCE);
const logic = (d, value) => flagged(`t = ${value}; ${d}`, RESULT);

function shiftImmediate(opcode) {
  const kind = opcode >> 11, count = (opcode >> 6) & 31, m = `r[${(opcode >> 3) & 7}]`, d = `r[${opcode & 7}] = t`;
  if (kind === 0) {
    const carry = count ? { c: `c = (a >>> ${32 - count}) & 1 ? true : false` } : {};
    return flagged(`a = ${m}; t = a << ${count}; ${d}`, { nz: 'nz = t', ...carry });
  }
  const last = count ? count - 1 : 31;
  const value = kind === 1 ? (count ? `(a >>> ${count}) | 0` : '0') : `a >> ${count || 31}`;
  return flagged(`a = ${m}; t = ${value}; ${d}`, { nz: 'nz = t', c: `c = (a >>> ${last}) & 1 ? true : false` });
}

function addSubtractSmall(opcode) {
  const n = `r[${(opcode >> 3) & 7}]`, d = `r[${opcode & 7}] = t`, field = (opcode >> 6) & 7;
  const b = opcode & 0x400 ? String(field) : `r[${field}]`;
  return opcode & 0x200 ? subtract(d, n, b) : add(d, n, b);
}

function immediate(opcode) {
  const d = `r[${(opcode >> 8) & 7}]`, value = String(opcode & 255);
  switch ((opcode >> 11) & 3) {
    case 0: return logic(`${d} = t`, value);
    case 1: return subtract('', d, value);
    case 2: return add(`${d} = t`, d, value);
    default: return subtract(`${d} = t`, d, value);
  }
}

function shiftRegister(kind, d, m) {
  const carries = { 2: ['32 - n', 'n && n < 33'], 3: ['n - 1', 'n && n < 33'], 4: ['(n > 32 ? 32 : n) - 1', 'n'] };
  const values = { 2: 'n < 32 ? a << n : 0', 3: 'n < 32 ? (a >>> n) | 0 : 0', 4: 'a >> (n < 32 ? n : 31)' };
  const [at, when] = carries[kind];
  const carry = `if (n) c = (${when}) ? ((a >>> (${at})) & 1) !== 0 : false`;
  return flagged(`a = ${d}; n = ${m} & 255; t = ${values[kind]}; ${d} = t`, { nz: 'nz = t', c: carry }, C);
}

function dataProcessing(opcode) {
  const d = `r[${opcode & 7}]`, m = `r[${(opcode >> 3) & 7}]`, to = `${d} = t`;
  switch ((opcode >> 6) & 15) {
    case 0: return logic(to, `${d} & ${m}`);
    case 1: return logic(to, `${d} ^ ${m}`);
    case 2: return shiftRegister(2, d, m);
    case 3: return shiftRegister(3, d, m);
    case 4: return shiftRegister(4, d, m);
    case 5: return flagged(`a = ${d}; b = ${m}; n = (a >>> 0) + (b >>> 0) + (c ? 1 : 0); t = n | 0; ${to}`,
      { ...SUM, c: 'c = n > 4294967295' }, C);
    case 6: return flagged(`a = ${d}; b = ${m}; n = (a >>> 0) - (b >>> 0) - (c ? 0 : 1); t = n | 0; ${to}`,
      { ...DIFFERENCE, c: 'c = n >= 0' }, C);
    case 7: return undefined; // ROR: left to the interpreter
    case 8: return logic('', `${d} & ${m}`);
    case 9: return subtract(to, '0', m);
    case 10: return subtract('', d, m);
    case 11: return add('', d, m);
    case 12: return logic(to, `${d} | ${m}`);
    case 13: return logic(to, `Math.imul(${d}, ${m})`);
    case 14: return logic(to, `${d} & ~${m}`);
    default: return logic(to, `~${m}`);
  }
}

// A return from an exception is left to the interpreter, at pc again.
const exceptionReturn = (pc, cycles) => `r[15] = ${hex(pc)}; core.cycles -= ${cycles}; left.early = true`;

function highRegisters(opcode, pc) {
  const m = (opcode >> 3) & 15, d = ((opcode >> 4) & 8) | (opcode & 7);
  const value = m === 15 ? hex(pc + 4) + ' | 0' : `r[${m}]`;
  const kind = (opcode >> 8) & 3;
  if (kind === 3) {
    if (m >= 14 && opcode & 0x80) return undefined;
    const link = opcode & 0x80 ? `; r[14] = ${hex((pc + 2) | 1)}` : '';
    return ends(`t = r[${m}]; if (t >>> 28 === 15) { ${exceptionReturn(pc, 2)} } else { r[15] = t & ~1${link} }`, 2);
  }
  if (kind === 1) return subtract('', d === 15 ? hex(pc + 4) : `r[${d}]`, value);
  if (d === 15) return kind === 2 ? ends(`r[15] = (${value}) & ~1`, 2)
    : ends(`r[15] = (${hex(pc + 4)} + (${value})) & ~1`, 2);
  const mask = d === 13 ? ' & ~3' : '';
  return plain(kind === 2 ? `r[${d}] = (${value})${mask}` : `r[${d}] = (r[${d}] + (${value}))${mask}`);
}

const LOADS = { l32: (d, a) => `${d} = l32(${a})`, l16: (d, a) => `${d} = l16(${a})`, l8: (d, a) => `${d} = l8(${a})`,
  ls16: (d, a) => `${d} = l16(${a}) << 16 >> 16`, ls8: (d, a) => `${d} = l8(${a}) << 24 >> 24`,
  s32: (d, a) => `s32(${a}, ${d})`, s16: (d, a) => `s16(${a}, ${d})`, s8: (d, a) => `s8(${a}, ${d})` };
const access = (kind, register, address, cycles) =>
  ({ ...plain(LOADS[kind](register, address), cycles), [kind[0] === 's' ? 'to' : 'from']: address });
const REGISTER_FORMS = ['s32', 's16', 's8', 'ls8', 'l32', 'l16', 'l8', 'ls16'];

function memory(opcode) {
  const t = `r[${opcode & 7}]`, n = `r[${(opcode >> 3) & 7}]`, count = (opcode >> 6) & 31, load = opcode & 0x800;
  switch (opcode >> 12) {
    case 5: return access(REGISTER_FORMS[(opcode >> 9) & 7], t, `(${n} + r[${(opcode >> 6) & 7}]) | 0`, 2);
    case 6: return access(load ? 'l32' : 's32', t, `(${n} + ${4 * count}) | 0`, 2);
    case 7: return access(load ? 'l8' : 's8', t, `(${n} + ${count}) | 0`, 2);
    case 8: return access(load ? 'l16' : 's16', t, `(${n} + ${2 * count}) | 0`, 2);
    default: return access(load ? 'l32' : 's32', `r[${(opcode >> 8) & 7}]`, `(r[13] + ${4 * (opcode & 255)}) | 0`, 2);
  }
}

const listed = (mask) => [0, 1, 2, 3, 4, 5, 6, 7].filter((i) => mask & (1 << i));

function multiple(opcode) {
  const n = (opcode >> 8) & 7, list = listed(opcode & 255), load = opcode & 0x800;
  const each = list.map((i, k) => (load ? `r[${i}] = l32((a + ${4 * k}) | 0)` : `s32((a + ${4 * k}) | 0, r[${i}])`));
  const back = list.includes(n) ? '' : `; r[${n}] = (a + ${4 * list.length}) | 0`;
  return { ...plain(`a = r[${n}]; ${each.join('; ')}${back}`, 1 + list.length), [load ? 'from' : 'to']: `r[${n}]` };
}

function stack(opcode, pc) {
  const list = listed(opcode & 255), extra = opcode & 0x100;
  if (opcode & 0x800) {
    const loads = list.map((i, k) => `r[${i}] = l32((a + ${4 * k}) | 0)`).join('; ');
    if (!extra) return plain(`a = r[13]; ${loads}; r[13] = (a + ${4 * list.length}) | 0`, 1 + list.length);
    const cycles = 3 + list.length, back = `r[15] = t & ~1; ${loads}; r[13] = (a + ${4 * list.length + 4}) | 0`;
    return ends(`a = r[13]; t = l32((a + ${4 * list.length}) | 0); if (t >>> 28 === 15) `
      + `{ ${exceptionReturn(pc, cycles)} } else { ${back} }`, cycles);
  }
  const size = 4 * (list.length + (extra ? 1 : 0));
  const stores = list.map((i, k) => `s32((a + ${4 * k}) | 0, r[${i}])`);
  if (extra) stores.push(`s32((a + ${4 * list.length}) | 0, r[14])`);
  return plain(`a = (r[13] - ${size}) | 0; ${stores.join('; ')}; r[13] = a`, 1 + list.length);
}

function miscellaneous(opcode, pc) {
  const d = `r[${opcode & 7}]`, m = `r[${(opcode >> 3) & 7}]`;
  if (opcode >> 8 === 0xb0) return plain(`r[13] = (r[13] ${opcode & 0x80 ? '-' : '+'} ${4 * (opcode & 0x7f)}) | 0`);
  if (opcode >> 9 === 0b1011010 || opcode >> 9 === 0b1011110) return stack(opcode, pc);
  switch (opcode >> 6) {
    case 0b1011001000: return plain(`${d} = ${m} << 16 >> 16`);
    case 0b1011001001: return plain(`${d} = ${m} << 24 >> 24`);
    case 0b1011001010: return plain(`${d} = ${m} & 0xffff`);
    case 0b1011001011: return plain(`${d} = ${m} & 0xff`);
    case 0b1011101000: return plain(
      `t = ${m}; ${d} = (t << 24) | ((t & 0xff00) << 8) | ((t >>> 8) & 0xff00) | (t >>> 24)`);
    case 0b1011101001: return plain(`t = ${m}; ${d} = ((t & 0xff00ff) << 8) | ((t >>> 8) & 0xff00ff)`);
    default: return opcode === 0xbf00 ? plain('') : undefined;
  }
}

function branch(opcode, pc) {
  if (opcode >> 12 === 14) return opcode & 0x800 ? undefined
    : ends(`r[15] = ${hex(pc + 4 + ((opcode << 21) >> 20))}`, 2);
  const condition = (opcode >> 8) & 15;
  if (condition >= 14) return undefined;
  const away = `r[15] = ${hex(pc + 4 + ((opcode << 24) >> 23))}; core.cycles++`;
  return ends(`if (${CONDITIONS[condition]}) { ${away} } else r[15] = ${hex(pc + 2)}`, 1, CONDITION_FLAGS[condition]);
}

function call(opcode, second, pc) {
  const s = (opcode >> 10) & 1, j1 = (second >> 13) & 1, j2 = (second >> 11) & 1;
  const high = (s << 24) | ((1 - (s ^ j1)) << 23) | ((1 - (s ^ j2)) << 22) | ((opcode & 0x3ff) << 12) | (
    (second & 0x7ff) << 1);
  return ends(`r[14] = ${hex((pc + 4) | 1)}; r[15] = ${hex(pc + 4 + ((high << 7) >> 7))}`, 3);
}

// The translation of the instruction at pc; undefined where there is none.
function translate(opcode, second, pc) {
  switch (opcode >> 12) {
    case 0: return shiftImmediate(opcode);
    case 1: return opcode & 0x800 ? addSubtractSmall(opcode) : shiftImmediate(opcode);
    case 2: case 3: return immediate(opcode);
    case 4:
      if (opcode & 0x800) return plain(
        `r[${(opcode >> 8) & 7}] = l32(${hex(((pc + 4) & ~3) + 4 * (opcode & 255))} | 0)`, 2);
      return opcode & 0x400 ? highRegisters(opcode, pc) : dataProcessing(opcode);
    case 5: case 6: case 7: case 8: case 9: return memory(opcode);
    case 10: return plain(opcode & 0x800 ? `r[${(opcode >> 8) & 7}] = (r[13] + ${4 * (opcode & 255)}) | 0`
      : `r[${(opcode >> 8) & 7}] = ${hex(((pc + 4) & ~3) + 4 * (opcode & 255))}`);
    case 11: return miscellaneous(opcode, pc);
    case 12: return multiple(opcode);
    case 13: case 14: return branch(opcode, pc);
    default: return opcode >> 11 === 30 && second >> 14 === 3 && second & 0x1000 ? call(opcode, second, pc) : undefined;
  }
}

// Drops what sets a flag that is set again before it is used; all are wanted where the block ends.
function finish(instructions) {
  let live = ALL;
  for (const instruction of [...instructions].reverse()) {
    const { sets } = instruction, kept = [];
    for (const [flag, bit] of [['c', C], ['v', V], ['nz', NZ]]) {
      if (!sets[flag]) continue;
      if (live & bit) kept.push(sets[flag]);
      live &= ~bit;
    }
    live |= instruction.uses;
    instruction.flags = kept.join('; ');
  }
}

export class Translator {
  // chip: a rp2040js RP2040; cache: a FlashCache with `stream`'s interrupt, or undefined.
  constructor(chip, cache, stream) {
    this.chip = chip;
    this.core = chip.core;
    this.fetch = cache ? (address) => { this.core.cycles += this.#missed(cache, stream, address); } : undefined;
    this.flags = { nz: 0, c: false, v: false };
    this.left = { early: false, deadline: 0 }; // early: the last block ended before what is not its own to do
    this.clock = chip.clock;
    this.blocks = []; // by region, then by halfword
    this.blocks[1] = new Array(1 << 20).fill(undefined); // the first 2 MB of flash
    this.blocks[2] = new Array(RAM_SIZE / 2).fill(undefined);
    this.codeFrom = RAM + RAM_SIZE;
    this.codeTo = RAM;
    this.read = this.#reads(cache, stream);
  }

  // Runs blocks for about `cycles`, or one instruction that is not for them. No more than one block unless more is
  // given while an alarm is set.
  run(cycles = this.clock.nextAlarm ? 0 : Infinity) {
    const { core, blocks, left } = this, { registers } = core;
    if (left.early || core.interruptsUpdated || core.waiting) return this.interpret();
    left.deadline = core.cycles + cycles;
    for (let count = 0; count < 1000; count++) {
      const pc = registers[15] & ~1; // the bit of Thumb is there at an exception's first instruction
      const block = blocks[pc >>> 28][(pc & 0xffffff) >> 1] ?? this.#compile(pc);
      if (block === UNTRANSLATED) left.early = true;
      else block();
      if (left.early || core.cycles >= left.deadline) return undefined;
    }
    return undefined;
  }

  // One instruction by rp2040js, which is handed the flags.
  interpret() {
    const { core, flags } = this;
    this.left.early = false;
    core.N = flags.nz < 0;
    core.Z = flags.nz === 0;
    core.C = flags.c;
    core.V = flags.v;
    core.executeInstruction();
    flags.nz = core.Z ? 0 : core.N ? -1 : 1;
    flags.c = core.C;
    flags.v = core.V;
  }

  #missed(cache, stream, address) {
    const cycles = cache.read(address >>> 0);
    return cycles ? cycles + stream.interrupt(cycles) : 0;
  }

  #compile(pc) {
    const halfword = (address) => (address >>> 28 === 1 ? this.chip.flashView : this.chip.sramView)
      .getUint16(address & 0xffffff, true);
    const instructions = [];
    let at = pc, done = false;
    while (!done && instructions.length < LONGEST_BLOCK) {
      const opcode = halfword(at), wide = opcode >> 11 >= 29, second = wide ? halfword(at + 2) : 0;
      const instruction = translate(opcode, second, at);
      if (!instruction) break;
      instruction.at = at;
      instruction.wide = wide;
      instructions.push(instruction);
      at += wide ? 4 : 2;
      done = instruction.end;
    }
    const region = this.blocks[pc >>> 28], place = (pc & 0xffffff) >> 1;
    if (!instructions.length) return (region[place] = UNTRANSLATED);
    if (pc >>> 28 === 2) {
      this.codeFrom = Math.min(this.codeFrom, pc);
      this.codeTo = Math.max(this.codeTo, at);
    }
    finish(instructions);
    return (region[place] = this.#function(instructions, done ? '' : `r[15] = ${hex(at)}`));
  }

  // The function of a block; `next` is what it does where it ends without a branch. A block that branches to its own
  // beginning stays inside, in turns.
  #function(instructions, next) {
    let cycles = 0;
    const start = instructions[0].at;
    const inFlash = this.fetch && start >>> 28 === 1;
    const local = (code) => code.replace(/\br\[(\d|1[0-4])\]/g, 'r$1');
    const lines = instructions.map((instruction, i) => {
      const { code, flags, at, wide, end } = instruction, before = cycles;
      cycles += instruction.cycles;
      const outside = instruction.to ? `!ram(t)` : '!ram(t) && !rom(t)', address = instruction.to ?? instruction.from;
      const guard = !address ? '' : `t = ${local(address)}; `
        + `if (${outside}) { core.cycles += ${before}; r[15] = ${hex(at)}; left.early = true; break run; }`;
      const fetch = !inFlash ? '' : (i === 0 || at % 4 === 0 ? `fetch(${at});` : '')
        + (wide && at % 4 ? `fetch(${at + 2});` : '');
      return `${guard} ${fetch} ${end ? `core.cycles += ${cycles};` : ''} ${local(code)}; ${flags};`;
    });
    if (next) lines.push(`core.cycles += ${cycles}; ${next};`);
    const text = lines.join('\n');
    const used = [...new Set(text.match(/\br\d+\b/g) ?? [])],
      written = used.filter((name) => text.includes(`${name} = `));
    const enter = used.map((name) => `let ${name} = r[${name.slice(1)}];`).join(' ');
    const leave = written.map((name) => `r[${name.slice(1)}] = ${name};`).join(' ') + ' F.nz = nz; F.c = c; F.v = v;';
    const loops = text.includes(`r[15] = ${hex(start)}; core.cycles++`);
    const again = loops ? `for (let turn = 0; turn < 1000; turn++) {\n${text}\n`
      + `if (r[15] !== ${start | 0} || core.cycles >= left.deadline) break; }` : text;
    const body = `return function () { let { nz, c, v } = F, a = 0, b = 0, t = 0, n = 0; `
      + `${enter}\nrun: { ${again} }\n${leave} };`;
    const { l32, l16, l8, s32, s16, s8 } = this.read, registers = new Int32Array(this.core.registers.buffer);
    const names = ['r', 'F', 'core', 'left', 'ram', 'rom', 'l32', 'l16', 'l8', 's32', 's16', 's8', 'fetch'];
    return new Function(...names, body)(registers, this.flags, this.core, this.left, inRam, inRom, l32, l16, l8, s32,
      s16, s8, this.fetch);
  }

  // Loads from SRAM and flash, stores to SRAM.
  #reads(cache, stream) {
    const { chip, core } = this, { sram, flash, flash16 } = chip;
    const words = new Int32Array(sram.buffer), halves = new Uint16Array(sram.buffer),
      flash32 = new Int32Array(flash.buffer);
    const check = (a, mask) => {
      if (a & mask) throw new Error(`address ${hex(a)} is not aligned`);
    };
    const miss = cache ? (a) => { core.cycles += this.#missed(cache, stream, a); } : () => {};
    const outside = (a) => { throw new Error(`several words at once from or to ${hex(a)}`); };
    const changed = (a) => {
      if (a < this.codeFrom || a >= this.codeTo) return;
      this.blocks[2].fill(undefined);
      this.codeFrom = RAM + RAM_SIZE;
      this.codeTo = RAM;
    };
    return {
      l32: (a) => {
        check(a, 3);
        if (inRam(a)) return words[(a - RAM) >> 2];
        if (!inRom(a)) return outside(a);
        miss(a);
        return flash32[(a - ROM) >> 2];
      },
      l16: (a) => {
        check(a, 1);
        if (inRam(a)) return halves[(a - RAM) >> 1];
        miss(a);
        return flash16[(a - ROM) >> 1];
      },
      l8: (a) => {
        if (inRam(a)) return sram[a - RAM];
        miss(a);
        return flash[a - ROM];
      },
      s32: (a, value) => {
        check(a, 3);
        if (!inRam(a)) return outside(a);
        changed(a);
        words[(a - RAM) >> 2] = value;
      },
      s16: (a, value) => {
        check(a, 1);
        changed(a);
        halves[(a - RAM) >> 1] = value;
      },
      s8: (a, value) => {
        changed(a);
        sram[a - RAM] = value;
      },
    };
  }
}
