"""Calls that move, join, pick and put elements."""

import math

import torch

from tensors import NAMES
from call import argument, viewed, WRITTEN
from kinds import kind, words


@kind("shape")
def shape(d, name):
    s = d.shape()
    rank = len(s)
    x = d.t(s, d.dtype(0.8), "normal")
    total = math.prod(s)
    def regrouped():
        parts = list(s)
        d.r.shuffle(parts)
        if d.chance(0.5) and len(parts) >= 2:
            parts = [parts[0] * parts[1], *parts[2:]]
        if d.chance(0.3):
            parts.insert(d.int(0, len(parts)), 1)
        if parts and d.chance(0.4):
            parts[d.int(0, len(parts) - 1)] = -1
        return parts or [1]
    shuffled = list(range(rank))
    d.r.shuffle(shuffled)
    options = {
        "transpose": lambda: [x, d.dim(rank), d.dim(rank)],
        "permute": lambda: [x, [k - rank if d.chance(0.3) else k for k in shuffled]],
        "reshape": lambda: [x, regrouped()],
        "view": lambda: [x, regrouped()],
        "flatten": lambda: [x, d.dim(rank), d.dim(rank)],
        "squeeze": lambda: [x] if d.chance(0.4) else [x, d.dim(rank)],
        "unsqueeze": lambda: [x, d.int(-rank - 1, rank)],
        "expand": lambda: [x, [*[d.int(1, 3) for _ in range(d.int(0, 2))], *[-1 if d.chance(0.3) else n if n != 1 else d.int(0, 4) for n in s]]],
        "narrow": lambda: [x, *(lambda k: (k, 0 if s[k] == 0 else d.int(-s[k], s[k] - 1), d.int(0, s[k])))(d.int(0, rank - 1))] if rank else None,
        "select": lambda: [x, d.dim(rank), d.int(-2, 2)],
        "flip": lambda: [x, d.r.sample(range(-rank, 0), d.int(0, rank))],
        "roll": lambda: [x, d.int(-3, 3)] if d.chance(0.3) or rank == 0 else [x, d.int(-3, 3), d.dim(rank)],
        "repeat": lambda: [x, [*[d.int(1, 2) for _ in range(d.int(0, 1))], *[d.int(0, 3) if d.chance(0.2) else d.int(1, 2) for _ in s]]],
        "tile": lambda: [x, [d.int(1, 3) for _ in range(d.int(0, rank + 1))]],
        "unbind": lambda: [x, d.dim(rank)],
        "split": lambda: [x, d.int(1, 4), d.dim(rank)],
        "chunk": lambda: [x, d.int(1, 4), d.dim(rank)],
        "tensor_split": lambda: ("torch.tensor_split", [x, d.pick(d.int(1, 4), [1, 3]), d.dim(rank)]),
        "tril": lambda: [x, d.int(-2, 3)],
        "triu": lambda: [x, d.int(-2, 3)],
        "diagonal": lambda: [x, d.int(-2, 2), *(d.r.sample(range(rank), 2) if rank >= 2 else [0, 1])],
        "diag_embed": lambda: [x, d.int(-2, 2)],
        "torch.diag": lambda: [x, d.int(-2, 2)],
        "trace": lambda: [x],
        "t": lambda: [x],
        "movedim": lambda: [x, d.dim(rank), d.dim(rank)],
        "swapaxes": lambda: [x, d.dim(rank), d.dim(rank)],
        "unfold": lambda: [x, *(lambda k: (k, d.int(1, 4), d.int(1, 3)))(d.dim(rank))],
        "unflatten": lambda: [x, d.dim(rank), [1, -1]],
        "torch.rot90": lambda: [x, d.int(-3, 4), d.r.sample(range(rank), 2)] if rank >= 2 else None,
        "torch.repeat_interleave": lambda: [x, d.int(0, 3), *([d.dim(rank)] if d.chance(0.7) else [])],
        "torch.atleast_1d": lambda: [x], "torch.atleast_2d": lambda: [x], "torch.atleast_3d": lambda: [x],
        "torch.ravel": lambda: [x],
        "clone": lambda: [x], "contiguous": lambda: [x], "detach": lambda: [x],
        "broadcast_to": lambda: [x, [2, *s]],
    }
    op = d.pick(*options)
    call = options[op]()
    return call if call is None or isinstance(call, tuple) else (op, call)


