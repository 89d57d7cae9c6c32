// The device's image on an emulated Pico: all panels and buses, days and nights, faults and power cuts.
// SPDX-License-Identifier: MIT
//
// node device_test.mjs QUILLET FOLDER [WORDS], with FOLDER/PANEL-BUS.uf2 and .elf as run_device builds them; WORDS:
// only tests whose names have them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { BOARDS } from '../../emulator/boards.mjs';
import { Device, flashWith } from '../../emulator/device.mjs';
import { PowerCut } from '../../emulator/flash_chip.mjs';
import { PANELS } from '../../emulator/panels.mjs';
import { readElf } from '../../emulator/elf.mjs';
import { readGreyPng } from '../../emulator/png.mjs';
import { readUf2, secondStageIsSealed } from '../../emulator/uf2.mjs';

const [, , quillet, folder, words = ''] = process.argv;
const SMALL = 'ssd1680-250x122', JOURNAL = (2 << 20) - 4 * 4096;

const imageOf = (panel, bus = 'spi') => readUf2(fs.readFileSync(`${folder}/${panel}-${bus}.uf2`));
const start = (panel, bus = 'spi', options = {}) =>
  new Device({ flash: flashWith(imageOf(panel, bus)), panel, bus, ...options });
// An image of its own name, on a board; many times faster, without the watch over flash.
const startBoard = (name, panel, options = {}) =>
  new Device({ flash: flashWith(readUf2(fs.readFileSync(`${folder}/${name}.uf2`))), panel, board: name in BOARDS ? name
    : 'pico', translated: true, ...options });
const untilAsleep = (device) => device.run((d) => d.isAsleepForLong, 90_000);
const untilAwake = (device) => device.run((d) => !d.isAsleepForLong, 90_000);
const nextTurn = (device) => (untilAwake(device), untilAsleep(device));
const seeds = (text) => [...text.matchAll(/^seed (\d+)$/gm)].map(([, seed]) => Number(seed));
const count = (text, what) => text.split(what).length - 1;

// The text and author that the log says were chosen last.
function chosen(text) {
  const turn = text.slice(Math.max(...['awake,', 'button,', 'restarted,'].map((word) => text.lastIndexOf(word))));
  const [, number] = turn.match(/^chosen (\d+)$/m);
  const [, quote] = turn.match(new RegExp(`^quote ${number}, score -?\\d+: (.*)$`, 'm'));
  const [, author] = [...turn.matchAll(/^author \d+: (.*)$/gm)].at(-1);
  return { quote, author };
}

// The picture that `quillet preview` draws of a quote, as rows of booleans.
function preview(panel, { quote, author }) {
  const file = `${folder}/preview.png`;
  execFileSync(quillet, ['preview', '--panel', panel, '--text', quote, '--author', author, '-o', file]);
  return readGreyPng(fs.readFileSync(file)).map((row) => Array.from(row, (grey) => grey === 0));
}

function assertHealthy({ panel, bridge, complaints }) {
  assert.deepEqual(panel.complaints, []);
  assert.deepEqual(complaints, []);
  assert.deepEqual(bridge?.complaints ?? [], []);
  assert.ok(panel.asleep, 'the panel sleeps');
}

