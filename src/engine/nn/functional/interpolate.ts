import { apply } from "../../apply";
import { argumentError, runtimeError } from "../../errors";
import { calling, type Op } from "../../op";
import { upsampleBicubic2d, upsampleLinear, upsampleNearest, upsampleNearestExact } from "../../ops/interpolate";
import { numel, type Shape, sizes } from "../../shape";
import type { Tensor } from "../../tensor";
import { adaptiveAvgPool1d, adaptiveAvgPool2d } from "./pooling";
import type { Spatial } from "./spatial";

/** What an element of the output is made of; see {@link interpolate}. */
export type InterpolationMode = "nearest" | "nearest-exact" | "linear" | "bilinear" | "trilinear" | "bicubic" | "area";

/** How an input is brought to other spatial sizes: by `size` or by `scaleFactor`. */
export interface InterpolateOptions {
  /** The output's spatial sizes; one number for all. */
  readonly size?: Spatial | null;
  /** What the spatial sizes are multiplied by, then rounded down; one number for all. */
  readonly scaleFactor?: Spatial | null;
  /** What an element is made of; "nearest" unless given. */
  readonly mode?: InterpolationMode;
  /** Lays the middles of the corners on each other, not the edges; for the linear modes and "bicubic". */
  readonly alignCorners?: boolean | null;
  /** Computes with the ratio of the sizes, not with `scaleFactor` itself, from which it differs by rounding down. */
  readonly recomputeScaleFactor?: boolean | null;
}

/** The ops of the modes, by the number of spatial dims. */
const ops: Readonly<Partial<Record<string, Readonly<Partial<Record<number, Op>>>>>> = {
  nearest: upsampleNearest,
  "nearest-exact": upsampleNearestExact,
  linear: { 1: upsampleLinear[1] },
  bilinear: { 2: upsampleLinear[2] },
  trilinear: { 3: upsampleLinear[3] },
  bicubic: { 2: upsampleBicubic2d },
};

/** The modes that fit one rank only, with it. */
const ranks: Readonly<Partial<Record<InterpolationMode, number>>> = { linear: 3, bilinear: 4, trilinear: 5 };

/**
 * Images, sequences or volumes brought to other spatial sizes, up or down. An element of the output is made of those of
 * the input around its own place: "nearest" takes the one below, "nearest-exact" the nearest, "linear", "bilinear" and
 * "trilinear" weigh the neighbours on both sides by nearness, "bicubic" two on either side, "area" takes the mean of
 * those it covers (an adaptive average pool). Its own place is (i + ½) / scale − ½, with `alignCorners` i · (size − 1) /
 * (size′ − 1).
 * The gradient of "nearest" is PyTorch's also where that is not the slope: a `scaleFactor` that leaves a size as it is,
 * or doubles it, counts as exactly 1 or 2 there.
 * Shapes: [batch, channels, …] with one to three spatial sizes ("linear" one, "bilinear" and "bicubic" two, "trilinear"
 * three, "area" one or two) → [batch, channels, …] with sizes `size`, or ⌊size · scaleFactor⌋. Errors: neither or both
 * of size and scaleFactor; as many of them as there are no spatial sizes; another rank; alignCorners in other modes;
 * recomputeScaleFactor with a size; sizes below 1; no channels; integers. Source: torch.nn.functional.interpolate,
 * ATen/native/cpu/UpSampleKernel.cpp.
 */
export function interpolate(input: Tensor, options: InterpolateOptions = {}): Tensor {
  const { mode = "nearest", alignCorners = null, recomputeScaleFactor = false } = options;
  if (alignCorners !== null && /^(nearest|area)/.test(mode)) {
    throw argumentError(
      "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear",
      "Leave alignCorners out.",
    );
  }
  const { size, factors } = target(input, options);
  if (recomputeScaleFactor === true && factors === null)
    throw argumentError("recompute_scale_factor is not meaningful with an explicit size.", "Leave it out.");
  if (mode === "area") return averaged(input, size);
  const op = ops[mode]?.[input.ndim - 2];
  if (op === undefined) throw misfit(input, mode);
  checkSizes(input.shape, size);
  const own = recomputeScaleFactor === true ? null : factors;
  return apply(
    op,
    [input],
    calling({ size, factors: own ?? size.map(() => null), alignCorners: alignCorners ?? false }),
  );
}

