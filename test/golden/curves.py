"""Writes test/golden/curves.json: 23 floats for each curve (two vectors, and what PyTorch takes one by one), first of all such that PyTorch 1.13 does not take to the nearest float, with
the bits of what it takes them to and of the slope there.

`python3 test/golden/curves.py` writes the file again.
"""

import json
import os

import torch

torch.set_num_threads(1)
torch.manual_seed(20)
F = torch.nn.functional


def drawn(low=None, high=None):
    if low is not None:
        return torch.rand(20000) * (high - low) + low
    return torch.cat([torch.randn(10000) * 2, torch.rand(5000) * 250 - 125, torch.randn(5000) * 1e4])


def power(exponent):
    return lambda x: x**exponent


CURVES = {
    **{name: (getattr(torch, name), drawn()) for name in "erf erfc tan sin cos atan expm1 sinh cosh asinh exp2".split()},
    **{name: (getattr(torch, name), drawn(-1, 1)) for name in "asin acos atanh erfinv".split()},
    "acosh": (torch.acosh, drawn(1, 9)),
    "logit": (torch.logit, drawn(0, 1)),
    "xlogy": (lambda x: x.xlogy(x + 3), drawn(0, 9)),
    "logaddexp": (lambda x: x.logaddexp(1 - x), drawn(-9, 9)),
    **{name: (getattr(torch, name), drawn(0, 10)) for name in "log2 log10".split()},
    **{"pow %s" % n: (power(n), drawn(0, 5)) for n in (1.5, 4, -3, 0.3)},
    "rpow 2.5": (lambda x: 2.5**x, drawn(-20, 20)),
    "pow": (lambda x: x.abs().pow(x), drawn(-9, 9)),
    "atan2": (lambda x: x.atan2(1 - x), drawn(-9, 9)),
    "gelu": (F.gelu, drawn(-9, 9)),
    "gelu tanh": (lambda x: F.gelu(x, approximate="tanh"), drawn(-6, 6)),
    **{name: (getattr(F, name), drawn(-9, 9)) for name in "mish silu softplus elu".split()},
    "logsigmoid": (F.logsigmoid, drawn(-9, 9)),
}


def bits(x):
    return x.detach().view(torch.int32).tolist()


def case(curve, x):
    x = x[curve(x).isfinite()]
    away = curve(x) != curve(x.double()).float()
    leaf = torch.cat([x[away], x[~away]])[:23].requires_grad_()
    y = curve(leaf)
    y.backward(torch.ones(23))
    return {"x": bits(leaf), "y": bits(y), "slope": bits(leaf.grad)}


def main():
    cases = {name: case(curve, x) for name, (curve, x) in CURVES.items()}
    lines = ",\n".join("%s:%s" % (json.dumps(name), json.dumps(each, separators=(",", ":"))) for name, each in cases.items())
    with open(os.path.join(os.path.dirname(__file__), "curves.json"), "w") as file:
        file.write('{"meta":{"torch":"%s"},"cases":{\n%s\n}}\n' % (torch.__version__, lines))


if __name__ == "__main__":
    main()
