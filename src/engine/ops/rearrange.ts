import { apply, applyMany } from "../apply";
import { indexError, runtimeError } from "../errors";
import { joinedAlong } from "../kernels/join";
import { copied } from "../kernels/loops";
import { preserved } from "../layout";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { dimension, dimensions, numel, type Shape } from "../shape";
import { allocate } from "../storage";
import type { Tensor } from "../tensor";
import { stack } from "./join";
import { slice } from "./parts";
import { fresh, laid, window } from "./result";

interface Over extends Attrs {
  readonly dims: readonly number[];
}

const flipped: Op = opWith<Over>()({
  name: "flip",
  node: "FlipBackward0",
  inputs: ["a"],
  forward: ([a], { attrs: { dims } }) => {
    let start = a.offset;
    const strides = a.strides.map((stride, d) => {
      if (!dims.includes(d)) return stride;
      start += stride * Math.max((a.shape[d] ?? 1) - 1, 0);
      return -stride;
    });
    return laid(window(a, a.shape, strides, start), a.dtype, preserved(a));
  },
  backward: { a: (g, s) => apply(flipped, [g], calling(s.attrs)) },
  formula: { a: "∂L/∂y with its order turned back" },
});

/** The order along dims turned round; always a copy. */
export function flip(a: Tensor, dims: readonly number[]): Tensor {
  const chosen = dims.length === 0 ? [] : dimensions(dims, a.shape.length);
  return apply(flipped, [a], calling({ dims: chosen }));
}

interface Rolled extends Over {
  readonly shifts: readonly number[];
}

const rolled: Op = opWith<Rolled>()({
  name: "roll",
  node: "RollBackward0",
  inputs: ["a"],
  forward: ([a], { attrs: { shifts, dims } }) => {
    let out = fresh(copied(a, a.dtype), a.shape);
    dims.forEach((dim, k) => {
      const size = out.shape[dim] ?? 0;
      if (size === 0) return;
      const cut = ((-(shifts[k] ?? 0) % size) + size) % size;
      const part = (from: number, length: number) =>
        window(
          out,
          out.shape.map((n, d) => (d === dim ? length : n)),
          out.strides,
          from * (out.strides[dim] ?? 0),
        );
      out = fresh(joinedAlong([part(cut, size - cut), part(0, cut)], dim, out.shape, out.dtype), out.shape);
    });
    return out;
  },
  backward: {
    a: (g, s) => apply(rolled, [g], calling({ shifts: s.attrs.shifts.map((n) => -n), dims: s.attrs.dims })),
  },
  formula: { a: "∂L/∂y rolled back" },
});

/** Elements moved on by `shifts` along dims, what falls off coming in at the other end; without dims, of the flat tensor. */
export function roll(a: Tensor, shifts: readonly number[], dims: readonly number[]): Tensor {
  if (dims.length === 0 && shifts.length === 1) return roll(a.reshape(-1), shifts, [0]).reshape(a.shape);
  if (dims.length !== shifts.length) {
    throw runtimeError(
      `shifts and dimensions must align. shifts: ${shifts.length}, dims:${dims.length}`,
      "Give one shift for each dim.",
    );
  }
  return apply(rolled, [a], calling({ shifts, dims: dims.map((d) => dimension(d, a.shape.length)) }));
}

interface Repeated extends Attrs {
  readonly repeats: readonly number[];
}

const repeated = opWith<Repeated>()({
  name: "repeat",
  node: "RepeatBackward0",
  inputs: ["a"],
  forward: ([a], { attrs: { repeats } }) => {
    const lead = repeats.length - a.shape.length;
    const own = repeats.map((_, d) => a.shape[d - lead] ?? 1);
    const spread = window(
      a,
      repeats.flatMap((n, d) => [n, own[d] ?? 1]),
      repeats.flatMap((_, d) => [0, d < lead ? 0 : (a.strides[d - lead] ?? 0)]),
    );
    return fresh(
      copied(spread, a.dtype),
      repeats.map((n, d) => n * (own[d] ?? 1)),
    );
  },
  backward: {
    a: (g, s) => {
      const shape = s.shapes[0] ?? [];
      const { repeats } = s.attrs;
      if (repeats.includes(0)) return fresh(allocate(g.dtype, numel(shape)), shape);
      const lead = repeats.length - shape.length;
      const parts = g.reshape(repeats.flatMap((n, d) => [n, shape[d - lead] ?? 1]));
      return parts.sum(repeats.map((_, d) => 2 * d)).reshape(shape);
    },
  },
  formula: { a: "∂L/∂y summed over the copies" },
});

