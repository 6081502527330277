import { type DType, isFloating } from "../dtype";
import { runtimeError } from "../errors";
import { filled } from "../kernels/loops";
import { watcher } from "../mode";
import { fresh } from "../ops/result";
import { checkSizes, numel, type Shape } from "../shape";
import { Tensor } from "../tensor";

/**
 * A tensor that a module trains: it requires a gradient, and a field that holds it is found by `parameters()`. It
 * shares the memory of `data`.
 * Shapes: data's. Errors: integers and booleans, unless `requiresGrad` is false. Source: torch/nn/parameter.py.
 */
export class Parameter extends Tensor {
  constructor(data: Tensor, { requiresGrad = true }: { readonly requiresGrad?: boolean } = {}) {
    if (requiresGrad && !isFloating(data.dtype)) {
      throw runtimeError(
        "Only Tensors of floating point and complex dtype can require gradients",
        "Make the data float32, or pass { requiresGrad: false }.",
      );
    }
    super(data.storage, data.shape, data.strides, data.offset);
    this.requiresGrad_(requiresGrad);
    watcher()?.created(this, "parameter");
  }

  /** Tells a parameter from other tensors when it is printed. */
  get isParameter(): true {
    return true;
  }
}

/** @internal A parameter that starts with one number everywhere. */
export function constantParameter(shape: Shape, value: number, dtype: DType): Parameter {
  checkSizes(shape);
  return new Parameter(fresh(filled(dtype, new Float64Array(numel(shape)).fill(value)), shape));
}
