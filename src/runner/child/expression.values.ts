import { isTensor } from "../../engine/build";
import { type Tensor, tensor } from "../../engine/index";
import type { Given, GivenTensor, Result } from "../../recording/given";

/** What an expression computes with. */
export type Held = number | string | boolean | null | undefined | Tensor | Member | readonly Held[];

/** A thing with named parts: a module, `Math`. */
export class Member {
  constructor(
    readonly name: string,
    readonly part: (name: string) => Held | Callable,
  ) {}
}

export type Callable = (...args: Held[]) => Held;

/** Why an expression has no value, as a sentence. */
export class Refusal extends Error {}

/** Whether it is a list. */
export function isList(held: Held): held is readonly Held[] {
  return Array.isArray(held);
}

/** A recorded value as something to compute with. */
export function made(name: string, value: Given): Held {
  switch (value.type) {
    case "number":
      return value.number;
    case "text":
      return value.text;
    case "boolean":
      return value.on;
    case "null":
      return null;
    case "undefined":
      return undefined;
    case "tensor":
      return tensorOf(name, value.tensor);
    case "module":
      return new Member(name, (part) => modulePart(name, value.parameters, part));
    case "unknown":
      throw new Refusal(`${name} ${value.reason}.`);
  }
}

/** A parameter of a module, or the module below it: `net.lin.weight`. */
function modulePart(name: string, parameters: Readonly<Record<string, GivenTensor>>, part: string): Held {
  const own = parameters[part];
  if (own && Object.hasOwn(parameters, part)) return tensorOf(`${name}.${part}`, own);
  const below = Object.entries(parameters).flatMap(([path, each]) =>
    path.startsWith(`${part}.`) ? [[path.slice(part.length + 1), each] as const] : [],
  );
  if (below.length === 0) throw new Refusal(`${name} has no ${part} that was recorded.`);
  const inner = Object.fromEntries(below);
  return new Member(`${name}.${part}`, (next) => modulePart(`${name}.${part}`, inner, next));
}

function tensorOf(name: string, { shape, dtype, data, requiresGrad, grad }: GivenTensor): Tensor {
  if (data === null) throw new Refusal(`${name} was recorded as statistics only, so it cannot be computed with.`);
  const of = (elements: ArrayLike<number>): Tensor =>
    tensor(
      Array.from(elements, (x) => (dtype === "bool" ? x !== 0 : x)),
      { dtype },
    ).reshape([...shape]);
  const whole = of(data);
  if (!requiresGrad) return whole;
  const leaf = whole.requiresGrad_();
  if (grad?.data) leaf.grad = of(grad.data);
  return leaf;
}

/** What an expression came to, as plain data. */
export function given(held: Held): Exclude<Result, { error: string }>["value"] {
  if (isTensor(held)) return { type: "tensor", tensor: givenTensor(held) };
  if (isList(held)) return { type: "list", items: held.map((each) => single(given(each))) };
  if (held instanceof Member) {
    return { type: "unknown", reason: `is ${held.name}` };
  }
  switch (typeof held) {
    case "number":
      return { type: "number", number: held };
    case "string":
      return { type: "text", text: held };
    case "boolean":
      return { type: "boolean", on: held };
    default:
      return { type: held === null ? "null" : "undefined" };
  }
}

function single(value: Exclude<Result, { error: string }>["value"]): Given {
  return value.type === "list" ? { type: "unknown", reason: "is a list" } : value;
}

function givenTensor(of: Tensor): GivenTensor {
  const grad = of.isLeaf ? of.grad : null;
  return {
    shape: [...of.shape],
    dtype: of.dtype,
    data: flat(of),
    requiresGrad: of.requiresGrad,
    grad: grad && { data: flat(grad) },
  };
}

function flat(of: Tensor): Float64Array {
  const list: unknown = of.detach().reshape([-1]).toArray();
  return Float64Array.from(Array.isArray(list) ? list.map(Number) : []);
}
