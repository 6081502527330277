/** What sort of problem it is; "selection": the selected lines cannot run alone, the whole file can. */
export const problemKinds = ["syntax", "runtime", "limit", "usage", "selection"] as const;

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
