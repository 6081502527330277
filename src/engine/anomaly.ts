import { runtimeError } from "./errors";
import { within } from "./mode";
import { type Node, notePlaces } from "./node";
import { placeOfCall } from "./place";
import type { Tensor } from "./tensor";

let regions = 0;

/**
 * Runs `body` so that a backward inside it (or of what it computed) that brings a NaN throws, naming the op whose
 * gradient rule made it and where in the program that op ran; other errors of gradient rules name it too. It is slow:
 * use it to find a NaN, not to train. An async body counts until its promise settles. Errors: what `body` throws.
 */
export function detectAnomaly<T>(body: () => T): T {
  return within(
    () => setDetectAnomaly(++regions > 0),
    () => setDetectAnomaly(--regions > 0),
    body,
  );
}

/** Turns anomaly detection on or off for all that follows. */
export function setDetectAnomaly(on: boolean): void {
  notePlaces(on ? placeOfCall : null);
}

/** Runs a node's rule; throws when it fails or brings a NaN, and says which op of the program it belongs to. */
export function watchedRule(node: Node, rule: () => readonly (Tensor | null)[]): readonly (Tensor | null)[] {
  const { place, op } = node;
  const ran = place === "" ? `${op.name} ran outside detectAnomaly()` : `${op.name} ran at ${place}`;
  let contributions: readonly (Tensor | null)[];
  try {
    contributions = rule();
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new Error(`${cause.message} In the backward of ${node.name}: ${ran}.`, { cause });
  }
  contributions.forEach((contribution, k) => {
    if (contribution?.toArray().some(Number.isNaN) !== true) return;
    const operand = op.inputs[k] ?? String(k);
    throw runtimeError(
      `Function '${node.name}' returned nan values in its ${k}th output.`,
      `${ran}; the gradient for its operand ${operand} is NaN: look at the operand's values there.`,
    );
  });
  return contributions;
}
