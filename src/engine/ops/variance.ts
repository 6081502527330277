import { isFloating } from "../dtype";
import { runtimeError } from "../errors";
import { variance } from "../kernels/fold";
import { type Op, opWith } from "../op";
import { reduced } from "../shape";
import type { Tensor } from "../tensor";
import { count, type Over, unreduced } from "./reduce";
import { fresh } from "./result";
import type { Twofold } from "./twofold";

interface Spread extends Over {
  readonly correction: number;
}

/** Both forms have the same node; only over everything PyTorch looks for too few elements in the gradient. */
function spreads(of: (slope: typeof varianceSlope) => Op): Twofold {
  return { ofAll: of(slopeOfAny), ofDims: of(varianceSlope) };
}

/** Variance over dims. */
export const variances = spreads((slope) =>
  opWith<Spread>()({
    name: "var",
    node: "VarBackward0",
    inputs: ["a"],
    forward: ([a], { attrs }) => {
      needsFloat(a);
      return fresh(variance(a, attrs.dim, attrs.correction, false), reduced(a.shape, attrs.dim, attrs.keepdim));
    },
    saves: () => ({ a: true }),
    backward: { a: (g, s) => slope(unreduced(g, s.a.shape, s.attrs), s.a, s.attrs) },
    formula: { a: "∂L/∂y · 2 (a − mean) / (n − correction)" },
  }),
);

/** Standard deviation over dims. */
export const deviation = spreads((slope) =>
  opWith<Spread>()({
    name: "std",
    node: "StdBackward0",
    inputs: ["a"],
    forward: ([a], { attrs }) => {
      needsFloat(a);
      return fresh(variance(a, attrs.dim, attrs.correction, true), reduced(a.shape, attrs.dim, attrs.keepdim));
    },
    saves: () => ({ a: true, y: true }),
    backward: {
      a: (g, s) => {
        const ofVariance = g.div(s.y.mul(2)).maskedFill(s.y.eq(0), 0);
        return slope(unreduced(ofVariance, s.a.shape, s.attrs), s.a, s.attrs);
      },
    },
    formula: { a: "∂L/∂y · (a − mean) / ((n − correction) · y)" },
  }),
);

function varianceSlope(g: Tensor, a: Tensor, attrs: Spread): Tensor {
  const left = count(a.shape, attrs.dim) - attrs.correction;
  return g.mul(2 / left).mul(a.sub(a.mean(attrs.dim, { keepdim: true })));
}

function slopeOfAny(g: Tensor, a: Tensor, attrs: Spread): Tensor {
  if (a.numel() > attrs.correction) return varianceSlope(g, a, attrs);
  return g.mul(a.eq(a.mean()).where(g.scalar(Infinity), g.scalar(NaN)));
}

function needsFloat(a: Tensor): void {
  if (!isFloating(a.dtype)) {
    throw runtimeError(
      "std and var only support floating point and complex dtypes",
      'Convert it first with .to("float32").',
    );
  }
}
