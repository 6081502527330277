import { compileFunction } from "node:vm";
import * as engine from "../../../src/engine/index";

const { Tensor } = engine;

const numbers: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  floorDivide: (a, b) => Math.floor(a / b),
  pow: (a, b) => a ** b,
  lt: (a, b) => a < b,
  gt: (a, b) => a > b,
  eq: (a, b) => a === b,
};
/** What an operator with a tensor only on its right is called. */
const reversed: Readonly<Record<string, string>> = { sub: "rsub", pow: "rpow" };

function called(of: object, name: string, ...given: unknown[]): unknown {
  const method: unknown = Reflect.get(of, name);
  if (typeof method !== "function") throw new Error(`the engine has no ${name}`);
  return Reflect.apply(method, of, given);
}

function operator(name: string, a: unknown, b: unknown): unknown {
  if (a instanceof Tensor) return called(a, name, b);
  if (b instanceof Tensor) return name in reversed ? called(b, reversed[name] ?? name, a) : called(engine, name, a, b);
  if (Array.isArray(a) && Array.isArray(b)) return [...list(a), ...list(b)];
  return numbers[name]?.(Number(a), Number(b));
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

/** What Python would go through: an iterable, a dataset, or the parts of a result with names. */
export function list(value: unknown): unknown[] {
  if (isIterable(value)) return [...value];
  if (typeof value !== "object" || value === null) throw new Error("nothing to go through");
  if ("get" in value && "length" in value)
    return Array.from({ length: Number(value.length) }, (_, i) => called(value, "get", i));
  return Object.values(value);
}

function at(of: unknown, ...index: unknown[]): unknown {
  if (of instanceof Tensor || of instanceof engine.nn.Sequential || of instanceof engine.nn.ModuleList)
    return called(of, "at", ...index);
  return list(of).at(Number(index[0]));
}

const python = {
  op: operator,
  at,
  list,
  bool: (value: unknown) => (value instanceof Tensor ? value.truth() : Boolean(value)),
  float: (value: unknown) => (value instanceof Tensor ? value.item() : Number(value)),
  range: (count: number) => Array.from({ length: count }, (_, i) => i),
  repr: String,
};

const scope: Readonly<Record<string, unknown>> = { ...engine, $: python };

/** Runs a program of kin.json; it sees the engine, and Python's operators as `$`. */
export function run(program: string): unknown {
  return Reflect.apply(compileFunction(`{${program}}`, Object.keys(scope)), null, Object.values(scope));
}
