import type { Observer, OpView, TensorView, Attrs } from "../../engine/observer";
import type { Nth } from "../../recording/change";
import { eachPlace } from "../../recording/value";
import type { Pass, Reading } from "../wire";
import { Places } from "./places";
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
  readonly gradients: { readonly pass: number; readonly wanted: number; elements: number[] }[];
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
  /** By the id of a tensor whose gradients are wanted its index among those. */
  readonly #wanted = new Map<number, number>();
  readonly #places: Places;
  readonly #nths: readonly (readonly [index: number, nth: Nth])[];

  constructor(
    private readonly pass: Pass,
    private readonly puts: Puts,
    private readonly tensorOf: (value: unknown) => TensorView | null,
    private readonly ended: () => void,
    /** How much larger the ids of this run are than those of the recording. */
    shift = 0,
  ) {
    const { gradients = [] } = pass;
    gradients.forEach((each, k) => typeof each === "number" && this.#wanted.set(each + shift, k));
    this.#nths = gradients.flatMap((each, k) => (typeof each === "number" ? [] : [[k, each] as const]));
    this.#places = new Places(this.#nths.map(([, nth]) => nth));
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
    this.#places.begun(id);
    if (this.pass.turns.includes(id)) this.#begin(id);
  }

  turnEnd(id: number, how: "normal" | "break" | "throw"): void {
    if (this.#turn === id) this.#turn = this.#parents[id] ?? -1;
    // What was thrown in the turn is on its way, and says more.
    if (!this.over && how !== "throw" && id === this.pass.turns.at(-1)) this.end();
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
    this.#made(tensor);
  }

  forward(
    _op: OpView,
    _inputs: readonly TensorView[],
    _numbers: readonly number[],
    _attrs: Attrs,
    outputs: readonly TensorView[],
  ): void {
    for (const output of outputs) this.#made(output);
  }

  backwardBegan(root: TensorView): void {
    this.#reading()?.roots.push(this.#scalar(root) ?? NaN);
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

  /** A tensor that an op made has what its rule was given; a leaf has the sum of what the rules that end there gave. */
  rule(
    _op: OpView,
    outputs: readonly TensorView[],
    gradients: readonly (TensorView | null)[],
    inputs: readonly (TensorView | null)[],
    contributions: readonly (TensorView | null)[],
  ): void {
    if (this.#wanted.size === 0) return;
    outputs.forEach(({ id }, k) => this.#reached(id, gradients[k] ?? null, false));
    inputs.forEach((input, k) => {
      if (input?.isLeaf === true) this.#reached(input.id, contributions[k] ?? null, true);
    });
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
    const reading: Growing = { turn, writes: [], roots: [], gradients: [] };
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

  #made(tensor: TensorView): void {
    this.puts.seen(tensor);
    this.#places.made();
    for (const [k, nth] of this.#nths) if (this.#places.isAt(nth)) this.#wanted.set(tensor.id, k);
  }

  #reached(id: number, gradient: TensorView | null, adds: boolean): void {
    const wanted = this.#wanted.get(id);
    const reading = gradient && wanted !== undefined ? this.#reading() : undefined;
    if (!reading || !gradient || wanted === undefined) return;
    const { data, start } = gradient.storage;
    const elements: number[] = [];
    eachPlace(gradient, (place) => elements.push(data[start + place] ?? NaN));
    const pass = reading.roots.length - 1;
    const known = reading.gradients.find((each) => each.pass === pass && each.wanted === wanted);
    if (!known) reading.gradients.push({ pass, wanted, elements });
    else known.elements = adds ? known.elements.map((sum, k) => sum + (elements[k] ?? NaN)) : elements;
  }

  #scalar(value: unknown): number | undefined {
    const tensor = typeof value === "object" && value !== null ? this.tensorOf(value) : null;
    if (!tensor || tensor.shape.some((size) => size !== 1)) return undefined;
    return tensor.storage.data[tensor.storage.start + tensor.offset];
  }
}
