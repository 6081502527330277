import { applyMany, applyOne } from "../apply";
import { type DType, isFloating, scalarName } from "../dtype";
import { argumentError, indexError, runtimeError } from "../errors";
import { fold, indexOfBest, logSum, picked, product } from "../kernels/fold";
import { isRowMajor, numel, reduced, type Dims, dimension, dimensions, type Shape } from "../shape";
import { sum as sumKernel } from "../kernels/sum";
import { copied, map } from "../kernels/loops";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import type { Tensor } from "../tensor";
import { scattered } from "./gather";
import { passing } from "./gradient";
import { cat } from "./join";
import { laneOfShare } from "./lanes";
import { cast, floatOf, fresh, needsNumbers } from "./result";
import { type Twofold, twofold } from "./twofold";

/** Which dimensions a reduction runs over, once each and rising, and whether they stay as size 1. */
export interface Over extends Attrs {
  readonly dim: readonly number[];
  readonly keepdim: boolean;
}

interface Reduction extends Over {
  readonly dtype?: DType;
}

/** g with the reduced dimensions back as size 1. */
export function unreduced(g: Tensor, shape: Shape, over: Over): Tensor {
  return over.keepdim || g.shape.length === shape.length ? g : g.reshape(reduced(shape, over.dim, true));
}

function spread(g: Tensor, shape: Shape, over: Over): Tensor {
  return unreduced(g, shape, over).expand(shape);
}

function first(shapes: readonly Shape[]): Shape {
  return shapes[0] ?? [];
}

/** How many elements lie over dims. */
export function count(shape: Shape, dims: readonly number[]): number {
  let n = 1;
  for (let k = 0; k < dims.length; k++) n *= shape[dims[k] ?? 0] ?? 1;
  return n;
}

/** Sum over dims, in ATen's order. */
export const sum = twofold(
  (node) =>
    opWith<Reduction>()({
      name: "sum",
      symbol: "Σ",
      node,
      inputs: ["a"],
      forward: ([a], { attrs }) => {
        const dtype = attrs.dtype ?? (isFloating(a.dtype) ? a.dtype : "int64");
        return fresh(sumKernel(cast(a, dtype), attrs.dim, dtype), reduced(a.shape, attrs.dim, attrs.keepdim));
      },
      backward: { a: (g, s) => spread(g, first(s.shapes), s.attrs) },
      kernel: (g, _, { a }) =>
        a?.dtype === "float32" && isRowMajor(a.shape, a.strides) ? laneOfShare(g, 1, a.shape) : null,
      formula: { a: "∂L/∂y for every element summed" },
    }),
  "Sum",
);

/** Mean over dims: ATen's sum, divided by the count. */
export const mean = twofold(
  (node) =>
    opWith<Over>()({
      name: "mean",
      node,
      inputs: ["a"],
      forward: ([a], { attrs }) => {
        if (!isFloating(a.dtype)) {
          throw runtimeError(
            `mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: ${scalarName(a.dtype)}`,
            'Convert it first with .to("float32").',
          );
        }
        const shape = reduced(a.shape, attrs.dim, attrs.keepdim);
        const total = sumKernel(a, attrs.dim, a.dtype);
        const n = count(a.shape, attrs.dim);
        for (let k = total.start; k < total.start + total.length; k++) total.data[k] = (total.data[k] ?? 0) / n;
        return fresh(total, shape);
      },
      backward: { a: (g, s) => spread(g, first(s.shapes), s.attrs).div(count(first(s.shapes), s.attrs.dim)) },
      kernel: (g, _, { a }) => (a?.dtype === "float32" ? laneOfShare(g, numel(a.shape), a.shape) : null),
      formula: { a: "∂L/∂y / n" },
    }),
  "Mean",
);

/** Product over dims. */
export const prod = twofold(
  (node) =>
    opWith<Over>()({
      name: "prod",
      symbol: "Π",
      node,
      inputs: ["a"],
      forward: ([a], { attrs }) => {
        const dtype = isFloating(a.dtype) ? a.dtype : "int64";
        const total = product(cast(a, dtype), attrs.dim, dtype);
        return fresh(total, reduced(a.shape, attrs.dim, attrs.keepdim));
      },
      saves: () => ({ a: true, y: true }),
      backward: {
        a: (g, s) => {
          if (s.a.shape.length === 0) return g;
          const others = s.a.eq(0).any().truth()
            ? productOfOthers(s.a, s.attrs.dim)
            : unreduced(s.y, s.a.shape, s.attrs).div(s.a);
          return unreduced(g, s.a.shape, s.attrs).mul(others);
        },
      },
      formula: { a: "∂L/∂y · the product of the other elements" },
    }),
  "Prod",
);

