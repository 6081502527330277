// Random graphs over every op, against central differences in float64: `npm run graphs [-- --cases N --seed S]`.
import fc from "fast-check";
import { autograd, cat, type DType, einsum, ones, stack, tensor, type Tensor, where } from "../../src/engine/index";
import { type Kink, kinks } from "./kinks";
import * as common from "./samples";
import * as layers from "./samples.nn";
import * as others from "./samples.ops";
import { drawn, type Sample } from "./slopes";

/** One step of a graph as it is drawn: any numbers make a lawful one, so that a failing graph shrinks. */
interface Choice {
  readonly op: number;
  readonly from: readonly [number, number, number];
  readonly with: readonly [number, number, number];
}

/** A graph as it is drawn. */
interface Plan {
  readonly seed: number;
  readonly shapes: readonly (readonly number[])[];
  readonly steps: readonly Choice[];
  /** The gradient is what is differentiated. */
  readonly twice: boolean;
}

/** A step that can run again on other values; null where it does not fit the shapes. */
type Step = (values: readonly Tensor[]) => Tensor;
type Maker = (operands: readonly [Tensor, Tensor, Tensor], n: readonly [number, number, number]) => Recipe | null;
type Recipe = (a: Tensor, b: Tensor, c: Tensor) => Tensor;

const most = 48;
const dtypes: readonly DType[] = ["float64", "float32", "int64", "int32", "bool"];

/** Elements of `x`, taken round and round, in that shape and between those bounds. */
function fitted(x: Tensor, shape: readonly number[], [low, high]: readonly [number, number]): Tensor {
  const n = shape.reduce((product, size) => product * size, 1);
  const places = tensor(
    Array.from({ length: n }, (_, i) => (i * 7 + 3) % x.numel()),
    { dtype: "int64" },
  );
  const turned = tensor(
    Array.from({ length: n }, (_, i) => ((i * 0.618) % 1) * 1.6 - 0.8),
    { dtype: "float64" },
  );
  const spread = x.reshape(-1).indexSelect(0, places).mul(0.4).add(turned);
  return spread
    .sigmoid()
    .mul(high - low)
    .add(low)
    .reshape([...shape]);
}

/** A sample on what comes, its result made smaller by a power of two where it is large. */
function ofSample(sample: Sample): Maker {
  const { shapes, within = [-2, 2] } = sample;
  return () => {
    let scale: number | null = null;
    return (a, b, c) => {
      const given = [a, b, c];
      const y = sample.run(shapes.map((shape, k) => fitted(given[k % 3] ?? a, shape, within).add(k * 1e-3)));
      scale ??= 2 ** -Math.max(0, Math.ceil(Math.log2(Math.max(1, ...y.toArray().map(Math.abs)) / 8)));
      return y.mul(scale);
    };
  };
}

function dimOf(x: Tensor, n: number): number | null {
  return x.dim() === 0 ? null : n % x.dim();
}

/** On any tensor. */
function any(run: (a: Tensor, n: number) => Tensor): Maker {
  return (_, [n]) =>
    (a) =>
      run(a, n);
}

/** Along a dim of a tensor that has one. */
function along(run: (a: Tensor, dim: number, n: number) => Tensor): Maker {
  return ([a], [m, n]) => {
    const dim = dimOf(a, m);
    return dim === null ? null : (x) => run(x, dim, n);
  };
}

function meet(a: readonly number[], b: readonly number[]): boolean {
  const rank = Math.min(a.length, b.length);
  return Array.from({ length: rank }, (_, k) => [a.at(-1 - k), b.at(-1 - k)]).every(
    ([p, q]) => p === q || p === 1 || q === 1,
  );
}

/** On two tensors that broadcast. */
function pair(run: (a: Tensor, b: Tensor, n: number) => Tensor): Maker {
  return ([a, b], [n]) => (meet(a.shape, b.shape) ? (x, y) => run(x, y, n) : null);
}

function constant(shape: readonly number[], n: number, dtype: DType): Tensor {
  const size = shape.reduce((product, each) => product * each, 1);
  const elements = Array.from(
    { length: size },
    (_, i) => (((n + i * 13) % 7) - 3) / (dtype.startsWith("float") ? 2 : 1),
  );
  const made = tensor(elements, { dtype: dtype === "bool" ? "float32" : dtype }).reshape([...shape]);
  return dtype === "bool" ? made.gt(0) : made;
}

