import type { Block, Meta, ValuePointer } from "./format";
import type { Recording } from "./recording";
import { eachPlace, elementsOf, isContiguous, type Value } from "./value";

/** Larger windows on kept values are not laid out. */
const largestWindow = 1 << 20;

/** A window's elements, from the block its whole storage lies in; null when that kept statistics only. */
export function windowed(recording: Recording, pointer: ValuePointer, block: Block, meta: Meta): Value | null {
  const { shape, dtype, offset } = meta;
  const elements = elementsOf(shape);
  const whole = elements === block.elements && offset === 0 && isContiguous(meta);
  if (whole) return recording.block(pointer, block, shape);
  if (block.kept === "statistics" || elements > largestWindow) return null;
  const { data } = recording.block(pointer, block);
  if (data === null) return null;
  const to = new Float64Array(elements);
  eachPlace(meta, (place, index) => {
    to[index] = data[place] ?? NaN;
  });
  return { shape, dtype, data: to };
}
