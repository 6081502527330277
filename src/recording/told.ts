import type { TensorView } from "../engine/observer";
import { onPage, pageBits, pageOf } from "./pages";

/** How a tensor's flags are kept; never 0. */
export function flagsOf({ requiresGrad, isLeaf }: Pick<TensorView, "requiresGrad" | "isLeaf">): number {
  return 1 | (requiresGrad ? 2 : 0) | (isLeaf ? 4 : 0);
}

/** What rows have told of so far, for who writes them: by tensor its flags, by storage whether its value is there. */
export class Told {
  readonly #flags: (Uint8Array | undefined)[] = [];
  readonly #held: (Uint8Array | undefined)[] = [];

  /** The flags that rows last gave the tensor; 0 for one that they have not told of. */
  flags(tensor: number): number {
    return this.#flags[tensor >>> pageBits]?.[tensor & onPage] ?? 0;
  }

  /** Rows have told of the tensor. */
  tell(tensor: number, flags: number): void {
    const page = this.#flags[tensor >>> pageBits] ?? pageOf(this.#flags, tensor, newPage);
    page[tensor & onPage] = flags;
  }

  /** Whether rows have told what the storage holds. */
  holds(storage: number): boolean {
    return this.#held[storage >>> pageBits]?.[storage & onPage] === 1;
  }

  /** Rows have told what the storage holds. */
  hold(storage: number): void {
    const page = this.#held[storage >>> pageBits] ?? pageOf(this.#held, storage, newPage);
    page[storage & onPage] = 1;
  }
}

function newPage(): Uint8Array {
  return new Uint8Array(1 << pageBits);
}
