import { apply } from "../apply";
import { isFloating } from "../dtype";
import { separately, shared, sharedCubic, together } from "../kernels/interpolate";
import { copied } from "../kernels/loops";
import { cubic, linear, nearest, nearestWhole, type Scaling, type Taps } from "../kernels/taps";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { isRowMajor, numel, type Shape } from "../shape";
import type { Storage } from "../storage";
import type { Tensor } from "../tensor";
import { fresh, likeImages, refused } from "./result";

/** The spatial sizes of the output, and how they lie on those of the input. */
export interface Interpolating extends Attrs {
  readonly size: readonly number[];
  /** What each size was multiplied by; null where the output's size was given. */
  readonly factors: readonly (number | null)[];
  readonly alignCorners: boolean;
}

interface Back extends Interpolating {
  readonly shape: Shape;
}

function scalings(shape: Shape, { size, factors, alignCorners }: Interpolating): readonly Scaling[] {
  return size.map((length, d) => ({ size: shape[d + 2] ?? 1, length, factor: factors[d] ?? null, alignCorners }));
}

/** Whether images lie packed with their channels last, also those of one channel: ATen has kernels of their own for them. */
function packedLast({ shape, strides }: Tensor): boolean {
  const turned = (of: Shape): Shape => [of[0] ?? 1, ...of.slice(2), of[1] ?? 1];
  return shape.length > 3 && isRowMajor(turned(shape), turned(strides));
}

interface Way {
  /** PyTorch's names of the kernels that refuse integers. */
  readonly kernel: string;
  readonly lastKernel?: string;
  forward(x: Tensor, at: readonly Scaling[]): Storage;
  backward(g: Tensor, at: readonly Scaling[], planes: number): Storage;
}

/** An interpolation and its gradient: each is the other's rule. */
function interpolation(name: string, node: string, way: Way): Op {
  const forward: Op = opWith<Interpolating>()({
    name,
    node: `${node}Backward1`,
    inputs: ["input"],
    forward: ([input], { attrs }) => {
      if (!isFloating(input.dtype))
        throw refused((packedLast(input) ? way.lastKernel : undefined) ?? way.kernel, input.dtype);
      const shape = [...input.shape.slice(0, 2), ...attrs.size];
      const made = fresh(way.forward(input, scalings(input.shape, attrs)), shape);
      return way.lastKernel === undefined ? made : likeImages(input, made);
    },
    backward: { input: (g, s) => apply(back, [g], calling({ ...s.attrs, shape: s.shapes[0] ?? [] })) },
    formula: { input: "∂L/∂y, to each element by its share in y" },
  });
  const back: Op = opWith<Back>()({
    name: `${name}Input`,
    node: `${node}BackwardBackward1`,
    inputs: ["g"],
    forward: ([g], { attrs }) => {
      const { shape } = attrs;
      return fresh(way.backward(g, scalings(shape, attrs), numel(shape.slice(0, 2))), shape);
    },
    backward: {
      g: (h, { attrs: { size, factors, alignCorners } }) =>
        apply(forward, [h], calling({ size, factors, alignCorners })),
    },
  });
  return forward;
}

function nearestIn(spatial: 1 | 2 | 3, exact: boolean): Op {
  const name = `earest${exact ? "Exact" : ""}${spatial}`;
  return interpolation(`upsampleN${name}d`, `UpsampleN${name}D`, {
    kernel: "compute_indices_weights_nearest",
    lastKernel: `upsample_nearest${spatial}d_channels_last`,
    forward: (x, at) => {
      const whole = packedLast(x);
      return separately(
        x,
        at.map((each) => (whole ? nearestWhole(each, exact) : nearest(each, exact, x.dtype))),
      );
    },
    backward: (g, at, planes) =>
      shared(
        g,
        at.map((each) => nearestWhole(each, exact)),
        planes,
        g.dtype,
      ),
  });
}

function linearIn(prefix: "" | "Bi" | "Tri", spatial: 1 | 2 | 3): Op {
  const name = prefix === "" ? "Linear" : `${prefix}linear`;
  const tapped = (at: readonly Scaling[], { dtype }: Tensor): readonly Taps[] => at.map((each) => linear(each, dtype));
  return interpolation(`upsample${name}${spatial}d`, `Upsample${name}${spatial}D`, {
    kernel: "compute_indices_weights_linear",
    lastKernel: `upsample_${name.toLowerCase()}${spatial}d_channels_last`,
    forward: (x, at) => (packedLast(x) ? together : separately)(x, tapped(at, x)),
    backward: (g, at, planes) => shared(g, tapped(at, g), planes, g.dtype),
  });
}

/** The nearest elements, by the number of spatial dims. */
export const upsampleNearest = { 1: nearestIn(1, false), 2: nearestIn(2, false), 3: nearestIn(3, false) } as const;

/** The nearest elements by the middles of both, by the number of spatial dims. */
export const upsampleNearestExact = { 1: nearestIn(1, true), 2: nearestIn(2, true), 3: nearestIn(3, true) } as const;

/** Neighbours by their nearness, by the number of spatial dims. */
export const upsampleLinear = { 1: linearIn("", 1), 2: linearIn("Bi", 2), 3: linearIn("Tri", 3) } as const;

/** Four neighbours each way by cubic convolution. */
export const upsampleBicubic2d = interpolation("upsampleBicubic2d", "UpsampleBicubic2D", {
  kernel: "compute_indices_weights_cubic",
  forward: (x, at) =>
    separately(
      x,
      at.map((each) => cubic(each, x.dtype, true)),
    ),
  backward: (g, at, planes) => {
    const [rows, columns] = at;
    if (rows === undefined || columns === undefined) throw new TypeError("A bicubic gradient has two spatial dims.");
    if (at.every(({ size, length }) => size === length)) return copied(g, g.dtype);
    return sharedCubic(g, cubic(rows, g.dtype, false), cubic(columns, g.dtype, false), planes, g.dtype);
  },
});
