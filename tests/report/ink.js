/* Says how many per cent of a screenshot differ from its most frequent colour, and fails below a limit:
 * node tests/report/ink.js FILE.png PER_CENT. Reads what Chromium writes: 8 bits, RGB or RGBA, not interlaced. */
"use strict";
const fs = require("fs");
const zlib = require("zlib");

const read = (file) => {
  const bytes = fs.readFileSync(file), data = [];
  let width, height, channels;
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at), type = bytes.toString("latin1", at + 4, at + 8);
    const chunk = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      width = chunk.readUInt32BE(0);
      height = chunk.readUInt32BE(4);
      channels = { 2: 3, 6: 4 }[chunk[9]];
      if (chunk[8] !== 8 || !channels || chunk[12] !== 0) throw new Error(`${file}: not the kind of PNG that is expected`);
    }
    if (type === "IDAT") data.push(chunk);
    at += 12 + length;
  }
  return { width, height, channels, raw: zlib.inflateSync(Buffer.concat(data)) };
};

/* PNG's five filters (RFC 2083, section 6). */
const paeth = (a, b, c) => {
  const p = a + b - c, pa = Math.abs(p - a), pb = Math.abs(p - b), pc = Math.abs(p - c);
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
};
const predict = [() => 0, (a) => a, (a, b) => b, (a, b) => (a + b) >> 1, paeth];

const pixels = ({ width, height, channels, raw }) => {
  const stride = width * channels, rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = predict[raw[y * (stride + 1)]];
    for (let i = 0; i < stride; i++) {
      const at = y * stride + i;
      const a = i >= channels ? rows[at - channels] : 0, b = y > 0 ? rows[at - stride] : 0;
      const c = i >= channels && y > 0 ? rows[at - stride - channels] : 0;
      rows[at] = raw[y * (stride + 1) + 1 + i] + filter(a, b, c);
    }
  }
  return rows;
};

const [file, limit] = process.argv.slice(2);
const image = read(file), rows = pixels(image), counts = new Map();
for (let at = 0; at < rows.length; at += image.channels) {
  const colour = (rows[at] << 16) | (rows[at + 1] << 8) | rows[at + 2];
  counts.set(colour, (counts.get(colour) || 0) + 1);
}
const ink = 100 * (1 - Math.max(...counts.values()) / (image.width * image.height));
console.log(`${file}: ${ink.toFixed(2)} % ink`);
process.exit(ink >= Number(limit) ? 0 : 1);
