import { Emitter, type Event } from "./event";
import type { Session } from "./session";

/** The runs of this window; the newest is the active one unless another was picked. */
export class Sessions {
  #all: Session[] = [];
  #active: Session | null = null;
  readonly #active$ = new Emitter<Session | null>();
  readonly #gone = new Emitter<Session>();

  get all(): readonly Session[] {
    return this.#all;
  }

  get active(): Session | null {
    return this.#active;
  }

  get onDidChangeActive(): Event<Session | null> {
    return this.#active$.event;
  }

  /** A session was let go; whatever is kept for it can go too. */
  get onDidForget(): Event<Session> {
    return this.#gone.event;
  }

  /** The one that still runs, if any. */
  get running(): Session | null {
    return this.#all.find((session) => session.status === "running") ?? null;
  }

  find(id: string): Session | undefined {
    return this.#all.find((session) => session.id === id);
  }

  /** The number of the next run. */
  get nextNumber(): number {
    return 1 + Math.max(0, ...this.#all.map((session) => session.facts.number ?? 0));
  }

  /** Takes a new run and makes it the active one; beyond `keep` the oldest that has ended goes. */
  add(session: Session, keep = 10): void {
    this.#all.push(session);
    this.activate(session);
    const old = this.#all.filter((each) => each !== session && each.status !== "running");
    for (const each of old.slice(0, Math.max(0, this.#all.length - keep))) this.forget(each);
  }

  activate(session: Session): void {
    if (session === this.#active) return;
    this.#active?.player.pause();
    this.#active = session;
    this.#active$.fire(session);
  }

  forget(session: Session): void {
    if (!this.#all.includes(session)) return;
    this.#all = this.#all.filter((each) => each !== session);
    session.dispose();
    this.#gone.fire(session);
    if (this.#active !== session) return;
    this.#active = this.#all.at(-1) ?? null;
    this.#active$.fire(this.#active);
  }
}