const tests = {
  'the UF2 files are what a Pico takes': () => {
    for (const panel of Object.keys(PANELS)) {
      for (const bus of ['spi', 'i2c']) {
        const image = imageOf(panel, bus);
        assert.ok(secondStageIsSealed(image));
        image[17] ^= 1;
        assert.ok(!secondStageIsSealed(image));
      }
    }
    const file = fs.readFileSync(`${folder}/${SMALL}-spi.uf2`);
    // beside it
    execFileSync(quillet, ['firmware', '--elf', `${folder}/${SMALL}-spi.elf`, '-o', `${folder}/${SMALL}-spi.uf2`]);
    assert.deepEqual(fs.readFileSync(`${folder}/${SMALL}-spi.uf2`), file);
    assert.throws(() => readUf2(file.subarray(0, file.length - 1)), /whole blocks/);
    assert.throws(() => readUf2(file.subarray(512)), /numbered 1/);
  },

  'every panel shows on either bus what preview draws': () => {
    for (const panel of Object.keys(PANELS)) {
      for (const bus of ['spi', 'i2c']) {
        const device = start(panel, bus, { translated: panel !== SMALL });
        untilAsleep(device);
        assert.match(device.text, /^shown$/m, `${panel} ${bus}: ${device.text}`);
        assert.deepEqual(device.panel.picture(), preview(panel, chosen(device.text)), `${panel} ${bus}`);
        assertHealthy(device);
        assert.equal(device.panel.refreshes.length, 1);
        const { symbols } = readElf(`${folder}/${panel}-${bus}.elf`),
          stack = device.stackUsed(symbols.get('__noinit_end'));
        assert.ok(stack < 4096, `${stack} bytes of stack`);
        const wake = device.panel.refreshes[0].at / 1e6;
        console.log(`    ${panel} ${bus}: ${wake.toFixed(0)} ms from power to refresh, ${stack} bytes of stack`);
      }
    }
  },

  // Between a comparison and its branch too: the interpreter ends in the loop that paints the stack.
  'the translator takes over at any instruction': () => {
    const PAINT_TURNS = 20, used = [];
    const bottom = readElf(`${folder}/${SMALL}-spi.elf`).symbols.get('__noinit_end');
    const probe = start(SMALL), at = bottom + 4 * PAINT_TURNS, before = probe.chip.readUint32(at);
    let count = 0;
    for (; probe.chip.readUint32(at) === before; count++) probe.chip.core.executeInstruction();
    for (let phase = 0; phase < 6; phase++) {
      const device = start(SMALL, 'spi', { translated: true, stretch: count + phase });
      device.run((d) => d.text.includes('awake'), 10);
      used.push(device.stackUsed(bottom));
    }
    assert.ok(used.every((bytes) => bytes > 0 && bytes < 2048), `bytes of stack that were not painted: ${used}`);
  },

  'a quote a day, with deep sleep between': () => {
    const device = start(SMALL);
    for (let day = 0; day < 3; day++) (day ? nextTurn : untilAsleep)(device);
    const at = device.panel.refreshes.map((refresh) => refresh.at / 1e9);
    assert.equal(at.length, 3);
    for (let i = 1; i < 3; i++) assert.ok(Math.abs(at[i] - at[i - 1] - 86400) < 10, `${at}`);
    assert.equal(new Set(seeds(device.text)).size, 3);
    const deep = device.sleeps.filter((sleep) => sleep.deep).reduce((sum, { from, to }) => sum + to - from, 0);
    assert.ok(deep / (device.seconds * 1e9) > 0.9999, 'asleep but for seconds');
    assert.deepEqual(device.panel.picture(), preview(SMALL, chosen(device.text)));
    assertHealthy(device);
  },

  'four quotes a day with the jumper': () => {
    const device = start(SMALL);
    device.setJumper('sixHours', true);
    untilAsleep(device);
    nextTurn(device);
    const [first, second] = device.panel.refreshes;
    assert.ok(Math.abs((second.at - first.at) / 1e9 - 21600) < 10);
  },

  'each board shows what preview draws, with its own pins': () => {
    for (const name of ['pico-w', 'badger2040', 'waveshare-pico-epaper']) {
      const panel = name === 'badger2040' ? 'uc8151-296x128' : SMALL;
      const device = startBoard(name, panel, { usb: true, millivolts: name === 'badger2040' ? 3600 : 4500 });
      untilAsleep(device);
      assert.match(device.text, /^shown$/m, `${name}: ${device.text}`);
      const [, millivolts] = device.text.match(/^awake, battery mV (\d+)$/m);
      assert.ok(Math.abs(millivolts - device.millivolts) < 40, `${name}: ${millivolts} mV of ${device.millivolts}`);
      assert.deepEqual(device.panel.picture(), preview(panel, chosen(device.text)), name);
      assert.equal(device.lit > 0, BOARDS[name].led !== undefined, `${name}: LED`);
      device.press();
      nextTurn(device);
      assert.match(device.text, /^button, battery mV \d+$/m, name);
      assert.deepEqual(device.panel.picture(), preview(panel, chosen(device.text)), name);
      assertHealthy(device);
    }
  },

  'an image for another board does not drive the panel': () => {
    for (const [name, board] of [['waveshare-pico-epaper', 'pico'], [`${SMALL}-spi`, 'waveshare-pico-epaper']]) {
      const device = startBoard(name, SMALL, { board });
      assert.throws(() => untilAsleep(device) || assert.match(device.text, /^shown$/m));
      assert.equal(device.panel.refreshes.length, 0);
    }
  },

  "the Pico W's battery is unknown while nobody opens its way, and shown all the same": () => {
    const device = startBoard(`${SMALL}-spi`, SMALL, { board: 'pico-w' }); // the Pico's image: GP25 stays low
    untilAsleep(device);
    assert.match(device.text, /^battery unknown$/m);
    assert.match(device.text, /^shown$/m);
    const right = startBoard('pico-w', SMALL, { millivolts: 2650 });
    untilAsleep(right);
    assert.match(right.text, /^battery empty$/m);
    assert.equal(right.panel.refreshes.length, 0);
  },

  'a Badger on its battery lives as long as a quote takes, and again at a press': () => {
    const device = startBoard('badger2040', 'uc8151-296x128', { millivolts: 3600 });
    for (let press = 0; press < 2; press++) {
      device.powerUp(true);
      device.text = '';
      untilAsleep(device);
      assert.ok(device.isOff, 'it cut its power');
      assert.match(device.text, /^button, battery mV 3[56]\d\d$/m);
      assert.deepEqual(device.panel.picture(), preview('uc8151-296x128', chosen(device.text)));
    }
    assert.equal(new Set(seeds(device.text)).size, 1);
    assertHealthy(device);
  },

  'a clock keeps a Badger\'s power': () => {
    const device = startBoard('badger-clock', 'uc8151-296x128', { board: 'badger2040', millivolts: 3600 });
    device.powerUp(true);
    untilAsleep(device);
    nextTurn(device);
    assert.ok(!device.isOff);
    assert.match(device.text, /^minute 720$[^]*^shown$[^]*^minute 721$[^]*^shown, in part$/m);
    assert.deepEqual(device.panel.picture(), preview('uc8151-296x128', { quote: 'Later.', author: '' }));
    assertHealthy(device);
  },

  // Where QUILLET_BOOTROM names the RP2040's boot ROM.
  'the boot ROM starts the image, and none whose second stage has a bit changed': () => {
    if (!process.env.QUILLET_BOOTROM) return console.log('    skipped: QUILLET_BOOTROM is not set');
    const boot = (...words) => execFileSync('node',
      [`${import.meta.dirname}/../../emulator/boot.mjs`, `${folder}/${SMALL}-spi.uf2`, SMALL, '--bootrom',
      process.env.QUILLET_BOOTROM, ...words], { encoding: 'utf8' });
    assert.match(boot(), /^started from the boot ROM after [^]*^shown$[^]*^refreshes 1, complaints 0$/m);
    for (const bit of [100, 2040]) assert.match(boot('--flip', String(bit)), /^the boot ROM does not start it/);
  },

  'with a timer that cuts the power, a quote each twelfth boot': () => {
    const device = startBoard('timer', SMALL, { done: 22 });
    const shown = [];
    for (let boot = 0; boot < 26; boot++) {
      if (boot) device.powerUp();
      untilAsleep(device);
      assert.ok(device.isOff, `boot ${boot}`);
      if (device.panel.refreshes.length > shown.length) shown.push(boot);
    }
    assert.deepEqual(shown, [0, 12, 24]);
    assert.equal(new Set(seeds(device.text)).size, 3);
    assertHealthy(device);
  },

  'BUSY that comes late, on every panel: nothing is sent during a refresh': () => {
    for (const panel of Object.keys(PANELS)) {
      for (const late of panel === SMALL ? [5, 50, 200] : [200]) {
        const device = start(panel, 'spi', { translated: true });
        device.panel.lateNanos = late * 1e3;
        untilAsleep(device);
        assert.match(device.text, /^shown$/m, `${panel}, ${late} us`);
        assert.deepEqual(device.panel.picture(), preview(panel, chosen(device.text)), panel);
        assertHealthy(device);
      }
    }
  },

  'a refresh whose BUSY never comes is no quote shown': () => {
    const device = start(SMALL, 'spi', { translated: true });
    device.panel.dead = true;
    untilAsleep(device);
    assert.equal(count(device.text, 'panel: BUSY never came in '), 3, device.text);
    assert.match(device.text, /^panel: given up$/m);
  },

  'a hang while writing and one of the SPI end in a restart and a quote': () => {
    const writing = startBoard('hang', SMALL), sending = startBoard(`${SMALL}-spi`, SMALL);
    sending.run((d) => d.panel.commands.length > 3, 30);
    sending.hangs = true;
    sending.run((d) => d.restarts.length > 0, 30);
    sending.hangs = false;
    for (const [device, stage] of [[writing, 2], [sending, 3]]) {
      untilAsleep(device);
      assert.equal(device.restarts.length, 1);
      assert.match(device.text, new RegExp(`^restarted after a hang, stage ${stage}\nrestarts 1\nrestarted, battery mV`,
        'm'));
      assert.match(device.text, /^shown$/m);
      assert.equal(new Set(seeds(device.text)).size, 2, 'no seed again');
      assert.deepEqual(device.panel.picture(), preview(SMALL, chosen(device.text)));
      assert.ok(device.restarts[0].at / 1e9 < 10, 'within ten seconds');
    }
  },

  'a fault restarts with its address on record': () => {
    const device = startBoard('fault', SMALL);
    untilAsleep(device);
    const [, at] = device.text.match(/^restarted after a fault, stage 2\nat (\d+)$/m);
    const instruction = new DataView(device.flash.buffer).getUint16(Number(at) - 0x10000000, true);
    assert.equal(instruction, 0xde07, 'the planted instruction');
    assert.match(device.text, /^shown$/m);
  },

  'a device that always hangs gives up after some restarts, until the next day': () => {
    const device = startBoard(`${SMALL}-spi`, SMALL);
    device.hangs = true;
    untilAsleep(device);
    assert.equal(device.restarts.length, 4);
    assert.match(device.text, /restarted too often: no turn/);
    device.hangs = false;
    device.run((d) => !d.isAsleepForLong, 90_000);
    untilAsleep(device);
    assert.match(device.text, /^shown$/m);
  },

  // Built by `quillet firmware --quotes`: a line each forty minutes and around midnight.
  'a literary clock for a week, and the right minute after a hang': () => {
    const START = 23 * 60 + 55, DAY = 1440, WEEK_S = 7 * 86400, two = (number) => String(number).padStart(2, '0');
    const name = (minute) => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
    const minutes = Array.from({ length: DAY }, (_, minute) => minute)
      .filter((minute) => minute % 40 === 7 || minute % (DAY - 1) < 2);
    const quote = (minute) => `It was ${name(minute)} by the clock of the tower.`;
    fs.writeFileSync(`${folder}/clock.txt`, minutes.map((minute) => `${name(minute)}|${quote(minute)}|A. Clock\n`)
      .join(''));
    execFileSync(quillet, ['firmware', '--quotes', `${folder}/clock.txt`, '--time', name(START), '--panel', SMALL, '-o',
      `${folder}/clock.uf2`]);
    const device = startBoard('clock', SMALL), pictures = new Map();
    const check = () => {
      const now = (Math.floor(device.panel.refreshes.at(-1).at / 60e9) + START) % DAY;
      const due = minutes.findLast((minute) => minute <= now) ?? minutes.at(-1);
      if (!pictures.has(due)) pictures.set(due, preview(SMALL, { quote: quote(due), author: 'A. Clock' }));
      assert.deepEqual(device.panel.picture(), pictures.get(due), `${name(now)}: ${device.text.slice(-200)}`);
      return now === due;
    };
    untilAsleep(device);
    check();
    while (device.seconds < WEEK_S) {
      nextTurn(device);
      assert.ok(check(), 'in its own minute');
    }
    assert.equal(device.panel.refreshes.length, 7 * minutes.length + 2,
      'all of a week, the start and the one after it');
    untilAwake(device);
    device.hangs = true;
    device.run((d) => d.restarts.length > 0, 30);
    device.hangs = false;
    untilAsleep(device);
    check();
    assertHealthy(device);
  },

  'asleep, nothing is left on that costs current': () => {
    for (const [name, board] of [[`${SMALL}-spi`, 'pico'], [`${SMALL}-i2c`, 'pico'], ['pico-w', 'pico-w']]) {
      const device = startBoard(name, SMALL, { board, bus: name.endsWith('i2c') ? 'i2c' : 'spi' });
      device.setJumper('sixHours', true);
      untilAsleep(device);
      const { clocks, ...state } = device.sleepRegisters;
      assert.deepEqual(state, { coreMillivolts: 800, detectsBrownOut: false, ringOscillator: false, plls: 0, inputs: 1,
        pulls: 1, debugger: false }, name);
      assert.match(device.text, /\nasleep, s \d+\n$/, 'the log is complete');
      if (device.bridge) assert.ok(device.bridge.idle, 'the bridge idles');
      nextTurn(device);
      assert.equal(device.regulator.millivolts, 800);
      assertHealthy(device);
    }
  },

  'the button does not move the daily hour': () => {
    const device = startBoard(`${SMALL}-spi`, SMALL);
    untilAsleep(device);
    device.press(30_000);
    nextTurn(device);
    nextTurn(device);
    const at = device.panel.refreshes.map((refresh) => refresh.at / 1e9);
    assert.ok(Math.abs(at[1] - 30_000) < 10 && Math.abs(at[2] - at[0] - 86400) < 3, `${at}`);
  },

  'the button brings a new quote without flashing': () => {
    const device = start(SMALL);
    untilAsleep(device);
    const before = device.panel.glass;
    device.press();
    nextTurn(device);
    assert.match(device.text, /^button, battery mV 4500$/m);
    assert.match(device.text, /^shown, in part$/m);
    assert.equal(device.panel.refreshes[1].partial, true);
    assert.deepEqual(device.panel.previous, before);
    assert.deepEqual(device.panel.picture(), preview(SMALL, chosen(device.text)));
    assert.ok(device.seconds < 60);
    assertHealthy(device);
  },

  'a click for each character with the jumper': () => {
    const device = start(SMALL);
    untilAsleep(device);
    assert.equal(device.clicks, 0);
    device.text = '';
    device.setJumper('clicks', true);
    device.press();
    nextTurn(device);
    const lines = [...device.text.matchAll(/^(?:quote|author) .*?: (.*)$/gm)];
    assert.equal(device.clicks, lines.reduce((sum, [, line]) => sum + line.length, 0));
  },

  'a low battery is marked, an empty one spared': () => {
    const low = start(SMALL, 'spi', { millivolts: 3200 });
    untilAsleep(low);
    const picture = low.panel.picture(), plain = preview(SMALL, chosen(low.text));
    const differing = picture.flatMap((row, y) => row.map((ink, x) => (ink !== plain[y][x] ? [x, y] : [])))
      .filter((at) => at.length);
    assert.ok(differing.length > 20);
    assert.ok(differing.every(([x, y]) => x < 24 && y >= 122 - 16), 'only in the lower left corner');
    const empty = start(SMALL, 'spi', { millivolts: 2600 });
    untilAsleep(empty);
    assert.match(empty.text, /^battery empty$/m);
    assert.equal(empty.panel.refreshes.length, 0);
  },

  'a stuck BUSY is logged, tried again, given up, and forgotten the next day': () => {
    for (const [panel, bus] of [[SMALL, 'spi'], ['uc8151-296x128', 'i2c']]) {
      const device = start(panel, bus);
      device.panel.stuck = true;
      untilAsleep(device);
      assert.equal(count(device.text, 'panel: BUSY stuck for '), 3, device.text);
      assert.match(device.text, /attempt 3\npanel: given up\n/);
      device.panel.stuck = false;
      device.panel.complaints = [];
      nextTurn(device);
      assert.deepEqual(device.panel.picture(), preview(panel, chosen(device.text)));
      assertHealthy(device);
    }
  },

  'a bridge that does not answer for a while': () => {
    const device = start(SMALL, 'i2c');
    device.bridge.silent = 60;
    untilAsleep(device);
    assert.ok(device.bridge.refused >= 60);
    assert.ok(!device.text.includes('panel: no answer'));
    assert.deepEqual(device.panel.picture(), preview(SMALL, chosen(device.text)));
    device.text = '';
    device.bridge.silent = 150; // longer than it is asked: the attempt fails, the next one shows
    nextTurn(device);
    assert.match(device.text, /^panel: no answer, error -10, after command \d+, attempt 1$/m);
    assert.match(device.text, /^shown$/m);
    assert.deepEqual(device.panel.picture(), preview(SMALL, chosen(device.text)));
    device.text = '';
    device.bridge.silent = 1e9; // broken
    nextTurn(device);
    assert.equal(count(device.text, 'panel: no answer'), 3);
    assert.match(device.text, /^panel: given up$/m);
  },

  'a power cut at every flash write: boots, a new quote, no seed again': () => {
    const image = imageOf(SMALL);
    // Journals: empty; with a record; with a sector all but full; full, so that the next one is erased.
    for (const records of [0, 1, 255, 256]) {
      const whole = new Device({ flash: journalOf(image, records), panel: SMALL });
      untilAsleep(whole);
      const operations = whole.flashChip.operations.length;
      assert.equal(operations, records % 256 ? 1 : 2);
      for (let operation = 0; operation < operations; operation++) {
        for (const share of [0, 0.1, 0.5, 0.9, 0.9999, 1]) cutAndGoOn(journalOf(image, records), operation, share);
      }
    }
  },
};

