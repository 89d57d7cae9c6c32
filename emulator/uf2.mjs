// Reads a UF2 file for the RP2040, by the format's own page and the boot ROM's rules, and checks it.
// SPDX-License-Identifier: MIT
const MAGIC = [0x0a324655, 0x9e5d5157, 0x0ab16f30], FAMILY_PRESENT = 0x2000, RP2040 = 0xe48bff56;
const FLASH = 0x10000000, FLASH_BYTES = 2 << 20;

// The image from the flash's start on, as a Uint8Array with 0xff in gaps. Throws for what a Pico would not take.
export function readUf2(file) {
  if (file.length === 0 || file.length % 512) throw new Error(`${file.length} bytes are no whole blocks of 512`);
  const view = new DataView(file.buffer, file.byteOffset, file.length), count = file.length / 512;
  const image = new Uint8Array(FLASH_BYTES).fill(0xff);
  let end = 0;
  for (let block = 0; block < count; block++) {
    const word = (at) => view.getUint32(block * 512 + at, true);
    const fail = (what) => { throw new Error(`block ${block}: ${what}`); };
    if (word(0) !== MAGIC[0] || word(4) !== MAGIC[1] || word(508) !== MAGIC[2]) fail('wrong magic number');
    if (word(8) !== FAMILY_PRESENT || word(28) !== RP2040) fail('not of the RP2040 family');
    if (word(20) !== block || word(24) !== count) fail(`numbered ${word(20)} of ${word(24)}, not ${block} of ${count}`);
    if (word(16) !== 256) fail('payload is not a page of 256 bytes');
    const at = word(12) - FLASH;
    if (at < 0 || at % 256 || at >= FLASH_BYTES) fail(`address ${word(12).toString(16)} is no page of the flash`);
    image.set(file.subarray(block * 512 + 32, block * 512 + 288), at);
    end = Math.max(end, at + 256);
  }
  return image.slice(0, end);
}

// CRC-32 with polynomial 04c11db7, a byte at a time by table, from ffffffff, neither reflected nor inverted.
const TABLE = Uint32Array.from({ length: 256 }, (_, i) => {
  let crc = i << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

// What the boot ROM asks of the second stage: its last four bytes are the checksum of the 252 before.
export function secondStageIsSealed(image) {
  let crc = 0xffffffff;
  for (let i = 0; i < 252; i++) crc = (crc << 8) ^ TABLE[(crc >>> 24) ^ image[i]];
  return crc >>> 0 === new DataView(image.buffer, image.byteOffset).getUint32(252, true);
}
