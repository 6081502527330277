import type { Form } from "../format";
import type { Recording } from "../recording";

/** How many leaves one number may come from before it is no longer told which. */
const most = 16;
/** How many derived tensors are remembered. */
const room = 50_000;

/** Which leaves there are, which tensor stands in the `.grad` of each, and what was computed from it. */
export class Leaves {
  /** By storage the leaf that requires a gradient. */
  readonly #ofStorage = new Map<number, number>();
  /** By gradient the leaf. */
  readonly #ofGradient = new Map<number, number>();
  readonly #gradients = new Map<number, number>();
  /** By tensor the leaves whose gradients it was computed from. */
  readonly #derived = new Map<number, readonly number[]>();

  constructor(private readonly recording: Recording) {}

  /** The leaf whose `.grad` a tensor is. */
  ofGradient(tensor: number): number | undefined {
    return this.#ofGradient.get(tensor);
  }

  /** The leaf that a storage belongs to. */
  ofStorage(storage: number): number | undefined {
    return this.#ofStorage.get(storage);
  }

  /** The tensor in the `.grad` of a leaf. */
  gradientOf(leaf: number): number | undefined {
    return this.#gradients.get(leaf);
  }

  /** Takes the next row. */
  read(row: number, form: Form): void {
    const { recording } = this;
    switch (form.kind) {
      case "create":
        for (let k = 0; k < form.outputs.length; k++) {
          const meta = recording.meta(form.outputs[k] ?? -1);
          if (!meta.requiresGrad || !meta.isLeaf) continue;
          const tensor = recording.arg(row, form.inputs + 2 * k);
          this.#ofStorage.set(recording.arg(row, form.inputs + 2 * k + 1), tensor);
          this.#derived.delete(tensor);
        }
        return;
      case "accumulate":
        if (form.flag !== "retained") this.#set(recording.arg(row, 0), recording.arg(row, 1));
        return;
      case "gradSet":
        this.#set(recording.arg(row, 0), recording.arg(row, 1));
        return;
      case "forward":
      case "update": {
        const sources = this.sources(row, form);
        if (sources.length === 0) return;
        if (this.#derived.size > room) this.#derived.clear();
        for (let k = 0; k < form.outputs.length; k++)
          // A weight that was updated is a weight again.
          if (!this.#ofStorage.has(recording.arg(row, form.inputs + 2 * k + 1)))
            this.#derived.set(recording.arg(row, form.inputs + 2 * k), sources);
        return;
      }
      default:
    }
  }

  /** The leaves whose gradients an op took, themselves or what was computed from them. */
  sources(row: number, form: Form): readonly number[] {
    let found: readonly number[] = none;
    for (let k = 0; k < form.inputs; k++) {
      const input = this.recording.arg(row, k);
      const own = this.#ofGradient.get(input);
      const from = own === undefined ? this.#derived.get(input) : [own];
      if (from === undefined || from === found) continue;
      if (found.length === 0) found = from;
      else if (found.length + from.length <= most) found = [...new Set([...found, ...from])];
      else if (own !== undefined) found = from;
    }
    return found;
  }

  #set(leaf: number, gradient: number): void {
    const before = this.#gradients.get(leaf);
    if (before === gradient) return;
    if (before !== undefined) this.#ofGradient.delete(before);
    if (gradient < 0) this.#gradients.delete(leaf);
    else {
      this.#gradients.set(leaf, gradient);
      this.#ofGradient.set(gradient, leaf);
    }
  }
}

const none: readonly number[] = [];
