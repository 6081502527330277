import type { Recording } from "./recording";

/** What sort of problem it is; "selection": the selected lines cannot run alone, the whole file can; "remark": nothing failed. */
export const problemKinds = ["syntax", "runtime", "limit", "usage", "selection", "remark"] as const;

/** What went wrong in a run or before it, in one sentence that says what, where and the way out; positions are 0-based in the original text. */
export interface Problem {
  readonly message: string;
  /** Relative to the run's root, as in the recording's programs, or as the request named it. */
  readonly file: string;
  /** −1 when it is about no place. */
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  readonly kind: (typeof problemKinds)[number];
}

/** What ended a run, as its recording tells: an error is the last thing that happens. */
export function problemIn(recording: Recording): Problem | null {
  for (let row = recording.rows - 1; row >= 0; row--) {
    const form = recording.form(row);
    if (form.kind === "error") {
      const site = recording.site(form.site);
      const file = recording.programOfSite(form.site)?.file ?? "";
      const place = site ? { line: site.line, column: site.column } : { line: -1, column: 0 };
      return { message: recording.string(recording.arg(row, 0)), file, ...place, kind: "runtime" };
    }
    if (form.kind !== "turnEnd" && form.kind !== "leave" && form.kind !== "close") return null;
  }
  return null;
}
