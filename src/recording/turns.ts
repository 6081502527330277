import type { Recording } from "./recording";
import type { TurnMark } from "./segment";

/** One turn of a loop. */
export interface Turn {
  readonly id: number;
  readonly parent: number;
  readonly loop: number;
  readonly frame: number;
  readonly depth: number;
  /** Loop of its outermost ancestor. */
  readonly root: number;
  readonly index: number;
  readonly activation: number;
  readonly value: number | null;
  ended: "" | "normal" | "break" | "throw";
}

/** Every turn of every loop so far, and which one runs; fed row by row. */
export class Turns {
  readonly #turns: Turn[] = [];
  /** Turns so far of one activation of a loop: same loop, same surrounding turn, same frame. */
  readonly #counts = new Map<string, { turns: number; readonly activation: number }>();
  readonly #activations = new Map<string, number>();
  /** The turn that runs, −1 outside loops. */
  current = -1;

  constructor(readonly recording: Recording) {}

  /** Takes the next row. */
  read(row: number): void {
    const form = this.recording.form(row);
    switch (form.kind) {
      case "turn": {
        const id = this.recording.arg(row, 0);
        const parent = this.recording.arg(row, 1);
        if (this.#turns[id] === undefined) this.#begin(id, parent, form.ref, form.frame, this.#value(row, form.flag));
        this.current = id;
        return;
      }
      case "turnEnd": {
        const id = this.recording.arg(row, 0);
        const turn = this.#turns[id];
        if (turn !== undefined) turn.ended = form.flag === "throw" || form.flag === "break" ? form.flag : "normal";
        if (id === this.current) this.current = turn?.parent ?? -1;
        return;
      }
      case "switch":
        this.current = this.recording.arg(row, 0);
        return;
      default:
    }
  }

  /** Undefined for −1. */
  turn(id: number): Turn | undefined {
    return this.#turns[id];
  }

  /** How often a loop was started in one and the same surrounding turn. */
  activationsOf(loop: number, parent: number): number {
    return this.#activations.get(`${loop} ${parent}`) ?? 1;
  }

  /** Whether a turn ran during another one; all ran within −1. */
  isWithin(id: number, outer: number): boolean {
    let at = id;
    while (at >= 0 && at !== outer) at = this.#turns[at]?.parent ?? -1;
    return at === outer;
  }

  /** The path to a turn, from the outermost loop inwards. */
  path(id: number): TurnMark[] {
    const path: TurnMark[] = [];
    for (let turn = this.#turns[id]; turn !== undefined; turn = this.#turns[turn.parent]) {
      const { loop, index, value, activation } = turn;
      path.unshift({ loop, index, value, activation });
    }
    return path;
  }

  #begin(id: number, parent: number, loop: number, frame: number, value: number | null): void {
    const place = `${loop} ${parent}`;
    const key = `${place} ${frame}`;
    let count = this.#counts.get(key);
    if (count === undefined) {
      const activation = this.#activations.get(place) ?? 0;
      this.#activations.set(place, activation + 1);
      this.#counts.set(key, (count = { turns: 0, activation }));
    }
    const outer = this.#turns[parent];
    this.#turns[id] = {
      id,
      parent,
      loop,
      frame,
      depth: outer === undefined ? 0 : outer.depth + 1,
      root: outer === undefined ? loop : outer.root,
      index: count.turns++,
      activation: count.activation,
      value,
      ended: "",
    };
  }

  #value(row: number, flag: string): number | null {
    return flag === "valued" ? this.recording.number(row, 0) : null;
  }
}
