import type { Kind } from "./format";
import type { Problem } from "./problem";
import type { Recording } from "./recording";

/** What a run that ended lacks of what one would look for, each with the place where one would look. */
export function remarks(recording: Recording, iterations: number): readonly Problem[] {
  const kinds = new Set<Kind>(recording.definitions.flatMap((each) => ("form" in each ? [each.form.kind] : [])));
  if (!kinds.has("create") && !kinds.has("forward"))
    return [
      remark(
        recording,
        -1,
        'No tensor was created, so there is no graph to show. Make one with tensor(…) from "backstep".',
      ),
    ];
  if (!kinds.has("backward") && iterations === 0) {
    const message =
      "backward() was never called: this is the forward graph only. Call loss.backward() to see gradients.";
    return [remark(recording, lastSite(recording, kinds.has("forward") ? "forward" : "create"), message)];
  }
  if (iterations === 0 && repeats(recording)) {
    const message =
      "backward() ran several times, but in no loop, so there are no iterations to scrub over and the run is one part: call it in a for or while loop to step by epoch.";
    return [remark(recording, lastSite(recording, "backward"), message)];
  }
  return [];
}

function remark(recording: Recording, site: number, message: string): Problem {
  const program = recording.programOfSite(site) ?? recording.programs[0];
  const { line, column, endLine, endColumn } = recording.site(site) ?? { line: 0, column: 0, endLine: 0, endColumn: 0 };
  return { message, file: program?.file ?? "", line, column, endLine, endColumn, kind: "remark" };
}

/** The call of the last row of a kind that has one. */
function lastSite(recording: Recording, kind: Kind): number {
  for (let row = recording.rows - 1; row >= 0; row--) {
    const form = recording.form(row);
    if (form.kind === kind && form.site >= 0) return form.site;
  }
  return -1;
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
