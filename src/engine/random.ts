import { empty, made, shapeOf, type ShapeArgs, type TensorOptions } from "./create";
import { type DType, isFloating, scalarName } from "./dtype";
import { argumentError, runtimeError } from "./errors";
import {
  drawBernoulliEach,
  drawDifferentIndices,
  drawIndices,
  drawIntegers,
  drawNormal,
  drawPermutation,
  drawUniform,
} from "./kernels/draw";
import { filled } from "./kernels/loops";
import { preserved } from "./layout";
import { withGrad } from "./mode";
import { fresh } from "./ops/result";
import { drawsDouble } from "./precision";
import { fillBernoulli, needsFloat, probabilitiesOf, wholeBounds } from "./random.fill";
import { defaultGenerator, type DrawOptions, type Generator } from "./random.generator";
import { broadcast, checkSizes, isRowMajor, numel, type Shape, sizes } from "./shape";
import type { Tensor } from "./tensor";

/** Options of the random factories. */
export interface RandomOptions extends TensorOptions, DrawOptions {}

/**
 * Uniform numbers in [0, 1): `rand(2, 3)`, `rand([2, 3], { dtype: "float64" })`.
 * Shapes: the one given. Errors: a size below 0 or that is no whole number; a dtype of integers.
 */
export function rand(...shape: ShapeArgs<RandomOptions>): Tensor {
  return uniformOf(shapeOf(shape));
}

/**
 * Standard normal numbers: `randn(2, 3)`, `randn([2, 3], { requiresGrad: true })`.
 * Shapes: the one given. Errors: a size below 0 or that is no whole number; a dtype of integers.
 */
export function randn(...shape: ShapeArgs<RandomOptions>): Tensor {
  return normalOf(shapeOf(shape));
}

interface Wanted {
  readonly shape: Shape;
  readonly strides?: Shape;
  readonly options?: RandomOptions | undefined;
}

function wantedLike(other: Tensor, options: RandomOptions): Wanted {
  return { shape: other.shape, strides: preserved(other), options: { dtype: other.dtype, ...options } };
}

function uniformOf({ shape, strides, options = {} }: Wanted): Tensor {
  return made(
    uniformTensor(shape, floatType("check_uniform_bounds", options.dtype), 0, 1, options.generator, strides),
    "rand",
    options,
  );
}

function normalOf({ shape, strides, options = {} }: Wanted): Tensor {
  return made(
    normalTensor(shape, floatType("normal_kernel_cpu", options.dtype), 0, 1, options.generator, strides),
    "randn",
    options,
  );
}

/**
 * Normal numbers with a mean and a standard deviation; float32 unless `dtype` says float64. With a tensor for one or
 * both, one number for each of their elements, in the dtype of the first.
 * Shapes: the one given, or that of the tensors, which broadcast. Errors: a deviation below 0; a dtype of integers;
 * tensors that do not broadcast. Source: torch.normal.
 */
export function normal(mean: number, std: number, shape: number | Shape, options?: RandomOptions): Tensor;
export function normal(mean: Tensor, std: Tensor | number, options?: DrawOptions): Tensor;
export function normal(mean: number, std: Tensor, options?: DrawOptions): Tensor;
export function normal(
  mean: Tensor | number,
  std: Tensor | number,
  third: number | Shape | DrawOptions = {},
  options: RandomOptions = {},
): Tensor {
  if (typeof mean !== "number" || typeof std !== "number") return normalAround(mean, std, isShape(third) ? {} : third);
  const shape = isShape(third) ? third : [];
  if (!(std >= 0))
    throw runtimeError(`normal expects std >= 0.0, but found std ${std}`, "Use a standard deviation ≥ 0.");
  const dtype = floatType("normal_kernel_cpu", options.dtype);
  return made(normalTensor(listed(shape), dtype, mean, std, options.generator), "normal", options);
}

function isShape(given: number | Shape | DrawOptions): given is number | Shape {
  return typeof given === "number" || Array.isArray(given);
}

