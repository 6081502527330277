import { type DType, rounders } from "../dtype";
import { fma64, fusedIn } from "./fma";

/** Where the elements along one dim come from: each of the output's from `count` of the input's, and how much of each. */
export interface Taps {
  /** How many elements the input has. */
  readonly size: number;
  /** How many elements the output has. */
  readonly length: number;
  readonly count: number;
  readonly at: Int32Array;
  readonly weights: Float64Array;
}

/** How the places along one dim of an output lie on those of the input. */
export interface Scaling {
  readonly size: number;
  readonly length: number;
  /** What the size was multiplied by; null where the output's size was given. */
  readonly factor: number | null;
  /** Corners lie on corners, not edges on edges. */
  readonly alignCorners: boolean;
}

type Tap = (i: number) => readonly (readonly [at: number, weight: number])[];

function taps({ size, length }: Scaling, count: number, tap: Tap): Taps {
  const made = {
    size,
    length,
    count,
    at: new Int32Array(length * count),
    weights: new Float64Array(length * count),
  };
  for (let i = 0; i < length; i++) {
    for (const [k, [at, weight]] of tap(i).entries()) {
      made.at[i * count + k] = at;
      made.weights[i * count + k] = weight;
    }
  }
  return made;
}

/** How far apart on the input two neighbours of the output lie, in a dtype. Source: ATen/native/UpSample.h, `area_pixel_compute_scale`. */
function step({ size, length, factor, alignCorners }: Scaling, dtype: DType): number {
  const r = rounders[dtype];
  if (alignCorners) return length > 1 ? r((size - 1) / (length - 1)) : 0;
  return r(factor === null ? size / length : 1 / factor);
}

/** The nearest element below, or ("exact") the one in whose reach the middle of the output's lies. */
export function nearest(at: Scaling, exact: boolean, dtype: DType): Taps {
  const apart = step(at, dtype);
  const middle = exact ? 0.5 : 0;
  return taps(at, 1, (i) => [[Math.min(Math.floor(Math.fround((i + middle) * apart)), at.size - 1), 1]]);
}

/** The same in float32; "nearest" takes sizes that stay or double so, whatever the factor says. Source: ATen's `nearest_idx`. */
export function nearestWhole(at: Scaling, exact: boolean): Taps {
  if (!exact && at.length === at.size) return taps(at, 1, (i) => [[i, 1]]);
  if (!exact && at.length === 2 * at.size) return taps(at, 1, (i) => [[i >> 1, 1]]);
  return nearest(at, exact, "float32");
}

/** The place of output `i` on the input, in float64. */
function place(i: number, apart: number, alignCorners: boolean): number {
  return alignCorners ? apart * i : fma64(apart, i + 0.5, -0.5);
}

/** The neighbours on both sides by their nearness. Source: ATen/native/UpSample.h, `compute_source_index_and_lambda`. */
export function linear(at: Scaling, dtype: DType): Taps {
  const { size, length } = at;
  const r = rounders[dtype];
  const apart = step(at, dtype);
  return taps(at, 2, (i) => {
    if (size === length)
      return [
        [i, 1],
        [i, 0],
      ];
    const x = Math.max(0, place(i, apart, at.alignCorners));
    const low = Math.min(Math.trunc(x), size - 1);
    const share = r(x - low);
    return [
      [low, r(1 - share)],
      [Math.min(low + 1, size - 1), share],
    ];
  });
}

/**
 * Two neighbours on either side by cubic convolution with A = −¾, edges repeated: as ATen's forward computes the
 * weights (places in float64, products contracted) or its backward (each step rounded).
 * Source: ATen/native/UpSample.h, `get_cubic_upsample_coefficients`.
 */
export function cubic(at: Scaling, dtype: DType, contracted: boolean): Taps {
  const r = rounders[dtype];
  const apart = step(at, dtype);
  const muladd = contracted ? fusedIn(dtype) : (a: number, b: number, c: number) => r(r(a * b) + c);
  const A = -0.75;
  const near = (x: number) => r(r(r(muladd(A + 2, x, -(A + 3)) * x) * x) + 1);
  const rounded = (i: number) => (at.alignCorners ? r(apart * i) : r(r(apart * (i + 0.5)) - 0.5));
  const far = (x: number) => r(r(muladd(muladd(A, x, -5 * A), x, 8 * A) * x) - 4 * A);
  return taps(at, 4, (i) => {
    const x = contracted ? place(i, apart, at.alignCorners) : rounded(i);
    const low = Math.floor(Math.fround(x));
    const share = r(x - low);
    const rest = r(1 - share);
    return [far(r(share + 1)), near(share), near(rest), far(r(rest + 1))].map(
      (weight, k) => [Math.min(Math.max(low + k - 1, 0), at.size - 1), weight] as const,
    );
  });
}
