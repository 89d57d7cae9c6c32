#!/usr/bin/env node
// Runs a bare RP2040 image: node run.mjs IMAGE.elf [--miss CYCLES] [--limit CYCLES] [--json]
// SPDX-License-Identifier: MIT
//
// Prints the UART's text; with --json one object {code, text, intervals, cycles, misses} instead. The exit status is the
// number of the breakpoint that ended the run: 0 for `bkpt #0`.
import { Chip } from './chip.mjs';

function options(words) {
  const read = { limit: Infinity, miss: 0, json: false };
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--json') read.json = true;
    else if (words[i] === '--miss') read.miss = Number(words[++i]);
    else if (words[i] === '--limit') read.limit = Number(words[++i]);
    else read.image = words[i];
  }
  if (!read.image || Number.isNaN(read.miss + read.limit)) {
    console.error('usage: node run.mjs IMAGE.elf [--miss CYCLES] [--limit CYCLES] [--json]');
    process.exit(2);
  }
  return read;
}

const { image, miss, limit, json } = options(process.argv.slice(2));
try {
  const chip = new Chip(image, { missCycles: miss });
  const code = chip.run(limit);
  const { text, intervals, cycles, misses } = chip;
  process.stdout.write(json ? JSON.stringify({ code, text, intervals, cycles, misses }) + '\n' : text);
  process.exitCode = code;
} catch (error) {
  console.error(`run.mjs: ${image}: ${error.message}`);
  process.exitCode = 99;
}
