import { build } from "./build";
import type { DType } from "./dtype";
import { copied } from "./kernels/loops";
import { rowMajor } from "./shape";
import type { Tensor } from "./tensor";

let doubled = false;

/**
 * @internal Makes every float32 tensor that is made from now on hold float64, with the elements it would have had as
 * float32: a difference of two runs is then a derivative and not noise. For re-runs, before any tensor is made.
 */
export function computeInDouble(on: boolean): void {
  doubled = on;
}

/** @internal The tensor, or in double precision the same tensor with room for float64. */
export function widened(tensor: Tensor): Tensor {
  if (!doubled || tensor.dtype !== "float32") return tensor;
  return build(copied(tensor, "float64"), tensor.shape, rowMajor(tensor.shape), 0, tensor.id);
}

/** @internal Whether random numbers for this dtype are drawn as doubles: the stream of a re-run is the run's. */
export function drawsDouble(dtype: DType): boolean {
  return dtype === "float64" && !doubled;
}
