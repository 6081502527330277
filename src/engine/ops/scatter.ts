import { apply } from "../apply";
import { held, rounders, scalarName } from "../dtype";
import { indexError, runtimeError } from "../errors";
import { placed, positions, taken } from "../kernels/fold";
import { copied, filled, listed } from "../kernels/loops";
import type { Attrs } from "../observer";
import { calling, type Op, op, opWith } from "../op";
import { broadcast, dimension, expandStrides, numel, type Shape, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { needsIndices } from "./gather";
import { inMemoryOrder } from "./order";
import { pad } from "./pad";
import { fresh, window } from "./result";

interface Along extends Attrs {
  readonly dim: number;
}

function check(name: string, a: Tensor, index: Tensor, src: Tensor | null, dim: number): void {
  needsIndices(name, index);
  if (src !== null && src.dtype !== a.dtype) {
    throw runtimeError(
      "scatter(): Expected self.dtype to be equal to src.dtype",
      `They are ${scalarName(a.dtype)} and ${scalarName(src.dtype)}: convert one with .to().`,
    );
  }
  const rank = Math.max(a.shape.length, 1);
  const own = Math.max(index.shape.length, 1) === rank;
  if (!own || (src !== null && Math.max(src.shape.length, 1) !== rank)) {
    throw runtimeError(
      `Index tensor must have the same number of dimensions as ${own ? "src" : "self"} tensor`,
      `The shapes are ${sizes(a.shape)} and ${sizes(index.shape)}.`,
    );
  }
  index.shape.forEach((size, d) => {
    const own = a.shape[d] ?? 1;
    const given = src?.shape[d] ?? size;
    if ((d !== dim && size > own) || size > given) {
      throw runtimeError(
        `Expected index ${sizes(index.shape)} to be smaller than self ${sizes(a.shape)} apart from dimension ${dim}` +
          (src === null ? "" : ` and to be smaller size than src ${sizes(src.shape)}`),
        "Shorten the index.",
      );
    }
  });
}

/** The part of src that an index of that shape reads. */
function part(src: Tensor, index: Tensor): Tensor {
  return window(src, index.shape, src.strides);
}

/** The gradient of src, which PyTorch has only where the index covers it whole. */
function matching(node: string, gradient: Tensor, shape: Shape): Tensor {
  if (shape.every((size, d) => size === 1 || size === gradient.shape[d])) return gradient;
  throw runtimeError(
    `Function ${node} returned an invalid gradient at index 1 - got ${sizes(gradient.shape)} but expected shape compatible with ${sizes(shape)}`,
    "A src that needs a gradient has the shape of the index.",
  );
}

function scattering(name: string, node: string, add: boolean): Op {
  return opWith<Along>()({
    name,
    node,
    inputs: ["a", "index", "src"],
    forward: ([a, index, src], { attrs: { dim } }) => {
      check(name === "scatter" ? "scatter" : "scatter_add", a, index, src, dim);
      return fresh(placed(a, part(src, index), positions(index, dim, index.shape, a.shape), add), a.shape);
    },
    saves: () => ({ index: true }),
    backward: {
      a: (g, s) => (add ? g : g.scatter(s.attrs.dim, s.index, 0)),
      src: (g, s) => matching(node, g.gather(s.attrs.dim, s.index), s.shapes[2] ?? []),
    },
    formula: { a: add ? "∂L/∂y" : "∂L/∂y, 0 where it was overwritten", src: "∂L/∂y at the places it went to" },
  });
}

/** The operand with src written along a dim where index says; of several writes to a place the last stays. */
export const scatter = scattering("scatter", "ScatterBackward0", false);
/** The operand with src added along a dim where index says. */
export const scatterAdd = scattering("scatterAdd", "ScatterAddBackward0", true);

/** The operand with one number written along a dim where index says. */
export const scatterNumber = opWith<Along>()({
  name: "scatter",
  node: "ScatterBackward1",
  inputs: ["a", "index"],
  numbers: ["value"],
  forward: ([a, index], { attrs: { dim }, numbers }) => {
    check("scatter", a, index, null, dim);
    const value = fresh(filled(a.dtype, [held(numbers[0] ?? 0, a.dtype)]), []);
    const spread = window(
      value,
      index.shape,
      index.shape.map(() => 0),
    );
    return fresh(placed(a, spread, positions(index, dim, index.shape, a.shape), false), a.shape);
  },
  saves: () => ({ index: true }),
  backward: { a: (g, s) => g.scatter(s.attrs.dim, s.index, 0) },
  formula: { a: "∂L/∂y, 0 where it was overwritten" },
});

interface Weighted extends Along {
  readonly alpha: number;
}

/** A vector of indices as seen in a shape, running along a dim. */
function along(index: Tensor, dim: number, shape: Shape): Tensor {
  return window(
    index,
    shape,
    shape.map((_, d) => (d === dim ? (index.strides[0] ?? 0) : 0)),
  );
}

function checkSlices(name: string, a: Tensor, index: Tensor, source: Tensor, dim: number): void {
  needsIndices(name, index);
  if (source.dtype !== a.dtype) {
    const [own, given] = [`(self) ${scalarName(a.dtype)}`, `(source) ${scalarName(source.dtype)}`];
    throw runtimeError(
      name === "index_copy"
        ? `index_copy_(): self and source expected to have the same dtype, but got ${own} and ${given}`
        : `${name}_(): self (${scalarName(a.dtype)}) and source (${scalarName(source.dtype)}) must have the same scalar type`,
      `Convert the source, as .to("${a.dtype}").`,
    );
  }
  if (index.shape.length > 1) {
    throw indexError(`${name}(): Index is supposed to be a vector`, "Use .flatten() on it.");
  }
  const [indices, given] = [index.numel(), source.shape[dim] ?? 1];
  if (indices !== given) {
    throw runtimeError(
      `${name}_(): Number of indices (${indices}) should be equal to source.size(dim): (${given}), for dim: ${dim}`,
      "One slice for each index.",
    );
  }
  const want = a.shape.map((size, d) => (d === dim ? indices : size));
  if (sizes(want) !== sizes(source.shape)) {
    throw runtimeError(
      `${name}(): source has shape ${sizes(source.shape)} where ${sizes(want)} is expected`,
      "One slice for each index.",
    );
  }
}

function slices(name: string, node: string, add: boolean): Op {
  return opWith<Weighted>()({
    name,
    node,
    inputs: ["a", "index", "source"],
    forward: ([a, index, source], { attrs: { dim, alpha } }) => {
      checkSlices(name === "indexAdd" ? "index_add" : "index_copy", a, index, source, dim);
      const at = positions(along(index, dim, source.shape), dim, source.shape, a.shape);
      const r = rounders[a.dtype];
      const values =
        alpha === 1
          ? source
          : fresh(
              filled(
                a.dtype,
                listed(source).map((x) => r(x * alpha)),
              ),
              source.shape,
            );
      return fresh(placed(a, values, at, add), a.shape);
    },
    saves: () => ({ index: true }),
    backward: {
      a: (g, s) => (add ? g : g.indexFill(s.attrs.dim, s.index, 0)),
      source: (g, s) => {
        const read = g.indexSelect(s.attrs.dim, s.index);
        return s.attrs.alpha === 1 ? read : read.mul(s.attrs.alpha);
      },
    },
    formula: add
      ? { a: "∂L/∂y", source: "alpha · ∂L/∂y at the slices it went to" }
      : { a: "∂L/∂y, 0 in the slices written", source: "∂L/∂y at the slices it went to" },
  });
}

/** The operand with slices added along a dim where index says. */
export const indexAdd = slices("indexAdd", "IndexAddBackward0", true);
/** The operand with slices written along a dim where index says. */
export const indexCopy = slices("indexCopy", "IndexCopyBackward0", false);

/** The operand with whole slices along a dim set to a number. */
export const indexFill = opWith<Along>()({
  name: "indexFill",
  node: "IndexFillBackward0",
  inputs: ["a", "index"],
  numbers: ["value"],
  forward: ([a, index], { attrs: { dim }, numbers }) => {
    needsIndices("index_fill", index);
    return inMemoryOrder([a], ([x = a], place) => slicesFilled(x, place(dim), index, held(numbers[0] ?? 0, a.dtype)));
  },
  saves: () => ({ index: true }),
  backward: { a: (g, s) => g.indexFill(s.attrs.dim, s.index, 0) },
  formula: { a: "∂L/∂y, 0 in the slices written" },
});

function slicesFilled(a: Tensor, dim: number, index: Tensor, number: number): Tensor {
  if (index.numel() === 0) return fresh(copied(a, a.dtype), a.shape);
  const shape = a.shape.map((size, d) => (d === dim ? index.numel() : size));
  const value = fresh(filled(a.dtype, [number]), []);
  const spread = window(
    value,
    shape,
    shape.map(() => 0),
  );
  return fresh(placed(a, spread, positions(along(index, dim, shape), dim, shape, a.shape), false), a.shape);
}

/** Row-major positions, negative ones counted from the end. */
function flatPlaces(index: Tensor, count: number): number[] {
  if (count === 0 && index.numel() > 0)
    throw indexError("take(): tried to take from an empty tensor", "Check its shape first.");
  return listed(index).map((place) => {
    if (place < -count || place >= count) {
      throw indexError(
        `out of range: tried to access index ${place} on a tensor of ${count} elements.`,
        `Indices run from ${-count} to ${count - 1}.`,
      );
    }
    return place < 0 ? place + count : place;
  });
}

/** The elements at row-major positions, in the shape of the index. */
export const take = op({
  name: "take",
  node: "TakeBackward0",
  inputs: ["a", "index"],
  forward: ([a, index]) => {
    needsIndices("take", index);
    return fresh(taken(a, flatPlaces(index, a.numel())), index.shape);
  },
  saves: () => ({ index: true }),
  backward: {
    a: (g, s) => {
      const shape = s.shapes[0] ?? [];
      const places = fresh(filled("int64", flatPlaces(s.index, numel(shape))), [s.index.numel()]);
      return zerosOf(g, [numel(shape)])
        .scatterAdd(0, places, g.reshape(-1))
        .reshape(shape);
    },
  },
  formula: { a: "∂L/∂y, added at the places it was taken from" },
});

function zerosOf(g: Tensor, shape: Shape): Tensor {
  return fresh(
    filled(
      g.dtype,
      Array.from({ length: numel(shape) }, () => 0),
    ),
    shape,
  );
}

/** The operand with the elements of source, in order, where the mask holds. */
export const maskedScatter = op({
  name: "maskedScatter",
  node: "MaskedScatterBackward0",
  inputs: ["a", "mask", "source"],
  forward: ([a, mask, source]) => {
    const shape = broadcast(mask.shape, a.shape);
    const places = masked(mask, shape);
    if (source.dtype !== a.dtype) {
      throw runtimeError(
        `masked_scatter: expected self and source to have same dtypes but got${scalarName(a.dtype)} and ${scalarName(source.dtype)}`,
        `Convert the source, as .to("${a.dtype}").`,
      );
    }
    if (source.numel() < places.length) {
      throw runtimeError(
        "Number of elements of source < number of ones in mask",
        `The source has ${source.numel()} for ${places.length}.`,
      );
    }
    const values = fresh(filled(a.dtype, listed(source).slice(0, places.length)), [places.length]);
    const whole = window(a, shape, expandStrides(a.shape, a.strides, shape));
    return fresh(placed(whole, values, places, false), shape);
  },
  saves: () => ({ mask: true }),
  backward: {
    a: (g, s) => g.maskedFill(s.mask, 0),
    source: (g, s) => {
      const shape = s.shapes[2] ?? [];
      const read = g.maskedSelect(s.mask);
      return pad(read, [0, numel(shape) - read.numel()]).reshape(shape);
    },
  },
  formula: { a: "∂L/∂y, 0 where it was overwritten", source: "∂L/∂y at the places it went to" },
});

/** Row-major positions in `shape` where the mask, broadcast to it, holds. */
function masked(mask: Tensor, shape: Shape): number[] {
  return listed(window(mask, shape, expandStrides(mask.shape, mask.strides, shape))).flatMap((on, k) =>
    on === 0 ? [] : [k],
  );
}

/** Runs the op that writes a tensor or a number where an index says. */
export function scattered(a: Tensor, dim: number, index: Tensor, src: Tensor | number): Tensor {
  const d = dimension(dim, a.shape.length);
  return typeof src === "number"
    ? apply(scatterNumber, [a, index], calling({ dim: d }, [src]))
    : apply(scatter, [a, index, src], calling({ dim: d }));
}
