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
  if (iterations === 0 && repeats(recording)) {
    return [
      "backward() ran several times, but in no loop, so there are no iterations to scrub over and the run is one part: call it in a for or while loop to step by epoch.",
    ];
  }
  return [];
}

/** Whether one call of backward ran more than once, as in a function that calls itself. */
function repeats(recording: Recording): boolean {
  const sites = new Set<number>();
  for (let row = 0; row < recording.rows; row++) {
    const { kind, site } = recording.form(row);
    if (kind !== "backward") continue;
    if (sites.has(site)) return true;
    sites.add(site);
  }
  return false;
}
