/* eslint-disable max-lines -- the public face of every op: one line each, and its documentation */
import { Accumulator, type Hook } from "./accumulator";
import { apply, applyInPlace, applyOne, applyTwo } from "./apply";
import * as fused from "./fused";
import { buildWith } from "./build";
import { backward as runBackward, type BackwardOptions } from "./backward";
import { type Buffer, type DType, isFloating, scalarName, withNumber } from "./dtype";
import { argumentError, runtimeError } from "./errors";
import { assign, type Index, lookUp } from "./indexing";
import { fill, first, listed, single } from "./kernels/loops";
import { preserved } from "./layout";
import { isGradEnabled, watcher } from "./mode";
import { Node } from "./node";
import type { Attrs, TensorView } from "./observer";
import * as addc from "./ops/addc";
import * as activation from "./ops/activation";
import * as arith from "./ops/arith";
import * as bitwise from "./ops/bitwise";
import * as bounds from "./ops/bounds";
import * as compare from "./ops/compare";
import * as fills from "./ops/fill";
import * as finds from "./ops/find";
import * as gathers from "./ops/gather";
import * as products from "./ops/matmul";
import * as mixes from "./ops/mix";
import * as norms from "./ops/norm";
import * as parts from "./ops/parts";
import * as pointwise from "./ops/pointwise";
import * as power from "./ops/power";
import * as rearrange from "./ops/rearrange";
import * as reduce from "./ops/reduce";
import * as remainders from "./ops/remainder";
import * as scans from "./ops/scan";
import * as scatters from "./ops/scatter";
import * as softmaxes from "./ops/softmax";
import * as sorting from "./ops/sorting";
import * as special from "./ops/special";
import * as strided from "./ops/strided";
import * as triangle from "./ops/triangle";
import * as trig from "./ops/trig";
import * as spreads from "./ops/variance";
import * as views from "./ops/views";
import { calling, type Op } from "./op";
import { computedAs } from "./precision";
import { formatTensor } from "./print";
import {
  fillBernoulli,
  fillCauchy,
  fillExponential,
  fillGeometric,
  fillLogNormal,
  fillNormal,
  fillUniform,
  fillWhole,
} from "./random.fill";
import type { DrawOptions } from "./random.generator";
import { broadcast, type Dims, dimension, isRowMajor, numel, sameShape, type Shape, scalarShape } from "./shape";
import { allocate, type Cell, isInferring, Storage } from "./storage";
import { Tape } from "./tape";
import { nodeOf } from "./tape.nodes";
import { warnOnce } from "./warn";

/** The second operand of an elementwise op. A number is rounded to the tensor's dtype first. */
export type Operand = Tensor | number | boolean;

/** Elements as nested arrays, one level for each dimension. */
export type Nested = number | boolean | readonly Nested[];

/** Options of reductions. */
export interface Keep {
  /** Keep the reduced dimensions as size 1. */
  readonly keepdim?: boolean;
}

/** Options of var and std. */
export interface Spread extends Keep {
  /** Divide by n − 1 (the default) instead of n. */
  readonly unbiased?: boolean;
  /** What is taken from n; overrides `unbiased`. */
  readonly correction?: number;
}

/** The bounds of clamp; at least one. */
export interface Limits {
  /** The least value; none when null. */
  readonly min?: Tensor | number | null;
  /** The greatest value; none when null. */
  readonly max?: Tensor | number | null;
}

/** The best values along a dim and where they lie (int64). */
export interface Extremes {
  /** The values found. */
  readonly values: Tensor;
  /** Where they were found along the dimension, int64. */
  readonly indices: Tensor;
}

/** What most tensors never have. */
interface Aside {
  gradient: Tensor | null;
  accumulator: Accumulator | null;
  viewOf: ViewOf | null;
  keepsGradient: boolean;
}

function nothingAside(): Aside {
  return { gradient: null, accumulator: null, viewOf: null, keepsGradient: false };
}

interface ViewOf {
  readonly base: Tensor;
  /** The storage's version when this view's history was last right. */
  version: number;
  readonly noGrad: boolean;
  readonly many: boolean;
}

/** Whether a view's memory got another history, by its base or another view, since the view has its own. */
function isStale(tensor: Tensor, view: ViewOf): boolean {
  return view.version !== tensor.version && view.base.requiresGrad;
}

let serial = 0;

// As wide as PyTorch made it: one line or overload for each method, and its documentation.
/**
 * An array of numbers with any number of dimensions and a history, from which `backward()` computes gradients.
 *
 * Methods have PyTorch's names in camelCase and its formulas; those that end in an underscore change it in place and
 * return it. A dim below 0 counts from the end; "0-d" is a single number. Where two dtypes meet, the result has the later
 * of bool, int32, int64, float32, float64; a number takes the dtype of the tensor beside it, and so does a 0-d tensor of
 * the same kind.
 */
export class Tensor implements TensorView {
  /** A number no other tensor of this process has. */
  readonly id: number;
  /** The element type. */
  readonly dtype: DType;
  /** @internal The buffer that holds the elements, and where in it the first one lies. */
  readonly data: Buffer;
  /** @internal */
  readonly origin: number;
  /** @internal The storage's id; a scalar made by a scalar rule has no storage until someone asks for it. */
  readonly storageId: number;
  private store: Storage | null;
  private leafNeeds = false;
  private maker: Node | Tape | null = null;
  private aside: Aside | null = null;
  /** @internal Which output of its node this is, or which cell of its tape. */
  slot = 0;

  /** @internal Use tensor(), zeros() and the like. */
  constructor(
    from: Storage | Cell,
    /** The size of each dimension. */
    readonly shape: Shape,
    /** How many elements apart neighbours along each dimension lie in the storage. */
    readonly strides: Shape,
    /** Where the first element lies in the storage, in elements. */
    readonly offset: number,
    id?: number,
  ) {
    this.id = id ?? ++serial;
    this.dtype = from.dtype;
    this.data = from.data;
    this.origin = from.start + offset;
    this.storageId = from.id;
    this.store = from.whole;
  }

  /** @internal The memory, shared with the views of this tensor. */
  get storage(): Storage {
    return (this.store ??=
      this.maker instanceof Tape
        ? this.maker.storage(this.slot)
        : new Storage(this.dtype, this.data, this.origin, 1, this.storageId, false));
  }

  /** @internal Whether the memory is a gradient's own, see {@link Storage.loose}. */
  isLoose(): boolean {
    return this.store !== null && this.store.loose;
  }

  /** @internal How many in-place writes the memory has seen. */
  get version(): number {
    if (this.store !== null) return this.store.version;
    return this.maker instanceof Tape ? this.maker.version(this.slot) : 0;
  }

  /** The number of dimensions. */
  get ndim(): number {
    return this.shape.length;
  }

  /** The number of dimensions. */
  dim(): number {
    return this.shape.length;
  }

  /** The number of elements. */
  numel(): number {
    return numel(this.shape);
  }

  /** The shape as a list, or the size of one dimension. Shapes: any. Errors: a dim out of range. */
  size(): readonly number[];
  size(dim: number): number;
  size(dim?: number): number | readonly number[] {
    if (dim === undefined) return [...this.shape];
    return this.shape[dimension(dim, this.shape.length)] ?? 1;
  }

  // ---------------------------------------------------------------- history

  /**
   * Whether a gradient will be computed for this tensor. Errors: set for integers and booleans; set to false for a
   * tensor that an op made; set for one made in inference mode, outside it.
   */
  get requiresGrad(): boolean {
    return this.leafNeeds || this.maker !== null || this.needsThroughSibling();
  }

  /** Whether it is a view without history of its own, of a base that has got one in place since. */
  private needsThroughSibling(): boolean {
    const view = this.aside === null ? null : this.aside.viewOf;
    return view !== null && !view.noGrad && isStale(this, view);
  }

  set requiresGrad(needs: boolean) {
    if (needs && !isFloating(this.dtype)) {
      throw runtimeError(
        "only Tensors of floating point and complex dtype can require gradients",
        'Convert it first with .to("float32").',
      );
    }
    if (!needs && this.maker !== null) {
      throw runtimeError(
        "you can only change requiresGrad flags of leaf variables. If you want to use a computed variable in a subgraph that doesn't require differentiation use .detach().",
      );
    }
    if (needs && this.isInference() && !isInferring()) {
      throw runtimeError(
        "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed.",
        "Call .clone() on it first.",
      );
    }
    if (this.maker === null) this.leafNeeds = needs;
  }

  /** Whether it was made in inference mode: it can then be no part of a graph. */
  isInference(): boolean {
    return this.store !== null && this.store.inference;
  }

  /**
   * Sets `requiresGrad` and returns the tensor.
   * Shapes: any → the same. Errors: integers and booleans; false for a tensor that an op made; one made in inference
   * mode, outside it.
   */
  requiresGrad_(needs = true): this {
    if (needs && !isFloating(this.dtype)) {
      throw runtimeError(
        "only Tensors of floating point dtype can require gradients",
        'Convert it first with .to("float32").',
      );
    }
    this.requiresGrad = needs;
    return this;
  }

  /** Whether no op made it: what `backward()` fills the `.grad` of, if it requires one. */
  get isLeaf(): boolean {
    return this.maker === null && !this.needsThroughSibling();
  }

  /** The node of the graph that made this tensor, or null for a leaf. Its `name` is PyTorch's ("MulBackward0"). */
  get gradFn(): Node | null {
    const view = this.aside === null ? null : this.aside.viewOf;
    if (view !== null && !view.many && isStale(this, view)) this.regenerate(view);
    return this.node();
  }

  /** Its node, made where only a tape has it. */
  private node(): Node | null {
    const { maker } = this;
    if (!(maker instanceof Tape)) return maker;
    const node = nodeOf(maker, this.slot);
    // What saved it finds this handle, and with it who wrote it in place.
    node.y = this;
    this.store = maker.storage(this.slot);
    this.maker = node;
    this.slot = 0;
    return node;
  }

  /** @internal The tape that it is a cell of. */
  get tape(): Tape | null {
    return this.maker instanceof Tape ? this.maker : null;
  }

  /** @internal Which cell of a tape it is, −1 where it is none. */
  cellOn(tape: Tape): number {
    return this.maker === tape ? this.slot : -1;
  }

  /**
   * The gradient ∂L/∂this that `backward()` has summed up so far, or null. Assigning null drops it.
   * Shapes: as this. Errors: assigned another shape or dtype, or the tensor itself.
   */
  get grad(): Tensor | null {
    const gradient = this.heldGradient();
    if (gradient === null && this.maker !== null && !this.retainsGrad) warnNonLeaf();
    return gradient;
  }

  set grad(value: Tensor | null) {
    if (value !== null) {
      if (value === this) throw runtimeError("can't assign Variable as its own grad", "Assign a .clone() of it.");
      if (value.dtype !== this.dtype) {
        throw runtimeError("assigned grad has data of a different type", `Convert it first with .to("${this.dtype}").`);
      }
      if (!sameShape(value.shape, this.shape)) {
        throw runtimeError("assigned grad has data of a different size", "A gradient has the shape of its tensor.");
      }
    }
    if (value !== null || this.aside !== null) this.beside().gradient = value;
    watcher()?.gradientSet(this, value);
  }

  /** @internal The gradient without the warning for tensors that keep none, and without telling anyone. */
  heldGradient(): Tensor | null {
    return this.aside === null ? null : this.aside.gradient;
  }

  /** @internal */
  holdGradient(value: Tensor): void {
    this.beside().gradient = value;
  }

  /** Whether `.grad` will be kept though this is not a leaf. */
  get retainsGrad(): boolean {
    return this.aside?.keepsGradient ?? false;
  }

  /**
   * Keeps `.grad` of a tensor that is not a leaf, which backward otherwise drops. Errors: a tensor that needs no
   * gradient.
   */
  retainGrad(): void {
    if (!this.requiresGrad) {
      throw runtimeError(
        "can't retain_grad on Tensor that has requires_grad=False",
        "Call .requiresGrad_() on the tensors it comes from.",
      );
    }
    const maker = this.gradFn;
    if (maker === null || this.retainsGrad) return;
    this.beside().keepsGradient = true;
    (maker.retained ??= []).push(this);
  }

