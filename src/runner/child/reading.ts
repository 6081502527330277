import type { Observer, OpView, TensorView, Attrs } from "../../engine/observer";
import type { Pass, Reading } from "../wire";
import type { Puts } from "./puts";
import type { Tape } from "./tape";

/** Ends a pass: thrown through the snippet, and again by every hook that it comes to after. */
export class PassEnd extends Error {
  override readonly name = "PassEnd";
}

interface Growing {
  readonly turn: number;
  readonly writes: [number, number][];
  readonly roots: number[];
}

/** What one pass tells: the numbers of the turns that are asked for. */
export class PassReading implements Tape, Observer {
  site = -1;
  frame = -1;
  readonly readings: Reading[] = [];
  /** The binding's values, once there are any. */
  values: readonly unknown[] = [];
  over = false;
  #frames = 0;
  #turn = -1;
  readonly #parents: number[] = [];
  readonly #open: Growing[] = [];

  constructor(
    private readonly pass: Pass,
    private readonly puts: Puts,
    private readonly tensorOf: (value: unknown) => TensorView | null,
    private readonly ended: () => void,
  ) {
    if (pass.turns.length === 0) this.#begin(-1);
  }

  /** Ends the pass here and now. */
  end(): never {
    this.over = true;
    this.ended();
    throw new PassEnd("This pass is over.");
  }

  enter(): number {
    this.#check();
    return this.#frames++;
  }

  leave(): void {
    return;
  }

  turn(id: number, _loop: number, parent: number): void {
    this.#check();
    this.#parents[id] = parent;
    this.#turn = id;
    this.puts.begun(id, this.values);
    if (this.pass.turns.includes(id)) this.#begin(id);
  }

  turnEnd(id: number): void {
    if (this.#turn === id) this.#turn = this.#parents[id] ?? -1;
    if (!this.over && id === this.pass.turns.at(-1)) this.end();
  }

  switch(turn: number): void {
    this.#turn = turn;
  }

  pull(_loop: number, parent: number): void {
    this.#turn = parent;
  }

  write(binding: number, value: unknown): void {
    this.#check();
    const reading = this.#reading();
    if (!reading) return;
    const number = typeof value === "number" ? value : this.#scalar(value);
    if (number !== undefined) reading.writes.push([binding, number]);
  }

  created(tensor: TensorView): void {
    this.puts.seen(tensor);
  }

  forward(
    _op: OpView,
    _inputs: readonly TensorView[],
    _numbers: readonly number[],
    _attrs: Attrs,
    outputs: readonly TensorView[],
  ): void {
    for (const output of outputs) this.puts.seen(output);
  }

  backwardBegan(root: TensorView): void {
    const value = this.#scalar(root);
    if (value !== undefined) this.#reading()?.roots.push(value);
  }

  updated(): void {
    return;
  }

  opened(): void {
    return;
  }

  closed(): void {
    return;
  }

  backwardEnded(): void {
    return;
  }

  rule(): void {
    return;
  }

  accumulated(): void {
    return;
  }

  gradientSet(): void {
    return;
  }

  gradModeChanged(): void {
    return;
  }

  moduleEntered(): void {
    return;
  }

  moduleLeft(): void {
    return;
  }

  named(): void {
    return;
  }

  optimizerBegan(): void {
    return;
  }

  optimizerEnded(): void {
    return;
  }

  asked(): void {
    return;
  }

  passedOver(): void {
    return;
  }

  stateful(): void {
    return;
  }

  #check(): void {
    if (this.over) throw new PassEnd("This pass is over.");
  }

  #begin(turn: number): void {
    const reading: Growing = { turn, writes: [], roots: [] };
    this.#open[turn + 1] = reading;
    this.readings.push(reading);
  }

  /** The reading of the turn that runs or of one around it. */
  #reading(): Growing | undefined {
    if (this.pass.turns.length === 0) return this.#open[0];
    for (let turn = this.#turn; turn >= 0; turn = this.#parents[turn] ?? -1) {
      const reading = this.#open[turn + 1];
      if (reading) return reading;
    }
    return undefined;
  }

  #scalar(value: unknown): number | undefined {
    const tensor = typeof value === "object" && value !== null ? this.tensorOf(value) : null;
    if (!tensor || tensor.shape.some((size) => size !== 1)) return undefined;
    return tensor.storage.data[tensor.storage.start + tensor.offset];
  }
}
