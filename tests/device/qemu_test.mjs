// What the device's program sent from a Cortex-M33 in QEMU, given to a panel, against what preview draws of the same
// quotes.
// SPDX-License-Identifier: MIT
//
// node qemu_test.mjs QUILLET PANEL FOLDER, the program's output on the standard input.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { PANELS } from '../../emulator/panels.mjs';
import { readGreyPng } from '../../emulator/png.mjs';

const [, , quillet, name, folder] = process.argv;
const output = fs.readFileSync(0, 'utf8');
let nanos = 0;
const panel = PANELS[name](() => nanos);
const log = [], pictures = [];
for (const line of output.split('\n')) {
  const [, what, rest] = line.match(/^@(reset|command|data) (\S*)$/) ?? [];
  if (!what) {
    if (line) log.push(line);
    continue;
  }
  // The program waits for BUSY, which is not ours here: time passes between commands, and longer after a refresh.
  nanos += what === 'reset' ? 2e6 : panel.working ? 5e9 : 1e3;
  if (what === 'reset') panel.reset(rest === '1');
  else for (const byte of Buffer.from(rest, 'hex')) panel.byte(byte, what === 'data');
  if (panel.refreshes.length > pictures.length) pictures.push(panel.picture());
}
const text = log.join('\n');
assert.equal(pictures.length, 2, text);
assert.deepEqual(panel.complaints, []);
assert.equal(panel.refreshes[1].partial, true);
text.split(/^(?=awake|button)/m).filter((turn) => turn.includes('chosen')).forEach((turn, i) => {
  const [, number] = turn.match(/^chosen (\d+)$/m);
  const [, quote] = turn.match(new RegExp(`^quote ${number}, score -?\\d+: (.*)$`, 'm'));
  const [, author] = [...turn.matchAll(/^author \d+: (.*)$/gm)].at(-1);
  const file = `${folder}/preview.png`;
  execFileSync(quillet, ['preview', '--panel', name, '--text', quote, '--author', author, '-o', file]);
  assert.deepEqual(pictures[i], readGreyPng(fs.readFileSync(file)).map((row) => Array.from(row, (grey) => grey === 0)),
    quote);
  console.log(`turn ${i + 1}: ${quote}`);
});
