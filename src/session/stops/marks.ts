import type { Cursor } from "../../recording/moves";
import { Emitter, type Event, type Subscription } from "../event";
import type { Session } from "../session";
import type { Stop, Stops } from "./stops";

/** A moment at which a run stops. */
export interface Mark extends Cursor {
  readonly reason: Stop["reason"];
  readonly text: string;
}

/** A scan works for so many milliseconds at a time, and then rests for as long as it worked. */
const slice = 15;
/** Listeners hear of what was found this often, in milliseconds. */
const tellEvery = 400;
/** Nobody tells more marks than this apart. */
const most = 20_000;

/** All stops of a session, found in the background for as long as somebody listens. */
export class Marks {
  #found: Mark[] = [];
  #upTo: Cursor = { segment: 0, step: -1 };
  #generation = -1;
  /** Grows when a scan is to begin anew, so that one which is under way notices. */
  #round = 0;
  #scanning = false;
  #listeners = 0;
  #watched: Subscription | null = null;
  readonly #changes = new Emitter<undefined>();

  constructor(
    private readonly session: Session,
    private readonly stops: Stops,
  ) {}

  /** What was found so far, in the order of time. */
  get found(): readonly Mark[] {
    return this.#found;
  }

  readonly onDidChange: Event<undefined> = (listener) => {
    const subscription = this.#changes.event(listener);
    this.#watched ??= this.session.onDidChange((change) => {
      if (change === "stops") this.#anew();
      else if (change === "rows") void this.#scan();
    });
    if (this.#listeners++ === 0) this.#anew();
    return {
      dispose: () => {
        subscription.dispose();
        if (--this.#listeners > 0) return;
        this.#watched?.dispose();
        this.#watched = null;
        this.#round++;
      },
    };
  };

  #anew(): void {
    this.#round++;
    this.#found = [];
    this.#upTo = { segment: 0, step: -1 };
    this.#generation = this.session.outline.generation;
    this.#changes.fire(undefined);
    void this.#scan();
  }

  async #scan(): Promise<void> {
    if (this.#generation !== this.session.outline.generation) return this.#anew();
    if (this.#scanning) return;
    this.#scanning = true;
    for (let round = -1; round !== this.#round && this.#listeners > 0;) {
      round = this.#round;
      await this.#look(round);
    }
    this.#scanning = false;
  }

  /** Looks at what comes after that which was looked at already. */
  async #look(round: number): Promise<void> {
    const { stops } = this;
    let began = performance.now();
    let told = began;
    const before = this.#found.length;
    for (const place of stops.any ? stops.way.from(this.#upTo, 1) : []) {
      const stop = await stops.ask(place);
      if (round !== this.#round || this.#found.length >= most) break;
      this.#upTo = place.cursor;
      if (stop) this.#found.push({ ...place.cursor, reason: stop.reason, text: stops.textOf(stop, place) });
      const now = performance.now();
      if (now - began < slice) continue;
      if (now - told > tellEvery) {
        told = now;
        this.#changes.fire(undefined);
      }
      await new Promise((later) => setTimeout(later, now - began));
      if (round !== this.#round) break;
      began = performance.now();
    }
    if (round === this.#round && this.#found.length > before) this.#changes.fire(undefined);
  }
}
