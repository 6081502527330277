/** Slopes of a gradient: the matrix H of gradient differences, when it is the same at all points that were visited. */
export interface Curvature {
  /** Largest and smallest eigenvalue. */
  readonly largest: number;
  readonly smallest: number;
}

/** Two directions are told apart when the second has this part of its length across the first. */
const apart = 1e-3;
/** H is the same at two points when it foretells a difference of gradients to this part. */
const alike = 1e-3;

/**
 * The curvature of a quadratic from points of a descent and the gradients there: with differences d_k of points and
 * e_k = H·d_k of gradients, as many independent ones as there are unknowns determine H, and all further ones must
 * agree. Null where they do not determine it, or where H is not the same everywhere.
 */
export function curvatureOf(
  points: readonly (readonly number[])[],
  gradients: readonly (readonly number[])[],
): Curvature | null {
  const n = points[0]?.length ?? 0;
  if (n === 0 || points.length < n + 2) return null;
  const steps = points.slice(1).map((point, k) => minus(point, points[k] ?? []));
  const changes = gradients.slice(1).map((gradient, k) => minus(gradient, gradients[k] ?? []));
  const basis: number[][] = [];
  const images: number[][] = [];
  const kept: number[] = [];
  steps.forEach((step, k) => {
    let [rest, image] = [step, changes[k] ?? []];
    // Twice, so that rounding leaves nothing of the earlier directions.
    for (let round = 0; round < 2; round++)
      basis.forEach((direction, j) => {
        const along = dot(direction, rest);
        rest = rest.map((x, i) => x - along * (direction[i] ?? 0));
        image = image.map((x, i) => x - along * (images[j]?.[i] ?? 0));
      });
    const length = Math.hypot(...rest);
    if (basis.length === n || !(length > apart * Math.hypot(...step)) || length === 0) return;
    basis.push(rest.map((x) => x / length));
    images.push(image.map((x) => x / length));
    kept.push(k);
  });
  if (basis.length < n) return null;
  const apply = (x: readonly number[]): number[] =>
    x.map((_, i) => basis.reduce((sum, direction, j) => sum + dot(direction, x) * (images[j]?.[i] ?? 0), 0));
  const others = steps.map((_, k) => k).filter((k) => !kept.includes(k));
  if (others.length === 0) return null;
  for (const k of others) {
    const [step, change] = [steps[k] ?? [], changes[k] ?? []];
    if (!(Math.hypot(...minus(apply(step), change)) <= alike * Math.hypot(...change))) return null;
  }
  const matrix = basis.map((a) => basis.map((_, j) => dot(a, images[j] ?? [])));
  const size = Math.max(...matrix.flat().map(Math.abs));
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      if (Math.abs((matrix[i]?.[j] ?? 0) - (matrix[j]?.[i] ?? 0)) > 10 * alike * size) return null;
  const values = eigenvalues(matrix);
  return { largest: Math.max(...values), smallest: Math.min(...values) };
}

/** Eigenvalues of a small symmetric matrix, by Jacobi's rotations. Source: Golub and Van Loan, Matrix Computations, 8.5. */
function eigenvalues(given: readonly (readonly number[])[]): number[] {
  const n = given.length;
  const a = given.map((row, i) => row.map((x, j) => (x + (given[j]?.[i] ?? x)) / 2));
  const at = (i: number, j: number): number => a[i]?.[j] ?? 0;
  for (let sweep = 0; sweep < 30; sweep++)
    for (let p = 0; p < n; p++)
      for (let q = p + 1; q < n; q++) {
        if (at(p, q) === 0) continue;
        const theta = (at(q, q) - at(p, p)) / (2 * at(p, q));
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const c = 1 / Math.sqrt(t * t + 1);
        const s = t * c;
        for (let k = 0; k < n; k++) {
          const [x, y] = [at(k, p), at(k, q)];
          const row = a[k];
          if (row) [row[p], row[q]] = [c * x - s * y, s * x + c * y];
        }
        const [up, down] = [[...(a[p] ?? [])], [...(a[q] ?? [])]];
        for (let k = 0; k < n; k++) {
          const [x, y] = [up[k] ?? 0, down[k] ?? 0];
          const [first, second] = [a[p], a[q]];
          if (first && second) [first[k], second[k]] = [c * x - s * y, s * x + c * y];
        }
      }
  return a.map((row, i) => row[i] ?? 0);
}

function minus(a: readonly number[], b: readonly number[]): number[] {
  return a.map((x, i) => x - (b[i] ?? 0));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}

/** The rate of plain gradient descent, point − rate · gradient = next, when it was the same each time; null otherwise. */
export function rateOf(
  points: readonly (readonly number[])[],
  gradients: readonly (readonly number[])[],
): number | null {
  const rates: number[] = [];
  for (let k = 0; k + 1 < points.length; k++) {
    const moved = minus(points[k] ?? [], points[k + 1] ?? []);
    const gradient = gradients[k] ?? [];
    const squared = dot(gradient, gradient);
    if (squared === 0) return null;
    const rate = dot(moved, gradient) / squared;
    const off = Math.hypot(...moved.map((x, i) => x - rate * (gradient[i] ?? 0)));
    if (!(rate > 0) || off > alike * Math.hypot(...moved)) return null;
    rates.push(rate);
  }
  const [first = 0] = rates;
  return rates.length > 0 && rates.every((rate) => Math.abs(rate - first) <= alike * first) ? first : null;
}
