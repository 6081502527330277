import { apply, applyMany } from "../apply";
import { argumentError, indexError, runtimeError } from "../errors";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { dimension, numel, type Shape, sizes } from "../shape";
import { allocate } from "../storage";
import type { Tensor } from "../tensor";
import { fresh, window } from "./result";

function original(shapes: readonly Shape[]): Shape {
  return shapes[0] ?? [];
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
  if (size === undefined)
    throw runtimeError("slice() cannot be applied to a 0-dim tensor.", "Use .item() or .reshape([1]).");
  if (!Number.isInteger(step) || step <= 0)
    throw argumentError("step must be greater than zero", "Use .flip() to turn the order round.");
  const clamped = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const from = clamped(start ?? 0);
  const to = Math.max(from, clamped(end ?? size));
  return apply(sliced, [a], calling({ dim: d, start: from, end: to, step }));
}

/** `length` elements along `dim` from `start`. */
export function narrow(a: Tensor, dim: number, start: number, length: number): Tensor {
  const d = dimension(dim, a.shape.length);
  const size = a.shape[d];
  if (size === undefined)
    throw runtimeError("narrow() cannot be applied to a 0-dim tensor.", "Use .reshape([1]) first.");
  const from = start === size ? start : dimension(start, size);
  if (length < 0 || from + length > size) {
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
        const part = window(
          a,
          a.shape.map((n, d) => (d === attrs.dim ? size : n)),
          a.strides,
          a.offset + start * (a.strides[attrs.dim] ?? 0),
        );
        start += size;
        return part;
      });
    },
    gradients: (gs, s) => {
      const back = fresh(
        allocate(gs.find((g) => g !== null)?.dtype ?? "float32", numel(original(s.shapes))),
        original(s.shapes),
      );
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
  if (a.shape.length === 0) {
    throw runtimeError("split expects at least a 1-dimensional tensor", "Use .reshape(1) first.");
  }
  const d = dimension(dim, a.shape.length);
  const total = a.shape[d] ?? 0;
  if (size === 0 && total > 0) {
    throw runtimeError(
      `split_size can only be 0 if dimension size is 0, but got dimension size of ${total}`,
      "Use a whole number above 0.",
    );
  }
  const parts =
    typeof size === "number"
      ? Array.from({ length: Math.max(1, Math.ceil(total / size)) }, (_, k) => Math.min(size, total - k * size))
      : size;
  if (parts.some((n) => !Number.isInteger(n) || n < 0)) {
    throw runtimeError(
      `split expects split_size be non-negative, but got split_size=${String(size)}`,
      "Use a whole number above 0.",
    );
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
  if (!(chunks > 0))
    throw runtimeError(`chunk expects \`chunks\` to be greater than 0, got: ${chunks}`, "Ask for 1 chunk or more.");
  if (a.shape.length === 0)
    throw runtimeError("chunk expects at least a 1-dimensional tensor", "Use .reshape(1) first.");
  const size = a.shape[dimension(dim, a.shape.length)] ?? 0;
  return split(a, Math.max(1, Math.ceil(size / chunks)), dim);
}
