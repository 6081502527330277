import { runtimeError } from "../errors";
import { map, zip, zip3 } from "../kernels/loops";
import { rounders, type Round, typeName } from "../dtype";
import { op } from "../op";
import { broadcast } from "../shape";
import type { Tensor } from "../tensor";
import { withNumber } from "./compare";
import { cast, floatOf, fresh, needsFloat, resultType } from "./result";

/** From the start below a half, else from the end, the sum rounded once, as lerp_vec (ATen/native/Lerp.h). */
function between(a: number, b: number, weight: number, r: Round): number {
  const way = r(b - a);
  return weight < 0.5 ? a + weight * way : b - way * r(1 - weight);
}

function check(kernel: string, a: Tensor, others: Readonly<Record<string, Tensor>>): void {
  for (const [name, other] of Object.entries(others)) {
    if (other.dtype === a.dtype) continue;
    throw runtimeError(
      `expected dtype ${typeName(a.dtype)} for \`${name}\` but got dtype ${typeName(other.dtype)}`,
      `Convert it, as .to("${a.dtype}").`,
    );
  }
  needsFloat(kernel, a);
}

/** a + weight · (b − a) */
export const lerp = op({
  name: "lerp",
  node: "LerpBackward1",
  inputs: ["a", "end", "weight"],
  pointwise: true,
  forward: ([a, end, weight]) => {
    check("lerp_kernel_tensor", a, { end, weight });
    const r = rounders[a.dtype];
    const shape = broadcast(broadcast(a.shape, end.shape), weight.shape);
    return fresh(
      zip3([a, end, weight], shape, a.dtype, (x, y, w) => between(x, y, w, r)),
      shape,
    );
  },
  saves: (needs) => ({ a: needs.weight, end: needs.weight, weight: needs.a || needs.end }),
  backward: {
    a: (g, s) => g.mul(s.weight.rsub(1)),
    end: (g, s) => g.mul(s.weight),
    weight: (g, s) => g.mul(s.end.sub(s.a)),
  },
  formula: { a: "∂L/∂y · (1 − weight)", end: "∂L/∂y · weight", weight: "∂L/∂y · (end − a)" },
});

export const lerpNumber = op({
  name: "lerp",
  node: "LerpBackward0",
  inputs: ["a", "end"],
  numbers: ["weight"],
  pointwise: true,
  forward: ([a, end], { numbers }) => {
    check("lerp_kernel_scalar", a, { end });
    const r = rounders[a.dtype];
    const weight = r(numbers[0] ?? 0);
    const shape = broadcast(a.shape, end.shape);
    return fresh(
      zip(a, end, shape, a.dtype, (x, y) => between(x, y, weight, r)),
      shape,
    );
  },
  backward: {
    a: (g, s) => g.mul(1 - (s.numbers[0] ?? 0)),
    end: (g, s) => g.mul(s.numbers[0] ?? 0),
  },
  formula: { a: "∂L/∂y · (1 − weight)", end: "∂L/∂y · weight" },
});

/** |a| with the sign of b; a zero of b has its sign. */
export const copysign = op({
  name: "copysign",
  node: "CopysignBackward0",
  inputs: ["a", "b"],
  pointwise: true,
  forward: ([a, b]) => {
    const dtype = floatOf(resultType([a, b]));
    const shape = broadcast(a.shape, b.shape);
    const negative = (y: number) => y < 0 || Object.is(y, -0);
    return fresh(
      zip(cast(a, dtype), cast(b, dtype), shape, dtype, (x, y) => (negative(y) ? -Math.abs(x) : Math.abs(x))),
      shape,
    );
  },
  saves: (needs) => ({ a: needs.a, y: true }),
  backward: {
    a: (g, s) => g.mul(withNumber(s.y.div(s.a), s.a.eq(0))),
    b: (g) => g.zerosLike(),
  },
  formula: { a: "∂L/∂y · sign a · sign b", b: "0" },
});

function underivable(): never {
  throw runtimeError(
    "derivative for aten::heaviside is not implemented",
    "It is flat on both sides of zero: use .detach().",
  );
}

/** 0 below zero, 1 above, and the second operand at zero; PyTorch takes no gradient of it. */
export const heaviside = op({
  name: "heaviside",
  node: "torch::autograd::NotImplemented",
  inputs: ["a", "values"],
  pointwise: true,
  forward: ([a, values]) => {
    if (a.dtype !== values.dtype) {
      throw runtimeError(
        "heaviside is not yet implemented for tensors with different dtypes.",
        `Convert one of them, as .to("${a.dtype}").`,
      );
    }
    const shape = broadcast(a.shape, values.shape);
    return fresh(
      zip(a, values, shape, a.dtype, (x, v) => (x === 0 ? v : x > 0 ? 1 : 0)),
      shape,
    );
  },
  backward: { a: underivable, values: underivable },
});

/** Whether it is below zero, −0 included. */
export const signbit = op({
  name: "signbit",
  node: "",
  inputs: ["a"],
  pointwise: true,
  forward: ([a]) =>
    fresh(
      map(a, "bool", (x) => (x < 0 || Object.is(x, -0) ? 1 : 0)),
      a.shape,
    ),
});
