import type { DType } from "../dtype";
import { argumentError } from "../errors";
import { watcher } from "../mode";
import type { Tensor } from "../tensor";
import { byteLength, countOf, type Element, elements, readTensor, writeTensor } from "./element";

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const descriptions: Readonly<Record<DType, string>> = {
  float32: "<f4",
  float64: "<f8",
  int64: "<i8",
  int32: "<i4",
  bool: "|b1",
};
const kinds: Readonly<Record<string, Element>> = {
  f2: elements.f2,
  f4: elements.f4,
  f8: elements.f8,
  i1: elements.i1,
  i2: elements.i2,
  i4: elements.i4,
  i8: elements.i8,
  u1: elements.u1,
  u2: elements.u2,
  u4: elements.u4,
  u8: elements.u8,
  b1: elements.b1,
};

/**
 * A tensor as the bytes of an .npy file, as `np.save` writes it.
 * Shapes: any. Source: numpy/lib/format.py, version 1.0.
 */
export function save(tensor: Tensor): Uint8Array {
  const shape = tensor.shape.length === 1 ? `(${tensor.shape.join()},)` : `(${tensor.shape.join(", ")})`;
  const text = `{'descr': '${descriptions[tensor.dtype]}', 'fortran_order': False, 'shape': ${shape}, }`;
  const start = Math.ceil((10 + text.length + 1) / 64) * 64;
  if (start - 10 > 0xffff)
    throw argumentError(`a tensor of ${tensor.shape.length} dims is too much for .npy`, "Flatten it.");
  const bytes = new Uint8Array(start + byteLength(tensor));
  bytes.set([...magic, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, start - 10, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(start - 11)}\n`), 10);
  writeTensor(tensor, bytes, start);
  return bytes;
}

/**
 * The tensor of an .npy file, as `np.save` writes it. float16 becomes float32, small integers int32, uint32 and uint64
 * int64.
 * Shapes: as saved. Errors: a file that is damaged or holds something else; the sentence says what.
 */
export function load(bytes: Uint8Array, name = "the file"): Tensor {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw damaged(name, "the magic string is not correct");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3) throw damaged(name, `it is of format version ${major}, and Backstep reads 1 to 3`);
  const lead = major === 1 ? 10 : 12;
  if (bytes.length < lead) throw damaged(name, "its header is not whole");
  const start = lead + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (start > bytes.length) throw damaged(name, "its header is not whole");
  const { element, little, shape, fortran } = headerOf(new TextDecoder().decode(bytes.subarray(lead, start)), name);
  const count = countOf(shape);
  if (count < 0 || bytes.length - start !== count * element.bytes) {
    throw damaged(name, `its shape (${shape.join(", ")}) does not fit the ${bytes.length - start} bytes of data`);
  }
  const data = bytes.subarray(start);
  const read = fortran
    ? readTensor(data, element, shape.toReversed(), little)
        .permute(shape.map((_, d) => shape.length - 1 - d))
        .contiguous()
    : readTensor(data, element, shape, little);
  watcher()?.created(read, "load");
  return read;
}

interface Header {
  readonly element: Element;
  readonly little: boolean;
  readonly shape: readonly number[];
  readonly fortran: boolean;
}

/** The Python dict of a header, of which NumPy writes only this form (in any order). */
function headerOf(text: string, name: string): Header {
  const dict = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  if (dict === undefined) throw damaged(name, "its header is no dict");
  const descr = /(?:^|,)\s*(['"])descr\1\s*:\s*(['"])([^'"]*)\2\s*(?=,|$)/.exec(dict)?.[3];
  const order = /(?:^|,)\s*(['"])fortran_order\1\s*:\s*(True|False)\s*(?=,|$)/.exec(dict)?.[2];
  const sizes = /(?:^|,)\s*(['"])shape\1\s*:\s*\(([\d,\s]*)\)\s*(?=,|$)/.exec(dict)?.[2];
  if (descr === undefined) throw damaged(name, "it holds records or objects, not numbers");
  if (order === undefined || sizes === undefined)
    throw damaged(name, "its header does not say fortran_order and shape");
  const [, endian = "", kind = ""] = /^([<>|=])(\w+)$/.exec(descr) ?? [];
  const element = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (element === undefined || (endian === "|" && element.bytes > 1)) {
    throw damaged(name, `it is of dtype '${descr}', which Backstep does not have`);
  }
  const shape = sizes.split(",").flatMap((size) => (size.trim() === "" ? [] : [Number(size)]));
  return { element, little: endian !== ">", shape, fortran: order === "True" };
}

function damaged(name: string, what: string): Error {
  return argumentError(
    `Cannot read ${name} as .npy: ${what}`,
    "Save it with np.save or np.savez, as float, integer or bool.",
  );
}
