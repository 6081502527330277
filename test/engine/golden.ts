import { readFileSync } from "node:fs";

/** An element as the goldens write it: "nan", "inf" and "-inf" are strings. */
export type Element = number | boolean | "nan" | "inf" | "-inf";

/** A tensor as the goldens write it: row-major elements. */
export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly data: readonly Element[];
  readonly requiresGrad?: boolean;
  readonly name?: string;
}

/** The JSON of a file under test/golden. */
export function golden(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), "utf8"));
}

/** The value an element stands for. */
export function valueOf(element: Element): number {
  if (typeof element === "string") return element === "nan" ? NaN : element === "inf" ? Infinity : -Infinity;
  return Number(element);
}

/** The elements of a golden tensor, rounded to its dtype. */
export function valuesOf(tensor: GoldenTensor): number[] {
  return tensor.data.map((element) => (tensor.dtype === "float32" ? Math.fround(valueOf(element)) : valueOf(element)));
}
