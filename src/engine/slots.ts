import type { Node } from "./node";
import type { Tensor } from "./tensor";

/** Above this many entries the lists are given back to the collector after a pass. */
const kept = 1 << 20;

/** What a backward pass keeps: its nodes, and by slot what waits at each place. The next pass takes it over, so that a training loop makes it once. */
export class Slots {
  /** 0: nothing waits; else bits of `waits`. */
  kinds = new Uint8Array(64);
  numbers = new Float64Array(64);
  readonly tensors: (Tensor | null)[] = [];
  /** The nodes, newest first; null where a sequence number belongs to another graph. */
  readonly nodes: (Node | null)[] = [];
  private count = 0;

  /** Room for as many slots, all empty. */
  begin(count: number): void {
    this.count = count;
    if (count > this.kinds.length) {
      this.kinds = new Uint8Array(2 * count);
      this.numbers = new Float64Array(2 * count);
    } else this.kinds.fill(0, 0, count);
    const { tensors } = this;
    while (tensors.length < count) tensors.push(null);
  }

  /** Lets go of every tensor and node. */
  end(): void {
    if (this.tensors.length > kept) this.tensors.length = 0;
    else this.tensors.fill(null, 0, this.count);
    this.nodes.length = 0;
  }
}

/** What waits at a slot: a number or a tensor, and whether more than one contribution is in it. */
export const waits = { number: 1, tensor: 2, sum: 4 } as const;

let spare: Slots | null = null;

/** Slots for a pass; one that runs inside another's hook gets its own. */
export function takeSlots(): Slots {
  const slots = spare ?? new Slots();
  spare = null;
  return slots;
}

/** Gives them back. */
export function giveSlots(slots: Slots): void {
  slots.end();
  spare = slots;
}
