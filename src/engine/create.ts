import { type DType, held, isFloating } from "./dtype";
import { argumentError, runtimeError } from "./errors";
import { fill, filled } from "./kernels/loops";
import { preserved } from "./layout";
import { progression, spaced } from "./kernels/series";
import { watcher } from "./mode";
import { fresh } from "./ops/result";
import { checkSizes, numel, type Shape } from "./shape";
import { allocate } from "./storage";
import { type Nested, Tensor } from "./tensor";

/** Options of every function that makes a tensor. */
export interface TensorOptions {
  /** The element type; float32 for numbers and bool for booleans by default. */
  readonly dtype?: DType;
  /** Whether `backward()` shall fill its `.grad`. */
  readonly requiresGrad?: boolean;
}

/** What tensor() takes: a number, a boolean, nested arrays of them, or a typed array. */
export type TensorData = Nested | Float32Array | Float64Array | Int32Array | Uint8Array;

/** @internal Tells the observer of a new tensor and sets `requiresGrad`. */
export function made(tensor: Tensor, how: string, options: TensorOptions = {}): Tensor {
  if (options.requiresGrad === true) {
    if (!isFloating(tensor.dtype)) {
      throw runtimeError(
        "Only Tensors of floating point and complex dtype can require gradients",
        'Give it { dtype: "float32" }.',
      );
    }
    tensor.requiresGrad = true;
  }
  watcher()?.created(tensor, how);
  return tensor;
}

/**
 * A tensor of the given elements: `tensor([[1, 2], [3, 4]])`; float32 for numbers, bool for booleans, unless `dtype`
 * says otherwise.
 * Shapes: nested arrays of one depth → their lengths, outermost first. Errors: rows of different length; what is no
 * number or boolean; a number that the integers of the dtype do not reach; `requiresGrad` for integers.
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  const shape: number[] = [];
  const flat: (number | boolean)[] = [];
  gather(data, 0, shape, flat);
  const bools = flat.length > 0 && flat.every((value) => typeof value === "boolean");
  const dtype = options.dtype ?? (bools ? "bool" : "float32");
  const values = flat.map(isFloating(dtype) ? Number : (value) => held(Number(value), dtype, dtype));
  return made(fresh(filled(dtype, values), shape), "tensor", options);
}

function gather(data: unknown, depth: number, shape: number[], flat: (number | boolean)[]): void {
  if (typeof data === "number" || typeof data === "boolean") {
    if (depth < shape.length) throw ragged(shape[depth] ?? 0, depth, "a number");
    flat.push(data);
    return;
  }
  if (!Array.isArray(data) && !ArrayBuffer.isView(data)) throw invalid(data);
  if (data instanceof DataView) throw invalid(data);
  const items: ArrayLike<unknown> = Array.isArray(data) ? data : listOf(data);
  if (depth === shape.length) {
    if (flat.length > 0)
      throw argumentError(
        `only one element tensors can be converted to JavaScript scalars`,
        "Give every row the same depth.",
      );
    shape.push(items.length);
  } else if (shape[depth] !== items.length) throw ragged(shape[depth] ?? 0, depth, String(items.length));
  for (let i = 0; i < items.length; i++) gather(items[i], depth + 1, shape, flat);
}

function listOf(view: ArrayBufferView): ArrayLike<unknown> {
  if (
    view instanceof Float32Array ||
    view instanceof Float64Array ||
    view instanceof Int32Array ||
    view instanceof Uint8Array
  )
    return view;
  throw invalid(view);
}

function ragged(expected: number, depth: number, got: string): Error {
  return argumentError(
    `expected sequence of length ${expected} at dim ${depth} (got ${got})`,
    "Give every row the same length.",
  );
}

function invalid(data: unknown): Error {
  if (data instanceof Tensor) {
    return argumentError(
      "tensor() takes numbers, not Tensors",
      "Use stack() to join tensors, or .clone() to copy one.",
    );
  }
  const type = typeof data === "string" ? "str" : data === null ? "null" : typeof data;
  return argumentError(`new(): invalid data type '${type}'`, "Give numbers, booleans or nested arrays of them.");
}

/** @internal The shape and the options in the arguments of a factory. */
export function shapeOf<O extends object>(
  args: readonly (number | Shape | O | undefined)[],
): { shape: Shape; options: O | undefined } {
  const given = args.filter((arg) => arg !== undefined);
  const last = given.at(-1);
  const options = typeof last === "object" && !isShape(last) ? last : undefined;
  const [head] = given;
  const shape = isShape(head) ? head : given.filter((size) => typeof size === "number");
  checkSizes(shape);
  return { shape, options };
}

function isShape(value: unknown): value is Shape {
  return Array.isArray(value);
}

/** Sizes one by one or as a list, then perhaps options: `zeros(2, 3)`, `zeros([2, 3], { dtype: "int64" })`. */
export type ShapeArgs<O extends object = TensorOptions> = readonly (number | O)[] | readonly [Shape, O?];

function filledLike(how: string, like: Tensor, value: number, options: TensorOptions): Tensor {
  return filledWith(how, like.shape, value, { dtype: like.dtype, ...options }, preserved(like));
}

function constant(how: string, value: number, args: ShapeArgs): Tensor {
  const { shape, options } = shapeOf(args);
  return filledWith(how, shape, value, options ?? {});
}

function filledWith(how: string, shape: Shape, value: number, options: TensorOptions, strides?: Shape): Tensor {
  const out = fresh(allocate(options.dtype ?? "float32", numel(shape)), shape, strides);
  if (value !== 0) fill(out, held(value, out.dtype));
  return made(out, how, options);
}

/**
 * A tensor of zeros: `zeros(2, 3)`, `zeros([2, 3], { dtype: "int64" })`.
 * Shapes: the one given. Errors: a size below 0 or that is no whole number; `requiresGrad` for integers.
 */
