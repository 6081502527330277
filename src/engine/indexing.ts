import { apply, applyInPlace } from "./apply";
import { build, isTensor } from "./build";
import { held } from "./dtype";
import { argumentError, indexError } from "./errors";
import { filled, listed, single } from "./kernels/loops";
import { calling } from "./op";
import { indexed, indexPut } from "./ops/gather";
import { fresh } from "./ops/result";
import * as parts from "./ops/parts";
import * as views from "./ops/views";
import { numel, type Shape } from "./shape";
import type { Tensor } from "./tensor";

/** A range of a dimension, as made by {@link slice}. */
export class Slice {
  constructor(
    /** The first index; null for the beginning. */
    readonly start: number | null,
    /** The index before which it ends; null for the end. */
    readonly end: number | null,
    /** The distance of one index to the next, at least 1. */
    readonly step: number,
  ) {}
}

/** A list of integers or booleans, nested for more dimensions. */
export type IndexList = readonly (number | boolean | IndexList)[];

/** What stands between the brackets of an indexing: an integer, slice(), null (a new dim), "..." (all dims that are left), a list, an index tensor, a mask. */
export type Index = number | Slice | null | "..." | IndexList | Tensor;

/**
 * The elements from `start` up to (not including) `end`; slice() is all of them, negative numbers count from the end.
 * `arange(5).at(slice(1, 4))` is `[1, 2, 3]`.
 */
export function slice(start: number | null = null, end: number | null = null, step = 1): Slice {
  return new Slice(start, end, step);
}

interface Found {
  readonly view: Tensor;
  readonly indices: readonly Tensor[];
  readonly places: readonly number[];
}

/** x[index] */
export function lookUp(x: Tensor, index: readonly Index[]): Tensor {
  const { view, indices, places } = resolve(x, index);
  return indices.length === 0 ? view : apply(indexed, [view, ...indices], calling({ places }));
}

/** x[index] = value, where the value is the last argument. */
export function assign(x: Tensor, args: readonly (Index | boolean)[]): void {
  const value = args.at(-1);
  const index: Index[] = [];
  for (const item of args.slice(0, -1)) if (typeof item !== "boolean") index.push(item);
  if (!isTensor(value) && typeof value !== "number" && typeof value !== "boolean") {
    throw argumentError("put() needs a number or a Tensor as its last argument", "Write .put(index, value).");
  }
  const { view, indices, places } = resolve(x, index);
  const source = isTensor(value) ? value : build(single(x.dtype, held(Number(value), x.dtype)), [], [], 0);
  if (indices.length === 0) {
    const lead = source.shape.length - view.shape.length;
    if (lead <= 0 || source.shape.slice(0, lead).some((size) => size !== 1)) views.expandedShape(source, view.shape);
    view.copy_(source);
  } else applyInPlace(indexPut, view, [source, ...indices], calling({ places, accumulate: false }));
}

function resolve(x: Tensor, index: readonly Index[]): Found {
  const items = index.map((item) => asTensor(item));
  const used = items.reduce((n: number, item) => n + consumed(item), 0);
  if (used > x.shape.length) {
    const [only, ...more] = x.shape.length === 0 ? items : [];
    if (more.length === 0 && typeof only === "number") {
      throw indexError(
        "invalid index of a 0-dim tensor. Use `tensor.item()` to convert a 0-dim tensor to a number",
        "It has a single element.",
      );
    }
    throw indexError(
      more.length === 0 && only instanceof Slice
        ? "slice() cannot be applied to a 0-dim tensor."
        : `too many indices for tensor of dimension ${x.shape.length}`,
      `Give at most ${x.shape.length}.`,
    );
  }
  let view = x;
  let dim = 0;
  let taken = 0;
  const indices: Tensor[] = [];
  const places: number[] = [];
  for (const item of items) {
    if (item === null) view = views.unsqueeze(view, dim++);
    else if (item === "...") dim += x.shape.length - used;
    else if (typeof item === "number") view = parts.select(view, dim, item, taken);
    else if (item instanceof Slice) view = parts.slice(view, dim++, item.start, item.end, item.step);
    else {
      // A mask without dims keeps or drops all, as a new dim of one or no element.
      if (item.shape.length === 0) {
        view = views.unsqueeze(view, dim);
        indices.push(fresh(filled("int64", item.item() === 0 ? [] : [0]), [item.item() === 0 ? 0 : 1]));
        places.push(dim++);
        continue;
      }
      for (const part of item.dtype === "bool" ? maskIndices(item, view.shape, dim) : [item]) {
        indices.push(part);
        places.push(dim++);
      }
    }
    taken += item === "..." ? x.shape.length - used : consumed(item);
  }
  return { view, indices, places };
}

function consumed(item: number | Slice | null | "..." | Tensor): number {
  if (item === null || item === "...") return 0;
  return isTensor(item) && item.dtype === "bool" ? item.shape.length : 1;
}

function asTensor(item: Index): number | Slice | null | "..." | Tensor {
  if (isTensor(item)) {
    if (item.dtype === "float32" || item.dtype === "float64") {
      throw indexError("tensors used as indices must be long, byte or bool tensors", 'Convert it with .to("int64").');
    }
    return item.shape.length === 0 && item.dtype !== "bool" ? item.item() : item;
  }
  if (item === null || typeof item !== "object" || item instanceof Slice) return item;
  const shape: number[] = [];
  for (let level: IndexList | number | boolean | undefined = item; typeof level === "object"; level = level[0])
    shape.push(level.length);
  const flat = flattened(item);
  const bools = flat.length > 0 && flat.every((value) => typeof value === "boolean");
  return fresh(filled(bools ? "bool" : "int64", flat.map(Number)), shape);
}

function flattened(list: IndexList): (number | boolean)[] {
  return list.flatMap((item) => (typeof item === "object" ? flattened(item) : [item]));
}

function maskIndices(mask: Tensor, shape: Shape, dim: number): Tensor[] {
  mask.shape.forEach((size, d) => {
    if (shape[dim + d] !== size) {
      throw indexError(
        `The shape of the mask [${mask.shape.join(", ")}] at index ${d} does not match the shape of the indexed tensor [${shape.join(", ")}] at index ${dim + d}`,
        "A mask has the shape of what it masks.",
      );
    }
  });
  const flat = listed(mask).flatMap((value, i) => (value === 0 ? [] : [i]));
  return mask.shape.map((size, d) => {
    const step = numel(mask.shape.slice(d + 1));
    return fresh(
      filled(
        "int64",
        flat.map((i) => Math.floor(i / step) % size),
      ),
      [flat.length],
    );
  });
}