  /**
   * Calls `hook` with the gradient of this tensor during backward; what it returns replaces the gradient. The returned
   * object's `remove()` takes the hook away.
   * Shapes: the gradient has this tensor's. Errors: a tensor that needs no gradient; a hook that gives another shape,
   * when backward runs it.
   */
  registerHook(hook: Hook): { remove(): void } {
    if (!this.requiresGrad) {
      throw runtimeError(
        "cannot register a hook on a tensor that doesn't require gradient",
        "Call .requiresGrad_() first.",
      );
    }
    const place = this.edge();
    return { remove: place.addHook(this.gradFn === null ? 0 : this.slot, hook) };
  }

  /**
   * Calls `hook` with this leaf each time a backward has added to its `.grad`. The returned object's `remove()` takes
   * the hook away.
   * Shapes: any. Errors: a tensor that needs no gradient; one that is not a leaf.
   */
  registerPostAccumulateGradHook(hook: (tensor: Tensor) => void): { remove(): void } {
    if (!this.requiresGrad) {
      throw runtimeError(
        "cannot register a hook on a tensor that doesn't require gradient",
        "Call .requiresGrad_() first.",
      );
    }
    const place = this.edge();
    if (place instanceof Node) {
      throw runtimeError(
        "post accumulate grad hooks cannot be registered on non-leaf tensors",
        "Use .registerHook(), which sees the gradient on its way.",
      );
    }
    (place.after ??= []).push(hook);
    return {
      remove: () => {
        place.after = place.after?.filter((other) => other !== hook) ?? null;
      },
    };
  }

  /**
   * Computes ∂this/∂x for every leaf x that this was made from and requires a gradient, and adds it to `x.grad`, by the
   * chain rule from here back to the leaves. `gradient` is the gradient of this tensor, 1 for a single element; it may
   * also be left out before options. After `loss.backward()` the gradient of a leaf is `leaf.grad`.
   * Shapes: 0-d (a loss), or any with a `gradient` of its shape. Errors: nothing requires a gradient; several elements
   * without a `gradient`; a second backward without `retainGraph`; an operand changed in place since.
   */
  backward(options: BackwardOptions): void;
  backward(gradient?: Tensor | null, options?: BackwardOptions): void;
  backward(first?: Tensor | BackwardOptions | null, options: BackwardOptions = {}): void {
    if (first === undefined || first === null || first instanceof Tensor) runBackward([this], [first ?? null], options);
    else runBackward([this], [null], first);
  }

  private beside(): Aside {
    return (this.aside ??= nothingAside());
  }

  /** @internal Where gradients of this tensor go. */
  edge(): Node | Accumulator {
    const view = this.aside === null ? null : this.aside.viewOf;
    if (view !== null && view.many && isStale(this, view))
      throw this.partOfMany("its base or another view of its base has been");
    return this.gradFn ?? (this.beside().accumulator ??= new Accumulator(this));
  }

  /** @internal Whether it lies, just as an op made it, on the tape of another. */
  isOnTapeOf(other: Tensor): boolean {
    return this.maker !== null && this.maker === other.maker;
  }

  /** @internal */
  setMaker(node: Node | Tape, slot: number): void {
    if (this.aside !== null && this.aside.keepsGradient && this.maker instanceof Node && node instanceof Node) {
      this.maker.retained = this.maker.retained?.filter((other) => other !== this) ?? null;
      (node.retained ??= []).push(this);
    }
    this.maker = node;
    this.slot = slot;
    if (this.aside !== null && this.aside.viewOf !== null) this.aside.viewOf.version = this.version;
  }

  /** @internal Takes over the history of another handle on the same values. */
  inherit(other: Tensor): void {
    this.maker = other.node();
    this.slot = other.slot;
    this.leafNeeds = other.leafNeeds;
  }

  /** @internal */
  becomeView(of: Tensor | undefined, grad: boolean, many: boolean): void {
    if (of === undefined) return;
    const above = of.aside === null ? null : of.aside.viewOf;
    this.beside().viewOf = {
      base: above?.base ?? of,
      version: this.version,
      noGrad: !grad || above?.noGrad === true,
      many: many || above?.many === true,
    };
  }

  /** @internal Whether this is a view, made without gradients, of a tensor that needs them. */
  get needsThroughBase(): boolean {
    const view = this.aside === null ? null : this.aside.viewOf;
    return view !== null && view.noGrad && view.base.requiresGrad;
  }

  /** @internal Refuses an in-place write that PyTorch refuses. */
  checkRebase(name: string): void {
    const out = `Put the update into noGrad(() => …), or use .${name.slice(0, -1)}() and keep its result.`;
    const view = this.aside === null ? null : this.aside.viewOf;
    if (view !== null && view.noGrad && view.base.requiresGrad) {
      throw runtimeError(
        "A view was created in noGrad mode and is being modified inplace with grad mode enabled. Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace either both inside the noGrad block (if you don't want the inplace to be tracked) or both outside (if you want the inplace to be tracked).",
      );
    }
    if (view?.many === true) throw this.partOfMany("is being");
    if (view !== null && this.requiresGrad && view.base.isLeaf) {
      throw runtimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.", out);
    }
    if (this.requiresGrad && this.isLeaf) {
      throw runtimeError("a leaf Variable that requires grad is being used in an in-place operation.", out);
    }
  }

  private partOfMany(written: string): Error {
    return runtimeError(
      `Output ${this.slot} of ${this.node()?.name ?? "a function"} is a view and ${written} modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.`,
    );
  }

  /** @internal Makes `node` the history of what was just written here, and of the base this is a view of. */
  rebase(node: Node): void {
    node.outputs = [this];
    const view = this.aside === null ? null : this.aside.viewOf;
    if (view === null) {
      this.setMaker(node, 0);
      return;
    }
    const { base } = view;
    const edges = [base.requiresGrad ? base.edge() : null, ...node.edges.slice(1)];
    const slots = [base.slot, ...(node.slots?.slice(1) ?? node.edges.slice(1).map(() => 0))];
    const geometry = this.geometry(base);
    const slices = new Node(strided.copySlices, calling(geometry), 0, node.arity).link(
      [base, ...node.inputs.slice(1)],
      edges,
      slots,
    );
    slices.inner = { node, geometry };
    slices.outputs = [base];
    base.setMaker(slices, 0);
  }

  private regenerate(view: ViewOf): void {
    const { base } = view;
    const node = new Node(strided.asStrided, calling(this.geometry(base)), 0, 1).link(
      [base],
      [base.edge()],
      [base.slot],
    );
    node.outputs = [this];
    this.setMaker(node, 0);
  }

  private geometry(base: Tensor): strided.Geometry {
    return {
      shape: this.shape,
      strides: this.strides,
      offset: this.offset - base.offset,
      base: { shape: base.shape, strides: base.strides },
    };
  }

  // ---------------------------------------------------------------- reading

  /**
   * The only element as a JavaScript number (bool: 0 or 1).
   * Shapes: one element. Errors: any other number of elements.
   */
  item(): number {
    if (this.numel() !== 1) {
      throw argumentError(
        "only one element tensors can be converted to JavaScript scalars",
        `This one has shape [${this.shape.join(", ")}]: use .toArray() or .at(i).item().`,
      );
    }
    return first(this);
  }

  /**
   * What the tensor counts as in a condition: whether its only element is not zero.
   * Shapes: one element → boolean. Errors: any other number of elements.
   */
  truth(): boolean {
    const n = this.numel();
    if (n !== 1) {
      throw runtimeError(
        `Boolean value of Tensor with ${n === 0 ? "no values" : "more than one value"} is ambiguous`,
        "Use .any() or .all(), or compare one element.",
      );
    }
    return first(this) !== 0;
  }

  /** A flat copy of the elements in row-major order. */
  toArray(): number[] {
    return listed(this);
  }

  /** The elements as nested arrays, one level for each dimension; booleans for a bool tensor. */
  toList(): Nested {
    const flat: Nested[] = this.dtype === "bool" ? this.toArray().map((x) => x !== 0) : this.toArray();
    return nest(flat, this.shape);
  }

  /** The tensor as PyTorch prints it. */
  toString(): string {
    return formatTensor(this);
  }

  /** Prints for strings; arithmetic with operators would lose the history, so it is refused. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw argumentError(
      "A Tensor cannot be used with JavaScript's operators, which would lose its gradient",
      "Use .mul(), .add(), .sub(), .div(), .pow(), .lt() … on tensors, or .item() for its number.",
    );
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  // ---------------------------------------------------------------- arithmetic

  /**
   * this + alpha · other. `tensor([1, 2]).add(10)` is `[11, 12]`.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; a fractional alpha for
   * integers.
   */
  add(other: Operand, options: { readonly alpha?: number } = {}): Tensor {
    return scaledSum(arith.add, arith.addNumber, arith.addScaled, this, other, options.alpha ?? 1);
  }
  /**
   * this − alpha · other.
   * Shapes: two that broadcast → their common shape. Errors: booleans; shapes that do not broadcast; a fractional alpha
   * for integers.
   */
  sub(other: Operand, options: { readonly alpha?: number } = {}): Tensor {
    return scaledSum(arith.sub, arith.subNumber, arith.subScaled, this, other, options.alpha ?? 1);
  }
  /**
   * other − this: subtraction with the sides swapped.
   * Shapes: two that broadcast → their common shape. Errors: booleans; shapes that do not broadcast.
   */
  rsub(other: number | Tensor): Tensor {
    return typeof other === "number" ? apply(arith.rsub, [this], calling(undefined, [other])) : other.sub(this);
  }
  /**
   * this · other, element by element. `tensor([1, 2]).mul(tensor([3, 4]))` is `[3, 8]`.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast.
   */
  mul(other: Operand): Tensor {
    return arith.binary(arith.mul, arith.mulNumber, this, other);
  }
  /**
   * this / other, element by element; whole numbers give float32 unless a rounding mode is given.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; whole numbers divided by 0
   * with a rounding mode.
   */
  div(other: Operand, options: { readonly roundingMode?: remainders.RoundingMode | null } = {}): Tensor {
    const { roundingMode = null } = options;
    return roundingMode === null
      ? arith.binary(arith.div, arith.divNumber, this, other)
      : remainders.byOperand(remainders.divRounded, remainders.divRoundedNumber, this, other, { roundingMode });
  }
  /**
   * ⌊this / other⌋, without a gradient.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; whole numbers divided by 0.
   */
  floorDivide(other: Operand): Tensor {
    return remainders.byOperand(remainders.floorDivide, remainders.floorDivideNumber, this, other);
  }
  /**
   * The remainder with the sign of `other`, this − other · ⌊this / other⌋ (Python's %).
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; whole numbers divided by 0.
   */
  remainder(other: Operand): Tensor {
    return remainders.byOperand(remainders.remainder, remainders.remainderNumber, this, other);
  }
  /**
   * The remainder with the sign of this, this − other · trunc(this / other) (C's fmod).
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; whole numbers divided by 0.
   */
  fmod(other: Operand): Tensor {
    return remainders.byOperand(remainders.fmod, remainders.fmodNumber, this, other);
  }
  /**
   * this + weight · (end − this): a point between this (weight 0) and `end` (1).
   * Shapes: three that broadcast → their common shape. Errors: shapes that do not broadcast; two dtypes; integers.
   */
  lerp(end: Tensor, weight: Tensor | number): Tensor {
    return typeof weight === "number"
      ? apply(mixes.lerpNumber, [this, end], calling(undefined, [weight]))
      : apply(mixes.lerp, [this, end, weight]);
  }
  /**
   * The angle of the point (other, this), in radians.
   * Shapes: two that broadcast → their common shape. Integers give float32. Errors: shapes that do not broadcast.
   */
  atan2(other: Tensor): Tensor {
    return apply(trig.atan2, [this, other]);
  }
  /**
   * √(this² + other²).
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; integers and booleans.
   */
  hypot(other: Tensor): Tensor {
    return apply(trig.hypot, [this, other]);
  }
  /**
   * |this| with the sign of `other`.
   * Shapes: two that broadcast → their common shape. Integers give float32. Errors: shapes that do not broadcast.
   */
  copysign(other: Operand): Tensor {
    return apply(mixes.copysign, [this, asOperand(this, other)]);
  }
  /**
   * this · ln other, 0 where this is 0.
   * Shapes: two that broadcast → their common shape. Integers give float32. Errors: shapes that do not broadcast.
   */
  xlogy(other: Operand): Tensor {
    return apply(special.xlogy, [this, asOperand(this, other)]);
  }
  /**
   * ln(e^this + e^other) without overflow.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; integers and booleans.
   */
  logaddexp(other: Tensor): Tensor {
    return apply(special.logaddexp, [this, other]);
  }
  /**
   * 0 below zero, 1 above, `values` at zero; without a gradient.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; two dtypes.
   */
  heaviside(values: Tensor): Tensor {
    return apply(mixes.heaviside, [this, values]);
  }
  /** The opposite, −this. Shapes: any → the same. Errors: booleans. */
  neg(): Tensor {
    return applyOne(arith.neg, this);
  }
  /**
   * this to the power of `exponent`, element by element. `tensor([1, 2, 3]).pow(2)` is `[1, 4, 9]`.
   * Shapes: two that broadcast → their common shape. Errors: an integer to a negative power; shapes that do not
   * broadcast.
   */
  pow(exponent: Tensor | number): Tensor {
    return power.powerOf(this, exponent);
  }
  /**
   * `base` to the power of this.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast.
   */
  rpow(base: number | Tensor): Tensor {
    return typeof base === "number" ? apply(power.rpow, [this], calling(undefined, [base])) : base.pow(this);
  }
  /**
   * The elementwise larger of two.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast.
   */
  maximum(other: Tensor): Tensor {
    return applyTwo(compare.maximum, this, other);
  }
  /**
   * The elementwise smaller of two.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast.
   */
  minimum(other: Tensor): Tensor {
    return applyTwo(compare.minimum, this, other);
  }
  /**
   * this + value · tensor1 · tensor2.
   * Shapes: three that broadcast → their common shape. Errors: shapes that do not broadcast.
   */
  addcmul(tensor1: Tensor, tensor2: Tensor, options: { readonly value?: number } = {}): Tensor {
    return apply(addc.addcmul, [this, tensor1, tensor2], calling(undefined, [options.value ?? 1]));
  }
  /**
   * this + value · tensor1 / tensor2.
   * Shapes: three that broadcast → their common shape. Errors: shapes that do not broadcast; integer operands.
   */
  addcdiv(tensor1: Tensor, tensor2: Tensor, options: { readonly value?: number } = {}): Tensor {
    return apply(addc.addcdiv, [this, tensor1, tensor2], calling(undefined, [options.value ?? 1]));
  }
  /**
   * The elementwise larger of two; of a NaN and a number the number.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast.
   */
  fmax(other: Tensor): Tensor {
    return apply(bounds.fmax, [this, other]);
  }
  /**
   * The elementwise smaller of two; of a NaN and a number the number.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast.
   */
  fmin(other: Tensor): Tensor {
    return apply(bounds.fmin, [this, other]);
  }
  /**
   * Limits to [min, max], numbers or tensors; the gradient passes at the bounds.
   * `tensor([-2, 0.5, 9]).clamp({ min: 0, max: 1 })` is `[0, 0.5, 1]`.
   * Shapes: with numbers any → the same; tensors broadcast → their common shape. Errors: no bounds; bounds that do not
   * broadcast.
   */
  clamp(limits: Limits = {}): Tensor {
    return bounds.clamped(this, limits.min, limits.max);
  }
  /** Limits from below. Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast. */
  clampMin(min: Tensor | number): Tensor {
    return bounds.clamped(this, min, bounds.sameNaN(min));
  }
  /** Limits from above. Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast. */
  clampMax(max: Tensor | number): Tensor {
    return bounds.clamped(this, bounds.sameNaN(max), max);
  }

