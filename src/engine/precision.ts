import type { DType } from "./dtype";
import { allocate, type Storage } from "./storage";

let doubled = false;

/**
 * @internal Makes every float32 tensor that is made from now on hold float64, with the elements it would have had as
 * float32: a difference of two runs is then a derivative and not noise. For re-runs, before any tensor is made.
 */
export function computeInDouble(on: boolean): void {
  doubled = on;
}

/** @internal The memory, or in double precision a copy of float32 memory with room for float64. */
export function computed(storage: Storage): Storage {
  if (!doubled || storage.dtype !== "float32") return storage;
  const wide = allocate("float64", storage.length);
  for (let k = 0; k < storage.length; k++) wide.data[wide.start + k] = storage.data[storage.start + k] ?? NaN;
  return wide;
}

/** @internal What stands for a dtype in this precision. */
export function computedAs(dtype: DType): DType {
  return doubled && dtype === "float32" ? "float64" : dtype;
}

/** @internal Whether random numbers for this dtype are drawn as doubles: the stream of a re-run is the run's. */
export function drawsDouble(dtype: DType): boolean {
  return dtype === "float64" && !doubled;
}
