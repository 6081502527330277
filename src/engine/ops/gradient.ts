import { apply } from "../apply";
import { copied } from "../kernels/loops";
import { sum } from "../kernels/sum";
import { isGradEnabled } from "../mode";
import { op } from "../op";
import { sameShape, scalarShape } from "../shape";
import type { Tensor } from "../tensor";
import { fresh } from "./result";

/** The gradient where the condition holds, else 0: a product with it would make NaN of infinities. */
export function passing(g: Tensor, condition: Tensor): Tensor {
  return condition.where(g, g.scalar(0));
}

/** The gradient, 0 where the condition holds; it lies in memory as they do. */
export function blocked(g: Tensor, condition: Tensor): Tensor {
  return condition.where(g.scalar(0), g);
}

/**
 * A gradient that makes a graph reaches `a` with zeros even where nothing in it depends on `a`, as PyTorch's own rules
 * of functions with straight pieces do: a second backward finds zeros then, not nothing.
 */
export function straight(g: Tensor, a: Tensor): Tensor {
  return isGradEnabled() && a.requiresGrad && !g.requiresGrad ? apply(level, [g, a]) : g;
}

const level = op({
  name: "straight",
  node: "ThresholdBackwardBackward0",
  inputs: ["g", "a"],
  pointwise: true,
  forward: ([g]) => fresh(copied(g, g.dtype), g.shape),
  backward: { a: (h) => h.zerosLike() },
  formula: { a: "0" },
});

/** A gradient as a contribution to an operand: itself, or its sum for a 0-d one; null for other shapes and dtypes. */
export function fit(gradient: Tensor | null, operand: Tensor | null): Tensor | null {
  if (gradient === null || operand === null || gradient.dtype !== operand.dtype) return null;
  if (sameShape(gradient.shape, operand.shape)) return gradient;
  if (operand.shape.length > 0) return null;
  const every = gradient.shape.map((_, d) => d);
  return fresh(sum(gradient, every, gradient.dtype), scalarShape);
}
