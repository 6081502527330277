import { byRow } from "../kernels/fold";
import type { Attrs } from "../observer";
import { opWith } from "../op";
import type { Tensor } from "../tensor";
import { fresh, needsFloat as needs } from "./result";

interface Along extends Attrs {
  readonly dim: number;
}

function needsFloat(name: string, lastName: string, a: Tensor, dim: number): void {
  needs(dim === a.shape.length - 1 || a.shape.length === 0 ? lastName : name, a);
}

function exponentials(values: Float64Array): { largest: number; total: number } {
  let largest = -Infinity;
  for (const value of values) if (!(value <= largest)) largest = value;
  let total = 0;
  for (const value of values) total += Math.exp(value - largest);
  return { largest, total };
}

/** exp(a) / Σ exp(a) along a dim. */
export const softmax = opWith<Along>()({
  name: "softmax",
  node: "SoftmaxBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    needsFloat("softmax_kernel_impl", "softmax_lastdim_kernel_impl", a, attrs.dim);
    const rows = byRow(a, attrs.dim, a.dtype, (values) => {
      const { largest, total } = exponentials(values);
      for (let k = 0; k < values.length; k++) values[k] = Math.exp((values[k] ?? 0) - largest) / total;
    });
    return fresh(rows, a.shape);
  },
  saves: () => ({ y: true }),
  backward: { a: (g, s) => g.sub(g.mul(s.y).sum(s.attrs.dim, { keepdim: true })).mul(s.y) },
  formula: { a: "y · (∂L/∂y − Σ ∂L/∂y · y)" },
});

/** log of softmax along a dim. */
export const logSoftmax = opWith<Along>()({
  name: "logSoftmax",
  node: "LogSoftmaxBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    needsFloat("softmax_kernel_impl", "log_softmax_lastdim_kernel_impl", a, attrs.dim);
    const rows = byRow(a, attrs.dim, a.dtype, (values) => {
      const { largest, total } = exponentials(values);
      const log = Math.log(total);
      for (let k = 0; k < values.length; k++) values[k] = (values[k] ?? 0) - largest - log;
    });
    return fresh(rows, a.shape);
  },
  saves: () => ({ y: true }),
  backward: { a: (g, s) => g.sub(s.y.exp().mul(g.sum(s.attrs.dim, { keepdim: true }))) },
  formula: { a: "∂L/∂y − eʸ · Σ ∂L/∂y" },
});