  // ---------------------------------------------------------------- functions of one tensor

  /** The absolute value, |this|. Shapes: any → the same. Errors: booleans. */
  abs(): Tensor {
    return applyOne(pointwise.abs, this);
  }
  /** e to the power of each element. Shapes: any → the same. Integers give float32. */
  exp(): Tensor {
    return applyOne(pointwise.exp, this);
  }
  /** e to the power of this, minus 1, exact near 0. Shapes: any → the same. Integers give float32. */
  expm1(): Tensor {
    return applyOne(pointwise.expm1, this);
  }
  /** The natural logarithm; −Infinity at 0, NaN below. Shapes: any → the same. Integers give float32. */
  log(): Tensor {
    return applyOne(pointwise.log, this);
  }
  /** ln(1 + this), exact near 0. Shapes: any → the same. Integers give float32. */
  log1p(): Tensor {
    return applyOne(pointwise.log1p, this);
  }
  /** The logarithm to base 2. Shapes: any → the same. Integers give float32. */
  log2(): Tensor {
    return applyOne(pointwise.log2, this);
  }
  /** The square root; NaN below 0. Shapes: any → the same. Integers give float32. */
  sqrt(): Tensor {
    return applyOne(pointwise.sqrt, this);
  }
  /** 1 / √this, the reciprocal of the square root. Shapes: any → the same. Integers give float32. */
  rsqrt(): Tensor {
    return applyOne(pointwise.rsqrt, this);
  }
  /** this², each element times itself. Shapes: any → the same. */
  square(): Tensor {
    return applyOne(pointwise.square, this);
  }
  /** 1 / this; ±Infinity at 0. Shapes: any → the same. Integers give float32. */
  reciprocal(): Tensor {
    return applyOne(pointwise.reciprocal, this);
  }
  /** The sine; the elements are radians. Shapes: any → the same. Integers give float32. */
  sin(): Tensor {
    return applyOne(pointwise.sin, this);
  }
  /** The cosine; the elements are radians. Shapes: any → the same. Integers give float32. */
  cos(): Tensor {
    return applyOne(pointwise.cos, this);
  }
  /** The tangent; the elements are radians. Shapes: any → the same. Integers give float32. */
  tan(): Tensor {
    return applyOne(trig.tan, this);
  }
  /** The arc tangent, in radians. Shapes: any → the same. Integers give float32. */
  atan(): Tensor {
    return applyOne(trig.atan, this);
  }
  /** The hyperbolic sine, (eˣ − e⁻ˣ) / 2. Shapes: any → the same. Integers give float32. */
  sinh(): Tensor {
    return applyOne(trig.sinh, this);
  }
  /** The hyperbolic cosine, (eˣ + e⁻ˣ) / 2. Shapes: any → the same. Integers give float32. */
  cosh(): Tensor {
    return applyOne(trig.cosh, this);
  }
  /**
   * The hyperbolic tangent, (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ), between −1 and 1.
   * Shapes: any → the same. Integers give float32.
   */
  tanh(): Tensor {
    return applyOne(pointwise.tanh, this);
  }
  /** The logistic function, 1 / (1 + e⁻ˣ), between 0 and 1. Shapes: any → the same. Integers give float32. */
  sigmoid(): Tensor {
    return applyOne(pointwise.sigmoid, this);
  }
  /** max(this, 0): negative elements become 0. Shapes: any → the same. Errors: booleans. */
  relu(): Tensor {
    return applyOne(pointwise.relu, this);
  }
  /** The sign: −1, 0 or 1. Shapes: any → the same. */
  sign(): Tensor {
    return applyOne(pointwise.sign, this);
  }
  /** The next integer below; the gradient is 0. Shapes: any → the same. Errors: booleans. */
  floor(): Tensor {
    return applyOne(pointwise.floor, this);
  }
  /** The next integer above; the gradient is 0. Shapes: any → the same. Errors: booleans. */
  ceil(): Tensor {
    return applyOne(pointwise.ceil, this);
  }
  /** The nearest integer, halves to even; the gradient is 0. Shapes: any → the same. Errors: booleans. */
  round(): Tensor {
    return applyOne(pointwise.round, this);
  }
  /** The arc sine, in radians; NaN outside [−1, 1]. Shapes: any → the same. Integers give float32. */
  asin(): Tensor {
    return apply(trig.asin, [this]);
  }
  /** The arc cosine, in radians; NaN outside [−1, 1]. Shapes: any → the same. Integers give float32. */
  acos(): Tensor {
    return apply(trig.acos, [this]);
  }
  /** The inverse hyperbolic sine, ln(x + √(x² + 1)). Shapes: any → the same. Integers give float32. */
  asinh(): Tensor {
    return apply(trig.asinh, [this]);
  }
  /** The inverse hyperbolic cosine, ln(x + √(x² − 1)); NaN below 1. Shapes: any → the same. Integers give float32. */
  acosh(): Tensor {
    return apply(trig.acosh, [this]);
  }
  /**
   * The inverse hyperbolic tangent, ½ ln((1 + x) / (1 − x)); NaN outside [−1, 1].
   * Shapes: any → the same. Integers give float32.
   */
  atanh(): Tensor {
    return apply(trig.atanh, [this]);
  }
  /** Degrees as radians, this · π / 180. Shapes: any → the same. Integers give float32. */
  deg2rad(): Tensor {
    return apply(trig.deg2rad, [this]);
  }
  /** Radians as degrees, this · 180 / π. Shapes: any → the same. Integers give float32. */
  rad2deg(): Tensor {
    return apply(trig.rad2deg, [this]);
  }
  /** 2 to the power of this. Shapes: any → the same. Integers give float32. */
  exp2(): Tensor {
    return apply(special.exp2, [this]);
  }
  /** The logarithm to base 10. Shapes: any → the same. Integers give float32. */
  log10(): Tensor {
    return apply(special.log10, [this]);
  }
  /** The error function, 2/√π ∫₀ˣ e^(−t²) dt. Shapes: any → the same. Integers give float32. */
  erf(): Tensor {
    return apply(special.erf, [this]);
  }
  /** 1 − erf(this). Shapes: any → the same. Integers give float32. */
  erfc(): Tensor {
    return apply(special.erfc, [this]);
  }
  /** The inverse of erf on (−1, 1). Shapes: any → the same. Integers give float32. */
  erfinv(): Tensor {
    return apply(special.erfinv, [this]);
  }
  /** sin(πx) / (πx), 1 at 0. Shapes: any → the same. Integers give float32. */
  sinc(): Tensor {
    return apply(special.sinc, [this]);
  }
  /** The integer part, rounded toward zero; the gradient is 0. Shapes: any → the same. Errors: booleans. */
  trunc(): Tensor {
    return apply(remainders.trunc, [this]);
  }
  /**
   * What is left without the integer part, this − trunc(this).
   * Shapes: any → the same. Errors: integers and booleans.
   */
  frac(): Tensor {
    return apply(remainders.frac, [this]);
  }
  /** Whether the sign is negative, −0 included. Shapes: any → the same, bool. */
  signbit(): Tensor {
    return apply(mixes.signbit, [this]);
  }
  /**
   * ln(this / (1 − this)), the inverse of sigmoid; limited to [eps, 1 − eps] first where `eps` is given.
   * Shapes: any → the same. Integers give float32.
   */
  logit(eps: number | null = null): Tensor {
    return apply(special.logit, [this], calling({ eps }));
  }
  /**
   * Numbers in place of NaN (`nan`) and of the infinities (the dtype's ends, or what is given).
   * Shapes: any → the same.
   */
  nanToNum(nan = 0, posinf: number | null = null, neginf: number | null = null): Tensor {
    return apply(special.nanToNum, [this], calling({ nan, posinf, neginf }));
  }
  /**
   * this where it is positive, else weight · this: a relu with a learnt slope.
   * Shapes: this of any shape, weight of one element or [channels] (dim 1) → the same. Errors: shapes that do not
   * broadcast; integers and booleans.
   */
  prelu(weight: Tensor): Tensor {
    return apply(activation.prelu, [this, perChannel(this, weight)]);
  }

  // ---------------------------------------------------------------- comparisons and logic (bool results)

