import { defaultThresholds, type Thresholds } from "../recording/findings/thresholds";
import { labelOf, revive } from "./feed";
import type { Session } from "./session";
import type { Sessions } from "./sessions";
import type { Shelf } from "./shelf";

const writeAfter = 1000;

/** Brings runs back from the shelf, and keeps there where their cursors are. */
export class Keeper {
  readonly #changed = new Set<Session>();
  readonly #restoring = new Map<string, Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly sessions: Sessions,
    private readonly shelf: Shelf,
    private readonly thresholds: () => Thresholds = () => defaultThresholds,
  ) {
    sessions.onDidChangeActive((session) => session && this.#watch(session));
  }

  /** Makes a kept run the active one, unless there is an active one; nothing happens when it is not there any more. */
  restore(id: string): Promise<void> {
    const under = this.#restoring.get(id) ?? this.#restore(id);
    this.#restoring.set(id, under);
    return under;
  }

  /** Writes what is still to be written. */
  async flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const changed = [...this.#changed];
    this.#changed.clear();
    await Promise.all(changed.map((session) => this.shelf.note(labelOf(session))));
  }

  async #restore(id: string): Promise<void> {
    if (this.sessions.find(id)) return;
    const [label, bytes] = await Promise.all([this.shelf.label(id), this.shelf.read(id)]);
    if (!label || !bytes || this.sessions.active) return;
    this.sessions.add(revive(label, bytes, this.thresholds()));
  }

  readonly #watched = new WeakSet<Session>();

  #watch(session: Session): void {
    if (this.#watched.has(session)) return;
    this.#watched.add(session);
    session.onDidChange((change) => {
      // A run that goes on, or never began, is not this one's to write.
      if ((change !== "cursor" && change !== "stops") || session.status === "running" || session.recording.rows === 0)
        return;
      this.#changed.add(session);
      this.#timer ??= setTimeout(() => void this.flush(), writeAfter);
    });
  }
}
