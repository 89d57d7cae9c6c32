#!/usr/bin/env node
// Steps of a 395k-weight GRU on the emulated RP2040, float, int8, int4 and ternary: node bench/rp2040.mjs [--json]
// [KIND...]
// SPDX-License-Identifier: MIT
//
// For each: cycles of a whole step (look-up, product, gates, output, sampler) without and with the model of flash cache
// misses, cycles a multiply-accumulate of the recurrent product, flash and SRAM. Needs
// build/release/bench/rp2040_weights, gcc-arm-none-eabi and emulator's packages. The tokens that the chip draws must be
// the host's.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Chip } from '../emulator/chip.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const MISS = 40, HERTZ = 133e6, PRODUCTS = 960 * 320;

// steps: the last is measured in parts, the one before it whole. sramRows: recurrent rows that live in SRAM.
const KINDS = {
  float: { steps: 2, sramRows: 0 },
  int8: { steps: 5, sramRows: 656 },
  int4: { steps: 6, sramRows: 960 },
  ternary: { steps: 6, sramRows: 960 },
  // Measured only when named. The whole recurrent matrix streamed from flash.
  'int8-flash': { steps: 5, sramRows: 0 },
  'int4-flash': { steps: 5, sramRows: 0 },
  'ternary-flash': { steps: 5, sramRows: 0 },
  // Both cores, the model of their waiting for each other's banks of SRAM included.
  'int4-cores': { steps: 6, sramRows: 960, cores: 2 },
  'ternary-cores': { steps: 6, sramRows: 960, cores: 2 },
};
const USUAL = ['float', 'int8', 'int4', 'ternary'];
const PARTS = ['look-up', 'prepare', 'product', 'gates', 'output', 'logits', 'sampler'];
const CORES_PARTS = ['step', 'sampler'];
const FLOAT_PARTS = ['look-up', 'product', 'gates', 'output', 'logits', 'sampler'];

const at = (name) => join(root, name);
const run = (command, ...words) => execFileSync(command, words, { encoding: 'utf8' });

function build(kind, { steps, sramRows, cores = 1 }) {
  const weights = kind.split('-')[0];
  const folder = at(`build/bench/${kind}`);
  mkdirSync(folder, { recursive: true });
  run(at('build/release/bench/rp2040_weights'), weights, String(sramRows), join(folder, 'weights.c'));
  const options = [`-DKIND=${weights.toUpperCase()}`, `-DSTEPS=${steps}`, `-DCORES=${cores}`, `-I${root}`,
    `-I${folder}`, '-ffp-contract=off'];
  const runtime = ['integer.c', 'integer_product.c', 'kernels_f32.c', 'stream.c', 'sampler.c', 'random.c', 'tables.c']
    .map((name) => at(`runtime/quillet_${name}`));
  const assembly = ['integer_m0.S', 'integer_m0_ternary.S', 'integer_m0_cells.S']
    .map((name) => at(`runtime/quillet_${name}`));
  const step = at('bench/rp2040_step.c'), host = join(folder, 'host'), image = join(folder, 'chip.elf');
  run('cc', '-std=gnu99', '-O2', ...options, '-UCORES', '-DCORES=1', step, ...runtime, '-lm', '-o', host);
  run('arm-none-eabi-gcc', '-mcpu=cortex-m0plus', '-mthumb', '-std=gnu99', '-O2', '-ffunction-sections',
    '-fdata-sections', '-nostartfiles', '--specs=nano.specs',
    '--specs=nosys.specs', '-Wl,--gc-sections', '-Wl,--no-warn-rwx-segments', '-T',
      at('firmware/rp2040_bare/rp2040.ld'), ...options,
    at('firmware/rp2040_bare/start.c'), at('firmware/rp2040_bare/stream.c'), at('firmware/rp2040_bare/cores.c'), step,
      ...runtime, ...assembly, '-lm', '-o', image);
  return { host, image };
}

function measure(kind) {
  const { steps, cores = 1 } = KINDS[kind], { host, image } = build(kind, KINDS[kind]);
  const tokens = run(host);
  const [plain, missing] = [0, MISS].map((missCycles) => {
    const chip = new Chip(image, { missCycles, banks: cores === 2 });
    const code = chip.run(2e9);
    if (code !== 0 || chip.text !== tokens)
      throw new Error(`${kind}: the chip ended with ${code} and drew ${chip.text}, the host ${tokens}`);
    return chip;
  });
  // The float program's first step multiplies zeros, which is quicker: its second, in parts, stands for the whole.
  const whole = ({ intervals }) => (steps > 2 ? Math.max(...intervals.slice(1, steps - 1)) : intervals.slice(1)
    .reduce((a, b) => a + b));
  const names = kind === 'float' ? FLOAT_PARTS : cores === 2 ? CORES_PARTS : PARTS;
  const parts = Object.fromEntries(names.map((name, i) =>
    [name, [plain.intervals[steps - 1 + i], missing.intervals[steps - 1 + i]]]));
  return {
    cycles: whole(plain),
    cycles_xip: whole(missing),
    // Of the product alone; of the whole step where both cores share it.
    cycles_per_mac: +((parts.product ?? parts.step)[0] / PRODUCTS).toFixed(3),
    flash: plain.flash,
    sram: plain.ram,
    parts,
  };
}

const words = process.argv.slice(2), json = words.includes('--json');
const kinds = words.filter((word) => KINDS[word]);
const results = {};
for (const kind of kinds.length ? kinds : USUAL) results[kind] = measure(kind);
if (json) {
  console.log(JSON.stringify(results));
} else {
  console.log('kind     cycles      a second   with misses  a second  cycles/MAC  flash    SRAM');
  for (const [kind, { cycles, cycles_xip, cycles_per_mac, flash, sram }] of Object.entries(results)) {
    const rate = (count) => (HERTZ / count).toFixed(1);
    console.log([kind.padEnd(8), String(cycles).padEnd(11), rate(cycles).padEnd(10), String(cycles_xip).padEnd(12),
      rate(cycles_xip).padEnd(9),
      String(cycles_per_mac).padEnd(11), String(flash).padEnd(8), sram].join(' '));
  }
  for (const [kind, { parts }] of Object.entries(results)) {
    console.log(`${kind}: ` + Object.entries(parts).map(([name, [a, b]]) => `${name} ${a} (${b})`).join(', '));
  }
}
