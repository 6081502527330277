import type { Form } from "./format";
import { operandBinding } from "./operands";
import type { Recording } from "./recording";
import type { Start } from "./start";

const several = -1;

/** What a segment's rows have told of its tensors so far: which were made, read, followed by autograd, held by a variable. */
export class Lineage {
  /** Whether a backward ran: by hand no weight is updated after that. */
  trained = false;
  readonly #made = new Set<number>();
  /** Leaves that require a gradient, made here or told of anew since they came to. */
  readonly #weights = new Set<number>();
  /** Results that autograd follows: no weight is replaced by one. */
  readonly #followed = new Set<number>();
  readonly #gradients = new Set<number>();
  readonly #held = new Map<number, number>();
  /** By tensor the output of the op that read it, `several` for more than one. */
  readonly #readTensors = new Map<number, number>();
  readonly #readNumbers = new Set<number>();

  constructor(
    private readonly recording: Recording,
    private readonly start: Start,
    private readonly inTurn: boolean,
  ) {}

  /** A tensor was created. */
  created(row: number, form: Form): void {
    const tensor = this.recording.arg(row, 0);
    this.#made.add(tensor);
    if (this.recording.meta(form.outputs[0] ?? -1).requiresGrad) this.#weights.add(tensor);
  }

  /** An op ran; whether autograd follows what it made. */
  computed(row: number, form: Form): boolean {
    const { recording } = this;
    const output = recording.arg(row, form.inputs);
    this.#made.add(output);
    for (let k = 0; k < form.inputs; k++) {
      const read = this.#readTensors.get(recording.arg(row, k)) ?? output;
      this.#readTensors.set(recording.arg(row, k), read === output ? output : several);
    }
    if (!this.trained)
      for (let k = 0; k < form.numbers.length; k++) {
        const operand = operandBinding(recording, form, form.inputs + k);
        if (operand !== undefined) this.#readNumbers.add(operand.id);
      }
    const followed = form.outputs.some((meta) => recording.meta(meta).requiresGrad);
    if (followed) this.#followed.add(output);
    return followed;
  }

  /** A tensor came to be some other's gradient. */
  isNowGradient(tensor: number): void {
    if (tensor >= 0) this.#gradients.add(tensor);
  }

  isGradient(tensor: number): boolean {
    if (this.#gradients.has(tensor)) return true;
    return !this.#made.has(tensor) && this.start.gradients.has(tensor);
  }

  /** Whether changing a tensor in place is the update of a weight without autograd: it is older than this turn, whose ops read it. */
  isWeightByHand(tensor: number): boolean {
    return !this.trained && this.inTurn && !this.#made.has(tensor) && this.#readTensors.has(tensor);
  }

  /** A variable was given a tensor (−1: something else); whether that is the update of a weight. */
  written(form: Form, tensor: number, variable: boolean): boolean {
    const updates = variable && this.#changesWeight(form, tensor);
    if (tensor >= 0) this.#held.set(form.ref, tensor);
    return updates;
  }

  /** The variable that was given a tensor. */
  holderOf(tensor: number): number | undefined {
    return [...this.#held].find(([, held]) => held === tensor)?.[0];
  }

  /** Whether a write is the update of a weight: it takes the place of a leaf, or of what this iteration's ops read. */
  #changesWeight(form: Form, tensor: number): boolean {
    const { recording } = this;
    if (tensor < 0 && form.valueType !== "number") return false;
    if (recording.binding(form.ref).kind === "const") return false;
    if (tensor < 0) return !this.trained && this.inTurn && this.#readNumbers.delete(form.ref);
    const before = this.#heldBefore(form.ref);
    if (before === undefined || before === tensor) return false;
    const meta = this.start.state.meta(before);
    const retold = this.trained && this.#weights.has(before);
    if (retold || (meta?.isLeaf === true && meta.requiresGrad)) return !this.#followed.has(tensor);
    if (this.trained || !this.inTurn || this.#made.has(before)) return false;
    const output = this.#readTensors.get(before);
    return output !== undefined && output !== tensor;
  }

  #heldBefore(binding: number): number | undefined {
    const known = this.#held.get(binding);
    if (known !== undefined) return known;
    const held = this.start.state.binding(binding);
    return held !== "not yet" && held.type === "tensor" ? held.tensor : undefined;
  }
}
