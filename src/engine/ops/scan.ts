import { applyMany } from "../apply";
import { isFloating, type DType } from "../dtype";
import { byRow, picked } from "../kernels/fold";
import { copied } from "../kernels/loops";
import { runningBest } from "../kernels/sorting";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { dimension } from "../shape";
import type { Tensor } from "../tensor";
import { scattered } from "./gather";
import { cat } from "./join";
import { fresh } from "./result";

interface Along extends Attrs {
  readonly dim: number;
}

function wide(a: Tensor): DType {
  return isFloating(a.dtype) ? a.dtype : "int64";
}

function reversed(g: Tensor, dim: number): Tensor {
  return g.flip(dim).cumsum(dim).flip(dim);
}

/** Running sums along a dim; float32 is summed in doubles, as ATen's accumulator. */
export const cumsum = opWith<Along>()({
  name: "cumsum",
  node: "CumsumBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    const dtype = wide(a);
    const rows = byRow(a, attrs.dim, dtype, (values) => {
      let total = 0;
      for (let k = 0; k < values.length; k++) values[k] = total += values[k] ?? 0;
    });
    return fresh(rows, a.shape);
  },
  backward: { a: (g, s) => reversed(g, s.attrs.dim) },
  formula: { a: "the running sums of ∂L/∂y from the end" },
});

/** Running products along a dim. */
export const cumprod = opWith<Along>()({
  name: "cumprod",
  node: "CumprodBackward0",
  inputs: ["a"],
  forward: ([a], { attrs }) => {
    const dtype = wide(a);
    const rows = byRow(a, attrs.dim, dtype, (values) => {
      let total = 1;
      for (let k = 0; k < values.length; k++) values[k] = total *= values[k] ?? 0;
    });
    return fresh(rows, a.shape);
  },
  saves: () => ({ a: true, y: true }),
  backward: {
    a: (g, s) => {
      const { dim } = s.attrs;
      if (g.shape.length === 0 || g.size(dim) === 1) return g;
      return s.a.eq(0).any().truth() ? throughZeros(g, s.a, dim) : reversed(g.mul(s.y), dim).div(s.a);
    },
  },
  formula: { a: "Σ over later outputs of ∂L/∂y · y / a" },
});

/** Without division: the product of what is before, times the sum of what follows, folded from the end. */
function throughZeros(g: Tensor, a: Tensor, dim: number): Tensor {
  const n = a.size(dim);
  const parts: Tensor[] = [];
  let after: Tensor | null = null;
  for (let k = n - 1; k >= 0; k--) {
    const here: Tensor = g.narrow(dim, k, 1);
    after = after === null ? here : here.add(a.narrow(dim, k + 1, 1).mul(after));
    parts.unshift(after);
  }
  const before = cat([a.narrow(dim, 0, 1).onesLike(), a.cumprod(dim).narrow(dim, 0, n - 1)], dim);
  return before.mul(cat(parts, dim));
}

function runningExtreme(name: string, node: string, better: (a: number, b: number) => boolean): Op {
  return opWith<Along>()({
    name,
    node,
    inputs: ["a"],
    forward: ([a], { attrs }) => {
      const found = fresh(runningBest(a, attrs.dim, better), a.shape);
      const values = a.shape.length === 0 ? copied(a, a.dtype) : picked(a, attrs.dim, found, a.shape);
      return [fresh(values, a.shape), found];
    },
    saves: () => ({ y: true }),
    gradients: ([g], s) => {
      const shape = s.shapes[0] ?? [];
      if (!g) return [null];
      return [shape.length === 0 ? g : scattered(g, s.y, s.attrs.dim, shape)];
    },
    formula: { a: "∂L/∂y added at the index found" },
  });
}

export const cummax = runningExtreme("cummax", "CummaxBackward0", (a, b) => a >= b);
export const cummin = runningExtreme("cummin", "CumminBackward0", (a, b) => a <= b);

/** Runs a running extreme. */
export function running(op: Op, a: Tensor, dim: number): { values: Tensor; indices: Tensor } {
  const [values, indices] = applyMany(op, [a], calling({ dim: dimension(dim, a.shape.length) }));
  return { values: values ?? a, indices: indices ?? a };
}
