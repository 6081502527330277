import type { Problem } from "../recording/problem";

export type { Problem } from "../recording/problem";

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
