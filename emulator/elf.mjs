// Reads what a bare 32-bit little-endian ELF image loads, and its symbols.
// SPDX-License-Identifier: MIT
import fs from 'node:fs';

// Returns {segments: [{address, bytes}], symbols: Map name -> address, ram}; `address` is the load (physical) address,
// ram the bytes of memory from 0x20000000 on that the image takes.
export function readElf(path) {
  const file = fs.readFileSync(path);
  if (file.length < 52 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 1 || file[5] !== 1) {
    throw new Error(`${path}: not a 32-bit little-endian ELF file`);
  }
  const segments = [];
  let ram = 0;
  const programs = file.readUInt32LE(28);
  for (let i = 0; i < file.readUInt16LE(44); i++) {
    const at = programs + i * file.readUInt16LE(42);
    const offset = file.readUInt32LE(at + 4), size = file.readUInt32LE(at + 16);
    if (file.readUInt32LE(at) === 1 && file.readUInt32LE(at + 8) >= 0x20000000) ram += file.readUInt32LE(at + 20);
    if (file.readUInt32LE(at) === 1 && size) {
      segments.push({ address: file.readUInt32LE(at + 12), bytes: file.subarray(offset, offset + size) });
    }
  }
  const symbols = new Map();
  const sections = file.readUInt32LE(32), entry = file.readUInt16LE(46);
  for (let i = 0; i < file.readUInt16LE(48); i++) {
    const at = sections + i * entry;
    if (file.readUInt32LE(at + 4) !== 2) continue; // SHT_SYMTAB
    const names = file.readUInt32LE(sections + file.readUInt32LE(at + 24) * entry + 16);
    const table = file.readUInt32LE(at + 16), end = table + file.readUInt32LE(at + 20);
    for (let s = table; s < end; s += 16) {
      const name = names + file.readUInt32LE(s);
      symbols.set(file.toString('latin1', name, file.indexOf(0, name)), file.readUInt32LE(s + 4));
    }
  }
  return { segments, symbols, ram };
}
