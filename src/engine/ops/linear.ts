import { apply } from "../apply";
import { isFloating, scalarName } from "../dtype";
import { runtimeError } from "../errors";
import { cholesky as choleskyOf, determinants, solutions } from "../kernels/linear";
import { joinedAlong } from "../kernels/join";
import { filled, zip } from "../kernels/loops";
import type { Attrs } from "../observer";
import { op, type Op, opWith } from "../op";
import { broadcast, sizes } from "../shape";
import type { Storage } from "../storage";
import type { Tensor } from "../tensor";
import { cat, stack } from "./join";
import { fresh, window } from "./result";

/** Refuses what is not a batch of square matrices of floats. */
function needsSquare(name: string, a: Tensor): void {
  if (a.shape.length < 2) {
    throw runtimeError(
      `${name}: The input tensor A must have at least 2 dimensions.`,
      `Its shape is ${sizes(a.shape)}.`,
    );
  }
  if (a.shape.at(-1) !== a.shape.at(-2)) {
    throw runtimeError(
      `${name}: A must be batches of square matrices, but they are ${a.size(-2)} by ${a.size(-1)} matrices`,
      "Only square matrices have one.",
    );
  }
  if (!isFloating(a.dtype)) {
    throw runtimeError(
      `${name}: Expected a floating point or complex tensor as input. Got ${scalarName(a.dtype)}`,
      'Convert it first with .to("float32").',
    );
  }
}

function singular(name: string, batch: number, a: Tensor): Error {
  const which = a.shape.length > 2 ? ` (Batch element ${batch})` : "";
  return runtimeError(
    `${name}:${which} The diagonal element of the factor is zero, the ${name.includes("inv") ? "inversion" : "solve"} could not be completed because the input matrix is singular.`,
    "Its rows are not independent.",
  );
}

function solved(name: string, a: Tensor, b: Tensor): Storage {
  const x = solutions(a, b);
  if (typeof x === "number") throw singular(name, x, a);
  return x;
}

/** The determinant of each matrix. */
export const det: Op = op({
  name: "det",
  symbol: "det",
  node: "LinalgDetBackward0",
  inputs: ["a"],
  forward: ([a]) => {
    needsSquare("linalg.det", a);
    return fresh(determinants(a, false)[0], a.shape.slice(0, -2));
  },
  saves: () => ({ a: true, y: true }),
  backward: {
    a: (g, s) => {
      const wide = g.unsqueeze(-1).unsqueeze(-1);
      if (s.y.eq(0).any().truth()) return wide.mul(cofactors(s.a));
      return wide.mul(s.y.unsqueeze(-1).unsqueeze(-1)).mul(apply(inv, [s.a]).transpose(-2, -1));
    },
  },
  formula: { a: "∂L/∂y · y · a⁻ᵀ" },
});

/** The cofactor of each element, which singular matrices have too. */
function cofactors(a: Tensor): Tensor {
  const n = a.size(-1);
  const rest = (k: number, dim: number) => (x: Tensor) =>
    cat([x.narrow(dim, 0, k), x.narrow(dim, k + 1, n - k - 1)], dim);
  const rows = Array.from({ length: n }, (_, i) =>
    stack(
      Array.from({ length: n }, (_, j) => {
        const minor = apply(det, [rest(j, -1)(rest(i, -2)(a))]);
        return (i + j) % 2 === 0 ? minor : minor.neg();
      }),
      -1,
    ),
  );
  return stack(rows, -2);
}

/** ln |det| of each matrix, after its sign. */
export const slogdet: Op = op({
  name: "slogdet",
  node: "LinalgSlogdetBackward0",
  inputs: ["a"],
  forward: ([a]) => {
    needsSquare("linalg.slogdet", a);
    const [size, sign] = determinants(a, true);
    return [fresh(sign, a.shape.slice(0, -2)), fresh(size, a.shape.slice(0, -2))];
  },
  saves: () => ({ a: true }),
  gradients: ([, g], s) => [
    g
      ? g
          .unsqueeze(-1)
          .unsqueeze(-1)
          .mul(apply(inv, [s.a]).transpose(-2, -1))
      : s.a.zerosLike(),
  ],
  formula: { a: "∂L/∂y · a⁻ᵀ" },
});