  /** this = other. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
  eq(other: Operand): Tensor {
    return arith.binary(compare.eq.ofTensors, compare.eq.ofNumber, this, other);
  }
  /** this ≠ other. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
  ne(other: Operand): Tensor {
    return arith.binary(compare.ne.ofTensors, compare.ne.ofNumber, this, other);
  }
  /** this < other. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
  lt(other: Operand): Tensor {
    return arith.binary(compare.lt.ofTensors, compare.lt.ofNumber, this, other);
  }
  /** this ≤ other. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
  le(other: Operand): Tensor {
    return arith.binary(compare.le.ofTensors, compare.le.ofNumber, this, other);
  }
  /** this > other. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
  gt(other: Operand): Tensor {
    return arith.binary(compare.gt.ofTensors, compare.gt.ofNumber, this, other);
  }
  /** this ≥ other. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
  ge(other: Operand): Tensor {
    return arith.binary(compare.ge.ofTensors, compare.ge.ofNumber, this, other);
  }
  /**
   * true where neither is zero.
   * Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast.
   */
  logicalAnd(other: Tensor): Tensor {
    return applyTwo(compare.logicalAnd, this, other);
  }
  /**
   * true where at least one is not zero.
   * Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast.
   */
  logicalOr(other: Tensor): Tensor {
    return applyTwo(compare.logicalOr, this, other);
  }
  /**
   * true where exactly one is not zero.
   * Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast.
   */
  logicalXor(other: Tensor): Tensor {
    return applyTwo(compare.logicalXor, this, other);
  }
  /** true where it is zero. Shapes: any → the same, bool. */
  logicalNot(): Tensor {
    return applyOne(compare.logicalNot, this);
  }
  /** true where it is NaN. Shapes: any → the same, bool. */
  isnan(): Tensor {
    return applyOne(compare.isnan, this);
  }
  /** true where it is ±Infinity. Shapes: any → the same, bool. */
  isinf(): Tensor {
    return applyOne(compare.isinf, this);
  }
  /** true where it is neither NaN nor infinite. Shapes: any → the same, bool. */
  isfinite(): Tensor {
    return applyOne(compare.isfinite, this);
  }
  /** true where it is +Infinity. Shapes: any → the same, bool. */
  isposinf(): Tensor {
    return apply(compare.isposinf, [this]);
  }
  /** true where it is −Infinity. Shapes: any → the same, bool. */
  isneginf(): Tensor {
    return apply(compare.isneginf, [this]);
  }
  /**
   * true where |this − other| ≤ atol + rtol · |other| (1e-8 and 1e-5).
   * Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast; two dtypes.
   */
  isclose(other: Tensor, options: bounds.CloseOptions = {}): Tensor {
    return apply(bounds.isclose, [this, other], calling(undefined, bounds.tolerances(options)));
  }
  /**
   * Whether every element is close to the other's.
   * Shapes: two that broadcast → one boolean. Errors: shapes that do not broadcast; two dtypes.
   */
  allclose(other: Tensor, options: bounds.CloseOptions = {}): boolean {
    return this.isclose(other, options).all().truth();
  }
  /** Whether shape and all elements are the same; NaN equals nothing. Shapes: two of any shapes → one boolean. */
  equal(other: Tensor): boolean {
    return sameShape(this.shape, other.shape) && this.eq(other).all().truth();
  }
  /**
   * Bits that both have, of integers or booleans.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats.
   */
  bitwiseAnd(other: Operand): Tensor {
    return apply(bitwise.bitwiseAnd, [this, asOperand(this, other)]);
  }
  /**
   * Bits that one has.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats.
   */
  bitwiseOr(other: Operand): Tensor {
    return apply(bitwise.bitwiseOr, [this, asOperand(this, other)]);
  }
  /**
   * Bits that exactly one has.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats.
   */
  bitwiseXor(other: Operand): Tensor {
    return apply(bitwise.bitwiseXor, [this, asOperand(this, other)]);
  }
  /** Bits turned round. Shapes: any → the same. Errors: floats. */
  bitwiseNot(): Tensor {
    return apply(bitwise.bitwiseNot, [this]);
  }
  /** this · 2^other. Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats. */
  bitwiseLeftShift(other: Operand): Tensor {
    return apply(bitwise.bitwiseLeftShift, [this, asOperand(this, other)]);
  }
  /**
   * ⌊this / 2^other⌋.
   * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats.
   */
  bitwiseRightShift(other: Operand): Tensor {
    return apply(bitwise.bitwiseRightShift, [this, asOperand(this, other)]);
  }
  /**
   * With this as the condition: `a` where it is true, else `b`. `tensor([true, false]).where(tensor([1, 2]), zeros(2))`
   * is `[1, 0]`.
   * Shapes: condition and two values that broadcast → their common shape. Errors: a condition that is not bool; shapes
   * that do not broadcast.
   */
  where(a: Tensor, b: Tensor): Tensor {
    return apply(compare.where, [this, a, b]);
  }
  /**
   * A copy with `value` (a number or a 0-d tensor) where the mask is true.
   * `tensor([1, -2]).maskedFill(tensor([false, true]), 0)` is `[1, 0]`.
   * Shapes: this and mask broadcast → their common shape. Errors: a value that is not 0-d; shapes that do not
   * broadcast.
   */
  maskedFill(mask: Tensor, value: Tensor | number): Tensor {
    return value instanceof Tensor
      ? apply(compare.maskedFillTensor, [this, mask, value])
      : apply(compare.maskedFill, [this, mask], calling(undefined, [value]));
  }

  // ---------------------------------------------------------------- reductions