/** For each element, the product of the others along dims where one may be 0: products from the left times products from the right. */
function productOfOthers(a: Tensor, dims: readonly number[]): Tensor {
  const order = [...a.shape.map((_, d) => d).filter((d) => !dims.includes(d)), ...dims];
  const n = count(a.shape, dims);
  const moved = a.permute(order);
  const rows = moved.reshape([a.numel() / Math.max(n, 1), n]);
  const one = rows.narrow(1, 0, Math.min(1, n)).onesLike();
  const left: Tensor[] = [one];
  const right: Tensor[] = [one];
  for (let k = 1; k < n; k++) {
    left.push((left[k - 1] ?? one).mul(rows.narrow(1, k - 1, 1)));
    right.push((right[k - 1] ?? one).mul(rows.narrow(1, n - k, 1)));
  }
  const others = n === 0 ? rows : left.map((l, k) => l.mul(right[n - 1 - k] ?? one));
  const joined = Array.isArray(others) ? cat(others, 1) : others;
  const back = order.map((_, d) => order.indexOf(d));
  return joined.reshape(order.map((d) => a.shape[d] ?? 1)).permute(back);
}

function largest(a: number, b: number): number {
  return a !== a || b !== b ? NaN : Math.max(a, b);
}

function smallest(a: number, b: number): number {
  return a !== a || b !== b ? NaN : Math.min(a, b);
}

/** The gradient of a value picked from all of `a`, shared evenly by the elements that equal it (or are NaN as it is). */
export function evenly(g: Tensor, a: Tensor, y: Tensor): Tensor {
  const best = y.isnan().truth() ? a.isnan() : a.eq(y);
  return passing(g.div(best.sum()), best);
}

function overDims(g: Tensor, a: Tensor, y: Tensor, over: Over): Tensor {
  const best = a.eq(unreduced(y, a.shape, over));
  const ties = best.sum(over.dim, { keepdim: true });
  return unreduced(g, a.shape, over).mul(best).div(ties);
}

/** The extreme over dims; ties share the gradient evenly. */
function extreme(name: string, node: string, pick: (a: number, b: number) => number, shared = overDims): Op {
  return opWith<Over>()({
    name,
    node,
    inputs: ["a"],
    forward: ([a], { attrs }) => {
      refuseWhole(name, a, attrs);
      return fresh(fold(a, attrs.dim, a.dtype, null, pick), reduced(a.shape, attrs.dim, attrs.keepdim));
    },
    saves: () => ({ a: true, y: true }),
    backward: { a: (g, s) => shared(g, s.a, s.y, s.attrs) },
    formula: { a: "∂L/∂y / (number of ties) where a is the extreme, else 0" },
  });
}

function refuseWhole(name: string, a: Tensor, { dim }: Over): void {
  if (a.numel() > 0 || dim.length < a.shape.length) return;
  throw runtimeError(
    `${name}(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.`,
    "An empty tensor has no extreme: check its shape first.",
  );
}

export const max = extreme("max", "MaxBackward1", largest, evenly);
export const min = extreme("min", "MinBackward1", smallest, evenly);
export const amax = extreme("amax", "AmaxBackward0", largest);
export const amin = extreme("amin", "AminBackward0", smallest);

interface Along extends Attrs {
  readonly dim: number;
  readonly keepdim: boolean;
}

/** The extreme along a dim and where it lies; the gradient goes to that place alone. */
function extremeAlong(name: string, node: string, better: (a: number, b: number) => boolean): Op {
  return opWith<Along>()({
    name,
    node,
    inputs: ["a"],
    forward: ([a], { attrs }) => {
      refuseEmptyDim(name, a, attrs.dim);
      const dims = a.shape.length === 0 ? [] : [attrs.dim];
      const shape = reduced(a.shape, dims, attrs.keepdim);
      const kept = reduced(a.shape, dims, true);
      const found = indexOfBest(a, dims, better);
      const values = dims.length === 0 ? copied(a, a.dtype) : picked(a, attrs.dim, fresh(found, kept), kept);
      return [fresh(values, shape), fresh(found, shape)];
    },
    saves: () => ({ y: true }),
    gradients: ([g], s) => {
      const shape = first(s.shapes);
      if (!g || shape.length === 0) return [g ?? null];
      const over = { dim: [s.attrs.dim], keepdim: s.attrs.keepdim };
      return [scattered(unreduced(g, shape, over), unreduced(s.y, shape, over), s.attrs.dim, shape)];
    },
    formula: { a: "∂L/∂y at the index found, else 0" },
  });
}

