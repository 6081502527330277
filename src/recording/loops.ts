import { operandBinding, sourcesOf } from "./operands";
import type { Recording } from "./recording";
import { Turns, type Turn } from "./turns";

const backward = 1;
const update = 2;
const both = backward | update;
const none: ReadonlySet<number> = new Set();

/** What happened in the turns of a loop, where it is nested deepest. */
interface LoopFacts {
  bothDepth: number;
  backwardDepth: number;
  /** A turn read what the one before had written to a variable … */
  carriedDepth: number;
  /** … that lives longer than the outermost loop's turns: a weight, not a sum that starts anew. */
  lastingDepth: number;
}

interface Read {
  readonly binding: number;
  readonly turn: number;
  readonly loop: Turn;
  readonly output: number;
}

/**
 * Finds the loops whose turns are iterations, from what ran. Per outermost loop the innermost loop in whose turns
 * both a backward and an update ran; failing that, the innermost with a backward; failing that, the innermost that
 * writes a variable which its next turn passes to a tensor op, other than the op that makes its next value (a sum)
 * and outside of autograd (a chain that a later backward goes through).
 */
export class Loops {
  readonly turns: Turns;
  /** Grows when the answer changes. */
  version = 0;
  readonly #marks: number[] = [];
  /** By outermost loop the variables that carry something from turn to turn beyond the loop's own life. */
  readonly #carriers = new Map<number, Set<number>>();
  readonly #facts = new Map<number, Map<number, LoopFacts>>();
  readonly #chosen = new Map<number, number>();
  readonly #trained = new Set<number>();
  readonly #leaves = new Set<number>();
  /** Results that autograd follows: a chain of them is one graph, not a gradient by hand. */
  readonly #tracked = new Set<number>();
  readonly #written = new Map<number, { tensor: number; turn: number }>();
  readonly #holder = new Map<number, number>();
  readonly #reads = new Map<number, Read[]>();
  #grad = true;
  #passes = 0;

  constructor(private readonly recording: Recording) {
    this.turns = new Turns(recording);
  }

  /** The loop whose turns are iterations inside an outermost loop, −1 when there is none. */
  iterationLoop(root: number): number {
    return this.#chosen.get(root) ?? -1;
  }

  /** Whether backward ran in an outermost loop. */
  trains(root: number): boolean {
    return this.#trained.has(root);
  }

  /** The variables that an outermost loop without backward carries from turn to turn: its weights, written by hand. */
  carriers(root: number): ReadonlySet<number> {
    return this.#carriers.get(root) ?? none;
  }

