"""Random programs in the schema of `op: "graph"` in ops.public.json, run step by step in PyTorch while they are drawn."""

import random

import torch

from tensors import first_line, stored

UNARY = ["exp", "sin", "cos", "tanh", "sigmoid", "relu", "neg", "square", "sqrt"]
IN_PLACE = ["exp_", "tanh_", "sigmoid_", "relu_", "neg_", "zero_"]
SCALED = {"mul_scalar": lambda x, c: x * c, "add_scalar": lambda x, c: x + c, "pow_scalar": lambda x, c: x ** c}


class Stopped(Exception):
    """PyTorch raised: the program ends there."""


class Program:
    def __init__(self, key, dtype):
        self.r = random.Random(key)
        self.dtype = dtype
        self.tensors, self.names = {}, []
        self.records = []
        self.inputs = []
        self.hooks, self.retained = {}, set()
        self.count = 0
        for name in self.r.choice([["x"], ["x", "w"], ["x", "w", "b"]]):
            shape = self.r.choice([[], [3], [2, 3], [2, 2], [3, 1], [2, 3]])
            n = torch.Size(shape).numel()
            grad = self.r.random() < 0.85
            data = torch.tensor([round(self.r.uniform(0.3, 1.6), 3) for _ in range(n)], dtype=dtype).reshape(shape)
            self.inputs.append(stored(data, name=name, requiresGrad=grad))
            self.hold(name, data.clone().requires_grad_(grad))

    def hold(self, name, x):
        self.tensors[name] = x
        if name not in self.names:
            self.names.append(name)

    def fresh(self):
        self.count += 1
        return "t%d" % self.count

    def pick(self, fit=lambda x: True):
        fitting = [name for name in self.names if fit(self.tensors[name])]
        return self.r.choice(fitting[-4:] if fitting and self.r.random() < 0.6 else fitting) if fitting else None

    def attempt(self, run):
        try:
            return run()
        except RuntimeError as error:
            raise Stopped(first_line(error))

    def steps(self, count):
        steps = []
        for _ in range(count):
            kind = self.r.choice(["unary", "binary", "binary", "scaled", "view", "view", "view", "inplace", "inplace", "inplace", "reduce",
                                  "detach", "clone", "backward", "noGrad", "hook", "retain", "zero", "grad", "matmul"])
            step = getattr(self, kind)()
            if step is None:
                continue
            step, run = step
            steps.append(step)
            try:
                self.attempt(run)
            except Stopped as stopped:
                stopped.steps = steps
                raise
        return steps

    def op(self, op, names, run, args=None):
        out = self.fresh()
        step = {"do": "op", "op": op, "in": names, "out": out}
        if args is not None:
            step["args"] = args
        return step, lambda: self.hold(out, run(*[self.tensors[name] for name in names]))

    def unary(self):
        op = self.r.choice(UNARY)
        return self.op(op, [self.pick()], getattr(torch, op))

    def binary(self):
        a = self.pick()
        def fits(x):
            try:
                torch.broadcast_shapes(x.shape, self.tensors[a].shape)
                return True
            except RuntimeError:
                return False
        op = self.r.choice(["add", "mul", "mul", "sub", "div"])
        return self.op(op, [a, self.pick(fits)], getattr(torch, op), {"alpha": 1} if op in ("add", "sub") else None)

    def matmul(self):
        a = self.pick(lambda x: x.dim() == 2)
        b = a and self.pick(lambda x: x.dim() in (1, 2) and x.shape[0] == self.tensors[a].shape[1])
        return self.op("matmul", [a, b], torch.matmul) if b else None

    def scaled(self):
        op = self.r.choice(list(SCALED))
        c = self.r.choice([2, 0.5, -1, 3])
        return self.op(op, [self.pick()], lambda x: SCALED[op](x, c), {"exponent" if op == "pow_scalar" else "other": c})

    def view(self):
        name = self.pick(lambda x: x.dim() > 0)
        if name is None:
            return None
        x = self.tensors[name]
        d = self.r.randrange(x.dim())
        options = {
            "select": ({"dim": d, "index": self.r.randrange(x.shape[d])}, lambda x: x.select(d, i)),
            "unsqueeze": ({"dim": d}, lambda x: x.unsqueeze(d)),
            "squeeze": ({"dim": d}, lambda x: x.squeeze(d)),
            "narrow": ({"dim": d, "start": 0, "length": max(1, x.shape[d] - 1)}, lambda x: x.narrow(d, 0, max(1, x.shape[d] - 1))),
            "slice": ({"dim": d, "start": 0, "end": x.shape[d], "step": 2}, lambda x: x[tuple([slice(None)] * d + [slice(0, x.shape[d], 2)])]),
            "reshape": ({"shape": [-1]}, lambda x: x.reshape(-1)),
            "expand": ({"size": [2, *x.shape]}, lambda x: x.expand(2, *x.shape)),
        }
        if x.dim() == 2:
            options["transpose"] = ({"dim0": 0, "dim1": 1}, lambda x: x.transpose(0, 1))
            options["permute"] = ({"dims": [1, 0]}, lambda x: x.permute(1, 0))
        op = self.r.choice(list(options))
        args, run = options[op]
        i = args.get("index")
        return self.op(op, [name], run, args)

    def reduce(self):
        op = self.r.choice(["sum", "mean", "sum"])
        return self.op(op, [self.pick()], getattr(torch, op), {})

    def detach(self):
        return self.op("detach", [self.pick()], lambda x: x.detach())

    def clone(self):
        return self.op("clone", [self.pick()], lambda x: x.clone())

    def inplace(self):
        def free(x):
            base = x if x._base is None else x._base
            return not (base.is_leaf and base.requires_grad and torch.is_grad_enabled())
        target = self.pick(lambda x: free(x) or self.r.random() < 0.03)
        if target is None:
            return None
        x = self.tensors[target]
        kind = self.r.choice(["number", "number", "tensor", "tensor", "plain", "fill"])
        if kind == "plain":
            op = self.r.choice(IN_PLACE)
            return {"do": "inplace", "op": op, "target": target}, lambda: getattr(x, op)()
        if kind == "fill":
            value = self.r.choice([0.5, 2])
            return {"do": "inplace", "op": "fill_", "target": target, "in": [value]}, lambda: x.fill_(value)
        op = self.r.choice(["add_", "sub_", "mul_", "mul_", "div_"])
        if kind == "number":
            value = self.r.choice([2, 0.5, 3])
            return {"do": "inplace", "op": op, "target": target, "in": [value]}, lambda: getattr(x, op)(value)
        def fits(y):
            try:
                return torch.broadcast_shapes(x.shape, y.shape) == x.shape
            except RuntimeError:
                return False
        other = self.pick(fits)
        op = self.r.choice([op, "copy_"]) if other != target else op
        return {"do": "inplace", "op": op, "target": target, "in": [other]}, lambda: getattr(x, op)(self.tensors[other])

    def noGrad(self):
        inner = self.r.choice([self.inplace, self.binary, self.unary])
        mode = self.r.choice(["noGrad", "noGrad", "enableGrad"])
        with torch.set_grad_enabled(mode == "enableGrad"):
            made = inner()
        if made is None:
            return None
        step, run = made
        def inside():
            with torch.set_grad_enabled(mode == "enableGrad"):
                run()
        return {"do": mode, "steps": [step]}, inside

    def backward(self):
        root = self.pick(lambda x: x.requires_grad or self.r.random() < 0.03)
        if root is None:
            return None
        x = self.tensors[root]
        step = {"do": "backward", "from": root}
        seed = None
        if x.dim() > 0 and self.r.random() < 0.95 or self.r.random() < 0.2:
            seed = torch.tensor([round(self.r.uniform(-1, 2), 2) for _ in range(x.numel())], dtype=self.dtype).reshape(x.shape)
            step["gradOutput"] = stored(seed)
        step["retainGraph"] = self.r.random() < 0.7
        step["createGraph"] = self.r.random() < 0.15
        if step["createGraph"]:
            step["retainGraph"] = True
        return step, lambda: x.backward(seed, retain_graph=step["retainGraph"], create_graph=step["createGraph"])

    def grad(self):
        root = self.pick(lambda x: x.requires_grad and x.dim() == 0)
        leaf = self.pick(lambda x: x.requires_grad)
        if root is None or leaf is None:
            return None
        out = self.fresh()
        def run():
            [g] = torch.autograd.grad(self.tensors[root], [self.tensors[leaf]], create_graph=True)
            self.hold(out, g)
        return {"do": "autogradGrad", "from": root, "wrt": [leaf], "outs": [out], "createGraph": True}, run

    def hook(self):
        name = self.pick(lambda x: x.requires_grad)
        if name is None or name in self.retained:
            return None
        if self.hooks and self.r.random() < 0.2:
            key = self.r.choice(list(self.hooks))
            handle = self.hooks.pop(key)
            return {"do": "removeHook", "id": key}, handle.remove
        key = "h%d" % (len(self.hooks) + self.count)
        action = self.r.choice([None, "mul 2", "add 1"])
        def call(g):
            self.records.append({"hook": key, "name": name, "grad": stored(g)})
            if action is None:
                return None
            word, by = action.split()
            return g * float(by) if word == "mul" else g + float(by)
        step = {"do": "hook", "name": name, "id": key}
        if action:
            step["returns"] = action
        self.retained.add(name)
        def run():
            self.hooks[key] = self.tensors[name].register_hook(call)
        return step, run

    def retain(self):
        name = self.pick(lambda x: x.requires_grad and not x.is_leaf)
        if name is None or name in self.retained:
            return None
        self.retained.add(name)
        return {"do": "retainGrad", "name": name}, self.tensors[name].retain_grad

    def zero(self):
        name = self.pick(lambda x: x.is_leaf and x.grad is not None)
        if name is None:
            return None
        x = self.tensors[name]
        if self.r.random() < 0.5:
            def run():
                x.grad = None
            return {"do": "gradNull", "name": name}, run
        return {"do": "zeroGradAll", "names": [name], "setToNone": False}, lambda: x.grad.detach().zero_()

    def record(self):
        steps = []
        for name in self.names:
            x = self.tensors[name]
            kept = x.is_leaf or x.retains_grad
            self.records.append({
                "name": name, "data": stored(x), "grad": stored(x.grad) if kept and x.grad is not None else None,
                "requiresGrad": x.requires_grad, "isLeaf": x.is_leaf, "gradFn": None if x.grad_fn is None else x.grad_fn.name(),
            })
            steps.append({"do": "record", "name": name})
        return steps


def program(key):
    """A program of a few steps and what PyTorch has at its end, or the error that ends it."""
    dtype = random.Random(key).choice([torch.float32, torch.float64])
    p = Program("p%s" % key, dtype)
    made = {"id": "graph:%s" % key, "op": "graph", "inputs": p.inputs}
    try:
        steps = p.steps(p.r.randint(4, 14))
        return {**made, "steps": steps + p.record(), "records": p.records}
    except Stopped as stopped:
        return {**made, "steps": stopped.steps, "records": p.records, "error": str(stopped)}
    except RuntimeError:  # A view that may not even be looked at.
        return None
