"""Runs a call as a case writes it."""

import math
import re

import torch
import torch.nn.functional as F


def snake(name):
    return re.sub(r"([A-Z])", lambda m: "_" + m.group(1).lower(), name)


def viewed(x, steps):
    for step in steps:
        if step["op"] == "transpose":
            x = x.transpose(step["dim0"], step["dim1"])
        elif step["op"] == "select":
            x = x.select(step["dim"], step["index"])
        elif step["op"] == "expand":
            x = x.expand(step["size"])
        else:
            x = x[tuple([slice(None)] * step["dim"] + [slice(step["start"], step["end"], step["step"])])]
    return x


def argument(written, inputs):
    if isinstance(written, list):
        return [argument(each, inputs) for each in written]
    if isinstance(written, str) and re.match(r"^[$+]\d+$", written):
        x = inputs[int(written[1:])]
        return x.clone() if written[0] == "+" else x
    if isinstance(written, str) and written in ("inf", "-inf", "nan"):
        return float(written)
    if isinstance(written, str) and written == "...":
        return Ellipsis
    if isinstance(written, dict):
        return slice(*written["slice"])
    return written


def put(x, *given):
    x[tuple(given[:-1])] = given[-1]
    return x


def attended(q, k, v, attn_mask=None, is_causal=False, scale=None):
    scores = q @ k.transpose(-2, -1) * (1 / math.sqrt(q.shape[-1]) if scale is None else scale)
    if is_causal:
        attn_mask = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool).tril()
    if attn_mask is not None:
        scores = scores.masked_fill(~attn_mask, -math.inf) if attn_mask.dtype == torch.bool else scores + attn_mask
    return torch.softmax(scores, -1) @ v


# Calls that PyTorch writes in another way.
WRITTEN = {
    "at": lambda x, *index: x[tuple(torch.tensor(i) if isinstance(i, list) else i for i in index)],
    "put": put,
    "where": torch.where,
    "rsub": lambda x, other: other - x,
    "rpow": lambda x, base: base ** x,
    "torch.div": lambda a, b: a / b,
    "torch.sub": lambda a, b: a - b,
    "clamp": lambda x, **limits: torch.clamp(x, **limits),
    "leaky_relu": F.leaky_relu,
    "attention_weights": None,
    "max_pool2d_with_indices": lambda *a, **k: F.max_pool2d(*a, **k, return_indices=True),
    "max_pool1d_with_indices": lambda *a, **k: F.max_pool1d(*a, **k, return_indices=True),
    "adaptive_max_pool2d_with_indices": lambda *a, **k: F.adaptive_max_pool2d(*a, **k, return_indices=True),
    "batch_norm": lambda x, mean, var, **k: F.batch_norm(x, mean, var, **k),
    "norm": lambda x, p="fro", dim=None, keepdim=False: torch.norm(x, p, dim, keepdim),
    "argsort": lambda x, dim, **o: torch.sort(x, dim=dim, stable=True, **o).indices,
    "norm": lambda x, p="fro", dim=None, keepdim=False: torch.linalg.vector_norm(x, 2 if p == "fro" else p, dim, keepdim),
    "F.scaled_dot_product_attention": attended,
    "threshold": F.threshold,
    "huber_loss": F.huber_loss,
    "layer_norm": F.layer_norm,
    "instance_norm": lambda x, **k: F.instance_norm(x, **k),
    "cross_entropy": F.cross_entropy,
    "nll_loss": F.nll_loss,
    "vecdot": None,
    "linalg.multi_dot": torch.linalg.multi_dot,
    "unique": lambda x: torch.unique(x, return_inverse=True, return_counts=True),
}
for name in "sum mean prod var std amax amin any all logsumexp argmax argmin nansum nanmean".split():
    pass


def function(path, given):
    if WRITTEN.get(path):
        return WRITTEN[path]
    if "." in path:
        place, name = path.split(".")
        return getattr({"F": F, "linalg": torch.linalg, "torch": torch}[place], name)
    own = getattr(given[0], path, None) if given and isinstance(given[0], torch.Tensor) else None
    if own is not None:
        return lambda self, *rest, **options: own(*rest, **options)
    return getattr(F, path, None) or getattr(torch, path)


NODIM = {"sum", "mean", "prod", "var", "std", "amax", "amin", "any", "all", "argmax", "argmin", "nansum", "nanmean", "median", "max", "min"}


def run(path, call, inputs):
    """Calls PyTorch as the case is written; a dict at the end are the options."""
    options = {}
    if call and isinstance(call[-1], dict) and "slice" not in call[-1]:
        options = {snake(name): argument(value, inputs) for name, value in call[-1].items()}
        call = call[:-1]
    given = argument(call, inputs)
    if path in NODIM and len(given) == 2 and given[1] is None and not (path in ("argmax", "argmin")):
        if path in ("any", "all", "prod"):
            given = given[:1]
            options.pop("keepdim", None)
        elif path in ("amax", "amin"):
            given = [given[0], []]
        elif path in ("var", "std"):
            given = given[:1]
    result = function(path, given)(*given, **options)
    if isinstance(result, torch.Tensor):
        return [result]
    return [each for each in result if isinstance(each, torch.Tensor)]
