import { moved, type Cursor } from "../../recording/moves";
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

/** A search, and how far it has come. */
interface Search {
  at: Cursor | null;
  over: boolean;
}

/** Looks for the next stop of a session; one search at a time. */
export class Seeking {
  #now: Search | null = null;

  constructor(
    private readonly session: Session,
    private readonly changed: () => void = () => undefined,
  ) {}

  get on(): boolean {
    return this.#now !== null;
  }

  /** How far the search has come; null when there is none. */
  get at(): Cursor | null {
    return this.#now?.at ?? null;
  }

  /**
   * The next stop from the cursor on, null where there is none, undefined when the search was ended before. Past the
   * recorded tail of a run that goes on it waits for more.
   */
  async next(by: Direction): Promise<Found | null | undefined> {
    this.end();
    const own: Search = { at: this.session.cursor, over: false };
    this.#now = own;
    this.changed();
    const found = await seek(this.session, by, own);
    if (own.over) return undefined;
    this.#now = null;
    this.changed();
    return found;
  }

  /** Ends a search that goes on. */
  end(): void {
    if (!this.#now) return;
    this.#now.over = true;
    this.#now = null;
    this.changed();
  }
}

/** What it gives means nothing once it is over. */
async function seek(session: Session, by: Direction, search: Search): Promise<Found | null> {
  const { stops, track } = session;
  const over = (): boolean => search.over;
  while (search.at) {
    let began = Date.now();
    for (const place of stops.any ? stops.way.from(search.at, by) : []) {
      search.at = place.cursor;
      const stop = await stops.at(place, by);
      if (over()) return null;
      if (stop) return { place, stop };
      if (Date.now() - began < slice) continue;
      await new Promise((later) => setTimeout(later, 0));
      if (over()) return null;
      began = Date.now();
    }
    if (by < 0 || session.status !== "running") return null;
    search.at = moved(track, search.at, { to: "last" });
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
