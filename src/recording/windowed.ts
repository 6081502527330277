import type { Block, Meta, ValuePointer } from "./format";
import type { Recording } from "./recording";
import { sampled, type Stats } from "./stats";
import { eachPlace, elementsOf, firstPlaces, isContiguous, isPermuted, type Value } from "./value";

/** Larger windows on kept values are not laid out. */
const largestWindow = 1 << 20;

/** A window's elements, from the block its whole storage lies in; null when that kept statistics only and it shows a part. */
export function windowed(recording: Recording, pointer: ValuePointer, block: Block, meta: Meta): Value | null {
  const { shape, dtype, offset } = meta;
  const elements = elementsOf(shape);
  const whole = elements === block.elements && offset === 0;
  if (whole && isContiguous(meta)) return recording.block(pointer, block, shape);
  if (block.kept === "statistics" ? !whole || !isPermuted(meta) : elements > largestWindow) return null;
  const { data, stats } = recording.block(pointer, block);
  if (data === null) return { shape, dtype, data, stats: turned(stats, meta) };
  const to = new Float64Array(elements);
  eachPlace(meta, (place, index) => {
    to[index] = data[place] ?? NaN;
  });
  return { shape, dtype, data: to };
}

/** The statistics with the first elements as the window shows them, so far as they are in the sample. */
function turned(stats: Stats, meta: Meta): Stats {
  const places = firstPlaces(meta, sampled);
  const unknown = places.findIndex((place) => place >= stats.sample.length);
  const known = unknown < 0 ? places : places.slice(0, unknown);
  return { ...stats, sample: known.map((place) => stats.sample[place] ?? NaN) };
}
