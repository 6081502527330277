import { held, isFloating } from "../dtype";
import { runtimeError } from "../errors";
import { copied, fill as fillKernel, map } from "../kernels/loops";
import { preserved } from "../layout";
import type { Attrs } from "../observer";
import { op, opWith } from "../op";
import { computedAs } from "../precision";
import type { DType } from "../dtype";
import { broadcast, expandStrides, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { fresh, laid, window } from "./result";

/** Every element the number; the old values' gradient is zero. */
export const fill = op({
  name: "fill",
  node: "FillBackward2",
  inputs: ["a"],
  numbers: ["value"],
  forward: ([a], { numbers }) => {
    const value = held(numbers[0] ?? 0, a.dtype);
    return fresh(
      map(a, a.dtype, () => value),
      a.shape,
    );
  },
  backward: { a: (g) => g.zerosLike() },
  inPlace: (y, _, { numbers }) => filled(y, numbers[0] ?? 0),
  formula: { a: "0" },
});

/** Fills floats where they lie; integers may be refused. */
function filled(y: Tensor, value: number): boolean {
  if (!isFloating(y.dtype)) return false;
  fillKernel(y, value);
  return true;
}

/** Every element zero. */
export const zero = op({
  name: "zero",
  node: "ZeroBackward0",
  inputs: ["a"],
  forward: ([a]) =>
    fresh(
      map(a, a.dtype, () => 0),
      a.shape,
    ),
  backward: { a: (g) => g.zerosLike() },
  inPlace: (y) => filled(y, 0),
  formula: { a: "0" },
});

/** The elements of `b`, broadcast and cast to `a`. */
export const copy = op({
  name: "copy",
  node: "CopyBackwards",
  inputs: ["a", "b"],
  forward: ([a, b]) => {
    const lead = a.shape.length - b.shape.length;
    if (
      !b.shape.every((size, d) => size === 1 || size === a.shape[d + lead]) ||
      b.shape.slice(0, Math.max(0, -lead)).some((n) => n !== 1)
    ) {
      throw runtimeError(
        `output with shape ${sizes(a.shape)} doesn't match the broadcast shape ${sizes(broadcast(a.shape, b.shape))}`,
        ".copy_() keeps the shape of the tensor it writes to.",
      );
    }
    return fresh(
      copied(
        window(
          b,
          a.shape,
          expandStrides(b.shape.slice(Math.max(0, -lead)), b.strides.slice(Math.max(0, -lead)), a.shape),
        ),
        a.dtype,
      ),
      a.shape,
    );
  },
  backward: { a: (g) => g.zerosLike(), b: (g) => g },
  formula: { a: "0", b: "∂L/∂y" },
});

/** The elements in another dtype. */
export const to = opWith<Attrs & { readonly dtype: DType }>()({
  name: "to",
  node: "ToCopyBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => laid(a, computedAs(attrs.dtype), preserved(a)),
  backward: { a: (g) => g },
  formula: { a: "∂L/∂y in the dtype of a" },
});
