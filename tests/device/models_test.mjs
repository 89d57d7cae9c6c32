// The device with the models that ship, as `quillet firmware` builds it: the same text, the same picture, in time, in its memory.
// SPDX-License-Identifier: MIT
//
// node models_test.mjs QUILLET QUOTES NAMES FOLDER. Float models are quantized to four bits first.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { Device, FLASH_MISS_CYCLES, flashWith } from '../../emulator/device.mjs';
import { readElf } from '../../emulator/elf.mjs';
import { readGreyPng } from '../../emulator/png.mjs';
import { readUf2, secondStageIsSealed } from '../../emulator/uf2.mjs';

const [, , quillet, quotesFile, namesFile, folder] = process.argv;
const SRAM = 264 * 1024, MEGABYTE = 1 << 20, TURNS = 4;

const run = (...words) => execFileSync(quillet, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

function integerModel(file, name) {
  const small = `${folder}/${name}.onnx`;
  const { status, stderr } = spawnSync(quillet, ['quantize', file, '-o', small, '--bits', '4'], { encoding: 'utf8' });
  if (status === 0) return small;
  assert.match(stderr, /integer/, 'a model that cannot be quantized is an integer one');
  return file;
}

// What the log of one turn says: {seed, lines: [{what, number, failed, text}]}.
function readTurn(text) {
  const lines = [...text.matchAll(/^(quote|author) (\d+)(, error -\d+)?(?:, score -?\d+)?: (.*)$/gm)];
  return {
    seed: text.match(/^seed (\d+)$/m)[1],
    lines: lines.map(([, what, number, error, line]) => ({ what, number: Number(number), failed: !!error, text: line })),
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

// Quote n is the first line of the n-th seed; one that was too long or beaten is cut. All that were written to their end, and a few others.
function assertQuotes(turn, model) {
  const lines = turn.lines.filter((line) => line.what === 'quote');
  assert.ok(lines.some((line) => !line.failed) && lines.some((line) => line.failed));
  lines.forEach((line, i) => {
    assert.equal(line.number, i + 1);
    if (line.failed && i % 8) return;
    const seed = (Number(turn.seed) + i) % 2 ** 32;
    assertLine(line, run('generate', model, '--seed', String(seed)).split('\n')[0]);
  });
}

function assertPreviewed(device, turn, panel, models) {
  const file = `${folder}/preview.png`;
  run('preview', ...models, '--seed', turn.seed, '--panel', panel, '-o', file);
  const picture = readGreyPng(fs.readFileSync(file)).map((row) => Array.from(row, (grey) => grey === 0));
  assert.deepEqual(device.panel.picture(), picture);
}

function live(panel, bus, models) {
  const file = `${folder}/${panel}-${bus}.uf2`;
  const built = spawnSync(quillet, ['firmware', ...models, '-o', file, '--panel', panel, '--bus', bus, '--board', 'pico'], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
  assert.equal(built.stderr, '', 'builds without a warning');
  assert.doesNotMatch(built.stdout, /stay in flash/);
  const bytes = fs.readFileSync(file), image = readUf2(bytes);
  assert.ok(bytes.length <= MEGABYTE, `${bytes.length} bytes of UF2`);
  assert.ok(secondStageIsSealed(image));

  const device = new Device({ flash: flashWith(image), panel, bus, missCycles: FLASH_MISS_CYCLES, translated: true });
  const toRefresh = [];
  for (let i = 0; i < TURNS; i++) {
    if (i) device.run((d) => !d.isAsleepForLong, 90_000);
    device.text = '';
    const from = device.clock();
    device.run((d) => d.isAsleepForLong, 60);
    const turn = readTurn(device.text);
    assert.match(device.text, /^shown$/m);
    assertQuotes(turn, models[0]);
    assertAuthors(turn, models[1]);
    assertPreviewed(device, turn, panel, models);
    toRefresh.push((device.panel.refreshes.at(-1).at - from) / 1e9);
  }
  assert.deepEqual(device.panel.complaints, []);
  const mean = toRefresh.reduce((a, b) => a + b) / TURNS;
  const { symbols } = readElf(file.replace('.uf2', '.elf')), bottom = symbols.get('__noinit_end');
  const stack = device.stackUsed(bottom), fixed = bottom - 0x20000000;
  assert.ok(fixed + stack + 1024 <= SRAM, `${fixed} bytes of SRAM and ${stack} of stack`);
  console.log(`${panel} ${bus}: UF2 ${bytes.length} bytes, SRAM ${fixed} + ${stack} of stack, ${mean.toFixed(2)} s from wake to refresh`);
  return toRefresh;
}

const models = [integerModel(quotesFile, 'quotes'), integerModel(namesFile, 'names')];
// A turn takes as long as what it writes: the mean of all is held to three seconds.
const seconds = [...live('ssd1683-400x300', 'spi', models), ...live('uc8151-296x128', 'i2c', models)];
assert.ok(seconds.reduce((a, b) => a + b) / seconds.length <= 3, `${seconds} s from wake to refresh`);
