import * as v from "valibot";
import { problemKinds } from "../recording/problem";
import type { Watchpoint } from "../recording/watchpoint";
import { watchpointSchema } from "../recording/watchpoint.schema";
import type { Facts, Session } from "../session/session";
import { findingSchema } from "../recording/finding.schema";
import { orientationSchema, type UiState, uiSchema } from "./messages";

const whole = v.pipe(v.number(), v.integer());
const numbers = v.array(v.number());

const carried = v.object({
  title: v.string(),
  number: v.nullable(whole),
  status: v.picklist(["done", "failed", "stopped", "limit"]),
  milliseconds: v.nullable(v.number()),
  problem: v.nullable(
    v.object({
      ...{ message: v.string(), file: v.string(), line: whole, column: whole },
      kind: v.picklist(problemKinds),
    }),
  ),
  notes: v.array(v.string()),
  /** The moment at which it opens; null: where any run opens. */
  wish: v.nullable(v.object({ iteration: whole, segment: whole, step: whole })),
  ui: uiSchema,
  findings: v.array(findingSchema),
  watchpoints: v.array(watchpointSchema),
  /** Where Graphviz puts the cards, as far as it was asked: it is not in the page. */
  layouts: v.array(
    v.object({
      ...{ key: v.string(), orientation: orientationSchema, width: v.number(), height: v.number() },
      ...{ centres: numbers, points: numbers, starts: v.array(whole), frames: numbers },
    }),
  ),
});

/** What an exported page carries beside the recording. */
export type Carried = v.InferOutput<typeof carried>;

/** Reads what an exported page carries; throws where it is damaged. */
export function readCarried(text: string): Carried {
  return v.parse(carried, JSON.parse(text));
}

/** What a page shows of a run beside its recording. */
export interface Shown extends Pick<Session, "status" | "milliseconds" | "problem" | "notes" | "wish" | "findings"> {
  readonly facts: Pick<Facts, "title" | "number">;
}

/** That as data; no path and no name of this machine is in it. */
export function carriedOf(shown: Shown, ui: UiState, watchpoints: readonly Watchpoint[]): Omit<Carried, "layouts"> {
  const { facts, status, milliseconds, problem, notes, wish, findings } = shown;
  const running = status === "running";
  return {
    title: facts.title,
    number: facts.number,
    status: running ? "stopped" : status,
    milliseconds,
    problem: problem && {
      ...{ message: problem.message, file: problem.file, line: problem.line, column: problem.column },
      kind: problem.kind,
    },
    notes: [...notes, ...(running ? ["This was exported while it ran: what came later is not in it."] : [])],
    wish,
    ui: { ...ui, view: null },
    watchpoints: [...watchpoints],
    findings: findings.map((each) => ({ ...each, related: [...each.related], path: [...each.path] })),
  };
}
