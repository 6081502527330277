import * as activations from "../kernels/activations";
import * as curves from "../kernels/curves";
import { erf } from "../kernels/erf";
import { activation, floats } from "./activation";

const rootHalf = Math.SQRT1_2;
const rootTwoOverPi = Math.sqrt(2 / Math.PI);
const cubic = 0.044715;

export const gelu = activation("gelu", {
  node: "GeluBackward0",
  takes: floats("GeluKernelImpl"),
  of: (x) => x * 0.5 * (1 + erf(x * rootHalf)),
  lane: curves.gelu,
  laneSlope: curves.geluSlope,
  values: activations.gelu,
  slopes: activations.geluSlopes,
  rule: (g, a) => {
    const below = a.mul(rootHalf).erf().add(1).mul(0.5);
    const density = a
      .mul(a)
      .mul(-0.5)
      .exp()
      .mul(1 / Math.sqrt(2 * Math.PI));
    return g.mul(below.addcmul(a, density));
  },
  formula: "∂L/∂y · (Φ(a) + a · φ(a))",
});

export const geluTanh = activation("gelu", {
  node: "GeluBackward0",
  takes: floats("GeluKernelImpl"),
  of: (x) => 0.5 * x * (1 + Math.tanh(rootTwoOverPi * (x + cubic * x ** 3))),
  values: activations.geluTanh,
  slopes: activations.geluTanhSlopes,
  rule: (g, a) => {
    const square = a.mul(a);
    const bent = a.addcmul(square.mul(a), a.scalar(cubic)).mul(rootTwoOverPi).tanh();
    const one = a.scalar(1);
    const inner = one.addcmul(square, a.scalar(cubic).mul(3)).mul(rootTwoOverPi);
    const slope = one.addcmul(bent, bent, { value: -1 });
    return g.mul(bent.add(1).mul(0.5).add(a.mul(0.5).mul(slope).mul(inner)));
  },
  formula: "∂L/∂y · (½ (1 + t) + ½ a · (1 − t²) · √(2/π) · (1 + 0.134145 a²)), t = tanh(√(2/π) (a + 0.044715 a³))",
});
