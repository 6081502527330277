import { apply, applyOne } from "../apply";
import { runtimeError } from "../errors";
import { copied } from "../kernels/loops";
import { preserved } from "../layout";
import type { Attrs } from "../observer";
import { calling, op, type Op, opWith } from "../op";
import { dimension, expandStrides, inferred, isRowMajor, numel, type Shape, sizes, viewStrides } from "../shape";
import type { Tensor } from "../tensor";
import { fresh, laid, window } from "./result";
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
  if (from > to)
    throw runtimeError("flatten() has invalid args: start_dim cannot come after end_dim", "Swap startDim and endDim.");
  if (rank === 0) return reshape(a, [1], "flatten");
  if (from === to) return a;
  return reshape(
    a,
    [...a.shape.slice(0, from), numel(a.shape.slice(from, to + 1)), ...a.shape.slice(to + 1)],
    "flatten",
  );
}

interface Ordered extends Attrs {
  readonly dims: readonly number[];
}

function permuting(name: string, node: string, kernel?: (g: Tensor) => Tensor | null): Op {
  return opWith<Ordered>()({
    name,
    node,
    inputs: ["a"],
    view: true,
    forward: ([a], { attrs }) =>
      window(
        a,
        attrs.dims.map((d) => a.shape[d] ?? 1),
        attrs.dims.map((d) => a.strides[d] ?? 1),
      ),
    backward: {
      a: (g, s) => apply(permuted, [g], calling({ dims: s.attrs.dims.map((_, d) => s.attrs.dims.indexOf(d)) })),
    },
    ...(kernel === undefined ? {} : { kernel }),
    formula: { a: "∂L/∂y with the dims back in order" },
  });
}

const permuted: Op = permuting("permute", "PermuteBackward0");
const transposed = permuting("transpose", "TransposeBackward0");
const turned = permuting("t", "TBackward0", (g) =>
  g.shape.length === 2 ? window(g, g.shape.toReversed(), g.strides.toReversed()) : null,
);

/** By rank the call of `t`. */
const turns = [[], [0], [1, 0]].map((dims) => calling(Object.freeze({ dims })));

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
  if (new Set(order).size !== rank)
    throw runtimeError("permute(): duplicate dims are not allowed.", "Name every dim once.");
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
    throw runtimeError(
      `t() expects a tensor with <= 2 dimensions, but self is ${a.shape.length}D`,
      "Use .transpose(dim0, dim1).",
    );
  }
  return applyOne(turned, a, turns[a.shape.length]);
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
  const chosen =
    dim === undefined
      ? a.shape.map((_, d) => d)
      : (typeof dim === "number" ? [dim] : dim).map((d) => dimension(d, rank));
  return apply(
    dim === undefined ? squeezedAll : squeezed,
    [a],
    calling({ dims: chosen.filter((d) => a.shape[d] === 1) }),
  );
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
  return apply(expanded, [a], calling({ shape: expandedShape(a, shape) }));
}

/** The shape that a tensor is expanded to, its −1 filled in; refuses one it does not fit. */
export function expandedShape(a: Tensor, shape: Shape): Shape {
  const lead = shape.length - a.shape.length;
  if (lead < 0) {
    throw runtimeError(
      `expand(torch.${scalarName(a.dtype)}Tensor{${sizes(a.shape)}}, size=${sizes(shape)}): the number of sizes provided (${shape.length}) must be greater or equal to the number of dimensions in the tensor (${a.shape.length})`,
      "Name every size; -1 keeps one.",
    );
  }
  return shape.map((size, d) => {
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
}

/** The same memory without history. */
export const detach = op({
  name: "detach",
  node: "",
  inputs: ["a"],
  forward: ([a]) => window(a, a.shape, a.strides),
});

function cloning(forward: (a: Tensor) => Tensor): Op {
  return op({
    name: "clone",
    node: "CloneBackward0",
    inputs: ["a"],
    forward: ([a]) => forward(a),
    backward: { a: (g) => g },
    formula: { a: "∂L/∂y" },
  });
}

/** A copy with history, its dims in the same order in memory. */
export const clone = cloning((a) => laid(a, a.dtype, preserved(a)));
const cloneRowMajor = cloning((a) => fresh(copied(a, a.dtype), a.shape));

/** A row-major copy with history, or the tensor itself when it lies so. */
export function contiguous(a: Tensor): Tensor {
  return isRowMajor(a.shape, a.strides) ? a : apply(cloneRowMajor, [a]);
}

/** Dims moved from places to others, the rest in order. */
export function movedim(a: Tensor, source: readonly number[], destination: readonly number[]): Tensor {
  const from = source.map((d) => dimension(d, a.shape.length));
  const to = destination.map((d) => dimension(d, a.shape.length));
  if (from.length !== to.length || new Set(from).size !== from.length || new Set(to).size !== to.length) {
    throw runtimeError(
      `movedim: Invalid source or destination dims: source ${sizes(from)} and destination ${sizes(to)} must name as many dims, each once`,
      "Name a destination for each source.",
    );
  }
  const rest = a.shape.map((_, d) => d).filter((d) => !from.includes(d));
  return permute(
    a,
    a.shape.map((_, d) => (to.includes(d) ? (from[to.indexOf(d)] ?? 0) : (rest.shift() ?? 0))),
  );
}

/** One dim as several. */
export function unflatten(a: Tensor, dim: number, shape: Shape): Tensor {
  const d = dimension(dim, a.shape.length);
  const size = a.shape[d] ?? 1;
  const known = numel(shape.filter((n) => n !== -1));
  if (shape.includes(-1) ? size % known > 0 : known !== size) {
    throw runtimeError(
      `unflatten: Provided sizes ${sizes(shape)} don't multiply up to the size of dim ${d} (${size}) in the input tensor`,
      "Write -1 for the size that follows from the others.",
    );
  }
  return view(a, [...a.shape.slice(0, d), ...inferred(shape, size), ...a.shape.slice(d + 1)]);
}
