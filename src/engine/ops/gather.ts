import { apply } from "../apply";
import { scalarName } from "../dtype";
import { argumentError, indexError, runtimeError } from "../errors";
import { placed, positions, taken } from "../kernels/fold";
import { allocate } from "../storage";
import { listed } from "../kernels/loops";
import { memoryOrder, stridesIn } from "../layout";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { broadcast, expandStrides, isRowMajor, numel, rowMajor, sizes, type Shape, viewStrides } from "../shape";
import type { Tensor } from "../tensor";
import { fresh, laid, window } from "./result";

interface Along extends Attrs {
  readonly dim: number;
}

/** Elements along a dim at the places an index tensor names. */
export const gather: Op = opWith<Along>()({
  name: "gather",
  node: "GatherBackward0",
  inputs: ["a", "index"],
  forward: ([a, index], { attrs }) => {
    needsIndices("gather", index);
    if (index.shape.length !== a.shape.length) {
      throw runtimeError(
        "Index tensor must have the same number of dimensions as input tensor",
        `The shapes are ${sizes(index.shape)} and ${sizes(a.shape)}.`,
      );
    }
    index.shape.forEach((size, d) => {
      if (d !== attrs.dim && size > (a.shape[d] ?? 1)) {
        throw runtimeError(
          `Size does not match at dimension ${d} expected index ${sizes(index.shape)} to be smaller than self ${sizes(a.shape)} apart from dimension ${attrs.dim}`,
          "Shorten the index.",
        );
      }
    });
    return fresh(taken(a, positions(index, attrs.dim, index.shape, a.shape)), index.shape);
  },
  saves: () => ({ index: true }),
  backward: { a: (g, s) => scattered(g, s.index, s.attrs.dim, s.shapes[0] ?? []) },
  formula: { a: "∂L/∂y, added at the places it was taken from" },
});

interface Into extends Along {
  readonly shape: Shape;
}

const scatter: Op = opWith<Into>()({
  name: "scatterAdd",
  node: "ScatterAddBackward0",
  inputs: ["a", "index"],
  forward: ([a, index], { attrs }) => {
    const zeros = fresh(allocate(a.dtype, numel(attrs.shape)), attrs.shape);
    return fresh(placed(zeros, a, positions(index, attrs.dim, index.shape, attrs.shape), true), attrs.shape);
  },
  saves: () => ({ index: true }),
  backward: { a: (g, s) => apply(gather, [g, s.index], calling({ dim: s.attrs.dim })) },
});

/** Zeros of shape `shape` with `a` added along `dim` at the places `index` names. */
export function scattered(a: Tensor, index: Tensor, dim: number, shape: Shape): Tensor {
  return apply(scatter, [a, index], calling({ dim, shape }));
}

export function needsIndices(name: string, index: Tensor, types = "int64"): void {
  if (index.dtype !== "int64" && index.dtype !== "int32") {
    throw runtimeError(`${name}(): Expected dtype ${types} for index`, 'Convert the index with .to("int64").');
  }
}

/** Rows along a dim. */
export const indexSelect = opWith<Along>()({
  name: "indexSelect",
  node: "IndexSelectBackward0",
  inputs: ["a", "index"],
  forward: ([a, index], { attrs }) => {
    needsIndices("index_select", index, "int32 or int64");
    if (index.shape.length > 1)
      throw indexError("index_select(): Index is supposed to be a vector", "Use .flatten() on it.");
    const size = a.shape[attrs.dim] ?? 1;
    if (listed(index).some((i) => i < 0 || i >= size))
      throw indexError("index out of range in self", `Indices run from 0 to ${size - 1}.`);
    const shape = a.shape.map((n, d) => (d === attrs.dim ? index.numel() : n));
    return fresh(taken(a, positions(wide(index, attrs.dim, shape), attrs.dim, shape, a.shape)), shape);
  },
  saves: () => ({ index: true }),
  backward: {
    a: (g, s) => scattered(g, wide(s.index, s.attrs.dim, g.shape), s.attrs.dim, s.shapes[0] ?? []),
  },
  formula: { a: "∂L/∂y, added at the rows it was taken from" },
});

/** A vector of indices as seen in `shape`, running along `dim`. */
function wide(index: Tensor, dim: number, shape: Shape): Tensor {
  const strides = shape.map((_, d) => (d === dim ? (index.strides[0] ?? 0) : 0));
  return window(index, shape, strides);
}

/** Index tensors of an indexing by lists: `places[k]` is the dim that the k-th of them indexes. */
export interface Places extends Attrs {
  readonly places: readonly number[];
}

interface Resolved {
  readonly shape: Shape;
  /** Where it reads, in a row-major operand. */
  readonly at: Int32Array;
  /** The strides of the result for an operand with these. */
  readonly laidBy: (strides: Shape) => Shape;
}

