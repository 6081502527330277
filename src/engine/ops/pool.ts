import { apply } from "../apply";
import { averages, byArea, bySides, type Divide, largest, shared, type Windows } from "../kernels/pool";
import { channelsLast } from "../layout";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { numel, type Shape } from "../shape";
import type { Tensor } from "../tensor";
import { scattered } from "./gather";
import { straight } from "./gradient";
import { fresh, likeImages } from "./result";

/** How a pool's window moves over height and width. */
export interface Sliding extends Attrs {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly ceilMode: boolean;
}

interface Maximal extends Sliding {
  readonly dilation: readonly [number, number];
}

/** How an average counts what its window covers. */
export interface Averaging extends Sliding {
  readonly countIncludePad: boolean;
  readonly divisor: number | null;
}

/** The size of the output that windows of an adaptive pool divide the input into. */
export interface Adaptive extends Attrs {
  readonly output: readonly [number, number];
}

/** How many windows fit along a dim. Source: ATen/native/Pool.h, `pooling_output_shape`. */
export function fitting(size: number, at: Sliding, d: 0 | 1, dilation = 1): number {
  const [kernel, stride, padding] = [at.kernel[d], at.stride[d], at.padding[d]];
  const reach = size + 2 * padding - dilation * (kernel - 1) - 1;
  const count = Math.floor((reach + (at.ceilMode ? stride - 1 : 0)) / stride) + 1;
  return at.ceilMode && (count - 1) * stride >= size + padding ? count - 1 : count;
}

function range(n: number): number[] {
  return Array.from({ length: Math.max(0, n) }, (_, k) => k);
}

function maximalWindows(size: number, at: Maximal, d: 0 | 1): Windows {
  const step = at.dilation[d];
  const firsts = range(fitting(size, at, d, step)).map((k) => k * at.stride[d] - at.padding[d]);
  const starts = firsts.map((first) => (first < 0 ? first + step * Math.ceil(-first / step) : first));
  const ends = firsts.map((first) => Math.min(first + (at.kernel[d] - 1) * step + 1, size));
  return { size, starts, ends, step, counts: [] };
}

function averagedWindows(size: number, at: Averaging, d: 0 | 1): Windows {
  const firsts = range(fitting(size, at, d)).map((k) => k * at.stride[d] - at.padding[d]);
  const lasts = firsts.map((first) => Math.min(first + at.kernel[d], size + at.padding[d]));
  const starts = firsts.map((first) => Math.max(first, 0));
  const ends = lasts.map((last) => Math.min(last, size));
  const counts = firsts.map((first, k) => {
    if (at.divisor !== null) return d === 0 ? at.divisor : 1;
    return at.countIncludePad ? (lasts[k] ?? 0) - first : (ends[k] ?? 0) - (starts[k] ?? 0);
  });
  return { size, starts, ends, step: 1, counts };
}

function adaptiveWindows(size: number, output: number): Windows {
  const starts = range(output).map((k) => Math.floor((k * size) / output));
  const ends = range(output).map((k) => Math.ceil(((k + 1) * size) / output));
  return { size, starts, ends, step: 1, counts: starts.map((start, k) => (ends[k] ?? 0) - start) };
}

