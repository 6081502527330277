import * as kernels from "../kernels/softmax";
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

/** The gradient for the operand by ATen's own kernel. */
function gradient(g: Tensor, y: Tensor | null, dim: number, log: boolean): Tensor | null {
  return y === null || g.dtype !== y.dtype ? null : fresh(kernels.softmaxSlope(g, y, dim, log), y.shape);
}

/** exp(a) / Σ exp(a) along a dim. */
export const softmax = opWith<Along>()({
  name: "softmax",
  node: "SoftmaxBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    needsFloat("softmax_kernel_impl", "softmax_lastdim_kernel_impl", a, attrs.dim);
    return fresh(kernels.softmax(a, attrs.dim, false), a.shape);
  },
  saves: () => ({ y: true }),
  backward: { a: (g, s) => g.sub(g.mul(s.y).sum(s.attrs.dim, { keepdim: true })).mul(s.y) },
  kernelLeads: true,
  kernel: (g, _, { y, call }) => gradient(g, y, call.attrs.dim, false),
  formula: { a: "y · (∂L/∂y − Σ ∂L/∂y · y)" },
});

/** log of softmax along a dim. */
export const logSoftmax = opWith<Along>()({
  name: "logSoftmax",
  node: "LogSoftmaxBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    needsFloat("softmax_kernel_impl", "log_softmax_lastdim_kernel_impl", a, attrs.dim);
    return fresh(kernels.softmax(a, attrs.dim, true), a.shape);
  },
  saves: () => ({ y: true }),
  backward: { a: (g, s) => g.sub(s.y.exp().mul(g.sum(s.attrs.dim, { keepdim: true }))) },
  kernelLeads: true,
  kernel: (g, _, { y, call }) => gradient(g, y, call.attrs.dim, true),
  formula: { a: "∂L/∂y − eʸ · Σ ∂L/∂y" },
});
