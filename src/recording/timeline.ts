import type { Meta } from "./format";
import { outputPlace, type Place } from "./latest";
import { slicedPerSegment } from "./memo";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { eachNumber, type Slices } from "./slices";
import { startOf, type Start } from "./start";
import type { Value } from "./value";
import { windowed } from "./windowed";

interface Write {
  readonly row: number;
  readonly place: Place;
  /** What tensors see through it, decoded once. */
  readonly seen: Map<number, Value | null>;
}

interface Told {
  readonly row: number;
  readonly storage: number;
  readonly meta: Meta;
  /** A view on a larger value than is kept has its own, until the storage is written again. */
  readonly own: Place | undefined;
}

/** What tensors held during a segment, at any of its rows; values are decoded when someone looks. */
export class Timeline {
  readonly #writes = new Map<number, Write[]>();
  readonly #told = new Map<number, Told[]>();
  readonly #grads = new Map<number, { readonly row: number; readonly grad: number }[]>();
  readonly #accumulated = new Map<number, number>();
  readonly #before = new Map<number, Value | null>();

  constructor(
    private readonly recording: Recording,
    private readonly start: Start,
  ) {}

  /** Takes in the segment's rows. */
  *read({ firstRow, endRow }: Segment): Slices<this> {
    yield* eachNumber(firstRow, endRow, (row) => {
      this.#take(row);
    });
    return this;
  }

  /** What a tensor held after a row; null when it was not there yet or was not recorded. The same object until it changes. */
  valueAt(tensor: number, row: number): Value | null {
    const told = before(this.#told.get(tensor), row);
    const storage = told?.storage ?? this.start.state.tensor(tensor)?.storage;
    if (storage === undefined) return null;
    const write = before(this.#writes.get(storage), row);
    const own = told?.own;
    if (own !== undefined && told !== undefined && (write === undefined || write.row <= told.row)) {
      return this.#once(tensor, () => this.recording.block(own.pointer, own.block, told.meta.shape));
    }
    if (write === undefined) return this.#valueBefore(tensor, storage, told?.meta);
    const known = write.seen.get(tensor);
    if (known !== undefined) return known;
    const meta = told?.meta ?? this.start.state.meta(tensor);
    const value = meta === undefined ? null : windowed(this.recording, write.place.pointer, write.place.block, meta);
    write.seen.set(tensor, value);
    return value;
  }

  /** The storage that a tensor is a window on after a row. */
  storageAt(tensor: number, row: number): number | undefined {
    return before(this.#told.get(tensor), row)?.storage ?? this.start.state.tensor(tensor)?.storage;
  }

  /** A tensor's meta after a row. */
  metaAt(tensor: number, row: number): Meta | undefined {
    return before(this.#told.get(tensor), row)?.meta ?? this.start.state.meta(tensor);
  }

  /** The tensor in `.grad` after a row, null for none. */
  gradAt(tensor: number, row: number): number | null {
    const set = before(this.#grads.get(tensor), row);
    if (set !== undefined) return set.grad < 0 ? null : set.grad;
    return this.start.state.gradOf(tensor) ?? null;
  }

  /** Whether a backward of this segment had accumulated into the tensor's `.grad` by then. */
  accumulatedBy(tensor: number, row: number): boolean {
    return (this.#accumulated.get(tensor) ?? Infinity) <= row;
  }

  /** The first row after `row` that writes the storage of a tensor, −1 for none. */
  nextWrite(tensor: number, row: number): number {
    const storage = before(this.#told.get(tensor), row)?.storage ?? this.start.state.tensor(tensor)?.storage;
    return this.#writes.get(storage ?? -1)?.find((write) => write.row > row)?.row ?? -1;
  }

  #take(row: number): void {
    const { recording } = this;
    const { kind, inputs, outputs, flag } = recording.form(row);
    for (let k = 0; k < outputs.length; k++) {
      const tensor = recording.arg(row, inputs + 2 * k);
      const storage = recording.arg(row, inputs + 2 * k + 1);
      const place = outputPlace(recording, row, k);
      const view = flag === "view";
      const meta = recording.meta(outputs[k] ?? -1);
      listed(this.#told, tensor).push({ row, storage, meta, own: view ? place : undefined });
      if (place !== undefined && !view) listed(this.#writes, storage).push({ row, place, seen: new Map() });
    }
    if (kind === "accumulate") {
      const tensor = recording.arg(row, 0);
      listed(this.#grads, tensor).push({ row, grad: recording.arg(row, 1) });
      if (!this.#accumulated.has(tensor)) this.#accumulated.set(tensor, row);
    } else if (kind === "gradSet")
      listed(this.#grads, recording.arg(row, 0)).push({ row, grad: recording.arg(row, 1) });
  }

  #valueBefore(tensor: number, storage: number, told: Meta | undefined): Value | null {
    return this.#once(tensor, () => {
      const { state } = this.start;
      const known = state.value(tensor);
      if (known !== undefined) return known;
      const pointer = state.pointerOf(storage);
      if (pointer === undefined || told === undefined) return null;
      const elements = told.storageElements;
      const kept = elements > this.recording.header.cap ? "statistics" : "all";
      return windowed(this.recording, pointer, { dtype: told.dtype, elements, kept }, told);
    });
  }

  #once(tensor: number, make: () => Value | null): Value | null {
    const known = this.#before.get(tensor);
    if (known !== undefined) return known;
    const value = make();
    this.#before.set(tensor, value);
    return value;
  }
}

/** The timeline of a segment. */
export const timelineOf = slicedPerSegment(function* (recording, segment): Slices<Timeline> {
  return yield* new Timeline(recording, yield* startOf.slices(recording, segment)).read(segment);
});

/** The last entry at or before a row. */
function before<T extends { readonly row: number }>(entries: readonly T[] | undefined, row: number): T | undefined {
  if (entries === undefined) return undefined;
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.row ?? Infinity) <= row) low = middle + 1;
    else high = middle;
  }
  return entries[low - 1];
}

function listed<T>(map: Map<number, T[]>, key: number): T[] {
  const found = map.get(key) ?? [];
  map.set(key, found);
  return found;
}
