import { tensor } from "../create";
import { argumentError } from "../errors";
import { drawPermutation } from "../kernels/draw";
import { defaultGenerator, Generator } from "../random.generator";
import type { Tensor } from "../tensor";
import { type Batch, collate, leafOf } from "./collate";
import { type Dataset, TensorDataset } from "./dataset";

/** Options of a DataLoader. */
export interface LoaderOptions<E, B> {
  /** Samples in a batch; 1 by default. */
  readonly batchSize?: number;
  /** A new random order each time the loader is gone through. */
  readonly shuffle?: boolean;
  /** Leaves out a last batch that is smaller. */
  readonly dropLast?: boolean;
  /** Where the order is drawn from; the default stream otherwise. */
  readonly generator?: Generator;
  /** How samples become a batch; tensors are stacked by default. */
  readonly collateFn?: (samples: E[]) => B;
}

/**
 * The samples of a dataset in batches, gone through as often as needed: `for (const [x, y] of loader)`. The order is
 * PyTorch's for the same seed: of the stream one 64-bit draw goes to a base seed, one more seeds the order's own
 * generator (unless one is given), and `randperm` of that is the order.
 * Shapes: samples […] → batches [batchSize, …]. Errors: a batchSize below 1; shuffling an empty dataset; samples of
 * different shapes, as they are gone through. Source: torch/utils/data/dataloader.py and sampler.py.
 */
export class DataLoader<E, B = Batch<E>> implements Iterable<B> {
  /** How many samples a batch has; the last may have fewer. */
  readonly batchSize: number;
  private readonly join: (indices: readonly number[]) => B;
  private readonly options: LoaderOptions<E, B>;

  constructor(dataset: Dataset<E>, options?: LoaderOptions<E, Batch<E>>);
  constructor(dataset: Dataset<E>, options: LoaderOptions<E, B> & { readonly collateFn: (samples: E[]) => B });
  constructor(
    /** Where the samples come from. */
    readonly dataset: Dataset<E>,
    options: LoaderOptions<E, B> = {},
  ) {
    const { batchSize = 1, collateFn } = options;
    if (!Number.isInteger(batchSize) || batchSize <= 0) {
      throw argumentError(
        `batch_size should be a positive integer value, but got batch_size=${batchSize}`,
        "Use dataset.length for one batch of all.",
      );
    }
    if (options.shuffle === true && dataset.length === 0) {
      throw argumentError(
        "num_samples should be a positive integer value, but got num_samples=0",
        "The dataset is empty.",
      );
    }
    this.batchSize = batchSize;
    this.options = options;
    this.join =
      collateFn === undefined
        ? // Without a collateFn B is Batch<E>, as the constructor's first signature says.
          // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
          (indices) => batchOf(dataset, indices) as B
        : (indices) => collateFn(samples(dataset, indices));
  }

  /** The number of batches. */
  get length(): number {
    const { length } = this.dataset;
    return this.options.dropLast === true ? Math.floor(length / this.batchSize) : Math.ceil(length / this.batchSize);
  }

  /** Goes through the batches from the beginning. */
  *[Symbol.iterator](): Walk<B> {
    const { generator = defaultGenerator, dropLast = false } = this.options;
    generator.source.bits64();
    let batch: number[] = [];
    for (const index of this.order()) {
      batch.push(index);
      if (batch.length < this.batchSize) continue;
      yield this.join(batch);
      batch = [];
    }
    if (batch.length > 0 && !dropLast) yield this.join(batch);
  }

  private *order(): Walk<number> {
    const { length } = this.dataset;
    if (this.options.shuffle !== true) {
      for (let i = 0; i < length; i++) yield i;
      return;
    }
    const own = this.options.generator ?? new Generator(BigInt.asUintN(63, defaultGenerator.source.bits64()));
    yield* drawPermutation(own.source, length);
    // PyTorch draws one more order for a rest that there is not, which a generator given from outside shows.
    drawPermutation(own.source, length);
  }
}

type Walk<T> = globalThis.Generator<T, void, undefined>;

function samples<E>(dataset: Dataset<E>, indices: readonly number[]): E[] {
  return indices.map((index) => dataset.get(index));
}

/** A batch where no collateFn says how. */
function batchOf(dataset: Dataset<unknown>, indices: readonly number[]): unknown {
  return dataset instanceof TensorDataset ? dataset.batch(indices, picked) : collate(samples(dataset, indices));
}

function picked(of: Tensor, indices: readonly number[]): Tensor {
  return leafOf(() => of.indexSelect(0, tensor([...indices], { dtype: "int64" })));
}
