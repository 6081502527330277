import { constant, difference, quotient, total } from "./arithmetic";
import type { Expr } from "./expr";

/** Hyper-parameters of an optimizer, by name. */
export type Hyper = ReadonlyMap<string, number>;

/** A way to write a number with hyper-parameters, and which of them tells it from others. */
interface Spelling {
  readonly of: string;
  readonly expr: Expr;
}

/** What the numbers that change a state are likely to be, where several hyper-parameters have the same value. */
const telling: Readonly<Record<string, readonly string[]>> = {
  expAvg: ["beta1"],
  expAvgSq: ["beta2"],
  maxExpAvgSq: ["beta2"],
  expInf: ["beta2"],
  squareAvg: ["alpha", "rho"],
  gradAvg: ["alpha"],
  accDelta: ["rho"],
};

/** What is about to be computed: the state that changes ("" for none), the op, and whether a parameter is an operand. */
export interface Setting {
  readonly state: string;
  readonly op: string;
  /** The parameter itself changes, or it is what is scaled. */
  readonly parameter: "changes" | "is scaled" | "";
}

/**
 * A number of an optimizer's update in terms of its hyper-parameters: lr, 1 − beta1, lr / (1 − beta1ᵗ). It must come to
 * the number exactly; of several that do, the one that belongs in this place. `named` makes a leaf of a name.
 */
export function spelled(value: number, hyper: Hyper, setting: Setting, named: Named): Expr | undefined {
  const all = (of: number): Spelling[] => [
    ...spellings(of, hyper, named),
    ...(setting.parameter === "changes" ? rates(of, hyper, named) : []),
  ];
  const found = [...all(value), ...all(-value).map(negative)];
  const wanted = wantedIn(setting);
  const rank = ({ of }: Spelling): number => {
    const at = wanted.indexOf(of);
    return at < 0 ? wanted.length : at;
  };
  return found.sort((a, b) => rank(a) - rank(b))[0]?.expr;
}

function wantedIn({ state, op, parameter }: Setting): readonly string[] {
  if (parameter === "changes") return op === "mul_" ? ["weightDecay", "lr"] : ["lr"];
  if (parameter === "is scaled") return ["weightDecay"];
  if (state === "momentumBuffer") return op === "mul_" ? ["momentum"] : ["dampening"];
  return telling[state] ?? ["lr", "momentum"];
}

function negative({ of, expr }: Spelling): Spelling {
  return { of, expr: { is: "minus", of: expr } };
}

type Named = (name: string, value: number) => Expr;

const one = constant(1);

/** A hyper-parameter, or what it leaves of 1. */
function spellings(value: number, hyper: Hyper, named: Named): Spelling[] {
  const found: Spelling[] = [];
  const add = (name: string, expr: Expr | undefined): void => {
    if (expr) found.push({ of: name, expr });
  };
  const { h, leaf } = reading(hyper, named);
  for (const [name, of] of hyper) {
    if (of === 0 || of === 1) continue;
    if (value === of) add(name, leaf(name));
    if (value === 1 - of) add(name, grouped(difference(one, leaf(name))));
  }
  const decay: Expr = { is: "two", sign: "·", a: leaf("lr"), b: leaf("weightDecay") };
  if (h("weightDecay") !== 0 && value === 1 - h("lr") * h("weightDecay"))
    add("weightDecay", grouped(difference(one, decay)));
  for (const name of ["beta1", "beta2"]) {
    const t = stepsFor(value, h(name));
    if (value === 1 - h(name) ** t) add(name, left(name, leaf, t));
    const rooted = stepsFor(value * value, h(name));
    const inside = left(name, leaf, rooted);
    if (value === Math.sqrt(1 - h(name) ** rooted) && inside) add(name, { is: "call", name: "√", of: inside });
  }
  return found;
}

/** A learning rate that changes with the steps: lr / (1 − beta1ᵗ), lr / (1 + t · lrDecay). */
function rates(value: number, hyper: Hyper, named: Named): Spelling[] {
  const { h, leaf } = reading(hyper, named);
  const t = stepsFor(h("lr") / value, h("beta1"));
  const over = (below: Expr | undefined): Spelling[] => {
    const expr = quotient(leaf("lr"), below);
    return expr ? [{ of: "lr", expr }] : [];
  };
  if (value === h("lr") / (1 - h("beta1") ** t)) return over(left("beta1", leaf, t));
  const steps = Math.round((h("lr") / value - 1) / h("lrDecay"));
  if (!(steps > 0 && value === h("lr") / (1 + steps * h("lrDecay")))) return [];
  return over(grouped(total(one, { is: "two", sign: "·", a: constant(steps), b: leaf("lrDecay") })));
}

function reading(hyper: Hyper, named: Named): { h: (name: string) => number; leaf: (name: string) => Expr } {
  const h = (name: string): number => hyper.get(name) ?? NaN;
  return { h, leaf: (name) => named(name, h(name)) };
}

/** (1 − betaᵗ) */
function left(name: string, leaf: (name: string) => Expr, t: number): Expr | undefined {
  return grouped(difference(one, { is: "power", base: leaf(name), exponent: constant(t) }));
}

/** The t for which `value` is 1 − of to the t, NaN when it is none. */
function stepsFor(value: number, of: number): number {
  const t = Math.round(Math.log(1 - value) / Math.log(of));
  return t >= 1 ? t : NaN;
}

function grouped(of: Expr | undefined): Expr | undefined {
  return of && { is: "group", of };
}
