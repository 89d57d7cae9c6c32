// E-ink controllers, by their data sheets, with a clock that moves them: what the SPI wires carry, and what the glass
// shows.
// SPDX-License-Identifier: MIT
//
// Written apart from eink/panels: a second reading of the same data sheets. Times are in nanoseconds.
const MS = 1e6;

class Controller {
  // clock: () => nanoseconds. Seen: [width, height]; glass: columns and rows of RAM that have pixels.
  constructor(clock, { seen, ram, onItsSide }) {
    Object.assign(this, { clock, seen, ram, onItsSide });
    this.busyUntil = 0;
    this.stuck = false; // BUSY never ends
    this.dead = false; // BUSY never comes
    this.lateNanos = 0; // how long after a command BUSY comes
    this.resetFell = undefined;
    this.refreshes = []; // {at, partial}
    this.complaints = []; // what a data sheet forbids
    this.glass = undefined; // bytes of the RAM shown, 1 white
    this.asleep = true; // until the first reset, whatever came before is unknown
    this.commands = [];
  }

  get working() {
    return this.stuck || this.clock() < this.busyUntil;
  }

  // What the BUSY pin says: later than the work itself.
  get seenWorking() {
    return this.stuck || (!this.dead && this.working && this.clock() >= this.busyFrom + this.lateNanos);
  }

  work(ms) {
    this.busyFrom = this.clock();
    this.busyUntil = this.clock() + ms * MS;
  }

  // The RST pin: low resets, and ends deep sleep.
  reset(level) {
    if (level) {
      if (this.resetFell === undefined) return;
      const low = (this.clock() - this.resetFell) / MS;
      if (low < 0.1 || low > 12) this.complain(`RST low for ${low} ms`);
      this.resetFell = undefined;
      return;
    }
    this.resetFell = this.clock();
    this.asleep = false;
    this.busyUntil = 0;
    this.registers = {};
    this.powerOnReset();
  }

  // Registers that are not what drivers known to work give them: known is {code: [bytes]} in hex.
  check(known) {
    for (const [code, bytes] of Object.entries(known)) {
      const given = (this.registers[parseInt(code, 16)] ?? []).map((byte) => byte.toString(16).padStart(2, '0'))
        .join(' ');
      if (given !== bytes) this.complain(`register ${code} is ${given || 'not set'}, not ${bytes}`);
    }
  }

  // A byte with the level of D/C.
  byte(value, data) {
    if (this.asleep) return this.complain(`${data ? 'data' : 'command'} ${value.toString(16)} while asleep`);
    if (this.working && !(!data && this.mayBeSentWhileBusy(value)))
      this.complain(`${data ? 'data' : 'command'} ${value.toString(16)} while busy`);
    if (data) {
      (this.registers[this.command] ??= []).length < 256 && this.registers[this.command].push(value);
      return this.data(value);
    }
    this.command = value;
    this.registers[value] = [];
    this.parameters = [];
    this.commands.push(value);
    this.begin(value);
  }

  complain(what) {
    if (this.complaints.length < 20) this.complaints.push(what);
  }

  mayBeSentWhileBusy() {
    return false;
  }

  show(bytes, partial, ms) {
    this.glass = bytes.slice();
    this.refreshes.push({ at: this.clock(), partial });
    this.work(ms);
  }

  // Rows of booleans, true for ink, as people see the panel.
  picture() {
    const [width, height] = this.seen, stride = this.ram[0] / 8;
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => {
        const column = this.onItsSide ? height - 1 - y : x, row = this.onItsSide ? x : y;
        return !(this.glass[row * stride + (column >> 3)] & (0x80 >> (column & 7)));
      }));
  }
}

// Solomon Systech SSD1680 and SSD1683.
class Ssd16xx extends Controller {
  static TAKES = { 0x01: 3, 0x03: 1, 0x04: 3, 0x2c: 1, 0x32: 153, 0x3f: 1, 0x10: 1, 0x11: 1, 0x18: 1, 0x21: 2, 0x22: 1,
    0x3c: 1, 0x44: 2, 0x45: 4, 0x4e: 1, 0x4f: 2, 0x12: 0, 0x20: 0 };

  powerOnReset() {
    this.gates = this.ram[1];
    this.entry = 3; // x and y grow, x first
    this.x = this.y = 0;
    this.window = { x: [0, this.ram[0] / 8 - 1], y: [0, this.ram[1] - 1] };
    this.update = 0xff;
    this.control = [0, 0];
    this.memory ??= { 0x24: new Uint8Array((this.ram[0] / 8) * this.ram[1]),
      0x26: new Uint8Array((this.ram[0] / 8) * this.ram[1]) };
  }

  get busyLevel() {
    return this.seenWorking || this.asleep ? 1 : 0;
  }

  begin(code) {
    if (code === 0x12) {
      this.powerOnReset();
      this.work(2);
    } else if (code === 0x20) this.activate();
    else if (code !== 0x24 && code !== 0x26 && !Ssd16xx.TAKES[code])
      this.complain(`unknown command ${code.toString(16)}`);
  }

