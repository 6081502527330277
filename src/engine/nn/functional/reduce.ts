import type { Reduction } from "../../ops/loss";
import type { Tensor } from "../../tensor";

/** Each element of a loss, or their mean or sum. */
export function reduceBy(each: Tensor, reduction: Reduction): Tensor {
  if (reduction === "none") return each;
  return reduction === "mean" ? each.mean() : each.sum();
}