function cutAndGoOn(flash, operation, share) {
  const taken = new Set(seedsIn(flash));
  const run = (cut) => {
    const device = new Device({ flash, panel: SMALL, seed: 7 });
    device.flashChip.cut = cut;
    try {
      device.run((d) => d.text.includes('quote 1'), 30);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      device.wasCut = true;
    }
    for (const seed of seeds(device.text)) {
      assert.ok(!taken.has(seed), `seed ${seed} again after a cut in operation ${operation} at ${share}`);
      taken.add(seed);
    }
    return device;
  };
  assert.ok(run({ operation, share }).wasCut);
  for (let boot = 0; boot < 2; boot++) assert.equal(seeds(run(undefined).text).length, 1);
}

// The journal's format, written a second time: 16 bytes a record, as docs/device.md has it.
const mix = (x) => {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
};
const SALT = 0x12345678;

function journalOf(image, records) {
  const flash = flashWith(image), view = new DataView(flash.buffer);
  for (let i = 0; i < records; i++) {
    const number = i + 1, words = [number, SALT, ~number >>> 0];
    words.push(mix(mix(mix(number ^ 0x51756c6c) ^ SALT) ^ ~number));
    words.forEach((word, j) => view.setUint32(JOURNAL + i * 16 + j * 4, word, true));
  }
  return flash;
}

const seedsIn = (flash) => {
  const view = new DataView(flash.buffer), found = [];
  for (let at = JOURNAL; at < 2 << 20; at += 16) {
    const number = view.getUint32(at, true);
    if (number !== 0xffffffff) found.push(mix(number + view.getUint32(at + 4, true)));
  }
  return found;
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  if (!name.includes(words)) continue;
  const from = Date.now();
  try {
    test();
    console.log(`ok    ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${error.stack}`);
  }
}
process.exit(failed ? 1 : 0);
