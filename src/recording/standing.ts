import type { Form, Frame } from "./format";
import type { Keyframe, OpenTurn } from "./keyframe";
import type { Scoping } from "./scoping";

/** Bindings that a row makes "not yet", and the frame whose life of them it is. */
export interface Renewed {
  readonly bindings: readonly number[];
  readonly owner: number;
  /** Whether it is the same for every row of the form. */
  readonly always: boolean;
}

type Beginning = Pick<Keyframe, "turn" | "frame" | "gradEnabled" | "roots" | "turns" | "lastFrames">;

const unknown = -2;
const none = -1;

/** Where a program stands after a row, and what its rows said of tensors by id: the same for who writes and who reads. */
export class Standing {
  /** The frame that runs, −1 at the top level. */
  frame = -1;
  /** The turn that runs, −1 outside loops. */
  turn = -1;
  gradEnabled = true;
  /** Roots of the backward passes that run, outermost first. */
  readonly roots: number[] = [];
  /** Turns that have begun and not ended, in the order they began; the last one lies in `#latest` while it is the innermost. */
  readonly #turns = new Map<number, OpenTurn>();
  readonly #latest = { turn: -1, parent: -1, loop: -1, value: NaN, valued: false };
  /** By tensor the one in its `.grad`. */
  readonly grads = new Map<number, number>();
  /** By tensor the text that is its name as a parameter. */
  readonly names = new Map<number, number>();
  /** By parameter and name what an optimizer keeps: the form of the row that said so, and the tensor. */
  readonly states = new Map<number, Map<string, readonly [form: number, tensor: number]>>();
  readonly #lastFrames = new Map<number, number>();
  /** By frame the one around it that entered the same function: `unknown` or `none` where that is so. */
  readonly #outer: number[] = [];

  constructor(
    private readonly scoping: Scoping,
    private readonly frameOf: (id: number) => Frame | undefined,
  ) {}

  /** Takes in a row: the id of its form, its first two arguments and its first number. */
  follow(form: Form, id: number, first: number, second: number, number: number): void {
    this.frame = form.frame;
    switch (form.kind) {
      case "accumulate":
        this.grads.set(first, second);
        return;
      case "gradSet":
        if (second < 0) this.grads.delete(first);
        else this.grads.set(first, second);
        return;
      case "turn": {
        this.#settle();
        const latest = this.#latest;
        latest.turn = this.turn = first;
        latest.parent = second;
        latest.loop = form.ref;
        latest.value = number;
        latest.valued = form.flag === "valued";
        return;
      }
      case "turnEnd":
        if (this.#latest.turn === first) {
          if (this.turn === first) this.turn = this.#latest.parent;
          this.#latest.turn = -1;
          return;
        }
        if (this.turn === first) this.turn = this.#turns.get(first)?.parent ?? -1;
        this.#turns.delete(first);
        return;
      case "switch":
        this.turn = first;
        return;
      case "enter":
        if (form.ref >= 0) this.#lastFrames.set(form.ref, form.frame);
        return;
      case "leave": {
        this.frame = this.frameOf(form.frame)?.parent ?? -1;
        const outer = this.#outerOf(form.ref, form.frame);
        if (outer !== none) this.#lastFrames.set(form.ref, outer);
        return;
      }
      case "gradMode":
        this.gradEnabled = form.flag === "on";
        return;
      case "backward":
        this.roots.push(first);
        return;
      case "backwardEnd":
        this.roots.pop();
        return;
      case "name":
        this.names.set(first, second);
        return;
      case "state":
        this.keep(first, form.op, id, second);
        return;
      default:
    }
  }

  /** Turns that have begun and not ended, in the order they began. */
  get turns(): ReadonlyMap<number, OpenTurn> {
    this.#settle();
    return this.#turns;
  }

  /** Puts the latest turn to the others: most end before another begins in them, and never get there. */
  #settle(): void {
    const { turn, parent, loop, value, valued } = this.#latest;
    if (turn < 0) return;
    this.#turns.set(turn, { turn, parent, loop, value: valued ? value : null });
    this.#latest.turn = -1;
  }

  /** An optimizer keeps a tensor for a parameter. */
  keep(parameter: number, name: string, form: number, tensor: number): void {
    const states = this.states.get(parameter) ?? new Map<string, readonly [number, number]>();
    states.set(name, [form, tensor]);
    this.states.set(parameter, states);
  }

  /** The frame whose life of a binding code in `frame` means; for code that runs after its function has ended the one entered last. */
  ownerOf(binding: number, frame: number): number {
    const home = this.scoping.home(binding);
    return this.scoping.entered(home, frame) ?? this.#lastFrames.get(home) ?? -1;
  }

  /** What a row of a form makes "not yet" now; null for nothing. */
  renews({ kind, ref, frame, flag }: Form): Renewed | null {
    const { scoping } = this;
    if (kind === "turn" || flag === "pull") {
      const owner = scoping.loopOwner(ref, frame);
      const last = owner ?? this.#lastFrames.get(scoping.homeOfLoop(ref)) ?? -1;
      return { bindings: scoping.ofLoop(ref), owner: last, always: owner !== undefined };
    }
    if (ref < 0 || (kind !== "enter" && kind !== "leave")) return null;
    // What a function had is still read after it has ended, but not by the call of it that goes on then.
    if (kind === "leave" && this.#outerOf(ref, frame) === none) return null;
    return { bindings: scoping.ofFunction(ref), owner: frame, always: true };
  }

  /** How a keyframe says it. */
  beginning(): Beginning {
    const { turn, frame, gradEnabled, roots, turns } = this;
    return {
      turn,
      frame,
      gradEnabled,
      roots: [...roots],
      turns: [...turns.values()],
      lastFrames: [...this.#lastFrames],
    };
  }

  /** Begins where a keyframe says. */
  begin({ turn, frame, gradEnabled, roots, turns, lastFrames }: Beginning): void {
    [this.turn, this.frame, this.gradEnabled] = [turn, frame, gradEnabled];
    this.roots.push(...roots);
    for (const each of turns) this.#turns.set(each.turn, each);
    for (const [fn, last] of lastFrames) this.#lastFrames.set(fn, last);
  }

  /** A copy that moves on its own. */
  copy(): Standing {
    const made = new Standing(this.scoping, this.frameOf);
    made.begin(this.beginning());
    for (const [tensor, grad] of this.grads) made.grads.set(tensor, grad);
    for (const [tensor, name] of this.names) made.names.set(tensor, name);
    for (const [parameter, states] of this.states) made.states.set(parameter, new Map(states));
    return made;
  }

  #outerOf(fn: number, frame: number): number {
    const known = this.#outer[frame] ?? unknown;
    if (known !== unknown) return known;
    const found = fn < 0 ? none : (this.scoping.entered(fn, this.frameOf(frame)?.parent ?? -1) ?? none);
    return (this.#outer[frame] = found);
  }
}

/** A binding in one life, as a key. */
export function slotKey(binding: number, owner: number): number {
  return (owner + 1) * 0x100000 + binding;
}