function normalAround(mean: Tensor | number, std: Tensor | number, { generator }: DrawOptions): Tensor {
  const given = [mean, std].filter((each) => typeof each !== "number");
  const dtype = floatType("normal_kernel_cpu", given[0]?.dtype);
  const shape = given.reduce<Shape>((common, each) => broadcast(common, each.shape), []);
  if (typeof std === "number" ? !(std >= 0) : std.lt(0).any().truth())
    throw runtimeError("normal expects all elements of std >= 0.0", "Use standard deviations ≥ 0.");
  const drawn = made(normalTensor(shape, dtype, 0, typeof std === "number" ? std : 1, generator), "normal");
  return withGrad(false, () => (typeof std === "number" ? drawn : drawn.mul_(std)).add_(mean));
}

/**
 * Whole numbers in [low, high), low 0 unless given: `randint(10, [2, 3])`, `randint(-5, 5, 7)`; int64 unless `dtype`
 * says otherwise.
 * Shapes: the one given. Errors: bounds that are no whole numbers, or a low that is not below high; a size below 0 or
 * that is no whole number. Source: torch.randint.
 */
export function randint(high: number, shape: Shape, options?: RandomOptions): Tensor;
export function randint(low: number, high: number, shape: number | Shape, options?: RandomOptions): Tensor;
export function randint(
  first: number,
  second: number | Shape,
  third: number | Shape | RandomOptions = {},
  options: RandomOptions = {},
): Tensor {
  if (typeof second !== "number")
    return wholeOf(0, first, { shape: listed(second), options: isShape(third) ? {} : third });
  if (isShape(third)) return wholeOf(first, second, { shape: listed(third), options });
  throw argumentError(
    "randint(): argument 'size' (position 2) must be tuple of ints, not int",
    "Write the shape as a list: randint(10, [3]).",
  );
}

function wholeOf(low: number, high: number, { shape, strides, options = {} }: Wanted): Tensor {
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    throw argumentError(`randint needs whole numbers, but got ${low} and ${high}`, "Round the bounds first.");
  }
  const { dtype = "int64" } = options;
  const [from, to] = wholeBounds(low, high, dtype);
  checkSizes(shape);
  const values = drawIntegers(sourceOf(options), numel(shape), from, to);
  return made(fresh(filled(dtype, values), shape, strides), "randint", options);
}

/**
 * The numbers 0 … n − 1 in random order; int64 unless `dtype` says otherwise.
 * Shapes: [n]. Errors: an n below 0 or that is no whole number.
 */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  checkSizes([n]);
  return made(fresh(filled(options.dtype ?? "int64", drawPermutation(sourceOf(options), n)), [n]), "randperm", options);
}

/** `rand` with the shape and dtype of another tensor. Shapes: as `other`. Errors: a dtype of integers. */
export function randLike(other: Tensor, options: RandomOptions = {}): Tensor {
  return uniformOf(wantedLike(other, options));
}

/** `randn` with the shape and dtype of another tensor. Shapes: as `other`. Errors: a dtype of integers. */
export function randnLike(other: Tensor, options: RandomOptions = {}): Tensor {
  return normalOf(wantedLike(other, options));
}

/**
 * `randint` with the shape and dtype of another tensor; low 0 unless given.
 * Shapes: as `other`. Errors: bounds that are no whole numbers, or a low that is not below high.
 * Source: torch.randint_like.
 */
export function randintLike(other: Tensor, high: number, options?: RandomOptions): Tensor;
export function randintLike(other: Tensor, low: number, high: number, options?: RandomOptions): Tensor;
export function randintLike(
  other: Tensor,
  first: number,
  second: number | RandomOptions = {},
  options: RandomOptions = {},
): Tensor {
  const [low, high, given] = typeof second === "number" ? [first, second, options] : [0, first, second];
  return wholeOf(low, high, wantedLike(other, given));
}

/**
 * For each probability in `p` a one with that probability, else a zero; with a number for `p`, as many as `input` has
 * elements, whatever they are. Shape and dtype are those of the tensor given.
 * Shapes: as the tensor given. Errors: probabilities that are integers; what is no probability.
 * Source: torch.bernoulli.
 */
