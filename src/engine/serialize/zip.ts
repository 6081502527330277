import { argumentError } from "../errors";
import { inflate } from "./inflate";

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** The CRC-32 of bytes, as zip counts it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (table[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const localHead = 30;
const centralHead = 46;
const endHead = 22;
/** 1 January 1980, the first day zip knows: the same bytes whenever they are written. */
const firstDay = 0x21;

/** An archive of uncompressed files, the same bytes each time. Source: PKWARE's APPNOTE.TXT. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const files = entries.map(({ name, bytes }) => ({ name: new TextEncoder().encode(name), bytes, crc: crc32(bytes) }));
  const body = files.reduce((n, { name, bytes }) => n + localHead + name.length + bytes.length, 0);
  const directory = files.reduce((n, { name }) => n + centralHead + name.length, 0);
  if (body + directory > 0xffffffff) throw argumentError("the archive would be larger than 4 GB", "Save it in parts.");
  const out = new Uint8Array(body + directory + endHead);
  const view = new DataView(out.buffer);
  const head = (at: number, { name, bytes, crc }: (typeof files)[number]) => {
    view.setUint16(at, 20, true);
    view.setUint16(at + 2, 0x800, true);
    view.setUint16(at + 8, firstDay, true);
    view.setUint32(at + 10, crc, true);
    view.setUint32(at + 14, bytes.length, true);
    view.setUint32(at + 18, bytes.length, true);
    view.setUint16(at + 22, name.length, true);
  };
  let at = 0;
  let entry = body;
  for (const file of files) {
    view.setUint32(at, 0x04034b50, true);
    head(at + 4, file);
    out.set(file.name, at + localHead);
    out.set(file.bytes, at + localHead + file.name.length);
    view.setUint32(entry, 0x02014b50, true);
    view.setUint16(entry + 4, 20, true);
    head(entry + 6, file);
    view.setUint32(entry + 42, at, true);
    out.set(file.name, entry + centralHead);
    at += localHead + file.name.length + file.bytes.length;
    entry += centralHead + file.name.length;
  }
  view.setUint32(entry, 0x06054b50, true);
  view.setUint16(entry + 8, files.length, true);
  view.setUint16(entry + 10, files.length, true);
  view.setUint32(entry + 12, directory, true);
  view.setUint32(entry + 16, body, true);
  return out;
}

/** The files of an archive, stored or deflated; sizes and checksums are checked. */
export function unzip(bytes: Uint8Array): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count === 0xffff || at === 0xffffffff) throw damaged("it is a zip64 archive, which Backstep does not read");
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    if (at + centralHead > end || view.getUint32(at, true) !== 0x02014b50) throw damaged("its directory is not whole");
    const nameLength = view.getUint16(at + 28, true);
    const next = at + centralHead + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw damaged("its directory is not whole");
    const name = new TextDecoder().decode(bytes.subarray(at + centralHead, at + centralHead + nameLength));
    entries.push({ name, bytes: contents(bytes, view, at, name) });
    at = next;
  }
  return entries;
}

function endOf(view: DataView): number {
  const lowest = Math.max(0, view.byteLength - endHead - 0xffff);
  for (let at = view.byteLength - endHead; at >= lowest; at--) {
    if (view.getUint32(at, true) === 0x06054b50) return at;
  }
  throw damaged("it has no directory");
}

function contents(bytes: Uint8Array, view: DataView, entry: number, name: string): Uint8Array {
  if ((view.getUint16(entry + 8, true) & 1) !== 0) throw damaged(`"${name}" is encrypted`);
  const method = view.getUint16(entry + 10, true);
  const [packed, size] = [view.getUint32(entry + 20, true), view.getUint32(entry + 24, true)];
  const local = view.getUint32(entry + 42, true);
  if (local + localHead > bytes.length || view.getUint32(local, true) !== 0x04034b50) {
    throw damaged(`"${name}" is not where the directory says`);
  }
  const start = local + localHead + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  if (start + packed > bytes.length) throw damaged(`"${name}" is not whole`);
  // No DEFLATE stream unpacks to more than 1032 times its size.
  if (size > 1032 * packed + 64) throw damaged(`"${name}" claims ${size} bytes from ${packed}`);
  const raw = bytes.subarray(start, start + packed);
  if (method !== 0 && method !== 8)
    throw damaged(`"${name}" is packed by method ${method}, which Backstep does not read`);
  const data = method === 0 ? raw : inflate(raw, size);
  if (data.length !== size) throw damaged(`"${name}" has ${data.length} bytes, not ${size}`);
  if (crc32(data) !== view.getUint32(entry + 16, true)) throw damaged(`Bad CRC-32 for file '${name}'`);
  return data;
}

function damaged(what: string): Error {
  return argumentError(
    `File is not a zip file, or a damaged one: ${what}`,
    "Give the bytes of an .npz file, and save or download it again when it is one.",
  );
}
