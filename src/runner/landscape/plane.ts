type Vector = ArrayLike<number>;

/** A line or a plane among all weights: the start, and one or two directions of length one at right angles. */
export interface Plane {
  readonly origin: Vector;
  readonly directions: readonly Vector[];
  /** The point of the path that fixed the second direction, −1 for none. */
  readonly third: number;
  /** How far the path goes away from it, relative to how far it goes from its start. */
  readonly off: number;
}

/** A path bends as long as its points stand this much off the line from its start to its end. */
const straight = 1e-4;

/**
 * The plane through the start of a path, its end, and the point with which the rest of the path stands closest to it (in
 * squares); a line where the path is straight; null where it does not move.
 */
export function planeThrough(path: readonly Vector[]): Plane | null {
  const [origin, end] = [path[0], path.at(-1)];
  if (!origin || !end) return null;
  const away = path.map((point) => minus(point, origin));
  const reach = Math.max(...away.map(length));
  // A path that comes back to its start has its farthest point for an end.
  const goal = length(minus(end, origin)) > straight * reach ? end : path[indexOfMost(away.map(length))];
  if (!goal || reach === 0) return null;
  const first = scaled(minus(goal, origin), 1 / length(minus(goal, origin)));
  const rests = away.map((each) => plus(each, first, -dot(each, first)));
  if (Math.max(...rests.map(length)) <= straight * reach) return { origin, directions: [first], third: -1, off: 0 };
  // Along the rest of point k all others lose (rᵢ·rₖ)² / rₖ·rₖ of their square.
  const gains = rests.map((rest) => {
    const own = dot(rest, rest);
    return own > (straight * reach) ** 2 ? rests.reduce((sum, other) => sum + dot(other, rest) ** 2 / own, 0) : 0;
  });
  const third = indexOfMost(gains);
  const rest = rests[third] ?? first;
  const second = scaled(rest, 1 / length(rest));
  const left = rests.map((each) => length(plus(each, second, -dot(each, second))));
  return { origin, directions: [first, second], third, off: Math.max(...left) / reach };
}

/** The coordinates of the nearest point of a plane. */
export function onPlane({ origin, directions }: Plane, point: Vector): number[] {
  const away = minus(point, origin);
  return directions.map((direction) => dot(away, direction));
}

/** The weights at coordinates. */
export function atPlane({ origin, directions }: Plane, coordinates: readonly number[]): number[] {
  let point = Array.from(origin);
  directions.forEach((direction, k) => (point = plus(point, direction, coordinates[k] ?? 0)));
  return point;
}

function minus(a: Vector, b: Vector): number[] {
  return plus(a, b, -1);
}

function plus(a: Vector, b: Vector, times: number): number[] {
  return Array.from(a, (x, k) => x + times * (b[k] ?? 0));
}

function scaled(a: Vector, by: number): number[] {
  return Array.from(a, (x) => x * by);
}

function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] ?? 0) * (b[k] ?? 0);
  return sum;
}

function length(a: Vector): number {
  return Math.sqrt(dot(a, a));
}

function indexOfMost(numbers: readonly number[]): number {
  return numbers.reduce((best, x, k) => (x > (numbers[best] ?? -Infinity) ? k : best), 0);
}