/** Where an indexing by tensors reads, and what shape it gives. */
function resolve(shape: Shape, indices: readonly Tensor[], places: readonly number[]): Resolved {
  let common: Shape = [];
  for (const index of indices) common = broadcastIndices(common, index.shape, indices);
  const adjacent = places.every((d, k) => k === 0 || d === (places[k - 1] ?? 0) + 1);
  const front = adjacent ? (places[0] ?? 0) : 0;
  const rest = shape.map((_, d) => d).filter((d) => !places.includes(d));
  const before = rest.filter((d) => d < front);
  const after = rest.filter((d) => d >= front || !before.includes(d));
  const sizesOf = (dims: readonly number[]) => dims.map((d) => shape[d] ?? 1);
  const out = [...sizesOf(before), ...common, ...sizesOf(after)];
  const strides = rowMajor(shape);
  const apart = (of: Shape) => [
    ...before.map((d) => of[d] ?? 0),
    ...common.map(() => 0),
    ...after.map((d) => of[d] ?? 0),
  ];
  const steps = apart(strides);
  const spread = indices.map((index) => expandStrides(index.shape, index.strides, common));
  const flat = indices.map((index, k) =>
    listed(window(index, common, spread[k] ?? [])).map((i) => within(i, places[k] ?? 0, shape)),
  );
  const outStrides = rowMajor(out);
  const commonStrides = rowMajor(common);
  const at = Int32Array.from({ length: numel(out) }, (_, i) => {
    let position = 0;
    let place = 0;
    out.forEach((size, d) => {
      const here = Math.floor(i / (outStrides[d] ?? 1)) % size;
      position += here * (steps[d] ?? 0);
      const c = d - before.length;
      if (c >= 0 && c < common.length) place += here * (commonStrides[c] ?? 0);
    });
    flat.forEach((list, k) => {
      position += (list[place] ?? 0) * (strides[places[k] ?? 0] ?? 0);
    });
    return position;
  });
  const reshaped = [...before.map(() => 1), ...common, ...after.map(() => 1)];
  const across = spread.map((each) => expandStrides(reshaped, viewStrides(common, each, reshaped) ?? [], out));
  return { shape: out, at, laidBy: (of) => stridesIn(memoryOrder(out, [apart(of), ...across]), out) };
}

function broadcastIndices(a: Shape, b: Shape, indices: readonly Tensor[]): Shape {
  try {
    return broadcast(a, b);
  } catch {
    throw indexError(
      `shape mismatch: indexing tensors could not be broadcast together with shapes ${indices.map((index) => sizes(index.shape)).join(", ")}`,
      "Give the lists the same length.",
    );
  }
}

function within(index: number, dim: number, shape: Shape): number {
  const size = shape[dim] ?? 0;
  if (index < -size || index >= size) {
    throw indexError(
      size === 0
        ? "index is out of bounds for dimension with size 0"
        : `index ${index} is out of bounds for dimension ${dim} with size ${size}`,
      size === 0 ? `Dimension ${dim} is empty.` : `Indices run from ${-size} to ${size - 1}.`,
    );
  }
  return index < 0 ? index + size : index;
}

/** Indexing by tensors of integers: the operand, then the index tensors. */
export const indexed: Op = opWith<Places>()({
  name: "index",
  symbol: "[ ]",
  node: "IndexBackward0",
  inputs: [],
  savesFrom: 1,
  forward: (inputs, { attrs }) => {
    const [a, ...indices] = inputs;
    if (a === undefined) throw argumentError("index needs a tensor");
    const { shape, at, laidBy } = resolve(a.shape, indices, attrs.places);
    const made = fresh(taken(a, at), shape);
    const strides = laidBy(a.strides);
    return isRowMajor(shape, strides) ? made : laid(made, made.dtype, strides);
  },
  gradients: ([g], s) => {
    const shape = s.shapes[0] ?? [];
    if (!g) return [];
    const zeros = fresh(allocate(g.dtype, numel(shape)), shape);
    return [apply(indexPut, [zeros, g, ...s.operands.slice(1)], calling({ places: s.attrs.places, accumulate: true }))];
  },
});

interface Put extends Places {
  readonly accumulate: boolean;
}

/** The operand with values written (or added) where index tensors say: operand, values, index tensors. */
export const indexPut: Op = opWith<Put>()({
  name: "indexPut",
  node: "IndexPutBackward0",
  inputs: [],
  savesFrom: 2,
  forward: (inputs, { attrs }) => {
    const [a, values, ...indices] = inputs;
    if (a === undefined || values === undefined) throw argumentError("indexPut needs a tensor and values");
    const { shape, at } = resolve(a.shape, indices, attrs.places);
    if (!fits(values.shape, shape)) {
      throw runtimeError(
        `shape mismatch: value tensor of shape ${sizes(values.shape)} cannot be broadcast to indexing result of shape ${sizes(shape)}`,
        "Give one value, or one for each place.",
      );
    }
    if (values.dtype !== a.dtype) {
      throw runtimeError(
        `Index put requires the source and destination dtypes match, got ${scalarName(a.dtype)} for the destination and ${scalarName(values.dtype)} for the source.`,
        `Convert the values, as .to("${a.dtype}").`,
      );
    }
    const spread = window(values, shape, expandStrides(values.shape, values.strides, shape));
    return fresh(placed(a, spread, at, attrs.accumulate), a.shape);
  },
  gradients: ([g], s) => {
    if (!g) return [];
    const indices = s.operands.slice(2);
    const zeros = fresh(allocate(g.dtype, 1), []);
    const mine = s.attrs.accumulate
      ? g
      : apply(indexPut, [g, zeros, ...indices], calling({ places: s.attrs.places, accumulate: false }));
    return [mine, apply(indexed, [g, ...indices], calling({ places: s.attrs.places }))];
  },
});

function fits(from: Shape, to: Shape): boolean {
  return from.length <= to.length && from.every((size, d) => size === 1 || size === to[to.length - from.length + d]);
}
