import { isFloating, type Round, rounders } from "../dtype";
import { runtimeError } from "../errors";
import type { Lane3 } from "../kernels/lanes";
import * as lanes from "../kernels/lanes.simd";
import { zip, zip3 } from "../kernels/loops";
import { op } from "../op";
import { broadcast, numel } from "../shape";
import type { Tensor } from "../tensor";
import { laneOf3 } from "./lanes";
import { cast, fresh, resultType } from "./result";

type Three = readonly [Tensor, Tensor, Tensor];
type Ternary = (a: number, b: number, c: number, value: number, r: Round) => number;

function elementwise(x: Three, number: number, f: Ternary, lane: Lane3): Tensor {
  const [a, b, c] = x;
  const dtype = resultType(x);
  const round = rounders[dtype];
  const value = round(number);
  const quick = laneOf3(a, b, c, value, lane);
  if (quick !== null) return quick;
  const [p, q, r] = [cast(a, dtype), cast(b, dtype), cast(c, dtype)];
  const shape = broadcast(broadcast(a.shape, b.shape), c.shape);
  if (numel(shape) === 0)
    return fresh(
      zip(p, q, shape, dtype, (u) => u),
      shape,
    );
  return fresh(
    zip3([p, q, r], shape, dtype, (u, v, w) => f(u, v, w, value, round)),
    shape,
  );
}

/** a + (value · b) · c, the sum rounded once as ATen's fused loop rounds it. */
export const addcmul = op({
  name: "addcmul",
  node: "AddcmulBackward0",
  inputs: ["a", "b", "c"],
  numbers: ["value"],
  pointwise: true,
  forward: (x, { numbers }) =>
    elementwise(x, numbers[0] ?? 1, (a, b, c, value, r) => a + r(value * b) * c, lanes.addcmul),
  saves: (needs) => ({ b: needs.c, c: needs.b }),
  backward: {
    a: (g) => g,
    b: (g, s) => g.mul(s.c.mul(s.numbers[0] ?? 1)),
    c: (g, s) => g.mul(s.b.mul(s.numbers[0] ?? 1)),
  },
  formula: { a: "∂L/∂y", b: "∂L/∂y · value · c", c: "∂L/∂y · value · b" },
});

/** a + value · b / c, rounded as ATen's loop rounds it. */
export const addcdiv = op({
  name: "addcdiv",
  node: "AddcdivBackward0",
  inputs: ["a", "b", "c"],
  numbers: ["value"],
  pointwise: true,
  forward: (x, { numbers }) => {
    if (!isFloating(x[1].dtype) && !isFloating(x[2].dtype)) {
      throw runtimeError(
        "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a true division of tensor1 and tensor2.",
        'Convert one of them first with .to("float32").',
      );
    }
    return elementwise(x, numbers[0] ?? 1, (a, b, c, value, r) => a + r(r(value * b) / c), lanes.addcdiv);
  },
  saves: (needs) => ({ b: needs.c, c: needs.b || needs.c }),
  backward: {
    a: (g) => g,
    b: (g, s) => g.mul(s.c.reciprocal().mul(s.numbers[0] ?? 1)),
    c: (g, s) => g.neg().mul(s.b.mul(s.numbers[0] ?? 1).div(s.c.mul(s.c))),
  },
  formula: { a: "∂L/∂y", b: "∂L/∂y · value / c", c: "−∂L/∂y · value · b / c²" },
});
