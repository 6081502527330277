"""Calls that make fewer numbers of many, and orders."""

import torch

from tensors import DTYPES
from draw import INTS
from kinds import kind, words


@kind(*words("sum mean prod amax amin any all nansum nanmean"))
def reduction(d, name):
    shape = d.shape(size=7)
    x = d.t(shape, d.dtype(0.8))
    dims = d.dims(len(shape))
    if name in ("prod", "any", "all") and isinstance(dims, list):
        dims = dims[0]
    if dims is None and d.chance(0.5):
        return [x]
    return [x, dims, {"keepdim": d.chance(0.5)}] if dims is not None or name not in ("amax", "amin", "any", "all", "prod") else [x]


@kind("var", "std")
def spread(d, name):
    shape = d.shape(size=7)
    x = d.t(shape, d.dtype(0.95))
    dims = d.dims(len(shape))
    return [x, dims, {"unbiased": d.chance(0.6), "keepdim": d.chance(0.5)}] if dims is not None else [x, None, {"unbiased": d.chance(0.6)}]


@kind("max", "min")
def extremum(d, name):
    shape = d.shape()
    x = d.t(shape, d.dtype(0.8))
    return [x] if d.chance(0.3) else [x, d.dim(len(shape)), {"keepdim": d.chance(0.5)}]


@kind("argmax", "argmin")
def found(d, name):
    shape = d.shape()
    x = d.t(shape, d.dtype(0.8), d.pick("ties", "edges", "normal"))
    return [x] if d.chance(0.3) else [x, d.dim(len(shape)), {"keepdim": d.chance(0.5)}]


@kind("logsumexp")
def logsumexp(d, name):
    shape = d.shape(1)
    dims = d.dims(len(shape))
    return [d.t(shape, d.dtype(0.95)), 0 if dims is None else dims, {"keepdim": d.chance(0.5)}]


@kind("softmax", "log_softmax", "softmin")
def softmax(d, name):
    shape = d.shape(size=9)
    return [d.t(shape, d.dtype(0.95)), d.dim(len(shape))] if name != "softmin" else ("F.softmin", [d.t(shape), d.dim(len(shape))])


@kind(*words("cumsum cumprod cummax cummin"))
def scan(d, name):
    shape = d.shape()
    return [d.t(shape, d.dtype(0.85)), d.dim(len(shape))]


@kind("norm")
def norm(d, name):
    shape = d.shape()
    x = d.t(shape, d.pick(None, None, None, d.dtype()))
    p = d.pick(1, 2, "inf", "-inf", 0, 3, 0.5, 1.5, "fro", 2.5, -1)
    dims = d.dims(len(shape))
    return [x, p] if dims is None else [x, p, dims, {"keepdim": d.chance(0.5)}]


@kind("sort", "argsort")
def sort(d, name):
    shape = d.shape()
    return [d.t(shape, d.dtype(0.8), d.pick(None, "ties")), d.dim(len(shape)), {"descending": d.chance(0.5)} if name == "sort" else {"descending": d.chance(0.5)}]


@kind("topk")
def topk(d, name):
    shape = d.shape(1, zero=False)
    dim = d.int(-len(shape), len(shape) - 1)
    return [d.t(shape, None, "normal"), d.int(0, shape[dim]), dim, {"largest": d.chance(0.5), "sorted": True}]


@kind("kthvalue")
def kthvalue(d, name):
    shape = d.shape(1, zero=False)
    dim = d.int(-len(shape), len(shape) - 1)
    return [d.t(shape, None, "normal"), d.int(1, shape[dim]), dim, {"keepdim": d.chance(0.5)}]


@kind("median")
def median(d, name):
    shape = d.shape()
    x = d.t(shape, d.dtype(0.85), d.pick("normal", "edges"))
    return [x] if d.chance(0.4) else [x, d.dim(len(shape)), {"keepdim": d.chance(0.5)}]


@kind("count_nonzero", "nonzero", "unique", "aminmax", "var_mean", "std_mean")
def census(d, name):
    shape = d.shape()
    if name in ("var_mean", "std_mean"):
        return [d.t(shape), d.dims(len(shape)) or 0, {"unbiased": d.chance(0.5), "keepdim": d.chance(0.5)}] if shape else None
    x = d.t(shape, d.dtype(0.7), d.pick("ties", "edges" if name != "unique" else "ties"))
    if name == "aminmax":
        return None
    return [x] if name != "count_nonzero" or d.chance(0.5) else [x, d.dim(len(shape))]


@kind("bincount")
def bincount(d, name):
    n = d.int(0, 6)
    x = d.add(torch.tensor([d.int(0, 4) for _ in range(n)], dtype=DTYPES[d.pick(*INTS)]), view=False)
    return [x] if d.chance(0.5) else [x, d.t([n], grad=False), d.int(0, 8)]


@kind("searchsorted", "bucketize")
def search(d, name):
    edges = d.make([d.int(0, 6)], None, d.pick("ties", "normal")).sort().values
    values = d.make(d.shape(0, 3), None, "ties")
    a, b = d.add(edges, False, False), d.add(values, False, False)
    return [*((a, b) if name == "searchsorted" else (b, a)), {"right": d.chance(0.5)}]
