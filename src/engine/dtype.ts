import { runtimeError } from "./errors";
import type { DType } from "./observer";

export type { DType } from "./observer";

/** The typed arrays that tensors live in; int64 is kept in doubles, exact up to 2^53. */
export type Buffer = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Rounds a double to what a dtype can hold. */
export type Round = (value: number) => number;

const order: Readonly<Record<DType, number>> = { bool: 0, int32: 1, int64: 2, float32: 3, float64: 4 };
const category: Readonly<Record<DType, number>> = { bool: 0, int32: 1, int64: 1, float32: 2, float64: 2 };
const scalarNames: Readonly<Record<DType, string>> = {
  bool: "Bool",
  int32: "Int",
  int64: "Long",
  float32: "Float",
  float64: "Double",
};

/** PyTorch's name of the element type in its error sentences: "Float", "Long". */
export function scalarName(dtype: DType): string {
  return scalarNames[dtype];
}

const typeNames: Readonly<Record<DType, string>> = {
  bool: "bool",
  int32: "int",
  int64: "long int",
  float32: "float",
  float64: "double",
};

/** C's name of the element type, which some sentences of PyTorch have: "float", "long int". */
export function typeName(dtype: DType): string {
  return typeNames[dtype];
}

/** Whether the dtype is float32 or float64, the only ones that can have gradients. */
export function isFloating(dtype: DType): dtype is "float32" | "float64" {
  return dtype === "float32" || dtype === "float64";
}

/** PyTorch's promote_types. */
export function promote(a: DType, b: DType): DType {
  return order[a] >= order[b] ? a : b;
}

/** Whether PyTorch would cast `from` into an output of dtype `to`: never to a lower category. */
export function canCast(from: DType, to: DType): boolean {
  return category[from] <= category[to];
}

/** A result of tensors with dimensions and 0-d ones: the latter count only when their category is higher. */
export function combine(high: DType | null, low: DType | null): DType | null {
  if (high === null || low === null) return high ?? low;
  return category[low] > category[high] ? promote(high, low) : high;
}

/** The dtype that a JavaScript scalar brings to a tensor of dtype `dtype`. */
export function withNumber(dtype: DType, value: number | boolean): DType {
  if (typeof value === "boolean" || isFloating(dtype)) return dtype;
  if (!Number.isInteger(value)) return "float32";
  return dtype === "bool" ? "int64" : dtype;
}

const same: Round = (value) => value;

/** How a dtype rounds a double; integers truncate toward zero. */
export const rounders: Readonly<Record<DType, Round>> = {
  float32: Math.fround,
  float64: same,
  int64: (value) => Math.trunc(value) + 0,
  int32: (value) => value | 0,
  bool: (value) => (value !== 0 ? 1 : 0),
};

/** A number as a dtype holds it. Errors: one that its integers do not reach, by PyTorch's `name` for them. */
export function held(value: number, dtype: DType, name = dtype === "int64" ? "int64_t" : "int"): number {
  const reach = dtype === "int64" ? 2 ** 63 : dtype === "int32" ? 2 ** 31 : Infinity;
  if (reach < Infinity && !(value >= -reach && value < reach))
    throw runtimeError(`value cannot be converted to type ${name} without overflow`, 'Use the dtype "float64".');
  return rounders[dtype](value);
}

/** A zeroed buffer for `length` elements. */
export function bufferOf(dtype: DType, length: number): Buffer {
  if (dtype === "float32") return new Float32Array(length);
  if (dtype === "int32") return new Int32Array(length);
  return dtype === "bool" ? new Uint8Array(length) : new Float64Array(length);
}
