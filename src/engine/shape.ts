import { argumentError, indexError, runtimeError } from "./errors";

/** Sizes of a tensor, outermost first; empty for 0-d. */
export type Shape = readonly number[];

/** The shape (and strides) of every 0-d tensor. */
export const scalarShape: Shape = Object.freeze([]);

/** How many elements a shape holds. */
export function numel(shape: Shape): number {
  let n = 1;
  for (let d = 0; d < shape.length; d++) n *= shape[d] ?? 1;
  return n;
}

/** Row-major strides. */
export function rowMajor(shape: Shape): Shape {
  if (shape.length === 0) return scalarShape;
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    strides[d] = step;
    step *= Math.max(shape[d] ?? 1, 1);
  }
  return strides;
}

/** "[2, 3]", as PyTorch writes sizes. */
export function sizes(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether two shapes are equal. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let d = 0; d < a.length; d++) if (a[d] !== b[d]) return false;
  return true;
}

/** The common shape of two operands (PyTorch's broadcasting). */
export function broadcast(a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a;
  if (b.length === 0) return a;
  if (a.length === 0) return b;
  const rank = Math.max(a.length, b.length);
  const out = new Array<number>(rank);
  for (let d = rank - 1; d >= 0; d--) {
    const x = a[d - rank + a.length] ?? 1;
    const y = b[d - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw runtimeError(
        `The size of tensor a (${x}) must match the size of tensor b (${y}) at non-singleton dimension ${d}`,
        `The shapes are ${sizes(a)} and ${sizes(b)}: make these sizes equal, or one of them 1 with .unsqueeze() or .reshape().`,
      );
    }
    out[d] = x === 1 ? y : x;
  }
  return out;
}

/** A dimension counted from the front; negative ones count from the end. */
export function dimension(dim: number, rank: number): number {
  const bound = Math.max(rank, 1);
  if (!Number.isInteger(dim)) {
    throw argumentError(`dim must be an integer, but got ${dim}`, `Use a number from ${-bound} to ${bound - 1}.`);
  }
  if (dim < -bound || dim >= bound) {
    throw indexError(
      `Dimension out of range (expected to be in range of [${-bound}, ${bound - 1}], but got ${dim})`,
      `The tensor has ${rank} dimension${rank === 1 ? "" : "s"}.`,
    );
  }
  return dim < 0 ? dim + bound : dim;
}

/** One dim, several, or none (null: all of them). */
export type Dims = number | readonly number[] | null | undefined;

const everyDim: readonly (readonly number[])[] = [[], [0], [0, 1], [0, 1, 2]];

/** The dimensions to reduce, each once, in rising order. */
export function dimensions(dims: Dims, rank: number): readonly number[] {
  if (dims === null || dims === undefined || (typeof dims !== "number" && dims.length === 0)) {
    return everyDim[rank] ?? Array.from({ length: rank }, (_, d) => d);
  }
  const list = (typeof dims === "number" ? [dims] : dims).map((dim) => dimension(dim, rank));
  list.forEach((dim, k) => {
    if (list.indexOf(dim) !== k)
      throw runtimeError(`dim ${dim} appears multiple times in the list of dims`, "Name each dim once.");
  });
  return rank === 0 ? [] : [...list].sort((a, b) => a - b);
}

/** The shape left after reducing `dims`. */
export function reduced(shape: Shape, dims: readonly number[], keepdim: boolean): Shape {
  if (!keepdim && dims.length === shape.length) return scalarShape;
  if (keepdim) return shape.map((size, d) => (dims.includes(d) ? 1 : size));
  return shape.filter((_, d) => !dims.includes(d));
}

/** A requested shape with its one −1 filled in. */
export function inferred(shape: Shape, count: number): Shape {
  const hole = shape.indexOf(-1);
  if (hole !== -1 && shape.indexOf(-1, hole + 1) !== -1) {
    throw runtimeError("only one dimension can be inferred", "Write -1 for one size at most.");
  }
  const negative = shape.find((size) => size < -1);
  if (negative !== undefined) throw runtimeError(`invalid shape dimension ${negative}`, "Sizes are 0 or more, or -1.");
  const known = numel(shape.map((size) => (size === -1 ? 1 : size)));
  const wrong = () =>
    runtimeError(
      `shape '${sizes(shape)}' is invalid for input of size ${count}`,
      "The product of the sizes must stay the same.",
    );
  if (shape.some((size) => !Number.isInteger(size))) throw wrong();
  if (hole === -1) {
    if (known !== count) throw wrong();
    return shape;
  }
  if (known === 0 && count === 0) {
    throw runtimeError(
      `cannot reshape tensor of 0 elements into shape ${sizes(shape)} because the unspecified dimension size -1 can be any value and is ambiguous`,
      "Write the size out instead of -1.",
    );
  }
  if (known === 0 || count % known !== 0) throw wrong();
  return shape.map((size) => (size === -1 ? count / known : size));
}

/** Strides that show the same elements in another shape without copying, or null when there are none. */
export function viewStrides(shape: Shape, strides: Shape, target: Shape): Shape | null {
  if (numel(shape) === 0) return sameShape(shape, target) ? strides : rowMajor(target);
  const out = new Array<number>(target.length);
  let d = target.length - 1;
  let base = strides[strides.length - 1] ?? 1;
  let block = 1;
  let filled = 1;
  if (shape.length === 0) return target.map(() => 1);
  for (let s = shape.length - 1; s >= 0; s--) {
    block *= shape[s] ?? 1;
    const next = s > 0 ? strides[s - 1] : undefined;
    if (s === 0 || ((shape[s - 1] ?? 1) !== 1 && next !== block * base)) {
      while (d >= 0 && (filled < block || (target[d] ?? 1) === 1)) {
        out[d] = filled * base;
        filled *= target[d] ?? 1;
        d--;
      }
      if (filled !== block) return null;
      if (s > 0) {
        base = next ?? 1;
        block = 1;
        filled = 1;
      }
    }
  }
  return d === -1 ? out : null;
}

/** `shape` and `strides` as seen in the larger shape `target`: broadcast dimensions get stride 0. */
export function expandStrides(shape: Shape, strides: Shape, target: Shape): Shape {
  if (sameShape(shape, target)) return strides;
  const lead = target.length - shape.length;
  return target.map((size, d) => (d < lead || (shape[d - lead] === 1 && size !== 1) ? 0 : (strides[d - lead] ?? 0)));
}

/** Whether the elements lie row-major without gaps. */
export function isRowMajor(shape: Shape, strides: Shape): boolean {
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] ?? 1;
    if (size !== 1 && strides[d] !== step) return shape.includes(0);
    step *= size;
  }
  return true;
}

/** Refuses a shape with a size that is negative or no whole number. */
export function checkSizes(shape: Shape): void {
  const wrong = shape.find((size) => !Number.isInteger(size) || size < 0);
  if (wrong === undefined) return;
  const what = wrong < 0 ? "negative dimension" : "dimension";
  throw runtimeError(
    `Trying to create tensor with ${what} ${wrong}: [${shape.join(", ")}]`,
    "Sizes are whole numbers from 0.",
  );
}
