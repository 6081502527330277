import { apply } from "../apply";
import { isFloating } from "../dtype";
import { runtimeError } from "../errors";
import { overwrite } from "../kernels/loops";
import { diagonalSum, kept } from "../kernels/triangle";
import type { Attrs } from "../observer";
import { calling, type Op, op, opWith } from "../op";
import { dimension, numel, type Shape } from "../shape";
import { allocate } from "../storage";
import type { Tensor } from "../tensor";
import { pad } from "./pad";
import { fresh, window } from "./result";

interface Cut extends Attrs {
  readonly diagonal: number;
}

function triangle(name: "tril" | "triu", node: string): Op {
  const lower = name === "tril";
  const self: Op = opWith<Cut>()({
    name,
    node,
    inputs: ["a"],
    forward: ([a], { attrs }) => {
      if (a.shape.length < 2) {
        throw runtimeError(`${name}: input tensor must have at least 2 dimensions`, "Use .unsqueeze() on a vector.");
      }
      return fresh(kept(a, attrs.diagonal, lower), a.shape);
    },
    backward: { a: (g, s) => apply(self, [g], calling(s.attrs)) },
    formula: { a: `∂L/∂y ${lower ? "on and below" : "on and above"} the diagonal, else 0` },
  });
  return self;
}

/** The lower triangle of every matrix, zeros above. */
export const tril = triangle("tril", "TrilBackward0");
/** The upper triangle of every matrix, zeros below. */
export const triu = triangle("triu", "TriuBackward0");

interface Diagonal extends Attrs {
  readonly offset: number;
  readonly dim1: number;
  readonly dim2: number;
}

const viewed: Op = opWith<Diagonal>()({
  name: "diagonal",
  node: "DiagonalBackward0",
  inputs: ["a"],
  view: true,
  forward: ([a], { attrs: { offset, dim1, dim2 } }) => {
    const [rows, columns] = [a.shape[dim1] ?? 1, a.shape[dim2] ?? 1];
    const [down, across] = [a.strides[dim1] ?? 0, a.strides[dim2] ?? 0];
    const length = Math.max(0, offset >= 0 ? Math.min(rows, columns - offset) : Math.min(rows + offset, columns));
    const others = (list: Shape) => list.filter((_, d) => d !== dim1 && d !== dim2);
    const start = length === 0 ? 0 : offset >= 0 ? offset * across : -offset * down;
    return window(a, [...others(a.shape), length], [...others(a.strides), down + across], a.offset + start);
  },
  backward: {
    a: (g, s) => {
      const shape = s.shapes[0] ?? [];
      const back = fresh(allocate(g.dtype, numel(shape)), shape);
      apply(viewed, [back], calling(s.attrs)).copy_(g);
      return back;
    },
  },
  formula: { a: "∂L/∂y on the diagonal, 0 elsewhere" },
});

/** The diagonal of two dims as a last dim, over the same memory. */
export function diagonal(a: Tensor, offset: number, dim1: number, dim2: number): Tensor {
  return apply(viewed, [a], calling({ offset, ...twoDims(dim1, dim2, a.shape.length) }));
}

/** The last dim on the diagonal of two new dims. */
export function embedded(a: Tensor, offset: number, dim1: number, dim2: number): Tensor {
  return apply(diagEmbed, [a], calling({ offset, ...twoDims(dim1, dim2, a.shape.length + 1) }));
}

function twoDims(dim1: number, dim2: number, rank: number): Omit<Diagonal, "offset"> {
  const [first, second] = [dimension(dim1, rank), dimension(dim2, rank)];
  if (first === second) {
    throw runtimeError(
      `diagonal dimensions cannot be identical ${dim1}, ${dim2}`,
      "A diagonal runs through two different dims.",
    );
  }
  return { dim1: first, dim2: second };
}

/** Zeros with `a`'s last dim on the diagonal of two new dims. */
export const diagEmbed = opWith<Diagonal>()({
  name: "diagEmbed",
  node: "DiagEmbedBackward0",
  inputs: ["a"],
  forward: ([a], { attrs: { offset, dim1, dim2 } }) => {
    const size = (a.shape.at(-1) ?? 1) + Math.abs(offset);
    const lead = a.shape.slice(0, -1);
    const shape: number[] = [];
    for (let d = 0, next = 0; d < lead.length + 2; d++)
      shape.push(d === dim1 || d === dim2 ? size : (lead[next++] ?? 1));
    const out = fresh(allocate(a.dtype, numel(shape)), shape);
    const strides = out.strides;
    const [down, across] = [strides[dim1] ?? 0, strides[dim2] ?? 0];
    const start = offset >= 0 ? offset * across : -offset * down;
    const others = strides.filter((_, d) => d !== dim1 && d !== dim2);
    overwrite(window(out, a.shape, [...others, down + across], start), a);
    return out;
  },
  backward: { a: (g, s) => diagonal(g, s.attrs.offset, s.attrs.dim1, s.attrs.dim2) },
  formula: { a: "the diagonal of ∂L/∂y" },
});

/** The sum of a matrix's diagonal. */
export const trace = op({
  name: "trace",
  node: "TraceBackward0",
  inputs: ["a"],
  forward: ([a]) => {
    if (a.shape.length !== 2) {
      throw runtimeError(
        `trace: expected a matrix, but got tensor with dim ${a.shape.length}`,
        "Use .diagonal(0, -2, -1).sum(-1) for batches.",
      );
    }
    return fresh(diagonalSum(a, isFloating(a.dtype) ? a.dtype : "int64"), []);
  },
  backward: {
    a: (g, s) => {
      const [rows = 0, columns = 0] = s.shapes[0] ?? [];
      const n = Math.min(rows, columns);
      const square = apply(diagEmbed, [g.expand(n)], calling({ offset: 0, dim1: 0, dim2: 1 }));
      return rows === columns ? square : pad(square, [0, columns - n, 0, rows - n]);
    },
  },
  formula: { a: "∂L/∂y on the diagonal, 0 elsewhere" },
});
