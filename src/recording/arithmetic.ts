import type { Expr } from "./expr";
import { number } from "./maths";

/** Ops of an update as arithmetic: operand a, operand b or number, and what else there is. */
export const arithmetic: Readonly<Record<string, (x: readonly Expr[], n: readonly Expr[]) => Expr | undefined>> = {
  add: ([a, b], [n]) => (b ? sum(a, scaled(n, b)) : sum(a, n)),
  sub: ([a, b], [n]) => (b ? difference(a, scaled(n, b)) : difference(a, n)),
  rsub: ([a], [n]) => difference(n, a),
  mul: ([a, b], [n]) => product(a, b ?? n),
  div: ([a, b], [n]) => two("/", a, b ?? n),
  neg: ([a]) => a && { is: "minus", of: grouped(a) },
  sqrt: ([a]) => a && { is: "call", name: "√", of: a },
  square: ([a]) => a && squared(a),
  pow: ([a], [n]) => a && n && { is: "power", base: grouped(a), exponent: n },
  abs: ([a]) => a && { is: "call", name: "|·|", of: a },
  sign: ([a]) => a && { is: "call", name: "sign", of: a },
  clone: ([a]) => a,
  detach: ([a]) => a,
  copy: ([, b]) => b,
  zero: () => ({ is: "number", value: 0, text: "0" }),
  lerp: ([a, b], [n]) => sum(a, product(n, difference(b, a))),
  addcmul: ([a, b, c], [n]) => sum(a, product(isOne(n) ? b : product(n, b), c)),
  addcdiv: ([a, b, c], [n]) => sum(a, two("/", isOne(n) ? b : product(n, b), c)),
  maximum: ([a, b]) => a && b && { is: "max", a, b },
};

/** A plain number. */
export function constant(value: number): Expr {
  const piece = number(value);
  return { is: "number", value, text: piece.kind === "number" ? piece.text : "" };
}

function isOne(of: Expr | undefined): boolean {
  return of === undefined || (of.is === "number" && of.value === 1);
}

function two(sign: "+" | "−" | "·" | "/", a: Expr | undefined, b: Expr | undefined): Expr | undefined {
  if (a === undefined || b === undefined) return undefined;
  return {
    is: "two",
    sign,
    a: sign === "·" || sign === "/" ? factor(a) : a,
    b: sign === "·" || sign === "/" ? grouped(b, sign) : b,
  };
}

/** a + b; what b takes away is subtracted. */
function sum(a: Expr | undefined, b: Expr | undefined): Expr | undefined {
  const taken = b === undefined ? undefined : negated(b);
  return taken === undefined ? two("+", a, b) : difference(a, taken);
}

/** a − b; what b takes away is added. */
export function difference(a: Expr | undefined, b: Expr | undefined): Expr | undefined {
  if (a === undefined || b === undefined) return undefined;
  const taken = negated(b);
  if (taken !== undefined) return two("+", a, taken);
  return {
    is: "two",
    sign: "−",
    a,
    b: b.is === "two" && (b.sign === "+" || b.sign === "−") ? { is: "group", of: b } : b,
  };
}

/** Without its minus, when it begins with one. */
function negated(of: Expr): Expr | undefined {
  if (of.is === "minus") return of.of;
  if (of.is === "number" && of.value < 0) return constant(-of.value);
  if (of.is !== "two" || (of.sign !== "·" && of.sign !== "/")) return undefined;
  const a = negated(of.a);
  return a === undefined ? undefined : { ...of, a };
}

function product(a: Expr | undefined, b: Expr | undefined): Expr | undefined {
  if (a?.is === "name" && b?.is === "name" && a.name === b.name) return squared(a);
  if (a?.is === "two" && a.sign === "·" && a.b.is === "name" && b?.is === "name" && a.b.name === b.name)
    return { ...a, b: squared(b) };
  return two("·", a, b);
}

function squared(of: Expr): Expr {
  return { is: "power", base: grouped(of), exponent: { is: "number", value: 2, text: "2" } };
}

/** b times its scale, which is left out when it is 1. */
function scaled(scale: Expr | undefined, b: Expr): Expr {
  return isOne(scale) ? b : (product(scale, b) ?? b);
}

/** In brackets where it is a sum. */
function factor(of: Expr): Expr {
  return of.is === "two" && (of.sign === "+" || of.sign === "−") ? { is: "group", of } : of;
}

function grouped(of: Expr, sign = "·"): Expr {
  if (of.is === "two" && (sign === "/" || of.sign === "+" || of.sign === "−")) return { is: "group", of };
  return of;
}
