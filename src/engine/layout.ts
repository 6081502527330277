import { isRowMajor, type Shape } from "./shape";

/** What says where the elements of a tensor lie. */
interface Laid {
  readonly shape: Shape;
  readonly strides: Shape;
}

/** Whether the elements lie one beside the other, in whatever order of dims. */
export function isDense({ shape, strides }: Laid): boolean {
  if (isRowMajor(shape, strides)) return true;
  const dims = shape.map((_, d) => d).filter((d) => shape[d] !== 1);
  dims.sort((p, q) => (strides[p] ?? 0) - (strides[q] ?? 0));
  let expected = 1;
  for (const d of dims) {
    if (strides[d] !== expected) return false;
    expected *= shape[d] ?? 1;
  }
  return true;
}

/**
 * The dims from the outermost to the innermost in the memory of operands of this shape, as TensorIterator's
 * reorder_dimensions finds them: the first operand that is not broadcast along two dims decides which lies inside.
 */
export function memoryOrder(shape: Shape, operands: readonly Shape[]): readonly number[] {
  const order = shape.map((_, d) => shape.length - 1 - d);
  for (let k = 1; k < order.length; k++) {
    let moving = k;
    for (let inner = k - 1; inner >= 0; inner--) {
      const [p = 0, q = 0] = [order[inner], order[moving]];
      const comparison = compared(p, q, shape, operands);
      if (comparison < 0) break;
      if (comparison === 0) continue;
      [order[inner], order[moving]] = [q, p];
      moving = inner;
    }
  }
  return order.reverse();
}

/** Above 0 where dim p lies outside dim q, below 0 where inside, 0 where no operand tells. */
function compared(p: number, q: number, shape: Shape, operands: readonly Shape[]): number {
  for (const strides of operands) {
    const [x = 0, y = 0] = [strides[p], strides[q]];
    if (x === 0 || y === 0) continue;
    if (x !== y) return x - y;
    if ((shape[p] ?? 1) > (shape[q] ?? 1)) return 1;
  }
  return 0;
}

/** Strides of memory without gaps that has the dims in this order, the outermost first. */
export function stridesIn(order: readonly number[], shape: Shape): Shape {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (const d of order.toReversed()) {
    strides[d] = step;
    step *= Math.max(shape[d] ?? 1, 1);
  }
  return strides;
}

/** Strides of new memory that keeps a tensor's order of dims (`torch.preserve_format`): its own where it is dense. */
export function preserved(x: Laid): Shape {
  return isDense(x) ? x.strides : stridesIn(memoryOrder(x.shape, [x.strides]), x.shape);
}

/** The dims of images, the outermost first, whose channels lie beside each other. */
function imageOrder(rank: number): readonly number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, d) => d + 2), 1];
}

/** Whether the channels of images lie beside each other, as `suggest_memory_format` guesses it from the strides. */
export function channelsLast({ shape, strides }: Laid): boolean {
  if (shape.length < 4) return false;
  let least = 0;
  for (const d of imageOrder(shape.length).toReversed()) {
    const [size = 0, stride = 0] = [shape[d], strides[d]];
    if (size === 0 || stride < least || (d === 1 && stride === 0) || (d === 0 && least === strides[1])) return false;
    least = stride * size;
  }
  return true;
}

/** Strides of such images. */
export function imageStrides(shape: Shape): Shape {
  return stridesIn(imageOrder(shape.length), shape);
}
