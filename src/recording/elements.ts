import type { TensorView } from "../engine/observer";
import type { Program } from "./format";

const looked = 256;
const deepest = 3;
const naming = new Set(["let", "var", "const", "property"]);

/** What weights are called that no variable holds by itself: by their place in an array or an object, "params[0]". */
export class WeightNames {
  readonly #variables = new Map<number, string>();
  readonly #named = new Set<number>();

  constructor(private readonly tensorOf: (value: unknown) => TensorView | null) {}

  program({ bindings }: Program): void {
    for (const { id, name, kind } of bindings) if (naming.has(kind)) this.#variables.set(id, name);
  }

  /** A tensor has a name: that of a module's parameter, or of the variable that was given it. */
  has(tensor: TensorView, binding?: number): void {
    if (isWeight(tensor) && (binding === undefined || this.#variables.has(binding))) this.#named.add(tensor.id);
  }

  /** Name of a variable that may name what it holds; undefined for a parameter, a loop variable and their like. */
  variable(binding: number): string | undefined {
    return this.#variables.get(binding);
  }

  /** The weights in what a variable was given that have no name, with one. */
  in(binding: number, value: unknown): [TensorView, string][] {
    const name = this.#variables.get(binding);
    if (name === undefined || typeof value !== "object") return [];
    const found = weightsIn(value, this.tensorOf).filter(([, tensor]) => !this.#named.has(tensor.id));
    return found.map(([path, tensor]) => [tensor, name + path]);
  }
}

/**
 * The weights that an array or a plain object holds, with the way to each: "[0]", ".w", "[1].b". Reads own plain
 * fields only, so that no code of the snippet runs, and not more of them than a person would name.
 */
function weightsIn(value: unknown, tensorOf: (value: unknown) => TensorView | null): [string, TensorView][] {
  const found: [string, TensorView][] = [];
  const way: (string | number)[] = [];
  let left = looked;
  const look = (held: unknown): void => {
    if (typeof held !== "object" || held === null || left-- <= 0) return;
    const tensor = tensorOf(held);
    if (tensor !== null) {
      if (isWeight(tensor)) found.push([way.map(part).join(""), tensor]);
      return;
    }
    if (way.length === deepest) return;
    if (Array.isArray(held)) for (let k = 0; k < held.length && left > 0; k++) go(held, k);
    else if (isPlain(held)) for (const key of Object.keys(held)) go(held, key);
  };
  const go = (from: object, key: string | number): void => {
    if (left <= 0) return;
    way.push(key);
    look(Object.getOwnPropertyDescriptor(from, key)?.value);
    way.pop();
  };
  look(value);
  return found;
}

function part(key: string | number): string {
  return typeof key === "number" ? `[${key}]` : `.${key}`;
}

/** Whether a tensor is a leaf that a backward brings a gradient to. */
function isWeight(tensor: TensorView): boolean {
  return tensor.requiresGrad && tensor.isLeaf;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
