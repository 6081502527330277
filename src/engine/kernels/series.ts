import { type DType, isFloating } from "../dtype";
import { fma32, fma64 } from "./fma";

const f = Math.fround;

/** How many elements a vector of AVX2 holds. */
const width = { float32: 8, float64: 4, int32: 8, int64: 4 } as const;

/** Elements from `first` on, in pairs of vectors where they fill them, the rest one by one: ATen's `vectorized_loop`. */
function vectors(
  count: number,
  lanes: number,
  first: (i: number) => number,
  next: (base: number, k: number) => number,
): Float64Array {
  const out = new Float64Array(count);
  const whole = count - (count % (2 * lanes));
  for (let i = 0; i < count; i++) {
    const lane = i < whole ? i % lanes : 0;
    out[i] = lane === 0 ? first(i) : next(out[i - lane]!, lane);
  }
  return out;
}

/** start, start + step …, as `arange` rounds them (RangeFactoriesKernel.cpp). */
export function progression(start: number, step: number, count: number, dtype: "float32" | "float64"): Float64Array {
  const r = dtype === "float32" ? f : (x: number) => x;
  const at = (base: number, k: number) => r(fma64(step, k, base));
  return vectors(count, width[dtype], (i) => at(start, i), at);
}

/** `count` numbers from `start` to `end`, counted from both ends, as `linspace` rounds them (RangeFactoriesKernel.cpp). */
export function spaced(start: number, end: number, count: number, dtype: Exclude<DType, "bool">): Float64Array {
  const whole = !isFloating(dtype);
  const [r, fma] = dtype === "float32" ? [f, fma32] : [(x: number) => x, fma64];
  const of = whole ? Math.trunc : r;
  const [from, to] = [of(start), of(end)];
  if (count === 1) return Float64Array.of(from);
  const step = r(r(to - from) / (count - 1));
  const half = Math.floor(count / 2);
  return vectors(
    count,
    width[dtype],
    (i) => of(i < half ? fma(step, i, from) : fma(-step, count - i - 1, to)),
    (base, k) => r(base + r(step * k)),
  );
}
