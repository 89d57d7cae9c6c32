#!/usr/bin/env node
// The energy bill of a device's image: node energy.mjs DEVICE.uf2 PANEL [spi|i2c] [--quotes N] [--miss CYCLES] [--json]
// SPDX-License-Identifier: MIT
//
// Times are measured in the emulator: the core at work, the core waiting, the panel refreshing. Currents are not: they are
// the data sheets' and stand in CURRENTS. Printed: charge a quote and months on three AA cells.
import fs from 'node:fs';
import { Device, FLASH_MISS_CYCLES, flashWith } from './device.mjs';
import { readUf2 } from './uf2.mjs';

// Milliamperes out of the cells at 4.5 V.
const CURRENTS = {
  working: 24, // RP2040 at 133 MHz, one core, code in SRAM (data sheet 5.4 and 2.15), regulator included
  waiting: 11, // WFI, PLL and clocks on
  refreshing: 6, // the panel's booster, beside the waiting core (26 mW typical in the panels' specifications)
  sleeping: 1.3, // Pico data sheet, "sleep"; panel in deep sleep: microamperes
};
const CELL_MAH = 2500, SELF_DISCHARGE_PER_YEAR = 0.03, DAYS_A_MONTH = 30.4;

function options(words) {
  const read = { bus: 'spi', quotes: 5, miss: FLASH_MISS_CYCLES, json: false, names: [] };
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--quotes') read.quotes = Number(words[++i]);
    else if (words[i] === '--miss') read.miss = Number(words[++i]);
    else if (words[i] === '--json') read.json = true;
    else if (words[i] === 'spi' || words[i] === 'i2c') read.bus = words[i];
    else read.names.push(words[i]);
  }
  if (read.names.length !== 2) throw new Error('usage: node energy.mjs DEVICE.uf2 PANEL [spi|i2c] [--quotes N] [--miss CYCLES] [--json]');
  return read;
}

// Mean seconds of a turn: at work, waiting, refreshing; and to the refresh's start.
function measure({ names: [file, panel], bus, quotes, miss }) {
  const device = new Device({ flash: flashWith(readUf2(fs.readFileSync(file))), panel, bus, missCycles: miss, translated: true });
  const turns = [];
  for (let i = 0; i < quotes; i++) {
    if (i) device.run((d) => !d.isAsleepForLong);
    const from = device.clock(), sleeps = device.sleeps.length, cycles = device.chip.core.cycles;
    device.run((d) => d.isAsleepForLong, 120);
    const waiting = device.sleeps.slice(sleeps).filter((s) => !s.deep).reduce((sum, s) => sum + s.to - s.from, 0) / 1e9;
    const { at } = device.panel.refreshes.at(-1);
    turns.push({ awake: (device.clock() - from) / 1e9, waiting, toRefresh: (at - from) / 1e9, cycles: device.chip.core.cycles - cycles,
      refreshing: (device.panel.busyUntil - at) / 1e9 });
  }
  const mean = (name) => turns.reduce((sum, turn) => sum + turn[name], 0) / turns.length;
  return { working: mean('awake') - mean('waiting'), waiting: mean('waiting'), refreshing: mean('refreshing'), toRefresh: mean('toRefresh'), cycles: mean('cycles'), log: device.text };
}

function bill({ working, waiting, refreshing }) {
  const millicoulombs = working * CURRENTS.working + waiting * CURRENTS.waiting + refreshing * CURRENTS.refreshing;
  const months = (quotesADay) => {
    const aDay = (millicoulombs * quotesADay) / 3600 + 24 * CURRENTS.sleeping + (CELL_MAH * SELF_DISCHARGE_PER_YEAR) / 365;
    return CELL_MAH / aDay / DAYS_A_MONTH;
  };
  return { microamperehours: (millicoulombs / 3600) * 1000, months1: months(1), months4: months(4) };
}

try {
  const read = options(process.argv.slice(2)), times = measure(read), costs = bill(times);
  if (read.json) console.log(JSON.stringify({ ...times, log: undefined, ...costs }));
  else {
    const row = (name, seconds, current) => console.log(`  ${name.padEnd(12)} ${seconds.toFixed(2).padStart(6)} s  ${String(current).padStart(5)} mA  ${((seconds * current) / 3.6).toFixed(1).padStart(6)} uAh`);
    console.log(`a quote (mean of ${read.quotes}; ${(times.cycles / 1e6).toFixed(1)} M cycles, refresh begins after ${times.toRefresh.toFixed(2)} s)`);
    for (const name of ['working', 'waiting', 'refreshing']) row(name, times[name], CURRENTS[name]);
    console.log(`  together ${costs.microamperehours.toFixed(1)} uAh; a day asleep ${(24 * CURRENTS.sleeping).toFixed(1)} mAh`);
    console.log(`three AA cells of ${CELL_MAH} mAh: ${costs.months1.toFixed(1)} months at one quote a day, ${costs.months4.toFixed(1)} at four`);
  }
} catch (error) {
  console.error(`energy.mjs: ${error.message}`);
  process.exit(1);
}
