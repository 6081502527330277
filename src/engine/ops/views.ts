import { apply, applyMany, calling } from "../apply";
import { argumentError, indexError, runtimeError } from "../errors";
import { copied } from "../kernels/loops";
import type { Attrs } from "../observer";
import { op, opWith, type Op } from "../op";
import { dimension, expandStrides, inferred, isRowMajor, numel, type Shape, sizes, viewStrides } from "../shape";
import { allocate } from "../storage";
import type { Tensor } from "../tensor";
import { fresh, window } from "./result";
import { scalarName } from "../dtype";

interface Shaped extends Attrs {
  readonly shape: Shape;
}

function original(shapes: readonly Shape[]): Shape {
  return shapes[0] ?? [];
}

function reshaping(name: string, node: string): Op {
  return opWith<Shaped>()({
    name,
    node,
    inputs: ["a"],
    view: true,
    forward: ([a], { attrs }) => {
      const strides = viewStrides(a.shape, a.strides, attrs.shape);
      if (strides === null) {
        throw runtimeError(
          "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
          "It copies when it must.",
        );
      }
      return window(a, attrs.shape, strides);
    },
    backward: { a: (g, s) => g.reshape(original(s.shapes)) },
    formula: { a: "∂L/∂y in the shape of a" },
  });
}

const viewed = reshaping("view", "ViewBackward0");
const reshaped = reshaping("reshape", "ReshapeAliasBackward0");
const flattened = reshaping("flatten", "ReshapeAliasBackward0");

const copiedShape = opWith<Shaped>()({
  name: "reshape",
  node: "UnsafeViewBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => fresh(copied(a, a.dtype), attrs.shape),
  backward: { a: (g, s) => g.reshape(original(s.shapes)) },
  formula: { a: "∂L/∂y in the shape of a" },
});

/** Another shape over the same memory. */
export function view(a: Tensor, shape: Shape): Tensor {
  return apply(viewed, [a], calling({ shape: inferred(shape, a.numel()) }));
}

/** Another shape, over the same memory where that is possible. */
export function reshape(a: Tensor, shape: Shape, name: "reshape" | "flatten" = "reshape"): Tensor {
  const target = inferred(shape, a.numel());
  const fits = viewStrides(a.shape, a.strides, target) !== null;
  return apply(!fits ? copiedShape : name === "reshape" ? reshaped : flattened, [a], calling({ shape: target }));
}

/** Dims `start` to `end` (inclusive) as one. */
export function flatten(a: Tensor, start: number, end: number): Tensor {
  const rank = a.shape.length;
  const from = dimension(start, rank);
  const to = dimension(end, rank);
  if (from > to) throw runtimeError("flatten() has invalid args: start_dim cannot come after end_dim", "Swap startDim and endDim.");
  if (rank === 0) return reshape(a, [1], "flatten");
  if (from === to) return a;
  return reshape(a, [...a.shape.slice(0, from), numel(a.shape.slice(from, to + 1)), ...a.shape.slice(to + 1)], "flatten");
}

interface Ordered extends Attrs {
  readonly dims: readonly number[];
}

function permuting(name: string, node: string): Op {
  return opWith<Ordered>()({
    name,
    node,
    inputs: ["a"],
    view: true,
    forward: ([a], { attrs }) =>
      window(a, attrs.dims.map((d) => a.shape[d] ?? 1), attrs.dims.map((d) => a.strides[d] ?? 1)),
    backward: { a: (g, s) => apply(permuted, [g], calling({ dims: s.attrs.dims.map((_, d) => s.attrs.dims.indexOf(d)) })) },
    formula: { a: "∂L/∂y with the dims back in order" },
  });
}

const permuted: Op = permuting("permute", "PermuteBackward0");
const transposed = permuting("transpose", "TransposeBackward0");
const turned = permuting("t", "TBackward0");

/** The dims in another order. */
export function permute(a: Tensor, dims: readonly number[]): Tensor {
  const rank = a.shape.length;
  if (dims.length !== rank) {
    throw runtimeError(
      `permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = ${rank} is not equal to len(dims) = ${dims.length}`,
      "Name every dim once.",
    );
  }
  const order = dims.map((d) => dimension(d, rank));
  if (new Set(order).size !== rank) throw runtimeError("permute(): duplicate dims are not allowed.", "Name every dim once.");
  return apply(permuted, [a], calling({ dims: order }));
}