/** Refuses to look for one element among none. */
export function refuseEmptyDim(name: string, a: Tensor, dim: number): void {
  if (a.shape.at(dim) === 0) {
    throw indexError(
      `${name}(): Expected reduction dim ${dim} to have non-zero size.`,
      "An empty dimension has no extreme.",
    );
  }
}

export const maxAlong = extremeAlong("max", "MaxBackward0", (a, b) => a > b);
export const minAlong = extremeAlong("min", "MinBackward0", (a, b) => a < b);

function argument(name: string, better: (a: number, b: number) => boolean): Op {
  return opWith<Over>()({
    name,
    node: "",
    inputs: ["a"],
    forward: ([a], { attrs }) => {
      if (a.numel() === 0 && attrs.dim.length === a.shape.length) {
        throw indexError(
          `${name}(): Expected reduction dim to be specified for input.numel() == 0.`,
          "An empty tensor has no extreme.",
        );
      }
      needsNumbers(`${name}_cpu`, a);
      return fresh(indexOfBest(a, attrs.dim, better), reduced(a.shape, attrs.dim, attrs.keepdim));
    },
  });
}

export const argmax = argument("argmax", (a, b) => a > b);
export const argmin = argument("argmin", (a, b) => a < b);

function truth(name: string, symbol: string, seed: number, step: (a: number, b: number) => number): Op {
  return opWith<Over>()({
    name,
    symbol,
    node: "",
    inputs: ["a"],
    forward: ([a], { attrs }) => {
      const bools = fresh(
        map(a, "bool", (x) => (x !== 0 ? 1 : 0)),
        a.shape,
      );
      return fresh(fold(bools, attrs.dim, "bool", seed, step), reduced(a.shape, attrs.dim, attrs.keepdim));
    },
  });
}

export const any = truth("any", "∃", 0, (a, b) => a | b);
export const all = truth("all", "∀", 1, (a, b) => a & b);

/** By rank the call of a reduction over everything. */
const wholes = [0, 1, 2, 3].map((rank) => calling(Object.freeze({ dim: dimensions(null, rank), keepdim: false })));

/** Runs a reduction over dims given the way a person writes them. */
export function reduce(op: Op | Twofold, a: Tensor, dim: Dims, keepdim = false, more?: Attrs): Tensor {
  const all = dim === null || dim === undefined;
  const chosen = "ofAll" in op ? (all ? op.ofAll : op.ofDims) : op;
  const whole = all && !keepdim && more === undefined ? wholes[a.shape.length] : undefined;
  return applyOne(chosen, a, whole ?? calling({ dim: dimensions(dim, a.shape.length), keepdim, ...more }));
}

/** Runs an extreme over dims, of which none that is named may be empty. */
export function extremeOver(op: Op, a: Tensor, dim: Dims, keepdim?: boolean): Tensor {
  for (const each of typeof dim === "number" ? [dim] : (dim ?? [])) {
    // PyTorch counts the dim of argmax from the front, and writes those of amax as they were given.
    refuseEmptyDim(op.name, a, op === argmax || op === argmin ? dimension(each, a.shape.length) : each);
  }
  return reduce(op, a, dim, keepdim);
}

/** The dim of an op that takes exactly one. */
function oneDim(a: Tensor, dim: number): number {
  if (typeof dim !== "number") throw argumentError("dim must be one number", "Reduce one dimension at a time here.");
  return dimension(dim, a.shape.length);
}

/** Runs an extreme along one dim. */
export function along(op: Op, a: Tensor, dim: number, keepdim = false): { values: Tensor; indices: Tensor } {
  const [values, indices] = applyMany(op, [a], calling({ dim: oneDim(a, dim), keepdim }));
  if (values === undefined || indices === undefined) throw argumentError(`${op.name} gave no indices`);
  return { values, indices };
}

/** log Σ exp(a) over dims. */
export const logsumexp = opWith<Over>()({
  name: "logsumexp",
  node: "LogsumexpBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    return fresh(logSum(cast(a, floatOf(a.dtype)), attrs.dim), reduced(a.shape, attrs.dim, attrs.keepdim));
  },
  saves: () => ({ a: true, y: true }),
  backward: {
    a: (g, s) => unreduced(g, s.a.shape, s.attrs).mul(s.a.sub(unreduced(s.y, s.a.shape, s.attrs)).exp()),
  },
  formula: { a: "∂L/∂y · e^(a − y)" },
});