@kind("cat", "stack", "hstack", "vstack", "dstack", "column_stack")
def join(d, name):
    s = d.shape(1, 3)
    if name == "cat":
        dim = d.int(0, len(s) - 1)
        parts = [d.t([d.int(0, 3) if k == dim else n for k, n in enumerate(s)], d.dtype(0.85)) for _ in range(d.int(1, 4))]
        if d.chance(0.1):
            parts.append(d.t([0]))
        return [parts, dim - len(s) if d.chance(0.4) else dim]
    parts = [d.t(s, d.dtype(0.9)) for _ in range(d.int(1, 3))]
    return ("torch." + name, [parts, d.int(-len(s) - 1, len(s))] if name == "stack" else [parts])


@kind("at", "put")
def index(d, name):
    s = d.shape(1, 4, zero=False)
    x = d.t(s, d.dtype(0.85), "normal", view=name == "at")
    index = []
    dims = 0
    ellipsis = wide = False
    rows = d.pick([], [2], [3], [2, 1], [2, 3])
    while dims < len(s) and d.chance(0.8):
        n = s[dims]
        what = d.pick("int", "slice", "slice", "list", "tensor", "none", "mask", "dots")
        if wide:
            break
        if what == "int":
            index.append(d.int(-n, n - 1))
        elif what == "slice":
            index.append({"slice": [d.pick(None, 0, 1, -1, -3), d.pick(None, n, -1, 2, 100), d.pick(None, 1, 2, 3)]})
        elif what == "list":
            index.append([d.int(-n, n - 1) for _ in range(rows[-1] if rows else 1)])
        elif what == "tensor":
            index.append(d.add(torch.tensor([d.int(-n, n - 1) for _ in range(math.prod(rows))]).reshape(rows), view=False))
        elif what == "mask":
            width = 2 if dims + 1 < len(s) and d.chance(0.3) else 1
            wide = width == 2  # What follows such a mask PyTorch takes from the wrong dimension.
            index.append(d.t(s[dims:dims + width], "bool", view=False))
            dims += width - 1
        elif what == "none":
            index.append(None)
            continue
        else:
            if ellipsis:
                continue
            ellipsis = True
            index.append("...")
            dims += d.int(0, len(s) - dims) - 1
        dims += 1
    if name == "at":
        return [x, *index]
    try:
        shape = list(WRITTEN["at"](viewed(*d.inputs[0]), *argument(index, [viewed(*each) for each in d.inputs])).shape)
    except (IndexError, RuntimeError):
        return None
    value = d.number() if d.chance(0.4) else d.t(d.beside(shape), d.dtype(0.85), "normal")
    lists = [torch.tensor(i) if isinstance(i, list) else None for i in index]
    if any(i is not None and not isinstance(i, (int, dict, str)) for i in index) and any(True for i in index if isinstance(i, (list, str))):
        # Which of several writes to one place stays is not said; only distinct places are asked for.
        flat = torch.arange(math.prod(s)).reshape(s)
        try:
            hit = WRITTEN["at"](flat, *argument(index, [viewed(*each) for each in d.inputs]))
        except (IndexError, RuntimeError):
            return None
        if hit.reshape(-1).unique().numel() != hit.numel():
            return None
    return ["+0", *index, value]


