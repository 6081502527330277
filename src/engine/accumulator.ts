import type { Tensor } from "./tensor";

/** A function that sees the gradient of a tensor and may return another in its place. */
export type Hook = ((gradient: Tensor) => Tensor | null | undefined) | ((gradient: Tensor) => void);

/** Hooks by the output that they see. */
export type Hooks = { readonly output: number; readonly run: Hook }[];

/** Adds a hook to a place; gives what takes it away. */
export function addHook(place: { hooks: Hooks | null }, output: number, run: Hook): () => void {
  const entry = { output, run };
  (place.hooks ??= []).push(entry);
  return () => {
    place.hooks = place.hooks?.filter((other) => other !== entry) ?? null;
  };
}

/** Where the gradient of a leaf is added into its `.grad`. */
export class Accumulator {
  /** @internal The backward pass that last collected this place, and where it keeps this place's gradient. */
  pass = 0;
  /** @internal */
  slot = 0;
  /** @internal */
  hooks: Hooks | null = null;

  /** PyTorch's name of the gradient rule, such as "MulBackward0". */
  get name(): string {
    return "AccumulateGrad";
  }

  /** @internal */
  addHook(output: number, run: Hook): () => void {
    return addHook(this, output, run);
  }

  /** @internal The tape that knows this leaf, and by which number. */
  tape = 0;
  /** @internal */
  number = 0;
  /** @internal Edges of the running pass that have not delivered yet. */
  pending = 0;
  /** @internal Called after the gradient was added. */
  after: ((tensor: Tensor) => void)[] | null = null;

  constructor(
    /** @internal The leaf whose gradient it is. */
    readonly tensor: Tensor,
  ) {}

  /** The leaf, by PyTorch's name. */
  get variable(): Tensor {
    return this.tensor;
  }

  /** As PyTorch prints it, without the address: its name in angle brackets. */
  toString(): string {
    return `<${this.name}>`;
  }
}