function mask(x: Tensor, n: number): Tensor {
  return constant(x.shape, n, "bool");
}

const one = tensor(1, { dtype: "float64" });

/** Ops on whatever shapes come. */
const shaped: Readonly<Record<string, Maker>> = {
  add: pair((a, b, n) => a.add(b, { alpha: (n % 5) - 2 })),
  sub: pair((a, b) => a.sub(b)),
  mul: pair((a, b) => a.mul(b)),
  div: pair((a, b) => a.div(b.mul(b).add(0.7))),
  pow: pair((a, b) => a.sigmoid().add(0.3).pow(b.tanh())),
  maximum: pair((a, b) => a.maximum(b)),
  minimum: pair((a, b) => a.minimum(b)),
  where: pair((a, b, n) => where(mask(a, n), a, b)),
  lerp: pair((a, b, n) => a.lerp(b, (n % 10) / 7)),
  atan2: pair((a, b) => a.atan2(b.mul(b).add(0.5))),
  logaddexp: pair((a, b) => a.logaddexp(b)),
  "in place": pair((a, b) => {
    const y = a.add(b);
    return y.mul_(b).add_(a);
  }),
  "a view written in place": along((a, dim, n) => {
    const y = a.clone();
    const part = y.select(dim, n % (a.shape[dim] ?? 1));
    part.mul_(a.mean());
    return y.mul(part.sum());
  }),
  put: along((a, dim, n) => {
    const y = a.sin();
    y.movedim(dim, 0).put(n % (a.shape[dim] ?? 1), a.sum());
    return y;
  }),
  "with another dtype": any((a, n) => a.mul(constant(a.shape.slice(-1), n, dtypes[n % 5] ?? "float64"))),
  "with a number of another dtype": any((a, n) =>
    a.add(tensor((n % 5) - 2, { dtype: dtypes[(n % 4) + 1] ?? "int64" })),
  ),
  neg: any((a) => a.neg()),
  exp: any((a) => a.tanh().exp()),
  sin: any((a) => a.sin()),
  tanh: any((a) => a.tanh()),
  sigmoid: any((a) => a.sigmoid()),
  square: any((a) => a.square()),
  log: any((a) => a.mul(a).add(0.4).log()),
  sqrt: any((a) => a.mul(a).add(0.4).sqrt()),
  relu: any((a) => a.relu()),
  abs: any((a) => a.abs()),
  clamp: any((a) => a.clamp({ min: -0.7, max: 0.9 })),
  "pow of a number": any((a, n) => a.pow((n % 4) + 1)),
  sum: any((a) => a.sum()),
  mean: any((a) => a.mean()),
  "sum along": along((a, dim, n) => a.sum(dim, { keepdim: n % 2 === 1 })),
  "mean along": along((a, dim, n) => a.mean(dim, { keepdim: n % 2 === 1 })),
  "prod along": along((a, dim) => a.tanh().add(1.5).prod(dim)),
  "var along": along((a, dim, n) => a.var(dim, { unbiased: false, keepdim: n % 2 === 1 })),
  "max along": along((a, dim) => a.max(dim).values),
  "amin along": along((a, dim) => a.amin(dim)),
  "logsumexp along": along((a, dim) => a.logsumexp(dim)),
  softmax: along((a, dim) => a.softmax(dim)),
  logSoftmax: along((a, dim) => a.logSoftmax(dim)),
  cumsum: along((a, dim) => a.cumsum(dim)),
  cumprod: along((a, dim) => a.tanh().cumprod(dim)),
  sort: along((a, dim, n) => a.sort(dim, { descending: n % 2 === 1 }).values),
  flip: along((a, dim) => a.flip(dim)),
  roll: along((a, dim, n) => a.roll((n % 5) - 2, dim)),
  select: along((a, dim, n) => a.select(dim, n % (a.shape[dim] ?? 1))),
  narrow: along((a, dim, n) => {
    const start = n % (a.shape[dim] ?? 1);
    return a.narrow(dim, start, (a.shape[dim] ?? 1) - start);
  }),
  unsqueeze: any((a, n) => (a.dim() > 3 ? a : a.unsqueeze(n % (a.dim() + 1)))),
  squeeze: any((a) => a.squeeze()),
  flatten: any((a) => a.flatten()),
  transpose: along((a, dim, n) => a.transpose(dim, n % a.dim())),
  expand: any((a) => (a.numel() * 2 > most ? a : a.expand(2, ...a.shape))),
  diagonal: ([a]) => (a.dim() < 2 ? null : (x) => x.diagonal()),
  triu: ([a], [n]) => (a.dim() < 2 ? null : (x) => x.triu((n % 3) - 1)),
  gather: along((a, dim, n) => {
    const shape = a.shape.map((size, d) => (d === dim ? 2 : size));
    const size = a.shape[dim] ?? 1;
    const places = Array.from({ length: shape.reduce((x, y) => x * y, 1) }, (_, i) => (n + i * 3) % size);
    return a.gather(dim, tensor(places, { dtype: "int64" }).reshape(shape));
  }),
  "at a list": along((a, dim, n) => {
    const size = a.shape[dim] ?? 1;
    return a.movedim(dim, 0).at(tensor([n % size, 0, (n * 3) % size], { dtype: "int64" }));
  }),
  "at a mask": any((a, n) => cat([a.at(mask(a, n)), a.sum().reshape(1)])),
  maskedFill: any((a, n) => a.maskedFill(mask(a, n), 0.3)),
  cat: ([a, b], [n]) => {
    const dim = dimOf(a, n);
    const fits = a.dim() === b.dim() && a.shape.every((size, d) => d === dim || size === b.shape[d]);
    return dim === null || !fits ? null : (x, y) => cat([x, y, x], dim);
  },
  stack: ([a], [n]) => (a.dim() > 2 ? null : (x) => stack([x, x.sin()], n % (x.dim() + 1))),
  matmul: ([a, b]) => {
    if (a.dim() === 0 || b.dim() === 0 || !meet(a.shape.slice(0, -2), b.shape.slice(0, -2))) return null;
    return a.shape.at(-1) === b.shape.at(b.dim() === 1 ? 0 : -2) ? (x, y) => x.matmul(y) : null;
  },
  "matmul with itself turned": ([a]) => (a.dim() < 2 ? null : (x) => x.matmul(x.mT)),
  einsum: ([a]) => (a.dim() !== 2 ? null : (x) => einsum("ij,kj->ik", x, x)),
  norm: along((a, dim) => a.mul(a).add(0.1).norm(2, dim)),
  unfold: along((a, dim, n) => a.unfold(dim, (n % (a.shape[dim] ?? 1)) + 1, 1)),
};

