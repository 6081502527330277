import { scalarName } from "./dtype";
import { runtimeError } from "./errors";
import { sizes } from "./shape";
import type { Tensor } from "./tensor";

/** What is thrown when a rule reads what an earlier backward let go of. */
export function freed(): Error {
  return runtimeError(
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retainGraph: true if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.",
    "Run the forward pass again, or call .backward(null, { retainGraph: true }) the first time.",
  );
}

/** What is thrown when an op would save a tensor of inference mode. */
export function savedInference(): Error {
  return runtimeError(
    "Inference tensors cannot be saved for backward. To work around you can make a clone to get a normal tensor and use it in autograd.",
    "Call .clone() on it, or use noGrad() in place of inferenceMode().",
  );
}

/** What is thrown when a saved tensor was written in place since. */
export function modified(
  saved: Tensor,
  maker: { readonly name: string } | null,
  version: number,
  expected: number,
): Error {
  const made = maker === null ? "" : `, which is output ${saved.slot} of ${maker.name},`;
  return runtimeError(
    `one of the variables needed for gradient computation has been modified by an inplace operation: [torch.${scalarName(saved.dtype)}Tensor ${sizes(saved.shape)}]${made} is at version ${version}; expected version ${expected} instead.`,
    "Use the op without the underscore, or .clone() the tensor before changing it in place; autograd.detectAnomaly(() => …) says which op needed it.",
  );
}
