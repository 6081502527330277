import { isDeepStrictEqual } from "node:util";
import { type Command, start, type Started } from "./start";

/** How long what ran may come on screen undisturbed, and how long somebody may take to run again, in milliseconds. */
const times = { rest: 300, patience: 5 * 60_000 };

/** The next run's child, started ahead: who runs again does not wait until Node and the engine are loaded. */
export class Spare {
  #waiting: { readonly command: Command; readonly started: Started } | null = null;
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor(private readonly options: Partial<typeof times> = {}) {}

  /** The process that waits, −1 for none. */
  get pid(): number {
    return this.#waiting?.started.process.pid ?? -1;
  }

  /** The child that waits when this very command started it, a fresh one otherwise. */
  take(command: Command): Started {
    const waiting = this.#waiting;
    if (waiting === null || !isDeepStrictEqual(waiting.command, command)) {
      this.#end();
      return start(command);
    }
    clearTimeout(this.#timer);
    this.#waiting = null;
    return waiting.started;
  }

  /** A run with this command has ended, and another is likely. */
  keep(command: Command): void {
    this.#end();
    const { rest, patience } = { ...times, ...this.options };
    if (this.#over) return;
    this.#timer = setTimeout(() => {
      const waiting = { command, started: start(command) };
      const end = (): void => {
        if (this.#waiting === waiting) this.#end();
      };
      waiting.started.process.on("error", end).on("exit", end);
      this.#waiting = waiting;
      this.#timer = setTimeout(end, patience);
    }, rest);
  }

  dispose(): void {
    this.#over = true;
    this.#end();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#waiting?.started.process.kill("SIGKILL");
    this.#waiting?.started.stop.close();
    this.#waiting = null;
  }
}