/** Two dims swapped. */
export function transpose(a: Tensor, dim0: number, dim1: number): Tensor {
  const rank = a.shape.length;
  const [x, y] = [dimension(dim0, rank), dimension(dim1, rank)];
  return apply(transposed, [a], calling({ dims: a.shape.map((_, d) => (d === x ? y : d === y ? x : d)) }));
}

/** The transpose of a matrix; a vector or 0-d tensor as it is. */
export function t(a: Tensor): Tensor {
  if (a.shape.length > 2) {
    throw runtimeError(`t() expects a tensor with <= 2 dimensions, but self is ${a.shape.length}D`, "Use .transpose(dim0, dim1).");
  }
  return apply(turned, [a], calling({ dims: a.shape.length === 2 ? [1, 0] : a.shape.map((_, d) => d) }));
}

interface Without extends Attrs {
  readonly dims: readonly number[];
}

const squeezing = (node: string) =>
  opWith<Without>()({
  name: "squeeze",
  node,
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs }) =>
    window(
      a,
      a.shape.filter((_, d) => !attrs.dims.includes(d)),
      a.strides.filter((_, d) => !attrs.dims.includes(d)),
    ),
  backward: { a: (g, s) => g.reshape(original(s.shapes)) },
  formula: { a: "∂L/∂y in the shape of a" },
});
const squeezedAll = squeezing("SqueezeBackward0");
const squeezed = squeezing("SqueezeBackward1");

/** Without the dims of size 1 (all of them, or those named). */
export function squeeze(a: Tensor, dim?: number | readonly number[]): Tensor {
  const rank = a.shape.length;
  const chosen = dim === undefined ? a.shape.map((_, d) => d) : (typeof dim === "number" ? [dim] : dim).map((d) => dimension(d, rank));
  return apply(dim === undefined ? squeezedAll : squeezed, [a], calling({ dims: chosen.filter((d) => a.shape[d] === 1) }));
}

const unsqueezed = opWith<{ readonly dim: number }>()({
  name: "unsqueeze",
  node: "UnsqueezeBackward0",
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs: { dim } }) =>
    window(
      a,
      [...a.shape.slice(0, dim), 1, ...a.shape.slice(dim)],
      [...a.strides.slice(0, dim), (a.shape[dim] ?? 1) * (a.strides[dim] ?? 1), ...a.strides.slice(dim)],
    ),
  backward: { a: (g, s) => g.reshape(original(s.shapes)) },
  formula: { a: "∂L/∂y in the shape of a" },
});

/** With a new dim of size 1 at `dim`. */
export function unsqueeze(a: Tensor, dim: number): Tensor {
  return apply(unsqueezed, [a], calling({ dim: dimension(dim, a.shape.length + 1) }));
}

const expanded = opWith<Shaped>()({
  name: "expand",
  node: "ExpandBackward0",
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs }) => window(a, attrs.shape, expandStrides(a.shape, a.strides, attrs.shape)),
  backward: { a: (g) => g },
  formula: { a: "∂L/∂y summed over the copies" },
});

/** Dims of size 1 repeated without copying; −1 keeps a size. */
export function expand(a: Tensor, shape: Shape): Tensor {
  const lead = shape.length - a.shape.length;
  if (lead < 0) {
    throw runtimeError(
      `expand(torch.${scalarName(a.dtype)}Tensor{${sizes(a.shape)}}, size=${sizes(shape)}): the number of sizes provided (${shape.length}) must be greater or equal to the number of dimensions in the tensor (${a.shape.length})`,
      "Name every size; -1 keeps one.",
    );
  }
  const target = shape.map((size, d) => {
    const own = d < lead ? undefined : a.shape[d - lead];
    if (size === -1) {
      if (own === undefined) {
        throw runtimeError(
          `The expanded size of the tensor (-1) isn't allowed in a leading, non-existing dimension ${d}`,
          "Write the size of a new dimension out.",
        );
      }
      return own;
    }
    if (own !== undefined && own !== 1 && own !== size) {
      throw runtimeError(
        `The expanded size of the tensor (${size}) must match the existing size (${own}) at non-singleton dimension ${d}.  Target sizes: ${sizes(shape)}.  Tensor sizes: ${sizes(a.shape)}`,
        "Only a size of 1 can be expanded.",
      );
    }
    return size;
  });
  return apply(expanded, [a], calling({ shape: target }));
}

