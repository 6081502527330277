import { op } from "../op";
import { zip } from "../kernels/loops";
import { activation } from "./activation";
import { straight } from "./gradient";
import { fresh, needsFloat } from "./result";

/** Each element times its slope: 1 above 0, a drawn one elsewhere. Source: ATen/native/Activation.cpp. */
export const rrelu = op({
  name: "rrelu",
  node: "RreluWithNoiseBackward0",
  inputs: ["a", "noise"],
  forward: ([a, noise]) =>
    fresh(
      zip(a, noise, a.shape, a.dtype, (x, slope) => x * slope),
      a.shape,
    ),
  saves: () => ({ a: true, noise: true }),
  backward: { a: (g, s) => straight(g.mul(s.noise), s.a) },
  formula: { a: "∂L/∂y where a > 0, else noise · ∂L/∂y" },
});

/** The same with the mean slope. */
export const rreluEvaluating = activation("rrelu", {
  node: "RreluWithNoiseBackward0",
  numbers: ["slope"],
  takes: (a) => {
    needsFloat("leaky_relu_cpu", a);
  },
  of: (x, [slope = 0]) => (x > 0 ? x : x * slope),
  rule: (g, a, [slope = 0]) => straight(a.gt(0).where(g, g.mul(slope)), a),
  rowMajor: true,
  formula: "∂L/∂y where a > 0, else slope · ∂L/∂y",
});
