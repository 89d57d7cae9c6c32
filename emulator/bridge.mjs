// NXP SC18IS602B by its data sheet, revision 7: an I2C slave that sends what it is given on SPI and has four pins.
// SPDX-License-Identifier: MIT
export class Bridge {
  // pins: {spi(bytes), write(pin, level), read(pin)}, of pins 0 to 3.
  constructor(clock, address, pins) {
    Object.assign(this, { clock, address, pins });
    this.configuration = 0;
    this.enabled = 0;
    this.kinds = 0;
    this.levels = 0;
    this.buffer = [];
    this.message = [];
    this.shiftingUntil = 0;
    this.silent = 0; // messages that it will not answer
    this.refused = 0; // it did not acknowledge, for whichever reason
    this.complaints = [];
  }

  // Whether the address is acknowledged: not while the last message is still being shifted out.
  start(address, reading) {
    this.message = [];
    this.at = 0;
    this.reading = reading;
    const silent = this.silent > 0 && this.silent--;
    const answers = address === this.address && !silent && this.clock() >= this.shiftingUntil;
    this.refused += !answers;
    return answers;
  }

  take(byte) {
    this.message.push(byte);
    return this.message.length <= 201;
  }

  give() {
    return this.buffer[this.at++] ?? 0xff;
  }

  stop() {
    if (this.reading || !this.message.length) return;
    const [id, ...rest] = this.message;
    this.message = [];
    this.idle = id === 0xf2; // any message wakes it
    if (id >= 0x01 && id <= 0x0f) this.#send(id, rest);
    else if (id === 0xf2) return;
    else if (id === 0xf0) this.configuration = rest[0];
    else if (id === 0xf4) this.#write(rest[0]);
    else if (id === 0xf5) this.buffer =
      [[0, 1, 2, 3].reduce((bits, pin) => bits | ((this.enabled >> pin) & 1 && this.pins.read(pin) ? 1 << pin : 0), 0)];
    else if (id === 0xf6) this.enabled = rest[0];
    else if (id === 0xf7) this.kinds = rest[0];
    else this.complaints.push(`function ${id.toString(16)}`);
  }

  #send(selects, bytes) {
    if (selects & this.enabled) this.complaints.push('a slave select that is a GPIO');
    if (this.configuration & 0x2c) this.complaints.push(`SPI configuration ${this.configuration.toString(16)}`);
    if (!(selects & this.enabled)) this.pins.spi(bytes);
    const kilohertz = [1843, 461, 115, 58][this.configuration & 3];
    this.shiftingUntil = this.clock() + (bytes.length * 8 * 1e6) / kilohertz;
    this.buffer = bytes.map(() => 0);
  }

  #write(levels) {
    for (let pin = 0; pin < 4; pin++) {
      const isOutput = (this.enabled >> pin) & 1 && ((this.kinds >> (2 * pin)) & 3) === 1;
      if (isOutput && (levels ^ this.levels ^ (this.wrote ? 0 : 0xf)) >> pin & 1)
        this.pins.write(pin, (levels >> pin) & 1);
    }
    this.levels = levels;
    this.wrote = true;
  }
}
