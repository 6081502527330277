import type { RoundingMode } from "./ops/remainder";
import type { Operand, Tensor } from "./tensor";

/**
 * ⌊a / b⌋, elementwise with broadcasting. No gradient (PyTorch has none): backward errors.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; whole numbers divided by 0.
 * Source: torch.floor_divide.
 */
export const floorDivide = (a: Tensor, b: Operand): Tensor => a.floorDivide(b);
/**
 * The remainder with the sign of b, a − b · ⌊a / b⌋ (Python's %). Gradients ∂L/∂y and −∂L/∂y · ⌊a / b⌋.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; whole numbers divided by 0.
 * Source: torch.remainder.
 */
export const remainder = (a: Tensor, b: Operand): Tensor => a.remainder(b);
/**
 * The remainder with the sign of a, a − b · trunc(a / b) (C's fmod). Gradients ∂L/∂y and −∂L/∂y · trunc(a / b).
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; whole numbers divided by 0.
 * Source: torch.fmod.
 */
export const fmod = (a: Tensor, b: Operand): Tensor => a.fmod(b);
/**
 * a / b as a whole number; "floor" rounds down, "trunc" toward zero; integers stay integers; the gradient is 0.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; whole numbers divided by 0.
 * Source: torch.div.
 */
export const divRounded = (a: Tensor, b: Operand, roundingMode: RoundingMode): Tensor => a.div(b, { roundingMode });
/**
 * a + weight · (end − a): a point between a (weight 0) and `end` (1). Gradients (1 − weight) · ∂L/∂y, weight · ∂L/∂y,
 * (end − a) · ∂L/∂y.
 * Shapes: three that broadcast → their common shape. Errors: shapes that do not broadcast. Source: torch.lerp.
 */
export const lerp = (a: Tensor, end: Tensor, weight: Tensor | number): Tensor => a.lerp(end, weight);
/**
 * The angle of (b, a) in radians, (−π, π]. Gradients b / (a² + b²) and −a / (a² + b²) times ∂L/∂y.
 * Shapes: two that broadcast → their common shape. Integers give float32. Errors: shapes that do not broadcast.
 * Source: torch.atan2.
 */
export const atan2 = (a: Tensor, b: Tensor): Tensor => a.atan2(b);
/**
 * √(a² + b²). Gradients a / y and b / y times ∂L/∂y.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; integers and booleans.
 * Source: torch.hypot.
 */
export const hypot = (a: Tensor, b: Tensor): Tensor => a.hypot(b);
/**
 * |a| with the sign of b; float result.
 * Shapes: two that broadcast → their common shape. Integers give float32. Errors: shapes that do not broadcast.
 * Source: torch.copysign.
 */
export const copysign = (a: Tensor, b: Operand): Tensor => a.copysign(b);
/**
 * a · ln b, 0 where a is 0 and b is not NaN.
 * Shapes: two that broadcast → their common shape. Integers give float32. Errors: shapes that do not broadcast.
 * Source: torch.xlogy.
 */
export const xlogy = (a: Tensor, b: Operand): Tensor => a.xlogy(b);
/**
 * ln(eᵃ + eᵇ) without overflow. Gradients σ(a − b) and σ(b − a) times ∂L/∂y.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; integers and booleans.
 * Source: torch.logaddexp.
 */
export const logaddexp = (a: Tensor, b: Tensor): Tensor => a.logaddexp(b);
/**
 * 0 where a < 0, 1 where a > 0, `values` where a = 0. No gradient.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; two dtypes.
 * Source: torch.heaviside.
 */
export const heaviside = (a: Tensor, values: Tensor): Tensor => a.heaviside(values);

/**
 * The arc sine in radians; NaN outside [−1, 1]. Gradient ∂L/∂y / √(1 − a²).
 * Shapes: any → the same. Integers give float32. Source: torch.asin.
 */
export const asin = (a: Tensor): Tensor => a.asin();
/**
 * The arc cosine in radians; NaN outside [−1, 1]. Gradient −∂L/∂y / √(1 − a²).
 * Shapes: any → the same. Integers give float32. Source: torch.acos.
 */
