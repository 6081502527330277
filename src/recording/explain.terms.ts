import type { Column, ColumnQuestion } from "./column";
import { indicesOf, type Indices } from "./indices";

/** One of the products that a gradient is the sum of: what came back to an element of y, times how that depends on x. */
export interface Term {
  /** Node of the output, and its element. */
  readonly node: number;
  readonly at: number;
  /** What came back to it. */
  readonly g: number;
  /** Its slope by the element of x. */
  readonly slope: number;
}

/** The terms of one element of an operand, and the letters of the indices that tell them; null where letters do not. */
export interface Terms {
  readonly terms: readonly Term[];
  readonly indices: Indices | null;
}

/** All terms that the element can reach, or, where elements mix, all whose slope is not 0. `outputs` are nodes. */
export function termsOf(
  call: Omit<ColumnQuestion, "element">,
  column: Column,
  element: number,
  outputs: readonly number[],
): Terms {
  const term = (k: number, at: number): Term => ({
    node: outputs[k] ?? -1,
    at,
    g: call.gradients[k]?.data[at] ?? 0,
    slope: column.slopes[k]?.[at] ?? 0,
  });
  const all = column.slopes.flatMap((slopes, k) =>
    Array.from(slopes ?? []).flatMap((slope, at) => (slope === 0 ? [] : [term(k, at)])),
  );
  const indices = indicesOf(call);
  const reached = indices?.reached(call.operand, element) ?? [];
  const within = new Set(reached);
  return indices !== null && all.every(({ at }) => within.has(at))
    ? { terms: reached.map((at) => term(0, at)), indices }
    : { terms: all, indices: null };
}
