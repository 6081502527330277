import { elementsOf } from "./value";

const letters = "ijklmn";

/** How one call's gradient is written with indices, and which elements of its operands meet which of its output. */
export interface Indices {
  /** Index letters of an operand, "" for a scalar. */
  operand(k: number): string;
  /** Index letters of the output. */
  readonly output: string;
  /** The letters that the sum runs over when an operand's gradient is written out, "" for no sum. */
  summed(k: number): string;
  /** Every flat index of the output that element `element` of operand `k` can reach. */
  reached(k: number, element: number): readonly number[] | null;
  /** The element of operand `k` that meets output element `j` when the gradient of element `i` of operand `of` is asked. */
  met(k: number, of: number, i: number, j: number): number | null;
}

/** Products of matrices as their letters: operands, then the output. */
const contractions: Readonly<Record<string, readonly string[]>> = {
  mm: ["ik", "kj", "ij"],
  addmm: ["ij", "ik", "kj", "ij"],
  mv: ["ik", "k", "i"],
  dot: ["k", "k", ""],
  bmm: ["bik", "bkj", "bij"],
  outer: ["i", "j", "ij"],
};

interface Call {
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly operands: readonly { readonly shape: readonly number[] }[];
  readonly outputs: readonly { readonly shape: readonly number[] }[];
}

/** The indices of a call: null where its elements mix in a way that one index per dimension does not tell. */
export function indicesOf(call: Call): Indices | null {
  const output = call.outputs[0]?.shape ?? [];
  const shapes = call.operands.map(({ shape }) => shape);
  const contraction = contractions[call.op.replace(/_$/, "")];
  if (contraction !== undefined) return lettered(contraction.slice(0, -1), contraction.at(-1) ?? "", shapes, output);
  if (mixing.has(call.op) || call.outputs.length > 1) return null;
  const base = broadcast(shapes);
  if (base === null) return null;
  const all = letters.slice(0, base.length);
  const of = (shape: readonly number[]): string => all.slice(base.length - shape.length);
  const kept = String(output) === String(base) ? all : reducedTo(all, output, call.attrs);
  return kept === null ? null : lettered(shapes.map(of), kept, shapes, output);
}

/** Ops whose output has its operands' shape, but where every element depends on others. */
const mixing = new Set([
  "softmax",
  "logSoftmax",
  "cumsum",
  "cumprod",
  "logcumsumexp",
  "sort",
  "flip",
  "roll",
  "permute",
  "transpose",
  "t",
  "reshape",
  "view",
  "flatten",
  "layerNorm",
  "batchNorm",
  "groupNorm",
  "index",
  "gather",
  "cat",
  "tril",
  "triu",
]);

/** The letters that a reduction leaves. */
function reducedTo(all: string, output: readonly number[], attrs: Readonly<Record<string, unknown>>): string | null {
  if (elementsOf(output) === 1 && output.length === 0) return "";
  const { dim, keepdim } = attrs;
  const dims = Array.isArray(dim) ? dim.map(Number) : typeof dim === "number" ? [dim] : null;
  if (dims === null) return null;
  if (keepdim === true)
    return output.length === all.length
      ? Array.from(all)
          .map((each, d) => (dims.includes(d) ? "·" : each))
          .join("")
      : null;
  const kept = Array.from(all)
    .filter((_, d) => !dims.includes(d))
    .join("");
  return kept.length === output.length ? kept : null;
}

/** `names` gives each operand's dimensions their letters; a dimension of size 1 that stands for many has none of its own. */
function lettered(
  names: readonly string[],
  output: string,
  shapes: readonly (readonly number[])[],
  outputShape: readonly number[],
): Indices | null {
  const sizes = new Map<string, number>();
  const note = (letters: string, shape: readonly number[]): void =>
    Array.from(letters).forEach((letter, d) => sizes.set(letter, Math.max(sizes.get(letter) ?? 1, shape[d] ?? 1)));
  const aligned = names.map((name, k) => name.slice(Math.max(0, name.length - (shapes[k]?.length ?? 0))));
  aligned.forEach((name, k) => note(name, shapes[k] ?? []));
  note(output, outputShape);
  if (sizes.has("·")) sizes.set("·", 1);
  const own = (name: string, shape: readonly number[]): string =>
    Array.from(name)
      .filter((letter, d) => (shape[d] ?? 1) > 1 && letter !== "·")
      .join("");
  const places = (name: string, shape: readonly number[], at: ReadonlyMap<string, number>): number => {
    let flat = 0;
    Array.from(name).forEach((letter, d) => {
      const size = shape[d] ?? 1;
      flat = flat * size + (size === 1 ? 0 : (at.get(letter) ?? 0));
    });
    return flat;
  };
  const located = (name: string, shape: readonly number[], flat: number): Map<string, number> => {
    const at = new Map<string, number>();
    let left = flat;
    for (let d = shape.length - 1; d >= 0; d--) {
      const size = shape[d] ?? 1;
      if (size > 1) at.set(name[d] ?? "", left % size);
      left = Math.floor(left / size);
    }
    return at;
  };
  const summed = (k: number): string => {
    const mine = own(aligned[k] ?? "", shapes[k] ?? []);
    return Array.from(own(output, outputShape))
      .filter((letter) => !mine.includes(letter))
      .join("");
  };
  const both = (k: number, i: number, j: number): Map<string, number> =>
    new Map([...located(aligned[k] ?? "", shapes[k] ?? [], i), ...located(output, outputShape, j)]);
  return {
    operand: (k) => own(aligned[k] ?? "", shapes[k] ?? []),
    output: own(output, outputShape),
    summed,
    reached: (k, element) => {
      const fixed = located(aligned[k] ?? "", shapes[k] ?? [], element);
      const found: number[] = [];
      const total = elementsOf(outputShape);
      for (let j = 0; j < total; j++) {
        const at = located(output, outputShape, j);
        if ([...at].every(([letter, value]) => fixed.get(letter) === undefined || fixed.get(letter) === value))
          found.push(j);
      }
      return found;
    },
    met: (k, of, i, j) => {
      const at = both(of, i, j);
      const name = aligned[k] ?? "";
      const shape = shapes[k] ?? [];
      if (Array.from(own(name, shape)).some((letter) => !at.has(letter))) return null;
      return places(name, shape, at);
    },
  };
}

/** The shape that all broadcast to, null when they do not. */
function broadcast(shapes: readonly (readonly number[])[]): readonly number[] | null {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: number[] = [];
  for (let d = 1; d <= rank; d++) {
    const sizes = shapes.map((shape) => shape.at(-d) ?? 1).filter((size) => size !== 1);
    if (new Set(sizes).size > 1) return null;
    result.unshift(sizes[0] ?? 1);
  }
  return result;
}

/** A flat index as one per dimension: "1, 0"; "" for a scalar. */
export function placeText(shape: readonly number[], flat: number): string {
  const at: number[] = [];
  let left = flat;
  for (let d = shape.length - 1; d >= 0; d--) {
    const size = shape[d] ?? 1;
    at.unshift(left % size);
    left = Math.floor(left / Math.max(1, size));
  }
  return at.join(", ");
}