export const acos = (a: Tensor): Tensor => a.acos();
/**
 * The inverse hyperbolic sine, ln(a + √(a² + 1)). Gradient ∂L/∂y / √(a² + 1).
 * Shapes: any → the same. Integers give float32. Source: torch.asinh.
 */
export const asinh = (a: Tensor): Tensor => a.asinh();
/**
 * The inverse hyperbolic cosine, ln(a + √(a² − 1)); NaN below 1. Gradient ∂L/∂y / √(a² − 1).
 * Shapes: any → the same. Integers give float32. Source: torch.acosh.
 */
export const acosh = (a: Tensor): Tensor => a.acosh();
/**
 * The inverse hyperbolic tangent, ½ ln((1 + a) / (1 − a)); NaN outside [−1, 1]. Gradient ∂L/∂y / (1 − a²).
 * Shapes: any → the same. Integers give float32. Source: torch.atanh.
 */
export const atanh = (a: Tensor): Tensor => a.atanh();
/** Degrees as radians, a · π / 180. Shapes: any → the same. Integers give float32. Source: torch.deg2rad. */
export const deg2rad = (a: Tensor): Tensor => a.deg2rad();
/** Radians as degrees, a · 180 / π. Shapes: any → the same. Integers give float32. Source: torch.rad2deg. */
export const rad2deg = (a: Tensor): Tensor => a.rad2deg();
/** 2ᵃ. Gradient ∂L/∂y · y · ln 2. Shapes: any → the same. Integers give float32. Source: torch.exp2. */
export const exp2 = (a: Tensor): Tensor => a.exp2();
/**
 * The logarithm to base 10. Gradient ∂L/∂y / (a · ln 10).
 * Shapes: any → the same. Integers give float32. Source: torch.log10.
 */
export const log10 = (a: Tensor): Tensor => a.log10();
/**
 * The error function, 2/√π ∫₀ˣ e^(−t²) dt. Gradient ∂L/∂y · 2/√π · e^(−a²).
 * Shapes: any → the same. Integers give float32. Source: torch.erf.
 */
export const erf = (a: Tensor): Tensor => a.erf();
/** 1 − erf(a). Gradient −∂L/∂y · 2/√π · e^(−a²). Shapes: any → the same. Integers give float32. Source: torch.erfc. */
export const erfc = (a: Tensor): Tensor => a.erfc();
/**
 * The inverse of erf on (−1, 1). Gradient ∂L/∂y · √π/2 · e^(y²).
 * Shapes: any → the same. Integers give float32. Source: torch.erfinv.
 */
export const erfinv = (a: Tensor): Tensor => a.erfinv();
/** sin(πx) / (πx), 1 at 0. Shapes: any → the same. Integers give float32. Source: torch.sinc. */
export const sinc = (a: Tensor): Tensor => a.sinc();
/**
 * ln(a / (1 − a)), the inverse of sigmoid; limited to [eps, 1 − eps] first where `eps` is given. Gradient ∂L/∂y / (a (1
 * − a)).
 * Shapes: any → the same. Integers give float32. Source: torch.logit.
 */
export const logit = (a: Tensor, eps?: number | null): Tensor => a.logit(eps);
/**
 * The integer part, rounded toward zero; the gradient is 0.
 * Shapes: any → the same. Errors: booleans. Source: torch.trunc.
 */
export const trunc = (a: Tensor): Tensor => a.trunc();
/**
 * What is left without the integer part, a − trunc(a). Gradient ∂L/∂y.
 * Shapes: any → the same. Errors: integers and booleans. Source: torch.frac.
 */
export const frac = (a: Tensor): Tensor => a.frac();
/**
 * NaN as `nan`, ±Infinity as the ends of the dtype or what is given; there the gradient is 0.
 * Shapes: any → the same. Source: torch.nan_to_num.
 */
export const nanToNum = (a: Tensor, nan?: number, posinf?: number | null, neginf?: number | null): Tensor =>
  a.nanToNum(nan, posinf, neginf);
/** Whether the sign is negative, −0 included. Shapes: any → the same, bool. Source: torch.signbit. */
export const signbit = (a: Tensor): Tensor => a.signbit();