const catalogue: readonly (readonly [string, Maker])[] = [
  ...Object.entries(shaped).flatMap((entry) => [entry, entry, entry]),
  ...[common, others, layers].flatMap(({ samples, more }) =>
    Object.entries({ ...samples, ...more }).flatMap(([name, sample]: [string, Sample | "no gradient"]) =>
      sample === "no gradient" || sample.shapes.length > 3 ? [] : [[name, ofSample(sample)] as const],
    ),
  ),
];

const small = fc.nat(1000);
const choice: fc.Arbitrary<Choice> = fc.record({
  op: fc.nat(1_000_000),
  from: fc.tuple(small, small, small),
  with: fc.tuple(small, small, small),
});

/** A random graph. */
export const plans: fc.Arbitrary<Plan> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
  shapes: fc.array(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
  steps: fc.array(choice, { minLength: 1, maxLength: 8 }),
  twice: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});

/** A drawn graph, made runnable. */
interface Graph {
  readonly leaves: readonly Tensor[];
  readonly names: readonly string[];
  readonly run: (leaves: readonly Tensor[]) => Tensor;
}

function isTame(x: Tensor): boolean {
  return (
    x.dtype === "float64" && x.numel() > 0 && x.numel() <= most && x.toArray().every((value) => Math.abs(value) <= 30)
  );
}

function tryRun(run: () => Tensor): Tensor | null {
  const made = run();
  return isTame(made) ? made : null;
}

