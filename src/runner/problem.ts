/** What went wrong in a run, in one sentence that says what, where and the way out; positions are 0-based in the original text. */
export interface Problem {
  readonly message: string;
  /** Path relative to the run's root, or as the request named it. */
  readonly file: string;
  /** −1 when it is about no place. */
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
  /** "selection": the selected lines cannot run alone, the whole file can. */
  readonly kind: "syntax" | "runtime" | "limit" | "usage" | "selection";
}

/** Whether `x` is a problem and not a result. */
export function isProblem(x: object): x is Problem {
  return "message" in x && "kind" in x && "line" in x;
}

/** Carries a problem through code that throws. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";

  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}
