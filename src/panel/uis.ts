import * as v from "valibot";
import { freshUi, uiSchema, type UiState } from "./messages";

/** Where small state survives a reload; VS Code's Memento is one. */
export interface Memory {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const key = "backstep.ui";
const stored = v.record(v.string(), uiSchema);
const writeAfter = 300;

/** What a person set up on the page, per run: a view and a panel are two pages over one state. */
export class Uis {
  readonly #states: Map<string, UiState>;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly memory: Memory) {
    const read = v.safeParse(stored, memory.get(key));
    this.#states = new Map(read.success ? Object.entries(read.output) : []);
  }

  /** A run that was run again begins with what its predecessor had. */
  of(id: string, previous: string | null): UiState {
    return this.#states.get(id) ?? (previous === null ? undefined : this.#states.get(previous)) ?? freshUi;
  }

  set(id: string, ui: UiState): void {
    this.#states.set(id, ui);
    this.#save();
  }

  forget(id: string): void {
    if (this.#states.delete(id)) this.#save();
  }

  /** Writes what is still to be written. */
  async flush(): Promise<void> {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    await this.memory.update(key, Object.fromEntries(this.#states));
  }

  #save(): void {
    this.#timer ??= setTimeout(() => void this.flush(), writeAfter);
  }
}
