import { apply } from "../apply";
import { held, rounders } from "../dtype";
import { runtimeError } from "../errors";
import { scalarName } from "../dtype";
import { map, zip, zip3 } from "../kernels/loops";
import { calling, type Op, op } from "../op";
import { broadcast } from "../shape";
import type { Tensor } from "../tensor";
import { elementwise } from "./arith";
import { blocked } from "./gradient";
import { cast, fresh, numberType, resultType } from "./result";

type Test = (a: number, b: number) => boolean;

interface Pair {
  readonly ofTensors: Op;
  readonly ofNumber: Op;
}

interface Comparison extends Pair {
  /** The same written over the first operand: then it is a part of the graph, through which no gradient goes. */
  readonly over: Pair;
}

const none = (g: Tensor) => g.zerosLike();

function comparison(name: string, symbol: string, test: Test): Comparison {
  return { ...pair(name, symbol, test, false), over: pair(name, symbol, test, true) };
}

function pair(name: string, symbol: string, test: Test, over: boolean): Pair {
  const f = (a: number, b: number) => (test(a, b) ? 1 : 0);
  const node = `${name.charAt(0).toUpperCase()}${name.slice(1)}Backward0`;
  return {
    ofTensors: op({
      name,
      symbol,
      node,
      inputs: ["a", "b"],
      pointwise: true,
      forward: ([a, b]) => {
        const dtype = resultType([a, b]);
        const shape = broadcast(a.shape, b.shape);
        return fresh(zip(cast(a, dtype), cast(b, dtype), shape, "bool", f), shape);
      },
      ...(over ? { backward: { a: none, b: none }, formula: { a: "0", b: "0" } } : {}),
    }),
    ofNumber: op({
      name,
      symbol,
      node,
      inputs: ["a"],
      numbers: ["other"],
      pointwise: true,
      forward: ([a], { numbers }) => {
        const value = numbers[0] ?? 0;
        const dtype = numberType(a, value);
        const b = rounders[dtype](value);
        return fresh(
          map(cast(a, dtype), "bool", (x) => f(x, b)),
          a.shape,
        );
      },
      ...(over ? { backward: { a: none }, formula: { a: "0" } } : {}),
    }),
  };
}

export const eq = comparison("eq", "=", (a, b) => a === b);
export const ne = comparison("ne", "≠", (a, b) => a !== b);
export const lt = comparison("lt", "<", (a, b) => a < b);
export const le = comparison("le", "≤", (a, b) => a <= b);
export const gt = comparison("gt", ">", (a, b) => a > b);
export const ge = comparison("ge", "≥", (a, b) => a >= b);

function logical(name: string, symbol: string, test: (a: boolean, b: boolean) => boolean): Op {
  return op({
    name,
    symbol,
    node: "",
    inputs: ["a", "b"],
    pointwise: true,
    forward: ([a, b]) => {
      const shape = broadcast(a.shape, b.shape);
      return fresh(
        zip(a, b, shape, "bool", (x, y) => (test(x !== 0, y !== 0) ? 1 : 0)),
        shape,
      );
    },
  });
}

export const logicalAnd = logical("logicalAnd", "∧", (a, b) => a && b);
export const logicalOr = logical("logicalOr", "∨", (a, b) => a || b);
export const logicalXor = logical("logicalXor", "⊻", (a, b) => a !== b);

function predicate(name: string, symbol: string, test: (x: number) => boolean): Op {
  return op({
    name,
    symbol,
    node: "",
    inputs: ["a"],
    pointwise: true,
    forward: ([a]) =>
      fresh(
        map(a, "bool", (x) => (test(x) ? 1 : 0)),
        a.shape,
      ),
  });
}

export const logicalNot = predicate("logicalNot", "¬", (x) => x === 0);
export const isnan = predicate("isnan", "isnan", (x) => x !== x);
export const isinf = predicate("isinf", "isinf", (x) => Math.abs(x) === Infinity);
export const isposinf = predicate("isposinf", "isposinf", (x) => x === Infinity);
export const isneginf = predicate("isneginf", "isneginf", (x) => x === -Infinity);
export const isfinite = predicate("isfinite", "isfinite", (x) => Number.isFinite(x));

