import { argumentError } from "../errors";
import { withGrad } from "../mode";
import { cat } from "../ops/join";
import type { Tensor } from "../tensor";

/**
 * All parameters as one vector, one after the other, with their history.
 * Shapes: any → [the sum of their sizes]. Errors: no parameters. Source: torch/nn/utils/convert_parameters.py.
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return cat([...parameters].map((parameter) => parameter.reshape([-1])));
}

/**
 * Writes a vector back into the parameters, in their order.
 * Shapes: [the sum of the parameters' sizes]. Errors: a vector of another length.
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const total = list.reduce((n, parameter) => n + parameter.numel(), 0);
  if (vector.ndim !== 1 || vector.numel() !== total) {
    throw argumentError(
      `vectorToParameters needs a vector of ${total} elements, but got shape [${vector.shape.join(", ")}]`,
      "Take it from parametersToVector of the same parameters.",
    );
  }
  withGrad(false, () => {
    let start = 0;
    for (const parameter of list) {
      parameter.copy_(vector.narrow(0, start, parameter.numel()).view(parameter.shape));
      start += parameter.numel();
    }
  });
}
