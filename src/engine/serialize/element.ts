import type { DType } from "../dtype";
import { argumentError } from "../errors";
import { filled } from "../kernels/loops";
import { fresh } from "../ops/result";
import { numel, type Shape } from "../shape";
import type { Tensor } from "../tensor";

/** How one element lies in a file, and the dtype that it becomes here. */
export interface Element {
  readonly bytes: number;
  readonly dtype: DType;
  read(view: DataView, at: number, little: boolean): number;
}

/** A float16 from its bits (IEEE 754 binary16). */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const scratch = new DataView(new ArrayBuffer(4));

/** A bfloat16 from its bits: the upper half of a float32. */
function brain(bits: number): number {
  scratch.setUint32(0, bits * 65536);
  return scratch.getFloat32(0);
}

function exact(value: bigint): number {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value);
  throw argumentError(
    `int64 value ${value} is beyond 2^53, where Backstep's integers end`,
    "Convert it to float64 before saving.",
  );
}

/** The elements that files hold, by NumPy's kind and size. */
export const elements = {
  f2: { bytes: 2, dtype: "float32", read: (view, at, little) => half(view.getUint16(at, little)) },
  bf2: { bytes: 2, dtype: "float32", read: (view, at, little) => brain(view.getUint16(at, little)) },
  f4: { bytes: 4, dtype: "float32", read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, dtype: "float64", read: (view, at, little) => view.getFloat64(at, little) },
  i1: { bytes: 1, dtype: "int32", read: (view, at) => view.getInt8(at) },
  i2: { bytes: 2, dtype: "int32", read: (view, at, little) => view.getInt16(at, little) },
  i4: { bytes: 4, dtype: "int32", read: (view, at, little) => view.getInt32(at, little) },
  i8: { bytes: 8, dtype: "int64", read: (view, at, little) => exact(view.getBigInt64(at, little)) },
  u1: { bytes: 1, dtype: "int32", read: (view, at) => view.getUint8(at) },
  u2: { bytes: 2, dtype: "int32", read: (view, at, little) => view.getUint16(at, little) },
  u4: { bytes: 4, dtype: "int64", read: (view, at, little) => view.getUint32(at, little) },
  u8: { bytes: 8, dtype: "int64", read: (view, at, little) => exact(view.getBigUint64(at, little)) },
  b1: { bytes: 1, dtype: "bool", read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
} as const satisfies Readonly<Record<string, Element>>;

/** A tensor of the elements that lie one after another in `bytes`. */
export function readTensor(bytes: Uint8Array, element: Element, shape: Shape, little = true): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = numel(shape);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = element.read(view, i * element.bytes, little);
  return fresh(filled(element.dtype, values), shape);
}

const widths: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int64: 8, int32: 4, bool: 1 };

/** The bytes that a tensor's elements take, row-major and little-endian. */
export function byteLength(tensor: Tensor): number {
  return tensor.numel() * widths[tensor.dtype];
}

/** Writes a tensor's elements, row-major and little-endian, at `start` of `bytes`. */
export function writeTensor(tensor: Tensor, bytes: Uint8Array, start: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = widths[tensor.dtype];
  tensor.toArray().forEach((value, i) => {
    const at = start + i * width;
    switch (tensor.dtype) {
      case "float32":
        view.setFloat32(at, value, true);
        break;
      case "float64":
        view.setFloat64(at, value, true);
        break;
      case "int64":
        view.setBigInt64(at, BigInt(value), true);
        break;
      case "int32":
        view.setInt32(at, value, true);
        break;
      case "bool":
        view.setUint8(at, value);
        break;
    }
  });
}

/** The number of elements of a shape read from a file, or −1 when it is no shape that fits into memory. */
export function countOf(shape: readonly unknown[]): number {
  let count = 1;
  for (const size of shape) {
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) return -1;
    count *= size;
  }
  return Number.isSafeInteger(count) ? count : -1;
}
