import type { Session } from "../session";
import type { Stop } from "./stops";
import type { Direction, Place } from "./way";

/** A scan gives way to other work after so many milliseconds. */
const slice = 15;

/** Where a run stops next, and why. */
export interface Found {
  readonly place: Place;
  readonly stop: Stop;
}

/** Looks for the next stop of a session; one search at a time. */
export class Seeking {
  #now: AbortController | null = null;

  constructor(
    private readonly session: Session,
    private readonly changed: () => void = () => undefined,
  ) {}

  get on(): boolean {
    return this.#now !== null;
  }

  /**
   * The next stop from the cursor on, null where there is none, undefined when the search was ended before. Past the
   * recorded tail of a run that goes on it waits for more.
   */
  async next(by: Direction): Promise<Found | null | undefined> {
    this.end();
    const own = (this.#now = new AbortController());
    this.changed();
    const found = await seek(this.session, by, own.signal);
    if (own.signal.aborted) return undefined;
    this.#now = null;
    this.changed();
    return found;
  }

  /** Ends a search that goes on. */
  end(): void {
    if (!this.#now) return;
    this.#now.abort();
    this.#now = null;
    this.changed();
  }
}

/** What it gives means nothing once it was aborted. */
async function seek(session: Session, by: Direction, signal: AbortSignal): Promise<Found | null> {
  const { stops } = session;
  const over = (): boolean => signal.aborted;
  let cursor = session.cursor;
  while (cursor) {
    let began = Date.now();
    for (const place of stops.any ? stops.way.from(cursor, by) : []) {
      cursor = place.cursor;
      const stop = await stops.at(place, by);
      if (over()) return null;
      if (stop) return { place, stop };
      if (Date.now() - began < slice) continue;
      await new Promise((later) => setTimeout(later, 0));
      if (over()) return null;
      began = Date.now();
    }
    if (by < 0 || session.status !== "running") return null;
    await grown(session);
    if (over()) return null;
  }
  return null;
}

/** Waits until a running session has more, or has ended. */
function grown(session: Session): Promise<void> {
  return new Promise((resolve) => {
    const subscription = session.onDidChange((change) => {
      if (change !== "rows" && change !== "status") return;
      subscription.dispose();
      resolve();
    });
  });
}
