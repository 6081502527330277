"""Convolutions, pools, norms, embeddings, attention."""

import torch

from tensors import DTYPES
from draw import INTS
from kinds import kind, words


@kind("conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d")
def convolution(d, name):
    rank = int(name[-2])
    groups = d.pick(1, 1, 1, 2, 3)
    cin, cout = groups * d.int(1, 2), groups * d.int(1, 2)
    def each(low, high):
        return d.int(low, high) if d.chance(0.5) else [d.int(low, high) for _ in range(rank)]
    k = [d.int(1, 3) for _ in range(rank)]
    size = [d.int(1, 7) for _ in range(rank)]
    transposed = "transpose" in name
    options = {"stride": each(1, 3), "padding": each(0, 2), "dilation": each(1, 2), "groups": groups}
    if transposed and d.chance(0.5):
        options["outputPadding"] = each(0, 1)
    if not transposed and d.chance(0.1):
        options["padding"] = d.pick("same", "valid")
    batch = d.pick([], [1], [2], [3], [2])
    style = d.pick("normal", "normal", "ties")
    x = d.t([*batch, cin, *size], style=style)
    w = d.t([cin, cout // groups, *k] if transposed else [cout, cin // groups, *k], style=style)
    if d.chance(0.6):
        options["bias"] = d.t([cout], style=style)
    return ("F." + name, [x, w, options])


@kind(*words("max_pool2d max_pool1d avg_pool2d avg_pool1d"))
def pool(d, name):
    rank = int(name[-2])
    def each(low, high):
        return d.int(low, high) if d.chance(0.5) else [d.int(low, high) for _ in range(rank)]
    kernel = each(1, 3)
    options = {}
    if d.chance(0.6):
        options["stride"] = each(1, 3)
    if d.chance(0.5):
        options["padding"] = each(0, 1)
    if d.chance(0.3):
        options["ceilMode"] = True
    if name.startswith("max") and d.chance(0.4):
        options["dilation"] = each(1, 2)
    if name.startswith("avg") and d.chance(0.5):
        options["countIncludePad"] = d.chance(0.3)
    if name == "avg_pool2d" and d.chance(0.2):
        options["divisorOverride"] = d.int(1, 5)
    x = d.t([*d.pick([], [1], [2]), d.int(1, 3), *[d.int(1, 7) for _ in range(rank)]], style=d.pick("normal", "ties", d.style))
    return ("F." + name, [x, kernel, options])


@kind("max_pool2d_with_indices")
def pool_indices(d, name):
    path, call = pool(d, "max_pool2d")
    return (name, call)


@kind(*words("adaptive_avg_pool2d adaptive_avg_pool1d adaptive_max_pool2d adaptive_max_pool1d adaptive_max_pool2d_with_indices"))
def adaptive(d, name):
    rank = 1 if "1d" in name else 2
    x = d.t([*d.pick([], [1], [2]), d.int(1, 3), *[d.int(1, 7) for _ in range(rank)]], style=d.pick("normal", "ties", d.style))
    size = d.int(1, 5) if rank == 1 or d.chance(0.3) else [d.pick(None, 1, 2, 3, 5), d.pick(None, 1, 2, 4)]
    return (name if "with" in name else "F." + name, [x, size])


@kind(*words("interpolate_nearest interpolate_nearest-exact interpolate_linear interpolate_bicubic interpolate_area"))
def interpolate(d, name):
    mode = name.removeprefix("interpolate_")
    rank = {"bicubic": 2, "area": d.pick(1, 2)}.get(mode) or d.pick(1, 2, 2, 3)
    options = {"mode": {1: "linear", 2: "bilinear", 3: "trilinear"}[rank] if mode == "linear" else mode}
    most = 3 if rank == 3 else 5
    def each(draw_one):
        return draw_one() if d.chance(0.3) else [draw_one() for _ in range(rank)]
    if d.chance(0.5):
        options["size"] = each(lambda: d.int(1, most + 2) if d.chance(0.99) else 0)
    else:
        options["scaleFactor"] = each(lambda: d.pick(0.3, 0.5, 0.7, 1, 1.1, 1.3, 1.7, 2, 2.5, round(d.r.uniform(0.2, 2.2), 3)))
        if d.chance(0.3):
            options["recomputeScaleFactor"] = d.chance(0.7)
    if mode in ("linear", "bicubic"):
        options["alignCorners"] = d.pick(None, False, True)
    spatial = [1] * rank if d.chance(0.1) else [d.int(1, most) for _ in range(rank)]
    channels = d.pick(1, 1, 2, 3) if d.chance(0.9) else d.int(4, 9)
    return ("F.interpolate", [d.t([*d.pick([1], [1], [2], [0]), channels, *spatial], d.dtype(0.97)), options])


@kind("layer_norm")
def layer_norm(d, name):
    s = d.shape(1, 4)
    own = s[d.int(0, len(s) - 1):]
    options = {"eps": d.pick(1e-5, 1e-3, 1e-12)}
    if d.chance(0.7):
        options["weight"] = d.t(own)
    if d.chance(0.6):
        options["bias"] = d.t(own)
    return ("F.layer_norm", [d.t(s), own, options])


@kind("group_norm")
def group_norm(d, name):
    groups = d.int(1, 3)
    channels = groups * d.int(1, 2)
    options = {"eps": d.pick(1e-5, 1e-3)}
    if d.chance(0.6):
        options.update(weight=d.t([channels]), bias=d.t([channels]))
    return ("F.group_norm", [d.t([d.int(1, 3), channels, *d.shape(0, 2)]), groups, options])


@kind("batch_norm", "instance_norm")
def batch_norm(d, name):
    channels = d.int(1, 3)
    spatial = d.shape(0 if name == "batch_norm" else 1, 2)
    x = d.t([d.int(1, 4), channels, *spatial])
    mean, var = d.t([channels], None, "normal", False, False), d.t([channels], None, "positive", False, False)
    options = {"momentum": d.pick(0.1, 0.3, 1), "eps": d.pick(1e-5, 1e-3)}
    if d.chance(0.7):
        options.update(weight=d.t([channels]), bias=d.t([channels]))
    if name == "batch_norm":
        return ("F.batch_norm", [x, mean, var, {**options, "training": d.chance(0.6)}])
    if d.chance(0.5):
        options.update(runningMean=mean, runningVar=var, useInputStats=d.chance(0.6))
    return ("F.instance_norm", [x, options])


@kind("width")
def width(d, name):
    """Widths on both sides of a vector's, where the order of sums shows."""
    path = d.pick("layer_norm", "group_norm", "batch_norm")
    size = d.int(1, 20)
    options = {"eps": d.pick(1e-5, 1e-3)}
    if path == "layer_norm":
        if d.chance(0.7):
            options.update(weight=d.t([size]), bias=d.t([size]))
        return ("F.layer_norm", [d.t([d.int(1, 3), size]), [size], options])
    groups = d.int(1, 2)
    channels = groups * d.int(1, 2 if path == "batch_norm" else 9)
    if d.chance(0.7):
        options.update(weight=d.t([channels]), bias=d.t([channels]))
    x = d.t([d.int(1, 3), channels, max(1, size // channels)])
    if path == "group_norm":
        return ("F.group_norm", [x, groups, options])
    return ("F.batch_norm", [x, d.t([channels], None, "normal", False, False), d.t([channels], None, "positive", False, False),
                             {**options, "training": d.chance(0.8)}])


@kind("embedding")
def embedding(d, name):
    n = d.int(1, 5)
    index = torch.tensor([d.int(0, n - 1) for _ in range(6)], dtype=DTYPES[d.pick(*INTS)]).reshape(d.pick([6], [2, 3], [3, 1, 2]))
    if d.chance(0.1):
        index = index.reshape(-1)[0]
    w = d.t([n, d.int(1, 4)])
    return ("F.embedding", [d.add(index), w, *([{"paddingIdx": d.int(-n, n - 1)}] if d.chance(0.4) else [])])


@kind("embedding_options")
def embedding_options(d, name):
    n = d.int(1, 4)
    index = torch.tensor([d.int(0, n - 1) for _ in range(6)], dtype=DTYPES[d.pick(*INTS)]).reshape(d.pick([6], [2, 3]))
    options = {"scaleGradByFreq": d.chance(0.7)}
    if d.chance(0.4):
        options["paddingIdx"] = d.int(-n, n - 1)
    written = d.chance(0.6)
    if written:
        options.update(maxNorm=d.pick(0.5, 1, 2, round(d.r.uniform(0.1, 4), 3)), normType=d.pick(2, 2, 1, 3, 0.5, 0, "inf", "-inf"))
    w = d.t([n, d.pick(1, 3, 4, 9, 17)], grad=None if not written else True)
    return ("F.embedding", [d.add(index), w, options])


@kind("scaled_dot_product_attention")
def attention(d, name):
    """Not in 1.13 under this name: its formula."""
    batch, n, m, width, out = d.shape(0, 2, 3, False), d.int(1, 4), d.int(1, 4), d.int(1, 4), d.int(1, 4)
    q, k, v = d.t([*batch, n, width], style="normal"), d.t([*batch, m, width], style="normal"), d.t([*batch, m, out], style="normal")
    options = {}
    if d.chance(0.3):
        options["isCausal"] = True
    elif d.chance(0.5):
        mask = torch.tensor([[i == 0 or d.chance(0.6) for i in range(m)] for _ in range(n)])
        options["attnMask"] = d.add(mask) if d.chance(0.5) else d.t([n, m], style="normal", grad=False)
    if d.chance(0.3):
        options["scale"] = d.pick(0.5, 1, 2)
    return ("F." + name, [q, k, v, options])
