// Boards around the RP2040, by their schematics: which pin goes where, who drives it, how the supply is measured and
// cut.
// SPDX-License-Identifier: MIT
//
// Written apart from firmware/boards.c. A pin that the board drives must never be an output of the program's.
const HEADER = { sck: 18, mosi: 19, cs: 17, dc: 20, reset: 21, busy: 26, spi: 0 };
const JUMPERS = { sixHours: 13, clicks: 14 };
const BY_THREE = 3;

export const BOARDS = {
  pico: { panel: HEADER, button: { pin: 12, pressed: false }, jumpers: JUMPERS, piezo: 15, led: 25,
    bridge: { sda: 4, scl: 5 }, vsys: () => BY_THREE },
  // Pico W: GP25 opens the way from VSYS to GP29, which is the wireless chip's clock otherwise; GP23 is its power.
  'pico-w': { panel: HEADER, button: { pin: 12, pressed: false }, jumpers: JUMPERS, piezo: 15,
    bridge: { sda: 4, scl: 5 }, off: [23],
    vsys: (level) => (level(25) ? BY_THREE : Infinity) },
  // Badger 2040: buttons A, B, C, up and down to 3.3 V; GP10 holds the power; its ADC's full scale sinks with the
  // cells.
  badger2040: { panel: HEADER, button: { pin: 12, pressed: true }, jumpers: {}, led: 25, bridge: { sda: 4, scl: 5 },
    drives: [11, 12, 13, 14, 15, 24], hold: 10,
    vsys: () => BY_THREE, reference: { power: 27, pin: 28, millivolts: 1240 } },
  // Waveshare's Pico-ePaper displays.
  'waveshare-pico-epaper': { panel: { sck: 10, mosi: 11, cs: 9, dc: 8, reset: 12, busy: 13, spi: 1 },
    button: { pin: 15, pressed: false },
    jumpers: { sixHours: 18, clicks: 19 }, piezo: 20, led: 25, bridge: { sda: 4, scl: 5 }, vsys: () => BY_THREE },
};

// What the ADC reads on `channel`, 12 bits: full scale is the board's 3.3 V, or what its cells still give.
export function adcValue(board, channel, millivolts, level) {
  const fullScale = board.reference ? Math.min(3300, millivolts) : 3300;
  if (channel === 3) return Math.min(4095, Math.round((millivolts / board.vsys(level) / fullScale) * 4096));
  const { reference } = board;
  if (reference && channel === reference.pin - 26 && level(reference.power))
    return Math.round((reference.millivolts / fullScale) * 4096);
  return 0;
}
