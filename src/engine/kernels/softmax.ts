import { type Buffer, bufferOf } from "../dtype";
import { numel } from "../shape";
import { allocate, type Storage } from "../storage";
import { Arithmetic, one, type Reads } from "./arithmetic";
import * as curves from "./curves";
import { packed, type Strided } from "./loops";

/** The rows along a dim of a row-major shape. */
class Rows {
  readonly length: number;
  /** How far apart a row's elements lie. */
  readonly step: number;
  readonly count: number;
  /** Whether they lie side by side, and are summed as vectors. */
  readonly last: boolean;

  constructor({ shape }: Strided, dim: number) {
    this.length = shape[dim] ?? 1;
    this.step = numel(shape.slice(dim + 1));
    this.count = this.length === 0 ? 0 : numel(shape) / this.length;
    this.last = dim >= shape.length - 1;
  }

  /** Where a row begins. */
  at(row: number): number {
    return Math.floor(row / this.step) * this.step * this.length + (row % this.step);
  }

  /** Whether PyTorch computes a row by itself, with the C library's functions, as what is left of vectors. */
  alone(row: number): boolean {
    return !this.last && row % this.step >= this.step - (this.step % 8);
  }
}

/** e to the power of each element as PyTorch's vectors have it, of `rows` that stand alone as the C library has it. */
function powersOf(x: Buffer, rows: Rows): Buffer {
  const y = curves.exponentials(x);
  for (let row = 0; row < rows.count; row++) {
    if (!rows.alone(row)) continue;
    const at = rows.at(row);
    for (let i = at; i < at + rows.length * rows.step; i += rows.step) y[i] = Math.exp(x[i]!);
  }
  return y;
}

function sumOf(values: Reads, rows: Rows, by: Arithmetic): number {
  if (rows.last) return by.dot(rows.length, values, one);
  let total = 0;
  for (let k = 0; k < rows.length; k++) total = by.r(total + values(k));
  return total;
}

/** Softmax along a dim, or its logarithm, in the order of ATen's SoftMaxKernel.cpp. */
export function softmax(x: Strided, dim: number, log: boolean): Storage {
  const { dtype } = x.storage;
  const by = new Arithmetic(dtype);
  const data = packed(x);
  const rows = new Rows(x, dim);
  const { length, step } = rows;
  const shifted = bufferOf(dtype, data.length);
  for (let row = 0; row < rows.count; row++) {
    const at = rows.at(row);
    let largest = -Infinity;
    for (let k = 0; k < length; k++) if (!(data[at + k * step]! <= largest)) largest = data[at + k * step]!;
    for (let k = 0; k < length; k++) shifted[at + k * step] = data[at + k * step]! - largest;
  }
  const powers = powersOf(shifted, rows);
  const totals = bufferOf(dtype, rows.count);
  for (let row = 0; row < rows.count; row++) {
    const at = rows.at(row);
    totals[row] = sumOf((k) => powers[at + k * step]!, rows, by);
  }
  const levels = log ? curves.logarithms(totals) : rows.last ? totals.map((total) => 1 / total) : totals;
  const out = allocate(dtype, data.length);
  for (let row = 0; row < rows.count; row++) {
    const at = rows.at(row);
    const level = levels[row]!;
    for (let i = at; i < at + length * step; i += step) {
      out.data[out.start + i] = log ? shifted[i]! - level : rows.last ? powers[i]! * level : powers[i]! / level;
    }
  }
  return out;
}

/** The gradient through softmax along a dim, or through its logarithm, of the output `y`. */
export function softmaxSlope(g: Strided, y: Strided, dim: number, log: boolean): Storage {
  const { dtype } = y.storage;
  const by = new Arithmetic(dtype);
  const { r, fma } = by;
  const [slopes, values] = [packed(g), packed(y)];
  const rows = new Rows(y, dim);
  const { length, step } = rows;
  const powers = log ? powersOf(values, rows) : values;
  const out = allocate(dtype, values.length);
  for (let row = 0; row < rows.count; row++) {
    const at = rows.at(row);
    const slope: Reads = (k) => slopes[at + k * step]!;
    let total = 0;
    if (log) total = sumOf(slope, rows, by);
    else if (rows.last) total = by.dot(length, slope, (k) => values[at + k]!);
    else for (let k = 0; k < length; k++) total = fma(slope(k), values[at + k * step]!, total);
    for (let k = 0; k < length; k++) {
      const i = at + k * step;
      out.data[out.start + i] = log ? fma(-powers[i]!, total, slope(k)) : r(slope(k) - total) * values[i]!;
    }
  }
  return out;
}
