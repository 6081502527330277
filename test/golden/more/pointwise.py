"""Calls that look at each element by itself."""

import torch

from kinds import kind, words


UNARY = words("neg abs exp log sqrt rsqrt sin cos tanh sigmoid relu reciprocal square log1p expm1 sign log2 floor tan atan sinh cosh "
              "logical_not erf asin acos asinh acosh atanh ceil round trunc frac log10 exp2 erfc erfinv sinc isnan isinf isfinite isposinf "
              "isneginf signbit bitwise_not deg2rad rad2deg logit nan_to_num")
FUNCTIONS = words("silu mish gelu elu softplus hardtanh relu6 hardsigmoid hardswish hardshrink softshrink softsign celu selu tanhshrink "
                  "logsigmoid leaky_relu")


@kind(*UNARY)
def unary(d, name):
    domain = {"log": "positive", "sqrt": "positive", "rsqrt": "positive", "log2": "positive", "log10": "positive", "acosh": "positive",
              "asin": "unit", "acos": "unit", "atanh": "unit", "erfinv": "unit", "logit": "unit"}.get(name)
    style = domain if domain and d.style == "normal" and d.chance(0.8) else None
    return [d.t(d.shape(size=7), d.dtype(0.85), style)]


@kind(*FUNCTIONS)
def activation(d, name):
    x = d.t(d.shape(size=7), d.dtype(0.92))
    extra = {"gelu": lambda: [{"approximate": d.pick("none", "tanh")}], "elu": lambda: [d.pick(1, 0.3, 2, 0)],
             "softplus": lambda: [d.pick(1, 2, 0.5), d.pick(20, 1, 5)], "hardtanh": lambda: d.pick([-1, 1], [-0.5, 1.5], [0, 6]),
             "hardshrink": lambda: [d.pick(0.5, 0, 1)], "softshrink": lambda: [d.pick(0.5, 0, 1)], "celu": lambda: [d.pick(1, 0.5, 2)],
             "leaky_relu": lambda: [d.pick(0.01, 0.2, -0.1, 0, 1)]}.get(name)
    return ("F." + name, [x, *(extra() if extra and d.chance(0.8) else [])])


@kind("threshold")
def threshold(d, name):
    return ("F.threshold", [d.t(d.shape()), d.pick(0, 0.5, 1), d.pick(0, 20, -1.5)])


@kind("prelu")
def prelu(d, name):
    shape = d.shape(1, 3)
    channels = shape[1] if len(shape) > 1 else 1
    return ("F.prelu", [d.t(shape), d.t([channels if d.chance(0.6) else 1])])


@kind("glu")
def glu(d, name):
    shape = [n * 2 for n in d.shape(1, 3, 3)]
    return ("F.glu", [d.t(shape), d.dim(len(shape))])


BINARY = words("add sub mul div pow maximum minimum eq ne lt le gt ge logical_and logical_or logical_xor atan2 fmod remainder "
               "floor_divide fmax fmin hypot copysign xlogy logaddexp heaviside bitwise_and bitwise_or bitwise_xor")


@kind(*BINARY)
def binary(d, name):
    a, b = d.pair()
    bits = name.startswith("bitwise")
    kinds = [d.pick("int64", "int32", "bool") if bits else d.dtype(0.7) for _ in range(2)]
    call = [d.t(a, kinds[0]), d.t(b, kinds[1])]
    if name in ("add", "sub") and d.chance(0.4):
        call.append({"alpha": d.pick(2, -1, 0.5, -0.5, 3, 0.1)})
    if name == "div" and d.chance(0.4):
        call.append({"roundingMode": d.pick("floor", "trunc")})
    return call


@kind("scalar")
def scalars(d, name):
    """A tensor and a Python number, either way round."""
    x = d.t(d.shape(), d.dtype(0.75))
    op = d.pick(*words("add sub mul div pow eq ne lt le gt ge fmod remainder floor_divide rsub rpow torch.div copysign xlogy"))
    other = d.number() if d.chance(0.9) else d.pick("inf", "-inf", "nan", True)
    if op in ("rsub",):
        return (op, [x, other])
    if op == "rpow":
        return (op, [x, d.pick(2, 0.5, 3, 1, 0, -2, 1.5)])
    if op == "torch.div":
        return (op, [other, x])
    if op == "pow":
        return (op, [x, d.pick(0, 1, 2, 3, -1, -2, 0.5, -0.5, 1.5, 2.5, 4, 10)])
    return (op, [x, other])


