import { isTensor } from "../build";
import { memoryOrder } from "../layout";
import { isRowMajor, type Shape } from "../shape";
import type { Tensor } from "../tensor";
import { window } from "./result";

type Results = Tensor | readonly Tensor[] | null;
type Run<T extends Results> = (operands: readonly Tensor[], place: (dim: number) => number) => T;

/**
 * What `run` makes of operands that broadcast, laid out in memory as they are: where one is not row-major it gets
 * them with their dims in the order of memory, and `place` says where a dim is then.
 */
export function inMemoryOrder<T extends Results>(operands: readonly Tensor[], run: Run<T>): T;
export function inMemoryOrder(operands: readonly Tensor[], run: Run<Results>): Results {
  const same = () => run(operands, (dim) => dim);
  if (areRowMajor(operands)) return same();
  const shape = common(operands);
  if (shape === null) return same();
  const strides = operands.map((x) => shape.map((size, d) => strideAt(x, d - shape.length, size)));
  const order = memoryOrder(shape, strides);
  if (order.every((dim, d) => dim === d)) return same();
  const turned = operands.map((x, k) =>
    x.shape.length === 0
      ? x
      : window(
          x,
          order.map((d) => x.shape.at(d - shape.length) ?? 1),
          order.map((d) => strides[k]?.[d] ?? 0),
        ),
  );
  const place = shape.map((_, d) => order.indexOf(d));
  const back = (y: Tensor) => {
    if (y.shape.length !== shape.length) return y;
    return window(
      y,
      place.map((d) => y.shape[d] ?? 1),
      place.map((d) => y.strides[d] ?? 1),
    );
  };
  const made = run(turned, (dim) => place[dim] ?? dim);
  return made === null || isTensor(made) ? made && back(made) : made.map(back);
}

/** Whether all operands lie row-major, as nearly always. */
export function areRowMajor(operands: readonly Tensor[]): boolean {
  for (let k = 0; k < operands.length; k++) {
    const x = operands[k];
    if (x !== undefined && !isRowMajor(x.shape, x.strides)) return false;
  }
  return true;
}

/** The shape that operands broadcast to; null where they do not, of which the op itself tells. */
function common(operands: readonly Tensor[]): Shape | null {
  const rank = Math.max(...operands.map((x) => x.shape.length));
  const shape = new Array<number>(rank).fill(1);
  for (const x of operands) {
    for (let d = rank - x.shape.length; d < rank; d++) {
      const size = x.shape.at(d - rank) ?? 1;
      if (size === 1 || size === shape[d]) continue;
      if (shape[d] !== 1) return null;
      shape[d] = size;
    }
  }
  return shape;
}

/** A stride in the common shape, where `size` is that of the dim: 0 along what is broadcast. */
function strideAt(x: Tensor, dim: number, size: number): number {
  return x.shape.at(dim) === size ? (x.strides.at(dim) ?? 0) : 0;
}

/**
 * How many elements PyTorch's loops take side by side in operands of one shape whose dims are in the order of memory:
 * so far as each lies without a gap, or is one and the same element.
 */
export function runLength(shape: Shape, operands: readonly Shape[]): number {
  const steps = operands.map((strides) => (strides.at(shape.findLastIndex((size) => size !== 1)) === 0 ? 0 : 1));
  let length = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] ?? 1;
    if (size !== 1 && operands.some((strides, k) => strides[d] !== length * (steps[k] ?? 1))) return length;
    length *= size;
  }
  return length;
}
