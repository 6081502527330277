import { sum } from "../kernels/sum";
import { sameShape, scalarShape } from "../shape";
import type { Tensor } from "../tensor";
import { fresh } from "./result";

/** The gradient where the condition holds, else 0: a product with it would make NaN of infinities. */
export function passing(g: Tensor, condition: Tensor): Tensor {
  return condition.where(g, g.scalar(0));
}

/** A gradient as a contribution to an operand: itself, or its sum for a 0-d one; null for other shapes and dtypes. */
export function fit(gradient: Tensor | null, operand: Tensor | null): Tensor | null {
  if (gradient === null || operand === null || gradient.dtype !== operand.dtype) return null;
  if (sameShape(gradient.shape, operand.shape)) return gradient;
  if (operand.shape.length > 0) return null;
  const every = gradient.shape.map((_, d) => d);
  return fresh(sum(gradient, every, gradient.dtype), scalarShape);
}