/** The inverse of each matrix. */
export const inv: Op = op({
  name: "inv",
  symbol: "⁻¹",
  node: "LinalgInvExBackward0",
  inputs: ["a"],
  forward: ([a]) => {
    needsSquare("linalg.inv", a);
    const n = a.size(-1);
    const units = fresh(
      filled(
        a.dtype,
        Array.from({ length: a.numel() }, (_, i) => ((i % (n * n)) % (n + 1) === 0 ? 1 : 0)),
      ),
      a.shape,
    );
    return fresh(solved("linalg.inv", a, units), a.shape);
  },
  saves: () => ({ y: true }),
  backward: {
    a: (g, s) => {
      const turned = s.y.transpose(-2, -1);
      return turned.matmul(g).matmul(turned).neg();
    },
  },
  formula: { a: "−yᵀ · ∂L/∂y · yᵀ" },
});

/** x of a·x = b for matrices b; batches of both alike. */
export const solve: Op = op({
  name: "solve",
  node: "LinalgSolveExBackward0",
  inputs: ["a", "b"],
  forward: ([a, b]) => {
    needsSquare("linalg.solve", a);
    return fresh(solved("linalg.solve", a, b), b.shape);
  },
  saves: (needs) => ({ a: true, y: needs.a }),
  backward: {
    a: (g, s) =>
      apply(solve, [s.a.transpose(-2, -1), g])
        .matmul(s.y.transpose(-2, -1))
        .neg(),
    b: (g, s) => apply(solve, [s.a.transpose(-2, -1), g]),
  },
  formula: { a: "−a⁻ᵀ · ∂L/∂y · yᵀ", b: "a⁻ᵀ · ∂L/∂y" },
});

/** L of a = L·Lᵀ for symmetric positive definite matrices. */
export const cholesky = op({
  name: "cholesky",
  node: "LinalgCholeskyExBackward0",
  inputs: ["a"],
  forward: ([a]) => {
    needsSquare("linalg.cholesky", a);
    const l = choleskyOf(a);
    if ("minor" in l) {
      const which = a.shape.length > 2 ? ` (Batch element ${l.batch})` : "";
      throw runtimeError(
        `linalg.cholesky:${which} The factorization could not be completed because the input is not positive-definite (the leading minor of order ${l.minor} is not positive-definite).`,
        "Add a small multiple of the identity.",
      );
    }
    return fresh(l, a.shape);
  },
  saves: () => ({ y: true }),
  backward: {
    a: (g, s) => {
      const turned = s.y.transpose(-2, -1);
      const lower = turned.matmul(g).tril();
      const middle = lower.add(lower.tril(-1).transpose(-2, -1)).mul(0.5);
      const left = apply(solve, [turned, middle]);
      return apply(solve, [turned, left.transpose(-2, -1)]).transpose(-2, -1);
    },
  },
  formula: { a: "L⁻ᵀ · ½ (Φ + Φᵀ) · L⁻¹, Φ the lower half of Lᵀ · ∂L/∂y with half its diagonal" },
});

interface Along extends Attrs {
  readonly dim: number;
}

/** The vector product of threes along a dim. */
export const cross: Op = opWith<Along>()({
  name: "cross",
  symbol: "×",
  node: "LinalgCrossBackward0",
  inputs: ["a", "b"],
  forward: ([a, b], { attrs: { dim } }) => {
    const shape = broadcast(a.shape, b.shape);
    const lead = shape.map((size, d) => (d === dim ? 1 : size));
    const part = (x: Tensor, k: number) => {
      const own = x.strides.map((stride, d) => ((x.shape[d] ?? 1) === 1 ? 0 : stride));
      return window(x, lead, own, x.offset + k * (x.strides[dim] ?? 0));
    };
    const product = (i: number, j: number) =>
      fresh(
        zip(part(a, i), part(b, j), lead, a.dtype, (x, y) => x * y),
        lead,
      );
    const row = (i: number, j: number) =>
      fresh(
        zip(product(i, j), product(j, i), lead, a.dtype, (x, y) => x - y),
        lead,
      );
    return fresh(joinedAlong([row(1, 2), row(2, 0), row(0, 1)], dim, shape, a.dtype), shape);
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: {
    a: (g, s) => apply(cross, broadcastPair(s.b, g), { attrs: s.attrs, numbers: [] }),
    b: (g, s) => apply(cross, broadcastPair(g, s.a), { attrs: s.attrs, numbers: [] }),
  },
  formula: { a: "b × ∂L/∂y", b: "∂L/∂y × a" },
});

function broadcastPair(a: Tensor, b: Tensor): [Tensor, Tensor] {
  const shape = broadcast(a.shape, b.shape);
  return [a.expand(shape), b.expand(shape)];
}