  /**
   * The sum of all elements, or over dims; whole numbers sum to int64. `tensor([[1, 2], [3, 4]]).sum()` is `10`,
   * `tensor([[1, 2], [3, 4]]).sum(0)` is `[4, 6]`.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
   */
  sum(dim?: Dims, options: Keep & { readonly dtype?: DType } = {}): Tensor {
    return reduce.reduce(
      reduce.sum,
      this,
      dim,
      options.keepdim,
      options.dtype === undefined ? {} : { dtype: options.dtype },
    );
  }
  /**
   * The mean of all elements, or over dims: their sum / n. `tensor([[1, 2], [3, 4]]).mean(1)` is `[1.5, 3.5]`.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
   * booleans.
   */
  mean(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.mean, this, dim, options.keepdim);
  }
  /**
   * The product of all elements, or over dims; whole numbers give int64.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
   */
  prod(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.prod, this, dim, options.keepdim);
  }
  /**
   * The variance of all elements, or over dims: Σ(x − mean)² / (n − 1), or / n with `unbiased: false`.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
   * booleans.
   */
  var(dim?: Dims, options: Spread = {}): Tensor {
    return reduce.reduce(spreads.variances, this, dim, options.keepdim, { correction: correctionOf(options) });
  }
  /**
   * The standard deviation of all elements, or over dims: √(Σ(x − mean)² / (n − 1)).
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
   * booleans.
   */
  std(dim?: Dims, options: Spread = {}): Tensor {
    return reduce.reduce(spreads.deviation, this, dim, options.keepdim, { correction: correctionOf(options) });
  }
  /**
   * The largest element; along a dim, the largest values and where they lie; with a tensor, the larger of two.
   * Shapes: any → 0-d; along a dim two without it; with a tensor their common shape. Errors: an empty tensor without a
   * dim; shapes that do not broadcast; an empty dim; a dim out of range.
   */
  max(other?: Tensor): Tensor;
  max(dim: number, options?: Keep): Extremes;
  max(dim?: number | Tensor, options: Keep = {}): Tensor | Extremes {
    if (dim instanceof Tensor) return this.maximum(dim);
    return dim === undefined
      ? reduce.reduce(reduce.max, this, null)
      : reduce.along(reduce.maxAlong, this, dim, options.keepdim);
  }
  /**
   * The smallest element; along a dim, the smallest values and where they lie; with a tensor, the smaller of two.
   * Shapes: any → 0-d; along a dim two without it; with a tensor their common shape. Errors: an empty tensor without a
   * dim; shapes that do not broadcast; an empty dim; a dim out of range.
   */
  min(other?: Tensor): Tensor;
  min(dim: number, options?: Keep): Extremes;
  min(dim?: number | Tensor, options: Keep = {}): Tensor | Extremes {
    if (dim instanceof Tensor) return this.minimum(dim);
    return dim === undefined
      ? reduce.reduce(reduce.min, this, null)
      : reduce.along(reduce.minAlong, this, dim, options.keepdim);
  }
  /**
   * The largest element, or over dims; ties share the gradient.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
   * out of range.
   */
  amax(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.extremeOver(reduce.amax, this, dim, options.keepdim);
  }
  /**
   * The smallest element, or over dims; ties share the gradient.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
   * out of range.
   */
  amin(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.extremeOver(reduce.amin, this, dim, options.keepdim);
  }
  /**
   * Where the largest lies (int64): in the flat tensor, or along a dim. `tensor([[1, 9, 2]]).argmax(1)` is `[1]`.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
   * out of range; booleans.
   */
  argmax(dim?: number | null, options: Keep = {}): Tensor {
    return reduce.extremeOver(reduce.argmax, this, dim, options.keepdim);
  }
  /**
   * Where the smallest lies (int64): in the flat tensor, or along a dim.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
   * out of range; booleans.
   */
  argmin(dim?: number | null, options: Keep = {}): Tensor {
    return reduce.extremeOver(reduce.argmin, this, dim, options.keepdim);
  }
  /**
   * Whether any element is not zero (bool), in all or over dims.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
   */
  any(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.any, this, dim, options.keepdim);
  }
  /**
   * Whether no element is zero (bool), in all or over dims.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
   */
  all(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.all, this, dim, options.keepdim);
  }
  /**
   * The smallest and the largest, of all or along a dim; ties share the gradient.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
   * out of range.
   */
  aminmax(dim?: number | null, options: Keep = {}): { readonly min: Tensor; readonly max: Tensor } {
    return { min: this.amin(dim, options), max: this.amax(dim, options) };
  }
  /**
   * The sum over dims with NaN as 0.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
   */
  nansum(dim?: Dims, options: Keep = {}): Tensor {
    return this.maskedFill(this.isnan(), 0).sum(dim, options);
  }
  /**
   * The mean over dims of what is not NaN.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
   * booleans.
   */
  nanmean(dim?: Dims, options: Keep = {}): Tensor {
    if (!isFloating(this.dtype)) {
      throw runtimeError(
        `nanmean(): expected input to have floating point dtype but got ${scalarName(this.dtype)}`,
        'Convert it first with .to("float32").',
      );
    }
    return this.nansum(dim, options).div(this.isnan().logicalNot().sum(dim, options));
  }
  /**
   * How many elements are not zero, over dims (all by default).
   * Shapes: any → 0-d, or without the dims given. Errors: a dim out of range.
   */
  countNonzero(dim?: Dims): Tensor {
    return reduce.reduce(finds.countNonzero, this, dim);
  }
  /**
   * e^this / Σ e^this along a dim: positive numbers that sum to 1. `tensor([0, 0]).softmax(0)` is `[0.5, 0.5]`.
   * Shapes: any → the same. Errors: a dim out of range; integers and booleans.
   */
  softmax(dim: number): Tensor {
    return apply(softmaxes.softmax, [this], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /**
   * this − ln Σ e^this along a dim: the logarithm of softmax, without overflow.
   * Shapes: any → the same. Errors: a dim out of range; integers and booleans.
   */
  logSoftmax(dim: number): Tensor {
    return apply(softmaxes.logSoftmax, [this], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /**
   * ln Σ e^this over dims, without overflow.
   * Shapes: any → without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
   */
  logsumexp(dim: number | readonly number[], options: Keep = {}): Tensor {
    return reduce.reduce(reduce.logsumexp, this, dim, options.keepdim);
  }

  /**
   * The p-norm (Σ |x|ᵖ)^(1/p) of all elements or over dims: 2 by default, 1, Infinity, any p.
   * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; an empty dim;
   * integers and booleans.
   */
  norm(p: number | "fro" = "fro", dim?: Dims, options: Keep = {}): Tensor {
    return norms.norm(this, p, dim, options.keepdim === true);
  }
  /**
   * Running sums along a dim; whole numbers give int64. `tensor([1, 2, 3]).cumsum(0)` is `[1, 3, 6]`.
   * Shapes: any → the same. Errors: a dim out of range.
   */
  cumsum(dim: number): Tensor {
    return apply(scans.cumsum, [this], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /** Running products along a dim; whole numbers give int64. Shapes: any → the same. Errors: a dim out of range. */
  cumprod(dim: number): Tensor {
    return apply(scans.cumprod, [this], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /** The largest so far along a dim, and where it lies. Shapes: any → two of the same. Errors: a dim out of range. */
  cummax(dim: number): Extremes {
    return scans.running(scans.cummax, this, dim);
  }
  /** The smallest so far along a dim, and where it lies. Shapes: any → two of the same. Errors: a dim out of range. */
  cummin(dim: number): Extremes {
    return scans.running(scans.cummin, this, dim);
  }
  /**
   * The elements in order along a dim (the last by default), and where each stood; equal ones keep their order, NaN
   * comes last.
   * Shapes: any → two of the same. Errors: a dim out of range.
   */
  sort(dim = -1, options: { readonly descending?: boolean; readonly stable?: boolean } = {}): Extremes {
    return sorting.sort(this, dim, options.descending === true);
  }
  /** Where each element of the sorted tensor stood (int64). Shapes: any → the same. Errors: a dim out of range. */
  argsort(dim = -1, options: { readonly descending?: boolean; readonly stable?: boolean } = {}): Tensor {
    return this.sort(dim, options).indices;
  }
  /**
   * The `k` largest along a dim (the last by default), the largest first; the smallest with `largest: false`.
   * Shapes: any → two with size k along the dim. Errors: a dim out of range; k out of range.
   */
  topk(k: number, dim = -1, options: { readonly largest?: boolean; readonly sorted?: boolean } = {}): Extremes {
    return sorting.topk(this, k, dim, options.largest !== false);
  }
  /**
   * The k-th smallest along a dim, counted from 1, and where it lies.
   * Shapes: any → two without the dim (size 1 with `keepdim`). Errors: k out of range; a dim out of range; booleans.
   */
  kthvalue(k: number, dim = -1, options: Keep = {}): Extremes {
    return sorting.kthvalue(this, k, dim, options.keepdim === true);
  }
  /**
   * The median (the lower of two) of all elements; along a dim, with where it lies.
   * Shapes: any → 0-d; along a dim two without it (size 1 with `keepdim`). Errors: an empty dim; a dim out of range;
   * booleans.
   */
  median(): Tensor;
  median(dim: number, options?: Keep): Extremes;
  median(dim?: number, options: Keep = {}): Tensor | Extremes {
    return dim === undefined
      ? applyOne(sorting.medianOfAll, this)
      : sorting.median(this, dim, options.keepdim === true);
  }

  // ---------------------------------------------------------------- products

  /**
   * The matrix product, by rank: vectors, matrices or broadcast batches of them.
   * `tensor([[1, 2]]).matmul(tensor([[3], [4]]))` is `[[11]]`.
   * Shapes: [n] · [n] → 0-d, […, n, k] · [k] → […, n], […, n, k] · […, k, m] → […, n, m]; leading dims broadcast.
   * Errors: 0-d operands; inner sizes that differ; two dtypes; booleans.
   */
  matmul(other: Tensor): Tensor {
    return products.matmul(this, other);
  }
  /**
   * The product of two matrices.
   * Shapes: [n, k] · [k, m] → [n, m]. Errors: other ranks; inner sizes that differ; two dtypes; booleans.
   */
  mm(other: Tensor): Tensor {
    return applyTwo(products.mm, this, other);
  }
  /**
   * The product of each pair of matrices in two batches.
   * Shapes: [b, n, k] · [b, k, m] → [b, n, m]. Errors: other ranks; sizes that do not fit; two dtypes; booleans.
   */
  bmm(other: Tensor): Tensor {
    return applyTwo(products.bmm, this, other);
  }
  /**
   * The product of a matrix and a vector.
   * Shapes: [n, k] · [k] → [n]. Errors: other ranks; inner sizes that differ; two dtypes; booleans.
   */
  mv(other: Tensor): Tensor {
    return applyTwo(products.mv, this, other);
  }
  /**
   * The sum of the products of two vectors. `tensor([1, 2]).dot(tensor([3, 4]))` is `11`.
   * Shapes: [n] · [n] → 0-d. Errors: other ranks; lengths that differ; two dtypes; booleans.
   */
  dot(other: Tensor): Tensor {
    return applyTwo(products.dot, this, other);
  }
  /**
   * Every product of an element of this with one of `other`. `tensor([1, 2]).outer(tensor([3, 4]))` is
   * `[[3, 4], [6, 8]]`.
   * Shapes: [n], [m] → [n, m]. Errors: other ranks.
   */
  outer(other: Tensor): Tensor {
    return applyTwo(products.outer, this, other);
  }

  /**
   * beta · this + alpha · a·b, the matrix product with an offset.
   * Shapes: this broadcasts to [n, m], a [n, k], b [k, m] → [n, m]. Errors: other ranks; sizes that do not fit; two
   * dtypes; booleans.
   */
  addmm(a: Tensor, b: Tensor, options: fused.Weights = {}): Tensor {
    return fused.addmm(this, a, b, options);
  }
  /**
   * beta · this + alpha · a·b of a matrix and a vector, with an offset.
   * Shapes: this broadcasts to [n], a [n, k], b [k] → [n]. Errors: sizes that do not fit; two dtypes; booleans.
   */
  addmv(a: Tensor, b: Tensor, options: fused.Weights = {}): Tensor {
    return fused.addmv(this, a, b, options);
  }
  /**
   * beta · this + alpha · a ⊗ b, the outer product with an offset.
   * Shapes: this broadcasts to [n, m], a [n], b [m] → [n, m]. Errors: operands that are no vectors; sizes that do not
   * fit.
   */
  addr(a: Tensor, b: Tensor, options: fused.Weights = {}): Tensor {
    return fused.addr(this, a, b, options);
  }
  /**
   * beta · this + alpha · a·b for each of a batch, with an offset.
   * Shapes: this broadcasts to [b, n, m], a [b, n, k], b [b, k, m] → [b, n, m]. Errors: other ranks; sizes that do not
   * fit; two dtypes; booleans.
   */
  baddbmm(a: Tensor, b: Tensor, options: fused.Weights = {}): Tensor {
    return fused.baddbmm(this, a, b, options);
  }

  // ---------------------------------------------------------------- shape

  /**
   * Another shape over the same memory. `arange(6).view(2, -1)` is `[[0, 1, 2], [3, 4, 5]]`.
   * Shapes: any → the shape given, −1 for one size that follows. Errors: sizes whose product differs; memory that would
   * need a copy.
   */
  view(...shape: number[] | [Shape]): Tensor {
    return views.view(this, list(shape));
  }
  /**
   * Another shape, over the same memory where that is possible, else a copy. `arange(6).reshape(2, 3)` is
   * `[[0, 1, 2], [3, 4, 5]]`.
   * Shapes: any → the shape given, −1 for one size that follows. Errors: sizes whose product differs.
   */
  reshape(...shape: number[] | [Shape]): Tensor {
    return views.reshape(this, list(shape));
  }
  /**
   * Dims `startDim` to `endDim` as one; all of them by default.
   * Shapes: […, startDim … endDim, …] → […, their product, …]; 0-d → [1]. Errors: a dim out of range; startDim after
   * endDim.
   */
  flatten(startDim = 0, endDim = -1): Tensor {
    return views.flatten(this, startDim, endDim);
  }
  /**
   * Two dims swapped, over the same memory.
   * Shapes: any → the same with two sizes swapped. Errors: a dim out of range.
   */
  transpose(dim0: number, dim1: number): Tensor {
    return views.transpose(this, dim0, dim1);
  }
  /** The last two dims swapped, over the same memory. Shapes: […, n, m] → […, m, n]. Errors: fewer than two dims. */
  get mT(): Tensor {
    if (this.shape.length < 2) {
      throw runtimeError(
        `tensor.mT is only supported on matrices or batches of matrices. Got ${this.shape.length}-D tensor.`,
        "Use .unsqueeze() first.",
      );
    }
    return views.transpose(this, -2, -1);
  }
  /**
   * Two dims swapped, over the same memory.
   * Shapes: any → the same with two sizes swapped. Errors: a dim out of range.
   */
  swapaxes(dim0: number, dim1: number): Tensor {
    return views.transpose(this, dim0, dim1);
  }
  /**
   * Dims moved from places to others, over the same memory.
   * Shapes: any → its sizes in another order. Errors: a dim out of range; dims that do not pair up.
   */
  movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return views.movedim(this, listOf(source), listOf(destination));
  }
  /**
   * One dim as several; −1 for one size that follows.
   * Shapes: […, n, …] → […, ...shape, …]. Errors: sizes whose product differs; a dim out of range.
   */
  unflatten(dim: number, shape: Shape): Tensor {
    return views.unflatten(this, dim, shape);
  }
  /**
   * In the shape of another tensor, over the same memory.
   * Shapes: any → other's. Errors: sizes whose product differs; memory that would need a copy.
   */
  viewAs(other: Tensor): Tensor {
    return views.view(this, other.shape);
  }
  /** In the shape of another tensor. Shapes: any → other's. Errors: sizes whose product differs. */
  reshapeAs(other: Tensor): Tensor {
    return views.reshape(this, other.shape);
  }
  /** All elements as one dim, a view where that is possible. Shapes: any → [n]. */
  ravel(): Tensor {
    return views.view(views.contiguous(this), [-1]);
  }
  /**
   * The transpose of a matrix, over the same memory.
   * Shapes: [n, m] → [m, n]; vectors and 0-d stay. Errors: more than two dims.
   */
  t(): Tensor {
    return views.t(this);
  }
  /** The dims in reverse order, over the same memory. Shapes: [n, m] → [m, n]. */
  get T(): Tensor {
    return views.permute(
      this,
      this.shape.map((_, d) => this.shape.length - 1 - d),
    );
  }
  /**
   * The dims in another order, over the same memory.
   * Shapes: any → its sizes in the order given. Errors: a dim out of range, missing or named twice.
   */
  permute(...dims: number[] | [readonly number[]]): Tensor {
    return views.permute(this, list(dims));
  }
  /**
   * Without the dims of size 1, all of them or those named, over the same memory.
   * Shapes: any → without sizes of 1. Errors: a dim out of range.
   */
  squeeze(dim?: number | readonly number[]): Tensor {
    return views.squeeze(this, dim);
  }
  /**
   * With a new dim of size 1 at `dim`, over the same memory. `tensor([1, 2]).unsqueeze(0)` is `[[1, 2]]`.
   * Shapes: […] → […, 1, …]. Errors: a dim out of range.
   */
  unsqueeze(dim: number): Tensor {
    return views.unsqueeze(this, dim);
  }
  /**
   * Dims of size 1 repeated without copying; new ones come in front. `tensor([[1], [2]]).expand(2, 3)` is
   * `[[1, 1, 1], [2, 2, 2]]`.
   * Shapes: any → the shape given, −1 to keep a size. Errors: sizes other than 1 that differ; fewer dims than it has.
   */
  expand(...shape: number[] | [Shape]): Tensor {
    return views.expand(this, list(shape));
  }
  /**
   * Expanded to a shape without copying.
   * Shapes: any → the shape given. Errors: sizes other than 1 that differ; fewer dims than it has.
   */
  broadcastTo(shape: Shape): Tensor {
    return views.expand(this, shape);
  }
  /**
   * Expanded to the shape of another tensor, without copying.
   * Shapes: any → other's. Errors: sizes other than 1 that differ; fewer dims than it has.
   */
  expandAs(other: Tensor): Tensor {
    return views.expand(this, other.shape);
  }
  /**
   * `length` elements along `dim` from `start`, over the same memory. `arange(5).narrow(0, 1, 3)` is `[1, 2, 3]`.
   * Shapes: […, n, …] → […, length, …]. Errors: 0-d; a dim out of range; a stretch that leaves the dim.
   */
  narrow(dim: number, start: number, length: number): Tensor {
    return parts.narrow(this, dim, start, length);
  }
  /**
   * The slice at `index` of `dim`, without that dim, over the same memory.
   * Shapes: […, n, …] → […]. Errors: 0-d; a dim or an index out of range.
   */
  select(dim: number, index: number): Tensor {
    return parts.select(this, dim, index);
  }
  /**
   * Views of `splitSize` elements along a dim, the last perhaps smaller, or of the sizes listed.
   * Shapes: […, n, …] → parts […, size, …]. Errors: 0-d; a dim out of range; sizes below 0 or whose sum is not n.
   */
  split(splitSize: number | readonly number[], dim = 0): readonly Tensor[] {
    return parts.split(this, splitSize, dim);
  }
  /**
   * A number of views along a dim, the last perhaps smaller.
   * Shapes: […, n, …] → parts […, ⌈n / chunks⌉, …]. Errors: 0-d; a dim out of range; fewer chunks than 1.
   */
  chunk(chunks: number, dim = 0): readonly Tensor[] {
    return parts.chunk(this, chunks, dim);
  }
  /**
   * The elements along a dim at the places that an index names: y[i][j] = this[index[i][j]][j] for dim 0.
   * `tensor([[1, 2], [3, 4]]).gather(1, tensor([[1], [0]], { dtype: "int64" }))` is `[[2], [3]]`.
   * Shapes: any, index of the same rank → index's. Errors: an index that is not int64, of another rank or out of range;
   * a dim out of range.
   */
  gather(dim: number, index: Tensor): Tensor {
    return apply(gathers.gather, [this, index], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /**
   * The slices along a dim that a vector of indices names.
   * `tensor([[1, 2], [3, 4]]).indexSelect(0, tensor([1], { dtype: "int64" }))` is `[[3, 4]]`.
   * Shapes: […, n, …], index [k] → […, k, …]. Errors: an index that is no integer vector or out of range; a dim out of
   * range.
   */
  indexSelect(dim: number, index: Tensor): Tensor {
    return apply(gathers.indexSelect, [this, index], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /**
   * Indexing as PyTorch's `[]`: integers, slice(), null, "...", lists of integers, index tensors and masks. `x.at(0)`
   * is the first row, `x.at("...", slice(0, 2))` the first two columns.
   * Shapes: an integer drops its dim, null adds one of size 1, a mask of k true elements gives [k]. Errors: an index
   * out of range; more indices than dims; masks that do not fit.
   */
  at(...index: Index[]): Tensor {
    return lookUp(this, index);
  }
  /**
   * Assignment as PyTorch's `x[index] = value`: the index as for `at`, then the value, as in `x.put(0, 5)`.
   * Shapes: the value broadcasts to the part named; this stays. Errors: an index out of range; a value that does not
   * broadcast; a leaf that requires a gradient, outside noGrad.
   */
  put(...indexThenValue: [...Index[], Operand]): this {
    assign(this, indexThenValue);
    return this;
  }

  /**
   * A copy with `src` (a tensor or a number) written along a dim where `index` says; of several writes to a place the
   * last stays.
   * Shapes: this, index of its rank, src a number or at least as large as index → this. Errors: an index that is not
   * int64, of another rank, size or out of range; another dtype of src; a dim out of range.
   */
  scatter(dim: number, index: Tensor, src: Tensor | number): Tensor {
    return scatters.scattered(this, dim, index, src);
  }
  /**
   * A copy with `src` added along a dim where `index` says.
   * `zeros(2).scatterAdd(0, tensor([1, 1], { dtype: "int64" }), tensor([3, 4]))` is `[0, 7]`.
   * Shapes: this, index of its rank, src at least as large as index → this. Errors: an index that is not int64, of
   * another rank, size or out of range; another dtype of src; a dim out of range.
   */
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return apply(scatters.scatterAdd, [this, index, src], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /**
   * A copy with alpha · the slices of `source` added along a dim where a vector says.
   * Shapes: […, n, …], index [k], source […, k, …] → […, n, …]. Errors: an index that is no int64 vector or out of
   * range; another dtype or shape of source; a dim out of range.
   */
  indexAdd(dim: number, index: Tensor, source: Tensor, options: { readonly alpha?: number } = {}): Tensor {
    const attrs = { dim: dimension(dim, this.shape.length), alpha: options.alpha ?? 1 };
    return apply(scatters.indexAdd, [this, index, source], calling(attrs));
  }
  /**
   * A copy with the slices of `source` written along a dim where a vector says.
   * Shapes: […, n, …], index [k], source […, k, …] → […, n, …]. Errors: an index that is no int64 vector or out of
   * range; another dtype or shape of source; a dim out of range.
   */
  indexCopy(dim: number, index: Tensor, source: Tensor): Tensor {
    const attrs = { dim: dimension(dim, this.shape.length), alpha: 1 };
    return apply(scatters.indexCopy, [this, index, source], calling(attrs));
  }
  /**
   * A copy with the slices along a dim that an index names set to a number.
   * Shapes: […, n, …], index [k] → […, n, …]. Errors: an index that is not int64 or out of range; a dim out of range.
   */
  indexFill(dim: number, index: Tensor, value: number): Tensor {
    return apply(scatters.indexFill, [this, index], calling({ dim: dimension(dim, this.shape.length) }, [value]));
  }
  /**
   * The elements at positions in the flat tensor, row by row.
   * Shapes: any, index of any shape → index's. Errors: an index that is not int64 or out of range.
   */
  take(index: Tensor): Tensor {
    return apply(scatters.take, [this, index]);
  }
  /**
   * The elements where the mask is true, in order.
   * Shapes: this and mask broadcast → [count]. Errors: a mask that is not bool; shapes that do not broadcast.
   */
  maskedSelect(mask: Tensor): Tensor {
    if (mask.dtype !== "bool") {
      throw runtimeError(
        "masked_select: expected BoolTensor or ByteTensor for mask",
        'Convert the mask with .to("bool").',
      );
    }
    return sameShape(mask.shape, this.shape) ? lookUp(this, [mask]) : lookUp(...spreadMask(this, mask));
  }
  /**
   * A copy with the elements of `source`, in order, where the mask is true.
   * Shapes: this and mask broadcast → their common shape. Errors: a source with too few elements; shapes that do not
   * broadcast.
   */
  maskedScatter(mask: Tensor, source: Tensor): Tensor {
    return apply(scatters.maskedScatter, [this, mask, source]);
  }
  /**
   * A copy with the order along dims turned round. `tensor([1, 2, 3]).flip(0)` is `[3, 2, 1]`.
   * Shapes: any → the same. Errors: a dim out of range.
   */
  flip(...dims: number[] | [readonly number[]]): Tensor {
    return rearrange.flip(this, list(dims));
  }
  /**
   * Elements moved on along dims, those that fall off coming in at the other end. `tensor([1, 2, 3]).roll(1)` is
   * `[3, 1, 2]`.
   * Shapes: any → the same. Errors: shifts and dims of different number; a dim out of range.
   */
  roll(shifts: number | readonly number[], dims: number | readonly number[] = []): Tensor {
    return rearrange.roll(this, listOf(shifts), listOf(dims));
  }
  /**
   * Copies laid side by side, `repeats` times along each dim. `tensor([1, 2]).repeat(2)` is `[1, 2, 1, 2]`.
   * Shapes: [n, m] → [r₀ · n, r₁ · m]; further repeats come in front. Errors: fewer repeats than dims; negative counts.
   */
  repeat(...repeats: number[] | [readonly number[]]): Tensor {
    return rearrange.repeat(this, list(repeats));
  }
  /**
   * Laid side by side along dims; missing leading ones count as 1.
   * Shapes: [n, m] → [t₀ · n, t₁ · m]. Errors: negative counts.
   */
  tile(...dims: number[] | [readonly number[]]): Tensor {
    const times = list(dims);
    return this.repeat([...this.shape.slice(0, Math.max(0, this.ndim - times.length)).map(() => 1), ...times]);
  }
  /**
   * The indices of the elements that are not zero, one row each (int64). `tensor([0, 5, 0, 7]).nonzero()` is
   * `[[1], [3]]`.
   * Shapes: any → [count, ndim].
   */
  nonzero(): Tensor {
    return apply(finds.nonzero, [this]);
  }
  /**
   * All slices along a dim, without it, over the same memory.
   * Shapes: […, n, …] → n of […]. Errors: a dim out of range.
   */
  unbind(dim = 0): readonly Tensor[] {
    return rearrange.unbind(this, dim);
  }
  /**
   * Every window of `size` elements along a dim, `step` apart, as a new last dim over the same memory.
   * `arange(4).unfold(0, 2, 1)` is `[[0, 1], [1, 2], [2, 3]]`.
   * Shapes: […, n, …] → […, ⌊(n − size) / step⌋ + 1, …, size]. Errors: a step below 1; a dim out of range; a size
   * larger than the dim.
   */
  unfold(dim: number, size: number, step: number): Tensor {
    return rearrange.unfold(this, dim, size, step);
  }
  /**
   * The lower triangle of each matrix, zeros above the diagonal. `ones(2, 2).tril()` is `[[1, 0], [1, 1]]`.
   * Shapes: any → the same. Errors: fewer than two dims.
   */
  tril(diagonal = 0): Tensor {
    return apply(triangle.tril, [this], calling({ diagonal }));
  }
  /**
   * The upper triangle of each matrix, zeros below the diagonal.
   * Shapes: any → the same. Errors: fewer than two dims.
   */
  triu(diagonal = 0): Tensor {
    return apply(triangle.triu, [this], calling({ diagonal }));
  }
  /**
   * The diagonal of two dims as a new last dim, over the same memory.
   * Shapes: […, n, m] → […, min(n, m)], fewer with an offset. Errors: two equal dims; a dim out of range.
   */
  diagonal(offset = 0, dim1 = 0, dim2 = 1): Tensor {
    return triangle.diagonal(this, offset, dim1, dim2);
  }
  /**
   * Zeros with this last dim on the diagonal of two new dims.
   * Shapes: […, n] → […, n, n], larger with an offset. Errors: a dim out of range; one dim twice.
   */
  diagEmbed(offset = 0, dim1 = -2, dim2 = -1): Tensor {
    return triangle.embedded(this, offset, dim1, dim2);
  }
  /** The sum of a matrix's diagonal. Shapes: [n, m] → 0-d. Errors: other ranks. */
  trace(): Tensor {
    return apply(triangle.trace, [this]);
  }
  // ---------------------------------------------------------------- copies

  /** A copy in memory of its own that gradients flow through. Shapes: any → the same. */
  clone(): Tensor {
    return applyOne(views.clone, this);
  }
  /** The same memory without history: no gradient flows through. Shapes: any → the same. */
  detach(): Tensor {
    return applyOne(views.detach, this);
  }
  /**
   * Makes this tensor a leaf without a gradient, in place: what was computed from it keeps its history.
   * Shapes: any → the same. Errors: a view.
   */
  detach_(): this {
    if (this.aside !== null && this.aside.viewOf !== null) {
      throw runtimeError(
        "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in torch/optim/optimizer.py as a solution.",
      );
    }
    this.node();
    this.maker = null;
    this.slot = 0;
    this.leafNeeds = false;
    return this;
  }
  /**
   * The elements in another dtype; the tensor itself when it has it. Floats are cut toward zero for integers.
   * Shapes: any → the same.
   */
  to(dtype: DType): Tensor {
    return computedAs(dtype) === this.dtype ? this : apply(fills.to, [this], calling({ dtype }));
  }
  /** As float32. Shapes: any → the same. */
  float(): Tensor {
    return this.to("float32");
  }
  /** As float64. Shapes: any → the same. */
  double(): Tensor {
    return this.to("float64");
  }
  /** As int64, cut toward zero. Shapes: any → the same. */
  long(): Tensor {
    return this.to("int64");
  }
  /** As int32, cut toward zero. Shapes: any → the same. */
  int(): Tensor {
    return this.to("int32");
  }
  /** As bool: whether it is not zero. Shapes: any → the same. */
  bool(): Tensor {
    return this.to("bool");
  }
  /** Row-major in memory: the tensor itself when it is so already, else a copy. Shapes: any → the same. */
  contiguous(): Tensor {
    return views.contiguous(this);
  }
  /** Whether it lies row-major in memory. */
  isContiguous(): boolean {
    return isRowMajor(this.shape, this.strides);
  }

  // ---------------------------------------------------------------- in place

  /**
   * Adds alpha · other in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  add_(other: Operand, options: { readonly alpha?: number } = {}): this {
    return scaledInPlace(arith.add, arith.addNumber, arith.addScaled, this, other, options.alpha ?? 1);
  }
  /**
   * Subtracts alpha · other in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; booleans; a result
   * that its dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  sub_(other: Operand, options: { readonly alpha?: number } = {}): this {
    return scaledInPlace(arith.sub, arith.subNumber, arith.subScaled, this, other, options.alpha ?? 1);
  }
  /**
   * Multiplies in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  mul_(other: Operand): this {
    return inPlace(arith.mul, arith.mulNumber, this, other);
  }
  /**
   * Divides in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; whole numbers divided by 0 with a rounding mode; a leaf that requires a gradient, outside noGrad.
   */
  div_(other: Operand, options: { readonly roundingMode?: remainders.RoundingMode | null } = {}): this {
    const { roundingMode = null } = options;
    return roundingMode === null
      ? inPlace(arith.div, arith.divNumber, this, other)
      : inPlace(remainders.divRounded, remainders.divRoundedNumber, this, other, { roundingMode });
  }
  /**
   * Adds value · tensor1 · tensor2 in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  addcmul_(tensor1: Tensor, tensor2: Tensor, options: { readonly value?: number } = {}): this {
    applyInPlace(addc.addcmul, this, [tensor1, tensor2], calling(undefined, [options.value ?? 1]));
    return this;
  }
  /**
   * Adds value · tensor1 / tensor2 in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; integer operands; a
   * result that its dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  addcdiv_(tensor1: Tensor, tensor2: Tensor, options: { readonly value?: number } = {}): this {
    applyInPlace(addc.addcdiv, this, [tensor1, tensor2], calling(undefined, [options.value ?? 1]));
    return this;
  }
  /**
   * Raises to a power in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; an integer to a negative power; a leaf that requires a gradient, outside noGrad.
   */
  pow_(exponent: Tensor | number): this {
    return inPlace(power.pow, power.powNumber, this, exponent);
  }
  /**
   * Turns the sign in place.
   * Shapes: any → the same. Errors: booleans; a leaf that requires a gradient, outside noGrad.
   */
  neg_(): this {
    return changed(arith.neg, this);
  }
  /** |this| in place. Shapes: any → the same. Errors: booleans; a leaf that requires a gradient, outside noGrad. */
  abs_(): this {
    return changed(pointwise.abs, this);
  }
  /**
   * e to the power of this, in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  exp_(): this {
    return changed(pointwise.exp, this);
  }
  /**
   * The natural logarithm in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  log_(): this {
    return changed(pointwise.log, this);
  }
  /**
   * The square root in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  sqrt_(): this {
    return changed(pointwise.sqrt, this);
  }
  /** this² in place. Shapes: any → the same. Errors: booleans; a leaf that requires a gradient, outside noGrad. */
  square_(): this {
    return changed(pointwise.square, this);
  }
  /**
   * 1 / this in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  reciprocal_(): this {
    return changed(pointwise.reciprocal, this);
  }
  /**
   * The sine in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  sin_(): this {
    return changed(pointwise.sin, this);
  }
  /**
   * The cosine in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  cos_(): this {
    return changed(pointwise.cos, this);
  }
  /**
   * The hyperbolic tangent in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  tanh_(): this {
    return changed(pointwise.tanh, this);
  }
  /**
   * The sigmoid in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  sigmoid_(): this {
    return changed(pointwise.sigmoid, this);
  }
  /**
   * max(this, 0) in place.
   * Shapes: any → the same. Errors: booleans; a leaf that requires a gradient, outside noGrad.
   */
  relu_(): this {
    return changed(pointwise.relu, this);
  }
  /**
   * Limits to [min, max] in place.
   * Shapes: this, and what broadcasts to it → this. Errors: no bounds; bounds that do not broadcast to this; a result
   * that its dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  clamp_(limits: Limits): this {
    const { op, others, call } = bounds.clamping(this, limits.min, limits.max);
    applyInPlace(op, this, others, call);
    return this;
  }
  /**
   * Writes `value` (a number or a 0-d tensor) where the mask holds.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a value that is not
   * 0-d; a leaf that requires a gradient, outside noGrad.
   */
  maskedFill_(mask: Tensor, value: Tensor | number): this {
    if (value instanceof Tensor) applyInPlace(compare.maskedFillTensor, this, [mask, value]);
    else applyInPlace(compare.maskedFill, this, [mask], calling(undefined, [value]));
    return this;
  }
  /**
   * The next integer above, in place.
   * Shapes: any → the same. Errors: booleans; a leaf that requires a gradient, outside noGrad.
   */
  ceil_(): this {
    return changed(pointwise.ceil, this);
  }
  /**
   * The next integer below, in place.
   * Shapes: any → the same. Errors: booleans; a leaf that requires a gradient, outside noGrad.
   */
  floor_(): this {
    return changed(pointwise.floor, this);
  }
  /**
   * The nearest integer, in place.
   * Shapes: any → the same. Errors: booleans; a leaf that requires a gradient, outside noGrad.
   */
  round_(): this {
    return changed(pointwise.round, this);
  }
  /**
   * The integer part, in place.
   * Shapes: any → the same. Errors: booleans; a leaf that requires a gradient, outside noGrad.
   */
  trunc_(): this {
    return changed(remainders.trunc, this);
  }
  /**
   * The fraction, in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  frac_(): this {
    return changed(remainders.frac, this);
  }
  /** −1, 0 or 1, in place. Shapes: any → the same. Errors: a leaf that requires a gradient, outside noGrad. */
  sign_(): this {
    return changed(pointwise.sign, this);
  }
  /**
   * e to the power of this, minus 1, in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  expm1_(): this {
    return changed(pointwise.expm1, this);
  }
  /**
   * 2 to the power of this, in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  exp2_(): this {
    return changed(special.exp2, this);
  }
  /**
   * ln(1 + this) in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  log1p_(): this {
    return changed(pointwise.log1p, this);
  }
  /**
   * The logarithm to base 2, in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  log2_(): this {
    return changed(pointwise.log2, this);
  }
  /**
   * The logarithm to base 10, in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  log10_(): this {
    return changed(special.log10, this);
  }
  /**
   * 1 / √this in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  rsqrt_(): this {
    return changed(pointwise.rsqrt, this);
  }
  /**
   * The tangent in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  tan_(): this {
    return changed(trig.tan, this);
  }
  /**
   * The arc tangent in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  atan_(): this {
    return changed(trig.atan, this);
  }
  /**
   * The arc sine in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  asin_(): this {
    return changed(trig.asin, this);
  }
  /**
   * The arc cosine in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  acos_(): this {
    return changed(trig.acos, this);
  }
  /**
   * The hyperbolic sine in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  sinh_(): this {
    return changed(trig.sinh, this);
  }
  /**
   * The hyperbolic cosine in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  cosh_(): this {
    return changed(trig.cosh, this);
  }
  /**
   * The inverse hyperbolic sine in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  asinh_(): this {
    return changed(trig.asinh, this);
  }
  /**
   * The inverse hyperbolic cosine in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  acosh_(): this {
    return changed(trig.acosh, this);
  }
  /**
   * The inverse hyperbolic tangent in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  atanh_(): this {
    return changed(trig.atanh, this);
  }
  /**
   * The error function in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  erf_(): this {
    return changed(special.erf, this);
  }
  /**
   * 1 − erf(this) in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  erfc_(): this {
    return changed(special.erfc, this);
  }
  /**
   * The inverse of erf in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  erfinv_(): this {
    return changed(special.erfinv, this);
  }
  /**
   * sin(πx) / (πx) in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  sinc_(): this {
    return changed(special.sinc, this);
  }
  /**
   * Degrees as radians, in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  deg2rad_(): this {
    return changed(trig.deg2rad, this);
  }
  /**
   * Radians as degrees, in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  rad2deg_(): this {
    return changed(trig.rad2deg, this);
  }
  /** Where it is zero, in place. Shapes: any → the same. Errors: a leaf that requires a gradient, outside noGrad. */
  logicalNot_(): this {
    return changed(compare.logicalNot, this);
  }
  /**
   * Bits turned round in place.
   * Shapes: any → the same. Errors: floats; a leaf that requires a gradient, outside noGrad.
   */
  bitwiseNot_(): this {
    return changed(bitwise.bitwiseNot, this);
  }
  /**
   * 1 where this = other, else 0, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  eq_(other: Operand): this {
    return inPlace(compare.eq.over.ofTensors, compare.eq.over.ofNumber, this, other);
  }
  /**
   * 1 where this ≠ other, else 0, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  ne_(other: Operand): this {
    return inPlace(compare.ne.over.ofTensors, compare.ne.over.ofNumber, this, other);
  }
  /**
   * 1 where this < other, else 0, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  lt_(other: Operand): this {
    return inPlace(compare.lt.over.ofTensors, compare.lt.over.ofNumber, this, other);
  }
  /**
   * 1 where this ≤ other, else 0, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  le_(other: Operand): this {
    return inPlace(compare.le.over.ofTensors, compare.le.over.ofNumber, this, other);
  }
  /**
   * 1 where this > other, else 0, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  gt_(other: Operand): this {
    return inPlace(compare.gt.over.ofTensors, compare.gt.over.ofNumber, this, other);
  }
  /**
   * 1 where this ≥ other, else 0, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  ge_(other: Operand): this {
    return inPlace(compare.ge.over.ofTensors, compare.ge.over.ofNumber, this, other);
  }
  /**
   * Where neither is zero, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  logicalAnd_(other: Tensor): this {
    return changedBy(compare.logicalAnd, this, other);
  }
  /**
   * Where one is not zero, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  logicalOr_(other: Tensor): this {
    return changedBy(compare.logicalOr, this, other);
  }
  /**
   * Where exactly one is not zero, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  logicalXor_(other: Tensor): this {
    return changedBy(compare.logicalXor, this, other);
  }
  /**
   * Bits that both have, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; floats; a leaf that requires a gradient, outside noGrad.
   */
  bitwiseAnd_(other: Operand): this {
    return changedBy(bitwise.bitwiseAnd, this, asOperand(this, other));
  }
  /**
   * Bits that one has, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; floats; a leaf that requires a gradient, outside noGrad.
   */
  bitwiseOr_(other: Operand): this {
    return changedBy(bitwise.bitwiseOr, this, asOperand(this, other));
  }
  /**
   * Bits that exactly one has, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; floats; a leaf that requires a gradient, outside noGrad.
   */
  bitwiseXor_(other: Operand): this {
    return changedBy(bitwise.bitwiseXor, this, asOperand(this, other));
  }
  /**
   * this · 2^other in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; floats; a leaf that requires a gradient, outside noGrad.
   */
  bitwiseLeftShift_(other: Operand): this {
    return changedBy(bitwise.bitwiseLeftShift, this, asOperand(this, other));
  }
  /**
   * ⌊this / 2^other⌋ in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; floats; a leaf that requires a gradient, outside noGrad.
   */
  bitwiseRightShift_(other: Operand): this {
    return changedBy(bitwise.bitwiseRightShift, this, asOperand(this, other));
  }
  /**
   * The angle of the point (other, this), in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  atan2_(other: Tensor): this {
    return changedBy(trig.atan2, this, other);
  }
  /**
   * √(this² + other²) in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  hypot_(other: Tensor): this {
    return changedBy(trig.hypot, this, other);
  }
  /**
   * |this| with the sign of `other`, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  copysign_(other: Operand): this {
    return changedBy(mixes.copysign, this, asOperand(this, other));
  }
  /**
   * this · ln other in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  xlogy_(other: Operand): this {
    return changedBy(special.xlogy, this, asOperand(this, other));
  }
  /**
   * The remainder with the sign of this, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; whole numbers divided by 0; a leaf that requires a gradient, outside noGrad.
   */
  fmod_(other: Operand): this {
    return inPlace(remainders.fmod, remainders.fmodNumber, this, other);
  }
  /**
   * The remainder with the sign of `other`, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; whole numbers divided by 0; a leaf that requires a gradient, outside noGrad.
   */
  remainder_(other: Operand): this {
    return inPlace(remainders.remainder, remainders.remainderNumber, this, other);
  }
  /**
   * ⌊this / other⌋ in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; whole numbers divided by 0; a leaf that requires a gradient, outside noGrad.
   */
  floorDivide_(other: Operand): this {
    return inPlace(remainders.floorDivide, remainders.floorDivideNumber, this, other);
  }
  /**
   * Moves toward `end` by `weight`, in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; two dtypes; integers;
   * a leaf that requires a gradient, outside noGrad.
   */
  lerp_(end: Tensor, weight: Tensor | number): this {
    if (typeof weight === "number") applyInPlace(mixes.lerpNumber, this, [end], calling(undefined, [weight]));
    else applyInPlace(mixes.lerp, this, [end, weight]);
    return this;
  }
  /**
   * ln(this / (1 − this)) in place.
   * Shapes: any → the same. Errors: integers and booleans; a leaf that requires a gradient, outside noGrad.
   */
  logit_(eps: number | null = null): this {
    return changed(special.logit, this, [], { eps });
  }
  /**
   * Replaces NaN and the infinities in place.
   * Shapes: any → the same. Errors: a leaf that requires a gradient, outside noGrad.
   */
  nanToNum_(nan = 0, posinf: number | null = null, neginf: number | null = null): this {
    return changed(special.nanToNum, this, [], { nan, posinf, neginf });
  }
  /**
   * Limits from below in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  clampMin_(min: Tensor | number): this {
    return this.clamp_({ min, max: bounds.sameNaN(min) });
  }
  /**
   * Limits from above in place.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a result that its
   * dtype cannot hold; a leaf that requires a gradient, outside noGrad.
   */
  clampMax_(max: Tensor | number): this {
    return this.clamp_({ min: bounds.sameNaN(max), max });
  }
  /**
   * Running sums along a dim, in place.
   * Shapes: any → the same. Errors: booleans; a dim out of range; a leaf that requires a gradient, outside noGrad.
   */
  cumsum_(dim: number): this {
    return changed(scans.cumsum, this, [], { dim: dimension(dim, this.shape.length) });
  }
  /**
   * Running products along a dim, in place.
   * Shapes: any → the same. Errors: booleans; a dim out of range; a leaf that requires a gradient, outside noGrad.
   */
  cumprod_(dim: number): this {
    return changed(scans.cumprod, this, [], { dim: dimension(dim, this.shape.length) });
  }
  /**
   * Zeros above the diagonal, in place.
   * Shapes: any → the same. Errors: fewer than two dims; a leaf that requires a gradient, outside noGrad.
   */
  tril_(diagonal = 0): this {
    return changed(triangle.tril, this, [], { diagonal });
  }
  /**
   * Zeros below the diagonal, in place.
   * Shapes: any → the same. Errors: fewer than two dims; a leaf that requires a gradient, outside noGrad.
   */
  triu_(diagonal = 0): this {
    return changed(triangle.triu, this, [], { diagonal });
  }
  /**
   * Writes `src` along a dim where `index` says.
   * Shapes: this, index of its rank, src a number or at least as large as index → this. Errors: an index that is not
   * int64, of another rank, size or out of range; another dtype of src; a dim out of range; a leaf that requires a
   * gradient, outside noGrad.
   */
  scatter_(dim: number, index: Tensor, src: Tensor | number): this {
    const attrs = { dim: dimension(dim, this.shape.length) };
    if (typeof src === "number") applyInPlace(scatters.scatterNumber, this, [index], calling(attrs, [src]));
    else applyInPlace(scatters.scatter, this, [index, src], calling(attrs));
    return this;
  }
  /**
   * Adds `src` along a dim where `index` says.
   * Shapes: this, index of its rank, src at least as large as index → this. Errors: an index that is not int64, of
   * another rank, size or out of range; another dtype of src; a dim out of range; a leaf that requires a gradient,
   * outside noGrad.
   */
  scatterAdd_(dim: number, index: Tensor, src: Tensor): this {
    applyInPlace(scatters.scatterAdd, this, [index, src], calling({ dim: dimension(dim, this.shape.length) }));
    return this;
  }
  /**
   * Adds slices along a dim where an int64 vector says.
   * Shapes: […, n, …], index [k], source […, k, …] → […, n, …]. Errors: an index that is no int64 vector or out of
   * range; another dtype or shape of source; a dim out of range; a leaf that requires a gradient, outside noGrad.
   */
  indexAdd_(dim: number, index: Tensor, source: Tensor, options: { readonly alpha?: number } = {}): this {
    const attrs = { dim: dimension(dim, this.shape.length), alpha: options.alpha ?? 1 };
    applyInPlace(scatters.indexAdd, this, [index, source], calling(attrs));
    return this;
  }
  /**
   * Writes slices along a dim where an int64 vector says.
   * Shapes: […, n, …], index [k], source […, k, …] → […, n, …]. Errors: an index that is no int64 vector or out of
   * range; another dtype or shape of source; a dim out of range; a leaf that requires a gradient, outside noGrad.
   */
  indexCopy_(dim: number, index: Tensor, source: Tensor): this {
    const attrs = { dim: dimension(dim, this.shape.length), alpha: 1 };
    applyInPlace(scatters.indexCopy, this, [index, source], calling(attrs));
    return this;
  }
  /**
   * Sets the slices that an int64 vector names to a number.
   * Shapes: […, n, …], index [k] → […, n, …]. Errors: an index that is not int64 or out of range; a dim out of range; a
   * leaf that requires a gradient, outside noGrad.
   */
  indexFill_(dim: number, index: Tensor, value: number): this {
    applyInPlace(scatters.indexFill, this, [index], calling({ dim: dimension(dim, this.shape.length) }, [value]));
    return this;
  }
  /**
   * Writes the elements of `source`, in order, where the mask holds.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a source with too few
   * elements; a leaf that requires a gradient, outside noGrad.
   */
  maskedScatter_(mask: Tensor, source: Tensor): this {
    applyInPlace(scatters.maskedScatter, this, [mask, source]);
    return this;
  }
  /**
   * Sets the diagonal of the first two dims to a number.
   * Shapes: [n, m, …] → the same. Errors: fewer than two dims; a leaf that requires a gradient, outside noGrad.
   */
  fillDiagonal_(value: number): this {
    this.diagonal().fill_(value);
    return this;
  }
  /** Sets every element to zero. Shapes: any → the same. Errors: a leaf that requires a gradient, outside noGrad. */
  zero_(): this {
    return changed(fills.zero, this);
  }
  /** Sets every element to `value`. Shapes: any → the same. Errors: a leaf that requires a gradient, outside noGrad. */
  fill_(value: number): this {
    return changed(fills.fill, this, [value]);
  }
  /**
   * Draws uniform numbers in [from, to) in place.
   * Shapes: any → the same. Errors: from above to; integers and booleans; a leaf that requires a gradient, outside
   * noGrad.
   */
  uniform_(from = 0, to = 1, options: DrawOptions = {}): this {
    fillUniform(this, from, to, options.generator);
    return this;
  }
  /**
   * Draws normal numbers of a mean and a standard deviation in place.
   * Shapes: any → the same. Errors: a deviation below 0; integers and booleans; a leaf that requires a gradient,
   * outside noGrad.
   */
  normal_(mean = 0, std = 1, options: DrawOptions = {}): this {
    fillNormal(this, mean, std, options.generator);
    return this;
  }
  /**
   * Draws ones with probability `p` and zeros in place; a tensor has one probability for each element.
   * Shapes: any, and a `p` that expands to it → the same. Errors: p outside [0, 1], of integers or of a shape that does
   * not expand; a leaf that requires a gradient, outside noGrad.
   */
  bernoulli_(p: number | Tensor = 0.5, options: DrawOptions = {}): this {
    fillBernoulli(this, p, options.generator);
    return this;
  }
  /**
   * Draws exponential numbers of rate `lambd` in place: density λ · e^(−λx).
   * Shapes: any → the same. Errors: a rate below 0; integers and booleans; a leaf that requires a gradient, outside
   * noGrad.
   */
  exponential_(lambd = 1, options: DrawOptions = {}): this {
    fillExponential(this, lambd, options.generator);
    return this;
  }
  /**
   * Draws how often one tries until a success of probability `p`, in place: k with probability p · (1 − p)^(k − 1).
   * Shapes: any → the same. Errors: p outside (0, 1); a leaf that requires a gradient, outside noGrad.
   */
  geometric_(p: number, options: DrawOptions = {}): this {
    fillGeometric(this, p, options.generator);
    return this;
  }
  /**
   * Draws Cauchy numbers in place: density σ / (π (σ² + (x − median)²)).
   * Shapes: any → the same. Errors: σ of 0 or below; integers and booleans; a leaf that requires a gradient, outside
   * noGrad.
   */
  cauchy_(median = 0, sigma = 1, options: DrawOptions = {}): this {
    fillCauchy(this, median, sigma, options.generator);
    return this;
  }
  /**
   * Draws numbers whose logarithms are normal with that mean and deviation, in place.
   * Shapes: any → the same. Errors: a deviation of 0 or below; integers and booleans; a leaf that requires a gradient,
   * outside noGrad.
   */
  logNormal_(mean = 1, std = 2, options: DrawOptions = {}): this {
    fillLogNormal(this, mean, std, options.generator);
    return this;
  }
  /**
   * Draws whole numbers in [from, to) in place; with one number in [0, it), with none from all that the dtype counts
   * to.
   * Shapes: any → the same. Errors: from not below to; a leaf that requires a gradient, outside noGrad.
   */
  random_(from?: number, to?: number, options: DrawOptions = {}): this {
    fillWhole(this, from, to, options.generator);
    return this;
  }
  /**
   * Writes the elements of `source`, broadcast and cast.
   * Shapes: this, and what broadcasts to it → this. Errors: shapes that do not broadcast to this; a leaf that requires
   * a gradient, outside noGrad.
   */
  copy_(source: Tensor): this {
    applyInPlace(fills.copy, this, [source]);
    return this;
  }

  // ---------------------------------------------------------------- for rules

  /**
   * @internal A 0-d constant that takes part in ops with this tensor: a boolean is bool, a number has this dtype if it
   * can.
   */
  scalar(value: number | boolean): Tensor {
    const dtype = typeof value === "boolean" ? "bool" : withNumber(this.dtype, value);
    return new Tensor(single(dtype, Number(value)), scalarShape, scalarShape, 0);
  }

  /** @internal Zeros of this shape and dtype, told to no one. */
  zerosLike(): Tensor {
    return new Tensor(allocate(this.dtype, this.numel()), this.shape, preserved(this), 0);
  }

  /** @internal Ones of this shape and dtype, told to no one. */
  onesLike(): Tensor {
    const ones = this.zerosLike();
    fill(ones, 1);
    return ones;
  }
}

buildWith((storage, shape, strides, offset, id) => new Tensor(storage, shape, strides, offset, id));

function list(args: number[] | [readonly number[]]): readonly number[] {
  const [head] = args;
  return typeof head === "object" ? head : args.filter((x) => typeof x === "number");
}

function listOf(value: number | readonly number[]): readonly number[] {
  return typeof value === "number" ? [value] : value;
}

/** A number as a 0-d tensor of the dtype PyTorch would give it beside `a`. */
function asOperand(a: Tensor, b: Operand): Tensor {
  return b instanceof Tensor ? b : a.scalar(b);
}

/** A weight for each channel in a shape that broadcasts along dim 1. */
function perChannel(a: Tensor, weight: Tensor): Tensor {
  const count = weight.numel();
  if (count === 1) return weight.view([]);
  const channels = a.shape[1] ?? 1;
  if (a.shape.length === 0)
    throw runtimeError("Not allow zero-dim input tensor.", "Give one weight, or an input with channels in dim 1.");
  if (count !== channels)
    throw runtimeError(
      `Mismatch of parameter numbers and input channel size. Found parameter numbers = ${count} and channel size = ${channels}.`,
      "Give one weight, or one for each channel, which dim 1 counts.",
    );
  return weight.view(a.shape.flatMap((_, d) => (d === 0 ? [] : [d === 1 ? count : 1])));
}

/** A tensor and a mask expanded to their common shape. */
function spreadMask(a: Tensor, mask: Tensor): [Tensor, Index[]] {
  const shape = broadcast(mask.shape, a.shape);
  return [a.expand(shape), [mask.expand(shape)]];
}

function nest(flat: readonly Nested[], shape: Shape): Nested {
  const [size, ...rest] = shape;
  if (size === undefined) return flat[0] ?? NaN;
  const width = numel(rest);
  return Array.from({ length: size }, (_, i) => nest(flat.slice(i * width, (i + 1) * width), rest));
}

function correctionOf(options: Spread): number {
  return options.correction ?? (options.unbiased === false ? 0 : 1);
}

function scaledSum(ofTensors: Op, ofNumber: Op, scaled: Op, a: Tensor, b: Operand, alpha: number): Tensor {
  if (alpha === 1) return arith.binary(ofTensors, ofNumber, a, b);
  return apply(scaled, [a, asOperand(a, b)], calling(undefined, [alpha]));
}

function scaledInPlace<T extends Tensor>(ofTensors: Op, ofNumber: Op, scaled: Op, a: T, b: Operand, alpha: number): T {
  if (alpha === 1) return inPlace(ofTensors, ofNumber, a, b);
  applyInPlace(scaled, a, [asOperand(a, b)], calling(undefined, [alpha]));
  return a;
}

function inPlace<T extends Tensor>(ofTensors: Op, ofNumber: Op, a: T, b: Operand, attrs?: Attrs): T {
  if (typeof b === "number") applyInPlace(ofNumber, a, undefined, calling(attrs, [b]));
  else applyInPlace(ofTensors, a, [typeof b === "boolean" ? a.scalar(b) : b], calling(attrs));
  return a;
}

function changedBy<T extends Tensor>(op: Op, a: T, b: Tensor): T {
  applyInPlace(op, a, [b]);
  return a;
}

function changed<T extends Tensor>(op: Op, a: T, numbers?: readonly number[], attrs?: Attrs): T {
  applyInPlace(op, a, undefined, calling(attrs, numbers));
  return a;
}

function warnNonLeaf(): void {
  if (!isGradEnabled()) return;
  warnOnce(
    "The .grad of a Tensor that is not a leaf Tensor is being accessed. It won't be populated during backward(). Use .retainGrad() on it if you want that, or read the .grad of the leaf Tensor.",
  );
}
