// Reads a gray PNG of 8 bits a pixel without interlacing, as `quillet preview` writes it.
// SPDX-License-Identifier: MIT
import { inflateSync } from 'node:zlib';

// Rows of gray values. Throws for any other PNG.
export function readGreyPng(file) {
  if (file.readUInt32BE(0) !== 0x89504e47) throw new Error('not a PNG file');
  let header, data = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const kind = file.toString('latin1', at + 4, at + 8), body = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
    if (kind === 'IHDR') header = body;
    if (kind === 'IDAT') data.push(body);
  }
  const width = header.readUInt32BE(0), height = header.readUInt32BE(4);
  if (header[8] !== 8 || header[9] !== 0 || header[12] !== 0) throw new Error('not a gray PNG of 8 bits');
  const bytes = inflateSync(Buffer.concat(data)), rows = [];
  for (let y = 0; y < height; y++) {
    const filter = bytes[y * (width + 1)], above = rows.at(-1), row = new Uint8Array(width);
    for (let x = 0; x < width; x++) {
      const left = x ? row[x - 1] : 0, up = above ? above[x] : 0, corner = x && above ? above[x - 1] : 0;
      row[x] = bytes[y * (width + 1) + 1 + x] + predict(filter, left, up, corner);
    }
    rows.push(row);
  }
  return rows;
}

function predict(filter, left, up, corner) {
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return [0, left, up][filter];
  const guess = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(guess - value));
  return a <= b && a <= c ? left : b <= c ? up : corner;
}
