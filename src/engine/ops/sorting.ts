import { apply, applyMany } from "../apply";
import { runtimeError } from "../errors";
import { picked } from "../kernels/fold";
import { copied, filled, listed } from "../kernels/loops";
import { atRank, insertion, ordered } from "../kernels/sorting";
import type { Attrs } from "../observer";
import { calling, op, opWith } from "../op";
import { dimension, reduced, sameShape, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { scattered } from "./gather";
import { evenly, refuseEmptyDim } from "./reduce";
import { inMemoryOrder } from "./order";
import { cast, fresh, needsNumbers, resultType } from "./result";

interface Ordered extends Attrs {
  readonly dim: number;
  readonly descending: boolean;
}

interface Best extends Attrs {
  readonly dim: number;
  readonly k: number;
  readonly largest: boolean;
}

/** Values and where they lie. */
export interface Ranked {
  readonly values: Tensor;
  readonly indices: Tensor;
}

function chosen(a: Tensor, dim: number, descending: boolean, count: number): readonly Tensor[] {
  const shape = a.shape.map((size, d) => (d === dim ? count : size));
  const indices = fresh(ordered(a, dim, descending, count), shape);
  const values = a.shape.length === 0 ? copied(a, a.dtype) : picked(a, dim, indices, shape);
  return [fresh(values, shape), indices];
}

function back(g: Tensor | null | undefined, indices: Tensor, dim: number, shape: readonly number[]): Tensor | null {
  return !g || shape.length === 0 ? (g ?? null) : scattered(g, indices, dim, shape);
}

const sorted = opWith<Ordered>()({
  name: "sort",
  node: "SortBackward0",
  inputs: ["a"],
  forward: ([a], { attrs: { dim, descending } }) =>
    inMemoryOrder([a], ([x = a], place) => chosen(x, place(dim), descending, a.shape[dim] ?? 1)),
  saves: () => ({ y: true }),
  gradients: ([g], s) => [back(g, s.y, s.attrs.dim, s.shapes[0] ?? [])],
  formula: { a: "∂L/∂y back in the old order" },
});

const best = opWith<Best>()({
  name: "topk",
  node: "TopkBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    needsNumbers("topk_cpu", a);
    return chosen(a, attrs.dim, attrs.largest, a.shape.length === 0 ? 1 : attrs.k);
  },
  saves: () => ({ y: true }),
  gradients: ([g], s) => [back(g, s.y, s.attrs.dim, s.shapes[0] ?? [])],
  formula: { a: "∂L/∂y at the places taken, else 0" },
});

interface Kth extends Attrs {
  readonly dim: number;
  readonly keepdim: boolean;
  /** The rank from 0; null for the median. */
  readonly k: number | null;
}

const kth = (name: string, node: string) =>
  opWith<Kth>()({
    name,
    node,
    inputs: ["a"],
    forward: ([a], { attrs: { dim, k, keepdim } }) => {
      const dims = a.shape.length === 0 ? [] : [dim];
      const kept = reduced(a.shape, dims, true);
      const shape = reduced(a.shape, dims, keepdim);
      needsNumbers(k === null ? "median_out" : "kthvalue_cpu", a);
      const found = atRank(a, dim, k);
      const values = dims.length === 0 ? copied(a, a.dtype) : picked(a, dim, fresh(found, kept), kept);
      return [fresh(values, shape), fresh(found, shape)];
    },
    saves: () => ({ y: true }),
    gradients: ([g], s) => {
      const { dim, keepdim } = s.attrs;
      const shape = s.shapes[0] ?? [];
      const wide = (x: Tensor) => (keepdim || shape.length === 0 ? x : x.unsqueeze(dim));
      return [g ? back(wide(g), wide(s.y), dim, shape) : null];
    },
    formula: { a: "∂L/∂y at the place found, else 0" },
  });

const kthvalues = kth("kthvalue", "KthvalueBackward0");
const medians = kth("median", "MedianBackward1");

/** The median of all elements, the lower of two; NaN if any element is, or none is there. Those that equal it share the gradient. */
export const medianOfAll = op({
  name: "median",
  node: "MedianBackward0",
  inputs: ["a"],
  forward: ([a]) => {
    needsNumbers("median_cpu", a);
    const flat = fresh(copied(a, a.dtype), [a.numel()]);
    if (flat.numel() === 0) return fresh(filled(a.dtype, [NaN]), []);
    return fresh(picked(flat, 0, fresh(atRank(flat, 0, null), [1]), [1]), []);
  },
  saves: () => ({ a: true, y: true }),
  backward: { a: (g, s) => evenly(g, s.a, s.y) },
  formula: { a: "∂L/∂y / (number of ties) where a is the median, else 0" },
});

function pair(outputs: readonly Tensor[], a: Tensor): Ranked {
  const [values = a, indices = a] = outputs;
  return { values, indices };
}

/** The elements along `dim` in order, NaN last (first when descending), and where they stood; equal ones keep their order. */
export function sort(a: Tensor, dim: number, descending: boolean): Ranked {
  return pair(applyMany(sorted, [a], calling({ dim: dimension(dim, a.shape.length), descending })), a);
}