@kind(*words("gather scatter scatter_add index_select index_add index_copy index_fill take take_along_dim masked_select masked_scatter"))
def places(d, name):
    s = d.shape(1, 3, zero=False)
    rank = len(s)
    x = d.t(s, d.dtype(0.85), "normal", view=name not in ("masked_select", "masked_scatter"))
    dim = d.int(0, rank - 1)
    shown = dim - rank if d.chance(0.3) else dim
    n = s[dim]
    def indices(shape, high, distinct=False):
        if distinct:
            base = torch.stack([torch.randperm(high) for _ in range(max(1, math.prod(shape) // max(1, shape[dim])))]) if high else None
        flat = [d.int(0, high - 1) for _ in range(math.prod(shape))]
        return torch.tensor(flat, dtype=torch.int64).reshape(shape)
    if name == "gather":
        shape = [d.int(0, 4) if k == dim else d.int(1, m) for k, m in enumerate(s)]
        return [x, shown, d.add(indices(shape, n))]
    if name in ("scatter", "scatter_add"):
        count = d.int(0, n)
        rest = [d.int(1, m) for m in s]
        rest[dim] = count
        order = torch.argsort(torch.rand(*[n if k == dim else m for k, m in enumerate(rest)]), dim)
        index = order.narrow(dim, 0, count).contiguous() if name == "scatter" else indices(rest, n)
        source = d.number() if name == "scatter" and d.chance(0.3) else d.t([m + d.int(0, 1) for m in rest], d.base if d.chance(0.9) else d.dtype(), "normal")
        return [x, shown, d.add(index), source]
    if name == "index_select":
        return [x, shown, d.add(indices([d.int(0, 4)], n) if rank else 0)]
    if name in ("index_add", "index_copy", "index_fill"):
        count = d.int(0, n)
        index = torch.randperm(n)[:count] if name != "index_add" else torch.tensor([d.int(0, n - 1) for _ in range(count)], dtype=torch.int64)
        where = d.add(index, view=False)
        if name == "index_fill":
            return [x, shown, where, d.number()]
        source = d.t([count if k == dim else m for k, m in enumerate(s)], NAMES[d.inputs[0][0].dtype] if d.chance(0.95) else d.dtype(), "normal")
        return [x, shown, where, source, *([{"alpha": d.pick(1, 2, 0.5)}] if name == "index_add" and d.chance(0.4) else [])]
    total = math.prod(s)
    if name == "take":
        return [x, d.add(torch.tensor([d.int(-total, total - 1) for _ in range(d.int(0, 5))], dtype=torch.int64))]
    if name == "take_along_dim":
        shape = [d.int(1, 3) if k == dim else d.pick(m, 1) for k, m in enumerate(s)]
        return ("torch.take_along_dim", [x, d.add(indices(shape, n)), *([shown] if d.chance(0.8) else [])])
    mask = d.make(d.beside(s), "bool")
    if name == "masked_select":
        return [x, d.add(mask, view=False)]
    return [x, d.add(mask), d.t([total], NAMES[d.inputs[0][0].dtype], "normal")]


@kind("pad")
def pad(d, name):
    mode = d.pick("constant", "constant", "reflect", "replicate", "circular")
    if mode == "constant":
        s = d.shape(1, 4)
        count = d.int(1, len(s))
        sides = [d.int(-1, 3) for _ in range(2 * count)]
        return ("F.pad", [d.t(s), sides, "constant", d.pick(0, -2, 1.5, "inf")])
    spatial = d.int(1, 2)
    s = d.shape(1 if mode != "circular" else 2, 2 if mode != "circular" else 2, 3, False) + [d.int(1, 5) for _ in range(spatial)]
    sides = [d.int(-1 if d.chance(0.3) else 0, 3) for _ in range(2 * spatial)]
    return ("F.pad", [d.t(s, style="normal"), sides, mode])


@kind("meshgrid")
def meshgrid(d, name):
    return ("torch.meshgrid", [[d.t(d.pick([], [d.int(0, 4)], [d.int(1, 4)])) for _ in range(d.int(1, 3))], {"indexing": d.pick("ij", "xy")}])


@kind("sliding")
def sliding(d, name):
    k, padding, dilation, stride = [[d.int(low, high), d.int(low, high)] for low, high in ((1, 3), (0, 2), (1, 2), (1, 3))]
    n, c, h, w = d.int(1, 2), d.int(1, 3), d.int(3, 6), d.int(3, 6)
    options = {"dilation": dilation, "padding": padding, "stride": stride}
    if d.chance(0.5):
        return ("F.unfold", [d.t([n, c, h, w], style="normal"), k, options])
    counts = [(size + 2 * padding[i] - dilation[i] * (k[i] - 1) - 1) // stride[i] + 1 for i, size in enumerate((h, w))]
    if min(counts) < 1:
        return None
    return ("F.fold", [d.t([n, c * k[0] * k[1], counts[0] * counts[1]], style="normal"), [h, w], k, options])
