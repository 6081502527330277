import { argumentError, indexError } from "../errors";
import { drawPermutation } from "../kernels/draw";
import { defaultGenerator, type DrawOptions } from "../random.generator";
import { sizes } from "../shape";
import type { Tensor } from "../tensor";

/** Samples by number: anything with a length and a `get` is one. */
export interface Dataset<E> {
  /** The number of samples. */
  readonly length: number;
  /** The sample at `index`, from 0. Errors: an index out of range. */
  get(index: number): E;
}

/** For each of a list of tensors a tensor. */
export type Rows<T extends readonly Tensor[]> = { -readonly [K in keyof T]: Tensor };

/**
 * Tensors of the same first size: sample i is `[a.at(i), b.at(i), …]`.
 * Shapes: each [n, …] → samples […]. Errors: first sizes that differ. Source: torch/utils/data/dataset.py.
 */
export class TensorDataset<T extends readonly Tensor[] = readonly Tensor[]> implements Dataset<Rows<T>> {
  /** The tensors, all of one length in their first dimension. */
  readonly tensors: T;
  readonly length: number;

  constructor(...tensors: T) {
    const [first] = tensors;
    if (
      first === undefined ||
      tensors.some((tensor) => tensor.shape.length === 0 || tensor.shape[0] !== first.shape[0])
    ) {
      throw argumentError(
        "Size mismatch between tensors",
        `Give tensors of the same first size, not ${tensors.map((tensor) => sizes(tensor.shape)).join(" and ")}.`,
      );
    }
    this.tensors = tensors;
    this.length = first.shape[0] ?? 0;
  }

  get(index: number): Rows<T> {
    return each(this.tensors, (tensor) => tensor.at(index));
  }

  /** Samples of these numbers, stacked. Shapes: […] each → [indices, …]. */
  batch(indices: readonly number[], take: (tensor: Tensor, indices: readonly number[]) => Tensor): Rows<T> {
    return each(this.tensors, (tensor) => take(tensor, indices));
  }
}

function each<T extends readonly Tensor[]>(tensors: T, f: (tensor: Tensor) => Tensor): Rows<T> {
  // A list of one tensor for each of a list is what Rows says; map alone forgets its length.
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return tensors.map(f) as Rows<T>;
}

/** Some samples of a dataset, by their numbers in it. */
export class Subset<E> implements Dataset<E> {
  constructor(
    /** What it is a part of. */
    readonly dataset: Dataset<E>,
    /** The samples of `dataset` that are in it, in order. */
    readonly indices: readonly number[],
  ) {}

  get length(): number {
    return this.indices.length;
  }

  get(index: number): E {
    const at = this.indices[index < 0 ? index + this.length : index];
    if (at === undefined) throw indexError("list index out of range", `The subset has ${this.length} samples.`);
    return this.dataset.get(at);
  }
}

/**
 * Splits a dataset at random into parts of these lengths, or of these shares when they sum to 1. Errors: lengths that
 * do not sum to the dataset's; shares outside [0, 1]. Source: torch/utils/data/dataset.py; the order is that of
 * `randperm`.
 */
export function randomSplit<E>(
  dataset: Dataset<E>,
  lengths: readonly number[],
  { generator = defaultGenerator }: DrawOptions = {},
): Subset<E>[] {
  const counts = countsOf(lengths, dataset.length);
  if (counts.reduce((a, b) => a + b, 0) !== dataset.length) {
    throw argumentError(
      "Sum of input lengths does not equal the length of the input dataset!",
      `The dataset has ${dataset.length} samples.`,
    );
  }
  const order = drawPermutation(generator.source, dataset.length);
  let start = 0;
  return counts.map((count) => new Subset(dataset, order.slice(start, (start += count))));
}

function countsOf(lengths: readonly number[], total: number): number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  if (!(Math.abs(sum - 1) <= 1e-9 && sum <= total)) return [...lengths];
  const wrong = lengths.findIndex((share) => !(share >= 0 && share <= 1));
  if (wrong >= 0) throw argumentError(`Fraction at index ${wrong} is not between 0 and 1`, "Shares sum to 1.");
  const counts = lengths.map((share) => Math.floor(total * share));
  const rest = total - counts.reduce((a, b) => a + b, 0);
  for (let i = 0; i < rest; i++) counts[i % counts.length] = (counts[i % counts.length] ?? 0) + 1;
  return counts;
}
