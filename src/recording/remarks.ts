import type { Kind } from "./format";
import type { Recording } from "./recording";

/** Sentences about a run that ended without what one would look for. */
export function remarks(recording: Recording, iterations: number): readonly string[] {
  const kinds = new Set<Kind>(recording.definitions.flatMap((each) => ("form" in each ? [each.form.kind] : [])));
  if (!kinds.has("create") && !kinds.has("forward")) {
    return ['No tensor was created, so there is no graph to show. Make one with tensor(…) from "backstep".'];
  }
  if (!kinds.has("backward") && iterations === 0) {
    return ["backward() was never called: this is the forward graph only. Call loss.backward() to see gradients."];
  }
  return [];
}
