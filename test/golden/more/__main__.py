"""Writes test/golden/more.json: calls and programs as PyTorch 1.13 runs them, beyond those of ops.public.json and in its schema.

`python3 test/golden/more` writes the file again. `python3 test/golden/more --cases 200 --seed 7 --kinds add,graph FILE` draws others.
A case is `op: "call:NAME"` with `args.call`, its arguments: "$0" is the first input, "+0" a clone of it, {"slice": [a, b, c]} a slice;
a last {…} holds options by Backstep's names. What a case is depends on its kind, seed and number alone.
"""

import argparse
import json
import os
import warnings

import torch

import layers, losses, pointwise, products, reductions, shapes  # noqa: E401, they register their kinds
from call import run, viewed
from draw import Draw
from found import FOUND
from kinds import KINDS, words
from programs import program
from tensors import first_line, NAMES, stored

torch.set_num_threads(1)
warnings.filterwarnings("ignore")

# Kinds whose inputs are also infinite, NaN, huge and tiny: there PyTorch's result does not hang on the order of sums.
ROUGH = {*pointwise.UNARY, *pointwise.FUNCTIONS, *pointwise.BINARY, *words("threshold prelu scalar inplace where masked_fill clamp isclose to max min amax amin argmax argmin any "
                                            "all cummax cummin sort argsort median count_nonzero nonzero mse_loss l1_loss huber_loss smooth_l1_loss")}

# What PyTorch has one node for and Backstep several, or 2.x another: the name is not asked for.
COMPOSED = set(words("multi_margin_loss soft_margin_loss pairwise_distance masked_select nansum std_mean var_mean cdist dist einsum vdot linalg "
                     "put inplace sum mean shape to"))

# Cases in which PyTorch 1.13 is not followed, by kind and key.
LEFT_OUT = {
    "sinc/0.2": "1.13 has no second gradient at 0",
    "interpolate_area/0.3": "1.13 refuses the gradient of an empty mean",
    "shape/0.0": "2.x names the matrix in tril's error",
}


def case(op, key, draw_case):
    """One case: its call, and what PyTorch gives; None where PyTorch itself is not to be followed."""
    d = Draw("%s/%s" % (op, key), op in ROUGH)
    torch.manual_seed(d.int(0, 2**31))
    call = draw_case(d)
    if call is None:
        return None
    path, call = call if isinstance(call, tuple) else (op, call)
    made = {"id": "%s/%s" % (op, key), "op": "call:" + path, "inputs": d.stored, "args": {"call": call}}
    leaves = [leaf for leaf, _ in d.inputs]
    seen = [viewed(leaf, steps) for leaf, steps in d.inputs]
    nothing = {"output": None, "gradOutput": None, "grads": None}
    try:
        outputs = run(path, call, seen)
    except (RuntimeError, IndexError, ValueError, TypeError, NotImplementedError, AssertionError) as error:
        return {**made, **nothing, "error": {"type": type(error).__name__, "message": first_line(error)}}
    if not outputs or any(each.dtype not in NAMES for each in outputs) or any(not each.is_floating_point() and each.numel() and each.abs().max() > 2**53 for each in outputs if each.dtype != torch.bool):
        return None
    output, *others = outputs
    made["output"] = stored(output)
    if others:
        made["extraOutputs"] = {str(k + 1): stored(each) for k, each in enumerate(others)}
    made.update(gradOutput=None, grads=None)
    if not output.requires_grad:
        made["output"]["requiresGrad"] = False
        return made
    if output.grad_fn is not None and op not in COMPOSED:
        made["gradFn"] = output.grad_fn.name()
    style = "edges" if d.rough and d.chance(0.05) else "normal"
    seed = d.make(list(output.shape), NAMES[output.dtype], style)
    with_grads = [k for k, each in enumerate(others) if each.requires_grad]
    twice = not with_grads and not any(isinstance(each, str) and each[0] == "+" for each in call) and d.chance(0.2)
    needing = [leaf for leaf in leaves if leaf.requires_grad]
    made["gradOutput"] = stored(seed)
    try:
        if twice:
            seed.requires_grad_()
            grads = torch.autograd.grad(output, needing, seed, create_graph=True)
            seeds = [d.make(list(g.shape), NAMES[g.dtype], "normal") for g in grads]
            first = {id(leaf): stored(g) for leaf, g in zip(needing, grads)}
            torch.autograd.backward(grads, seeds)
            made["grads"] = [first.get(id(leaf)) for leaf in leaves]
            made["gradGradOutputs"] = [stored(each) for each in seeds]
            made["gradGrads"] = [None if leaf.grad is None else stored(leaf.grad) for leaf in leaves]
            return made
        extra = {str(k + 1): d.make(list(others[k].shape), NAMES[others[k].dtype], "normal") for k in with_grads}
        torch.autograd.backward([output, *[others[k] for k in with_grads]], [seed, *extra.values()])
    except (RuntimeError, NotImplementedError) as error:
        if twice:
            made["gradOutput"] = None
            return made
        made["gradError"] = first_line(error)
        made["gradOutput"] = None
        return made
    if extra:
        made["extraGradOutputs"] = {name: stored(each) for name, each in extra.items()}
    made["grads"] = [None if leaf.grad is None else stored(leaf.grad) for leaf in leaves]
    return made


def drawn(kind, key):
    return program(key) if kind == "graph" else case(kind, key, KINDS[kind])


def committed():
    """Four small cases of each kind, those that were once met otherwise, and programs."""
    for kind in KINDS:
        for key in ["0.%d" % k for k in range(4)] + FOUND.get(kind, "").split():
            yield kind, key
    for k in range(120):
        yield "graph", "0.%d" % k


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file", nargs="?", default=os.path.join(os.path.dirname(__file__), "..", "more.json"))
    parser.add_argument("--cases", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default="")
    options = parser.parse_args()
    kinds = options.kinds.split(",") if options.kinds else [*KINDS, "graph"]
    if options.cases is None:
        made = [drawn(kind, key) for kind, key in committed() if "%s/%s" % (kind, key) not in LEFT_OUT]
        made = [each for each in made if each is not None and len(json.dumps(each)) < 2600]
    else:
        made = [drawn(kind, "%d.%d" % (options.seed, k)) for kind in kinds for k in range(options.cases)]
    cases = [each for each in made if each is not None]
    with open(options.file, "w") as file:
        file.write('{"meta": ' + json.dumps({"torch": torch.__version__, "writtenBy": "test/golden/more"}) + ', "cases": [\n')
        file.write(",\n".join(json.dumps(each, separators=(",", ":")) for each in cases))
        file.write("\n]}\n")
    print(len(cases), "cases")


main()