/** a where the condition holds, else b. */
export const where = op({
  name: "where",
  node: "WhereBackward0",
  inputs: ["condition", "a", "b"],
  pointwise: true,
  forward: ([condition, a, b]) => {
    if (condition.dtype !== "bool") {
      throw runtimeError(
        `where expected condition to be a boolean tensor, but got a tensor with dtype ${scalarName(condition.dtype)}`,
        "Make it one with a comparison such as .gt(0).",
      );
    }
    const dtype = resultType([a, b]);
    const shape = broadcast(broadcast(condition.shape, a.shape), b.shape);
    return fresh(
      zip3([condition, cast(a, dtype), cast(b, dtype)], shape, dtype, (c, x, y) => (c !== 0 ? x : y)),
      shape,
    );
  },
  saves: () => ({ condition: true }),
  backward: {
    a: (g, s) => s.condition.where(g, g.scalar(0)),
    b: (g, s) => s.condition.where(g.scalar(0), g),
  },
  formula: { a: "∂L/∂y where the condition holds", b: "∂L/∂y where it does not" },
});

function filling(pointwise: boolean): Op {
  const made: Op = op({
    name: "maskedFill",
    node: "MaskedFillBackward0",
    inputs: ["a", "mask"],
    numbers: ["value"],
    pointwise,
    forward: ([a, mask], { numbers }) => {
      const value = held(numbers[0] ?? 0, a.dtype);
      const shape = broadcast(mask.shape, a.shape);
      return fresh(
        zip(a, mask, shape, a.dtype, (x, m) => (m !== 0 ? value : x)),
        shape,
      );
    },
    saves: () => ({ mask: true }),
    backward: { a: (g, s) => apply(made, [g, s.mask], calling(undefined, [0])) },
    formula: { a: "∂L/∂y where the mask does not hold" },
  });
  return made;
}

/** a with the number where the mask holds, row-major as PyTorch's. */
export const maskedFill = filling(false);
const filledInPlace = filling(true);

/** A gradient with a number where the condition holds, which lies in memory as the gradient does. */
export function withNumber(g: Tensor, condition: Tensor, value = 0): Tensor {
  return apply(filledInPlace, [g, condition], calling(undefined, [value]));
}

/** a with a 0-d tensor's value where the mask holds. */
export const maskedFillTensor = op({
  name: "maskedFill",
  node: "MaskedFillBackward1",
  inputs: ["a", "mask", "value"],
  forward: ([a, mask, value]) => {
    if (value.shape.length > 0) {
      throw runtimeError(
        `masked_fill only supports a 0-dimensional value tensor, but got tensor with ${value.shape.length} dimension(s).`,
        "Use .where() for one value each.",
      );
    }
    const shape = broadcast(mask.shape, a.shape);
    return fresh(
      zip3([a, mask, cast(value, a.dtype)], shape, a.dtype, (x, m, v) => (m !== 0 ? v : x)),
      shape,
    );
  },
  saves: () => ({ mask: true }),
  backward: { a: (g, s) => g.maskedFill(s.mask, 0), value: (g, s) => g.maskedFill(s.mask.logicalNot(), 0).sum() },
  formula: { a: "∂L/∂y where the mask does not hold", value: "Σ ∂L/∂y where the mask holds" },
});

/** The larger (or smaller) of two; ties share the gradient evenly. */
function extremum(name: string, node: string, pick: (a: number, b: number) => number, wins: "gt" | "lt"): Op {
  return op({
    name,
    node,
    inputs: ["a", "b"],
    pointwise: true,
    forward: (x) => elementwise(x, pick),
    saves: () => ({ a: true, b: true }),
    backward: {
      a: (g, s) => share(g, s.a.eq(s.b), wins === "gt" ? s.a.lt(s.b) : s.a.gt(s.b)),
      b: (g, s) => share(g, s.a.eq(s.b), wins === "gt" ? s.a.gt(s.b) : s.a.lt(s.b)),
    },
    formula: { a: `∂L/∂y where a wins, half at ties`, b: `∂L/∂y where b wins, half at ties` },
  });
}

function share(g: Tensor, ties: Tensor, lost: Tensor): Tensor {
  return blocked(ties.where(g.div(2), g), lost);
}

export const maximum = extremum(
  "maximum",
  "MaximumBackward0",
  (a, b) => (a !== a || b !== b ? NaN : Math.max(a, b)),
  "gt",
);
export const minimum = extremum(
  "minimum",
  "MinimumBackward0",
  (a, b) => (a !== a || b !== b ? NaN : Math.min(a, b)),
  "lt",
);
