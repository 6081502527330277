import type { Gradcheck } from "./gradcheck";
import type { Landscape } from "./landscape";

interface Asking<W extends string, T> {
  readonly what: W;
  /** Re-runs done, of those that are known to come; 0 of 0 when it has just been asked. */
  readonly done: number;
  readonly of: number;
  /** Null as long as it goes on; a string says why there is none. */
  readonly outcome: T | string | null;
}

/** What a person asked re-runs of a recording, and how far the answer is. */
export type Asked = Asking<"gradcheck", Gradcheck> | Asking<"landscape", Landscape>;
