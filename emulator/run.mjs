#!/usr/bin/env node
// Runs a bare RP2040 image: node run.mjs IMAGE.elf [--miss CYCLES] [--limit CYCLES] [--banks] [--json] [--check]
// SPDX-License-Identifier: MIT
//
// Prints the UART's text; with --json one object {code, text, intervals, cycles, misses} instead; --banks
// makes two cores wait for one another's banks of SRAM (banks.mjs). The exit status is the
// number of the breakpoint that ended the run: 0 for `bkpt #0`. --check runs the image twice, translated and by
// rp2040js's interpreter alone, and fails where anything of the object differs.
import { parseArgs } from 'node:util';
import { Chip } from './chip.mjs';

function options() {
  try {
    const { values, positionals: [image, ...others] } = parseArgs({ allowPositionals: true, options: {
      miss: { type: 'string', default: '0' }, limit: { type: 'string', default: 'Infinity' },
      banks: { type: 'boolean', default: false }, json: { type: 'boolean' }, check: { type: 'boolean' } } });
    const read = { ...values, image, miss: Number(values.miss), limit: Number(values.limit) };
    if (image && !others.length && !Number.isNaN(read.miss + read.limit)) return read;
  } catch {} // an option that there is not
  console.error('usage: node run.mjs IMAGE.elf [--miss CYCLES] [--limit CYCLES] [--banks] [--json] [--check]');
  process.exit(2);
}

function run({ image, miss, limit, banks }, translated) {
  const chip = new Chip(image, { missCycles: miss, translated, banks });
  const code = chip.run(limit);
  const { text, intervals, cycles, misses } = chip;
  return { code, text, intervals, cycles, misses };
}

const wanted = options();
try {
  const result = run(wanted, true), json = JSON.stringify(result);
  process.stdout.write(wanted.json ? json + '\n' : result.text);
  process.exitCode = result.code;
  if (wanted.check) {
    const interpreted = JSON.stringify(run(wanted, false));
    if (interpreted !== json) throw new Error(`translated it gave ${json}, interpreted ${interpreted}`);
    console.log('translated and interpreted alike');
  }
} catch (error) {
  console.error(`run.mjs: ${wanted.image}: ${error.message}`);
  process.exitCode = 99;
}