  data(value) {
    if (this.command === 0x24 || this.command === 0x26) return this.store(value);
    const p = this.parameters;
    p.push(value);
    const takes = Ssd16xx.TAKES[this.command];
    if (p.length > takes) return this.complain(`command ${this.command.toString(16)} takes ${takes} bytes`);
    if (p.length === takes) this.set(this.command, p);
  }

  set(code, p) {
    if (code === 0x01) this.gates = (p[0] | (p[1] << 8)) + 1;
    else if (code === 0x10) this.asleep = (p[0] & 3) !== 0;
    else if (code === 0x11) this.entry = p[0];
    else if (code === 0x21) this.control = p;
    else if (code === 0x22) this.update = p[0];
    else if (code === 0x44) this.window.x = [p[0], p[1]];
    else if (code === 0x45) this.window.y = [p[0] | (p[1] << 8), p[2] | (p[3] << 8)];
    else if (code === 0x4e) this.x = p[0];
    else if (code === 0x4f) this.y = p[0] | (p[1] << 8);
  }

  // One byte of eight pixels at the address counters, which then move by the entry mode within the window.
  store(value) {
    const stride = this.ram[0] / 8;
    if (this.x >= stride || this.y >= this.ram[1]) return this.complain(`RAM address ${this.x}, ${this.y}`);
    this.memory[this.command][this.y * stride + this.x] = value;
    const next = (name, grows) => {
      const [from, to] = this.window[name], atEnd = this[name] === to;
      this[name] = atEnd ? from : this[name] + (grows ? 1 : -1);
      return atEnd;
    };
    const order = this.entry & 4 ? ['y', 'x'] : ['x', 'y'];
    const grows = { x: this.entry & 1, y: this.entry & 2 };
    if (next(order[0], grows[order[0]])) next(order[1], grows[order[1]]);
  }

  // Bits of 22h: clock, analog, thermometer, waveform, mode 2, display, analog off, clock off.
  activate() {
    if (this.gates !== this.ram[1]) this.complain(`${this.gates} gates`);
    if ((this.update & 0xc4) !== 0xc4) return this.complain(`update ${this.update.toString(16)} shows nothing`);
    const partial = !!(this.update & 8);
    if (!(this.update & 0x10)) this.checkWaveform();
    this.check({ 18: '80', '3c': partial ? '80' : '05', ...this.known[partial ? 'partial' : 'full'] });
    if (partial && this.control[0] & 0x40) this.complain('a partial refresh that leaves the old picture out');
    this.previous = this.memory[0x26].slice();
    this.show(this.memory[0x24], partial, partial ? 400 : 1800);
  }
}

// The waveform that Waveshare's driver of the 2.9" V2 gives: tables of 12 groups for black, black to white, white to
// black, white; 12 groups of 7 bytes of time; frame rates.
Ssd16xx.prototype.checkWaveform = function () {
  const wave = this.registers[0x32] ?? [], known = new Array(153).fill(0);
  for (const [at, byte] of [[1, 0x40], [12, 0x80], [13, 0x80], [24, 0x40], [25, 0x40], [37, 0x80], [60, 10], [66, 2],
    [67, 1], [74, 1]]) known[at] = byte;
  known.fill(0x22, 144, 150);
  if (wave.join() !== known.join()) this.complain('a waveform that is not known');
};

// UltraChip UC8151, UC8176 and UC8179: mode KW, old and new picture by DTM1 and DTM2.
class Uc81xx extends Controller {
  powerOnReset() {
    this.powered = false;
    this.panelSetting = 0x0f;
    this.resolution = undefined;
    this.waveforms = {};
    this.old = [];
    this.next = [];
  }

  get busyLevel() {
    return this.seenWorking ? 0 : 1;
  }

  begin(code) {
    if (code === 0x02 || code === 0x04) {
      this.powered = code === 0x04;
      this.work(code === 0x04 ? 40 : 20);
    } else if (code === 0x10) this.old = [];
    else if (code === 0x13) this.next = [];
    else if (code === 0x12) this.refresh();
    else if (code >= 0x20 && code <= 0x24) this.waveforms[code] = [];
    else if (![0x00, 0x01, 0x06, 0x07, 0x15, 0x30, 0x50, 0x60, 0x61, 0x82].includes(code))
      this.complain(`unknown command ${code.toString(16)}`);
  }

  data(value) {
    const { command } = this;
    if (command === 0x10) this.old.push(value);
    else if (command === 0x13) this.next.push(value);
    else if (command >= 0x20 && command <= 0x24) this.waveforms[command].push(value);
    else {
      this.parameters.push(value);
      if (command === 0x00) this.panelSetting = value;
      if (command === 0x61) this.resolution = this.parameters;
      if (command === 0x07) this.sleep(value);
    }
  }

  sleep(check) {
    if (check !== 0xa5) return this.complain('deep sleep without its check code');
    if (this.powered) this.complain('deep sleep with the power on');
    this.check(this.known.sleep);
    this.asleep = true;
  }