@kind("inplace")
def inplace(d, name):
    a, b = d.pair(3)
    op = d.pick(*words("add_ sub_ mul_ div_ pow_ fmod_ remainder_ floor_divide_ copy_ atan2_ hypot_ copysign_ logical_and_ eq_ lt_ "
                       "maximum neg_ exp_ relu_ sigmoid_ tanh_ sqrt_ zero_ fill_ abs_ log_ square_ reciprocal_ sin_ cos_ clamp_ floor_ "
                       "round_ sign_ rsqrt_ tril_ triu_ cumsum_ cumprod_ logical_not_ nan_to_num_ erf_ addcmul_ addcdiv_ lerp_"))
    d.t(a, d.dtype(0.8))
    if op in ("tril_", "triu_"):
        return (op, ["+0", d.int(-2, 2)])
    if op in ("cumsum_", "cumprod_"):
        return (op, ["+0", d.dim(len(a))])
    if op == "fill_":
        return (op, ["+0", d.pick(0, 1, 2.5, -3)])
    if op == "clamp_":
        return (op, ["+0", {"min": d.pick(-1, 0), "max": d.pick(1, 2.5)}])
    if op in ("addcmul_", "addcdiv_"):
        return (op, ["+0", d.t(b), d.t(d.beside(a)), {"value": d.pick(1, 0.5, -2)}])
    if op == "lerp_":
        return (op, ["+0", d.t(b), d.pick(0.3, 0.7, 0.5)])
    if op in words("add_ sub_ mul_ div_ pow_ fmod_ remainder_ floor_divide_ copy_ atan2_ hypot_ copysign_ logical_and_ eq_ lt_ maximum"):
        if d.chance(0.3) and op not in words("copy_ atan2_ hypot_ logical_and_ maximum"):
            return (op, ["+0", d.number()])
        return (op, ["+0", d.t(b, d.dtype(0.8))])
    return (op, ["+0"])


@kind("where")
def where(d, name):
    a, b = d.pair(3)
    condition = d.make(d.beside(a if len(a) > len(b) else b), "bool")
    return ("torch.where", [d.add(condition), d.t(a, d.dtype()), d.t(b, d.dtype())])


@kind("masked_fill")
def masked_fill(d, name):
    a, b = d.pair(3)
    x, mask = d.t(a, d.dtype()), d.t(b, "bool")
    return [x, mask, d.number() if d.chance(0.8) else d.t([], d.dtype())]


@kind("clamp")
def clamp(d, name):
    shape = d.shape()
    x = d.t(shape, d.dtype())
    if d.chance(0.3):
        return [x, {"min": d.t(d.beside(shape), d.dtype()), "max": d.t(d.beside(shape), d.dtype())} if d.chance(0.6) else {"max": d.t(d.beside(shape))}]
    limits = {"min": d.pick(None, -1, 0, 0.5, -2.5), "max": d.pick(None, 1, 2, 0.5, -1)}
    return [x, limits]


@kind("lerp")
def lerp(d, name):
    a, b = d.pair(3)
    return [d.t(a), d.t(b), d.t(d.beside(a)) if d.chance(0.5) else d.pick(0, 0.3, 0.5, 0.7, 1, 1.5, -0.5)]


@kind("addcmul", "addcdiv")
def addc(d, name):
    a, b = d.pair(3)
    return [d.t(a), d.t(b), d.t(d.beside(a)), *([{"value": d.pick(0.5, 2, -1, 0)}] if d.chance(0.7) else [])]


@kind("isclose")
def isclose(d, name):
    a, b = d.pair(2)
    return [d.t(a, style="ties"), d.t(b, style="ties"), {"rtol": d.pick(1e-5, 0.1), "atol": d.pick(1e-8, 1), "equalNan": d.chance(0.5)}]


@kind("to")
def to(d, name):
    x = d.t(d.shape(), d.pick("float32", "float64", "int64", "int32", "bool"), d.pick("normal", "ties", "wide"))
    return (d.pick("float", "double", "long", "int", "bool"), [x])
