import { setFlagsFromString } from "node:v8";

/**
 * Whether V8 counts what typed arrays hold with the heap, so that a step's arrays go when its objects go. Counted apart,
 * as V8 13 does by itself, all of the heap is collected for every few tens of megabytes of them: a tenth of the time
 * of a training with large matrices. It holds on to more memory, so a process that is large already does without.
 */
export function countArraysWithHeap(on: boolean): void {
  const [major = 0, minor = 0] = process.versions.v8.split(".").map(Number);
  if (major === 13 && minor >= 6) setFlagsFromString(`--${on ? "" : "no-"}external-memory-accounted-in-global-limit`);
}