/** Takes the steps that fit, each on the values so far. */
function built({ seed, shapes, steps, twice }: Plan): Graph {
  const leaves = drawn(seed, shapes, [-1.5, 1.5]);
  const values: Tensor[] = [...leaves];
  const run: Step[] = [];
  const names: string[] = [];
  const used = new Set<number>();
  for (const { op, from, with: n } of steps) {
    const [name, make] = catalogue[op % catalogue.length] ?? ["", () => null];
    const at = from.map((k) => values.length - 1 - (k % values.length));
    const [a = one, b = one, c = one] = at.map((k) => values[k]);
    const recipe = make([a, b, c], n);
    if (recipe === null) continue;
    const value = tryRun(() => recipe(a, b, c));
    if (value === null) continue;
    run.push((all) => recipe(all[at[0] ?? 0] ?? one, all[at[1] ?? 0] ?? one, all[at[2] ?? 0] ?? one));
    for (const k of at) used.add(k);
    values.push(value.detach());
    names.push(name);
  }
  const once = (given: readonly Tensor[]): Tensor => {
    const all = [...given];
    for (const step of run) all.push(step(all));
    const ends = all.filter((_, k) => k === all.length - 1 || !used.has(k));
    return ends.map((end, k) => end.mul(weightsOf(end, seed + k)).sum()).reduce((sum, part) => sum.add(part));
  };
  if (!twice) return { leaves, names, run: once };
  return {
    leaves,
    names: [...names, "gradient"],
    run: (given) => {
      const wanted = given.map((x) => (x.requiresGrad ? x : x.clone().requiresGrad_()));
      const y = once(wanted);
      if (!y.requiresGrad) return y;
      const grads = autograd.grad(y, wanted, { createGraph: true, allowUnused: true });
      return grads
        .map((grad, k) => (grad === null ? ones([]).double() : grad.mul(weightsOf(grad, seed - k))).sum())
        .reduce((sum, part) => sum.add(part));
    },
  };
}

function weightsOf(x: Tensor, seed: number): Tensor {
  return drawn(seed + 17, [x.shape], [-1, 1])[0] ?? x;
}

/** What came of one graph. */
export interface Outcome {
  readonly ops: readonly string[];
  /** Elements whose slope was compared. */
  readonly compared: number;
  /** Elements where the differences themselves do not agree: a kink is near, or the curve too steep. */
  readonly rough: number;
  readonly worst: number;
}

/** The slope by central differences, extrapolated, or null where the quotients do not settle. */
function slopeAt(total: (moved: number) => number): number | null {
  const quotient = (h: number) => (total(h) - total(-h)) / (2 * h);
  const h = 2e-4;
  const [wide, half, narrow] = [quotient(2 * h), quotient(h), quotient(h / 2)];
  const [first, second] = [(4 * half - wide) / 3, (4 * narrow - half) / 3];
  const slope = (16 * second - first) / 15;
  return Math.abs(second - first) <= 2e-6 * (1 + Math.abs(slope)) ? slope : null;
}

/** Runs one graph: backward against differences, element by element. Throws where they differ. */
export function checkGraph(plan: Plan): Outcome {
  const { leaves, names, run } = built(plan);
  const inputs = leaves.map((leaf) => leaf.clone().requiresGrad_());
  const y = run(inputs);
  if (y.requiresGrad) y.backward();
  let [compared, rough, worst] = [0, 0, 0];
  leaves.forEach((leaf, k) => {
    const grad = inputs[k]?.grad?.toArray() ?? new Array<number>(leaf.numel()).fill(0);
    const data = leaf.toArray();
    grad.forEach((got, i) => {
      const total = (moved: number): number => {
        const elements = data.map((value, j) => (j === i ? value + moved : value));
        const changed = tensor(elements, { dtype: "float64" }).reshape([...leaf.shape]);
        return run(leaves.map((each, j) => (j === k ? changed : each.clone()))).item();
      };
      const slope = slopeAt(total);
      if (slope === null) {
        rough++;
        return;
      }
      compared++;
      const off = Math.abs(got - slope) / (1 + Math.abs(slope));
      worst = Math.max(worst, off);
      if (!(off <= 1e-6))
        throw new Error(`${names.join(" → ")}: leaf ${k}, element ${i}: backward gives ${got}, differences ${slope}`);
    });
  });
  return { ops: names, compared, rough, worst };
}

/** The figures of many random graphs. */
export interface Figures {
  readonly text: string;
  readonly ops: ReadonlyMap<string, number>;
  readonly compared: number;
  readonly rough: number;
  readonly worst: number;
}

/** Names of every step that a graph can hold. */
export const stepNames: readonly string[] = [...new Set(catalogue.map(([name]) => name))];

