import { sum } from "../kernels/sum";
import { sameShape, scalarShape } from "../shape";
import type { Tensor } from "../tensor";
import { fresh } from "./result";

/** A gradient as a contribution to an operand: itself, or its sum for a 0-d one; null for other shapes and dtypes. */
export function fit(gradient: Tensor | null, operand: Tensor | null): Tensor | null {
  if (gradient === null || operand === null || gradient.dtype !== operand.dtype) return null;
  if (sameShape(gradient.shape, operand.shape)) return gradient;
  if (operand.shape.length > 0) return null;
  const every = gradient.shape.map((_, d) => d);
  return fresh(sum(gradient, every, gradient.dtype), scalarShape);
}
