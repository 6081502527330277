import type { TensorView } from "../../engine/observer";
import { elementsOf } from "../../recording/value";

/** The truth of an object as a condition: of a tensor by PyTorch's rule, true for any other. */
export function truthOf(
  tensorOf: (value: unknown) => (TensorView & { item(): number | boolean }) | null,
): (value: object) => boolean {
  return (value) => {
    const tensor = tensorOf(value);
    if (!tensor) return true;
    const elements = elementsOf(tensor.shape);
    if (elements === 1) return Boolean(tensor.item());
    throw new Error(
      elements === 0
        ? "Boolean value of Tensor with no values is ambiguous: ask for its shape instead."
        : "Boolean value of Tensor with more than one value is ambiguous: reduce it first, as in x.max().item() > 0.",
    );
  };
}