/** The graph of that one step. */
export function planOf(name: string, twice: boolean): Plan {
  const op = catalogue.findIndex(([each]) => each === name);
  const shapes = ["matmul", "cat"].includes(name)
    ? [
        [2, 2],
        [2, 2],
      ]
    : [[3], [2, 1], [2, 3]];
  return { seed: 5, shapes, steps: [{ op, from: [0, 1, 2], with: [1, 2, 3] }], twice };
}

/** Draws that many graphs and checks each; throws on the first that fails, made small, with the seed that brings it back. */
export function checkGraphs(cases: number, seed: number): Figures {
  const ops = new Map<string, number>();
  let [compared, rough, worst] = [0, 0, 0];
  fc.assert(
    fc.property(plans, (plan) => {
      const outcome = checkGraph(plan);
      for (const op of outcome.ops) ops.set(op, (ops.get(op) ?? 0) + 1);
      compared += outcome.compared;
      rough += outcome.rough;
      worst = Math.max(worst, outcome.worst);
    }),
    { numRuns: cases, seed },
  );
  const kinked = Object.entries(kinks)
    .map(([name, kink]) => checkKink(name, kink, Math.ceil(cases / 400), seed))
    .reduce((sum, each) => sum + each, 0);
  const text = `${cases} graphs, seed ${seed}: ${compared} slopes compared, the worst relative error ${worst.toExponential(1)}; ${rough} (${((100 * rough) / (compared + rough)).toFixed(1)} %) not compared, because the differences do not settle there; ${stepNames.filter((name) => ops.has(name)).length} of ${stepNames.length} kinds of step taken; ${kinked} slopes at kinks, all as PyTorch has them`;
  return { text, ops, compared, rough, worst };
}

/** Ways to a value and back that leave every digit of small binary fractions as it is. */
const ways: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x,
  (x) => x.mul(2).div(2),
  (x) => x.add(1).sub(1),
  (x) => x.neg().neg(),
  (x) => x.flip(0).flip(0),
  (x) => x.reshape(-1, 1).t().squeeze(0),
  (x) => x.clone().mul_(4).mul_(0.25),
  (x) => cat([x, x]).narrow(0, 0, x.shape[0] ?? 0),
  (x) => x.unsqueeze(0).expand(2, -1).mean(0),
];

/** At its kinks and edges, on the way from a leaf and on to a weighted sum, the slope is PyTorch's. Gives how many were compared. */
export function checkKink(name: string, { run, slopes, ranked }: Kink, cases: number, seed: number): number {
  let compared = 0;
  // Alone as a 0-d tensor, which has rules of its own.
  for (const [at, slope] of ranked === true ? [] : slopes) {
    const x = tensor(at, { dtype: "float64", requiresGrad: true });
    run(x).mul(3).backward();
    compared++;
    const got = x.grad?.item() ?? 0;
    if (!(Math.abs(got - 3 * slope) <= 1e-12 * (1 + Math.abs(slope)))) {
      throw new Error(`${name} at ${at}, a 0-d tensor: backward gives ${got}, PyTorch ${3 * slope}`);
    }
  }
  fc.assert(
    fc.property(
      fc.array(fc.nat(100), { minLength: 1, maxLength: 6 }),
      fc.array(fc.nat(ways.length - 1), { maxLength: 3 }),
      fc.integer({ min: 1, max: 1e9 }),
      (picks, path, weightSeed) => {
        const at = picks.map((pick) => slopes[pick % slopes.length] ?? [0, 0]);
        const x = tensor(
          at.map(([value]) => value),
          { dtype: "float64", requiresGrad: true },
        );
        const [weights = one] = drawn(weightSeed, [x.shape], [-1, 1]);
        const inner = path.reduce((value, way) => (ways[way] ?? ways[0])?.(value) ?? value, x);
        run(inner).mul(weights).sum().backward();
        const wanted = at.map(([, slope], i) => slope * (weights.toArray()[i] ?? 0));
        x.grad?.toArray().forEach((got, i) => {
          compared++;
          const want = wanted[i] ?? NaN;
          const same = Object.is(got, want) || Math.abs(got - want) <= 1e-12 * (1 + Math.abs(want));
          if (!same) throw new Error(`${name} at ${at[i]?.[0] ?? NaN}: backward gives ${got}, PyTorch ${want}`);
        });
      },
    ),
    { numRuns: cases, seed },
  );
  return compared;
}

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
}

if (process.argv[1]?.endsWith("graphs.ts") === true) {
  console.log(checkGraphs(option("cases", 10_000), option("seed", 1)).text);
}