/** The `k` best along `dim`, best first. */
export function topk(a: Tensor, k: number, dim: number, largest: boolean): Ranked {
  const d = dimension(dim, a.shape.length);
  if (!Number.isInteger(k) || k < 0 || k > (a.shape[d] ?? 1)) {
    throw runtimeError("selected index k out of range", `k is ${k}; the dimension has size ${a.shape[d] ?? 1}.`);
  }
  return pair(applyMany(best, [a], calling({ dim: d, k, largest })), a);
}

/** The k-th smallest (k from 1) along `dim`. */
export function kthvalue(a: Tensor, k: number, dim: number, keepdim: boolean): Ranked {
  const d = dimension(dim, a.shape.length);
  refuseEmptyDim("kthvalue", a, d);
  if (!Number.isInteger(k) || k < 1 || k > (a.shape[d] ?? 1)) {
    throw runtimeError(
      `kthvalue(): selected number k out of range for dimension ${d}`,
      `k is ${k}; use 1 to ${a.shape[d] ?? 1}.`,
    );
  }
  return pair(applyMany(kthvalues, [a], calling({ dim: d, keepdim, k: k - 1 })), a);
}

/** The median along `dim`, the lower of two; NaN if any element is. */
export function median(a: Tensor, dim: number, keepdim: boolean): Ranked {
  const d = dimension(dim, a.shape.length);
  refuseEmptyDim("median", a, d);
  return pair(applyMany(medians, [a], calling({ dim: d, keepdim, k: null })), a);
}

interface Side extends Attrs {
  readonly right: boolean;
}

const inserted = opWith<Side>()({
  name: "searchsorted",
  node: "",
  inputs: ["sorted", "values"],
  forward: ([line, values], { attrs }) => {
    const dtype = resultType([line, values]);
    return fresh(insertion(cast(line, dtype), cast(values, dtype), attrs.right, values.shape), values.shape);
  },
});

/** Where each value would be inserted to keep the last dim of `line` sorted. */
export function searchsorted(line: Tensor, values: Tensor, right: boolean): Tensor {
  if (line.shape.length !== 1 && !sameShape(line.shape.slice(0, -1), values.shape.slice(0, -1))) {
    throw runtimeError(
      `torch.searchsorted(): boundaries tensor should be 1 dimension or the first N-1 dimensions of boundaries tensor and input value tensor must match, but we got boundaries tensor ${sizes(line.shape)} and input value tensor ${sizes(values.shape)}`,
      "Give one sorted vector, or one for each row of values.",
    );
  }
  return apply(inserted, [line, values], calling({ right }));
}

/** The distinct elements in rising order, where each element went, and how many there are of each; PyTorch takes no gradient of it. */
export const distinct = op({
  name: "unique",
  node: "Unique2Backward0",
  inputs: ["a"],
  forward: ([a]) => {
    const data = listed(a);
    const flat = fresh(copied(a, a.dtype), [data.length]);
    const order = listed(fresh(ordered(flat, 0, false, data.length), [data.length]));
    const values: number[] = [];
    const counts: number[] = [];
    const inverse = new Array<number>(data.length).fill(0);
    for (const place of order) {
      const value = data[place] ?? NaN;
      if (values.length === 0 || values.at(-1) !== value) {
        values.push(value);
        counts.push(0);
      }
      inverse[place] = values.length - 1;
      counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
    }
    return [
      fresh(filled(a.dtype, values), [values.length]),
      fresh(filled("int64", inverse), a.shape),
      fresh(filled("int64", counts), [counts.length]),
    ];
  },
  backward: {
    a: () => {
      throw runtimeError(
        "the derivative for '_unique2' is not implemented.",
        "Gather the elements by the indices of .sort(), which has a gradient.",
      );
    },
  },
});

/** How often each whole number occurs, or the weights summed by it. */
export function bincount(a: Tensor, weights: Tensor | null, minlength: number): Tensor {
  if (a.shape.length !== 1 || (a.dtype !== "int64" && a.dtype !== "int32")) {
    throw runtimeError("bincount only supports 1-d non-negative integral inputs.", 'Use .flatten() and .to("int64").');
  }
  return weights === null || a.numel() === 0
    ? apply(counted, [a], calling({ minlength }))
    : apply(countedWeights, [a, weights], calling({ minlength }));
}

interface Shortest extends Attrs {
  readonly minlength: number;
}

function tally(a: Tensor, minlength: number, weight: (k: number) => number): number[] {
  const places = listed(a);
  const out = new Array<number>(Math.max(minlength, 1 + places.reduce((most, x) => Math.max(most, x), -1))).fill(0);
  places.forEach((place, k) => {
    if (place < 0) {
      throw runtimeError("bincount only supports 1-d non-negative integral inputs.", `There is a ${place} in it.`);
    }
    out[place] = (out[place] ?? 0) + weight(k);
  });
  return out;
}

const counted = opWith<Shortest>()({
  name: "bincount",
  node: "",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    const counts = tally(a, attrs.minlength, () => 1);
    return fresh(filled("int64", counts), [counts.length]);
  },
});

const countedWeights = opWith<Shortest>()({
  name: "bincount",
  node: "",
  inputs: ["a", "weights"],
  forward: ([a, weights], { attrs }) => {
    if (!sameShape(a.shape, weights.shape)) {
      throw runtimeError("weights should have the same length as input", "Give one weight for each element.");
    }
    const given = listed(weights);
    const sums = tally(a, attrs.minlength, (k) => given[k] ?? 0);
    return fresh(filled(weights.dtype === "float32" ? "float32" : "float64", sums), [sums.length]);
  },
});