  refresh() {
    const size = (this.ram[0] / 8) * this.ram[1];
    if (!this.powered) return this.complain('refresh with the power off');
    if (!(this.panelSetting & 0x10)) this.complain('not in black and white');
    if (this.resolution?.join() !== this.sizeBytes.join()) this.complain(`resolution ${this.resolution}`);
    if (this.old.length !== size || this.next.length !== size)
      this.complain(`${this.old.length} and ${this.next.length} bytes of picture, not ${size}`);
    const own = !!(this.panelSetting & 0x20);
    if (own) this.checkWaveforms();
    this.check(this.known[own ? 'partial' : 'full']);
    this.previous = Uint8Array.from(this.old);
    this.show(Uint8Array.from(this.next), own, own ? 350 : 3000);
  }

  // Lengths by the data sheet; a pixel that changes gets as much charge one way as the other.
  checkWaveforms() {
    for (let code = 0x20; code <= 0x24; code++) {
      const wave = this.waveforms[code] ?? [];
      if (wave.length !== (code === 0x20 ? this.vcomBytes : 42))
        this.complain(`waveform ${code.toString(16)} has ${wave.length} bytes`);
      let charge = 0, driven = 0;
      for (let group = 0; group + 6 <= wave.length; group += 6) {
        for (let phase = 0; phase < 4; phase++) {
          const level = (wave[group] >> (6 - 2 * phase)) & 3;
          const frames = wave[group + 1 + phase] * wave[group + 5];
          charge += (level === 1 ? 1 : level === 2 ? -1 : 0) * frames;
          if (level) driven += frames;
        }
      }
      const changes = code === 0x22 || code === 0x23;
      if (changes ? driven < 50 || driven > 64 : driven)
        this.complain(`waveform ${code.toString(16)} drives for ${driven} frames`);
      if (charge) this.complain(`waveform ${code.toString(16)} leaves a charge of ${charge} frames`);
    }
  }
}

class Uc8176 extends Uc81xx {
  sizeBytes = [0x01, 0x90, 0x01, 0x2c];
  vcomBytes = 44;
  known = {
    full: { '00': '1f', '01': '03 00 2b 2b', '06': '17 17 17', 50: '97' },
    partial: { '00': '3f', '01': '03 00 2b 2b', '06': '17 17 17', 30: '3a', 50: 'd7', 82: '12' },
    sleep: { 50: 'f7' },
  };
}

class Uc8151 extends Uc81xx {
  sizeBytes = [0x80, 0x01, 0x28];
  vcomBytes = 44;
  known = {
    full: { '00': '93', '01': '03 00 2b 2b 2b', '06': '17 17 17', 50: '97' },
    partial: { '00': 'b3', '01': '03 00 2b 2b 2b', '06': '17 17 17', 30: '3a', 50: 'd7', 82: '08' },
    sleep: { 50: 'f7' },
  };
}

class Uc8179 extends Uc81xx {
  sizeBytes = [0x03, 0x20, 0x01, 0xe0];
  vcomBytes = 42;
  known = {
    full: { '00': '1f', '01': '07 07 3f 3f', '06': '17 17 28 17', 15: '00', 50: '29 07', 60: '22' },
    partial: { '00': '3f', '01': '07 07 3f 3f', '06': '17 17 28 17', 15: '00', 50: 'a9 07', 60: '22', 82: '26' },
    sleep: { 50: 'a9 07' },
  };
}

const SSD1680 = { 21: '00 80' }, IN_MEMORY = { 22: 'ff' };
const BY_HOST = { 22: 'cf', '3f': '22', '03': '17', '04': '41 b0 32', '2c': '36' };
const ssd = (clock, options, full, partial) => Object.assign(new Ssd16xx(clock, options), { known: { full, partial } });

export const PANELS = {
  'ssd1683-400x300': (clock) => ssd(clock, { seen: [400, 300], ram: [400, 300], onItsSide: false },
    { 21: '40 00', 22: 'f7' }, { 21: '00 00', ...IN_MEMORY }),
  'uc8176-400x300': (clock) => new Uc8176(clock, { seen: [400, 300], ram: [400, 300], onItsSide: false }),
  'ssd1680-296x128': (clock) => ssd(clock, { seen: [296, 128], ram: [128, 296], onItsSide: true },
    { ...SSD1680, 22: 'f7' }, { ...SSD1680, ...BY_HOST }),
  'uc8151-296x128': (clock) => new Uc8151(clock, { seen: [296, 128], ram: [128, 296], onItsSide: true }),
  'ssd1680-250x122': (clock) => ssd(clock, { seen: [250, 122], ram: [128, 250], onItsSide: true },
    { ...SSD1680, 22: 'f7' }, { ...SSD1680, ...IN_MEMORY }),
  'uc8179-800x480': (clock) => new Uc8179(clock, { seen: [800, 480], ram: [800, 480], onItsSide: false }),
};
