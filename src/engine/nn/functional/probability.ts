import { argumentError } from "../../errors";
import { shortest } from "../../print.number";

/** Refuses what is no probability. */
export function checkProbability(p: number): void {
  if (p >= 0 && p <= 1) return;
  throw argumentError(
    `dropout probability has to be between 0 and 1, but got ${shortest(p)}`,
    "Use 0.5 to drop half of them.",
  );
}
