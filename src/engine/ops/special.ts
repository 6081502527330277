import { isFloating, type Round, rounders } from "../dtype";
import * as curves from "../kernels/curves";
import { erf as erfOf, erfc as erfcOf, erfinv as erfinvOf, erfinv32 } from "../kernels/erf";
import * as libm from "../kernels/libm";
import * as erfs from "../kernels/sleef.erf";
import { log10 as log10Of } from "../kernels/sleef.log";
import { map } from "../kernels/loops";
import type { Attrs } from "../observer";
import { op, opWith } from "../op";
import { elementwise } from "./arith";
import { withNumber } from "./compare";
import { blocked } from "./gradient";
import { unary } from "./pointwise";
import { laneOf1 } from "./lanes";
import { cast, floatOf, fresh, refused, resultType } from "./result";

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

export const erf = unary("erf", {
  node: "ErfBackward0",
  of: erfOf,
  single: erfs.erf,
  lane: curves.erf,
  reads: "a",
  rule: (g, s) => s.a.mul(s.a).neg().exp().mul(twoOverRootPi).mul(g),
  formula: "∂L/∂y · 2/√π · e^(−a²)",
});

export const erfc = unary("erfc", {
  node: "ErfcBackward0",
  of: erfcOf,
  single: erfs.erfc,
  lane: curves.erfc,
  reads: "a",
  rule: (g, s) => s.a.mul(s.a).neg().exp().mul(-twoOverRootPi).mul(g),
  formula: "−∂L/∂y · 2/√π · e^(−a²)",
});

export const erfinv = unary("erfinv", {
  node: "ErfinvBackward0",
  of: erfinvOf,
  single: erfinv32,
  reads: "y",
  rule: (g, s) =>
    s.y
      .mul(s.y)
      .exp()
      .mul(1 / twoOverRootPi)
      .mul(g),
  formula: "∂L/∂y · √π/2 · e^(y²)",
});

export const exp2 = unary("exp2", {
  node: "Exp2Backward0",
  of: (x) => 2 ** x,
  single: libm.exp2,
  reads: "y",
  rule: (g, s) => g.mul(s.y).mul(Math.LN2),
  formula: "∂L/∂y · y · ln 2",
});

export const log10 = unary("log10", {
  node: "Log10Backward0",
  of: Math.log10,
  single: log10Of,
  lane: curves.log10,
  reads: "a",
  rule: (g, s) => g.div(s.a.mul(Math.LN10)),
  formula: "∂L/∂y / (a · ln 10)",
});

/** The C library's functions of a dtype. */
function inC(r: Round): Pick<typeof Math, "exp" | "log"> {
  return r === Math.fround ? libm : Math;
}

/** ln(a / (1 − a)), a first limited to [eps, 1 − eps] where eps is given. */
export const logit = opWith<Attrs & { readonly eps: number | null }>()({
  name: "logit",
  node: "LogitBackward0",
  inputs: ["a"],
  pointwise: true,
  forward: ([a], { attrs: { eps } }) => {
    const dtype = floatOf(a.dtype);
    const r = rounders[dtype];
    const limited = (x: number) => (eps === null || x !== x ? x : Math.min(Math.max(x, r(eps)), r(1 - r(eps))));
    const odds = fresh(
      map(cast(a, dtype), dtype, (x) => limited(x) / r(1 - limited(x))),
      a.shape,
    );
    return laneOf1(odds, curves.logWithRest) ?? fresh(map(odds, dtype, inC(r).log), a.shape);
  },
  saves: () => ({ a: true }),
  backward: {
    a: (g, s) => {
      const { eps } = s.attrs;
      const low = eps ?? 0;
      const outside = s.a.lt(low).logicalOr(s.a.gt(1 - low));
      return withNumber(g.div(s.a.mul(s.a.rsub(1))), outside, eps === null ? NaN : 0);
    },
  },
  formula: { a: "∂L/∂y / (a · (1 − a)), 0 where eps held it" },
});

export const sinc = unary("sinc", {
  node: "SincBackward0",
  of: (x, r) => {
    const angle = r(r(Math.PI) * x);
    return x === 0 ? 1 : r(Math.sin(angle)) / angle;
  },
  reads: "a",
  rule: (g, s) => {
    const angle = s.a.mul(Math.PI);
    const square = s.a.mul(s.a).mul(Math.PI);
    const slope = g.mul(angle.mul(angle.cos()).sub(angle.sin()).div(square));
    return blocked(slope, square.eq(0));
  },
  formula: "∂L/∂y · (πa · cos πa − sin πa) / (πa²)",
});

/** a · ln b, and 0 where a is 0. */
export const xlogy = op({
  name: "xlogy",
  node: "XlogyBackward0",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => {
    const r = rounders[floatOf(resultType(x))];
    const { log: ln } = inC(r);
    return elementwise(x, (a, b) => (b !== b ? NaN : a === 0 ? 0 : a * r(ln(b))), true);
  },
  saves: () => ({ a: true, b: true }),
  backward: {
    a: (g, s) => g.xlogy(s.b).maskedFill(s.a.eq(0).logicalAnd(s.b.le(0)), 0),
    b: (g, s) => g.mul(s.a).div(s.b),
  },
  formula: { a: "∂L/∂y · ln b", b: "∂L/∂y · a / b" },
});

/** ln(eᵃ + eᵇ) without overflow. */
export const logaddexp = op({
  name: "logaddexp",
  node: "LogaddexpBackward0",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => {
    if (!isFloating(resultType(x))) throw refused("logaddexp_cpu", resultType(x));
    const r = rounders[resultType(x)];
    const { exp, log } = inC(r);
    return elementwise(
      x,
      (a, b) => (a === b && Math.abs(a) === Infinity ? a : Math.max(a, b) + r(log(r(1 + r(exp(-Math.abs(r(a - b)))))))),
      false,
      curves.logaddexp,
    );
  },
  saves: () => ({ a: true, b: true }),
  backward: {
    a: (g, s) => g.div(s.b.sub(s.a).exp().add(1)),
    b: (g, s) => g.div(s.a.sub(s.b).exp().add(1)),
  },
  formula: { a: "∂L/∂y / (1 + e^(b − a))", b: "∂L/∂y / (1 + e^(a − b))" },
});

interface Replaced extends Attrs {
  readonly nan: number;
  readonly posinf: number | null;
  readonly neginf: number | null;
}

/** NaN and the infinities replaced, the latter by the dtype's ends where nothing is named. */
export const nanToNum = opWith<Replaced>()({
  name: "nanToNum",
  node: "NanToNumBackward0",
  inputs: ["a"],
  pointwise: true,
  forward: ([a], { attrs: { nan, posinf, neginf } }) => {
    const end = a.dtype === "float32" ? 3.4028234663852886e38 : Number.MAX_VALUE;
    return fresh(
      map(a, a.dtype, (x) =>
        x !== x ? nan : x === Infinity ? (posinf ?? end) : x === -Infinity ? (neginf ?? -end) : x,
      ),
      a.shape,
    );
  },
  saves: () => ({ a: true }),
  backward: { a: (g, s) => g.mul(s.a.isfinite()) },
  formula: { a: "∂L/∂y where a is finite, else 0" },
});
