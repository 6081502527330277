/* eslint-disable max-lines -- the public face of every op: one line each, and its documentation */
import { Accumulator, type Hook } from "./accumulator";
import { apply, applyInPlace, applyOne, applyTwo, calling } from "./apply";
import * as fused from "./fused";
import { buildWith } from "./build";
import { backward as runBackward, type BackwardOptions } from "./backward";
import { type Buffer, type DType, isFloating, scalarName, withNumber } from "./dtype";
import { argumentError, runtimeError } from "./errors";
import { assign, type Index, lookUp } from "./indexing";
import { copied, first, listed, single } from "./kernels/loops";
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
import type { Op } from "./op";
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
import {
  broadcast,
  type Dims,
  dimension,
  isRowMajor,
  numel,
  rowMajor,
  sameShape,
  type Shape,
  scalarShape,
} from "./shape";
import { allocate, type Cell, isInferring, Storage } from "./storage";
import { warn } from "./warn";

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

let serial = 0;

// As wide as PyTorch made it: one line or overload for each method, and its documentation.
/**
 * A multi-dimensional array with a history: PyTorch's Tensor.
 * Methods ending in an underscore change it in place and return it.
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
  private maker: Node | null = null;
  private aside: Aside | null = null;
  /** @internal Which output of its node this is. */
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
    this.store = from instanceof Storage ? from : null;
  }

  /** @internal The memory, shared with the views of this tensor. */
  get storage(): Storage {
    return (this.store ??= new Storage(this.dtype, this.data, this.origin, 1, this.storageId, false));
  }

  /** @internal Whether the memory is a gradient's own, see {@link Storage.loose}. */
  isLoose(): boolean {
    return this.store !== null && this.store.loose;
  }

  /** @internal How many in-place writes the memory has seen. */
  get version(): number {
    return this.store === null ? 0 : this.store.version;
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

  /** The shape, or the size of one dimension. */
  size(): readonly number[];
  size(dim: number): number;
  size(dim?: number): number | readonly number[] {
    if (dim === undefined) return [...this.shape];
    return this.shape[dimension(dim, this.shape.length)] ?? 1;
  }

  // ---------------------------------------------------------------- history

  /** Whether a gradient will be computed for this tensor. Only floating-point leaves can be set. */
  get requiresGrad(): boolean {
    return this.leafNeeds || this.maker !== null || this.needsThroughSibling();
  }

  /** Whether it is a view without history of its own, of a base that has got one in place since. */
  private needsThroughSibling(): boolean {
    const view = this.aside === null ? null : this.aside.viewOf;
    return view !== null && !view.noGrad && view.version !== this.version && view.base.requiresGrad;
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

  /** Sets `requiresGrad` and returns the tensor. */
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
    if (view !== null && view.version !== this.version && view.base.requiresGrad) this.regenerate(view);
    return this.maker;
  }

  /**
   * The gradient that `backward()` has summed up so far, or null.
   * Assigning null drops it; a tensor must have this tensor's shape and dtype.
   */
  get grad(): Tensor | null {
    const gradient = this.heldGradient();
    if (gradient === null && this.maker !== null && !this.retainsGrad) warnNonLeaf();
    return gradient;
  }

  set grad(value: Tensor | null) {
    if (value !== null) {
      if (value === this) throw runtimeError("can't assign Variable as its own grad", "Assign a .clone() of it.");
      if (!sameShape(value.shape, this.shape)) {
        throw runtimeError("assigned grad has data of a different size", "A gradient has the shape of its tensor.");
      }
      if (value.dtype !== this.dtype) {
        throw runtimeError("assigned grad has data of a different type", `Convert it first with .to("${this.dtype}").`);
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

  /** Keeps `.grad` of a tensor that is not a leaf. */
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
   * Calls `hook` with the gradient of this tensor during backward; what it returns replaces the gradient.
   * The returned object's `remove()` takes the hook away.
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
   * Calls `hook` with this leaf each time a backward has added to its `.grad`.
   * The returned object's `remove()` takes the hook away.
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
   * Computes the gradients of the leaves this tensor was made from and adds them to their `.grad`.
   * `gradient` is the gradient of this tensor; it may be left out for a single element, also before options.
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
    return this.gradFn ?? (this.beside().accumulator ??= new Accumulator(this));
  }

  /** @internal */
  setMaker(node: Node, slot: number): void {
    if (this.aside !== null && this.aside.keepsGradient && this.maker !== null) {
      this.maker.retained = this.maker.retained?.filter((other) => other !== this) ?? null;
      (node.retained ??= []).push(this);
    }
    this.maker = node;
    this.slot = slot;
    if (this.aside !== null && this.aside.viewOf !== null) this.aside.viewOf.version = this.version;
  }

  /** @internal Takes over the history of another handle on the same values. */
  inherit(other: Tensor): void {
    this.maker = other.maker;
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
    if (view?.many === true) {
      throw runtimeError(
        `Output ${this.slot} of ${this.gradFn?.name ?? "a function"} is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.`,
      );
    }
    if (view !== null && this.requiresGrad && view.base.isLeaf) {
      throw runtimeError("a view of a leaf Variable that requires grad is being used in an in-place operation.", out);
    }
    if (this.requiresGrad && this.isLeaf) {
      throw runtimeError("a leaf Variable that requires grad is being used in an in-place operation.", out);
    }
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

  /** The only element as a number (bool: 0 or 1). */
  item(): number {
    if (this.numel() !== 1) {
      throw argumentError(
        "only one element tensors can be converted to JavaScript scalars",
        `This one has shape [${this.shape.join(", ")}]: use .toArray() or .at(i).item().`,
      );
    }
    return first(this);
  }

  /** What the tensor counts as in a condition: whether its only element is not zero. */
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

  /** this + alpha · other. */
  add(other: Operand, options: { readonly alpha?: number } = {}): Tensor {
    return scaledSum(arith.add, arith.addNumber, arith.addScaled, this, other, options.alpha ?? 1);
  }
  /** this − alpha · other. */
  sub(other: Operand, options: { readonly alpha?: number } = {}): Tensor {
    return scaledSum(arith.sub, arith.subNumber, arith.subScaled, this, other, options.alpha ?? 1);
  }
  /** other − this. */
  rsub(other: number | Tensor): Tensor {
    return typeof other === "number" ? apply(arith.rsub, [this], calling(undefined, [other])) : other.sub(this);
  }
  /** Elementwise product. */
  mul(other: Operand): Tensor {
    return arith.binary(arith.mul, arith.mulNumber, this, other);
  }
  /** Elementwise quotient, never of integer dtype unless a rounding mode is given. */
  div(other: Operand, options: { readonly roundingMode?: remainders.RoundingMode | null } = {}): Tensor {
    const { roundingMode = null } = options;
    return roundingMode === null
      ? arith.binary(arith.div, arith.divNumber, this, other)
      : remainders.byOperand(remainders.divRounded, remainders.divRoundedNumber, this, other, { roundingMode });
  }
  /** ⌊this / other⌋, without a gradient. */
  floorDivide(other: Operand): Tensor {
    return remainders.byOperand(remainders.floorDivide, remainders.floorDivideNumber, this, other);
  }
  /** The remainder with the sign of `other` (Python's %). */
  remainder(other: Operand): Tensor {
    return remainders.byOperand(remainders.remainder, remainders.remainderNumber, this, other);
  }
  /** The remainder with the sign of this (C's fmod). */
  fmod(other: Operand): Tensor {
    return remainders.byOperand(remainders.fmod, remainders.fmodNumber, this, other);
  }
  /** this + weight · (end − this). */
  lerp(end: Tensor, weight: Tensor | number): Tensor {
    return typeof weight === "number"
      ? apply(mixes.lerpNumber, [this, end], calling(undefined, [weight]))
      : apply(mixes.lerp, [this, end, weight]);
  }
  /** The angle of the point (other, this), in radians. */
  atan2(other: Tensor): Tensor {
    return apply(trig.atan2, [this, other]);
  }
  /** √(this² + other²). */
  hypot(other: Tensor): Tensor {
    return apply(trig.hypot, [this, other]);
  }
  /** |this| with the sign of `other`. */
  copysign(other: Operand): Tensor {
    return apply(mixes.copysign, [this, asOperand(this, other)]);
  }
  /** this · ln other, 0 where this is 0. */
  xlogy(other: Operand): Tensor {
    return apply(special.xlogy, [this, asOperand(this, other)]);
  }
  /** ln(e^this + e^other). */
  logaddexp(other: Tensor): Tensor {
    return apply(special.logaddexp, [this, other]);
  }
  /** 0 below zero, 1 above, `values` at zero; without a gradient. */
  heaviside(values: Tensor): Tensor {
    return apply(mixes.heaviside, [this, values]);
  }
  /** −this. */
  neg(): Tensor {
    return applyOne(arith.neg, this);
  }
  /** this to the power of `exponent`. */
  pow(exponent: Tensor | number): Tensor {
    return power.powerOf(this, exponent);
  }
  /** `base` to the power of this. */
  rpow(base: number | Tensor): Tensor {
    return typeof base === "number" ? apply(power.rpow, [this], calling(undefined, [base])) : base.pow(this);
  }
  /** The elementwise larger of two. */
  maximum(other: Tensor): Tensor {
    return applyTwo(compare.maximum, this, other);
  }
  /** The elementwise smaller of two. */
  minimum(other: Tensor): Tensor {
    return applyTwo(compare.minimum, this, other);
  }
  /** this + value · tensor1 · tensor2. */
  addcmul(tensor1: Tensor, tensor2: Tensor, options: { readonly value?: number } = {}): Tensor {
    return apply(addc.addcmul, [this, tensor1, tensor2], calling(undefined, [options.value ?? 1]));
  }
  /** this + value · tensor1 / tensor2. */
  addcdiv(tensor1: Tensor, tensor2: Tensor, options: { readonly value?: number } = {}): Tensor {
    return apply(addc.addcdiv, [this, tensor1, tensor2], calling(undefined, [options.value ?? 1]));
  }
  /** The elementwise larger of two; of a NaN and a number the number. */
  fmax(other: Tensor): Tensor {
    return apply(bounds.fmax, [this, other]);
  }
  /** The elementwise smaller of two; of a NaN and a number the number. */
  fmin(other: Tensor): Tensor {
    return apply(bounds.fmin, [this, other]);
  }
  /** Limits to [min, max], numbers or tensors; the gradient passes at the bounds. */
  clamp(limits: Limits = {}): Tensor {
    return bounds.clamped(this, limits.min, limits.max);
  }
  /** Limits from below. */
  clampMin(min: Tensor | number): Tensor {
    return bounds.clamped(this, min, null);
  }
  /** Limits from above. */
  clampMax(max: Tensor | number): Tensor {
    return bounds.clamped(this, null, max);
  }

  // ---------------------------------------------------------------- functions of one tensor

  /** |this|. */
  abs(): Tensor {
    return applyOne(pointwise.abs, this);
  }
  /** e to the power of this. */
  exp(): Tensor {
    return applyOne(pointwise.exp, this);
  }
  /** e to the power of this, minus 1. */
  expm1(): Tensor {
    return applyOne(pointwise.expm1, this);
  }
  /** The natural logarithm. */
  log(): Tensor {
    return applyOne(pointwise.log, this);
  }
  /** ln(1 + this). */
  log1p(): Tensor {
    return applyOne(pointwise.log1p, this);
  }
  /** The logarithm to base 2. */
  log2(): Tensor {
    return applyOne(pointwise.log2, this);
  }
  /** The square root. */
  sqrt(): Tensor {
    return applyOne(pointwise.sqrt, this);
  }
  /** 1 / √this. */
  rsqrt(): Tensor {
    return applyOne(pointwise.rsqrt, this);
  }
  /** this². */
  square(): Tensor {
    return applyOne(pointwise.square, this);
  }
  /** 1 / this. */
  reciprocal(): Tensor {
    return applyOne(pointwise.reciprocal, this);
  }
  /** The sine of radians. */
  sin(): Tensor {
    return applyOne(pointwise.sin, this);
  }
  /** The cosine of radians. */
  cos(): Tensor {
    return applyOne(pointwise.cos, this);
  }
  /** The tangent of radians. */
  tan(): Tensor {
    return applyOne(pointwise.tan, this);
  }
  /** The arc tangent, in radians. */
  atan(): Tensor {
    return applyOne(pointwise.atan, this);
  }
  /** The hyperbolic sine. */
  sinh(): Tensor {
    return applyOne(pointwise.sinh, this);
  }
  /** The hyperbolic cosine. */
  cosh(): Tensor {
    return applyOne(pointwise.cosh, this);
  }
  /** The hyperbolic tangent. */
  tanh(): Tensor {
    return applyOne(pointwise.tanh, this);
  }
  /** 1 / (1 + e^−this). */
  sigmoid(): Tensor {
    return applyOne(pointwise.sigmoid, this);
  }
  /** max(this, 0). */
  relu(): Tensor {
    return applyOne(pointwise.relu, this);
  }
  /** −1, 0 or 1. */
  sign(): Tensor {
    return applyOne(pointwise.sign, this);
  }
  /** The next integer below. */
  floor(): Tensor {
    return applyOne(pointwise.floor, this);
  }
  /** The next integer above. */
  ceil(): Tensor {
    return applyOne(pointwise.ceil, this);
  }
  /** The nearest integer, halves to even. */
  round(): Tensor {
    return applyOne(pointwise.round, this);
  }
  /** The arc sine, in radians. */
  asin(): Tensor {
    return apply(trig.asin, [this]);
  }
  /** The arc cosine, in radians. */
  acos(): Tensor {
    return apply(trig.acos, [this]);
  }
  /** The inverse hyperbolic sine. */
  asinh(): Tensor {
    return apply(trig.asinh, [this]);
  }
  /** The inverse hyperbolic cosine. */
  acosh(): Tensor {
    return apply(trig.acosh, [this]);
  }
  /** The inverse hyperbolic tangent. */
  atanh(): Tensor {
    return apply(trig.atanh, [this]);
  }
  /** Degrees as radians. */
  deg2rad(): Tensor {
    return apply(trig.deg2rad, [this]);
  }
  /** Radians as degrees. */
  rad2deg(): Tensor {
    return apply(trig.rad2deg, [this]);
  }
  /** 2 to the power of this. */
  exp2(): Tensor {
    return apply(special.exp2, [this]);
  }
  /** The logarithm to base 10. */
  log10(): Tensor {
    return apply(special.log10, [this]);
  }
  /** The error function. */
  erf(): Tensor {
    return apply(special.erf, [this]);
  }
  /** 1 − erf(this). */
  erfc(): Tensor {
    return apply(special.erfc, [this]);
  }
  /** The inverse of erf. */
  erfinv(): Tensor {
    return apply(special.erfinv, [this]);
  }
  /** sin(πx) / (πx). */
  sinc(): Tensor {
    return apply(special.sinc, [this]);
  }
  /** The integer part. */
  trunc(): Tensor {
    return apply(remainders.trunc, [this]);
  }
  /** What is left without the integer part. */
  frac(): Tensor {
    return apply(remainders.frac, [this]);
  }
  /** Whether it is below zero, −0 included. */
  signbit(): Tensor {
    return apply(mixes.signbit, [this]);
  }
  /** ln(this / (1 − this)), limited to [eps, 1 − eps] first where `eps` is given. */
  logit(eps: number | null = null): Tensor {
    return apply(special.logit, [this], calling({ eps }));
  }
  /** NaN as `nan`, the infinities as the dtype's ends or what is given. */
  nanToNum(nan = 0, posinf: number | null = null, neginf: number | null = null): Tensor {
    return apply(special.nanToNum, [this], calling({ nan, posinf, neginf }));
  }
  /** this where it is positive, else weight · this; one weight, or one for each channel (dim 1). */
  prelu(weight: Tensor): Tensor {
    return apply(activation.prelu, [this, perChannel(this, weight)]);
  }

  // ---------------------------------------------------------------- comparisons and logic (bool results)

  /** this = other. */
  eq(other: Operand): Tensor {
    return arith.binary(compare.eq.ofTensors, compare.eq.ofNumber, this, other);
  }
  /** this ≠ other. */
  ne(other: Operand): Tensor {
    return arith.binary(compare.ne.ofTensors, compare.ne.ofNumber, this, other);
  }
  /** this < other. */
  lt(other: Operand): Tensor {
    return arith.binary(compare.lt.ofTensors, compare.lt.ofNumber, this, other);
  }
  /** this ≤ other. */
  le(other: Operand): Tensor {
    return arith.binary(compare.le.ofTensors, compare.le.ofNumber, this, other);
  }
  /** this > other. */
  gt(other: Operand): Tensor {
    return arith.binary(compare.gt.ofTensors, compare.gt.ofNumber, this, other);
  }
  /** this ≥ other. */
  ge(other: Operand): Tensor {
    return arith.binary(compare.ge.ofTensors, compare.ge.ofNumber, this, other);
  }
  /** Where neither is zero. */
  logicalAnd(other: Tensor): Tensor {
    return applyTwo(compare.logicalAnd, this, other);
  }
  /** Where one is not zero. */
  logicalOr(other: Tensor): Tensor {
    return applyTwo(compare.logicalOr, this, other);
  }
  /** Where exactly one is not zero. */
  logicalXor(other: Tensor): Tensor {
    return applyTwo(compare.logicalXor, this, other);
  }
  /** Where it is zero. */
  logicalNot(): Tensor {
    return applyOne(compare.logicalNot, this);
  }
  /** Where it is NaN. */
  isnan(): Tensor {
    return applyOne(compare.isnan, this);
  }
  /** Where it is ±Infinity. */
  isinf(): Tensor {
    return applyOne(compare.isinf, this);
  }
  /** Where it is neither NaN nor infinite. */
  isfinite(): Tensor {
    return applyOne(compare.isfinite, this);
  }
  /** Where it is +Infinity. */
  isposinf(): Tensor {
    return apply(compare.isposinf, [this]);
  }
  /** Where it is −Infinity. */
  isneginf(): Tensor {
    return apply(compare.isneginf, [this]);
  }
  /** Where |this − other| ≤ atol + rtol · |other|. */
  isclose(other: Tensor, options: bounds.CloseOptions = {}): Tensor {
    return apply(bounds.isclose, [this, other], calling(undefined, bounds.tolerances(options)));
  }
  /** Whether every element is close to the other's. */
  allclose(other: Tensor, options: bounds.CloseOptions = {}): boolean {
    return this.isclose(other, options).all().truth();
  }
  /** Whether shape and all elements are the same; NaN equals nothing. */
  equal(other: Tensor): boolean {
    return sameShape(this.shape, other.shape) && this.eq(other).all().truth();
  }
  /** Bits that both have, of integers or booleans. */
  bitwiseAnd(other: Operand): Tensor {
    return apply(bitwise.bitwiseAnd, [this, asOperand(this, other)]);
  }
  /** Bits that one has. */
  bitwiseOr(other: Operand): Tensor {
    return apply(bitwise.bitwiseOr, [this, asOperand(this, other)]);
  }
  /** Bits that exactly one has. */
  bitwiseXor(other: Operand): Tensor {
    return apply(bitwise.bitwiseXor, [this, asOperand(this, other)]);
  }
  /** Bits turned round. */
  bitwiseNot(): Tensor {
    return apply(bitwise.bitwiseNot, [this]);
  }
  /** this · 2^other. */
  bitwiseLeftShift(other: Operand): Tensor {
    return apply(bitwise.bitwiseLeftShift, [this, asOperand(this, other)]);
  }
  /** ⌊this / 2^other⌋. */
  bitwiseRightShift(other: Operand): Tensor {
    return apply(bitwise.bitwiseRightShift, [this, asOperand(this, other)]);
  }
  /** With this as the condition: `a` where it holds, else `b`. */
  where(a: Tensor, b: Tensor): Tensor {
    return apply(compare.where, [this, a, b]);
  }
  /** With `value` (a number or a 0-d tensor) where the mask holds. */
  maskedFill(mask: Tensor, value: Tensor | number): Tensor {
    return value instanceof Tensor
      ? apply(compare.maskedFillTensor, [this, mask, value])
      : apply(compare.maskedFill, [this, mask], calling(undefined, [value]));
  }

  // ---------------------------------------------------------------- reductions

  /** The sum over dims (all by default). Integers sum to int64. */
  sum(dim?: Dims, options: Keep & { readonly dtype?: DType } = {}): Tensor {
    return reduce.reduce(
      reduce.sum,
      this,
      dim,
      options.keepdim,
      options.dtype === undefined ? {} : { dtype: options.dtype },
    );
  }
  /** The mean over dims (all by default). */
  mean(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.mean, this, dim, options.keepdim);
  }
  /** The product over dims (all by default). */
  prod(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.prod, this, dim, options.keepdim);
  }
  /** The variance over dims (all by default), divided by n − 1. */
  var(dim?: Dims, options: Spread = {}): Tensor {
    return reduce.reduce(spreads.variances, this, dim, options.keepdim, { correction: correctionOf(options) });
  }
  /** The standard deviation over dims (all by default), with n − 1. */
  std(dim?: Dims, options: Spread = {}): Tensor {
    return reduce.reduce(spreads.deviation, this, dim, options.keepdim, { correction: correctionOf(options) });
  }
  /** The largest element; along a dim, the largest values and where they lie; with a tensor, the larger of two. */
  max(other?: Tensor): Tensor;
  max(dim: number, options?: Keep): Extremes;
  max(dim?: number | Tensor, options: Keep = {}): Tensor | Extremes {
    if (dim instanceof Tensor) return this.maximum(dim);
    return dim === undefined
      ? reduce.reduce(reduce.max, this, null)
      : reduce.along(reduce.maxAlong, this, dim, options.keepdim);
  }
  /** The smallest element; along a dim, the smallest values and where they lie; with a tensor, the smaller of two. */
  min(other?: Tensor): Tensor;
  min(dim: number, options?: Keep): Extremes;
  min(dim?: number | Tensor, options: Keep = {}): Tensor | Extremes {
    if (dim instanceof Tensor) return this.minimum(dim);
    return dim === undefined
      ? reduce.reduce(reduce.min, this, null)
      : reduce.along(reduce.minAlong, this, dim, options.keepdim);
  }
  /** The largest over dims; ties share the gradient. */
  amax(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.amax, this, dim, options.keepdim);
  }
  /** The smallest over dims; ties share the gradient. */
  amin(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.amin, this, dim, options.keepdim);
  }
  /** Where the largest lies (int64), flat or along a dim. */
  argmax(dim?: number | null, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.argmax, this, dim, options.keepdim);
  }
  /** Where the smallest lies (int64), flat or along a dim. */
  argmin(dim?: number | null, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.argmin, this, dim, options.keepdim);
  }
  /** Whether any element is not zero. */
  any(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.any, this, dim, options.keepdim);
  }
  /** Whether no element is zero. */
  all(dim?: Dims, options: Keep = {}): Tensor {
    return reduce.reduce(reduce.all, this, dim, options.keepdim);
  }
  /** The smallest and the largest, over a dim or all. */
  aminmax(dim?: number | null, options: Keep = {}): { readonly min: Tensor; readonly max: Tensor } {
    return { min: this.amin(dim, options), max: this.amax(dim, options) };
  }
  /** The sum over dims with NaN as 0. */
  nansum(dim?: Dims, options: Keep = {}): Tensor {
    return this.maskedFill(this.isnan(), 0).sum(dim, options);
  }
  /** The mean over dims of what is not NaN. */
  nanmean(dim?: Dims, options: Keep = {}): Tensor {
    if (!isFloating(this.dtype)) {
      throw runtimeError(
        `nanmean(): expected input to have floating point dtype but got ${scalarName(this.dtype)}`,
        'Convert it first with .to("float32").',
      );
    }
    return this.nansum(dim, options).div(this.isnan().logicalNot().sum(dim, options));
  }
  /** How many elements are not zero, over dims (all by default). */
  countNonzero(dim?: Dims): Tensor {
    return reduce.reduce(finds.countNonzero, this, dim);
  }
  /** exp(this) / Σ exp(this) along a dim. */
  softmax(dim: number): Tensor {
    return apply(softmaxes.softmax, [this], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /** The logarithm of softmax along a dim. */
  logSoftmax(dim: number): Tensor {
    return apply(softmaxes.logSoftmax, [this], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /** ln Σ exp(this) over dims. */
  logsumexp(dim: number | readonly number[], options: Keep = {}): Tensor {
    return reduce.reduce(reduce.logsumexp, this, dim, options.keepdim);
  }

  /** The p-norm over dims (all by default): 2 by default, 1, Infinity, any p. */
  norm(p: number | "fro" = "fro", dim?: Dims, options: Keep = {}): Tensor {
    return norms.norm(this, p, dim, options.keepdim === true);
  }
  /** Running sums along a dim. */
  cumsum(dim: number): Tensor {
    return apply(scans.cumsum, [this], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /** Running products along a dim. */
  cumprod(dim: number): Tensor {
    return apply(scans.cumprod, [this], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /** The largest so far along a dim, and where it lies. */
  cummax(dim: number): Extremes {
    return scans.running(scans.cummax, this, dim);
  }
  /** The smallest so far along a dim, and where it lies. */
  cummin(dim: number): Extremes {
    return scans.running(scans.cummin, this, dim);
  }
  /** In order along a dim (the last by default), and where each element stood. Equal ones keep their order. */
  sort(dim = -1, options: { readonly descending?: boolean; readonly stable?: boolean } = {}): Extremes {
    return sorting.sort(this, dim, options.descending === true);
  }
  /** Where each element of the sorted tensor stood. */
  argsort(dim = -1, options: { readonly descending?: boolean; readonly stable?: boolean } = {}): Tensor {
    return this.sort(dim, options).indices;
  }
  /** The `k` largest along a dim (the last by default), the largest first; the smallest with `largest: false`. */
  topk(k: number, dim = -1, options: { readonly largest?: boolean; readonly sorted?: boolean } = {}): Extremes {
    return sorting.topk(this, k, dim, options.largest !== false);
  }
  /** The k-th smallest along a dim, counted from 1, and where it lies. */
  kthvalue(k: number, dim = -1, options: Keep = {}): Extremes {
    return sorting.kthvalue(this, k, dim, options.keepdim === true);
  }
  /** The median (the lower of two) of all elements; along a dim, with where it lies. */
  median(): Tensor;
  median(dim: number, options?: Keep): Extremes;
  median(dim?: number, options: Keep = {}): Tensor | Extremes {
    return dim === undefined
      ? applyOne(sorting.medianOfAll, this)
      : sorting.median(this, dim, options.keepdim === true);
  }

  // ---------------------------------------------------------------- products

  /** The matrix product by rank: dot, matrix · vector, matrix · matrix, or broadcast batches. */
  matmul(other: Tensor): Tensor {
    return products.matmul(this, other);
  }
  /** [n, k] · [k, m] → [n, m]. */
  mm(other: Tensor): Tensor {
    return applyTwo(products.mm, this, other);
  }
  /** [b, n, k] · [b, k, m] → [b, n, m]. */
  bmm(other: Tensor): Tensor {
    return applyTwo(products.bmm, this, other);
  }
  /** [n, k] · [k] → [n]. */
  mv(other: Tensor): Tensor {
    return applyTwo(products.mv, this, other);
  }
  /** [n] · [n] → []. */
  dot(other: Tensor): Tensor {
    return applyTwo(products.dot, this, other);
  }
  /** [n] ⊗ [m] → [n, m]. */
  outer(other: Tensor): Tensor {
    return applyTwo(products.outer, this, other);
  }

  /** beta · this + alpha · a·b, with this broadcast to [n, m]. */
  addmm(a: Tensor, b: Tensor, options: fused.Weights = {}): Tensor {
    return fused.addmm(this, a, b, options);
  }
  /** beta · this + alpha · a·b, with this broadcast to [n]. */
  addmv(a: Tensor, b: Tensor, options: fused.Weights = {}): Tensor {
    return fused.addmv(this, a, b, options);
  }
  /** beta · this + alpha · a ⊗ b, with this broadcast to [n, m]. */
  addr(a: Tensor, b: Tensor, options: fused.Weights = {}): Tensor {
    return fused.addr(this, a, b, options);
  }
  /** beta · this + alpha · a·b for batches, with this broadcast to [b, n, m]. */
  baddbmm(a: Tensor, b: Tensor, options: fused.Weights = {}): Tensor {
    return fused.baddbmm(this, a, b, options);
  }

  // ---------------------------------------------------------------- shape

  /** Another shape over the same memory; −1 for one size that follows. Errors when that needs a copy. */
  view(...shape: number[] | [Shape]): Tensor {
    return views.view(this, list(shape));
  }
  /** Another shape, copying only when it must; −1 for one size that follows. */
  reshape(...shape: number[] | [Shape]): Tensor {
    return views.reshape(this, list(shape));
  }
  /** Dims `startDim` to `endDim` as one. */
  flatten(startDim = 0, endDim = -1): Tensor {
    return views.flatten(this, startDim, endDim);
  }
  /** Two dims swapped, over the same memory. */
  transpose(dim0: number, dim1: number): Tensor {
    return views.transpose(this, dim0, dim1);
  }
  /** The last two dims swapped, over the same memory. */
  get mT(): Tensor {
    return views.transpose(this, -2, -1);
  }
  /** Two dims swapped, over the same memory. */
  swapaxes(dim0: number, dim1: number): Tensor {
    return views.transpose(this, dim0, dim1);
  }
  /** Dims moved from places to others, over the same memory. */
  movedim(source: number | readonly number[], destination: number | readonly number[]): Tensor {
    return views.movedim(this, listOf(source), listOf(destination));
  }
  /** One dim as several; −1 for one size that follows. */
  unflatten(dim: number, shape: Shape): Tensor {
    return views.unflatten(this, dim, shape);
  }
  /** In the shape of another tensor, over the same memory. */
  viewAs(other: Tensor): Tensor {
    return views.view(this, other.shape);
  }
  /** In the shape of another tensor. */
  reshapeAs(other: Tensor): Tensor {
    return views.reshape(this, other.shape);
  }
  /** As one dim. */
  ravel(): Tensor {
    return views.view(views.contiguous(this), [-1]);
  }
  /** The transpose of a matrix. */
  t(): Tensor {
    return views.t(this);
  }
  /** The dims in reverse order. */
  get T(): Tensor {
    return views.permute(
      this,
      this.shape.map((_, d) => this.shape.length - 1 - d),
    );
  }
  /** The dims in another order, over the same memory. */
  permute(...dims: number[] | [readonly number[]]): Tensor {
    return views.permute(this, list(dims));
  }
  /** Without dims of size 1: all of them, or those named. */
  squeeze(dim?: number | readonly number[]): Tensor {
    return views.squeeze(this, dim);
  }
  /** With a new dim of size 1. */
  unsqueeze(dim: number): Tensor {
    return views.unsqueeze(this, dim);
  }
  /** Dims of size 1 repeated without copying; −1 keeps a size. */
  expand(...shape: number[] | [Shape]): Tensor {
    return views.expand(this, list(shape));
  }
  /** Expanded to a shape: PyTorch's broadcast_to. */
  broadcastTo(shape: Shape): Tensor {
    return views.expand(this, shape);
  }
  /** Expanded to the shape of another tensor. */
  expandAs(other: Tensor): Tensor {
    return views.expand(this, other.shape);
  }
  /** `length` elements along `dim` from `start`, over the same memory. */
  narrow(dim: number, start: number, length: number): Tensor {
    return parts.narrow(this, dim, start, length);
  }
  /** The slice at `index` of `dim`, without that dim. */
  select(dim: number, index: number): Tensor {
    return parts.select(this, dim, index);
  }
  /** Views of `splitSize` elements (or of the sizes given) along a dim. */
  split(splitSize: number | readonly number[], dim = 0): readonly Tensor[] {
    return parts.split(this, splitSize, dim);
  }
  /** A number of views along a dim, the last perhaps smaller. */
  chunk(chunks: number, dim = 0): readonly Tensor[] {
    return parts.chunk(this, chunks, dim);
  }
  /** Elements along a dim at the places that an int64 tensor names. */
  gather(dim: number, index: Tensor): Tensor {
    return apply(gathers.gather, [this, index], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /** The slices along a dim that an int64 vector names. */
  indexSelect(dim: number, index: Tensor): Tensor {
    return apply(gathers.indexSelect, [this, index], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /** Indexing as PyTorch's `[]`: integers, slice(), null, "...", lists of integers, index tensors and masks. */
  at(...index: Index[]): Tensor {
    return lookUp(this, index);
  }
  /** Assignment as PyTorch's `x[index] = value`: the index as for `at`, then the value. */
  put(...indexThenValue: [...Index[], Operand]): this {
    assign(this, indexThenValue);
    return this;
  }

  /** With `src` (a tensor or a number) written along a dim where `index` says. */
  scatter(dim: number, index: Tensor, src: Tensor | number): Tensor {
    return scatters.scattered(this, dim, index, src);
  }
  /** With `src` added along a dim where `index` says. */
  scatterAdd(dim: number, index: Tensor, src: Tensor): Tensor {
    return apply(scatters.scatterAdd, [this, index, src], calling({ dim: dimension(dim, this.shape.length) }));
  }
  /** With alpha · the slices of `source` added along a dim where an int64 vector says. */
  indexAdd(dim: number, index: Tensor, source: Tensor, options: { readonly alpha?: number } = {}): Tensor {
    const attrs = { dim: dimension(dim, this.shape.length), alpha: options.alpha ?? 1 };
    return apply(scatters.indexAdd, [this, index, source], calling(attrs));
  }
  /** With the slices of `source` written along a dim where an int64 vector says. */
  indexCopy(dim: number, index: Tensor, source: Tensor): Tensor {
    const attrs = { dim: dimension(dim, this.shape.length), alpha: 1 };
    return apply(scatters.indexCopy, [this, index, source], calling(attrs));
  }
  /** With the slices along a dim that an int64 vector names set to a number. */
  indexFill(dim: number, index: Tensor, value: number): Tensor {
    return apply(scatters.indexFill, [this, index], calling({ dim: dimension(dim, this.shape.length) }, [value]));
  }
  /** The elements at row-major positions, in the shape of the index. */
  take(index: Tensor): Tensor {
    return apply(scatters.take, [this, index]);
  }
  /** The elements where the mask, broadcast to this shape, holds: a vector. */
  maskedSelect(mask: Tensor): Tensor {
    if (mask.dtype !== "bool") {
      throw runtimeError(
        "masked_select: expected BoolTensor or ByteTensor for mask",
        'Convert the mask with .to("bool").',
      );
    }
    return sameShape(mask.shape, this.shape) ? lookUp(this, [mask]) : lookUp(...spreadMask(this, mask));
  }
  /** With the elements of `source`, in order, where the mask holds. */
  maskedScatter(mask: Tensor, source: Tensor): Tensor {
    return apply(scatters.maskedScatter, [this, mask, source]);
  }
  /** The order along dims turned round; a copy. */
  flip(...dims: number[] | [readonly number[]]): Tensor {
    return rearrange.flip(this, list(dims));
  }
  /** Elements moved on along dims, those that fall off coming in at the other end. */
  roll(shifts: number | readonly number[], dims: number | readonly number[] = []): Tensor {
    return rearrange.roll(this, listOf(shifts), listOf(dims));
  }
  /** Laid side by side `repeats` times along each dim. */
  repeat(...repeats: number[] | [readonly number[]]): Tensor {
    return rearrange.repeat(this, list(repeats));
  }
  /** Laid side by side along dims; missing leading ones count as 1. */
  tile(...dims: number[] | [readonly number[]]): Tensor {
    const times = list(dims);
    return this.repeat([...this.shape.slice(0, Math.max(0, this.ndim - times.length)).map(() => 1), ...times]);
  }
  /** The indices of the elements that are not zero: [count, ndim] int64. */
  nonzero(): Tensor {
    return apply(finds.nonzero, [this]);
  }
  /** All slices along a dim, without it, over the same memory. */
  unbind(dim = 0): readonly Tensor[] {
    return rearrange.unbind(this, dim);
  }
  /** Every window of `size` elements along a dim, `step` apart, as a new last dim over the same memory. */
  unfold(dim: number, size: number, step: number): Tensor {
    return rearrange.unfold(this, dim, size, step);
  }
  /** The lower triangle of each matrix, zeros above the diagonal. */
  tril(diagonal = 0): Tensor {
    return apply(triangle.tril, [this], calling({ diagonal }));
  }
  /** The upper triangle of each matrix, zeros below the diagonal. */
  triu(diagonal = 0): Tensor {
    return apply(triangle.triu, [this], calling({ diagonal }));
  }
  /** The diagonal of two dims as a new last dim, over the same memory. */
  diagonal(offset = 0, dim1 = 0, dim2 = 1): Tensor {
    return triangle.diagonal(this, offset, dim1, dim2);
  }
  /** Zeros with this last dim on the diagonal of two new dims. */
  diagEmbed(offset = 0, dim1 = -2, dim2 = -1): Tensor {
    const rank = this.shape.length + 1;
    const attrs = { offset, dim1: dimension(dim1, rank), dim2: dimension(dim2, rank) };
    return apply(triangle.diagEmbed, [this], calling(attrs));
  }
  /** The sum of a matrix's diagonal. */
  trace(): Tensor {
    return apply(triangle.trace, [this]);
  }
  // ---------------------------------------------------------------- copies

  /** A copy that gradients flow through. */
  clone(): Tensor {
    return applyOne(views.clone, this);
  }
  /** The same memory without history: no gradient flows through. */
  detach(): Tensor {
    return applyOne(views.detach, this);
  }
  /** Makes this tensor a leaf without a gradient, in place: what was computed from it keeps its history. */
  detach_(): this {
    if (this.aside !== null && this.aside.viewOf !== null) {
      throw runtimeError(
        "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence detach_() cannot be called on these gradients. To fix this error, please refer to the Optimizer.zero_grad() function in torch/optim/optimizer.py as a solution.",
      );
    }
    this.maker = null;
    this.slot = 0;
    this.leafNeeds = false;
    return this;
  }
  /** The elements in another dtype; the tensor itself when it has it. */
  to(dtype: DType): Tensor {
    return computedAs(dtype) === this.dtype ? this : apply(fills.to, [this], calling({ dtype }));
  }
  /** As float32. */
  float(): Tensor {
    return this.to("float32");
  }
  /** As float64. */
  double(): Tensor {
    return this.to("float64");
  }
  /** As int64. */
  long(): Tensor {
    return this.to("int64");
  }
  /** As int32. */
  int(): Tensor {
    return this.to("int32");
  }
  /** As bool: whether it is not zero. */
  bool(): Tensor {
    return this.to("bool");
  }
  /** Row-major in memory: the tensor itself when it is so already. */
  contiguous(): Tensor {
    return views.contiguous(this);
  }
  /** Whether it lies row-major in memory. */
  isContiguous(): boolean {
    return isRowMajor(this.shape, this.strides);
  }

  // ---------------------------------------------------------------- in place

  /** Adds alpha · other in place. */
  add_(other: Operand, options: { readonly alpha?: number } = {}): this {
    return scaledInPlace(arith.add, arith.addNumber, arith.addScaled, this, other, options.alpha ?? 1);
  }
  /** Subtracts alpha · other in place. */
  sub_(other: Operand, options: { readonly alpha?: number } = {}): this {
    return scaledInPlace(arith.sub, arith.subNumber, arith.subScaled, this, other, options.alpha ?? 1);
  }
  /** Multiplies in place. */
  mul_(other: Operand): this {
    return inPlace(arith.mul, arith.mulNumber, this, other);
  }
  /** Divides in place. */
  div_(other: Operand): this {
    return inPlace(arith.div, arith.divNumber, this, other);
  }
  /** Adds value · tensor1 · tensor2 in place. */
  addcmul_(tensor1: Tensor, tensor2: Tensor, options: { readonly value?: number } = {}): this {
    applyInPlace(addc.addcmul, this, [tensor1, tensor2], calling(undefined, [options.value ?? 1]));
    return this;
  }
  /** Adds value · tensor1 / tensor2 in place. */
  addcdiv_(tensor1: Tensor, tensor2: Tensor, options: { readonly value?: number } = {}): this {
    applyInPlace(addc.addcdiv, this, [tensor1, tensor2], calling(undefined, [options.value ?? 1]));
    return this;
  }
  /** Raises to a power in place. */
  pow_(exponent: Tensor | number): this {
    return inPlace(power.pow, power.powNumber, this, exponent);
  }
  /** Turns the sign in place. */
  neg_(): this {
    return changed(arith.neg, this);
  }
  /** |this| in place. */
  abs_(): this {
    return changed(pointwise.abs, this);
  }
  /** e to the power of this, in place. */
  exp_(): this {
    return changed(pointwise.exp, this);
  }
  /** The natural logarithm in place. */
  log_(): this {
    return changed(pointwise.log, this);
  }
  /** The square root in place. */
  sqrt_(): this {
    return changed(pointwise.sqrt, this);
  }
  /** this² in place. */
  square_(): this {
    return changed(pointwise.square, this);
  }
  /** 1 / this in place. */
  reciprocal_(): this {
    return changed(pointwise.reciprocal, this);
  }
  /** The sine in place. */
  sin_(): this {
    return changed(pointwise.sin, this);
  }
  /** The cosine in place. */
  cos_(): this {
    return changed(pointwise.cos, this);
  }
  /** The hyperbolic tangent in place. */
  tanh_(): this {
    return changed(pointwise.tanh, this);
  }
  /** The sigmoid in place. */
  sigmoid_(): this {
    return changed(pointwise.sigmoid, this);
  }
  /** max(this, 0) in place. */
  relu_(): this {
    return changed(pointwise.relu, this);
  }
  /** Limits to [min, max] in place. */
  clamp_(limits: Limits): this {
    const { op, others, call } = bounds.clamping(this, limits.min, limits.max);
    applyInPlace(op, this, others, call);
    return this;
  }
  /** Writes `value` (a number or a 0-d tensor) where the mask holds. */
  maskedFill_(mask: Tensor, value: Tensor | number): this {
    if (value instanceof Tensor) applyInPlace(compare.maskedFillTensor, this, [mask, value]);
    else applyInPlace(compare.maskedFill, this, [mask], calling(undefined, [value]));
    return this;
  }
  /** The next integer above, in place. */
  ceil_(): this {
    return changed(pointwise.ceil, this);
  }
  /** The next integer below, in place. */
  floor_(): this {
    return changed(pointwise.floor, this);
  }
  /** The nearest integer, in place. */
  round_(): this {
    return changed(pointwise.round, this);
  }
  /** The integer part, in place. */
  trunc_(): this {
    return changed(remainders.trunc, this);
  }
  /** The fraction, in place. */
  frac_(): this {
    return changed(remainders.frac, this);
  }
  /** −1, 0 or 1, in place. */
  sign_(): this {
    return changed(pointwise.sign, this);
  }
  /** e to the power of this, minus 1, in place. */
  expm1_(): this {
    return changed(pointwise.expm1, this);
  }
  /** 2 to the power of this, in place. */
  exp2_(): this {
    return changed(special.exp2, this);
  }
  /** ln(1 + this) in place. */
  log1p_(): this {
    return changed(pointwise.log1p, this);
  }
  /** The logarithm to base 2, in place. */
  log2_(): this {
    return changed(pointwise.log2, this);
  }
  /** The logarithm to base 10, in place. */
  log10_(): this {
    return changed(special.log10, this);
  }
  /** 1 / √this in place. */
  rsqrt_(): this {
    return changed(pointwise.rsqrt, this);
  }
  /** The tangent in place. */
  tan_(): this {
    return changed(pointwise.tan, this);
  }
  /** The arc tangent in place. */
  atan_(): this {
    return changed(pointwise.atan, this);
  }
  /** The arc sine in place. */
  asin_(): this {
    return changed(trig.asin, this);
  }
  /** The arc cosine in place. */
  acos_(): this {
    return changed(trig.acos, this);
  }
  /** The hyperbolic sine in place. */
  sinh_(): this {
    return changed(pointwise.sinh, this);
  }
  /** The hyperbolic cosine in place. */
  cosh_(): this {
    return changed(pointwise.cosh, this);
  }
  /** The inverse hyperbolic sine in place. */
  asinh_(): this {
    return changed(trig.asinh, this);
  }
  /** The inverse hyperbolic cosine in place. */
  acosh_(): this {
    return changed(trig.acosh, this);
  }
  /** The inverse hyperbolic tangent in place. */
  atanh_(): this {
    return changed(trig.atanh, this);
  }
  /** The error function in place. */
  erf_(): this {
    return changed(special.erf, this);
  }
  /** 1 − erf(this) in place. */
  erfc_(): this {
    return changed(special.erfc, this);
  }
  /** The inverse of erf in place. */
  erfinv_(): this {
    return changed(special.erfinv, this);
  }
  /** sin(πx) / (πx) in place. */
  sinc_(): this {
    return changed(special.sinc, this);
  }
  /** Degrees as radians, in place. */
  deg2rad_(): this {
    return changed(trig.deg2rad, this);
  }
  /** Radians as degrees, in place. */
  rad2deg_(): this {
    return changed(trig.rad2deg, this);
  }
  /** Where it is zero, in place. */
  logicalNot_(): this {
    return changed(compare.logicalNot, this);
  }
  /** Bits turned round in place. */
  bitwiseNot_(): this {
    return changed(bitwise.bitwiseNot, this);
  }
  /** 1 where this = other, else 0, in place. */
  eq_(other: Operand): this {
    return inPlace(compare.eq.ofTensors, compare.eq.ofNumber, this, other);
  }
  /** 1 where this ≠ other, else 0, in place. */
  ne_(other: Operand): this {
    return inPlace(compare.ne.ofTensors, compare.ne.ofNumber, this, other);
  }
  /** 1 where this < other, else 0, in place. */
  lt_(other: Operand): this {
    return inPlace(compare.lt.ofTensors, compare.lt.ofNumber, this, other);
  }
  /** 1 where this ≤ other, else 0, in place. */
  le_(other: Operand): this {
    return inPlace(compare.le.ofTensors, compare.le.ofNumber, this, other);
  }
  /** 1 where this > other, else 0, in place. */
  gt_(other: Operand): this {
    return inPlace(compare.gt.ofTensors, compare.gt.ofNumber, this, other);
  }
  /** 1 where this ≥ other, else 0, in place. */
  ge_(other: Operand): this {
    return inPlace(compare.ge.ofTensors, compare.ge.ofNumber, this, other);
  }
  /** Where neither is zero, in place. */
  logicalAnd_(other: Tensor): this {
    return changedBy(compare.logicalAnd, this, other);
  }
  /** Where one is not zero, in place. */
  logicalOr_(other: Tensor): this {
    return changedBy(compare.logicalOr, this, other);
  }
  /** Where exactly one is not zero, in place. */
  logicalXor_(other: Tensor): this {
    return changedBy(compare.logicalXor, this, other);
  }
  /** Bits that both have, in place. */
  bitwiseAnd_(other: Operand): this {
    return changedBy(bitwise.bitwiseAnd, this, asOperand(this, other));
  }
  /** Bits that one has, in place. */
  bitwiseOr_(other: Operand): this {
    return changedBy(bitwise.bitwiseOr, this, asOperand(this, other));
  }
  /** Bits that exactly one has, in place. */
  bitwiseXor_(other: Operand): this {
    return changedBy(bitwise.bitwiseXor, this, asOperand(this, other));
  }
  /** this · 2^other in place. */
  bitwiseLeftShift_(other: Operand): this {
    return changedBy(bitwise.bitwiseLeftShift, this, asOperand(this, other));
  }
  /** ⌊this / 2^other⌋ in place. */
  bitwiseRightShift_(other: Operand): this {
    return changedBy(bitwise.bitwiseRightShift, this, asOperand(this, other));
  }
  /** The angle of the point (other, this), in place. */
  atan2_(other: Tensor): this {
    return changedBy(trig.atan2, this, other);
  }
  /** √(this² + other²) in place. */
  hypot_(other: Tensor): this {
    return changedBy(trig.hypot, this, other);
  }
  /** |this| with the sign of `other`, in place. */
  copysign_(other: Operand): this {
    return changedBy(mixes.copysign, this, asOperand(this, other));
  }
  /** this · ln other in place. */
  xlogy_(other: Operand): this {
    return changedBy(special.xlogy, this, asOperand(this, other));
  }
  /** The remainder with the sign of this, in place. */
  fmod_(other: Operand): this {
    return inPlace(remainders.fmod, remainders.fmodNumber, this, other);
  }
  /** The remainder with the sign of `other`, in place. */
  remainder_(other: Operand): this {
    return inPlace(remainders.remainder, remainders.remainderNumber, this, other);
  }
  /** ⌊this / other⌋ in place. */
  floorDivide_(other: Operand): this {
    return inPlace(remainders.floorDivide, remainders.floorDivideNumber, this, other);
  }
  /** Moves toward `end` by `weight`, in place. */
  lerp_(end: Tensor, weight: Tensor | number): this {
    if (typeof weight === "number") applyInPlace(mixes.lerpNumber, this, [end], calling(undefined, [weight]));
    else applyInPlace(mixes.lerp, this, [end, weight]);
    return this;
  }
  /** ln(this / (1 − this)) in place. */
  logit_(eps: number | null = null): this {
    return changed(special.logit, this, [], { eps });
  }
  /** Replaces NaN and the infinities in place. */
  nanToNum_(nan = 0, posinf: number | null = null, neginf: number | null = null): this {
    return changed(special.nanToNum, this, [], { nan, posinf, neginf });
  }
  /** Limits from below in place. */
  clampMin_(min: Tensor | number): this {
    return this.clamp_({ min });
  }
  /** Limits from above in place. */
  clampMax_(max: Tensor | number): this {
    return this.clamp_({ max });
  }
  /** Running sums along a dim, in place. */
  cumsum_(dim: number): this {
    return changed(scans.cumsum, this, [], { dim: dimension(dim, this.shape.length) });
  }
  /** Running products along a dim, in place. */
  cumprod_(dim: number): this {
    return changed(scans.cumprod, this, [], { dim: dimension(dim, this.shape.length) });
  }
  /** Zeros above the diagonal, in place. */
  tril_(diagonal = 0): this {
    return changed(triangle.tril, this, [], { diagonal });
  }
  /** Zeros below the diagonal, in place. */
  triu_(diagonal = 0): this {
    return changed(triangle.triu, this, [], { diagonal });
  }
  /** Writes `src` along a dim where `index` says. */
  scatter_(dim: number, index: Tensor, src: Tensor | number): this {
    const attrs = { dim: dimension(dim, this.shape.length) };
    if (typeof src === "number") applyInPlace(scatters.scatterNumber, this, [index], calling(attrs, [src]));
    else applyInPlace(scatters.scatter, this, [index, src], calling(attrs));
    return this;
  }
  /** Adds `src` along a dim where `index` says. */
  scatterAdd_(dim: number, index: Tensor, src: Tensor): this {
    applyInPlace(scatters.scatterAdd, this, [index, src], calling({ dim: dimension(dim, this.shape.length) }));
    return this;
  }
  /** Adds slices along a dim where an int64 vector says. */
  indexAdd_(dim: number, index: Tensor, source: Tensor, options: { readonly alpha?: number } = {}): this {
    const attrs = { dim: dimension(dim, this.shape.length), alpha: options.alpha ?? 1 };
    applyInPlace(scatters.indexAdd, this, [index, source], calling(attrs));
    return this;
  }
  /** Writes slices along a dim where an int64 vector says. */
  indexCopy_(dim: number, index: Tensor, source: Tensor): this {
    const attrs = { dim: dimension(dim, this.shape.length), alpha: 1 };
    applyInPlace(scatters.indexCopy, this, [index, source], calling(attrs));
    return this;
  }
  /** Sets the slices that an int64 vector names to a number. */
  indexFill_(dim: number, index: Tensor, value: number): this {
    applyInPlace(scatters.indexFill, this, [index], calling({ dim: dimension(dim, this.shape.length) }, [value]));
    return this;
  }
  /** Writes the elements of `source`, in order, where the mask holds. */
  maskedScatter_(mask: Tensor, source: Tensor): this {
    applyInPlace(scatters.maskedScatter, this, [mask, source]);
    return this;
  }
  /** Sets the diagonal of a matrix to a number. */
  fillDiagonal_(value: number): this {
    this.diagonal().fill_(value);
    return this;
  }
  /** Sets every element to zero. */
  zero_(): this {
    return changed(fills.zero, this);
  }
  /** Sets every element to `value`. */
  fill_(value: number): this {
    return changed(fills.fill, this, [value]);
  }
  /** Draws uniform numbers in [from, to) in place. */
  uniform_(from = 0, to = 1, options: DrawOptions = {}): this {
    fillUniform(this, from, to, options.generator);
    return this;
  }
  /** Draws normal numbers in place. */
  normal_(mean = 0, std = 1, options: DrawOptions = {}): this {
    fillNormal(this, mean, std, options.generator);
    return this;
  }
  /** Draws ones with probability `p` and zeros in place. */
  bernoulli_(p = 0.5, options: DrawOptions = {}): this {
    fillBernoulli(this, p, options.generator);
    return this;
  }
  /** Draws exponential numbers of rate `lambd` in place. */
  exponential_(lambd = 1, options: DrawOptions = {}): this {
    fillExponential(this, lambd, options.generator);
    return this;
  }
  /** Draws how often one tries until a success of probability `p`, in place. */
  geometric_(p: number, options: DrawOptions = {}): this {
    fillGeometric(this, p, options.generator);
    return this;
  }
  /** Draws Cauchy numbers in place. */
  cauchy_(median = 0, sigma = 1, options: DrawOptions = {}): this {
    fillCauchy(this, median, sigma, options.generator);
    return this;
  }
  /** Draws numbers whose logarithms are normal, in place. */
  logNormal_(mean = 1, std = 2, options: DrawOptions = {}): this {
    fillLogNormal(this, mean, std, options.generator);
    return this;
  }
  /** Draws whole numbers in [from, to) in place; with one number in [0, it), with none from all that the dtype counts to. */
  random_(from?: number, to?: number, options: DrawOptions = {}): this {
    fillWhole(this, from, to, options.generator);
    return this;
  }
  /** Writes the elements of `source`, broadcast and cast. */
  copy_(source: Tensor): this {
    applyInPlace(fills.copy, this, [source]);
    return this;
  }

  // ---------------------------------------------------------------- for rules

  /** @internal A 0-d constant that takes part in ops with this tensor: a boolean is bool, a number has this dtype if it can. */
  scalar(value: number | boolean): Tensor {
    const dtype = typeof value === "boolean" ? "bool" : withNumber(this.dtype, value);
    return new Tensor(single(dtype, Number(value)), scalarShape, scalarShape, 0);
  }

  /** @internal Zeros of this shape and dtype, told to no one. */
  zerosLike(): Tensor {
    return new Tensor(allocate(this.dtype, this.numel()), this.shape, rowMajor(this.shape), 0);
  }

  /** @internal Ones of this shape and dtype, told to no one. */
  onesLike(): Tensor {
    const ones = this.zerosLike();
    return new Tensor(
      copied(
        { storage: single(this.dtype, 1), shape: this.shape, strides: this.shape.map(() => 0), offset: 0 },
        this.dtype,
      ),
      this.shape,
      ones.strides,
      0,
    );
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
  if (weight.numel() === 1 || a.shape.length < 2)
    return weight.shape.length === 0 ? weight : weight.view(weight.numel());
  return weight.view(a.shape.flatMap((_, d) => (d === 0 ? [] : [d === 1 ? weight.numel() : 1])));
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
  if (typeof b === "number") return apply(ofNumber, [a], calling(undefined, [b * alpha]));
  return apply(scaled, [a, typeof b === "boolean" ? a.scalar(b) : b], calling(undefined, [alpha]));
}

function scaledInPlace<T extends Tensor>(ofTensors: Op, ofNumber: Op, scaled: Op, a: T, b: Operand, alpha: number): T {
  if (alpha === 1 || typeof b === "boolean") return inPlace(ofTensors, ofNumber, a, b);
  if (typeof b === "number") return inPlace(ofTensors, ofNumber, a, b * alpha);
  applyInPlace(scaled, a, [b], calling(undefined, [alpha]));
  return a;
}

function inPlace<T extends Tensor>(ofTensors: Op, ofNumber: Op, a: T, b: Operand): T {
  if (typeof b === "number") applyInPlace(ofNumber, a, [], calling(undefined, [b]));
  else applyInPlace(ofTensors, a, [typeof b === "boolean" ? a.scalar(b) : b]);
  return a;
}

function changedBy<T extends Tensor>(op: Op, a: T, b: Tensor): T {
  applyInPlace(op, a, [b]);
  return a;
}

function changed<T extends Tensor>(op: Op, a: T, numbers: readonly number[] = [], attrs: Attrs = {}): T {
  applyInPlace(op, a, [], calling(attrs, numbers));
  return a;
}

let warned = false;

function warnNonLeaf(): void {
  if (warned || !isGradEnabled()) return;
  warned = true;
  warn(
    "The .grad of a Tensor that is not a leaf Tensor is being accessed. It won't be populated during backward(). Use .retainGrad() on it if you want that, or read the .grad of the leaf Tensor.",
  );
}
