#!/usr/bin/env node
// The energy bill of a device's image: node energy.mjs DEVICE.uf2 PANEL [spi|i2c] [--board NAME] [--quotes N]
// [--miss CYCLES] [--json]
// SPDX-License-Identifier: MIT
//
// Times are measured in the emulator: the core at work, the core waiting, the panel refreshing. So is what the chip
// leaves on in its sleep, read out of its registers. Currents are not: they are those that others measured, with their
// sources. Printed: charge a quote and months on a battery of AA cells.
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { Device, FLASH_MISS_CYCLES, flashWith } from './device.mjs';
import { readUf2 } from './uf2.mjs';

// Milliamperes out of the cells at 4.5 V.
const CURRENTS = {
  working: 24, // at 133 MHz, one core, code in SRAM: 23 in arduino-pico's issue 345, at another board and clock
  // WFI, PLL and clocks on: 9 in rp-hal's issue 659, 7.3 at 5.2 V with most clocks off in pico-sdk's low_power.h
  waiting: 11,
  refreshing: 6, // the panel's booster, beside the waiting core (26 mW typical in the panels' specifications)
  lit: 2, // the LED (Pico data sheet: 470 Ohm)
};

// A Pico's sleep, in milliamperes at 3.3 V, where what is left on adds up, and at 5 V at VSYS. From arduino-pico's pull
// request 2620, one board by steps, dormant: 2.08 with pulls on all free pads, 1.58 without, 1.51 without the
// debugger's pads, 1.48 without the brown-out detector, 1.35 at 0.80 V; then, with the cells at VSYS instead of 3.3 V
// at VBUS, 0.76. (Raspberry Pi found 0.76 at 5.2 V as well, pico-sdk's pull request 3031.) Running from the crystal
// with the real-time clock instead of dormant: 0.39 less 0.18, typical currents of the core's supply at 1.1 V (RP2040
// data sheet, table 637 in section 5.7.2).
const SLEEP = { atVsys: 0.76, pads: 0.5 / 26, debugger: 0.07, brownOut: 0.03, fullVoltage: 0.13, clock: 0.39 - 0.18,
  ringOscillator: 0.15, pll: 1.5 };
// The ring oscillator's and a PLL's figures are reckoned, not measured; neither is on in our sleep.
const VOLTS = 4.5;
// What a milliwatt more behind the regulator costs in front of it, from the table of pull request 3031: a dormant Pico
// takes 2.5 mW at 3V3 and 4.0 at VSYS, a Pico 2 in its lowest state 0.47 and 1.32.
const REGULATOR = (2.5 - 0.47) / (4.0 - 1.32);
// Nobody has measured this very state. Nearest comes pico-sdk's pull request 3048, dormant but for crystal and
// real-time clock, at 1.10 V: "about double" of dormant.
const AS_DORMANT = 2, DORMANT = { milliamperes: 0.76, volts: 5.2 };
const BRIDGE = { idle: 0.05, awake: 11 }; // SC18IS602B data sheet 10: typical idle and operating milliamperes at 3.3 V
const CELL_MAH = 2500, SELF_DISCHARGE_PER_YEAR = 0.03, DAYS_A_MONTH = 30.4;

// What the sleeping board takes at the cells, by the registers it sleeps with.
function sleepCurrent(state, bridge) {
  const left = state.pulls * SLEEP.pads + (state.debugger && SLEEP.debugger)
    + (state.detectsBrownOut && SLEEP.brownOut) +
    (state.coreMillivolts > 800 && SLEEP.fullVoltage) + (state.ringOscillator && SLEEP.ringOscillator)
      + state.plls * SLEEP.pll + SLEEP.clock +
    (bridge ? (bridge.idle ? BRIDGE.idle : BRIDGE.awake) : 0);
  return SLEEP.atVsys * (5 / VOLTS) + (left * 3.3) / VOLTS / REGULATOR;
}

// The same with what crystal and real-time clock took in the measurement that comes nearest.
function atMost(sleeping) {
  const reckoned = SLEEP.atVsys * (5 / VOLTS) + (SLEEP.clock * 3.3) / VOLTS / REGULATOR;
  return sleeping + (AS_DORMANT * DORMANT.milliamperes * DORMANT.volts) / VOLTS - reckoned;
}

const USAGE = 'usage: node energy.mjs DEVICE.uf2 PANEL [spi|i2c] [--board NAME] [--quotes N] [--miss CYCLES] [--json]';