export function zeros(...shape: ShapeArgs): Tensor {
  return constant("zeros", 0, shape);
}

/**
 * A tensor of ones: `ones(2, 3)`, `ones([2, 3], { requiresGrad: true })`.
 * Shapes: the one given. Errors: a size below 0 or that is no whole number; `requiresGrad` for integers.
 */
export function ones(...shape: ShapeArgs): Tensor {
  return constant("ones", 1, shape);
}

/**
 * A tensor of a shape whose elements are about to be written; here it is zeroed.
 * Shapes: the one given. Errors: a size below 0 or that is no whole number; `requiresGrad` for integers.
 */
export function empty(...shape: ShapeArgs): Tensor {
  return constant("empty", 0, shape);
}

/**
 * A tensor with `value` in every place, `full([2, 3], 0.5)`; the dtype is float32, or bool for a boolean.
 * Shapes: the one given. Errors: a size below 0 or that is no whole number; `requiresGrad` for integers.
 */
export function full(shape: Shape, value: number | boolean, options: TensorOptions = {}): Tensor {
  const dtype = options.dtype ?? (typeof value === "boolean" ? "bool" : "float32");
  return filledWith("full", shapeOf([shape]).shape, Number(value), { ...options, dtype });
}

/** Zeros of another tensor's shape and dtype. Shapes: as `like`. Errors: `requiresGrad` for integers. */
export function zerosLike(like: Tensor, options: TensorOptions = {}): Tensor {
  return filledLike("zerosLike", like, 0, options);
}

/** Ones of another tensor's shape and dtype. Shapes: as `like`. Errors: `requiresGrad` for integers. */
export function onesLike(like: Tensor, options: TensorOptions = {}): Tensor {
  return filledLike("onesLike", like, 1, options);
}

/** A tensor of another's shape and dtype; here it is zeroed. Shapes: as `like`. Errors: `requiresGrad` for integers. */
export function emptyLike(like: Tensor, options: TensorOptions = {}): Tensor {
  return filledLike("emptyLike", like, 0, options);
}

/** `value` in another tensor's shape and dtype. Shapes: as `like`. Errors: `requiresGrad` for integers. */
export function fullLike(like: Tensor, value: number, options: TensorOptions = {}): Tensor {
  return filledLike("fullLike", like, value, options);
}

function row(how: string, values: Float64Array, dtype: DType, options: TensorOptions): Tensor {
  return made(fresh(filled(dtype, values), [values.length]), how, options);
}

/**
 * `arange(end)`, `arange(start, end)` or `arange(start, end, step)`: int64 when all are integers, else float32. The end
 * is left out. `arange(1, 7, 2)` is `[1, 3, 5]`.
 * Shapes: [⌈(end − start) / step⌉]. Errors: a step of 0 or away from `end`; `requiresGrad` for integers.
 */
export function arange(end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, options?: TensorOptions): Tensor;
export function arange(start: number, end: number, step: number, options?: TensorOptions): Tensor;
export function arange(...args: (number | TensorOptions | undefined)[]): Tensor {
  const numbers = args.filter((arg) => typeof arg === "number");
  const options = args.find((arg) => typeof arg === "object") ?? {};
  const [start = 0, end = 0, step = 1] = numbers.length === 1 ? [0, ...numbers] : numbers;
  const dtype = options.dtype ?? ([start, end, step].every(Number.isInteger) ? "int64" : "float32");
  const whole = isFloating(dtype) ? (x: number) => x : Math.trunc;
  const [from, to, by] = [whole(start), whole(end), whole(step)];
  if (by === 0) throw runtimeError("step must be nonzero", "Give arange() another step.");
  if ((to - from) / by < 0)
    throw runtimeError("upper bound and larger bound inconsistent with step sign", "Turn the sign of the step.");
  const length = Math.ceil(dtype === "int64" ? (to - from) / by : (end - start) / step);
  const values = isFloating(dtype)
    ? progression(from, by, length, dtype)
    : Float64Array.from({ length }, (_, i) => from + i * by);
  return row("arange", values, dtype, options);
}

/**
 * `steps` evenly spaced numbers from `start` to `end`, both included; counted from both ends, as PyTorch does.
 * `linspace(0, 1, 3)` is `[0, 0.5, 1]`.
 * Shapes: [steps]. Errors: steps below 0; `requiresGrad` for integers.
 */
export function linspace(start: number, end: number, steps: number, options: TensorOptions = {}): Tensor {
  if (steps < 0) throw runtimeError("number of steps must be non-negative", "Give how many numbers to make.");
  const dtype = options.dtype ?? "float32";
  return row("linspace", spaced(start, end, steps, dtype === "bool" ? "float64" : dtype), dtype, options);
}

/**
 * The identity matrix of n rows (and m columns): ones on the diagonal, zeros elsewhere. `eye(2)` is `[[1, 0], [0, 1]]`.
 * Shapes: [n, m]. Errors: sizes below 0; `requiresGrad` for integers.
 */
export function eye(n: number, m: number | TensorOptions = n, options: TensorOptions = {}): Tensor {
  const columns = typeof m === "number" ? m : n;
  const given = typeof m === "number" ? options : m;
  if (n < 0) throw runtimeError(`n must be greater or equal to 0, got ${n}`, "Give how many rows to make.");
  if (columns < 0) throw runtimeError(`m must be greater or equal to 0, got ${columns}`, "Give how many columns.");
  const flat = Float64Array.from({ length: n * columns }, (_, i) => (Math.floor(i / columns) === i % columns ? 1 : 0));
  return made(fresh(filled(given.dtype ?? "float32", flat), [n, columns]), "eye", given);
}
