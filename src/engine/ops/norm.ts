import { apply } from "../apply";
import { isFloating, scalarName } from "../dtype";
import { runtimeError } from "../errors";
import { pNorm } from "../kernels/fold";
import { calling, type Op, opWith } from "../op";
import { type Dims, dimensions, numel, reduced } from "../shape";
import type { Tensor } from "../tensor";
import { withNumber } from "./compare";
import { type Over, unreduced } from "./reduce";
import { fresh } from "./result";

interface Powered extends Over {
  readonly p: number;
}

/** (Σ |a|ᵖ)^(1/p) over dims. */
export const vectorNorm = opWith<Powered>()({
  name: "norm",
  symbol: "‖·‖",
  node: "LinalgVectorNormBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    if (!isFloating(a.dtype)) {
      throw runtimeError(
        `linalg.vector_norm: Expected a floating point or complex tensor as input. Got ${scalarName(a.dtype)}`,
        'Convert it first with .to("float32").',
      );
    }
    if (a.numel() === 0 && (attrs.p < 0 || attrs.p === Infinity) && numel(reduced(a.shape, attrs.dim, false)) > 0) {
      throw runtimeError(
        `linalg.vector_norm cannot compute the ${attrs.p} norm on an empty tensor because the operation does not have an identity`,
        "An empty tensor has no extreme.",
      );
    }
    return fresh(pNorm(a, attrs.dim, attrs.p), reduced(a.shape, attrs.dim, attrs.keepdim));
  },
  saves: () => ({ a: true, y: true }),
  backward: { a: (g, s) => slope(unreduced(g, s.a.shape, s.attrs), s.a, unreduced(s.y, s.a.shape, s.attrs), s.attrs) },
  formula: { a: "∂L/∂y · sign a · (|a| / y)^(p − 1), 0 where y is 0" },
});

/** The Frobenius norm of all elements: PyTorch 1.13 gives `x.norm()` a node of another name. */
const frobenius: Op = { ...vectorNorm, node: "NormBackward1" };

/** By p as norm_backward (FunctionsManual.cpp): the subgradient 0 at kinks, ties of the extreme share it. */
function slope(g: Tensor, a: Tensor, y: Tensor, { p, dim }: Powered): Tensor | null {
  if (p === 0) return null;
  if (p === 1) return a.sign().mul(g);
  if (p === 2) return g.mul(withNumber(a.div(y), y.eq(0)));
  if (Math.abs(p) === Infinity) {
    const best = a.abs().eq(y);
    return a.sign().mul(g.div(best.sum(dim, { keepdim: true })).mul(best));
  }
  if (p < 1) {
    const scaled = a.sign().mul(
      a
        .abs()
        .pow(p - 1)
        .maskedFill(a.eq(0), 0),
    );
    return scaled.mul(g).mul(y.pow(1 - p));
  }
  const scale = g.div(y.pow(p - 1)).maskedFill(y.eq(0), 0);
  const scaled = p < 2 ? a.sign().mul(a.abs().pow(p - 1)) : a.mul(a.abs().pow(p - 2));
  return scaled.mul(scale);
}

/** The p-norm of the vectors that `dim` names, of all elements without it. */
export function norm(a: Tensor, p: number | "fro", dim: Dims, keepdim: boolean): Tensor {
  const whole = dim === undefined || dim === null;
  const of = p === "fro" && whole ? frobenius : vectorNorm;
  return apply(of, [a], calling({ p: p === "fro" ? 2 : p, dim: dimensions(dim, a.shape.length), keepdim }));
}
