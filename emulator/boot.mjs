#!/usr/bin/env node
// Runs a UF2 from reset with a chip's own boot ROM: node boot.mjs DEVICE.uf2 PANEL --bootrom FILE [--board NAME]
// [--flip BIT]
// SPDX-License-Identifier: MIT
//
// FILE: the ROM's 16 kB as bytes, or text with its words in hexadecimal (0x20041f00, …), as some emulators carry it.
// Boot ROMs are not part of this project. --flip changes a bit of the second stage first: then the ROM must not start
// it.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { Device, flashWith } from './device.mjs';
import { readUf2 } from './uf2.mjs';

function readBootrom(path) {
  const bytes = fs.readFileSync(path);
  if (bytes.length === 16384) return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 16384));
  const words = [...bytes.toString('latin1').matchAll(/0x([0-9a-f]{8})\b/gi)].map(([, word]) => parseInt(word, 16));
  if (words.length < 1024 || words.length > 4096)
    throw new Error(`${path}: neither 16384 bytes nor the words of a boot ROM`);
  return Uint32Array.from(words);
}

const USAGE = 'usage: node boot.mjs DEVICE.uf2 PANEL --bootrom FILE [--board NAME] [--flip BIT]';

function options() {
  const { values, positionals: [file, panel, ...others] } = parseArgs({ allowPositionals: true, options: {
    bootrom: { type: 'string' }, board: { type: 'string', default: 'pico' }, flip: { type: 'string' } } });
  if (!panel || others.length || !values.bootrom) throw new Error(USAGE);
  return { ...values, file, panel };
}

try {
  const read = options(), { file, panel } = read;
  const image = readUf2(fs.readFileSync(file));
  if (read.flip !== undefined) image[read.flip >> 3] ^= 1 << (read.flip & 7);
  const device = new Device({ flash: flashWith(image), panel, board: read.board, bootrom: readBootrom(read.bootrom),
    translated: true });
  let started;
  const isStarted = (d) => (started ??= d.chip.core.PC >= 0x10000100 && d.chip.core.PC < 0x10200000 ? d.seconds
    : undefined) !== undefined;
  // A ROM that found no second stage waits for a USB host.
  const waitsForUsb = ({ chip: { core, clock } }) => core.waiting && core.PC < 0x4000 && !clock.nextAlarm;
  device.run((d) => isStarted(d) || waitsForUsb(d) || d.seconds > 0.5, 5);
  if (started === undefined) console.log(
    `the boot ROM does not start it: at ${device.chip.core.PC.toString(16)} after ${device.seconds.toFixed(3)} s`);
  else {
    console.log(`started from the boot ROM after ${(started * 1000).toFixed(1)} ms`);
    device.run((d) => d.isAsleepForLong, 120);
    process.stdout.write(device.text);
    const complaints = device.panel.complaints.length + device.complaints.length;
    console.log(`refreshes ${device.panel.refreshes.length}, complaints ${complaints}`);
  }
} catch (error) {
  console.error(`boot.mjs: ${error.message}`);
  process.exit(1);
}
