import type { Session } from "../session/session";
import type { Subscription } from "../session/event";
import type { Mark } from "../session/stops/marks";
import type { ToPageOf } from "./messages";

/** Tells a page what stops the run on it and where, as that is found. */
export class Stopping {
  #watched: Subscription | null = null;

  constructor(private readonly send: (message: ToPageOf<"stops">) => void) {}

  begin(session: Session): void {
    this.end();
    this.#watched = session.stops.marks.onDidChange(() => this.send(stopsOf(session)));
  }

  end(): void {
    this.#watched?.dispose();
    this.#watched = null;
  }
}

/** What stops a run, and all places found so far. */
function stopsOf({ id, stops, recording }: Session): ToPageOf<"stops"> {
  const kinds: ToPageOf<"stops">["kinds"] = [];
  const known = new Map<string, number>();
  const kindOf = ({ reason, text }: Mark): number => {
    const key = `${reason} ${text}`;
    const at = known.get(key) ?? kinds.push({ reason, text }) - 1;
    known.set(key, at);
    return at;
  };
  const marks = stops.marks.found.flatMap((each) => [each.segment, each.step, kindOf(each)]);
  const several = recording.programs.length > 1;
  const breakpoints = recording.programs.flatMap(({ file }) =>
    stops.breakpoints(file).map(({ line, condition, hitCondition, logMessage, reason }) => {
      const place = `${several ? `${file}, line` : "Line"} ${line + 1}`;
      const parts = [place, condition, hitCondition && `hits ${hitCondition}`, logMessage && `prints ${logMessage}`];
      return { text: parts.filter(Boolean).join(" · "), reason };
    }),
  );
  return {
    type: "stops",
    id,
    any: stops.any,
    watchpoints: [...stops.watchpoints],
    breakpoints,
    marks: Int32Array.from(marks),
    kinds,
  };
}
