import type { Buffer } from "../dtype";

/** Where a tensor's elements begin. */
interface Place {
  readonly data: Buffer;
  readonly origin: number;
}

/** The element of a tensor that has one. */
export function valueOf(x: Place): number {
  return x.data[x.origin]!;
}
