import type { FindingKind } from "../../recording/finding";
import { timelineOf } from "../../recording/timeline";
import type { Session } from "../session";
import type { Place } from "./way";

/** Moments that stop by themselves. */
export const exceptions = [
  {
    filter: "not-finite",
    label: "NaN or Inf",
    description: "Stops where the first NaN or infinity was made of finite numbers.",
    default: false,
  },
  {
    filter: "exploding",
    label: "Exploding gradient",
    description: "Stops in the iteration whose gradient is far above those before.",
    default: false,
  },
  {
    filter: "zero",
    label: "Zero gradient",
    description: "Stops where nothing but zeros arrives in a .grad.",
    default: false,
  },
  {
    filter: "uncaught",
    label: "Uncaught exception",
    description: "Stops at the last step before the snippet failed.",
    default: true,
  },
] as const;

const found: ReadonlySet<string> = new Set<FindingKind>(["not-finite", "exploding"]);

/** What is exceptional at a place, by the label of its filter, and why. */
export interface Exception {
  readonly label: string;
  readonly text: string;
}

/** What is exceptional at a place under the filters that are on; null for nothing. */
export function exceptionAt(session: Session, { cursor, step }: Place, on: ReadonlySet<string>): Exception | null {
  const finding = session.findings.find(
    ({ kind, segment, step: at }) =>
      found.has(kind) && on.has(kind) && segment === cursor.segment && at === cursor.step,
  );
  if (finding) return exception(finding.kind, finding.title);
  if (on.has("zero") && step.kind === "accumulate" && zeros(session, cursor.segment, step))
    return exception("zero", `${step.text}: a gradient of zeros`);
  if (on.has("uncaught") && session.problem && isLast(session, cursor))
    return exception("uncaught", session.problem.message);
  return null;
}

function exception(of: string, text: string): Exception {
  return { label: exceptions.find(({ filter }) => filter === of)?.label ?? "", text };
}

function zeros({ recording, outline }: Session, at: number, { row }: Place["step"]): boolean {
  const segment = outline.segments[at];
  const grad = segment && timelineOf(recording, segment).valueAt(recording.arg(row, 1), row);
  return grad?.data !== null && grad?.data !== undefined && Array.from(grad.data).every((x) => x === 0);
}

function isLast({ track, status }: Session, { segment, step }: Place["cursor"]): boolean {
  const ended = status === "failed" || status === "limit";
  for (let at = track.segments - 1; ended && at >= segment; at--) {
    const steps = track.steps(at) ?? 0;
    if (steps > 0) return at === segment && step === steps - 1;
  }
  return false;
}