  /** Takes the next row. */
  read(row: number): void {
    const { recording } = this;
    const form = recording.form(row);
    this.turns.read(row);
    switch (form.kind) {
      case "turn":
        for (const binding of recording.scoping.ofLoop(form.ref)) this.#written.delete(binding);
        return;
      case "enter":
        for (const binding of recording.scoping.ofFunction(form.ref)) this.#written.delete(binding);
        return;
      case "gradMode":
        this.#grad = form.flag === "on";
        return;
      case "backward":
        this.#passes++;
        this.#mark(backward);
        return;
      case "backwardEnd":
        this.#passes--;
        return;
      case "optimizer":
        this.#mark(update);
        return;
      case "create":
      case "forward": {
        const root = this.turns.turn(this.turns.current)?.root ?? -1;
        for (let k = 0; k < form.outputs.length; k++) {
          const meta = recording.meta(form.outputs[k] ?? -1);
          if (!meta.requiresGrad) continue;
          if (meta.isLeaf) this.#leaves.add(recording.arg(row, form.inputs + 2 * k));
          else if (!this.#trained.has(root)) this.#tracked.add(recording.arg(row, form.inputs + 2 * k));
        }
        if (form.kind === "forward" && this.turns.current >= 0 && this.#passes === 0) this.#readBy(row);
        return;
      }
      case "update": {
        const target = recording.arg(row, form.inputs);
        const meta = recording.meta(form.outputs[0] ?? -1);
        if (meta.isLeaf && meta.requiresGrad && !this.#grad) this.#mark(update);
        const binding = this.#holder.get(target);
        if (binding !== undefined) this.#wrote(binding, target, -1);
        return;
      }
      case "write":
        if (form.valueType === "tensor") this.#wroteTensor(form.ref, recording.arg(row, 0));
        else if (form.valueType === "number" && isVariable(recording, form.ref)) this.#wrote(form.ref, -1, -1);
        return;
      default:
    }
  }

  #wroteTensor(binding: number, tensor: number): void {
    if (!isVariable(this.recording, binding)) return;
    const before = this.#written.get(binding)?.tensor ?? -1;
    const replaces = before >= 0 && before !== tensor && this.#leaves.has(before);
    if (replaces && (this.#leaves.has(tensor) || !this.#grad)) this.#mark(update);
    if (replaces && !this.#grad) this.#leaves.add(tensor);
    if (before !== tensor) this.#holder.delete(before);
    this.#holder.set(tensor, binding);
    this.#wrote(binding, tensor, tensor);
  }

  /** `next` is the tensor that is the variable's next value, −1 when it is none. */
  #wrote(binding: number, tensor: number, next: number): void {
    const reads = this.#reads.get(binding);
    if (reads !== undefined) {
      this.#reads.delete(binding);
      for (const read of reads) if (read.output !== next || next < 0) this.#carried(read);
    }
    const written = this.#written.get(binding);
    if (written === undefined) this.#written.set(binding, { tensor, turn: this.turns.current });
    else [written.tensor, written.turn] = [tensor, this.turns.current];
  }

  /** Notes the variables that an op read which an earlier turn of a loop had written. */
  #readBy(row: number): void {
    const { recording } = this;
    const root = this.turns.turn(this.turns.current)?.root ?? -1;
    if (this.#trained.has(root)) return;
    const form = recording.form(row);
    for (let k = 0; k < form.inputs; k++) {
      const binding = this.#holder.get(recording.arg(row, k));
      if (binding !== undefined && !this.#tracked.has(recording.arg(row, k)))
        this.#readOf(binding, recording.arg(row, form.inputs));
    }
    if (form.numbers.length === 0) return;
    for (let k = form.inputs; k < form.inputs + form.numbers.length; k++) {
      const binding = operandBinding(recording, form, k);
      if (binding !== undefined && this.#written.get(binding.id)?.tensor === -1) this.#readOf(binding.id, -1);
    }
  }

  #readOf(binding: number, output: number): void {
    const turn = this.#written.get(binding)?.turn ?? -1;
    if (turn < 0) return;
    const loop = this.#carrier(turn, this.turns.current);
    if (loop === undefined) return;
    const read = { binding, turn, loop, output };
    if (output < 0) this.#carried(read);
    else this.#reads.set(binding, [...(this.#reads.get(binding) ?? []), read]);
  }

  /** The turn around `now` that is a later turn of the same loop as one around `then`. */
  #carrier(then: number, now: number): Turn | undefined {
    const { turns } = this;
    let a = turns.turn(then);
    let b = turns.turn(now);
    while (a !== undefined && b !== undefined && a !== b) {
      if (a.parent === b.parent) return a.loop === b.loop && a.activation === b.activation ? b : undefined;
      if (a.depth > b.depth) a = turns.turn(a.parent);
      else if (b.depth > a.depth) b = turns.turn(b.parent);
      else [a, b] = [turns.turn(a.parent), turns.turn(b.parent)];
    }
    return undefined;
  }

  #carried({ binding, loop }: Read): void {
    const facts = this.#factsOf(loop);
    const lasting = sourcesOf(this.recording).outlives(binding, loop.root);
    if (lasting) this.#carriers.set(loop.root, (this.#carriers.get(loop.root) ?? new Set<number>()).add(binding));
    if (facts.carriedDepth >= loop.depth && (!lasting || facts.lastingDepth >= loop.depth)) return;
    facts.carriedDepth = Math.max(facts.carriedDepth, loop.depth);
    if (lasting) facts.lastingDepth = Math.max(facts.lastingDepth, loop.depth);
    this.#choose(loop.root);
  }

  #mark(bits: number): void {
    for (let id = this.turns.current; id >= 0;) {
      const turn = this.turns.turn(id);
      if (turn === undefined) return;
      const before = this.#marks[id] ?? 0;
      if ((before & bits) === bits) return;
      const after = (this.#marks[id] = before | bits);
      const facts = this.#factsOf(turn);
      let news = false;
      if (after === both && facts.bothDepth < turn.depth) [facts.bothDepth, news] = [turn.depth, true];
      if (after & backward && facts.backwardDepth < turn.depth) [facts.backwardDepth, news] = [turn.depth, true];
      if (bits === backward) this.#trained.add(turn.root);
      if (news) this.#choose(turn.root);
      id = turn.parent;
    }
  }

  #factsOf({ root, loop }: Turn): LoopFacts {
    const loops = this.#facts.get(root) ?? new Map<number, LoopFacts>();
    this.#facts.set(root, loops);
    const facts = loops.get(loop) ?? { bothDepth: -1, backwardDepth: -1, carriedDepth: -1, lastingDepth: -1 };
    loops.set(loop, facts);
    return facts;
  }

  #choose(root: number): void {
    const loops = [...(this.#facts.get(root) ?? [])];
    for (const key of ["bothDepth", "backwardDepth", "lastingDepth", "carriedDepth"] as const) {
      let [chosen, depth] = [-1, -1];
      for (const [loop, facts] of loops) if (facts[key] > depth) [chosen, depth] = [loop, facts[key]];
      if (chosen < 0) continue;
      if (this.#chosen.get(root) === chosen) return;
      this.#chosen.set(root, chosen);
      this.version++;
      return;
    }
  }
}

/** Whether writes to a binding change something that lasts: no parameter, no loop variable, no import. */
export function isVariable(recording: Recording, binding: number): boolean {
  const kind = recording.binding(binding).kind;
  return kind === "let" || kind === "var" || kind === "const" || kind === "property";
}
