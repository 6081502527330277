"""Losses and distances."""

import math

import torch

from tensors import DTYPES
from kinds import kind, words


def reduced(d, **more):
    return {"reduction": d.pick("mean", "sum", "none"), **more}


@kind(*words("mse_loss l1_loss smooth_l1_loss huber_loss soft_margin_loss"))
def loss(d, name):
    s = d.shape(0, 3)
    t = s if d.chance(0.85) else d.beside(s)
    options = reduced(d)
    if name == "smooth_l1_loss" and d.chance(0.7):
        options["beta"] = d.pick(1, 0.5, 2, 0)
    if name == "huber_loss" and d.chance(0.7):
        options["delta"] = d.pick(1, 0.5, 2)
    return ("F." + name, [d.t(s), d.t(t, style="ties" if name == "soft_margin_loss" else None, grad=False if name == "soft_margin_loss" else None), options])


@kind("binary_cross_entropy", "binary_cross_entropy_with_logits")
def bce(d, name):
    s = d.shape(0, 3)
    logits = name.endswith("logits")
    x = d.t(s, None, None if logits else "unit" if d.chance(0.8) else "zeroone")
    target = d.t(s, None, d.pick("unit", "unit", "zeroone"), d.pick(False, None) if logits else False)
    options = reduced(d)
    if d.chance(0.4):
        options["weight"] = d.t(d.beside(s), None, "positive", False)
    if logits and d.chance(0.4):
        options["posWeight"] = d.t(s[-1:], None, "positive", False)
    return ("F." + name, [x, target, options])


@kind("kl_div")
def kl_div(d, name):
    s = d.shape(1, 3)
    log = d.chance(0.4)
    return ("F.kl_div", [d.t(s), d.t(s, None, None if log else "unit"), {"reduction": d.pick("mean", "sum", "none", "batchmean"), "logTarget": log}])


@kind("cross_entropy", "nll_loss")
def entropy(d, name):
    classes = d.int(1, 5)
    batch, spatial = d.pick([], [1], [4], [3], [2]), d.shape(0, 2, 3)
    if not batch:
        spatial = []
    probabilities = name == "cross_entropy" and d.chance(0.3)
    x = d.t([*batch, classes, *spatial], style=d.pick("normal", d.style))
    options = reduced(d)
    if probabilities:
        target = d.t([*batch, classes, *spatial], None, "unit")
    else:
        flat = [d.int(0, classes - 1) for _ in range(math.prod([*batch, *spatial]))]
        if d.chance(0.4):
            options["ignoreIndex"] = d.pick(0, -100, 1, -1)
            flat = [options["ignoreIndex"] if d.chance(0.3) else value for value in flat]
        target = d.add(torch.tensor(flat, dtype=torch.int64).reshape([*batch, *spatial]))
    if d.chance(0.4):
        options["weight"] = d.t([classes], None, "positive", False)
    if name == "cross_entropy" and d.chance(0.4):
        options["labelSmoothing"] = d.pick(0.1, 0.3, 1)
    return ("F." + name, [x, target, options])


@kind(*words("hinge_embedding_loss margin_ranking_loss cosine_similarity cosine_embedding_loss pairwise_distance triplet_margin_loss "
             "multi_margin_loss poisson_nll_loss gaussian_nll_loss"))
def margin(d, name):
    n, k = d.int(1, 4), d.int(1, 4)
    def signs(shape):
        return d.add(torch.tensor([d.pick(-1.0, 1.0) for _ in range(math.prod(shape))], dtype=DTYPES[d.base]).reshape(shape), False)
    options = reduced(d)
    margin = {"margin": d.pick(1, 0.5, 0)} if d.chance(0.6) else {}
    if name == "hinge_embedding_loss":
        return ("F." + name, [d.t([n, k]), signs([n, k]), {**options, **margin}])
    if name == "margin_ranking_loss":
        return ("F." + name, [d.t([n]), d.t([n]), signs([n]), {**options, **margin}])
    if name == "cosine_similarity":
        a, b = d.pair(3)
        rank = max(len(a), len(b))
        return ("F." + name, [d.t(a), d.t(b), {"dim": d.dim(rank), "eps": d.pick(1e-8, 1e-2)}])
    if name == "cosine_embedding_loss":
        return ("F." + name, [d.t([n, k]), d.t([n, k]), signs([n]), {**options, "margin": d.pick(0, 0.5, -0.2)}])
    if name == "pairwise_distance":
        return ("F." + name, [d.t([n, k]), d.t([n, k]), {"p": d.pick(2, 1, 3), "eps": d.pick(1e-6, 1e-2), "keepdim": d.chance(0.5)}])
    if name == "triplet_margin_loss":
        return ("F." + name, [d.t([n, k]), d.t([n, k]), d.t([n, k]), {**options, **margin, "p": d.pick(2, 1, 3), "swap": d.chance(0.5)}])
    if name == "multi_margin_loss":
        target = d.add(torch.tensor([d.int(0, k - 1) for _ in range(n)]))
        if d.chance(0.4):
            options["weight"] = d.t([k], None, "positive", False)
        return ("F." + name, [d.t([n, k]), target, {**options, **margin, "p": d.pick(1, 2)}])
    if name == "poisson_nll_loss":
        return ("F." + name, [d.t([n, k], style=d.pick("positive", None)), d.t([n, k], style="positive", grad=d.pick(None, False)),
                              {**options, "logInput": d.chance(0.5), "full": d.chance(0.4), "eps": d.pick(1e-8, 1e-3)}])
    return ("F." + name, [d.t([n, k]), d.t([n, k]), d.t(d.pick([n, k], [n, 1], [n]), style="positive"), {**options, "full": d.chance(0.4), "eps": d.pick(1e-6, 1e-3)}])