function options() {
  const { values, positionals: [file, panel, bus = 'spi', ...others] } = parseArgs({ allowPositionals: true, options: {
    board: { type: 'string', default: 'pico' }, quotes: { type: 'string', default: '5' },
    miss: { type: 'string', default: String(FLASH_MISS_CYCLES) }, json: { type: 'boolean' } } });
  if (!panel || others.length || !['spi', 'i2c'].includes(bus)) throw new Error(USAGE);
  return { ...values, file, panel, bus, quotes: Number(values.quotes), miss: Number(values.miss) };
}

// Mean seconds of a turn: at work, waiting, refreshing; and to the refresh's start.
function measure({ file, panel, bus, board, quotes, miss }) {
  const device = new Device({ flash: flashWith(readUf2(fs.readFileSync(file))), panel, bus, board, missCycles: miss,
    translated: true });
  const turns = [];
  for (let i = 0; i < quotes; i++) {
    if (i) device.run((d) => !d.isAsleepForLong);
    const from = device.clock(), sleeps = device.sleeps.length, cycles = device.chip.core.cycles;
    device.run((d) => d.isAsleepForLong, 120);
    const waiting = device.sleeps.slice(sleeps).filter((s) => !s.deep).reduce((sum, s) => sum + s.to - s.from, 0) / 1e9;
    const { at } = device.panel.refreshes.at(-1);
    turns.push({ awake: (device.clock() - from) / 1e9, waiting, toRefresh: (at - from) / 1e9,
      cycles: device.chip.core.cycles - cycles,
      refreshing: (device.panel.busyUntil - at) / 1e9 });
  }
  const mean = (name) => turns.reduce((sum, turn) => sum + turn[name], 0) / turns.length;
  return { working: mean('awake') - mean('waiting'), waiting: mean('waiting'), refreshing: mean('refreshing'),
    toRefresh: mean('toRefresh'), lit: device.lit / quotes / 1e9,
    sleeping: sleepCurrent(device.sleepRegisters, device.bridge), state: device.sleepRegisters, cycles: mean('cycles'),
    log: device.text };
}

function bill({ working, waiting, refreshing, lit, sleeping }) {
  const millicoulombs = working * CURRENTS.working + waiting * CURRENTS.waiting + refreshing * CURRENTS.refreshing
    + lit * CURRENTS.lit;
  const months = (quotesADay, asleep = sleeping) => {
    const aDay = (millicoulombs * quotesADay) / 3600 + 24 * asleep + (CELL_MAH * SELF_DISCHARGE_PER_YEAR) / 365;
    return CELL_MAH / aDay / DAYS_A_MONTH;
  };
  return { microamperehours: (millicoulombs / 3600) * 1000, months1: months(1), months4: months(4),
    monthsAtLeast: months(1, atMost(sleeping)) };
}

try {
  const read = options(), times = measure(read), costs = bill(times);
  if (read.json) console.log(JSON.stringify({ ...times, log: undefined, ...costs }));
  else {
    const row = (name, seconds, current) => {
      const charge = ((seconds * current) / 3.6).toFixed(1).padStart(6), time = seconds.toFixed(2).padStart(6);
      console.log(`  ${name.padEnd(12)} ${time} s  ${String(current).padStart(5)} mA  ${charge} uAh`);
    };
    console.log(`a quote (mean of ${read.quotes}; ${(times.cycles / 1e6).toFixed(1)} M cycles, `
      + `refresh begins after ${times.toRefresh.toFixed(2)} s)`);
    for (const name of ['working', 'waiting', 'refreshing', 'lit']) row(name, times[name], CURRENTS[name]);
    console.log(`  together ${costs.microamperehours.toFixed(1)} uAh; asleep ${times.sleeping.toFixed(2)} mA, `
      + `a day ${(24 * times.sleeping).toFixed(1)} mAh (${JSON.stringify(times.state)})`);
    console.log(`three AA cells of ${CELL_MAH} mAh: ${costs.months1.toFixed(1)} months at one quote a day, `
      + `${costs.months4.toFixed(1)} at four`);
    console.log(`were it ${atMost(times.sleeping).toFixed(2)} mA asleep (pico-sdk's pull request 3048): `
      + `${costs.monthsAtLeast.toFixed(1)} months at one a day`);
  }
} catch (error) {
  console.error(`energy.mjs: ${error.message}`);
  process.exit(1);
}