interface Sliced extends Attrs {
  readonly dim: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

const sliced: Op = opWith<Sliced>()({
  name: "slice",
  symbol: "[:]",
  node: "SliceBackward0",
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs: { dim, start, end, step } }) => {
    const size = Math.max(0, Math.ceil((end - start) / step));
    const stride = a.strides[dim] ?? 1;
    return window(
      a,
      a.shape.map((n, d) => (d === dim ? size : n)),
      a.strides.map((n, d) => (d === dim ? n * step : n)),
      a.offset + start * stride,
    );
  },
  backward: {
    a: (g, s) => {
      const back = fresh(allocate(g.dtype, numel(original(s.shapes))), original(s.shapes));
      apply(sliced, [back], calling(s.attrs)).copy_(g);
      return back;
    },
  },
  formula: { a: "∂L/∂y in its place, 0 elsewhere" },
});

/** Every `step`-th element along `dim` from `start` up to `end`, both clamped to the size. */
export function slice(a: Tensor, dim: number, start?: number | null, end?: number | null, step = 1): Tensor {
  const d = dimension(dim, a.shape.length);
  const size = a.shape[d];
  if (size === undefined) throw runtimeError("slice() cannot be applied to a 0-dim tensor.", "Use .item() or .reshape([1]).");
  if (!Number.isInteger(step) || step <= 0) throw argumentError("step must be greater than zero", "Use .flip() to turn the order round.");
  const clamped = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const from = clamped(start ?? 0);
  const to = Math.max(from, clamped(end ?? size));
  return apply(sliced, [a], calling({ dim: d, start: from, end: to, step }));
}

/** `length` elements along `dim` from `start`. */
export function narrow(a: Tensor, dim: number, start: number, length: number): Tensor {
  const d = dimension(dim, a.shape.length);
  const size = a.shape[d];
  if (size === undefined) throw runtimeError("narrow() cannot be applied to a 0-dim tensor.", "Use .reshape([1]) first.");
  if (length < 0) throw runtimeError("narrow(): length must be non-negative.", "Give a length of 0 or more.");
  if (start < -size || start > size) {
    throw indexError(`start out of range (expected to be in range of [${-size}, ${size}], but got ${start})`, `The dimension has size ${size}.`);
  }
  const from = start < 0 ? start + size : start;
  if (from + length > size) {
    throw runtimeError(`start (${from}) + length (${length}) exceeds dimension size (${size}).`, "Shorten the length.");
  }
  return apply(sliced, [a], calling({ dim: d, start: from, end: from + length, step: 1 }));
}

interface Selected extends Attrs {
  readonly dim: number;
  readonly index: number;
}

const selected: Op = opWith<Selected>()({
  name: "select",
  symbol: "[i]",
  node: "SelectBackward0",
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs: { dim, index } }) =>
    window(
      a,
      a.shape.filter((_, d) => d !== dim),
      a.strides.filter((_, d) => d !== dim),
      a.offset + index * (a.strides[dim] ?? 0),
    ),
  backward: {
    a: (g, s) => {
      const back = fresh(allocate(g.dtype, numel(original(s.shapes))), original(s.shapes));
      apply(selected, [back], calling(s.attrs)).copy_(g);
      return back;
    },
  },
  formula: { a: "∂L/∂y in its place, 0 elsewhere" },
});

/** The slice at `index` of `dim`, without that dim; `written` is the dim as an indexing counts it. */
export function select(a: Tensor, dim: number, index: number, written: number | null = null): Tensor {
  if (a.shape.length === 0) throw indexError("select() cannot be applied to a 0-dim tensor.", "Use .item().");
  const d = dimension(dim, a.shape.length);
  const size = a.shape[d] ?? 0;
  if (!Number.isInteger(index) || index < -size || index >= size) {
    throw indexError(
      written === null
        ? `select(): index ${index} out of range for tensor of size ${sizes(a.shape)} at dimension ${d}`
        : `index ${index} is out of bounds for dimension ${written} with size ${size}`,
      `Indices run from ${-size} to ${size - 1}.`,
    );
  }
  return apply(selected, [a], calling({ dim: d, index: index < 0 ? index + size : index }));
}

interface Split extends Attrs {
  readonly dim: number;
  readonly sizes: readonly number[];
}

