/** As far as it is needed here; a page has none. */
declare const process:
  { getBuiltinModule?(name: string): { crc32?(bytes: Uint8Array): number } | undefined } | undefined;

const zlib = typeof process === "undefined" ? undefined : process.getBuiltinModule?.("node:zlib");
const slices = tables();

function tables(): readonly Int32Array[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });
  const all = [first];
  for (let k = 1; k < 8; k++) {
    const before = all[k - 1] ?? first;
    all.push(before.map((rest) => (rest >>> 8) ^ (first[rest & 255] ?? 0)));
  }
  return all;
}

/** CRC-32 (IEEE 802.3) of `bytes` from `start`: Node's, which takes a sixth of the time, where there is one. */
export function crc32(bytes: Uint8Array, start = 0): number {
  return zlib?.crc32?.(bytes.subarray(start)) ?? sliced(bytes, start);
}

/** The same, eight bytes at a time. */
export function sliced(bytes: Uint8Array, start = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = slices;
  if (!t0 || !t1 || !t2 || !t3 || !t4 || !t5 || !t6 || !t7) return 0;
  let crc = -1;
  let at = start;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (; at + 8 <= bytes.length; at += 8) {
    const low = view.getInt32(at, true) ^ crc;
    const high = view.getInt32(at + 4, true);
    crc =
      (t7[low & 255] ?? 0) ^
      (t6[(low >>> 8) & 255] ?? 0) ^
      (t5[(low >>> 16) & 255] ?? 0) ^
      (t4[low >>> 24] ?? 0) ^
      (t3[high & 255] ?? 0) ^
      (t2[(high >>> 8) & 255] ?? 0) ^
      (t1[(high >>> 16) & 255] ?? 0) ^
      (t0[high >>> 24] ?? 0);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[at] ?? 0)) & 255] ?? 0);
  return ~crc >>> 0;
}
