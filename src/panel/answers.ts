import { columnQuestion, type Column, type ColumnQuestion } from "../recording/column";
import { rowOfStep } from "../recording/moment";
import type { Session } from "../session/session";
import type { ToHost, ToPageOf } from "./messages";

/** Computes a column in a process of its own, or says why not. */
export type ColumnOf = (question: ColumnQuestion, dropped: AbortSignal) => Promise<Column | string>;

/** Answers one page's questions about a moment; when the cursor has moved, those of the moment before are dropped. */
export class Answers {
  #moment = "";
  #dropped = new AbortController();

  constructor(
    private readonly columnOf: ColumnOf,
    private readonly send: (message: ToPageOf<"column">) => void,
  ) {}

  async column(asked: Extract<ToHost, { type: "column" }>, session: Session): Promise<void> {
    const { ask, segment: index, step, edge, element } = asked;
    const moment = `${session.id} ${index} ${step}`;
    if (moment !== this.#moment) {
      this.forget();
      this.#moment = moment;
    }
    const { signal } = this.#dropped;
    const segment = session.outline.segments[index];
    const question =
      segment === undefined
        ? "There is no such moment."
        : columnQuestion(session.recording, segment, rowOfStep(session.recording, segment, step), edge, element);
    const answer = typeof question === "string" ? question : await this.columnOf(question, signal);
    const base = { type: "column" as const, id: session.id, ask };
    if (signal.aborted) this.send({ ...base, column: null, trouble: "" });
    else if (typeof answer === "string") this.send({ ...base, column: null, trouble: answer });
    else {
      const { formula, names, slopes } = answer;
      this.send({ ...base, column: { formula, names: [...names], slopes: [...slopes] }, trouble: "" });
    }
  }

  /** Drops what is still being computed. */
  forget(): void {
    this.#dropped.abort();
    this.#dropped = new AbortController();
    this.#moment = "";
  }
}