function sides(shape: Shape): readonly [number, number] {
  return [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
}

type Halves<A> = (shape: Shape, at: A) => readonly [Windows, Windows];

/** The largest of every window; the gradient goes to the element that was taken. */
function maxPool<A extends Attrs>(name: string, node: string, windows: Halves<A>): Op {
  return opWith<A>()({
    name,
    node,
    inputs: ["input"],
    forward: ([input], { attrs }) => {
      const [rows, columns] = windows(input.shape, attrs);
      const shape = [...input.shape.slice(0, -2), rows.starts.length, columns.starts.length];
      const { values, indices } = largest(input, rows, columns);
      return [fresh(values, shape), fresh(indices, shape)].map((made) => likeImages(input, made));
    },
    saves: () => ({ input: true, y: true }),
    gradients: ([g], s) => {
      const { shape } = s.input;
      if (!g) return [];
      const flat = [...shape.slice(0, -2), numel(shape.slice(-2))];
      const part = [...shape.slice(0, -2), numel(g.shape.slice(-2))];
      const spread = scattered(g.reshape(part), s.y.reshape(part), flat.length - 1, flat);
      return [straight(spread.reshape(shape), s.input)];
    },
    formula: { input: "∂L/∂y where the largest was found, else 0" },
  });
}

/** Largest of sliding windows: values, and where each lies in its plane. */
export const maxPool2d = maxPool<Maximal>("maxPool2d", "MaxPool2DWithIndicesBackward0", (shape, at) => [
  maximalWindows(sides(shape)[0], at, 0),
  maximalWindows(sides(shape)[1], at, 1),
]);

/** Largest of windows that divide the input: values, and where each lies in its plane. */
export const adaptiveMaxPool2d = maxPool<Adaptive>("adaptiveMaxPool2d", "AdaptiveMaxPool2DBackward0", (shape, at) => [
  adaptiveWindows(sides(shape)[0], at.output[0]),
  adaptiveWindows(sides(shape)[1], at.output[1]),
]);

type Back<A> = A & { readonly shape: Shape };

/** How the sums of each plane are divided: whole vectors of channels that lie beside each other once, by the area. */
function dividing(input: Tensor, divide: Divide): (plane: number) => Divide {
  const channels = input.shape.at(-3) ?? 1;
  const lanes = input.dtype === "float32" ? 8 : 4;
  const vectors = channelsLast(input) ? channels - (channels % lanes) : 0;
  return (plane) => (plane % channels < vectors ? byArea : divide);
}

/** The mean of every window, and its gradient: each is the other's rule. */
function avgPool<A extends Attrs>(name: string, node: string, windows: Halves<A>, divide: Divide): Op {
  const forward: Op = opWith<A>()({
    name,
    node: `${node}Backward0`,
    inputs: ["input"],
    forward: ([input], { attrs }) => {
      const [rows, columns] = windows(input.shape, attrs);
      const shape = [...input.shape.slice(0, -2), rows.starts.length, columns.starts.length];
      return likeImages(input, fresh(averages(input, rows, columns, dividing(input, divide)), shape));
    },
    saves: () => ({ input: true }),
    backward: {
      input: (g, s) => straight(apply(back, [g], calling({ ...s.attrs, shape: s.input.shape })), s.input),
    },
    formula: { input: "∂L/∂y / n for each element of the window" },
  });
  const back: Op = opWith<Back<A>>()({
    name: `${name}Input`,
    node: `${node}BackwardBackward0`,
    inputs: ["g"],
    forward: ([g], { attrs }) => {
      const [rows, columns] = windows(attrs.shape, attrs);
      return fresh(shared(g, rows, columns, divide, g.dtype), attrs.shape);
    },
    backward: { g: (h, s) => apply(forward, [h], calling(s.attrs)) },
  });
  return forward;
}

/** Mean of sliding windows. */
export const avgPool2d = avgPool<Averaging>(
  "avgPool2d",
  "AvgPool2D",
  (shape, at) => [averagedWindows(sides(shape)[0], at, 0), averagedWindows(sides(shape)[1], at, 1)],
  byArea,
);

/** Mean of windows that divide the input. */
export const adaptiveAvgPool2d = avgPool<Adaptive>(
  "adaptiveAvgPool2d",
  "AdaptiveAvgPool2D",
  (shape, at) => [adaptiveWindows(sides(shape)[0], at.output[0]), adaptiveWindows(sides(shape)[1], at.output[1])],
  bySides,
);

/** The values and the indices of a largest-of-windows op. */
export function valuesAndIndices(outputs: readonly Tensor[]): readonly [Tensor, Tensor] {
  const [values, indices] = outputs;
  if (values === undefined || indices === undefined) throw new TypeError("A max pool gave no indices.");
  return [values, indices];
}
