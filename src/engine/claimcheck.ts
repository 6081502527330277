import { isTensor } from "./build";
import { argumentError } from "./errors";
import { filled } from "./kernels/loops";
import { withGrad } from "./mode";
import { fresh } from "./ops/result";
import type { Shape } from "./shape";
import type { Tensor } from "./tensor";

/** A point or a gradient: a number, a list of numbers, or a tensor of any shape. */
export type Point = number | readonly number[] | Tensor;

/** One element of a claimed gradient beside the numerical one. */
export interface ClaimedElement {
  /** Position in row-major order. */
  readonly index: number;
  /** The slope that was claimed. */
  readonly claimed: number;
  /** The slope by central differences. */
  readonly numeric: number;
  /** |claimed − numeric| / max(|claimed|, |numeric|); 0 where both are 0. */
  readonly relativeError: number;
  /** Whether both are the same to the tolerance. */
  readonly agrees: boolean;
}

/** What checkGradient found; prints as a sentence. */
export interface GradientCheck {
  /** Whether every element that was checked agrees. */
  readonly agrees: boolean;
  /** The elements that were checked. */
  readonly elements: readonly ClaimedElement[];
  /** The one factor between claimed and numeric, null where there is none: 4 for a gradient that is fourfold. */
  readonly factor: number | null;
  /** One sentence: what agrees, what does not, and the factor between them. */
  toString(): string;
}

/** Options of checkGradient. */
export interface CheckGradientOptions {
  /** Half the way between the two points of a difference, times max(1, |x|); 10⁻⁵, for float32 results 5·10⁻³. */
  readonly eps?: number;
  /** The relative error up to which an element agrees; 10⁻⁴, for float32 results 10⁻². */
  readonly rtol?: number;
}

/**
 * Holds a gradient worked out by hand against central differences of `f` at a point, element by element: (f(x + h) −
 * f(x − h)) / 2h with h = eps·max(1, |x|). `f` gets what `at` is (a number, a list, a float64 tensor) and gives one
 * number or a one-element tensor; it must be deterministic.
 * Shapes: a claimed gradient of the point's shape. Errors: another shape; a function that gives more than one number.
 */
export function checkGradient<P extends Point>(
  f: (x: P) => number | Tensor,
  at: P,
  claimed: Point,
  options: CheckGradientOptions = {},
): GradientCheck {
  const place = numbersOf(at);
  const claims = numbersOf(claimed);
  if (claims.length !== place.length) {
    throw argumentError(
      `checkGradient got ${claims.length} claimed numbers for a point of ${place.length}`,
      "Give a gradient of the shape of the point.",
    );
  }
  const value = (numbers: readonly number[]): number => withGrad(false, () => valueOf(f(like(at, numbers))));
  const single = Math.fround(value(place)) === value(place) && isSingle(f, at, place);
  const { eps = single ? 5e-3 : 1e-5, rtol = single ? 1e-2 : 1e-4 } = options;
  const slopes = place.map((x, k) => {
    const h = eps * Math.max(1, Math.abs(x));
    const moved = (by: number): number => value(place.map((other, j) => (j === k ? other + by : other)));
    return (moved(h) - moved(-h)) / (2 * h);
  });
  const most = Math.max(...slopes.map(Math.abs), ...claims.map(Math.abs));
  const elements = claims.map((claim, index): ClaimedElement => {
    const numeric = slopes[index] ?? NaN;
    const larger = Math.max(Math.abs(claim), Math.abs(numeric));
    const relativeError = larger === 0 ? 0 : Math.abs(claim - numeric) / larger;
    // What is small beside the rest of the gradient may be noise in whole.
    const agrees = relativeError <= rtol || Math.abs(claim - numeric) <= rtol * 1e-3 * most;
    return { index, claimed: claim, numeric, relativeError, agrees };
  });
  const agrees = elements.every((element) => element.agrees);
  const factor = factorOf(elements, rtol);
  return { agrees, elements, factor, toString: () => sentence(agrees, elements, factor) };
}

function numbersOf(point: Point): readonly number[] {
  if (typeof point === "number") return [point];
  return isTensor(point) ? point.toArray() : point;
}

function valueOf(result: number | Tensor): number {
  if (typeof result === "number") return result;
  if (result.numel() !== 1)
    throw argumentError(
      `checkGradient needs a function with one number as its result, but got shape [${result.shape.join(", ")}]`,
      "Reduce it first, as in .sum() or .mean().",
    );
  return result.item();
}

/** The point with other numbers, in the form that `f` takes. */
function like<P extends Point>(at: P, numbers: readonly number[]): P;
function like(at: Point, numbers: readonly number[]): Point {
  if (typeof at === "number") return numbers[0] ?? NaN;
  return isTensor(at) ? doubled(numbers, at.shape) : numbers;
}

function doubled(numbers: readonly number[], shape: Shape): Tensor {
  return fresh(filled("float64", numbers), shape);
}

/** Whether results have only float32's digits: a tensor tells, numbers are tried a little aside. */
function isSingle<P extends Point>(f: (x: P) => number | Tensor, at: P, place: readonly number[]): boolean {
  const aside = place.map((x, k) => x + 1e-3 * Math.sin(k + 1));
  const result = withGrad(false, () => f(like(at, aside)));
  if (isTensor(result)) return result.dtype === "float32";
  return Math.fround(result) === result && !Number.isInteger(result);
}

function factorOf(elements: readonly ClaimedElement[], rtol: number): number | null {
  const most = Math.max(...elements.map(({ numeric }) => Math.abs(numeric)));
  const clear = elements.filter(({ numeric }) => Math.abs(numeric) > 1e-3 * most);
  const ratios = clear.map(({ claimed, numeric }) => claimed / numeric);
  const [first] = ratios;
  if (first === undefined || !Number.isFinite(first) || first === 0) return null;
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const steady = elements.every(
    ({ claimed, numeric }) =>
      Math.abs(claimed - mean * numeric) <= rtol * Math.abs(mean) * Math.max(Math.abs(numeric), 1e-3 * most),
  );
  if (!steady) return null;
  const whole = Math.round(mean);
  return whole !== 0 && Math.abs(mean - whole) <= rtol * Math.abs(whole) ? whole : mean;
}

function sentence(agrees: boolean, elements: readonly ClaimedElement[], factor: number | null): string {
  if (agrees) return "The claimed gradient agrees with the numerical one.";
  const worst = elements.filter((element) => !element.agrees);
  const [first] = worst;
  const place = elements.length > 1 ? ` at element ${first?.index ?? 0}` : "";
  const numbers = `${plain(first?.claimed ?? NaN)} is claimed${place} and differences give ${plain(first?.numeric ?? NaN)}`;
  if (factor !== null) return `The claimed gradient is ${plain(factor)} times the numerical one: ${numbers}.`;
  return `${worst.length} of ${elements.length} elements of the claimed gradient are wrong: ${numbers}.`;
}

/** A difference has no more digits than these. */
function plain(x: number): string {
  return String(Number(x.toPrecision(5)));
}
