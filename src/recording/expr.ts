import { number } from "./maths";

/** An op's symbolic line, taken apart. */
export type Expr =
  /** What comes back to the output: ∂L/∂y. */
  | { readonly is: "gradient" }
  | { readonly is: "name"; readonly name: string }
  | { readonly is: "number"; readonly value: number; readonly text: string }
  | { readonly is: "minus"; readonly of: Expr }
  | { readonly is: "two"; readonly sign: "+" | "−" | "·" | "/" | "⊗"; readonly a: Expr; readonly b: Expr }
  | { readonly is: "power"; readonly base: Expr; readonly exponent: Expr }
  | { readonly is: "call"; readonly name: string; readonly of: Expr }
  | { readonly is: "max"; readonly a: Expr; readonly b: Expr }
  | { readonly is: "sum"; readonly of: Expr }
  | { readonly is: "group"; readonly of: Expr };

/** What an expression comes to when `g` comes back to the output; undefined when a name has no number. */
export function valueOf(expr: Expr, g: number, numbers: (name: string) => number | undefined): number | undefined {
  const value = (of: Expr): number | undefined => valueOf(of, g, numbers);
  switch (expr.is) {
    case "gradient":
      return g;
    case "number":
      return expr.value;
    case "name":
      return expr.name === "e" ? Math.E : numbers(expr.name);
    case "minus": {
      const of = value(expr.of);
      return of === undefined ? undefined : -of;
    }
    case "group":
      return value(expr.of);
    case "sum":
      return undefined;
    case "power": {
      const [base, exponent] = [value(expr.base), value(expr.exponent)];
      return base === undefined || exponent === undefined ? undefined : base ** exponent;
    }
    case "call": {
      const of = value(expr.of);
      return of === undefined ? undefined : called[expr.name]?.(of);
    }
    case "max":
    case "two": {
      const [a, b] = [value(expr.a), value(expr.b)];
      if (a === undefined || b === undefined) return undefined;
      if (expr.is === "max") return Math.max(a, b);
      return { "+": a + b, "−": a - b, "·": a * b, "/": a / b, "⊗": a * b }[expr.sign];
    }
  }
}

const called: Readonly<Record<string, (x: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  ln: Math.log,
  sign: Math.sign,
  trunc: Math.trunc,
  "√": Math.sqrt,
  "|·|": Math.abs,
  σ: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.log1p(Math.exp(x)),
};

/** Puts the numbers of a call in place of their names, and works out what is then a plain number: a^(exponent − 1) is a. */
export function settled(expr: Expr, numbers: (name: string) => number | undefined): Expr {
  const deep = (of: Expr): Expr => settled(of, numbers);
  switch (expr.is) {
    case "name": {
      const value = numbers(expr.name);
      return value === undefined ? expr : constant(value);
    }
    case "minus":
    case "sum":
    case "call":
      return { ...expr, of: deep(expr.of) };
    case "group": {
      const of = deep(expr.of);
      return of.is === "number" || of.is === "name" ? of : { is: "group", of };
    }
    case "power": {
      const [base, exponent] = [deep(expr.base), deep(expr.exponent)];
      return exponent.is === "number" && exponent.value === 1 ? base : { is: "power", base, exponent };
    }
    case "two": {
      const [a, b] = [deep(expr.a), deep(expr.b)];
      const plain = a.is === "number" && b.is === "number" && (expr.sign === "+" || expr.sign === "−");
      return plain ? constant(expr.sign === "+" ? a.value + b.value : a.value - b.value) : { ...expr, a, b };
    }
    default:
      return expr;
  }
}

function constant(value: number): Expr {
  const piece = number(value);
  return { is: "number", value, text: piece.kind === "number" ? piece.text : "" };
}

/** With an index at each factor the order of factors says nothing, and neither does a transpose. */
export function withoutTransposes(expr: Expr): Expr {
  switch (expr.is) {
    case "power":
      return expr.exponent.is === "name" && expr.exponent.name === "ᵀ" ? expr.base : expr;
    case "two":
      return {
        ...expr,
        sign: expr.sign === "⊗" ? "·" : expr.sign,
        a: withoutTransposes(expr.a),
        b: withoutTransposes(expr.b),
      };
    case "minus":
    case "group":
      return { ...expr, of: withoutTransposes(expr.of) };
    default:
      return expr;
  }
}

/** Whether an expression holds a name. */
export function speaksOf(expr: Expr, name: string): boolean {
  switch (expr.is) {
    case "name":
      return expr.name === name;
    case "two":
      return speaksOf(expr.a, name) || speaksOf(expr.b, name);
    case "power":
      return speaksOf(expr.base, name) || speaksOf(expr.exponent, name);
    case "minus":
    case "group":
    case "sum":
    case "call":
      return speaksOf(expr.of, name);
    default:
      return false;
  }
}
