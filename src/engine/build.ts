import type { Shape } from "./shape";
import type { Cell, Storage } from "./storage";
import type { Tensor } from "./tensor";

/** Makes a handle on memory; `id` only for the same tensor as it was before. */
export type Builder = (storage: Storage | Cell, shape: Shape, strides: Shape, offset: number, id?: number) => Tensor;

let builder: Builder | null = null;

/** Tensor's own file says here how to make one, so that ops need not import it, which imports them. */
export function buildWith(next: Builder): void {
  builder = next;
}

/** A new tensor over memory, without history. */
export const build: Builder = (storage, shape, strides, offset, id) => {
  if (builder === null)
    throw new Error("The engine's ops were used before its Tensor was loaded: import from backstep.");
  return builder(storage, shape, strides, offset, id);
};

/** Whether a value is a tensor rather than an index, an option or a list. */
export function isTensor(value: unknown): value is Tensor {
  return typeof value === "object" && value !== null && "storage" in value && "strides" in value;
}
