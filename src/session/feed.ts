import { chunkLength } from "../recording/codec";
import type { Thresholds } from "../recording/findings/thresholds";
import { type Problem, problemIn } from "../recording/problem";
import type { Label } from "./shelf";
import { Session } from "./session";

/** Fills a session from a whole file of chunks. What comes before a cut or damaged chunk stays, and a note says so. */
export function feed(session: Session, bytes: Uint8Array): void {
  let trouble: string | null = bytes.length === 0 ? "The recording is empty." : null;
  for (let at = 0; at < bytes.length && trouble === null;) {
    try {
      const length = chunkLength(bytes.subarray(at)) ?? bytes.length;
      // A copy begins at a multiple of eight, where the columns of numbers can be read in place.
      session.add(new Uint8Array(bytes.subarray(at, at + length)));
      at += length;
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    }
  }
  const { facts } = session.recording;
  const problem = problemIn(session.recording);
  const status = facts.status ?? (problem ? "failed" : trouble === null ? "done" : "stopped");
  session.end(status, problem, facts.milliseconds ?? null);
  if (trouble !== null) session.note(`${trouble} What came before is shown.`);
}

/** A run of before the window was reloaded. */
export function revive(label: Label, bytes: Uint8Array, thresholds?: Thresholds): Session {
  const { wish, status, problem, milliseconds, notes, watchpoints, ...facts } = label;
  const session = new Session(facts, wish, undefined, thresholds);
  feed(session, bytes);
  session.stops.watchpoints = watchpoints;
  for (const note of notes) session.note(note);
  if (status === "running") session.note("The window was closed while this ran; what it had recorded is shown.");
  session.end(status === "running" ? "stopped" : status, problem, milliseconds);
  return session;
}

/** What the shelf keeps of a session now. */
export function labelOf(session: Session): Label {
  const { facts, status, milliseconds, problem, notes, wish, stops } = session;
  return {
    ...facts,
    status,
    milliseconds,
    problem: problem && kept(problem),
    notes: [...notes],
    wish,
    watchpoints: stops.watchpoints,
  };
}

function kept({ message, file, line, column, kind }: Problem): NonNullable<Label["problem"]> {
  return { message, file, line, column, kind };
}
