import { argumentError } from "../errors";
import { shortest } from "../print.number";

/** How much of the old a running average of gradients keeps, and one of their squares. */
export type Betas = readonly [number, number];

/** Refuses a hyper-parameter below zero or NaN; `what` is PyTorch's name of it: "learning rate", "weight_decay value". */
export function atLeastZero(what: string, value: number): void {
  if (!(value >= 0)) throw argumentError(`Invalid ${what}: ${value}`, "Use a number ≥ 0.");
}

/** Refuses betas outside [0, 1). */
export function checkBetas(betas: Betas): void {
  betas.forEach((beta, i) => {
    if (!(beta >= 0 && beta < 1)) {
      throw argumentError(
        `Invalid beta parameter at index ${i}: ${shortest(beta)}`,
        "Use a number from 0 up to, but without, 1.",
      );
    }
  });
}
