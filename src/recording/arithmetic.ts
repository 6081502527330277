import type { Expr } from "./expr";
import { number } from "./maths";

/** Ops of an update as arithmetic: operand a, operand b or number, and what else there is. */
export const arithmetic: Readonly<Record<string, (x: readonly Expr[], n: readonly Expr[]) => Expr | undefined>> = {
  add: ([a, b], [n]) => (b ? total(a, scaled(n, b)) : total(a, n)),
  sub: ([a, b], [n]) => (b ? difference(a, scaled(n, b)) : difference(a, n)),
  rsub: ([a], [n]) => difference(n, a),
  mul: ([a, b], [n]) => product(a, b ?? n),
  div: ([a, b], [n]) => quotient(a, b ?? n),
  reciprocal: ([a]) => quotient(constant(1), a),
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
  lerp: ([a, b], [n]) => total(a, product(n, difference(b, a))),
  addcmul: ([a, b, c], [n]) => total(a, product(isOne(n) ? b : product(n, b), c)),
  addcdiv: ([a, b, c], [n]) => total(a, quotient(isOne(n) ? b : product(n, b), c)),
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

/** a / b. */
export function quotient(a: Expr | undefined, b: Expr | undefined): Expr | undefined {
  return two("/", a, b);
}

/** a + b; what b takes away is subtracted. */
export function total(a: Expr | undefined, b: Expr | undefined): Expr | undefined {
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

/** a · b; a factor of 1 is left out, and what stands there twice is squared. */
function product(a: Expr | undefined, b: Expr | undefined): Expr | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (isOne(a)) return b;
  if (isOne(b)) return a;
  if (a.is === "number" && a.value === -1) return { is: "minus", of: grouped(b) };
  if (alike(a, b)) return squared(a);
  if (a.is === "two" && a.sign === "·" && alike(a.b, b)) return { ...a, b: squared(b) };
  if (a.is === "minus" && alike(a.of, b)) return { is: "minus", of: squared(b) };
  return two("·", a, b);
}

/** Whether two expressions are one, whatever brackets are around them. */
function alike(a: Expr, b: Expr): boolean {
  const [x, y] = [a, b].map((each) => (each.is === "group" ? each.of : each));
  return x?.is !== "number" && JSON.stringify(x) === JSON.stringify(y);
}

function squared(of: Expr): Expr {
  const base: Expr = of.is === "minus" || of.is === "two" ? { is: "group", of } : of;
  return { is: "power", base, exponent: { is: "number", value: 2, text: "2" } };
}

/** b times its scale, which is left out when it is 1. */
function scaled(scale: Expr | undefined, b: Expr): Expr {
  return product(scale ?? constant(1), b) ?? b;
}

/** In brackets where it is a sum. */
function factor(of: Expr): Expr {
  return of.is === "two" && (of.sign === "+" || of.sign === "−") ? { is: "group", of } : of;
}

function grouped(of: Expr, sign = "·"): Expr {
  if (of.is === "two" && (sign === "/" || of.sign === "+" || of.sign === "−")) return { is: "group", of };
  return of;
}
