import type { Buffer } from "../dtype";

/** Where a tensor's elements begin. */
interface Place {
  readonly data: Buffer;
  readonly origin: number;
}

/** Adds the element of one tensor to that of another, rounding to its dtype. */
export function addCell(to: Place, from: Place): void {
  to.data[to.origin]! += from.data[from.origin]!;
}

/** The element of a tensor that has one. */
export function valueOf(x: Place): number {
  return x.data[x.origin]!;
}
