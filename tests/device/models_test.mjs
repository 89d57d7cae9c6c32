// The device with the models that ship, as `quillet firmware` builds it: the same text, the same picture, in time, in
// its memory.
// SPDX-License-Identifier: MIT
//
// node models_test.mjs QUILLET MODELS FOLDER. The small quotes' weights lie in SRAM, the large ones' are streamed from
// flash.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { Device, FLASH_MISS_CYCLES, flashWith } from '../../emulator/device.mjs';
import { readElf } from '../../emulator/elf.mjs';
import { readGreyPng } from '../../emulator/png.mjs';
import { readUf2, secondStageIsSealed } from '../../emulator/uf2.mjs';

const [, , quillet, shipped, folder] = process.argv;
const SRAM = 264 * 1024, FLASH = 2 << 20;

const run = (...words) => execFileSync(quillet, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

// What the log of one turn says: {seed, lines: [{what, number, failed, text}]}.
function readTurn(text) {
  const lines = [...text.matchAll(/^(quote|author) (\d+)(, error -\d+|, left unfinished)?(?:, score -?\d+)?: (.*)$/gm)];
  return {
    seed: text.match(/^seed (\d+)$/m)[1],
    lines: lines.map(([, what, number, error, line]) =>
      ({ what, number: Number(number), failed: !!error, text: line })),
  };
}

function assertLine({ failed, text }, generated) {
  if (failed) assert.ok(generated.startsWith(text));
  else assert.equal(text, generated);
}

// The authors of the log are the lines of `quillet generate`; one that was too long is cut.
function assertAuthors(turn, model) {
  const lines = turn.lines.filter((line) => line.what === 'author');
  const generated = run('generate', model, '-n', String(lines.length), '--seed', turn.seed).split('\n');
  lines.forEach((line, i) => {
    assert.equal(line.number, i + 1);
    assertLine(line, generated[i]);
  });
}

// Quote n is the first line of its candidate's seed; one that was too long or beaten is cut. All that were written to
// their end, and a few others.
function assertQuotes(turn, model) {
  const lines = turn.lines.filter((line) => line.what === 'quote');
  assert.ok(lines.some((line) => !line.failed) && lines.some((line) => line.failed));
  lines.forEach((line, i) => {
    assert.equal(line.number, i + 1);
    if (line.failed && i % 8) return;
    const seed = (BigInt(turn.seed) + BigInt(i) * 0x9E3779B9n) % 2n ** 32n; // quillet_candidate_seed
    assertLine(line, run('generate', model, '--seed', String(seed)).split('\n')[0]);
  });
}

function assertPreviewed(device, turn, panel, models) {
  const file = `${folder}/preview.png`;
  run('preview', ...models, '--seed', turn.seed, '--panel', panel, '-o', file);
  const picture = readGreyPng(fs.readFileSync(file)).map((row) => Array.from(row, (grey) => grey === 0));
  assert.deepEqual(device.panel.picture(), picture);
}

// Characters a second of a turn's writing, from the seed's line in the log to the author's.
function pace(device, limit) {
  let from, to;
  device.run((d) => {
    if (from === undefined && d.text.includes('\nseed ')) from = d.seconds;
    if (to === undefined && d.text.includes('\nauthor 1')) to = d.seconds;
    return d.isAsleepForLong;
  }, limit);
  const written = readTurn(device.text).lines.reduce((sum, { text }) => sum + [...text].length, 0);
  return written / (to - from);
}

// Some turns of a device with `models`; at most `megabytes` of flash are taken. Returns seconds from wake to refresh
// and characters a second, of each turn.
function live(panel, bus, models, { turns, megabytes, streams }) {
  const file = `${folder}/${panel}-${bus}.uf2`;
  const built = spawnSync(quillet, ['firmware', ...models, '-o', file, '--panel', panel, '--bus', bus, '--board',
    'pico'], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
  assert.equal(built.stderr, '', 'builds without a warning');
  assert.equal(/are streamed from there/.test(built.stdout), streams, built.stdout);
  const image = readUf2(fs.readFileSync(file));
  assert.ok(image.length <= megabytes * (1 << 20), `${image.length} bytes of flash`);
  assert.ok(secondStageIsSealed(image));

  const device = new Device({ flash: flashWith(image), panel, bus, missCycles: FLASH_MISS_CYCLES, translated: true });
  const toRefresh = [], paces = [];
  for (let i = 0; i < turns; i++) {
    if (i) device.run((d) => !d.isAsleepForLong, 90_000);
    device.text = '';
    const from = device.clock();
    paces.push(pace(device, 60));
    const turn = readTurn(device.text);
    assert.match(device.text, /^shown$/m);
    assertQuotes(turn, models[0]);
    assertAuthors(turn, models[1]);
    assertPreviewed(device, turn, panel, models);
    toRefresh.push((device.panel.refreshes.at(-1).at - from) / 1e9);
  }
  assert.deepEqual(device.panel.complaints, []);
  const { symbols } = readElf(file.replace('.uf2', '.elf')), bottom = symbols.get('__noinit_end');
  const stack = device.stackUsed(bottom), fixed = bottom - 0x20000000;
  assert.ok(fixed + stack + 1024 <= SRAM, `${fixed} bytes of SRAM and ${stack} of stack`);
  console.log(`${panel} ${bus}: flash ${image.length} bytes, SRAM ${fixed} + ${stack} of stack, `
    + `${toRefresh.map((s) => s.toFixed(2))} s from wake to refresh, `
    + `${paces.map((n) => n.toFixed(0))} characters a second`);
  return { toRefresh, paces };
}

const model = (name) => `${shipped}/${name}.onnx`, mean = (numbers) => numbers.reduce((a, b) => a + b) / numbers.length;
const small = [model('quotes-small'), model('names')], large = [model('quotes'), model('names')];
// A turn takes as long as what it writes: the mean of all is held to fifteen seconds for the small one, each turn to
// thirty for the large one.
const resident = { turns: 2, megabytes: 0.75, streams: false };
const seconds = [live('ssd1683-400x300', 'spi', small, resident), live('uc8151-296x128', 'i2c', small, resident)]
  .flatMap(({ toRefresh }) => toRefresh);
assert.ok(mean(seconds) <= 15, `${seconds} s from wake to refresh`);
const { toRefresh, paces } = live('ssd1683-400x300', 'spi', large,
  { turns: 1, megabytes: FLASH / (1 << 20), streams: true });
assert.ok(toRefresh[0] <= 30, `${toRefresh} s from wake to refresh`);
assert.ok(paces[0] >= 40, `${paces} characters a second`);
