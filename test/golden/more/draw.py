"""A random source of inputs and arguments."""

import math
import random

import torch

from tensors import DTYPES, stored

FLOATS = ("float32", "float64")
INTS = ("int64", "int32")
EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, math.inf, -math.inf, math.nan, 1e-45, -1e-40, 1.2e-38, 3e38, -3e38,
         1e20, 1e-20, -1e-8, 88.5, 90.0, -90.0, -104.0, 20.0, 20.0001, 710.0, 6.0, 1e5, 16777217.0, 0.999999, -0.3333333]


class Draw:
    """A random source of inputs and arguments; what it draws is written as the case's."""

    def __init__(self, key, rough):
        self.r = random.Random(key)
        self.inputs = []
        self.stored = []
        self.base = self.r.choice(["float32", "float32", "float64"])
        self.rough = rough
        self.style = self.r.choice(["normal"] * 6 + ["ties", "edges", "edges"] if rough else ["normal"] * 8 + ["ties"])

    def chance(self, p):
        return self.r.random() < p

    def pick(self, *options):
        return self.r.choice(options)

    def int(self, low, high):
        return self.r.randint(low, high)

    def shape(self, low=0, high=4, size=5, zero=True):
        sizes = [self.r.choice([1, 1, *range(2, size + 1), *range(2, size + 1)]) for _ in range(self.int(low, high))]
        if zero and sizes and self.chance(0.06):
            sizes[self.int(0, len(sizes) - 1)] = 0
        return sizes

    def beside(self, shape, p=0.25):
        """A shape that broadcasts with another, most of the time."""
        other = [1 if self.chance(p) else n for n in shape][self.int(0, len(shape)) if self.chance(0.4) else 0:]
        if other and self.chance(0.03):
            other[0] += 1
        return other

    def pair(self, high=4):
        """Two shapes that broadcast to one."""
        shape = self.shape(high=high)
        a, b = self.beside(shape), self.beside(shape)
        if self.chance(0.4):
            a, b = shape, shape
        return (a, b) if self.chance(0.5) else (b, a)

    def value(self, dtype, style):
        if dtype == "bool":
            return self.chance(0.5)
        if dtype in INTS:
            return self.r.choice([0, 1, -1, 2, -2, 3, -3, 7, -7, 5, 100, 46341 if dtype == "int32" else 3000001]) if style == "edges" else self.int(-3, 4)
        if style == "ties":
            return float(self.int(-2, 3))
        if style == "edges":
            return self.r.choice(EDGES)
        if style == "wide":
            return round(self.r.gauss(0, 1) * 10 ** self.int(-3, 3), 4)
        if style == "zeroone":
            return float(self.int(0, 1))
        if style == "unit":
            return round(self.r.uniform(0.02, 0.98), 4)
        if style == "positive":
            return round(self.r.uniform(0.1, 3), 4)
        return round(self.r.gauss(0, 1.5), 4)

    def make(self, shape, dtype=None, style=None):
        dtype = dtype or self.base
        style = style or self.style
        flat = [self.value(dtype, style) for _ in range(math.prod(shape))]
        return torch.tensor(flat, dtype=DTYPES[dtype]).reshape(shape)

    def add(self, x, grad=None, view=True):
        """Takes a tensor as an input, sometimes as a view of a larger one; gives its name in a call."""
        grad = x.is_floating_point() and (self.chance(0.85) if grad is None else grad)
        steps = []
        kept = x
        if view and x.dim() > 0 and x.numel() > 0 and self.chance(0.2):
            kept, steps = self.behind(x)
        entry = stored(kept, requiresGrad=grad)
        if steps:
            entry["view"] = steps
        leaf = kept.clone().requires_grad_(grad)
        self.inputs.append((leaf, steps))
        self.stored.append(entry)
        return "$%d" % (len(self.inputs) - 1)

    def behind(self, x):
        """A tensor and the view steps that give x back."""
        kind = self.pick("transpose", "slice", "select", "expand")
        if kind == "transpose" and x.dim() >= 2:
            a, b = self.r.sample(range(x.dim()), 2)
            return x.transpose(a, b).contiguous(), [{"op": "transpose", "dim0": a, "dim1": b}]
        if kind == "expand" and 1 in x.shape:
            return x, []
        if kind == "select":
            d = self.int(0, x.dim())
            return torch.stack([x, x + 1 if x.dtype != torch.bool else x], d), [{"op": "select", "dim": d, "index": 0}]
        d = self.int(0, x.dim() - 1)
        wide = torch.repeat_interleave(x, 2, d)
        return wide, [{"op": "slice", "dim": d, "start": 0, "end": wide.shape[d], "step": 2}]

    def t(self, shape, dtype=None, style=None, grad=None, view=True):
        return self.add(self.make(shape, dtype, style), grad, view)

    def dtype(self, floats=0.75):
        return self.base if self.chance(floats) else self.pick("int64", "int32", "bool", "float64", "float32")

    def dim(self, rank):
        if self.chance(0.02):
            return rank
        return self.int(-rank, rank - 1) if rank else self.pick(0, -1)

    def dims(self, rank):
        """null, one dim or several."""
        if rank == 0 or self.chance(0.2):
            return None
        if self.chance(0.6):
            return self.dim(rank)
        chosen = self.r.sample(range(rank), self.int(1, rank))
        return [d - rank if self.chance(0.3) else d for d in chosen]

    def number(self):
        return self.pick(0, 1, 2, -1, 3, 0.5, -0.5, 2.5, -1.5, 0.1, 1e-3, 1e10, round(self.r.gauss(0, 2), 3))