/** The output's spatial sizes, and what they are multiples of where factors are given. */
function target(
  input: Tensor,
  { size = null, scaleFactor = null }: InterpolateOptions,
): { readonly size: readonly number[]; readonly factors: readonly number[] | null } {
  const own = input.shape.slice(2);
  if (size !== null && scaleFactor !== null)
    throw argumentError("only one of size or scale_factor should be defined", "Leave one of them out.");
  if (size !== null) {
    const wanted = each(size, own, (given) => [
      `Input and output must have the same number of spatial dimensions, but got input with spatial dimensions of ${sizes(own)} and output size of ${sizes(given)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and output size in (o1, o2, ...,oK) format.`,
      "One number stands for all.",
    ]);
    if (wanted.every(Number.isInteger)) return { size: wanted, factors: null };
    throw argumentError(`size must be whole numbers, but got ${sizes(wanted)}`, "Use scaleFactor for a ratio.");
  }
  if (scaleFactor === null)
    throw argumentError("either size or scale_factor should be defined", "Give { size } or { scaleFactor }.");
  const factors = each(scaleFactor, own, (given) => [
    `Input and scale_factor must have the same number of spatial dimensions, but got input with spatial dimensions of ${sizes(own)} and scale_factor of shape ${sizes(given)}. Please provide input tensor in (N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format.`,
    "One number stands for all.",
  ]);
  return { size: factors.map((factor, d) => Math.trunc((own[d] ?? 1) * factor)), factors };
}

function each(
  given: Spatial,
  own: Shape,
  sentence: (given: readonly number[]) => readonly [string, string],
): readonly number[] {
  if (typeof given === "number") return own.map(() => given);
  if (given.length !== own.length) throw argumentError(...sentence(given));
  return given;
}

function averaged(input: Tensor, size: readonly number[]): Tensor {
  const [first = 1, second] = size;
  if (input.ndim === 3) return adaptiveAvgPool1d(input, first);
  if (input.ndim === 4 && second !== undefined) return adaptiveAvgPool2d(input, [first, second]);
  if (input.ndim === 5)
    throw runtimeError("Got 5D input, but area mode needs 3D or 4D input", 'Use "trilinear" for volumes.');
  throw misfit(input, "area");
}

function misfit(input: Tensor, mode: InterpolationMode): Error {
  const rank = ranks[mode];
  if (rank !== undefined && input.ndim >= 3 && input.ndim <= 5)
    return runtimeError(`Got ${input.ndim}D input, but ${mode} mode needs ${rank}D input`, "Use a mode of its rank.");
  return runtimeError(
    `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${input.ndim}D) for the modes: nearest | linear | bilinear | bicubic | trilinear | area | nearest-exact (got ${mode})`,
    "Shape the input as [batch, channels, …] with a size for each spatial dimension.",
  );
}

function checkSizes(shape: Shape, size: readonly number[]): void {
  const own = shape.slice(2);
  if (own.some((n) => n <= 0) || size.some((n) => n <= 0)) {
    const named = (of: readonly number[]) => of.map((n, d) => `${"DHW"[d + 3 - of.length] ?? ""}: ${n}`).join(", ");
    throw runtimeError(
      `Input and output sizes should be greater than 0, but got input (${named(own)})${own.length === 1 ? " and" : ""} output (${named(size)})`,
      "A scaleFactor must leave a size of 1 or more.",
    );
  }
  if (numel(shape.slice(1)) === 0) {
    throw runtimeError(
      `Non-empty ${shape.length}D data tensor expected but got a tensor with sizes ${sizes(shape)}`,
      "Only the batch may be empty.",
    );
  }
}
