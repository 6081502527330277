import { isTensor } from "../build";
import { tensor } from "../create";
import { argumentError } from "../errors";
import { inForward, watcher } from "../mode";
import { stack } from "../ops/join";
import type { Tensor } from "../tensor";

/** What a batch of samples is: numbers, booleans and tensors become tensors, lists and objects hold such, the rest is listed. */
export type Batch<E> = E extends Tensor | number | boolean
  ? Tensor
  : E extends string
    ? string[]
    : E extends readonly unknown[]
      ? { -readonly [K in keyof E]: Batch<E[K]> }
      : E extends object
        ? { [K in keyof E]: Batch<E[K]> }
        : E[];

/** One tensor made of data, told of as new data and not as an op. */
export function leafOf(make: () => Tensor): Tensor {
  const made = inForward(make);
  watcher()?.created(made, "batch");
  return made;
}

/** Samples as one batch. Source: torch/utils/data/_utils/collate.py, but a number is float32, as everywhere here. */
export function collate<E>(samples: readonly E[]): Batch<E> {
  // The same case distinction as in the type Batch, which TypeScript cannot follow.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return collated(samples) as Batch<E>;
}

function collated(samples: readonly unknown[]): unknown {
  const [first] = samples;
  if (samples.every(isTensor)) return leafOf(() => stack(samples));
  const numbers = samples.filter((sample) => typeof sample === "number" || typeof sample === "boolean");
  if (numbers.length === samples.length) return leafOf(() => tensor(numbers));
  const lists = samples.filter(isList);
  if (isList(first) && lists.length === samples.length) {
    if (lists.some((list) => list.length !== first.length)) {
      throw argumentError(
        "each element in list of batch should be of equal size",
        "Make every sample as long, or pass a collateFn.",
      );
    }
    return first.map((_, k) => collated(lists.map((list) => list[k])));
  }
  if (typeof first !== "object" || first === null) return [...samples];
  return Object.fromEntries(
    Object.keys(first).map((key) => [
      key,
      collated(
        samples.map((sample): unknown =>
          typeof sample === "object" && sample !== null ? Reflect.get(sample, key) : null,
        ),
      ),
    ]),
  );
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
