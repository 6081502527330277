import { argumentError } from "./errors";
import { fixed } from "./print.number";
import { sizes } from "./shape";
import type { Tensor } from "./tensor";

/**
 * A number, or a 0-d tensor's number, with `digits` decimals: Python's `f"{loss:.4f}"`. Rounds the exact binary
 * value with ties to even, where `toFixed` rounds ties up and drops the sign of −0.
 * Shapes: 0-d. Errors: other shapes; decimals that are no whole number from 0 to 100.
 */
export function format(value: number | Tensor, digits: number): string {
  if (!Number.isInteger(digits) || digits < 0 || digits > 100) {
    throw argumentError(`format() cannot print ${digits} decimals`, "Use a whole number from 0 to 100.");
  }
  if (typeof value === "number") return fixed(value, digits);
  if (value.shape.length > 0) {
    throw argumentError(
      "unsupported format string passed to Tensor.__format__",
      `Only a 0-d tensor has one number; this one has shape ${sizes(value.shape)}: use .item(), or print the tensor itself.`,
    );
  }
  return fixed(value.item(), digits);
}