export function bernoulli(p: Tensor, options?: DrawOptions): Tensor;
export function bernoulli(input: Tensor, p: number, options?: DrawOptions): Tensor;
export function bernoulli(input: Tensor, p: number | DrawOptions = {}, options: DrawOptions = {}): Tensor {
  if (typeof p === "number") return fillBernoulli(empty(input.shape, { dtype: input.dtype }), p, options.generator);
  const values = drawBernoulliEach(sourceOf(p), probabilitiesOf(input), drawsDouble(input.dtype));
  return made(fresh(filled(input.dtype, values), input.shape), "bernoulli");
}

/**
 * Draws `count` column indices from each row of weights, which need not sum to one.
 * Shapes: probabilities [categories] or [rows, categories] → int64 [count] or [rows, count]. Errors: other ranks;
 * counts below 1 or, without replacement, above the categories; weights below 0, all 0 or not finite; integers.
 */
export function multinomial(
  probabilities: Tensor,
  count: number,
  { replacement = false, ...options }: DrawOptions & { readonly replacement?: boolean } = {},
): Tensor {
  const { shape, dtype } = probabilities;
  if (!isFloating(dtype)) {
    throw runtimeError(
      `multinomial only supports floating-point dtypes for input, got: ${scalarName(dtype)}`,
      'Convert the weights first with .to("float32").',
    );
  }
  const categories = shape.at(-1) ?? 0;
  if (shape.length < 1 || shape.length > 2)
    throw runtimeError("prob_dist must be 1 or 2 dim", `This one has shape ${sizes(shape)}.`);
  if (!(count > 0)) throw runtimeError("cannot sample n_sample <= 0 samples", "Draw at least one.");
  if (!replacement && count > categories) {
    throw runtimeError(
      "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
      "Pass { replacement: true }.",
    );
  }
  const weights = probabilities.toArray();
  if (!weights.every((weight) => weight >= 0 && weight < Infinity)) {
    throw runtimeError(
      "probability tensor contains either `inf`, `nan` or element < 0",
      "Weights must be finite and ≥ 0.",
    );
  }
  const rows = shape.length === 1 ? 1 : (shape[0] ?? 0);
  const draw = replacement ? drawIndices : drawDifferentIndices;
  const values = Array.from({ length: rows }, (_, row) => {
    const own = weights.slice(row * categories, (row + 1) * categories);
    if (own.every((weight) => weight === 0)) {
      throw runtimeError(
        "invalid multinomial distribution (sum of probabilities <= 0)",
        "One weight of each row must be > 0.",
      );
    }
    return draw(sourceOf(options), own, count, drawsDouble(dtype));
  });
  return made(fresh(filled("int64", values.flat()), [...shape.slice(0, -1), count]), "multinomial");
}

/** @internal Uniform numbers in a tensor that no observer is told of yet. */
export function uniformTensor(
  shape: Shape,
  dtype: DType,
  from: number,
  to: number,
  generator: Generator = defaultGenerator,
  strides?: Shape,
): Tensor {
  checkSizes(shape);
  return fresh(
    filled(dtype, drawUniform(generator.source, numel(shape), drawsDouble(dtype), from, to)),
    shape,
    strides,
  );
}

/** @internal Normal numbers in a tensor that no observer is told of yet. */
export function normalTensor(
  shape: Shape,
  dtype: DType,
  mean: number,
  std: number,
  generator: Generator = defaultGenerator,
  strides?: Shape,
): Tensor {
  checkSizes(shape);
  const plain = strides === undefined || isRowMajor(shape, strides);
  const values = drawNormal(generator.source, numel(shape), drawsDouble(dtype), mean, std, plain);
  return fresh(filled(dtype, values), shape, strides);
}

function sourceOf({ generator = defaultGenerator }: DrawOptions) {
  return generator.source;
}

function listed(shape: number | Shape): Shape {
  return typeof shape === "number" ? [shape] : shape;
}

function floatType(kernel: string, dtype: DType = "float32"): DType {
  needsFloat(dtype, kernel);
  return dtype;
}
