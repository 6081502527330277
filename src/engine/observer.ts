/** The element types of a tensor, by PyTorch's names. */
export type DType = "float32" | "float64" | "int64" | "int32" | "bool";

/** What an observer may read of a storage: `length` elements of `data` from `start`; `version` counts in-place writes. */
export interface StorageView {
  readonly id: number;
  readonly dtype: DType;
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
  readonly start: number;
  readonly length: number;
  readonly version: number;
}

/** What an observer may read of a tensor: a strided window on a storage. */
export interface TensorView {
  readonly id: number;
  /** Asking a 0-d tensor for it may make one: its id, its buffer and where in that the first element lies stand beside it. */
  readonly storage: StorageView;
  readonly storageId: number;
  readonly data: StorageView["data"];
  readonly origin: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
  readonly dtype: DType;
  readonly requiresGrad: boolean;
  readonly isLeaf: boolean;
}

/** Attributes of one call of an op, as small plain data: dim, keepdim, shape. */
export type Attrs = Readonly<Record<string, unknown>>;

/** What identifies an op to an observer. */
export interface OpView {
  readonly name: string;
  /** Names of the scalar operands, in the order their values are reported. */
  readonly numbers?: readonly string[];
}

/**
 * The engine's only way out: told of each thing that happened, right after it happened.
 * An observer must not call the engine and must copy what it wants to keep.
 */
export interface Observer {
  /** A tensor was made from data or by a factory ("tensor", "zeros", "randn", "parameter"). */
  created(tensor: TensorView, how: string): void;
  /** An op ran. `numbers` are its scalar operands, in the op's order. An output that is a view shares an input's storage. */
  forward(
    op: OpView,
    inputs: readonly TensorView[],
    numbers: readonly number[],
    attrs: Attrs,
    outputs: readonly TensorView[],
  ): void;
  /**
   * An op ran on one or two 0-d floats of one dtype: what `forward` would be told, without lists. Bits of `known` say of
   * which operands nothing has changed since this observer was told of them.
   */
  scalar?(
    op: OpView,
    a: TensorView,
    b: TensorView | null,
    numbers: readonly number[],
    attrs: Attrs,
    output: TensorView,
    known: number,
  ): void;
  /** An in-place op wrote `target`; its storage already holds the new contents. `op.name` ends in an underscore. */
  updated(
    op: OpView,
    inputs: readonly TensorView[],
    numbers: readonly number[],
    attrs: Attrs,
    target: TensorView,
  ): void;
  /** A composite (cross entropy, a Linear, an optimizer's step) begins; what happens until `closed` are its child steps. */
  opened(name: string, inputs: readonly TensorView[], attrs: Attrs): void;
  /** The innermost open composite ends. */
  closed(outputs: readonly TensorView[]): void;
  /** A backward pass begins at `root` with the gradient `seed`. */
  backwardBegan(root: TensorView, seed: TensorView): void;
  backwardEnded(): void;
  /**
   * The gradient rule of the node that made `outputs` ran: `gradients[i]` arrived for `outputs[i]`,
   * `contributions[k]` goes to `inputs[k]` (null where that input needs none). The lists are used again for the next.
   * `sole`: the node has one output, and its gradient is the one contribution it got, as it was told.
   */
  rule(
    op: OpView,
    outputs: readonly TensorView[],
    gradients: readonly (TensorView | null)[],
    inputs: readonly (TensorView | null)[],
    contributions: readonly (TensorView | null)[],
    sole: boolean,
  ): void;
  /** The same for a node with one output and one operand or two, without lists. */
  briefRule?(
    op: OpView,
    output: TensorView,
    gradient: TensorView,
    a: TensorView,
    b: TensorView | null,
    toA: TensorView | null,
    toB: TensorView | null,
    sole: boolean,
  ): void;
  /**
   * The same for an op that ran on one or two 0-d floats of a dtype, with the gradients as numbers; bits of `needs` say
   * which go anywhere. A tensor of which nothing has changed since it was told of may be given by its id.
   */
  scalarRule?(
    op: OpView,
    dtype: DType,
    output: TensorView | number,
    gradient: number,
    sole: boolean,
    a: TensorView | number,
    b: TensorView | number | null,
    needs: number,
    toA: number,
    toB: number,
  ): void;
  /** `.grad` of a leaf (or of a tensor that retains it) is now `gradient`, after one accumulation. */
  accumulated(tensor: TensorView, gradient: TensorView, retained: boolean): void;
  /** `.grad` was assigned; null is PyTorch's None. */
  gradientSet(tensor: TensorView, gradient: TensorView | null): void;
  gradModeChanged(enabled: boolean): void;
  /** A module's forward begins; `path` is its path below the root module ("" for the root), `name` its class. */
  moduleEntered(name: string, path: string): void;
  moduleLeft(): void;
  /** `tensor` is the parameter or buffer `path` of a module. */
  named(tensor: TensorView, path: string): void;
  /** An optimizer's step begins; `hyper` are its numbers ("lr", "momentum"). */
  optimizerBegan(name: string, parameters: readonly TensorView[], hyper: Readonly<Record<string, number>>): void;
  optimizerEnded(): void;
  /** An optimizer's step leaves these parameters as they are, because their `.grad` is null. */
  passedOver(parameters: readonly TensorView[]): void;
  /** `state` is the optimizer's state `name` for `parameter` ("momentumBuffer"). */
  stateful(parameter: TensorView, name: string, state: TensorView): void;
  /** The program draws: "scatter" and "line" of x and y, "image" of one tensor. An observer that draws nothing needs none. */
  plotted?(kind: string, tensors: readonly TensorView[]): void;
}

let current: Observer | null = null;

/** Makes `observer` the one that is told, or none. Returns the one before. */
export function setObserver(observer: Observer | null): Observer | null {
  const before = current;
  current = observer;
  return before;
}

/** The observer that is told now. */
export function observer(): Observer | null {
  return current;
}
