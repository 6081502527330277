import type { TensorView } from "../engine/observer";
import { elementsOf } from "./value";

const several = -1;

/** Which gradients came to which tensors during one backward pass: an open hash table that is emptied by a new stamp. */
export class Arrivals {
  #tensors = new Int32Array(256);
  #stamps = new Int32Array(256);
  /** Storage and version of the one gradient that came, or `several`. */
  #came = new Float64Array(256);
  /** Its first element: the engine may hand on a single number in a tensor of its own. */
  #first = new Float64Array(256);
  #count = 0;
  #stamp = 1;

  /** A backward begins at a root. */
  begin(root: number, seed: TensorView): void {
    this.#stamp++;
    this.#count = 0;
    this.add(root, seed);
  }

  /** A contribution came to a tensor. */
  add(tensor: number, gradient: TensorView): void {
    if (2 * this.#count >= this.#tensors.length) this.#grow();
    const at = this.#find(tensor);
    if (this.#stamps[at] === this.#stamp) {
      this.#came[at] = several;
      return;
    }
    this.#count++;
    this.#put(at, tensor, packed(gradient), firstOf(gradient));
  }

  /** Whether a gradient is the one thing that came to a tensor, and as it came. */
  isOnly(tensor: number, gradient: TensorView): boolean {
    const at = this.#find(tensor);
    if (this.#stamps[at] !== this.#stamp || this.#came[at] === several) return false;
    if (this.#came[at] === packed(gradient)) return true;
    return elementsOf(gradient.shape) === 1 && Object.is(this.#first[at], firstOf(gradient));
  }

  #find(tensor: number): number {
    const mask = this.#tensors.length - 1;
    let at = (Math.imul(tensor, 0x9e3779b1) >>> 15) & mask;
    while (this.#stamps[at] === this.#stamp && this.#tensors[at] !== tensor) at = (at + 1) & mask;
    return at;
  }

  #put(at: number, tensor: number, came: number, first: number): void {
    this.#first[at] = first;
    this.#tensors[at] = tensor;
    this.#stamps[at] = this.#stamp;
    this.#came[at] = came;
  }

  #grow(): void {
    const [tensors, stamps, came, first] = [this.#tensors, this.#stamps, this.#came, this.#first];
    const length = 2 * tensors.length;
    this.#tensors = new Int32Array(length);
    this.#stamps = new Int32Array(length);
    this.#came = new Float64Array(length);
    this.#first = new Float64Array(length);
    for (let k = 0; k < stamps.length; k++) {
      const tensor = tensors[k] ?? 0;
      if (stamps[k] === this.#stamp) this.#put(this.#find(tensor), tensor, came[k] ?? several, first[k] ?? NaN);
    }
  }
}

function packed({ storage: { id, version } }: TensorView): number {
  return id * 1024 + (version % 1024);
}

function firstOf({ storage: { data, start }, offset }: TensorView): number {
  return data[start + offset] ?? NaN;
}