/** The tensor laid side by side `repeats` times along each dim. */
export function repeat(a: Tensor, repeats: readonly number[]): Tensor {
  if (repeats.length < a.shape.length) {
    throw runtimeError(
      "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor",
      `Give at least ${a.shape.length} numbers, 1 for a dim that stays.`,
    );
  }
  if (repeats.some((n) => !Number.isInteger(n) || n < 0)) {
    throw runtimeError("Trying to create tensor with negative dimension", "Repeat 0 times or more.");
  }
  return repeats.length === 0 ? a.clone() : apply(repeated, [a], calling({ repeats }));
}

interface Along extends Attrs {
  readonly dim: number;
}

const unbound = opWith<Along>()({
  name: "unbind",
  node: "UnbindBackward0",
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs: { dim } }) => {
    const without = (list: Shape) => list.filter((_, d) => d !== dim);
    return Array.from({ length: a.shape[dim] ?? 0 }, (_, k) =>
      window(a, without(a.shape), without(a.strides), a.offset + k * (a.strides[dim] ?? 0)),
    );
  },
  gradients: (gs, s) => {
    const given = gs.find((g) => g !== null);
    if (!given) return [null];
    return [
      stack(
        gs.map((g) => g ?? given.zerosLike()),
        s.attrs.dim,
      ),
    ];
  },
});

/** All slices along a dim, without it, over the same memory. */
export function unbind(a: Tensor, dim: number): readonly Tensor[] {
  if (a.shape.length === 0) {
    throw indexError("Dimension specified as 0 but tensor has no dimensions", "Use .reshape(1) first.");
  }
  return applyMany(unbound, [a], calling({ dim: dimension(dim, a.shape.length) }));
}

interface Windows extends Along {
  readonly size: number;
  readonly step: number;
}

const windows = opWith<Windows>()({
  name: "unfold",
  node: "UnfoldBackward0",
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs: { dim, size, step } }) => {
    if (a.shape.length === 0) return window(a, [size], [1]);
    const count = Math.floor(((a.shape[dim] ?? 1) - size) / step) + 1;
    const stride = a.strides[dim] ?? 1;
    return window(
      a,
      [...a.shape.map((n, d) => (d === dim ? count : n)), size],
      [...a.strides.map((n, d) => (d === dim ? n * step : n)), stride],
    );
  },
  backward: {
    a: (g, s) => {
      const shape = s.shapes[0] ?? [];
      const { dim, size, step } = s.attrs;
      if (shape.length === 0) return g.select(0, 0);
      const back = fresh(allocate(g.dtype, numel(shape)), shape);
      const reach = ((g.shape[dim] ?? 1) - 1) * step + 1;
      for (let k = 0; k < size; k++) slice(back, dim, k, k + reach, step).add_(g.select(-1, k));
      return back;
    },
  },
  formula: { a: "∂L/∂y added over the windows an element lies in" },
});

/** Every window of `size` elements along a dim, `step` apart, as a new last dim over the same memory. */
export function unfold(a: Tensor, dim: number, size: number, step: number): Tensor {
  const d = dimension(dim, a.shape.length);
  const own = a.shape[d] ?? 1;
  if (size > own || size < 0) {
    throw runtimeError(
      `maximum size for tensor at dimension ${d} is ${own} but size is ${size}`,
      "A window is no longer than its dim.",
    );
  }
  if (!(step > 0)) throw runtimeError(`step is ${step} but must be > 0`, "Use a step of 1 or more.");
  return apply(windows, [a], calling({ dim: d, size, step }));
}