function splitting(name: string, node: string): Op {
  return opWith<Split>()({
    name,
    node,
    inputs: ["a"],
    view: true,
    forward: ([a], { attrs }) => {
      let start = 0;
      return attrs.sizes.map((size) => {
        const part = window(a, a.shape.map((n, d) => (d === attrs.dim ? size : n)), a.strides, a.offset + start * (a.strides[attrs.dim] ?? 0));
        start += size;
        return part;
      });
    },
    gradients: (gs, s) => {
      const back = fresh(allocate(gs.find((g) => g !== null)?.dtype ?? "float32", numel(original(s.shapes))), original(s.shapes));
      let start = 0;
      s.attrs.sizes.forEach((size, k) => {
        const g = gs[k];
        if (g) apply(sliced, [back], calling({ dim: s.attrs.dim, start, end: start + size, step: 1 })).copy_(g);
        start += size;
      });
      return [back];
    },
  });
}

const splits = splitting("split", "SplitBackward0");

/** Views of at most `size` (or of the given sizes) along `dim`. */
export function split(a: Tensor, size: number | readonly number[], dim: number): readonly Tensor[] {
  const d = dimension(dim, a.shape.length);
  const total = a.shape[d] ?? 0;
  const parts = typeof size === "number" ? Array.from({ length: Math.max(1, Math.ceil(total / size)) }, (_, k) => Math.min(size, total - k * size)) : size;
  if (parts.some((n) => !Number.isInteger(n) || n < 0)) {
    throw runtimeError(`split expects split_size be non-negative, but got split_size=${String(size)}`, "Use a whole number above 0.");
  }
  const sum = parts.reduce((n, part) => n + part, 0);
  if (sum !== total) {
    throw runtimeError(
      `split_with_sizes expects split_sizes to sum exactly to ${total} (input tensor's size at dimension ${d}), but got split_sizes=${sizes(parts)}`,
      "Make the sizes add up.",
    );
  }
  return applyMany(splits, [a], calling({ dim: d, sizes: parts }));
}

/** `chunks` views along `dim`, the last perhaps smaller. */
export function chunk(a: Tensor, chunks: number, dim: number): readonly Tensor[] {
  if (!(chunks > 0)) throw runtimeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`, "Ask for 1 chunk or more.");
  const size = a.shape[dimension(dim, a.shape.length)] ?? 0;
  return split(a, Math.max(1, Math.ceil(size / chunks)), dim);
}

/** The same memory without history. */
export const detach = op({
  name: "detach",
  node: "",
  inputs: ["a"],
  forward: ([a]) => window(a, a.shape, a.strides),
});

/** A copy with history. */
export const clone = op({
  name: "clone",
  node: "CloneBackward0",
  inputs: ["a"],
  forward: ([a]) => fresh(copied(a, a.dtype), a.shape),
  backward: { a: (g) => g },
  formula: { a: "∂L/∂y" },
});

/** A row-major copy with history, or the tensor itself when it lies so. */
export function contiguous(a: Tensor): Tensor {
  return isRowMajor(a.shape, a.strides) ? a : apply(clone, [a]);
}

/** Geometry of a window on a base's memory, relative to the base's own offset. */
export interface Geometry extends Attrs {
  readonly shape: Shape;
  readonly strides: Shape;
  readonly offset: number;
  readonly base: { readonly shape: Shape; readonly strides: Shape };
}

/** Zeros laid out in memory as the base is. */
export function likeBase(g: Tensor, base: Geometry["base"]): Tensor {
  const extent = base.shape.reduce((n, size, d) => n + (size - 1) * (base.strides[d] ?? 0), 1);
  const holder = fresh(allocate(g.dtype, numel(base.shape) === 0 ? 0 : extent), [extent]);
  return window(holder, base.shape, base.strides, 0);
}

/** A view regenerated from its base after the memory changed. */
export const asStrided: Op = opWith<Geometry>()({
  name: "asStrided",
  node: "AsStridedBackward0",
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs }) => window(a, attrs.shape, attrs.strides, a.offset + attrs.offset),
  backward: {
    a: (g, s) => {
      const { shape, strides, offset, base } = s.attrs;
      const copies = shape.map((_, d) => d).filter((d) => strides[d] === 0 && (shape[d] ?? 1) > 1);
      const single = copies.length === 0 ? g : g.sum(copies, { keepdim: true });
      const back = likeBase(g, base);
      apply(asStrided, [back], calling({ shape: single.shape, strides, offset, base })).copy_(single);
      return back;
    },
  },
});


/** An in-place write to a view, in the history of its base; its rule is run by backward itself. */
export const copySlices: Op = { ...asStrided, name: "copySlices", symbol: "copySlices", node: "CopySlices" };
