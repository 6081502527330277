import type { Accumulator } from "./accumulator";
import type { Round } from "./dtype";
import { valueOf } from "./kernels/cell";
import { scalarTensor } from "./leaf";
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
  /** Leaves whose last contribution has come; null where that was seen to. */
  readonly ready: (Accumulator | null)[] = [];
  /** The first `found` are the nodes: as they were found, then newest first. */
  readonly nodes: (Node | null)[] = [];
  found = 0;
  /** Their sequence numbers, read where each node is at hand: a graph is larger than a processor's cache. */
  private sequences = new Float64Array(64);
  private count = 0;
  /** Where nodes are put in order. */
  private readonly spare: (Node | null)[] = [];

  /** Room for as many slots, all empty. */
  begin(count: number): void {
    this.count = count;
    if (count > this.kinds.length) {
      this.kinds = new Uint8Array(2 * count);
      this.numbers = new Float64Array(2 * count);
    } else for (let k = 0; k < count; k++) this.kinds[k] = 0;
    const { tensors } = this;
    while (tensors.length < count) tensors.push(null);
  }

  /** Adds a number to what waits at a slot. */
  putNumber(slot: number, value: number, r: Round): void {
    const { kinds, numbers, tensors } = this;
    const kind = kinds[slot] ?? 0;
    if (kind === 0) {
      kinds[slot] = waits.number;
      numbers[slot] = value;
      return;
    }
    kinds[slot] = kind | waits.sum;
    const held = tensors[slot];
    if ((kind & waits.number) !== 0) numbers[slot] = r((numbers[slot] ?? 0) + value);
    else if (held) tensors[slot] = scalarTensor(held.dtype, valueOf(held) + value);
  }

  /** What waits at a slot, as a tensor. */
  at(slot: number, like: Tensor | undefined): Tensor | null {
    if (((this.kinds[slot] ?? 0) & waits.number) !== 0)
      return scalarTensor(like?.dtype ?? "float32", this.numbers[slot] ?? 0);
    return this.tensors[slot] ?? null;
  }

  /** A node that a gradient goes through. */
  add(node: Node): void {
    const { nodes, found } = this;
    if (found === this.sequences.length) {
      const larger = new Float64Array(2 * found);
      larger.set(this.sequences);
      this.sequences = larger;
    }
    this.sequences[found] = node.sequence;
    if (found < nodes.length) nodes[found] = node;
    else nodes.push(node);
    this.found++;
  }

  /** Orders the nodes, newest first: each is put at its distance from the newest, unless that would leave mostly holes. */
  order(): void {
    const { nodes, spare, found, sequences } = this;
    let [newest, oldest] = [0, Infinity];
    for (let k = 0; k < found; k++) {
      const sequence = sequences[k] ?? 0;
      if (sequence > newest) newest = sequence;
      if (sequence < oldest) oldest = sequence;
    }
    const span = newest - oldest + 1;
    if (span > 4 * found + 64) {
      const sorted = nodes.slice(0, found).sort((x, y) => (y?.sequence ?? 0) - (x?.sequence ?? 0));
      for (let k = 0; k < found; k++) nodes[k] = sorted[k] ?? null;
      return;
    }
    while (spare.length < span) spare.push(null);
    for (let k = 0; k < found; k++) {
      spare[newest - (sequences[k] ?? 0)] = nodes[k] ?? null;
      nodes[k] = null;
    }
    this.found = 0;
    for (let k = 0; k < span; k++) {
      const node = spare[k];
      if (node === null || node === undefined) continue;
      spare[k] = null;
      nodes[this.found++] = node;
    }
  }

  /** Lets go of every tensor and node. */
  end(): void {
    if (this.tensors.length > kept) {
      this.tensors.length = this.nodes.length = this.spare.length = 0;
      this.sequences = new Float64Array(64);
    } else {
      // Most passes are short: a loop costs less than the call of a built-in.
      for (let k = 0; k < this.count; k++) this.tensors[k] = null;
      for (let k = 0; k < this.found; k++) this.nodes[k] = null;
    }
    this.found = 0;
    if (this.ready.length > kept) this.ready.length = 0;
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
